"""Where the records of an opened export stay: on disk, read again when they are asked for.

An export of 100,000 users has 250 MB; holding its values would cost a gigabyte.  Only the position of each record is kept.
What cannot be read twice (a pipe, a gzip file) goes to an unnamed temporary file.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import IO, BinaryIO, cast

from odkit.errors import InputError
from odkit.ldif._source import Source, blocks, open_source

__all__ = ["Progress", "Store"]

Progress = Callable[[str, int, int | None], object]

_PART = 1 << 20


class Store:
    """The bytes of one source, at hand by position.

    Args:
        source: a path, a binary file, or bytes.
        name: its name in messages.
    """

    def __init__(self, source: Source, name: str) -> None:
        self.name = name
        self._digest: Future[tuple[str, int]] | None = None
        self._size = 0
        self._ended = False
        file, own = open_source(source)
        self._file = file
        self._own = own
        self._data: bytes | None = bytes(source) if isinstance(source, (bytes, bytearray, memoryview)) else None
        self._fd: int | None = None
        self._stamp: tuple[int, int] | None = None
        self._spool: IO[bytes] | None = None
        if self._data is not None and self._data[:2] == b"\x1f\x8b":
            self._data = None
        if self._data is None:
            # unpacked gzip, and everything that is no file of its own at offset 0, is copied on the way
            plain = isinstance(file, io.FileIO) and own
            if plain:
                self._fd = os.dup(file.fileno())
            else:
                self._spool = cast("IO[bytes]", tempfile.TemporaryFile(buffering=0, prefix="odkit-"))  # noqa: SIM115
                self._fd = os.dup(self._spool.fileno())
            weakref.finalize(self, os.close, self._fd)

    def stream(self, progress: Progress | None = None) -> Iterator[bytes]:
        """Blocks of the source, once; on the way they are kept where needed.

        Args:
            progress: is told the source's name, the bytes read so far, and the size where it is known.

        Raises:
            InputError: see `odkit.ldif._source.blocks`; the disk is full.
        """
        before = self._state() if self._spool is None else None
        total = before[0] if before is not None else None
        try:
            for block in blocks(cast("BinaryIO", self._file), self.name):
                self._size += len(block)
                if self._spool is not None:
                    self._keep(block)
                if progress is not None:
                    progress(self.name, self._size, total)
                yield block
            if before is not None and self._state() != before:
                raise self._changed()
        finally:
            if self._own:
                self._file.close()
            if self._spool is not None:
                self._spool.close()
            self._stamp = self._state()
            self._ended = True

    def _keep(self, block: bytes) -> None:
        assert self._spool is not None
        view = memoryview(block)
        try:
            while view:
                view = view[self._spool.write(view) :]
        except OSError as error:
            raise InputError(self.name, None, f"cannot be kept in a temporary file ({error.strerror}); set TMPDIR") from error

    def _state(self) -> tuple[int, int] | None:
        if self._fd is None:
            return None
        info = os.fstat(self._fd)
        return info.st_size, info.st_mtime_ns

    @property
    def digest(self) -> str:
        """SHA-256 of the unpacked bytes, hex; they are read again when it is first asked for.

        Raises:
            InputError: the file was changed since it was opened.
        """
        self.start_digest()
        assert self._digest is not None
        found, size = self._digest.result()
        if size != self._size:  # it was begun before all was read, and the file grew meanwhile
            raise self._changed()
        self._check()
        return found

    def start_digest(self) -> None:
        """Begin to digest beside what else is done: reading and hashing large blocks leave the interpreter to others."""
        # a file can be digested while it is being read for the first time; what is kept elsewhere, or here, only afterwards
        growing = self._fd is None or self._spool is not None
        if self._digest is None and (self._ended or not growing):
            self._digest = Future()
            size = self._size if self._ended or self._fd is None else os.fstat(self._fd).st_size
            threading.Thread(target=self._work, args=(self._digest, size), daemon=True).start()

    def _work(self, digest: Future[tuple[str, int]], size: int) -> None:
        try:
            found = hashlib.sha256()
            at = 0
            while at < size and (part := self.peek(at, min(_PART, size - at))):
                found.update(part)
                at += len(part)
            digest.set_result((found.hexdigest(), at))
        except BaseException as error:  # noqa: BLE001 - it is raised again where the digest is asked for
            digest.set_exception(error)

    @property
    def size(self) -> int:
        """Unpacked bytes that have been read."""
        return self._size

    def peek(self, offset: int, length: int) -> bytes:
        """Read again, fewer bytes where there are none: what `odkit.ldif._lines.Lines` counts."""
        if self._data is not None:
            return self._data[offset : offset + length]
        assert self._fd is not None
        return os.pread(self._fd, length, offset)

    def read(self, offset: int, length: int) -> bytes:
        """Read a record again.

        Raises:
            InputError: the file was changed since it was opened.
        """
        self._check()
        data = self.peek(offset, length)
        if len(data) != length:
            raise InputError(self.name, None, "the file became shorter while odkit was reading it; run the command again")
        return data

    def _check(self) -> None:
        if self._data is None and self._state() != self._stamp:
            raise self._changed()

    def _changed(self) -> InputError:
        return InputError(self.name, None, "the file was changed while odkit was reading it; run the command again")
