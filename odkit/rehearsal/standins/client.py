"""dscl as a program: it hands its words to the service, which has everything loaded, and does what the service says.

A script calls dscl for every record.  This module imports next to nothing, so that a call takes a tenth of what loading odkit takes.
"""

from __future__ import annotations

import os
import sys
from _socket import AF_INET, SOCK_STREAM, socket  # without its wrapper in Python, which takes as long to load as Python itself

__all__ = ["run"]

_GONE = 70  # sysexits(3) EX_SOFTWARE


def run() -> None:
    """Run as a program: the file that says where the service is, the file of the machine that it plays, then dscl's own words."""
    with open(sys.argv[1], "rb") as place:  # noqa: PTH123 - pathlib alone doubles the time
        port, token = place.read().split()
    line = socket(AF_INET, SOCK_STREAM)
    try:
        line.connect(("127.0.0.1", int(port)))
        _send(line, b"\0".join([token, *map(os.fsencode, sys.argv[2:])]))
        while True:
            kind = _receive(line, 1)
            data = _receive(line, int.from_bytes(_receive(line, 4), "big"))
            if kind == b"x":
                sys.exit(int(data))
            _do(kind, data, line)
    except OSError as error:
        sys.stderr.write(f"dscl: the service of the stand-ins does not answer: {error.strerror}\n")
        sys.exit(_GONE)


def _do(kind: bytes, data: bytes, line: socket) -> None:
    """One thing that only the process that was called can do."""
    if kind == b"p":  # from the terminal, as dscl's getpass(3)
        from getpass import getpass

        _send(line, os.fsencode(getpass(os.fsdecode(data))))
    elif kind == b"i":
        _send(line, sys.stdin.buffer.read())
    else:
        stream = sys.stderr if kind == b"e" else sys.stdout
        stream.buffer.write(data)
        stream.flush()


def _send(line: socket, data: bytes) -> None:
    line.sendall(len(data).to_bytes(4, "big") + data)


def _receive(line: socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = line.recv(size - len(data))
        if not more:
            raise OSError(0, "it has closed the connection")
        data += more
    return data
