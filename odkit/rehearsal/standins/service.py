"""The process that does what the stand-in dscl is called for: it is started once, and ends with the process that started it.

It listens on loopback, and answers who knows its token, which is in a file that only the owner can read.
"""

from __future__ import annotations

import atexit
import functools
import os
import secrets
import socket
import subprocess
import sys
import threading
import traceback
from hmac import compare_digest
from importlib.util import find_spec
from pathlib import Path

__all__ = ["address", "main"]


def _folders() -> list[str]:
    """Where odkit is, ldap3 and what that needs."""
    found = [spec.origin for spec in map(find_spec, ("ldap3", "pyasn1")) if spec is not None and spec.origin is not None]
    return list(dict.fromkeys([str(Path(__file__).parents[3]), *(str(Path(each).parents[1]) for each in found)]))


@functools.cache
def address() -> bytes:
    """Port and token of this process' service, which is started by the first call."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        number = listener.fileno()
        # without what Python does for site-packages it starts in half the time; in a session of its own no key of a terminal ends it
        # before its parent does
        start = f"import sys; sys.path += {_folders()!r}; from odkit.rehearsal.standins.service import main; main({number})"
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", start],
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[number],
            start_new_session=True,
        )
        atexit.register(_end, process)
        token = secrets.token_hex(16).encode()
        if process.stdin is not None:
            process.stdin.write(token + b"\n")
            process.stdin.flush()
        return b"%d %s" % (listener.getsockname()[1], token)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    process.wait()


class _Caller:
    """A dscl that was called: a `Console` at the other end of a connection."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._stream = line.makefile("rb")

    def read(self) -> bytes:
        """The next message."""
        size = self._stream.read(4)
        data = self._stream.read(int.from_bytes(size, "big"))
        if len(size) < 4 or len(data) < int.from_bytes(size, "big"):
            raise EOFError("the caller is gone")
        return data

    def _say(self, kind: bytes, text: str) -> None:
        data = text.encode("utf-8", "surrogateescape")
        self._line.sendall(kind + len(data).to_bytes(4, "big") + data)

    def out(self, text: str) -> None:
        """Print a line on the caller's standard output."""
        self._say(b"o", text + "\n")

    def err(self, text: str) -> None:
        """Print a line on its standard error."""
        self._say(b"e", text + "\n")

    def password(self) -> str:
        """Ask at its terminal."""
        self._say(b"p", "Password: ")
        return os.fsdecode(self.read())

    def input(self) -> str:
        """Everything on its standard input."""
        self._say(b"i", "")
        return os.fsdecode(self.read())

    def end(self, status: int) -> None:
        """Let it end."""
        self._say(b"x", str(status))


def _answer(line: socket.socket, token: bytes) -> None:
    """What one call is for."""
    from odkit.rehearsal.standins.dscl import main as dscl
    from odkit.rehearsal.standins.dscl_node import Usage

    with line:
        caller = _Caller(line)
        try:
            known, state, *words = caller.read().split(b"\0")
            if not compare_digest(known, token):
                return
            try:
                caller.end(dscl(os.fsdecode(state), [os.fsdecode(word) for word in words], caller))
            except Usage as error:
                caller.err(f"dscl: {error}")
                caller.end(64)
            except Exception:  # noqa: BLE001 - what is wrong with the stand-in is said where it was called, as by a program of its own
                caller.err(traceback.format_exc())
                caller.end(1)
        except (OSError, EOFError):
            return  # it was ended while it waited


def _serve(listener: socket.socket, token: bytes) -> None:
    while True:
        line, _ = listener.accept()
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_answer, args=(line, token), daemon=True).start()


def main(listener: int) -> None:
    """Run as the service, until the process that started it closes the other end of standard input, or is gone.

    Args:
        listener: number of the inherited file that it listens on.
    """
    token = sys.stdin.buffer.readline().strip()
    threading.Thread(target=_serve, args=(socket.socket(fileno=listener), token), daemon=True).start()
    sys.stdin.buffer.read()
    os._exit(0)
