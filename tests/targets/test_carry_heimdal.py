"""A domain arrives at a real Heimdal KDC: every user logs in with the old password by Heimdal's own kinit, single DES included."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import mart_lion
import pytest
from keymaking import AES128, AES256, string_to_key

import odkit
from conftest import MART, needs
from forged import MASTER, Database
from live.old_realm import EXPORT, GONE, LIVE, REALM, OldRealm, make_old_realm, password
from odkit.carrying import CarryOptions, CarryPlan, Verdict, Why
from odkit.carrying.inputs import gather_source
from odkit.carrying.targets.heimdal import rule_on_user, with_sealed_keys
from odkit.kerberos import Principal
from odkit.kerberos.kdb.dump import SealedKey
from odkit.kerberos.kdb.master import seal_mit
from odkit.kerberos.keytab import read_keytab
from odkit.ldif import Entry, dump
from odkit.rehearsal.heimdal import ScratchHeimdal, prefix

pytestmark = [pytest.mark.targets, pytest.mark.usefixtures("heimdal_prefix")]

LION = MART / "lion"
NEW = "NEW.EXAMPLE.COM"
LION_PASSWORDS = dict(line.split("\t") for line in (LION / "passwords.txt").read_text().splitlines())
SUFFIX = "dc=od,dc=example,dc=com"
SMALL = ("ann", "bob", "carl", "dora", "eve", "user two", "g*b", "zoe")
DES_USER, DES_PASSWORD = "oldest", "a password of 1999"


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> OldRealm:
    base = tmp_path_factory.getbasetemp()
    return make_old_realm((base if worker_id == "master" else base.parent) / "old-realm")


@dataclass
class Move:
    """A written plan, and the realm that it is loaded into."""

    plan: CarryPlan
    passwords: Mapping[str, str]
    realm: ScratchHeimdal
    folder: Path
    od: odkit.Directory
    options: CarryOptions

    def sh(self, script: str, *words: str, shell: str = "dash") -> subprocess.CompletedProcess[str]:
        line = [shell, str(self.folder / script), "--rehearsal", *words]
        return subprocess.run(line, env=self.realm.env, capture_output=True, text=True, check=False, timeout=120)

    def kinit(self, name: str, secret: str) -> str | None:
        """None for a ticket, else what kinit says."""
        file = self.folder.parent / "password"
        file.write_text(f"{secret}\n")
        done = self.realm.run("kinit", "-c", "MEMORY:x", f"--password-file={file}", f"{name}@{self.realm.realm}", check=False)
        return None if done.returncode == 0 else (done.stdout + done.stderr).decode("utf-8", "replace")

    def records(self) -> dict[bytes, bytes]:
        return {line.replace(b"\\ ", b"_").partition(b" ")[0]: line for line in self.realm.dump().splitlines() if line}

    def free(self) -> list[str]:
        return [
            user.name
            for user in self.plan.users
            if user.verdict in {Verdict.CARRIED, Verdict.WARNED} and all(reason.why is not Why.MUST_CHANGE for reason in user.reasons)
        ]


def planned(folder: Path, od: odkit.Directory, options: CarryOptions, passwords: Mapping[str, str], realm: ScratchHeimdal) -> Move:
    plan = odkit.carry(od, to="heimdal", options=options)
    odkit.write_carry(plan, folder / "carry")
    return Move(plan, passwords, realm, folder / "carry", od, options)


def tiger(folder: Path, realm: ScratchHeimdal, old: OldRealm) -> Move:
    od = odkit.open(EXPORT)
    options = CarryOptions(kdc_dump=old.dump, stash=old.stash, target_realm=realm.realm)
    return planned(folder, od, options, {user.name: password(user.name) for user in od.users.records()}, realm)


def lion(folder: Path, realm: ScratchHeimdal, m_key: Path | None = LION / "m-key") -> Move:
    od = odkit.open(LION / "export.ldif", LION / "authdata.ldif")
    return planned(folder, od, CarryOptions(m_key=m_key, target_realm=realm.realm), LION_PASSWORDS, realm)


def small(folder: Path) -> tuple[Path, CarryOptions]:
    """A domain with eight users whose passwords are ``password``."""
    folder.mkdir(exist_ok=True)
    database, users = Database(), []
    for number, name in enumerate(SMALL):
        keys = [string_to_key(each, password(name).encode(), f"{REALM}{name}".encode()) for each in (AES256, AES128)]
        sealed = [SealedKey(1, each, seal_mit(key, MASTER)) for each, key in zip((AES256, AES128), keys, strict=True)]
        database.records.append(database.entry(name.replace(" ", "\\ "), sealed))
        users.append(person(name, 1100 + number))
    old, stash = database.write(folder)
    (folder / "export.ldif").write_bytes(domain(*users))
    return folder / "export.ldif", CarryOptions(kdc_dump=old, stash=stash, target_realm=NEW)


def person(name: str, uid: int) -> Entry:
    return Entry(f"uid={name},cn=users,{SUFFIX}", {
        "objectClass": [b"apple-user"], "uid": [name.encode()], "uidNumber": [str(uid).encode()],
        "authAuthority": [f";Kerberosv5;;{name}@{REALM};{REALM};".encode()],
    })  # fmt: skip


def domain(*users: Entry) -> bytes:
    tops = [Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"od"]}), Entry(f"cn=users,{SUFFIX}", {"cn": [b"users"]})]
    return dump([*tops, *users])


@pytest.fixture(scope="module", params=["10.6", "10.8"])
def moved(request: pytest.FixtureRequest, old: OldRealm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Move]:
    needs("dash")
    folder = tmp_path_factory.mktemp("heimdal")
    with ScratchHeimdal(NEW, listen=True) as realm:
        move = tiger(folder, realm, old) if request.param == "10.6" else lion(folder, realm)
        done = move.sh("load.sh", "--apply")
        assert (done.returncode, done.stderr) == (0, "")
        yield move


class TestLogins:
    def test_everybody_who_is_carried_logs_in_with_the_old_password(self, moved: Move) -> None:
        free = moved.free()
        assert len(free) >= 58
        assert {name: said for name in free if (said := moved.kinit(name, moved.passwords[name])) is not None} == {}

    def test_wrong_passwords_and_placeholders_are_refused(self, moved: Move) -> None:
        for name in moved.free()[:3]:
            assert all(moved.kinit(name, wrong) for wrong in (moved.passwords[name] + "x", "********", ""))

    def test_who_could_not_log_in_or_had_to_change_his_password_cannot_now(self, moved: Move) -> None:
        locked = [user.name for user in moved.plan.users if user.verdict is Verdict.DISABLED]
        must = [user.name for user in moved.plan.users if any(reason.why is Why.MUST_CHANGE for reason in user.reasons)]
        assert len(locked) >= 2
        assert must
        assert all(moved.kinit(name, moved.passwords[name]) for name in locked)
        assert all("expired" in (moved.kinit(name, moved.passwords[name]) or "") for name in must)

    def test_the_counts_add_up_and_nobody_who_is_left_out_is_there(self, moved: Move) -> None:
        counts = moved.plan.counts
        assert counts.pop("users") == len(moved.od.users) == sum(counts.values())
        assert json.loads((moved.folder / "carry.json").read_text())["counts"]["carried"] == counts["carried"]
        there = {name.partition(b"@")[0].decode() for name in moved.records()}
        assert not there & {user.name for user in moved.plan.users if user.verdict in {Verdict.LEFT_OUT, Verdict.RESET}}
        assert not there & {"root", "jdoe/admin", "root/admin", GONE}


def test_the_keys_that_kadmin_gives_out_are_those_of_the_source(moved: Move) -> None:
    source = with_sealed_keys(gather_source(moved.od, moved.options))
    wanted: dict[tuple[Principal, int, int], bytes] = {}
    for user in source.users():
        ruling = rule_on_user(source, user)
        if ruling.target is not None:
            wanted |= {(ruling.target, key.kvno, key.enctype): key.value for key in ruling.keys}
    file = moved.folder.parent / "all.keytab"
    moved.realm.kadmin("ext_keytab", "-k", str(file), *{bytes(principal) for principal, _, _ in wanted})
    assert {(key.principal, key.kvno, key.enctype): key.key for key in read_keytab(file.read_bytes(), "all")} == wanted
    name = LIVE if not moved.od.authdata else mart_lion.SEALED_SERVICE
    assert f"{name}@{NEW}".encode() in moved.records()


class TestSingleDes:
    """Users who have nothing but single DES keys: no other KDC of today takes them."""

    def plan(self, folder: Path, realm: ScratchHeimdal, kind: int = 3) -> Move:
        program = prefix()
        assert program is not None
        words = (str(program / "usr/bin/string2key"), "-5", "-k", "des-cbc-md5", "-p", f"{DES_USER}@{REALM}", "-w", DES_PASSWORD)
        made = bytes.fromhex(realm.run(*words).stdout.split()[-1].decode())
        database = Database()
        database.records.append(database.entry(DES_USER, [SealedKey(1, kind, seal_mit(made, MASTER))]))
        old, stash = database.write(folder)
        options = CarryOptions(kdc_dump=old, stash=stash, target_realm=realm.realm)
        return planned(folder, odkit.open(domain(person(DES_USER, 1100))), options, {DES_USER: DES_PASSWORD}, realm)

    @pytest.mark.parametrize("kind", [1, 3], ids=["des-cbc-crc", "des-cbc-md5"])
    def test_they_log_in_where_weak_crypto_is_allowed(self, tmp_path: Path, kind: int) -> None:
        with ScratchHeimdal(NEW, listen=True, weak=True) as realm:
            move = self.plan(tmp_path, realm, kind)
            assert [(user.verdict, user.until is not None) for user in move.plan.users] == [(Verdict.WARNED, True)]
            assert "allow_weak_crypto" in (move.folder / "CARRY.txt").read_text()
            assert move.sh("load.sh", "--apply").returncode == 0
            assert move.kinit(DES_USER, DES_PASSWORD) is None
            assert move.kinit(DES_USER, DES_PASSWORD + "x") is not None

    def test_they_do_not_where_it_is_not(self, tmp_path: Path) -> None:
        with ScratchHeimdal(NEW, listen=True) as realm:
            move = self.plan(tmp_path, realm)
            assert move.sh("load.sh", "--apply").returncode == 0
            assert move.kinit(DES_USER, DES_PASSWORD) is not None


class TestSealedKeys:
    """Keys that Heimdal's kadmin sealed with the source's master key, which is not given: they stay as they are."""

    def test_a_kdc_with_the_same_master_key_opens_them(self, tmp_path: Path) -> None:
        with ScratchHeimdal(NEW, listen=True, m_key=(LION / "m-key").read_bytes()) as realm:
            move = lion(tmp_path, realm, None)
            assert "stay sealed" in (move.folder / "CARRY.txt").read_text()
            assert (move.sh("load.sh", "--apply").returncode, move.kinit("aabbott0", LION_PASSWORDS["aabbott0"])) == (0, None)
            file = tmp_path / "service.keytab"
            realm.kadmin("ext_keytab", "-k", str(file), mart_lion.SEALED_SERVICE)
            keys = {key.enctype: key.key for key in read_keytab(file.read_bytes(), "service")}
        options = CarryOptions(m_key=LION / "m-key")
        opened = gather_source(move.od, options).principals or {}
        entry = next(each for name, each in opened.items() if b"/".join(name.components).decode() == mart_lion.SEALED_SERVICE)
        assert keys == {key.enctype: key.value for key in entry.keys}

    def test_a_kdc_with_another_one_keeps_nothing_of_them(self, tmp_path: Path) -> None:
        with ScratchHeimdal(NEW) as realm:
            move = lion(tmp_path, realm, None)
            done = move.sh("load.sh", "--apply")
            assert done.returncode == 1
            assert "does not open the keys of these principals" in done.stderr
            assert "159 loaded, 0 known from an earlier run, 14 failed" in done.stdout
            assert f"{mart_lion.SEALED_SERVICE}@{NEW}".encode() not in move.records()


@pytest.fixture
def loading(tmp_path: Path) -> Iterator[Move]:
    needs("dash")
    with ScratchHeimdal(NEW) as realm:
        export, options = small(tmp_path / "small")
        yield planned(tmp_path, odkit.open(export), options, {name: password(name) for name in SMALL}, realm)


class TestLoadScript:
    def test_it_loads_once_and_brings_nothing_back(self, loading: Move) -> None:
        start = loading.records()
        done = loading.sh("load.sh")
        assert (done.returncode, done.stderr) == (0, "")
        assert "a dry run; --apply would load these 8 principals" in done.stdout
        assert loading.records() == start
        assert loading.sh("load.sh", "--apply").returncode == 0
        assert not re.search(rb"[: ]-:1[78]:", b"".join(loading.records().values()))  # every key is sealed
        loading.realm.kadmin("cpw", "--password=a new one", "ann")
        loading.realm.kadmin("delete", "bob")
        before = loading.records()
        done = loading.sh("load.sh", "--apply")
        assert (done.returncode, done.stderr) == (0, "")
        assert "nothing to load: 0 loaded, 8 known, 0 failed" in done.stdout
        assert loading.records() == before
        done = loading.sh("unload.sh", "--apply")
        assert "6 deleted, 1 absent, 0 failed" in done.stdout
        after = loading.records()
        assert after.pop(f"ann@{NEW}".encode())
        assert after == start

    def test_a_name_that_somebody_made_in_the_meantime_stops_it(self, loading: Move) -> None:
        loading.realm.kadmin("add", "--use-defaults", "--password=somebody else", "ann")
        before = loading.records()
        done = loading.sh("load.sh", "--apply")
        assert done.returncode == 3
        assert f"ann@{NEW}" in done.stderr
        assert loading.records() == before

    @pytest.mark.parametrize("size", [0, 400, -2, -30])
    def test_a_file_that_is_cut_stops_it(self, loading: Move, size: int) -> None:
        path = loading.folder / "principals.merge"
        path.write_bytes(path.read_bytes()[:size])
        before = loading.records()
        assert loading.sh("load.sh", "--apply").returncode in {2, 3}
        assert loading.records() == before

    def test_another_realm_stops_it(self, loading: Move) -> None:
        with ScratchHeimdal("OTHER.EXAMPLE.COM") as other:
            loading.realm, realm = other, loading.realm
            assert loading.sh("load.sh", "--apply").returncode == 3
            loading.realm = realm

    @pytest.mark.parametrize("shell", ["bash", "zsh"])
    def test_other_shells_do_the_same(self, loading: Move, shell: str) -> None:
        needs(shell)
        before = loading.records()
        done = loading.sh("load.sh", "--apply", shell=shell)
        assert (done.returncode, done.stderr) == (0, "")
        done = loading.sh("unload.sh", "--apply", shell=shell)
        assert (done.returncode, done.stderr) == (0, "")
        assert loading.records() == before

    def test_the_scripts_are_posix_and_leave_nothing_outside_their_folder(self, loading: Move) -> None:
        needs("shellcheck", "checkbashisms")
        scripts = [loading.folder / name for name in ("load.sh", "unload.sh")]
        assert subprocess.run(["shellcheck", "-s", "sh", *scripts], capture_output=True, text=True, check=False).stdout == ""
        assert subprocess.run(["checkbashisms", "-p", *scripts], capture_output=True, check=False).returncode == 0
        assert loading.sh("load.sh", "--apply").returncode == 0
        assert not list(loading.folder.glob("odkit.*"))


def test_the_rehearsal_proves_a_plan_that_is_right_and_not_one_with_exchanged_keys(tmp_path: Path) -> None:
    logins = tmp_path / "logins"
    logins.touch(mode=0o600)
    logins.write_text(f"ann\t{password('ann')}\nuser two\t{password('user two')}\n")
    export, options = small(tmp_path / "small")
    line = [str(Path(sys.executable).parent / "odkit"), "carry", str(export), "--to", "heimdal", "--kdc-dump", str(options.kdc_dump)]
    line += ["--stash", str(options.stash), "--target-realm", NEW, "--json", "-o", str(tmp_path / "out")]
    assert subprocess.run(line, capture_output=True, check=False, timeout=60).returncode == 0
    line += ["--rehearse", "--logins", str(logins)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=300)
    found = json.loads(done.stdout)
    assert {row["what"]: row["detail"] for row in found["rows"] if row["proof"] != "proved"} == {}
    assert (done.returncode, len(found["rows"])) == (0, 11)
    path = tmp_path / "out" / "principals.merge"
    lines = path.read_text().splitlines()
    one, two = (next(number for number, text in enumerate(lines) if text.startswith(f"{name}@")) for name in ("ann", "bob"))
    lines[one], lines[two] = (f"{a.split(' ')[0]} {b.split(' ', 1)[1]}" for a, b in ((lines[one], lines[two]), (lines[two], lines[one])))
    path.write_text("\n".join(lines) + "\n")
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=300)
    failed = {row["what"] for row in json.loads(done.stdout)["rows"] if row["proof"] == "failed"}
    assert done.returncode == 1
    assert {
        "carried users get a ticket with their carried key (kinit --use-keytab)",
        "test users log in with their typed password",
    } <= failed
