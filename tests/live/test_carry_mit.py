"""A domain of 10.4 to 10.6 arrives at a real MIT KDC: every user logs in with the old password, and nobody who could not before."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import odkit
from conftest import needs
from live.old_realm import EXPORT, GONE, LIVE, REALM, OldRealm, dumped, logins, make_old_realm, new_realm, password
from odkit.carrying import CarryPlan, Verdict, Why
from odkit.kerberos.kdb.dump import read_dump
from odkit.kerberos.kdb.master import open_mit, read_master_keys
from odkit.kerberos.keytab import read_keytab
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.programs import run

OTHER = "NEW.EXAMPLE.COM"


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> OldRealm:
    needs("kdb5_util", "kadmin.local", "krb5kdc", "kinit")
    base = tmp_path_factory.getbasetemp()
    return make_old_realm((base if worker_id == "master" else base.parent) / "old-realm")


@dataclass
class Move:
    """A plan whose files were loaded into a fresh realm."""

    plan: CarryPlan
    target: ScratchRealm
    folder: Path

    def login(self, principal: str, secret: str) -> subprocess.CompletedProcess[str]:
        words = ["kinit", "-c", f"FILE:{self.folder}/ccache", f"{principal}@{self.target.realm}"]
        return subprocess.run(words, env=self.target.env, input=f"{secret}\n", capture_output=True, text=True, check=False, timeout=30)


def planned(old: OldRealm, folder: Path, target: ScratchRealm, dump: Path, stash: Path, **options: Any) -> Move:
    plan = odkit.carry(
        odkit.open(EXPORT), to="mit", kdc_dump=old.dump, stash=old.stash, target_dump=dump, target_stash=stash,
        target_realm=target.realm, **options,
    )  # fmt: skip
    odkit.write_carry(plan, folder / "carry")
    return Move(plan, target, folder)


@pytest.fixture(scope="module", params=[REALM, OTHER], ids=["same realm", "another realm"])
def moved(request: pytest.FixtureRequest, old: OldRealm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Move]:
    folder = tmp_path_factory.mktemp("moved")
    with new_realm(request.param, folder) as (target, dump, stash):
        move = planned(old, folder, target, dump, stash)
        run("kdb5_util", "-r", target.realm, "load", "-update", str(folder / "carry/principals.dump"), env=target.env)
        yield move


class TestLogins:
    def test_every_user_with_a_usable_key_logs_in_with_the_old_password(self, moved: Move) -> None:
        free = [user for user in moved.plan.users if user.verdict in {Verdict.CARRIED, Verdict.WARNED}]
        free = [user for user in free if all(reason.why is not Why.MUST_CHANGE for reason in user.reasons)]
        assert len(free) > 110
        codes = logins(moved.target, {user.name: password(user.name) for user in free})
        assert {name for name, code in codes.items() if code} == set()

    def test_a_wrong_password_the_placeholder_and_nothing_are_refused(self, moved: Move) -> None:
        user = next(user for user in moved.plan.users if user.verdict is Verdict.CARRIED and not user.reasons)
        for wrong in (password(user.name) + "x", "********", "", password("somebody")):
            assert moved.login(user.name, wrong).returncode != 0

    def test_who_could_not_log_in_cannot_now(self, moved: Move, old: OldRealm) -> None:
        said = {
            "-allow_tix": "credentials have been revoked",
            '-expire "2010-01-01 UTC"': "entry in database has expired",
        }
        for name, option in old.special.items():
            if option in said:
                done = moved.login(name, password(name))
                assert done.returncode != 0
                assert said[option] in done.stderr
                assert next(user for user in moved.plan.users if user.name == name).verdict is Verdict.DISABLED

    def test_who_had_to_change_his_password_has_to_now(self, moved: Move, old: OldRealm) -> None:
        for name, option in old.special.items():
            if option in {"+needchange", '-pwexpire "2010-01-01 UTC"'}:
                assert "Password expired" in (done := moved.login(name, password(name))).stdout + done.stderr
                assert done.returncode != 0

    def test_the_counts_add_up_to_the_users_of_the_directory(self, moved: Move) -> None:
        counts = moved.plan.counts
        assert counts.pop("users") == len(odkit.open(EXPORT).users) == sum(counts.values())
        assert json.loads((moved.folder / "carry/carry.json").read_text())["counts"]["carried"] == counts["carried"]

    def test_administrators_and_the_names_of_the_kdc_are_not_carried(self, moved: Move) -> None:
        names = {bytes(entry.principal).partition(b"@")[0].decode() for entry in read_dump(moved.folder / "carry/principals.dump").entries}
        assert LIVE in names
        assert not names & {GONE, "root", "jdoe/admin", "root/admin", "K/M", "kadmin/admin", "kadmin/changepw"}
        assert not any(name.startswith("krbtgt/") for name in names)

    def test_the_target_can_administer_what_was_carried(self, moved: Move) -> None:
        name = next(user.name for user in moved.plan.users if user.verdict is Verdict.CARRIED)
        done = run("kadmin.local", "-r", moved.target.realm, "getprinc", name, env=moved.target.env)
        assert b"Number of keys" in done.stdout
        assert f"odkit/carry-{moved.plan.id}@{moved.target.realm}".encode() in done.stdout


class TestKeys:
    def test_every_key_is_the_one_that_the_old_kdc_gives_out(self, old: OldRealm, tmp_path: Path) -> None:
        """The oracle: kadmin.local writes every key of a realm into a keytab, in clear."""
        with ScratchRealm(REALM, master="des3-cbc-sha1") as again:
            run("kdb5_util", "-r", REALM, "load", str(old.dump), env=again.env)
            (again.folder / "stash").write_bytes(old.stash.read_bytes())
            run("kadmin.local", "-r", REALM, "ktadd", "-norandkey", "-k", f"{tmp_path}/all.keytab", "-glob", "*", env=again.env)
        wanted = {(k.principal, k.kvno, k.enctype): k.key for k in read_keytab((tmp_path / "all.keytab").read_bytes(), "all")}
        [master] = read_master_keys(old.stash)
        found = {
            (entry.principal, key.kvno, key.enctype): open_mit(key.sealed, master)
            for entry in read_dump(old.dump).entries
            for key in entry.keys
        }
        assert len(found) > 190
        assert found == wanted

    def test_the_written_keys_are_the_same_under_the_targets_master_key(self, moved: Move, old: OldRealm) -> None:
        [source], [target] = read_master_keys(old.stash), read_master_keys(moved.folder / "new.stash")
        was = {
            (entry.principal.components, key.enctype): open_mit(key.sealed, source)
            for entry in read_dump(old.dump).entries
            for key in entry.keys
        }
        for entry in read_dump(moved.folder / "carry/principals.dump").entries:
            for key in entry.keys:
                assert open_mit(key.sealed, target) == was[entry.principal.components, key.enctype]
                assert key.salt_type == 4

    @pytest.mark.parametrize("form", ["keytab", "raw little-endian", "raw big-endian"])
    def test_the_stash_is_read_in_each_of_its_forms(self, old: OldRealm, form: str, tmp_path: Path) -> None:
        plan = odkit.carry(odkit.open(EXPORT), to="mit", kdc_dump=old.dump, stash=old.stash_as(form, tmp_path))
        assert plan.counts["reset"] == 0
        assert plan.counts["carried"] > 60


class TestCollisions:
    def test_a_name_that_the_target_has_is_left_out_and_listed(self, old: OldRealm, tmp_path: Path) -> None:
        with new_realm(REALM, tmp_path, listen=False) as (target, _, stash):
            target.kadmin([b"addprinc -pw new-one aabbott0"])
            move = planned(old, tmp_path, target, dumped(target, tmp_path / "later.dump"), stash)
        assert [collision.name for collision in move.plan.collisions] == ["aabbott0"]
        assert next(user for user in move.plan.users if user.name == "aabbott0").verdict is Verdict.LEFT_OUT
        assert b"aabbott0@" not in (tmp_path / "carry/principals.dump").read_bytes()


@dataclass
class Loading:
    """A folder with load.sh, and the KDC that it is for."""

    target: ScratchRealm
    folder: Path

    def run(self, script: str, *words: str, shell: str = "dash") -> subprocess.CompletedProcess[str]:
        path = self.folder / "carry" / script
        words = (shell, str(path), "--rehearsal", *words)
        return subprocess.run(words, env=self.target.env, capture_output=True, text=True, check=False, timeout=120)

    def kadmin(self, *commands: str) -> None:
        self.target.kadmin(command.encode() for command in commands)

    def keys(self) -> dict[bytes, tuple[bytes, ...]]:
        entries = read_dump(dumped(self.target, self.folder / "keys.dump")).entries
        return {bytes(entry.principal): tuple(key.sealed for key in entry.keys) for entry in entries}


@pytest.fixture(scope="module")
def prepared(old: OldRealm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a fresh realm's dump and stash, and what was planned and written for it: made once, and copied for each test."""
    needs("dash")
    folder = tmp_path_factory.mktemp("prepared")
    with new_realm(REALM, folder, listen=False) as (target, dump, stash):
        planned(old, folder, target, dump, stash)
    return folder


