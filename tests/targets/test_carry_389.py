"""A domain arrives at a real 389 Directory Server: every record and value, every form of a password, and nobody who must not."""

from __future__ import annotations

import hashlib
import json
import plistlib
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from build_carry import domain, group, user
from conftest import needs, needs_root
from live.edge_records import EDGES
from odkit.carrying import Verdict
from odkit.ldif import Entry
from odkit.rehearsal.ds389 import ScratchInstance
from targets.instances import Carried389, carried_389

pytestmark = pytest.mark.targets

SUFFIX = "dc=x"
SALT = bytes(range(32))
DES, MD5, SHA = b"abedjKlrPbwpY", b"$1$abcdefgh$QbRVGTsPYK7fgK2WQ2xn5.", (
    b"$6$abcdefghijkl$u6s1.AdZXMn/Kq8gTQo.Tx2g775fa7d3dLgJMtWhTgyd4AMN9XieePDwz.NCYvQeMq3mXbTyo.kKBjAMhri7f."
)  # fmt: skip
LOCAL = "PBKDF2 of a local node"
# name -> password, and attributes that hold it
FORMS: dict[str, tuple[str, dict[str, list[bytes]]]] = {
    "des": ("old pass", {"authAuthority": [b";basic;"], "userPassword": [b"{crypt}" + DES]}),
    "schemeless": ("old pass", {"userPassword": [DES]}),
    "md5": ("md5 password", {"userPassword": [b"{CRYPT}" + MD5]}),
    "sha": ("sha password é", {"userPassword": [b"{CRYPT}" + SHA]}),
    "local": (LOCAL, {"authAuthority": [b";ShadowHash;"], "ShadowHashData": [plistlib.dumps({"SALTED-SHA512-PBKDF2": {
        "salt": SALT, "entropy": hashlib.pbkdf2_hmac("sha512", LOCAL.encode(), SALT, 25_000, 128), "iterations": 25_000,
    }}, fmt=plistlib.FMT_BINARY)]}),
}  # fmt: skip
BARRED: dict[str, tuple[str, dict[str, list[bytes]]]] = {
    "marker": ("********", {"authAuthority": [b";basic;"], "userPassword": [b"********"]}),
    "clear": ("in clear", {"authAuthority": [b";basic;"], "userPassword": [b"in clear"]}),
    "elsewhere": ("{SASL}elsewhere@OLD.EXAMPLE.COM", {"authAuthority": [b";basic;"], "userPassword": [b"{SASL}elsewhere@OLD.EXAMPLE.COM"]}),
    "disabled": ("old pass", {"authAuthority": [b";DisabledUser;;basic;"], "userPassword": [b"{CRYPT}" + DES]}),
    "short": (LOCAL, {"authAuthority": [b";ShadowHash;"], "ShadowHashData": [plistlib.dumps({"SALTED-SHA512-PBKDF2": {
        "salt": SALT[:16], "entropy": hashlib.pbkdf2_hmac("sha512", LOCAL.encode(), SALT[:16], 25_000, 128), "iterations": 25_000,
    }})]}),
}  # fmt: skip


