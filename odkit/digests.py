"""`Digest`: the SHA-256 of an input, computed in a thread while it is read."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["Digest"]

_AT_ONCE = 1 << 20  # bytes that are digested at once


class Digest(threading.Thread):
    """A digest that is computed in a thread.

    Args:
        peek: gives the bytes at an offset, fewer at the end.
        size: bytes that the digest is of.
    """

    def __init__(self, peek: Callable[[int, int], bytes], size: int) -> None:
        super().__init__(daemon=True)
        self._peek, self._size = peek, size
        self._found: tuple[str, int] | BaseException = ("", 0)
        self.start()

    def run(self) -> None:
        """Compute it."""
        import hashlib  # of what reads LDIF, this alone needs it

        try:
            found = hashlib.sha256()
            at = 0
            while at < self._size and (part := self._peek(at, min(_AT_ONCE, self._size - at))):
                found.update(part)
                at += len(part)
            self._found = (found.hexdigest(), at)
        except BaseException as error:  # noqa: BLE001 - it is raised again where the digest is asked for
            self._found = error
        finally:
            del self._peek  # the source holds this object, and is closed when nobody holds the source

    def result(self) -> tuple[str, int]:
        """SHA-256, hex, and the number of bytes that were there."""
        self.join()
        if isinstance(self._found, BaseException):
            raise self._found
        return self._found
