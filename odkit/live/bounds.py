"""A socket with limits: it returns whole LDAP messages of bounded size, before a deadline.

ldap3 puts a message together without a limit, and waits anew for each piece: a server that
sends too slowly or too much would keep it waiting without end.
"""

from __future__ import annotations

import socket
import time
from typing import Any

from odkit.errors import LiveError

__all__ = ["MAX_MESSAGE", "Bounded"]

MAX_MESSAGE = 1 << 26  # 64 MiB: ten times a group of a hundred thousand members
_SEQUENCE = 0x30  # every LDAPMessage is one (RFC 4511 section 4.1.1)


class Bounded:
    """Takes the place of ldap3's socket.

    Args:
        inner: connected, with TLS where it is used.
        name: the server's URL, for messages.
        most: bytes that may come in all.
    """

    def __init__(self, inner: socket.socket, name: str, most: int) -> None:
        self._inner = inner
        self._name = name
        self._most = most
        self._left = 0  # bytes of the message that is being read
        self._head = b""
        self._seen = 0
        self.deadline = float("inf")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Receive as `socket.socket.recv` does.

        Raises:
            LiveError: the bytes come too late, are too many, or are not LDAP.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise LiveError(f"{self._name}: the answer does not end in time")
        if left != float("inf"):
            self._inner.settimeout(left)
        try:
            data = self._inner.recv(size, flags)
        except TimeoutError:
            raise LiveError(f"{self._name}: the answer does not end in time") from None
        self._seen += len(data)
        if self._seen > self._most:
            raise LiveError(f"{self._name}: more than {self._most >> 20} MiB; nothing of it was kept")
        if not data and (self._left or self._head):
            raise LiveError(f"{self._name}: the server closed the connection in the middle of an answer")
        self._count(data)
        return data

    def _count(self, data: bytes) -> None:
        """Follow the lengths of the outer messages (X.690 section 8.1.3, definite form)."""
        at = 0
        while at < len(data):
            if self._left:
                step = min(self._left, len(data) - at)
                self._left -= step
                at += step
                continue
            self._head += data[at : at + 1]
            at += 1
            if self._head[0] != _SEQUENCE:
                raise LiveError(f"{self._name}: what answers is no LDAP server")
            if len(self._head) < 2:
                continue
            first = self._head[1]
            more = first & 0x7F if first & 0x80 else 0
            if first == 0x80 or more > 8:
                raise LiveError(f"{self._name}: what answers is no LDAP server")
            if len(self._head) < 2 + more:
                continue
            length = int.from_bytes(self._head[2:], "big") if more else first
            if length > MAX_MESSAGE:
                raise LiveError(f"{self._name}: one answer of {length:,} bytes; that is no entry of a directory")
            self._head = b""
            self._left = length
