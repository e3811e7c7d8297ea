"""A domain with a secret in every place where one can stand, for tests that look for it in what is written."""

from __future__ import annotations

import base64

CANARY = "c4n4ryS3cret"
B64 = base64.b64encode(CANARY.encode()).decode()
SUFFIX = "dc=x"
NAMES = ["userPassword", "USERPASSWORD;lang-x", "2.5.4.35", "cmusaslsecretSMBNT", "draft-krbKeySet", "password", "historyData", "PWSPrivateKey",
         "apple-kdc-authkey", "userPKCS12", "sambaNTPassword", "ShadowHashData", "SRP-RFC5054-4096-SHA512-PBKDF2", "KerberosKeys",
         "HeimdalSRPKey", "privatekey", "clearPassword", "unixUserPassword", "x-acme-BindPW", "acmePassphrase", "krbPrincipalKey"]  # fmt: skip

WHOLE = f"dn: {SUFFIX}\nobjectClass: domain\n\ndn: cn=users,{SUFFIX}\ncn: users\n\ndn: cn=KerberosKDC,cn=config,{SUFFIX}\napple-config-realname: X\n\n"
COMPUTER = f"dn: cn=old.x.com$,cn=computers,{SUFFIX}\nobjectClass: apple-computer\ncn: old.x.com$\n"

SLOT = "0x5f12ab34c0de11e9a1b2001122334455"
USER = f"dn: uid=ann,cn=users,{SUFFIX}\nuid: ann\nauthAuthority: ;ApplePasswordServer;{SLOT},1024 65537 9 root@h:10.0.0.1\n"
AUTHDATA = "dn: cn=authdata\ncn: authdata\n\ndn: authGUID=5f12ab34-c0de-11e9-a1b2-001122334455,cn=users,cn=authdata\nuid: ann\n"

# one domain in which every kind of secret stands in every place where a command looks
PLIST = "<?xml version='1.0'?><plist version='1.0'>{}</plist>"
MCX = PLIST.format(
    "<dict><key>mcx_application_data</key><dict><key>com.apple.x</key><dict><key>Forced</key><array><dict>"
    "<key>mcx_preference_settings</key><dict><key>Password</key><string>{0}</string><key>u</key><string>afp://a:{0}@h/x</string>"
    "<key>o</key><string>-o password={0}</string></dict></dict></array></dict></dict></dict>"
)


def everywhere(canary: str, host: str = "old.x.com") -> bytes:
    """An export with a secret in every place, all of them spelled like ``canary``."""
    b64 = base64.b64encode(MCX.format(canary).encode()).decode()
    named = "".join(f"{name}: {canary}\n" for name in NAMES)
    contents = (
        f"description: {{SSHA}}{canary}\nstreet: $6$salt${canary}\ncomment: credentials={canary} password={canary}\n"
        f"apple-keyword: -----BEGIN RSA PRIVATE KEY----- {canary}\nlabeledURI: afp://ann:{canary}@{host}/x\n"
    )
    home = f"<home_dir><url>afp://ann:{canary}@{host}/Homes</url><path>ann</path></home_dir>"
    authority = f"authAuthority: ;ApplePasswordServer;{SLOT},1024 65537 9 root@h:10.0.0.1\nauthAuthority: ;basic;{canary}\nauthAuthority: ;ShadowHash;{canary}\n"
    return (
        WHOLE
        + f"dn: uid=ann,cn=users,{SUFFIX}\nuid: ann\nuidNumber: 1025\nhomeDirectory: /Network/Servers/{host}/Homes/ann\napple-user-homeurl: {home}\n"
        + authority + named + contents + f"apple-mcxsettings:: {b64}\napple-user-printattribute: password={canary}\n\n"
        + f"dn: cn={host}$,cn=computers,{SUFFIX}\nobjectClass: apple-computer\ncn: {host}$\n{named}{contents}apple-mcxsettings:: {b64}\n\n"
        + f"dn: cn=staff,cn=groups,{SUFFIX}\ncn: staff\ngidNumber: 20\nmemberUid: ann\napple-group-homeurl: {home}\n{named}apple-mcxsettings:: {b64}\n\n"
        + f"dn: cn={host}:/Homes,cn=mounts,{SUFFIX}\ncn: {host}:/Homes\nmountDirectory: /Network/Servers\nmountType: url\n"
        + f"mountOption: net\nmountOption: url==afp://ann:{canary}@{host}/Homes\nmountOption: password={canary}\n{named}\n"
        + f"dn: cn=syncrepl,cn=config,{SUFFIX}\ncn: syncrepl\nolcSyncrepl: credentials={canary}\nolcDbIDAssertBind: bindmethod=simple credentials={canary}\n\n"
        + AUTHDATA + named + "\n"
    ).encode()  # fmt: skip