def hostile() -> list[Entry]:
    """Records whose names and values 389-DS writes otherwise, would drop, or would take for its own."""
    container = {"objectClass": [b"container"]}
    names = [
        "a\\,b",
        "a\\2cb",
        "a\\+b",
        'a\\"b',
        "\\#a",
        "a/b",
        "a  b",
        "ä",
        "a\\3Bb",
        "a=b",
        "\\20a",
        "a\\20",
        "a\\5Cb",
        "a\\0Ab",
        "A(x)*'",
    ]
    found = [Entry(f"cn={name},cn=odd,dc=x", container | {"seeAlso": [f"CN={name} , DC=x".encode()]}) for name in names]
    found += [
        user("plus", 1300, dn="cn=p+uid=plus,cn=users,dc=x", cn=[b"p"]),
        user("upper", 1301, dn="UID=upper, CN=Users,DC=X"),
        user("right", 1302, aci=[b'(targetattr="*")(version 3.0; acl "x"; allow(all) userdn="ldap:///anyone";)']),
        user("spelled", 1303, manager=[b"2.5.4.3=foo,dc=x"], uniqueMember=[b"cn=a, dc=x#'0101'B"]),
        user("composed", 1304, cn=["\xe9".encode(), b"e\xcc\x81"]),
        user("pager", 1305, facsimileTelephoneNumber=[b"1$fineResolution", b"1$nonsense"], telexNumber=[b"1", b"1$2$3"]),
        Entry("cn=deep,cn=made,cn=also made,dc=x", {"objectClass": [b"device"], "cn": [b"deep"]}),
        Entry("cn=inside,cn=folder,dc=x", {"objectClass": [b"device"], "cn": [b"inside"]}),
        Entry("cn=Folder,dc=x", {"objectClass": [b"container"], "cn": [b"Folder"]}),
        group("makers", 1031, memberUid=[b"des", b"marker", b"des"]),
    ]
    return found


def everybody() -> bytes:
    edges = [user(name, 1025 + n, "", "", **more) for n, (name, more, _, _) in enumerate(EDGES)]
    people = [user(name, 1100 + n, "", "", **more) for n, (name, (_, more)) in enumerate([*FORMS.items(), *BARRED.items()])]
    return domain(*edges, *people, *hostile())


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Carried389]:
    """A small domain, and an empty instance for it."""
    needs("ns-slapd")
    needs_root()
    with ScratchInstance(SUFFIX, within=tmp_path) as server:
        yield carried_389(tmp_path, domain(user("ann", userPassword=[DES]), user("bob", 1026)), server)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Carried389]:
    needs("ns-slapd")
    folder = tmp_path_factory.mktemp("arrival")
    with ScratchInstance(SUFFIX, within=folder) as server:
        carried = carried_389(folder, everybody(), server)
        done = carried.load("--apply")
        assert (done.returncode, done.stderr) == (0, "")
        assert f"{len(carried.planned())} records loaded and compared, 0 failed" in done.stdout
        yield carried


@pytest.fixture(scope="module")
def running(loaded: Carried389) -> Iterator[ScratchInstance]:
    loaded.server.start()
    yield loaded.server
    loaded.server.stop()


class TestArrival:
    def test_every_record_arrives_with_every_value_and_no_other_is_there(self, loaded: Carried389) -> None:
        there, planned = loaded.stored(), loaded.planned()
        assert {dn for dn in planned if there.get(dn) != planned[dn]} == set()
        assert there.keys() == planned.keys()
        assert len(planned) > len(EDGES) + len(FORMS) + len(BARRED) + 15

    def test_the_counts_add_up(self, loaded: Carried389) -> None:
        counts = json.loads((loaded.folder / "carry.json").read_text())["counts"]
        assert counts.pop("users") == sum(counts.values()) == len(loaded.plan.users)
        left_out = {each.dn for each in loaded.plan.users if each.verdict is Verdict.LEFT_OUT}
        arrived = sum("uidNumber" in each for each in loaded.planned().values())
        assert arrived == len(loaded.plan.users) - len(left_out)

    def test_each_form_of_a_password_lets_its_user_in_and_nothing_else_does(self, running: ScratchInstance) -> None:
        for name, (password, _) in FORMS.items():
            dn = f"uid={name},cn=users,{SUFFIX}"
            assert (name, running.bind(dn, password)) == (name, 0)
            assert {
                running.bind(dn, wrong) for wrong in (password[:-1] + "!"[: len(password) > 8] + "?", "********", secrets.token_hex(8))
            } == {49}

    def test_neither_a_hash_nor_a_marker_nor_what_389_does_not_know_is_a_password(
        self, running: ScratchInstance, loaded: Carried389
    ) -> None:
        for name in FORMS:
            dn = f"uid={name},cn=users,{SUFFIX}"
            [value] = loaded.planned()[dn]["userPassword"]
            assert {running.bind(dn, each.decode()) for each in (value, value.partition(b"}")[2])} == {49}
        for name, (password, _) in BARRED.items():
            assert (name, running.bind(f"uid={name},cn=users,{SUFFIX}", password) in {48, 49, 53}) == (name, True)

    def test_a_disabled_user_stays_out_even_with_a_password_that_the_manager_gives_him(self, running: ScratchInstance) -> None:
        dn = f"uid=disabled,cn=users,{SUFFIX}"
        running.change(f"dn: {dn}\nchangetype: modify\nreplace: userPassword\nuserPassword: a new one\n\n".encode())
        assert running.bind(dn, "a new one") == 53

    def test_everybody_reads_the_directory_but_no_password_and_nobody_writes(self, running: ScratchInstance) -> None:
        line = ["ldapsearch", "-x", "-LLL", "-H", running.url, "-b", SUFFIX, "(uid=des)", "uid", "userPassword", "aci"]
        done = subprocess.run(line, capture_output=True, text=True, check=True)
        assert "uid: des" in done.stdout
        assert "userPassword" not in done.stdout
        dn, password = f"uid=des,cn=users,{SUFFIX}", FORMS["des"][0]
        for attribute in ("userPassword", "description", "uidNumber"):
            change = f"dn: {dn}\nchangetype: modify\nreplace: {attribute}\n{attribute}: 7\n\n".encode()
            assert running.client("ldapmodify", dn, password, data=change).returncode == 50


