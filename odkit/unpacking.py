"""Gzip (RFC 1952), told by the first two bytes of a file and not by its name; pipes that can be read once, too."""

from __future__ import annotations

import io
import zlib
from typing import IO, Any, BinaryIO, cast

__all__ = ["GZIP", "unpacked", "why_unread"]

GZIP = b"\x1f\x8b"


def unpacked(raw: BinaryIO | IO[bytes], *, must_close: bool) -> BinaryIO | IO[bytes]:
    """Return a file that unpacks gzip (RFC 1952); the first two bytes decide, not the name."""
    if not getattr(raw, "seekable", bool)():
        head = raw.read(2)
        if len(head) == 1:  # a pipe may hold only one byte at this moment
            head += raw.read(1)
        joined = _Joined(head, raw, must_close=must_close)
        return _unzipped(joined, must_close=must_close) if head == GZIP else cast("IO[bytes]", joined)
    start = raw.tell()
    head = raw.read(2)
    raw.seek(start)
    return _unzipped(raw, must_close=must_close) if head == GZIP else raw


def why_unread(error: Exception) -> str:
    """Return what to say of an error that reading raised: gzip's have words of their own, and a way out."""
    from gzip import BadGzipFile

    if isinstance(error, (BadGzipFile, zlib.error)):
        return f"the gzip file is damaged, or something else follows its end ({error}); copy it again"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


def _unzipped(file: Any, *, must_close: bool) -> IO[bytes]:
    from gzip import GzipFile  # few exports are packed

    class Unzipped(GzipFile):
        """A gzip file that also closes the packed file, if odkit opened it."""

        def close(self) -> None:
            super().close()
            if must_close:
                file.close()

    return cast("IO[bytes]", Unzipped(fileobj=file, mode="rb"))


class _Joined(io.RawIOBase):
    """A pipe with the bytes that were already taken from it put back."""

    def __init__(self, head: bytes, rest: BinaryIO | IO[bytes], *, must_close: bool) -> None:
        self._head = head
        self._rest = rest
        self._must_close = must_close

    def readable(self) -> bool:
        """Tell `io` that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes; all that is left for a negative size."""
        if self._head:
            head, self._head = self._head[: size if size >= 0 else None], b"" if size < 0 else self._head[size:]
            return head + self._rest.read() if size < 0 else head
        return self._rest.read(size)

    def close(self) -> None:
        """Close the pipe, too, if odkit opened it."""
        super().close()
        if self._must_close:
            self._rest.close()
