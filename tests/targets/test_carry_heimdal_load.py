"""``load.sh`` and ``unload.sh`` at a Heimdal KDC, and the rehearsal."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from keymaking import AES128, AES256, string_to_key

import odkit
from conftest import needs
from forged import MASTER, Database
from live.old_realm import REALM, password
from odkit.carrying import CarryOptions
from odkit.kerberos.kdb.dump import SealedKey
from odkit.kerberos.kdb.master import seal_mit
from odkit.rehearsal.heimdal import ScratchHeimdal
from targets.heimdal_moves import NEW, Move, domain, person, planned

pytestmark = [pytest.mark.targets, pytest.mark.usefixtures("heimdal_prefix")]

SMALL = ("ann", "bob", "carl", "dora", "eve", "user two", "g*b", "zoe")


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

    def test_what_a_dump_of_the_kdc_shows_is_left_out_and_the_rest_is_loaded(self, loading: Move, tmp_path: Path) -> None:
        loading.realm.kadmin("add", "--use-defaults", "--password=somebody else", "ann")
        before = loading.records()
        dump = tmp_path / "target.dump"
        dump.write_bytes(loading.realm.dump())
        options = replace(loading.options, target_dump=dump)
        (tmp_path / "again").mkdir()
        again = planned(tmp_path / "again", loading.od, options, loading.passwords, loading.realm)
        assert [each.name for each in again.plan.collisions] == ["ann"]
        done = again.sh("load.sh", "--apply")
        assert (done.returncode, done.stderr) == (0, "")
        assert "7 loaded" in done.stdout
        assert loading.records().items() >= before.items()

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
