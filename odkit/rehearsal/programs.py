"""Finding and running the programs of a rehearsal."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from odkit.errors import LiveError
from odkit.text import shorten

__all__ = ["SYSTEM_PATH", "Answering", "Port", "copy_sparse", "program", "run", "wait_for_port"]

SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def program(name: str, package: str) -> str:
    """Return the path of a program.

    Raises:
        LiveError: it is not installed; the message says how to get it on Debian.
    """
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}")
    if found is None:
        raise LiveError(f"{name} is not installed: apt-get install {package}")
    return found


def run(
    *words: str | bytes,
    env: Mapping[str, str] | None = None,
    data: bytes = b"",
    cwd: Path | None = None,
    check: bool = True,
    timeout: float = 120,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end.

    Raises:
        LiveError: it fails (when ``check``), or does not end in time.
    """
    try:
        done = subprocess.run(words, input=data, env=env, cwd=cwd, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as error:
        raise LiveError(f"{shorten(words[0], 80)} does not end within {timeout:g} seconds") from error
    except OSError as error:
        raise LiveError(f"{shorten(words[0], 80)}: {error.strerror}") from error
    if check and done.returncode:
        name = shorten(words[0], 80)
        raise LiveError(f"{name} ends with {done.returncode}: {shorten(done.stderr.strip() or done.stdout.strip(), 400)}")
    return done


class Answering:
    """A program that answers each line of its standard input by a line, and ends with its input, as when this process dies.

    Raises:
        LiveError: it does not start.
    """

    def __init__(self, *words: str, env: Mapping[str, str], cwd: Path) -> None:
        self._name = shorten(words[0], 80)
        try:
            self._process = subprocess.Popen(
                words, env=dict(env), cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
            )
        except OSError as error:
            raise LiveError(f"{self._name}: {error.strerror}") from error

    def ask(self, line: bytes, timeout: float) -> bytes:
        """Return the answer to a line, both with their LF.

        Raises:
            LiveError: the program ends, or does not answer within so many seconds.
        """
        process, answer, until = self._process, b"", time.monotonic() + timeout
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        with contextlib.suppress(BrokenPipeError):
            while line:  # a pipe need not take all at once
                line = line[process.stdin.write(line) or 0 :]
        while not answer.endswith(b"\n"):
            if not select.select([process.stdout], [], [], max(0, until - time.monotonic()))[0]:
                raise LiveError(f"{self._name} does not answer within {timeout:g} seconds")
            data = process.stdout.read(1 << 16)
            if not data:
                raise LiveError(f"{self._name} ends with {process.wait()}: {shorten(process.stderr.read().strip(), 400)}")
            answer += data
        return answer

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


def copy_sparse(source: Path, target: Path) -> None:
    """Copy what a file holds, and not its holes: LMDB makes a file as large as its database may become."""
    with source.open("rb") as old, target.open("wb") as new:
        size = os.fstat(old.fileno()).st_size
        new.truncate(size)
        start = stop = 0
        while stop < size:
            try:
                start = os.lseek(old.fileno(), stop, os.SEEK_DATA)
            except OSError:  # ENXIO: nothing but a hole is left
                return
            stop = os.lseek(old.fileno(), start, os.SEEK_HOLE)
            new.seek(start)
            new.write(os.pread(old.fileno(), stop - start, start))


class Port:
    """A TCP port on loopback that the kernel gives to nobody else until it is closed, also while its server is not there.

    Linux lets a server listen on a port that is held so: both set SO_REUSEADDR, and this one does not listen (socket(7)).

    Attributes:
        number: of the port.
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.number = int(self._socket.getsockname()[1])

    def close(self) -> None:
        """Give it back."""
        self._socket.close()


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    """Wait until a server answers on loopback.

    Raises:
        LiveError: it ended, or does not answer in time; with the end of its log.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", port), 0.2):
                return
        except OSError:
            time.sleep(0.01)
    tail = log.read_bytes()[-400:] if log.exists() else b""
    raise LiveError(f"{shorten(str(process.args), 60)} does not answer on port {port}: {shorten(tail, 400)}")
