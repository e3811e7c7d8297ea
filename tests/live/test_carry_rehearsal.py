"""`odkit carry --rehearse`: the written folder played on scratch servers, in a room that dies with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from commandline import odkit
from conftest import needs
from live.old_realm import REALM, OldRealm, make_old_realm, new_realm, password, small_export
from odkit.kerberos.kdb.dump import HEADER, read_dump, write_entry
from processes import Copy
from schemas import loaded

ONE = "dxu7"  # whose key has a salt of its own
DISABLED, TO_CHANGE = "elavoie9", "fzhang11"


@dataclass
class Case:
    words: list[str]
    folder: Path

    def of(self, *names: str) -> Case:
        """The same with fewer users."""
        return Case(
            [str(small_export(self.folder / "fewer.ldif", *names)) if word.endswith("small.ldif") else word for word in self.words],
            self.folder,
        )

    def start(self, *words: str) -> Copy:
        return Copy(*self.words, *words, env={"TMPDIR": str(self.folder)})

    def run(self, *words: str) -> tuple[int | None, Any, str]:
        process = self.start(*words, "--json")
        out, err = process.communicate()
        return process.returncode, loaded(out) if out else None, err

    def run_program(self, *words: str) -> tuple[int, Any, str]:
        """The same by the program itself."""
        line = [str(Path(sys.executable).parent / "odkit"), *self.words, *words, "--json"]
        env = os.environ | {"TMPDIR": str(self.folder)}
        done = subprocess.run(line, capture_output=True, text=True, env=env, check=False, timeout=200)
        return done.returncode, loaded(done.stdout) if done.stdout else None, done.stderr

    def rooms(self) -> list[Path]:
        return sorted(self.folder.glob("odkit-rehearsal-*"))


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> list[str]:
    needs("kdb5_util", "kadmin.local", "krb5kdc", "kinit", "unshare")
    if subprocess.run(["unshare", "-n", "-m", "true"], check=False, capture_output=True).returncode:
        needs("namespaces")
    base, folder = tmp_path_factory.getbasetemp(), tmp_path_factory.mktemp("rehearsal")
    old: OldRealm = make_old_realm((base if worker_id == "master" else base.parent) / "old-realm")
    with new_realm(REALM, folder, listen=False) as (_, new, stash):
        pass
    export = small_export(folder / "small.ldif")
    return ["carry", str(export), "--to", "mit", "--kdc-dump", str(old.dump),
            "--stash", str(old.stash), "--target-dump", str(new), "--target-stash", str(stash), "--rehearse"]  # fmt: skip


@pytest.fixture
def case(words: list[str], tmp_path: Path) -> Case:
    (tmp_path / "tmp").mkdir()
    return Case(words, tmp_path / "tmp")


def logins(folder: Path, names: list[str], mode: int = 0o600) -> Path:
    path = folder / "logins"
    path.write_text("".join(f"{name}\t{password(name)}\n" for name in names))
    path.chmod(mode)
    return path


def test_a_plan_that_is_right_is_proved_in_every_row(case: Case) -> None:
    status, found, err = case.run_program("--logins", str(logins(case.folder, [ONE, "bvance3"])))
    assert (status, err) == (0, "")
    assert password(ONE) not in json.dumps(found, ensure_ascii=False)
    assert found["proved"]
    assert len(found["rows"]) == 13
    assert {row["proof"] for row in found["rows"]} == {"proved"}
    assert case.rooms() == []


def test_a_wrong_salt_is_found_although_the_key_works(case: Case, tmp_path: Path) -> None:
    case = case.of(ONE, DISABLED, TO_CHANGE)
    odkit(*(word for word in case.words if word != "--rehearse"), "-o", str(tmp_path / "out"))
    path = tmp_path / "out" / "principals.dump"
    entries = [replace(entry, keys=tuple(replace(key, salt=b"other") for key in entry.keys)) for entry in read_dump(path).entries]
    path.write_bytes(HEADER + b"".join(map(write_entry, entries)))
    status, found, _ = case.run("-o", str(tmp_path / "out"), "--logins", str(logins(case.folder, [ONE])))
    assert status == 1
    assert len(found["rows"]) == 13
    failed = [row["what"] for row in found["rows"] if row["proof"] == "failed"]
    assert failed == [
        "the KDC announces the salt of the source, so that the typed password makes the same key",
        "test users log in with their typed password",
    ]


def test_a_file_with_passwords_that_others_can_read_is_refused(case: Case) -> None:
    status, _, err = case.run("--logins", str(logins(case.folder, [ONE], 0o644)))
    assert status == 2
    assert "chmod 600" in err


def started(case: Case, *words: str) -> Copy:
    """A rehearsal whose plan is written into its room."""
    process = case.start(*words)
    until = time.monotonic() + 100
    while not (case.rooms() and (Path(f"/proc/{process.pid}/root") / case.rooms()[0].relative_to("/") / "private/carry/load.sh").exists()):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_can_be_caught_leaves_no_room(case: Case, number: signal.Signals) -> None:
    process = started(case.of(ONE))
    process.send_signal(number)
    process.communicate()
    assert process.returncode == -number
    assert case.rooms() == []


def test_after_kill_9_no_key_is_left_and_the_next_run_removes_the_room(case: Case) -> None:
    case = case.of(ONE)
    process = started(case)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    [room] = case.rooms()
    assert sorted(str(path.relative_to(room)) for path in room.rglob("*")) == ["lock", "private"]
    status, _, _ = case.run()
    assert status == 1  # no typed password was given: that row is not proved
    assert case.rooms() == []
