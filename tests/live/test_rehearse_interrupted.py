"""A rehearsal that is interrupted, killed or called by the command: nothing is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import odkit
from conftest import needs
from live.rehearsed import NAMES, OLD, cut_script, domain, planned
from odkit.ldif import dump
from odkit.rehearsal.scratch import Scratch

pytestmark = pytest.mark.live


@pytest.fixture
def od() -> odkit.Directory:
    return domain()


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
    """The command without `odkit`."""
    folder = tmp_path_factory.mktemp("given")
    export, listing = folder / "export.ldif", folder / "listprincs.txt"
    export.write_bytes(dump([record.entry for record in domain().records()]))
    listing.write_text("".join(f"{name}\n" for name in NAMES))
    return ["rehearse", str(export), "--principals", str(listing), "--retire", OLD, "--target", "10.5"]


def start(words: list[str], folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-m", "odkit_cli", *words], env=os.environ | {"TMPDIR": str(folder)}, text=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
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
    process.communicate(timeout=100)
    assert process.returncode == 130
    wait_for_the_end(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_runs_on_when_it_is_killed_and_the_next_one_tidies_up(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs("slapd", "krb5kdc")
    process = start(words, tmp_path)
    process.kill()
    process.communicate(timeout=100)
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


def test_the_command(od: odkit.Directory, words: list[str], tmp_path: Path) -> None:
    plan, scripts = planned(od, tmp_path)
    assert plan.delete
    done = subprocess.run([sys.executable, "-m", "odkit_cli", *words, "--json"], env=os.environ | {"TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    body = json.loads(done.stdout)
    assert (body["schema"], body["passed"]) == ("odkit/rehearsal/1", True)
    assert not list(tmp_path.glob("odkit-*"))
    cut_script(scripts)
    done = subprocess.run(
        [sys.executable, "-m", "odkit_cli", *words, "--scripts", str(scripts)],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 1
    assert "FAILED  delete-records-ldif.sh run: status 0" in done.stdout
