"""Servers of a rehearsal: each has a folder of its own and a process that ends with this one; both are gone when it is closed."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from odkit.rehearsal.programs import Port
from odkit.rehearsal.scratch import leashed

__all__ = ["ScratchServer", "start_server", "stop_server"]


def start_server(words: Sequence[str], env: Mapping[str, str] | None, log: Path | None) -> subprocess.Popen[bytes]:
    """Start a server in the background.

    Args:
        words: program and arguments.
        env: its environment; None for that of this process.
        log: the file that gets what it prints; None to drop that.
    """
    leash, preexec = leashed(words)
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(log.open("wb")) if log is not None else subprocess.DEVNULL
        return subprocess.Popen(
            leash,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=preexec,  # noqa: PLW1509 - a server must not outlive a test or rehearsal that is killed
        )


def stop_server(process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """Ask a server to end, and kill it when it does not in time."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class ScratchServer:
    """A server in a temporary folder.

    Args:
        prefix: of the folder's name.
        within: make its folder in this one.

    Attributes:
        folder: where its files are, mode 0700.
    """

    def __init__(self, prefix: str, within: Path | None = None) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix=prefix, dir=within)
        self.folder = Path(self._temporary.name)
        self._process: subprocess.Popen[bytes] | None = None
        self._ports: list[Port] = []

    def take_port(self) -> int:
        """Return a port on loopback that is this server's until it is closed."""
        self._ports.append(Port())
        return self._ports[-1].number

    def stop(self) -> None:
        """Stop the server."""
        if self._process is not None:
            stop_server(self._process)
            self._process = None

    def close(self) -> None:
        """Stop the server and remove the files."""
        self.stop()
        for port in self._ports:
            port.close()
        with contextlib.suppress(OSError):
            self._temporary.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