class TestScripts:
    def test_a_dry_run_changes_nothing_a_second_run_loads_nothing_and_unload_takes_out_what_nobody_has_changed(
        self, small: Carried389
    ) -> None:
        server = small.server
        server.export()  # the first run of ns-slapd makes the configuration whole
        before = (server.config / "dse.ldif").read_bytes()
        done = small.load()
        assert done.returncode == 0, done.stdout + done.stderr
        assert "a dry run; --apply would load" in done.stdout
        assert (small.stored(), (server.config / "dse.ldif").read_bytes(), small.schema().exists()) == ({}, before, False)
        assert small.load("--apply", shell="bash").returncode == 0
        first = server.export()
        again = small.load("--apply", shell="zsh")
        assert (again.returncode, "nothing to do" in again.stdout, server.export() == first) == (0, True, True)

        server.start()
        server.change(
            b"dn: uid=ann,cn=users,dc=x\nchangetype: modify\nreplace: description\ndescription: changed\n\n"
            b"dn: uid=new,cn=users,dc=x\nchangetype: add\nobjectClass: inetOrgPerson\ncn: new\nsn: new\nuid: new\n\n"
        )
        running = [small.load("--apply"), small.sh("unload.sh", "--apply")]
        server.stop()
        assert [(each.returncode, "the instance runs" in each.stderr) for each in running] == [(2, True)] * 2
        there = server.entries()
        assert "some were changed since" in small.load("--apply").stdout
        assert "a dry run" in small.sh("unload.sh", shell="zsh").stdout
        assert server.entries() == there
        done = small.sh("unload.sh", "--apply")
        assert done.returncode == 0, done.stderr
        kept = ["dc=x", "cn=users,dc=x", "uid=ann,cn=users,dc=x", "uid=new,cn=users,dc=x"]
        assert {dn: each.attributes for dn, each in server.entries().items()} == {dn: there[dn].attributes for dn in kept}
        refused = small.load("--apply")
        assert (refused.returncode, "odkit loads over nothing" in refused.stderr) == (3, True)

    def test_a_backend_that_holds_anything_is_left_alone(self, small: Carried389) -> None:
        other = b"dn: dc=x\nobjectClass: domain\nobjectClass: top\ndc: x\n\n"
        words = ["ns-slapd", "ldif2db", "-D", str(small.server.config), "-n", "userroot", "-i", "-"]
        subprocess.run(words, input=other, env=small.server.env, capture_output=True, check=True)
        before = small.server.export()
        done = small.load("--apply")
        assert (done.returncode, "is not empty" in done.stderr, small.server.export() == before) == (3, True, True)

    @pytest.mark.parametrize(
        ("harm", "said"),
        [
            ("cut", "it is cut"), ("value", "does not hold what it was given"), ("plan", "belongs to another plan"),
            ("suffix", "0 backends for dc=x"), ("schema", "does not hold what it was given"), ("gone", "is missing"),
        ],
    )  # fmt: skip
    def test_what_does_not_fit_stops_it_before_anything_is_changed(self, small: Carried389, harm: str, said: str) -> None:
        text = (small.folder / "directory.ldif").read_text()
        match harm:
            case "cut":
                (small.folder / "directory.ldif").write_text(text[: text.rindex("dn: ")])
            case "value":  # a record that 389-DS leaves out with a status of 0
                (small.folder / "directory.ldif").write_text(text.replace("uidNumber: 1026", "uidNumber: ten"))
            case "plan":
                (small.folder / "directory.ldif").write_text(text.replace(small.plan.id, "0" * 16))
            case "suffix":
                config = small.server.config / "dse.ldif"
                config.write_text(config.read_text().replace("nsslapd-suffix: dc=x\n", "nsslapd-suffix: dc=other\n"))
            case "schema":  # somebody has given the instance Apple's names before
                (small.server.config / "schema" / "97own.ldif").write_text(
                    "dn: cn=schema\nobjectClass: top\nattributeTypes: ( 9.9.9 NAME 'apple-generateduid' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )\n"
                )
            case "gone":
                (small.folder / "schema.ldif").unlink()
        done = small.load("--apply")
        assert (done.returncode, said in done.stderr) == (3, True), done.stderr
        assert "Nothing was changed" in done.stderr or harm in {"plan", "suffix", "gone"}
        assert not small.schema().exists()
        if harm not in {"suffix", "schema"}:
            assert small.stored() == {}

    def test_a_load_that_fails_leaves_an_empty_backend_and_no_schema(self, small: Carried389) -> None:
        """The copy took it, and the instance does not: its disk, or somebody between the two."""
        tools = small.folder.parent / "tools"
        tools.mkdir()
        real = shutil.which("ns-slapd", path=small.server.env["PATH"])
        # what is given to the instance itself loses its last record
        (tools / "ns-slapd").write_text(
            f'#!/bin/sh\ncase "$*" in\n*"ldif2db -D {small.server.config} "*) sed "/^dn: uid=bob/,\\$d" | {real} "$@" ;;\n*) exec {real} "$@" ;;\nesac\n'
        )
        (tools / "ns-slapd").chmod(0o755)
        small.server.env["PATH"] = f"{tools}:{small.server.env['PATH']}"
        done = small.load("--apply")
        assert (done.returncode, "the backend is empty again" in done.stderr) == (1, True), done.stderr
        assert (small.stored(), small.schema().exists()) == ({}, False)

    def test_an_instance_with_a_user_of_its_own_is_loaded_as_that_user(self) -> None:
        needs("ns-slapd")
        needs_root()
        # a folder of pytest's is for root alone
        with TemporaryDirectory(prefix="odkit-389-") as name, ScratchInstance(SUFFIX, within=Path(name)) as server:
            Path(name).chmod(0o711)
            config = server.config / "dse.ldif"
            config.write_text(config.read_text().replace("nsslapd-localuser: root", "nsslapd-localuser: dirsrv"))
            for path in [server.folder, *server.folder.rglob("*")]:
                shutil.chown(path, "dirsrv", "dirsrv")
            carried = carried_389(Path(name), domain(user("ann", userPassword=[DES])), server)
            done = carried.load("--apply")
            assert done.returncode == 0, done.stdout + done.stderr
            assert {path.owner() for path in [*(server.folder / "db").rglob("*"), carried.schema()]} == {"dirsrv"}
            assert carried.stored().keys() == carried.planned().keys()
