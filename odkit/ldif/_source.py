"""Where LDIF comes from: a path, a binary file, or bytes; plain or gzip; always as blocks of bytes."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from odkit.errors import InputError, UsageError

__all__ = ["BLOCK", "Source", "blocks", "open_source", "source_name"]

Source = str | os.PathLike[str] | bytes | BinaryIO | IO[bytes]

BLOCK = 92 << 10  # below what malloc maps and unmaps for each block (128 KiB), and small enough to stay in the cache


def source_name(source: Source) -> str:
    """Name of a source for messages: its path, or ``<bytes>`` / ``<stream>``."""
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return "<bytes>"
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "<stream>"


def open_source(source: Source) -> tuple[BinaryIO | IO[bytes], bool]:
    """Open a source for reading bytes.

    Returns:
        The file, unpacked if it was gzip, and whether the caller must close it.

    Raises:
        InputError: the path cannot be opened.
        UsageError: not a path, bytes or a binary file.
    """
    name = source_name(source)
    try:
        if isinstance(source, (str, os.PathLike)):
            path = Path(source)
            if path.is_dir():
                raise InputError(name, None, "is a folder, not an LDIF file")
            raw: BinaryIO | IO[bytes] = path.open("rb", buffering=0)
            own = True
        elif isinstance(source, (bytes, bytearray, memoryview)):
            raw, own = io.BytesIO(source), True
        elif hasattr(source, "read"):
            raw, own = source, False
        else:
            raise UsageError(f"expected a path, bytes or a binary file, not {type(source).__name__}")
        return (_unpacked(raw, own=own), own)
    except (OSError, ValueError) as error:  # ValueError: a NUL or a lone surrogate in the path, a closed file
        raise InputError(name, None, f"cannot be opened: {getattr(error, 'strerror', None) or error}") from error


def _unpacked(raw: BinaryIO | IO[bytes], *, own: bool) -> BinaryIO | IO[bytes]:
    """Look at the first two bytes: gzip (RFC 1952) is unpacked on the way, whatever the name says."""
    if not getattr(raw, "seekable", bool)():
        head = raw.read(2)
        if len(head) == 1:  # what a pipe holds just now
            head += raw.read(1)
        joined = _Joined(head, raw)
        return cast("IO[bytes]", _Gzip(joined, own=own) if head == b"\x1f\x8b" else joined)
    start = raw.tell()
    head = raw.read(2)
    raw.seek(start)
    return cast("IO[bytes]", _Gzip(raw, own=own)) if head == b"\x1f\x8b" else raw


class _Gzip(gzip.GzipFile):
    """A gzip file that closes what it reads from, when that is ours."""

    def __init__(self, file: Any, *, own: bool) -> None:
        super().__init__(fileobj=file, mode="rb")
        self._inner = file if own else None

    def close(self) -> None:
        """Close this file, and the packed one."""
        super().close()
        if self._inner is not None:
            self._inner.close()


class _Joined(io.RawIOBase):
    """Bytes already taken from a pipe, put back before the rest of it."""

    def __init__(self, head: bytes, rest: BinaryIO | IO[bytes]) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._head:
            head, self._head = self._head[: size if size >= 0 else None], b"" if size < 0 else self._head[size:]
            return head + self._rest.read() if size < 0 else head
        return self._rest.read(size)


def blocks(file: BinaryIO | IO[bytes], name: str, size: int = BLOCK) -> Iterator[bytes]:
    """Read a file in blocks.

    Raises:
        InputError: reading fails, a gzip stream is damaged or cut, or the file gives text instead of bytes.
    """
    while True:
        try:
            block = file.read(size)
        except EOFError as error:  # gzip says so when the stream ends before its trailer
            raise InputError(name, None, "the gzip file is cut: its end is missing; copy it again") from error
        except (OSError, ValueError, zlib.error) as error:
            raise InputError(name, None, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
        if not block:
            return
        if not isinstance(block, bytes):
            raise InputError(name, None, "the file gives text; open it in binary mode ('rb')")
        yield block
