"""``--cram-md5``: the secrets of 10.7 and later on the user's record, which stock slapd checks, and which nobody may see."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import lint
import odkit
from conftest import needs, needs_root
from cram import cram_secret
from live.carry_server import Server, private_sasl, run
from odkit.carrying import CarryPlan, carry, write_carry
from odkit.ldif import Entry, dump, read
from odkit.rehearsal.programs import copy_sparse

pytestmark = pytest.mark.live

SUFFIX = "dc=od,dc=example,dc=com"
PASSWORDS = {"ann": "Monday-1234", "bob": "Grüße", "eve": "x" * 70}
KEY = "1024 65537 1234567 root@od.example.com:10.0.0.1"
SHOWS = "olcAccess: {0}to attrs=userPassword by self write by anonymous auth by * none\nolcAccess: {1}to * by * read\n"


def _slot(number: int) -> str:
    return f"{number:08x}-0000-1000-8000-000000000000"


def export() -> bytes:
    """A domain with three users who may log in, one who may not, and one who must change the password first."""
    out = [Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"od"]})]
    out += [Entry(f"cn={n},{SUFFIX}", {"objectClass": [b"container"], "cn": [n.encode()]}) for n in ("users", "groups", "config")]
    realm = {"objectClass": [b"apple-configuration"], "cn": [b"KerberosKDC"], "apple-config-realname": [b"OD.EXAMPLE.COM"]}
    out += [Entry(f"cn=KerberosKDC,cn=config,{SUFFIX}", realm)]
    auth = [Entry("cn=authdata", {"objectClass": [b"pwAuthData"], "cn": [b"authdata"]})]
    auth += [Entry("cn=users,cn=authdata", {"objectClass": [b"container"], "cn": [b"users"]})]
    policies = {"off": b"isDisabled=1", "new": b"newPasswordRequired=1"}
    for number, name in enumerate([*PASSWORDS, *policies], 1):
        slot = _slot(number)
        classes = [
            b"person",
            b"inetOrgPerson",
            b"organizationalPerson",
            b"posixAccount",
            b"shadowAccount",
            b"top",
            b"extensibleObject",
            b"apple-user",
        ]
        out.append(Entry(f"uid={name},cn=users,{SUFFIX}", {
            "objectClass": classes, "uid": [name.encode()], "cn": [name.encode()], "sn": [b"99"], "uidNumber": [str(1024 + number).encode()],
            "gidNumber": [b"20"], "homeDirectory": [b"99"], "userPassword": [b"********"],
            "authAuthority": [f";ApplePasswordServer;0x{slot.replace('-', '')},{KEY}".encode()],
        }))  # fmt: skip
        values = {"objectClass": [b"pwsAuthdata"], "authGUID": [slot.encode()], "uid": [name.encode()], "disableReason": [b"none"]}
        values["cmusaslsecretCRAM-MD5"] = [cram_secret(PASSWORDS.get(name, "Monday-1234").encode())]
        values |= {"apple-user-passwordpolicy": [policies[name]]} if name in policies else {}
        auth.append(Entry(f"authGUID={slot},cn=users,cn=authdata", values))
    return dump(out + auth)


@pytest.fixture(scope="module")
def plan() -> CarryPlan:
    return carry(odkit.open(export()), to="openldap", cram_md5=True)


@pytest.fixture(scope="module")
def folder(plan: CarryPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs("slapd", "slapadd", "slapacl", "slapmodify", "ldapwhoami", "unshare")
    out = tmp_path_factory.mktemp("plan") / "carry"
    write_carry(plan, out)
    return out


@pytest.fixture(scope="module")
def loaded(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Server:
    server = Server(tmp_path_factory.mktemp("cram") / "server", folder)
    done = server.load("--apply")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "neither anybody nor a user sees a secret" in done.stdout
    return server


@pytest.fixture(scope="module")
def running(loaded: Server, folder: Path) -> Iterator[Server]:
    loaded.prefix = private_sasl(loaded.folder.parent, folder)
    loaded.start()
    yield loaded
    loaded.stop()


def login(server: Server, name: str, password: str) -> int:
    return run("ldapwhoami", "-Q", "-Y", "CRAM-MD5", "-U", name, "-w", password, "-H", server.url, mechanisms=True).returncode


def test_only_who_may_log_in_has_a_secret_at_the_target(plan: CarryPlan, folder: Path) -> None:
    entries = {e.dn: e for e in read(folder / "directory.ldif") if isinstance(e, Entry)}
    assert {dn.partition(",")[0] for dn, e in entries.items() if "cmusaslsecretCRAM-MD5" in e.attributes} == {
        "uid=ann",
        "uid=bob",
        "uid=eve",
    }
    verdicts = {user.name: user.verdict.value for user in plan.users}
    assert verdicts == {"ann": "warned", "bob": "warned", "eve": "warned", "off": "disabled", "new": "reset"}
    assert plan.counts == {"users": 5, "carried": 0, "warned": 3, "reset": 1, "disabled": 1, "left_out": 0}


@pytest.mark.parametrize("name", PASSWORDS)
def test_a_user_logs_in_by_cram_md5_with_the_old_password_alone(running: Server, name: str) -> None:
    assert login(running, name, PASSWORDS[name]) == 0
    assert login(running, name, PASSWORDS[name] + "x") != 0
    assert running.bind(f"uid={name},cn=users,{SUFFIX}", "********") in {48, 49}


@pytest.mark.parametrize("name", ["off", "new"])
def test_who_may_not_log_in_does_not(running: Server, name: str) -> None:
    assert login(running, name, "Monday-1234") != 0


def test_the_secrets_are_taken_away_by_the_ldif_that_comes_with_them(loaded: Server, folder: Path, tmp_path: Path) -> None:
    server = Server(tmp_path / "server", folder)
    copy_sparse(loaded.folder / "db" / "data.mdb", server.folder / "db" / "data.mdb")  # nobody writes to it
    assert b"cmusaslsecret" in server.slapcat(SUFFIX)
    done = run("slapmodify", "-F", server.config, "-b", SUFFIX, "-l", folder / "remove-cram-md5.ldif")
    assert done.returncode == 0, done.stderr
    assert b"cmusaslsecret" not in server.slapcat(SUFFIX)


def test_the_script_is_plain_sh(folder: Path) -> None:
    needs("posh")
    lint.assert_plain_sh(folder / "load.sh")
    assert run("posh", "-n", folder / "load.sh").returncode == 0


def weakened(server: Server, access: str) -> None:
    """Another access list in place of the plan's."""
    shutil.rmtree(server.config)
    lines = (server.folder / "config.ldif").read_text().splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if line.startswith("olcAccess: {0}to attrs=userPassword"))
    server.configure("".join([*lines[:at], access, *lines[at + 3 :]]))


