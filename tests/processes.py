"""Processes of odkit that tests kill: each run is a session of its own, by which all that it started are found."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGKILL
from typing import TypeVar

from conftest import ROOT, needs_proc

__all__ = ["CLI", "children_of", "odkit_in_session", "open_files", "reader_of", "session_of", "wait_until"]

CLI = [sys.executable, "-c", "import sys; from odkit_cli import main; main(sys.argv[1:])"]
_SECONDS = 300  # a busy machine may take long
T = TypeVar("T")


def wait_until(found: Callable[[], T]) -> T:
    """Return what a function returns as soon as it is true."""
    end = time.monotonic() + _SECONDS
    while not (result := found()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.002)
    return result


def children_of(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes that a process has started, oldest first."""
    with suppress(FileNotFoundError):
        return [int(each) for each in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    return []


@contextmanager
def reader_of(pipe: Path, process: subprocess.Popen[bytes]) -> Iterator[int]:
    """Yield which of the processes that a process has started waits for what a named pipe gives; it gives nothing."""
    end = wait_until(lambda: _opened(pipe))
    try:
        yield wait_until(lambda: next((each for each in children_of(process) if str(pipe) in open_files(each)), 0))
    finally:
        os.close(end)


def open_files(process: int) -> Iterator[str]:
    """Yield the names of what a process has open."""
    for link in Path(f"/proc/{process}/fd").glob("*"):
        with suppress(OSError):
            yield str(link.readlink())


def _opened(pipe: Path) -> int:
    """Return the end of a named pipe that is written to, or 0 as long as nobody reads it."""
    with suppress(OSError):
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    return 0


def session_of(process: subprocess.Popen[bytes]) -> list[int]:
    """All processes of the session that a process began, without those that are dead and not yet collected."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, _, session, *_ = path.read_text().rpartition(")")[2].split()
            if int(session) == process.pid and state not in "ZX":
                found.append(int(path.parent.name))
    return found


@contextmanager
def odkit_in_session(*words: object, temporary: Path, stdout: int = subprocess.PIPE) -> Iterator[subprocess.Popen[bytes]]:
    """Start odkit as the first process of a session; at the end no process of it may be there, and nothing in its temporary folder."""
    needs_proc()
    temporary.mkdir(exist_ok=True)
    environment = os.environ | {"TMPDIR": str(temporary)}
    with subprocess.Popen([*CLI, *map(str, words)], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, env=environment,
                          start_new_session=True) as process:  # fmt: skip
        try:
            yield process
            wait_until(lambda: not session_of(process))
            assert list(temporary.iterdir()) == []
        finally:
            for each in session_of(process):
                with suppress(ProcessLookupError):
                    os.kill(each, SIGKILL)
