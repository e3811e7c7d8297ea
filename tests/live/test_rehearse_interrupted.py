"""A rehearsal that is interrupted or killed: nothing is left."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from conftest import needs
from live import rehearsed
from live.rehearsed import domain
from odkit.rehearsal.scratch import Scratch
from processes import Copy

pytestmark = pytest.mark.live


def running(folder: Path) -> list[int]:
    """Processes with the folder in their words or environment's TMPDIR."""
    out = []
    for each in Path("/proc").iterdir():
        try:
            if each.name.isdigit() and str(folder).encode() in (each / "cmdline").read_bytes():
                out.append(int(each.name))
        except OSError:
            continue
    return out


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return rehearsed.words(domain(), tmp_path_factory.mktemp("given"))


def start(words: list[str], folder: Path) -> Copy:
    process = Copy(*words, env={"TMPDIR": str(folder)})
    until = time.monotonic() + 100
    while len(running(folder)) < 2:  # slapd, and the KDC or a script
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    return process


def wait_for_the_end(folder: Path) -> None:
    """A child that was just being started dies with its parent, by the kernel's hand, a moment later."""
    until = time.monotonic() + 60
    while running(folder):
        assert time.monotonic() < until, running(folder)
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_when_it_is_interrupted(words: list[str], tmp_path: Path, number: signal.Signals) -> None:
    needs("slapd", "krb5kdc")
    process = start(words, tmp_path)
    process.send_signal(number)
    process.communicate()
    assert process.returncode == 130
    wait_for_the_end(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_runs_on_when_it_is_killed_and_the_next_one_tidies_up(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs("slapd", "krb5kdc")
    process = start(words, tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    wait_for_the_end(tmp_path)
    [left] = tmp_path.iterdir()
    assert left.stat().st_mode & 0o777 == 0o700
    (tmp_path / "odkit-rehearsal-mine").mkdir()  # without a lock: not a rehearsal's
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Scratch() as one, Scratch() as other:
        assert one.removed == [left]
        assert other.removed == []  # the first one is in use
        assert one.folder.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["odkit-rehearsal-mine"]
