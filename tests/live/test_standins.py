"""The service behind the stand-in dscl: whom it answers, and that it ends with the process that started it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import ROOT
from odkit.rehearsal.standins import Machine, install

pytestmark = pytest.mark.live


def alive(number: int) -> bool:
    """Whether there is such a process, and it has not ended."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_who_does_not_know_its_token_gets_no_answer(tmp_path: Path) -> None:
    folder = install(tmp_path / "standins", Machine("10.5.8"))
    place = folder / "service"
    port, token = place.read_bytes().split()
    assert place.stat().st_mode & 0o077 == 0
    for known, answered in ((b"0" * len(token), False), (token, True)):
        with socket.create_connection(("127.0.0.1", int(port)), 60) as line:
            words = b"\0".join([known, bytes(folder / "machine.json"), b"/LDAPv3/192.0.2.1", b"-list", b"/Users"])
            line.sendall(len(words).to_bytes(4, "big") + words)
            with line.makefile("rb") as stream:
                assert (b"is not valid" in stream.read()) is answered


def test_every_word_reaches_it_as_it_is(tmp_path: Path) -> None:
    folder = install(tmp_path / "standins", Machine("10.5.8"))
    odd = b"\xff a'\"\\\n$(id) %s"
    done = subprocess.run([bytes(folder / "dscl"), odd], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (69, b"Data source (" + odd + b") is not valid.\n", b"")
    done = subprocess.run([folder / "dscl", "/LDAPv3/127.0.0.1", "-search", "/Users", ""], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (64, b"dscl: not a command of this stand-in: ['-search', '/Users', '']\n")


@pytest.mark.parametrize("ending", ["sys.exit(0)", "os.kill(os.getpid(), 9)"])
def test_it_ends_with_the_process_that_started_it(tmp_path: Path, ending: str) -> None:
    code = f"""
import os, sys
from pathlib import Path
from odkit.rehearsal.standins import Machine, install
install(Path({str(tmp_path / "standins")!r}), Machine("10.5.8"))
print(Path("/proc/self/task", str(os.getpid()), "children").read_text(), flush=True)
{ending}
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    [service] = done.stdout.split()
    until = time.monotonic() + 60
    while alive(int(service)) and time.monotonic() < until:
        time.sleep(0.01)
    assert not alive(int(service))
    gone = subprocess.run([tmp_path / "standins" / "dscl", "localhost"], capture_output=True, text=True, check=False)
    assert (gone.returncode, "the service of the stand-ins does not answer: Connection refused" in gone.stderr) == (70, True)
