"""No secret in any output: canaries in every secret attribute, in every form, through every command."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from odkit_cli.main import _run

CANARY = "c4n4ryS3cret"
B64 = base64.b64encode(CANARY.encode()).decode()
SUFFIX = "dc=x"
NAMES = ["userPassword", "USERPASSWORD;lang-x", "2.5.4.35", "cmusaslsecretSMBNT", "draft-krbKeySet", "password", "historyData", "PWSPrivateKey",
         "apple-kdc-authkey", "userPKCS12", "sambaNTPassword", "ShadowHashData", "SRP-RFC5054-4096-SHA512-PBKDF2"]  # fmt: skip

WHOLE = f"dn: {SUFFIX}\nobjectClass: domain\n\ndn: cn=users,{SUFFIX}\ncn: users\n\ndn: cn=KerberosKDC,cn=config,{SUFFIX}\napple-config-realname: X\n\n"
COMPUTER = f"dn: cn=old.x.com$,cn=computers,{SUFFIX}\nobjectClass: apple-computer\ncn: old.x.com$\n"

SLOT = "0x5f12ab34c0de11e9a1b2001122334455"
USER = f"dn: uid=ann,cn=users,{SUFFIX}\nuid: ann\nauthAuthority: ;ApplePasswordServer;{SLOT},1024 65537 9 root@h:10.0.0.1\n"
AUTHDATA = "dn: cn=authdata\ncn: authdata\n\ndn: authGUID=5f12ab34-c0de-11e9-a1b2-001122334455,cn=users,cn=authdata\nuid: ann\n"

FORMS = {
    "authdata": USER + "\n" + AUTHDATA + "".join(f"{n}: {CANARY}\n" for n in NAMES),
    "authdata in base64": USER + "\n" + AUTHDATA + "".join(f"{n}:: {B64}\n" for n in NAMES),
    "authdata, bad base64": USER + "\n" + AUTHDATA + "".join(f"{n}:: {CANARY}!\n" for n in NAMES),
    "crypt of a user": f"dn: uid=ann,cn=users,{SUFFIX}\nuid: ann\nauthAuthority: ;basic;\nuserPassword: {CANARY}\n",
    "an authority in the wrong place": f"dn: uid=ann,cn=users,{SUFFIX}\nuid: ann\nauthAuthority: {CANARY}\nauthAuthority: ;basic;{CANARY}\n",
    "hashes in an authority": f"dn: uid=ann,cn=users,{SUFFIX}\nuid: ann\nauthAuthority: ;ShadowHash;{CANARY}\nauthAuthority: ;Kerberosv5;{CANARY}\n",
    "plain": COMPUTER + "".join(f"{n}: {CANARY}\n" for n in NAMES),
    "base64": COMPUTER + "".join(f"{n}:: {B64}\n" for n in NAMES),
    "bad base64": COMPUTER + "".join(f"{n}:: {CANARY}!{B64}\n" for n in NAMES),
    "cut in the middle": COMPUTER + f"userPassword:: \n{CANARY}{B64}\n",
    "NUL": COMPUTER + f"userPassword: {CANARY}\0\n",
    "no dn": f"userPassword: {CANARY}\nuid: a\n",
    "only a value": f"{CANARY}\n",
    "before a colon": COMPUTER + f"{CANARY} {CANARY}: x\n",
    "long URL": COMPUTER + f"jpegPhoto:< afp://ann:{CANARY}/{'x' * 300}@{CANARY}@h/x\n",
    "URL": COMPUTER + f"jpegPhoto:< afp://ann:{CANARY}@h/x\n",
    "password of a URL": COMPUTER + f"apple-service-url: afp://ann:{CANARY}@h/x\n",
    "no plist": COMPUTER + f"apple-mcxsettings: {CANARY}\n",
    "change record": f"dn: cn=a,{SUFFIX}\nchangetype: modify\nreplace: userPassword\nuserPassword: {CANARY}\n{CANARY}\n",
    "bad control": f"dn: cn=a,{SUFFIX}\ncontrol: {CANARY}\nchangetype: delete\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_no_canary(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    export = tmp_path / "e.ldif"
    export.write_bytes((WHOLE + FORMS[form] + "\n").encode())
    (tmp_path / "other.ldif").write_text(WHOLE + USER + "\n" + AUTHDATA + "".join(f"{n}: other\n" for n in NAMES) + "\n")
    (tmp_path / "slots.txt").write_text(f"{CANARY} {SLOT} ann {CANARY}\n{CANARY}\n")
    commands = [["inspect", "e.ldif"], ["inspect", "--json", "--check-values", "e.ldif"]]
    for shape in ([], ["--json"]):
        for exports in (["e.ldif"], ["e.ldif", "other.ldif"], ["other.ldif", "e.ldif"]):
            commands.append(["verify-passwords", *exports, *shape, "--slots", "slots.txt"])
    for extra in ([], ["--accept-incomplete"]):
        commands += [["purge-principals", "e.ldif", "--retire", "old.x.com", *extra], ["purge-principals", "--json", "e.ldif", *extra]]
    commands.append(["purge-principals", "e.ldif", "--retire", "old.x.com", "--accept-incomplete", "--target", "10.5", "-o", "out"])
    for words in (
        ["verify-mcx", "e.ldif"],
        ["verify-mcx", "--json", "e.ldif", "other.ldif"],
        ["mcx", "effective", "e.ldif", "--user", "ann"],
    ):
        commands.append(words)
    commands += [
        ["mcx", "show", "e.ldif", "old.x.com$"],
        ["mcx", "show", "--json", "e.ldif", "ann"],
        ["mcx", "effective", "e.ldif", "--after", "other.ldif"],
    ]
    monkeypatch.chdir(tmp_path)
    for words in commands:
        for debug in ([], ["--debug"]):
            _run([*debug, *words, *(["--force"] if "-o" in words else [])])  # in this process: 800 starts of Python take minutes
            done = capsys.readouterr()
            assert "bug of odkit" not in done.err
            for secret in (CANARY, B64, CANARY[:6]):
                assert secret not in done.out + done.err, (words, done.out, done.err)
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.parent.name != "restore" and path.name not in {"e.ldif", "slots.txt"}:
            assert CANARY not in path.read_text()
            assert B64 not in path.read_text()
