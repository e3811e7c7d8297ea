"""A domain arrives at a real Heimdal KDC: every user logs in with the old password by Heimdal's own kinit, single DES included."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import mart_lion
import pytest

import odkit
from conftest import MART, needs
from forged import MASTER, Database
from live.old_realm import EXPORT, GONE, LIVE, REALM, OldRealm, make_old_realm, password
from odkit.carrying import CarryOptions, Verdict, Why
from odkit.carrying.inputs import gather_source
from odkit.carrying.targets.heimdal import rule_on_user, with_sealed_keys
from odkit.kerberos import Principal
from odkit.kerberos.kdb.dump import SealedKey
from odkit.kerberos.kdb.master import seal_mit
from odkit.kerberos.keytab import read_keytab
from odkit.rehearsal.heimdal import ScratchHeimdal, prefix
from targets.heimdal_moves import NEW, Move, domain, person, planned

pytestmark = [pytest.mark.targets, pytest.mark.usefixtures("heimdal_prefix")]

LION = MART / "lion"

LION_PASSWORDS = dict(line.split("\t") for line in (LION / "passwords.txt").read_text().splitlines())

DES_USER, DES_PASSWORD = "oldest", "a password of 1999"


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> OldRealm:
    base = tmp_path_factory.getbasetemp()
    return make_old_realm((base if worker_id == "master" else base.parent) / "old-realm")


def tiger(folder: Path, realm: ScratchHeimdal, old: OldRealm) -> Move:
    od = odkit.open(EXPORT)
    options = CarryOptions(kdc_dump=old.dump, stash=old.stash, target_realm=realm.realm)
    return planned(folder, od, options, {user.name: password(user.name) for user in od.users.records()}, realm)


def lion(folder: Path, realm: ScratchHeimdal, m_key: Path | None = LION / "m-key") -> Move:
    od = odkit.open(LION / "export.ldif", LION / "authdata.ldif")
    return planned(folder, od, CarryOptions(m_key=m_key, target_realm=realm.realm), LION_PASSWORDS, realm)


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
