"""`Digest`: the SHA-256 of an input; that of a large one is computed in a thread while it is read."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["AT_ONCE", "Digest"]

AT_ONCE = 1 << 20  # bytes that are digested at once: a thread would take longer to start


class Digest:
    """A digest that is computed in a thread, where it is not one of few bytes.

    Args:
        peek: gives the bytes at an offset, fewer at the end.
        size: bytes that the digest is of.
    """

    def __init__(self, peek: Callable[[int, int], bytes], size: int) -> None:
        self._peek, self._size = peek, size
        self._found: tuple[str, int] | BaseException = ("", 0)
        self._thread = threading.Thread(target=self._compute, daemon=True) if size > AT_ONCE else None
        if self._thread is None:
            self._compute()
        else:
            self._thread.start()

    def _compute(self) -> None:
        import hashlib  # of what reads LDIF, this alone needs it

        try:
            found = hashlib.sha256()
            at = 0
            while at < self._size and (part := self._peek(at, min(AT_ONCE, self._size - at))):
                found.update(part)
                at += len(part)
            self._found = (found.hexdigest(), at)
        except BaseException as error:  # noqa: BLE001 - it is raised again where the digest is asked for
            self._found = error
        finally:
            del self._peek  # the source holds this object, and is closed when nobody holds the source

    def result(self) -> tuple[str, int]:
        """SHA-256, hex, and the number of bytes that were there."""
        if self._thread is not None:
            self._thread.join()
        if isinstance(self._found, BaseException):
            raise self._found
        return self._found