def test_an_access_list_that_shows_secrets_gets_the_rule_before_anything_is_loaded(folder: Path, tmp_path: Path) -> None:
    server = Server(tmp_path / "server", folder)
    weakened(server, SHOWS)
    done = server.load()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "would show secrets to anybody" in done.stdout
    assert "--apply would put this rule first" in done.stdout
    done = server.load("--apply")
    assert done.returncode == 0, done.stdout + done.stderr
    config = run("slapcat", "-n", "0", "-F", server.config, "-o", "ldif-wrap=no").stdout
    assert "olcAccess: {0}to attrs=userPassword,cmusaslsecretCRAM-MD5 by anonymous auth by * none" in config
    assert "config-before-1.ldif" in done.stdout
    (folder / "config-before-1.ldif").unlink()


def test_a_rule_that_only_shows_them_to_users_is_seen_too(folder: Path, tmp_path: Path) -> None:
    server = Server(tmp_path / "server", folder)
    rule = "olcAccess: {0}to attrs=userPassword,cmusaslsecretCRAM-MD5 by anonymous auth by users read by * none\n"
    weakened(server, rule + "olcAccess: {1}to * by * read\n")
    done = server.load()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "would show secrets to every user" in done.stdout


def test_a_server_with_slapd_conf_is_told_the_line_and_loads_nothing(folder: Path, tmp_path: Path) -> None:
    server = Server(tmp_path / "server", folder, "slapd.conf")
    text = server.config.read_text()
    start = text.index("access to attrs=userPassword")
    server.config.write_text(text[:start] + "access to * by * read\noverlay syncprov\n")
    done = server.load("--apply")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "access to attrs=userPassword,cmusaslsecretCRAM-MD5" in done.stdout
    assert not (server.folder / "db" / "data.mdb").exists()


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a plan without the option."""
    out = tmp_path_factory.mktemp("without") / "carry"
    write_carry(carry(odkit.open(export()), to="openldap"), out)
    return out


def test_without_the_option_no_secret_is_written_and_the_mechanism_is_not_offered(without: Path) -> None:
    assert b"cmusaslsecret" not in (without / "directory.ldif").read_bytes()
    assert "CRAM-MD5" not in (without / "config" / "sasl2-slapd.conf").read_text().split("mech_list:")[1]


def test_no_mechanism_is_offered_that_nobody_has_a_secret_for(running: Server, without: Path, tmp_path: Path) -> None:
    needs("unshare")
    needs_root()
    server = Server(tmp_path / "server", without)
    server.prefix = private_sasl(tmp_path, without)
    server.start()
    try:
        assert offered(server) <= {"GSSAPI", "EXTERNAL"}
    finally:
        server.stop()
    assert "CRAM-MD5" in offered(running), "the plug-in is not there: it is offered in no case"


def offered(server: Server) -> set[str]:
    done = run("ldapsearch", "-x", "-LLL", "-H", server.url, "-s", "base", "-b", "", "supportedSASLMechanisms")
    return {line.split(": ")[1] for line in done.stdout.splitlines() if line.startswith("supportedSASLMechanisms: ")}
