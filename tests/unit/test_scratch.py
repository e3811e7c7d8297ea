"""The folder of a rehearsal: another that begins at the same time leaves it alone, and whoever is killed leaves one that the next removes."""

from __future__ import annotations

import fcntl
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from odkit.rehearsal.scratch import Scratch


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_one_that_begins_at_the_same_time_is_not_taken_for_one_that_was_killed(tmp_path: Path) -> None:
    """The other one looks when the first has made its lock, and does not hold it yet."""
    others: list[Scratch] = []
    real = fcntl.flock

    def late(handle: int, how: int) -> None:
        patch.undo()
        others.append(Scratch())
        real(handle, how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fcntl, "flock", late)
        with Scratch() as first, others[0] as second:
            assert second.removed == []
            assert first.folder.is_dir()
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, signal
from odkit.rehearsal.scratch import Scratch

def rehearse(calls):
    left = calls

    def counted(real):
        def call(*words, **options):
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*words, **options)
        return call

    with Scratch() as scratch:
        for name in ("a", "z"):
            (scratch.folder / name).mkdir()
            (scratch.folder / name / "key").write_text("secret")
        (scratch.folder / "key").write_text("secret")
        os.unlink, os.rmdir = counted(os.unlink), counted(os.rmdir)
    os._exit(0)

for calls in range(7):
    child = os.fork() or rehearse(calls)
    print(os.WTERMSIG(os.waitpid(child, 0)[1]))
"""


def test_one_that_is_killed_while_it_removes_its_folder_leaves_one_that_the_next_removes(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED], env={"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(int(signal.SIGKILL))] * 7
    # each has removed the one before; the last one was killed between its last file and the folder, which is empty
    assert len(list(tmp_path.rglob("*"))) == 1


def test_what_a_program_writes_while_its_folder_is_removed_is_removed_too(tmp_path: Path) -> None:
    real = shutil.rmtree

    def beside_a_program(path: Path, *, ignore_errors: bool) -> None:
        patch.undo()
        real(path, ignore_errors=ignore_errors)
        path.mkdir(parents=True, exist_ok=True)
        (path / "log").write_text("late")

    with pytest.MonkeyPatch.context() as patch, Scratch() as scratch:
        (scratch.folder / "db").mkdir()
        patch.setattr(shutil, "rmtree", beside_a_program)
    assert list(tmp_path.iterdir()) == []
