"""No secret in any output: canaries in every secret attribute, in every form, through every command."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

import odkit
import odkit_cli
from build_secrets import AUTHDATA, B64, CANARY, COMPUTER, NAMES, SLOT, SUFFIX, USER, WHOLE, everywhere
from conftest import each_in_turn
from odkit.listing import KINDS
from odkit.redaction import Sensitivity, sensitivity_of
from odkit_cli.main import run

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


@pytest.mark.whole
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
    commands += [["report", *exports, "-o", "r.html"] for exports in (["e.ldif"], ["e.ldif", "--after", "other.ldif"])]

    def said(*words: str) -> str:
        run([*words, *(["--force"] if "-o" in words else [])])  # in this process: 800 starts of Python take minutes
        done = capsys.readouterr()
        assert "bug of odkit" not in done.err
        for secret in (CANARY, B64, CANARY[:6]):
            assert secret not in done.out + done.err, (words, done.out, done.err)
        return done.out + done.err

    for words in commands:
        shown = said("--debug", *words)
        if "Traceback" in shown:
            said(*words)
        elif form == "plain":
            assert said(*words) == shown  # --debug shows where an error comes from, and nothing else
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.parent.name != "restore" and path.name not in {"e.ldif", "slots.txt"}:
            assert CANARY not in path.read_text()
            assert B64 not in path.read_text()


EXPORTS = ["e.ldif"]
BOTH = ["e.ldif", "other.ldif"]
LINES = [
    ["inspect", *EXPORTS], ["inspect", "--check-values", *EXPORTS], ["verify", *EXPORTS], ["verify", *BOTH], ["verify-passwords", *EXPORTS],
    ["verify-passwords", *BOTH], ["verify-mcx", *EXPORTS], ["verify-mcx", *BOTH], ["diff", *BOTH], ["references", *EXPORTS, "old.x.com"],
    ["references", *EXPORTS, "old.x.com", "--rewrite-to", "new.x.com"], ["purge-principals", *EXPORTS, "--retire", "old.x.com", "--accept-incomplete"],
    ["principals", "keys.txt", "mit.dump", "heimdal.dump"], ["principals", "broken.dump"], ["principals", "broken.txt", "--realm", "X"],
    ["anonymize", *EXPORTS, "keys.txt", "mit.dump", "-o", "copy"], ["lkdc", "check", *EXPORTS], ["lkdc", "realm", "key.pem"], ["mounts", *EXPORTS], ["afp", *EXPORTS, "--places"], ["topology", *EXPORTS], ["init", *EXPORTS],
    ["mcx", "show", "e.ldif", "ann"], ["mcx", "show", "e.ldif", "staff"], ["mcx", "effective", "e.ldif", "--user", "ann"],
    ["mcx", "profiles", "e.ldif"], ["carry", *EXPORTS, "--to", "mit"], ["carry", *EXPORTS, "--to", "openldap"],
    ["carry", *EXPORTS, "--to", "freeipa"],
    *(["list", kind, *EXPORTS] for kind in KINDS), ["list", "policies", *EXPORTS, "--format", "csv"], ["show", *EXPORTS, "ann"],
    ["report", *EXPORTS, "-o", "report.html"],
    *(["show", *EXPORTS, name] for name in ("Groups/staff", "cn=authdata", "cn=syncrepl,cn=config," + SUFFIX)),
]  # fmt: skip
WRITES = (["diff", *BOTH, "--format", "ldif", "--accept-incomplete"], ["references", *EXPORTS, "old.x.com", "--rewrite-to", "new.x.com", "-o", "rewrite"],
          ["purge-principals", *EXPORTS, "--retire", "old.x.com", "--accept-incomplete", "--target", "10.5", "-o", "purge"],
          ["anonymize", *EXPORTS, "other.ldif", "keys.txt", "mit.dump", "heimdal.dump", "broken.dump", "-o", "copy"],
          ["report", "e.ldif", "--after", "other.ldif", "--retire", "old.x.com", "--accept-incomplete", "-o", "report.html"])  # fmt: skip


@pytest.fixture
def domain_of_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "e.ldif").write_bytes(everywhere(CANARY))
    (tmp_path / "other.ldif").write_bytes(everywhere(CANARY + "2", "new.x.com"))
    key = CANARY.encode().hex() + "0" * 8
    (tmp_path / "keys.txt").write_text(f"slot KVNO Principal\n---- ---- ---\n   1    3    host/a@X (0x{key})\n")
    (tmp_path / "mit.dump").write_text(
        "kdb5_util load_dump version 5\nprinc\t38\t1\t0\t1\t0\ta@X\t".replace("\t1\t0\t1\t0", "\t3\t0\t1\t0")
        + "0\t" * 8
        + f"1\t3\t18\t16\t{key}\t-1;\n"
    )
    (tmp_path / "heimdal.dump").write_text(f"a@X 2::18:{key}:- 20200101000000:- - - - - - 126 20200101000000:1:0 -\n")
    (tmp_path / "broken.dump").write_text(f"kdb5_util load_dump version 5\nprinc\t38\t9\t0\t1\t0\ta@X\t1\t3\t18\t16\t{key}\n")
    (tmp_path / "broken.txt").write_text(f"a@X (0x{key})\n{CANARY}\n")
    (tmp_path / "key.pem").write_text(f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def leaks(text: str) -> list[str]:
    """The lines of an output in which the canary stands, in any form."""
    forms = (CANARY, CANARY.encode().hex(), base64.b64encode(CANARY.encode()).decode()[:12], CANARY[:6])
    return [line for line in text.splitlines() if any(form in line for form in forms)]


def test_every_command_is_asked() -> None:
    folder = Path(odkit_cli.__file__).parent / "commands"
    asked = {line[0].replace("-", "_") for line in LINES}
    not_of_exports = {"__init__", "collect", "check_live", "explain", "rehearse", "runbook"}
    elsewhere = {"tables", "ask"}  # tests/targets: they need pyarrow and DuckDB
    there = {path.stem for path in folder.glob("*.py")}
    assert not there - asked - not_of_exports - elsewhere, "LINES has no line that gives the command the domain of secrets"
    assert there == asked | not_of_exports | elsewhere, "a line is of no command"


@pytest.mark.parametrize("shape", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize("words", LINES, ids=" ".join)
def test_no_command_shows_a_secret(words: list[str], shape: list[str], domain_of_secrets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = run([*words, *(shape if words[:1] != ["init"] and words[:2] != ["mcx", "profiles"] else [])])  # those write files alone
    done = capsys.readouterr()
    assert "bug of odkit" not in done.err
    assert "No such" not in done.err
    assert status in {0, 1, 2}
    assert not leaks(done.out + done.err)


@pytest.mark.parametrize("words", WRITES, ids=lambda words: words[0])
def test_no_file_but_a_restore_file_holds_a_secret(words: list[str], domain_of_secrets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = {path.name for path in domain_of_secrets.iterdir()}
    run(words)
    done = capsys.readouterr()
    assert not leaks(done.out + done.err)
    for path in domain_of_secrets.rglob("*"):
        if path.is_file() and path.name in {"rewrite.ldif", "undo.ldif"}:
            assert path.read_text().splitlines()[0].endswith("Whole values stand in it; keep the mode 0600.")
            assert path.stat().st_mode & 0o077 == 0
        elif path.is_file() and path.name not in given and path.parent.name != "restore":
            assert not leaks(path.read_text()), path


def test_no_repr_shows_a_secret() -> None:
    od = odkit.open(everywhere(CANARY))
    for record in od.records():
        shown = [repr(record), repr(record.entry), repr(record.attributes), repr(record.mcx)]
        shown += [repr(record.password)] if isinstance(record, odkit.directory.User) else []
        assert not [line for text in shown for line in leaks(text)], record.dn


def test_no_repr_of_a_difference_shows_a_secret() -> None:
    one, other = odkit.open(everywhere(CANARY)), odkit.open(everywhere(CANARY.swapcase()))
    for sides in ((one, other), (other, one)):
        found = odkit.diff(*sides)
        assert found.records
        assert not leaks(repr(found))


@each_in_turn(
    "attribute, value, private",
    [
        ("authAuthority", ";basic;", False),
        ("authAuthority", ";basic;xyAbC1", True),
        ("authAuthority", ";DisabledUser;;basic;xyAbC1", True),
        ("authAuthority", ";ShadowHash;", False),
        ("authAuthority", ";ShadowHash;HASHLIST:<SMB-NT,SALTED-SHA1>", False),
        ("authAuthority", ";ShadowHash;0011AABB", True),
        ("authAuthority", f";ApplePasswordServer;{SLOT},1024 65537 9 root@h:10.0.0.1", False),
        ("authAuthority", ";Kerberosv5;;ann@X;X;", False),
        ("authAuthority", "no authority", True),
        ("description", "the password policy of 2009", False),
        ("description", "{SSHA}abc", True),
        ("description", "$6$salt$hash", True),
        ("description", "costs $5 a day, or $6", False),
        ("description", "password=geheim", True),
        ("mountOption", "url==afp://h/Homes", False),
        ("pwdLastSet", "1234", False),
        ("passwordPolicyOptions", "minChars=8", False),
        ("apple-password-server-list", "x", False),
        ("clearPassword", "x", True),
        ("KerberosKeys", "x", True),
        ("HeimdalSRPKey", "x", True),
        ("privatekey;binary", "x", True),
        ("unixUserPassword", "x", True),
        ("sshPublicKey", "ssh-rsa AAAA", False),
    ],
)
def test_what_is_secret(attribute: str, value: str, private: bool) -> None:
    assert (sensitivity_of(attribute, value.encode()) >= Sensitivity.PRIVATE) is private
