"""Exports as text, as ldapsearch prints them, for tests that cut, narrow or damage them."""

from __future__ import annotations

SUFFIX = "dc=od,dc=example,dc=com"
TREE = f"dn: {SUFFIX}\nobjectClass: domain\ndc: od\n\ndn: cn=users,{SUFFIX}\nobjectClass: container\ncn: users\n\n"
ANN = f"# ann, users, od.example.com\ndn: uid=ann,cn=users,{SUFFIX}\nobjectClass: inetOrgPerson\nuid: ann\ncn: ann\nsn: x\n\n"
ALL = "(objectclass=*)"


def entry(dn: str, *lines: str) -> str:
    """A record, with the empty line behind it."""
    return "".join(f"{line}\n" for line in (f"dn: {dn}", *lines)) + "\n"


def search(
    records: str = TREE + ANN, *, base: str = SUFFIX, scope: str = "subtree", filter_: str = ALL, attributes: str = "ALL", more: str = ""
) -> str:
    """A search as ldapsearch writes it."""
    entries = records.count("dn:")
    head = f"# extended LDIF\n#\n# LDAPv3\n# base <{base}> with scope {scope}\n# filter: {filter_}\n# requesting: {attributes}\n{more}#\n\n"
    count = f"# numEntries: {entries}\n" if entries else ""
    return f"{head}{records}# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: {entries + 1}\n{count}\n"


# three users with everything that the checks look at, their containers, and a group
SLOT = "0x4500000011112222000000010000000"
POLICY = (
    "<plist><dict><key>mcx_application_data</key><dict><key>com.apple.dock</key><dict><key>Forced</key><array><dict>"
    "<key>mcx_preference_settings</key><dict><key>a</key><true/></dict></dict></array></dict></dict></dict></plist>"
)
FLAGS = "<plist><dict><key>has_mcx_settings</key><true/></dict></plist>"


def user(number: int, name: str) -> str:
    """A user with a password, a home, an address and a policy."""
    return (
        f"# {name}, users, od.example.com\ndn: uid={name},cn=users,{SUFFIX}\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: x\n"
        f"uidNumber: {1000 + number}\ngidNumber: 20\nloginShell: /bin/sh\nhomeDirectory: /Users/{name}\nmail: {name}@example.com\n"
        f"apple-generateduid: 3F2A10C4-5B6D-4E7F-8A90-00000000000{number}\nauthAuthority: ;ApplePasswordServer;{SLOT}{number},1024 35 1 root@od:10.0.0.1\n"
        f"apple-mcxflags: {FLAGS}\napple-mcxsettings: {POLICY}\n\n"
    )  # fmt: skip


RECORDS = (
    f"# od.example.com\ndn: {SUFFIX}\nobjectClass: domain\ndc: od\n\n"
    + "".join(f"# {c}, od\ndn: cn={c},{SUFFIX}\nobjectClass: container\ncn: {c}\n\n" for c in ("users", "groups", "config"))
    + f"# KerberosKDC\ndn: cn=KerberosKDC,cn=config,{SUFFIX}\nobjectClass: apple-configuration\ncn: KerberosKDC\napple-config-realname: OD.EXAMPLE.COM\n\n"
    + "".join(user(number, name) for number, name in enumerate(("ann", "bob", "cas")))
    + f"# staff\ndn: cn=staff,cn=groups,{SUFFIX}\nobjectClass: posixGroup\ncn: staff\ngidNumber: 20\nmemberUid: ann\n\n"
)  # fmt: skip
WHOLE = search(RECORDS)
