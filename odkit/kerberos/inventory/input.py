"""The bytes of an inventory: read in blocks, digested on the way, given out as lines."""

from __future__ import annotations

import io
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from odkit.errors import InputError
from odkit.sources import Source, blocks, date_of, open_source, source_name

__all__ = ["Input"]

_HEAD = 1 << 16
_LINE = 1 << 24  # bytes of one line: a dump's record with many keys has a few kB
_BOM = b"\xef\xbb\xbf"


class _Stream(io.RawIOBase):
    """Blocks as a file."""

    def __init__(self, name: str, given: Iterator[bytes]) -> None:
        self.name = name
        self.last = b""  # byte that was read
        self._given = given
        self._rest = b""

    def readable(self) -> bool:
        """Tell `io` that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes; all that is left for a negative size."""
        if size < 0:
            out, self._rest = self._rest + b"".join(self._given), b""
            self.last = out[-1:] or self.last
            return out
        if not self._rest:
            self._rest = next(self._given, b"")
        out, self._rest = self._rest[:size], self._rest[size:]
        self.last = out[-1:] or self.last
        return out


class Input:
    """An open inventory.

    Args:
        source: a path, a binary file object, or bytes; plain or gzip.
        realm: of names without one, as the caller gave it.

    Attributes:
        path: for messages.
        realm: as given, encoded.
        head: its first bytes, at most 64 KiB, without a byte order mark.
        cut: after `lines`: whether the last line has no line end.
        date: of the file, in seconds since 1970; None for what is no file.
    """

    def __init__(self, source: Source, *, realm: str | None = None) -> None:
        import hashlib

        self.path = source_name(source)
        self.date = date_of(source)
        self.realm = realm.encode("utf-8", "surrogateescape") if realm is not None else None
        self._file, self._own = open_source(source)
        self._hash = hashlib.sha256()
        self._blocks = self._read()
        self.cut = False
        head = b""
        for block in self._blocks:
            head += block
            if len(head) >= _HEAD:
                break
        self._pending = head
        # by the first line: somebody's editor, or a mail, has changed them all; a name may end in a CR of its own
        self._crlf = head.partition(b"\n")[0].endswith(b"\r")
        self.head = self._plain(head[:_HEAD].removeprefix(_BOM)).lstrip(b"\r\n")

    def _read(self) -> Iterator[bytes]:
        for block in blocks(self._file, self.path):
            self._hash.update(block)
            yield block

    def _plain(self, data: bytes) -> bytes:
        return data.replace(b"\r\n", b"\n") if self._crlf else data

    @property
    def digest(self) -> str:
        """SHA-256 of what was read, hex."""
        return self._hash.hexdigest()

    def _all(self) -> Iterator[bytes]:
        if self._pending:
            first, self._pending = self._pending, b""
            yield first
        yield from self._blocks

    def peek(self, limit: int) -> bytes:
        """Return all bytes, with LF alone as line ends; they are still there for `lines`.

        Raises:
            InputError: more than ``limit``.
        """
        self._pending = self.whole(limit)
        return self._plain(self._pending)

    def stream(self) -> _Stream:
        """Return the bytes as a binary file, for a reader of its own; they count for the digest."""
        return _Stream(self.path, self._all())

    def whole(self, limit: int) -> bytes:
        """Return all bytes.

        Raises:
            InputError: more than ``limit``.
        """
        parts, size = [], 0
        for block in self._all():
            parts.append(block)
            size += len(block)
            if size > limit:
                raise InputError(self.path, None, f"is larger than {limit >> 20} MiB; this is no list of principals")
        return b"".join(parts)

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield lines with their numbers, without LF or CR LF; a byte order mark in front is taken off.

        Raises:
            InputError: a line longer than 16 MiB, or a NUL byte.
        """
        number, rest, first = 0, b"", True
        for block in self._all():
            data = rest + block
            if first:
                data, first = data.removeprefix(_BOM), False
            if b"\0" in block:
                at = data.index(b"\0")
                raise InputError(self.path, number + data.count(b"\n", 0, at) + 1, "a NUL byte: this is no list of principals")
            lines = data.split(b"\n")
            rest = lines.pop()
            if len(rest) > _LINE:
                raise InputError(
                    self.path, number + len(lines) + 1, f"a line of more than {_LINE >> 20} MiB; this is no list of principals"
                )
            for line in lines:
                number += 1
                yield number, line.removesuffix(b"\r") if self._crlf else line
        if rest:
            self.cut = True
            yield number + 1, rest.removesuffix(b"\r") if self._crlf else rest

    def close(self) -> None:
        """Close what was opened here."""
        if self._own:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
