"""Processes of odkit: sessions that tests kill, by which all that they started are found, and copies of this process that run a command."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from os import _exit as end_at_once
from pathlib import Path
from signal import SIGKILL
from typing import NoReturn, TypeVar

from conftest import ROOT, needs_proc
from odkit_cli import main

__all__ = ["CLI", "Copy", "children_of", "odkit_in_session", "open_files", "reader_of", "session_of", "wait_until"]

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


class Copy:
    """``odkit WORDS`` in a copy of this process: one of its own, with its own signals and namespaces, without the start of Python.

    A test of what a program finds when it starts starts one.

    Attributes:
        pid: its number.
        returncode: as of Popen; None until it is known to have ended.
    """

    def __init__(self, *words: object, env: Mapping[str, str] | None = None) -> None:
        """Start it, with variables over those of this process."""
        self._written = (tempfile.TemporaryFile(), tempfile.TemporaryFile())  # noqa: SIM115 - `communicate` closes them
        self.returncode: int | None = None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # from 3.12 on: a worker has another thread, which takes no part in this
            self.pid = os.fork()
        if self.pid == 0:
            self._run([*map(str, words)], env or {})

    def _run(self, words: list[str], env: Mapping[str, str]) -> NoReturn:
        status: object = 70
        try:
            os.environ.update(env)
            tempfile.tempdir = None  # of the variables
            nothing = os.open(os.devnull, os.O_RDONLY)
            for number, file in enumerate((nothing, *(each.fileno() for each in self._written))):
                os.dup2(file, number)
            sys.stdin, sys.stdout, sys.stderr = (open(number, mode, closefd=False) for number, mode in enumerate("rww"))  # noqa: SIM115
            try:
                main(words)
            except SystemExit as ended:
                status = ended.code
            sys.stdout.flush()
            sys.stderr.flush()
        finally:  # nothing of the tests goes on here
            end_at_once(status if isinstance(status, int) else 70)

    def poll(self, seconds: float = 0) -> int | None:
        """Return its status, once it has ended; wait so long for that."""
        if self.returncode is None:
            end = os.pidfd_open(self.pid)
            try:
                if select.select([end], [], [], seconds)[0]:
                    self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            finally:
                os.close(end)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def communicate(self, seconds: float = _SECONDS) -> tuple[str, str]:
        """Return what it has written when it has ended, to standard output and to standard error."""
        if self.poll(seconds) is None:
            self.send_signal(SIGKILL)
            self.poll(seconds)
            raise AssertionError(f"odkit does not end within {seconds} seconds")
        texts = []
        for file in self._written:
            file.seek(0)
            texts.append(file.read().decode())
            file.close()
        return texts[0], texts[1]