@pytest.fixture
def loading(request: pytest.FixtureRequest, prepared: Path, tmp_path: Path) -> Iterator[Loading]:
    """Its KDC runs for the test that is marked so."""
    shutil.copytree(prepared / "carry", tmp_path / "carry")
    listen = getattr(request, "param", False)
    with ScratchRealm(REALM, listen=listen, restored=(prepared / "new.dump", prepared / "new.stash")) as target:
        yield Loading(target, tmp_path)


class TestLoadScript:
    def test_without_apply_nothing_changes(self, loading: Loading) -> None:
        before = loading.keys()
        done = loading.run("load.sh")
        assert (done.returncode, done.stderr) == (0, "")
        assert "a dry run; --apply would load these 123 principals" in done.stdout
        assert loading.keys() == before

    @pytest.mark.parametrize("loading", [True], indirect=True, ids=["the KDC runs"])
    def test_a_second_run_brings_no_old_password_and_no_deleted_principal_back(self, loading: Loading) -> None:
        assert loading.run("load.sh", "--apply").returncode == 0
        loading.kadmin('cpw -pw "a new one" aabbott0', "delprinc -force diradmin")
        before = loading.keys()
        done = loading.run("load.sh", "--apply")
        assert (done.returncode, done.stderr) == (0, "")
        assert "nothing to load: 0 loaded, 123 known, 0 failed" in done.stdout
        assert loading.keys() == before
        codes = logins(loading.target, {"aabbott0": "a new one"}) | {
            "old": logins(loading.target, {"aabbott0": password("aabbott0")})["aabbott0"]
        }
        assert codes["aabbott0"] == 0
        assert codes["old"] != 0

    def test_a_name_that_somebody_made_in_the_meantime_stops_it(self, loading: Loading) -> None:
        loading.kadmin('addprinc -pw "somebody else" aabbott0')
        before = loading.keys()
        done = loading.run("load.sh", "--apply")
        assert done.returncode == 3
        assert f"aabbott0@{REALM}" in done.stderr
        assert loading.keys() == before

    def test_another_master_key_stops_it(self, loading: Loading) -> None:
        with ScratchRealm(REALM) as other:
            script = str(loading.folder / "carry/load.sh")
            done = subprocess.run(["dash", script, "--rehearsal", "--apply"], env=other.env, capture_output=True, text=True, check=False)
        assert done.returncode == 3
        assert "the master key of" in done.stderr

    @pytest.mark.parametrize("place", ["scratch", "copy"])
    def test_a_database_that_does_not_hold_what_was_loaded_into_it_stops_it(self, loading: Loading, tmp_path: Path, place: str) -> None:
        """The first of them to lose a record is none of the KDC's own."""
        standin = tmp_path / "bin" / "kdb5_util"
        standin.parent.mkdir()
        lose = 'for last do :; done; /bin/sed -i "$ d" "$last"'
        standin.write_text(f'#!/bin/sh\n/usr/sbin/kdb5_util "$@" || exit\ncase "$*" in */{place}*dump*) {lose} ;; esac\n')
        standin.chmod(0o755)
        before = loading.keys()
        path = loading.target.env["PATH"]
        loading.target.env["PATH"] = f"{standin.parent}:{path}"
        done = loading.run("load.sh", "--apply")
        loading.target.env["PATH"] = path
        assert done.returncode == 3
        assert "does not hold what was loaded into it; nothing was changed" in done.stderr
        assert loading.keys() == before

    @pytest.mark.parametrize("size", [0, 40, 5000, -30, None])
    def test_a_file_that_is_cut_stops_it(self, loading: Loading, size: int | None) -> None:
        """Anywhere, and where nothing but its count tells: behind a whole line."""
        path = loading.folder / "carry/principals.dump"
        data = path.read_bytes()
        path.write_bytes(data[: data.rindex(b"\n", 0, -1) + 1 if size is None else size])
        before = loading.keys()
        assert loading.run("load.sh", "--apply").returncode in {2, 3}
        assert loading.keys() == before

    def test_the_way_back_leads_back_and_keeps_what_was_changed(self, loading: Loading) -> None:
        before = loading.keys()
        assert loading.run("load.sh", "--apply").returncode == 0
        loading.kadmin('cpw -pw "a new one" aabbott0')
        done = loading.run("unload.sh", "--apply")
        assert done.returncode == 0
        assert "122 deleted, 0 absent, 0 failed" in done.stdout
        after = loading.keys()
        assert after.pop(f"aabbott0@{REALM}".encode())
        assert after == before

    def test_a_load_that_fails_is_said_with_its_cure(self, loading: Loading, tmp_path: Path) -> None:
        """The real one fails, after the scratch database and the copy have taken the file."""
        standin = tmp_path / "bin" / "kdb5_util"
        standin.parent.mkdir()
        standin.write_text('#!/bin/sh\ncase "$*" in *-d*) ;; *"load -update"*) exit 1 ;; esac\nexec /usr/sbin/kdb5_util "$@"\n')
        standin.chmod(0o755)
        loading.target.env["PATH"] = f"{standin.parent}:{loading.target.env['PATH']}"
        done = loading.run("load.sh", "--apply")
        assert done.returncode == 1
        assert "touch DATABASE.kadm5.lock" in done.stderr
        assert "0 loaded, 0 known from an earlier run, 123 failed" in done.stdout

    @pytest.mark.parametrize("shell", ["bash", "zsh"])
    def test_other_shells_do_the_same(self, loading: Loading, shell: str) -> None:
        needs(shell)
        done = loading.run("load.sh", "--apply", shell=shell)
        assert (done.returncode, done.stderr) == (0, "")
        assert "123 loaded, 0 known from an earlier run, 0 failed" in done.stdout

    def test_nothing_of_it_stays_outside_the_folder(self, loading: Loading) -> None:
        """After kill -9, too: its workplace is inside."""
        assert "TMPDIR=$HERE" in (loading.folder / "carry/load.sh").read_text()
        loading.run("load.sh", "--apply")
        assert not list((loading.folder / "carry").glob("odkit.*"))
