"""Where input comes from: a path, a binary file, or bytes; plain or gzip.

`open_source` and `blocks` read an input once, as blocks of unpacked bytes.  `OpenSource` reads it once and then again at any offset:
an export of 100,000 users has 250 MB, and holding its values would cost a gigabyte, so only the position of each record is kept.
"""

from __future__ import annotations

import io
import os
import stat
import weakref
import zlib
from collections.abc import Callable, Iterator
from typing import IO, BinaryIO, cast

from odkit.arguments import a_path
from odkit.digests import AT_ONCE, Digest
from odkit.errors import InputError, UsageError
from odkit.unpacking import GZIP, unpacked, why_unread

__all__ = ["BLOCK", "OpenSource", "Progress", "Source", "blocks", "date_of", "open_source", "source_name"]

Source = str | os.PathLike[str] | bytes | BinaryIO | IO[bytes]
Progress = Callable[[str, int, int | None], object]  # name of the source, bytes read so far, its size where that is known

BLOCK = 184 << 10  # stays in the cache with what is made of it
bytes(8 << 20)  # once so much was freed, glibc's malloc no longer maps and unmaps memory for each block, as it does above 128 KiB
_SMALL = 1 << 20  # bytes: no larger source is kept when it is read again
_YEAR_9999 = 253_402_300_800  # seconds since 1970 before its end


def source_name(source: Source) -> str:
    """Return the name of a source for messages: its path, or ``<bytes>`` / ``<stream>``."""
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return "<bytes>"
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "<stream>"


def date_of(source: Source) -> int | None:
    """Return when a source was written last, in seconds since 1970; None for bytes, a pipe, and what cannot be looked at."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return None
    try:
        state = os.stat(source) if isinstance(source, (str, os.PathLike)) else os.fstat(source.fileno())  # noqa: PTH116
    except (OSError, ValueError, AttributeError):  # ValueError: a NUL in the path, a closed file; io.UnsupportedOperation is both
        return None
    return int(state.st_mtime) if stat.S_ISREG(state.st_mode) and 0 <= state.st_mtime < _YEAR_9999 else None


def open_source(source: Source) -> tuple[BinaryIO | IO[bytes], bool]:
    """Open a source for reading bytes.

    Returns:
        The file, which unpacks gzip, and whether the caller must close it.

    Raises:
        InputError: the path cannot be opened.
        UsageError: the source is not a path, bytes or a binary file.
    """
    name = source_name(source)
    try:
        if isinstance(source, (str, os.PathLike)):
            path = a_path(source, "a file")
            if path.is_dir():
                raise InputError(name, None, "is a folder, not an LDIF file")
            raw: BinaryIO | IO[bytes] = path.open("rb", buffering=0)
            must_close = True
        elif isinstance(source, (bytes, bytearray, memoryview)):
            raw, must_close = io.BytesIO(source), True
        elif hasattr(source, "read"):
            raw, must_close = source, False
        else:
            raise UsageError(f"expected a path, bytes or a binary file, not {type(source).__name__}")
        return (unpacked(raw, must_close=must_close), must_close)
    except (OSError, ValueError) as error:  # ValueError: a NUL or a lone surrogate in the path, a closed file
        raise InputError(name, None, f"cannot be opened: {getattr(error, 'strerror', None) or error}") from error


def blocks(file: BinaryIO | IO[bytes], name: str, size: int = BLOCK, more: Callable[[], int] = int) -> Iterator[bytes]:
    """Read a file in blocks.

    Args:
        file: open for reading bytes.
        name: of the source, for messages.
        size: bytes of a block.
        more: tells how many more the next one has.

    Raises:
        InputError: reading fails, a gzip stream is damaged or cut, or the file gives text instead of bytes.
    """
    while True:
        try:
            block = file.read(size + more())
        except EOFError as error:  # gzip raises it when the stream ends before its trailer
            raise InputError(name, None, "the gzip file is cut: its end is missing; copy it again") from error
        except (OSError, ValueError, zlib.error) as error:
            raise InputError(name, None, why_unread(error)) from error
        if not block:
            return
        if not isinstance(block, bytes):
            raise InputError(name, None, "the file gives text; open it in binary mode ('rb')")
        yield block


class OpenSource:
    """The bytes of one source: read once as a stream, then again at any offset.

    A file with a path is read again where it is.  A source that cannot be read twice (a pipe, a gzip file) is copied to an unnamed
    temporary file on the way.

    Args:
        source: a path, a binary file, or bytes.
        name: its name in messages.

    Attributes:
        name: as above.

    Raises:
        InputError: the source cannot be opened.
    """

    def __init__(self, source: Source, name: str) -> None:
        self.name = name
        self._digest: Digest | None = None
        self._size = 0
        self._ended = False
        self._given_again = 0
        self._file, self._must_close = open_source(source)
        self._data: bytes | None = bytes(source) if isinstance(source, (bytes, bytearray, memoryview)) else None
        self._fd: int | None = None
        self._stamp: tuple[int, int] | None = None
        self._kept: bytes | None = None  # all of a small source
        self._spool: IO[bytes] | None = None
        if self._data is not None and self._data[:2] == GZIP:
            self._data = None
        if self._data is None:
            # only a file that was opened here by its path can be read again where it is
            if isinstance(self._file, io.FileIO) and self._must_close:
                self._fd = os.dup(self._file.fileno())
            else:
                import tempfile

                self._spool = cast("IO[bytes]", tempfile.TemporaryFile(buffering=0, prefix="odkit-"))  # noqa: SIM115
                self._fd = os.dup(self._spool.fileno())
            weakref.finalize(self, os.close, self._fd)

    @property
    def is_copied(self) -> bool:
        """Whether it is copied while it is read: a pipe, a gzip file, an open file."""
        return self._spool is not None

    @property
    def size(self) -> int:
        """Number of unpacked bytes that have been read."""
        return self._size

    @property
    def file_size(self) -> int | None:
        """Number of bytes of the file; None for what is no file that can be read again where it is."""
        state = self._state() if self._spool is None else None
        return None if state is None else state[0]

    def stream(self, progress: Progress | None = None) -> Iterator[bytes]:
        """Yield the blocks of the source; to be called once.

        Args:
            progress: is called with the source's name, the bytes read so far, and the size where it is known.

        Raises:
            InputError: see `blocks`; or the disk is full, or the file changes while it is read.
        """
        before = self._state() if self._spool is None else None
        total = before[0] if before is not None else None
        try:
            for block in blocks(cast("BinaryIO", self._file), self.name, more=self._more):
                self._size += len(block)
                if self._spool is not None:
                    self._keep(block)
                if progress is not None:
                    progress(self.name, self._size, total)
                yield block
            if before is not None and self._state() != before:
                raise self._changed()
        finally:
            if self._must_close:
                self._file.close()
            if self._spool is not None:
                self._spool.close()
            self._stamp = self._state()
            self._ended = True

    def again(self, seen: int, count: int) -> bool:
        """Let `stream` go on so many bytes earlier, if all that it has given was seen; return whether it does.

        Args:
            seen: number of bytes.
            count: of the last of them that it gives again.
        """
        if self._ended or self._spool is not None or seen != self._size or not isinstance(self._file, io.FileIO):
            return False
        try:
            self._file.seek(-count, os.SEEK_CUR)
        except OSError:  # a pipe
            return False
        self._size -= count
        self._given_again = count
        return True

    def _more(self) -> int:
        """Return how many bytes the next block has beyond its own: those that are given again."""
        count, self._given_again = self._given_again, 0
        return count

    def stream_again(self) -> Iterator[bytes]:
        """Yield the blocks once more, after `stream` has ended.

        Raises:
            InputError: the file was changed since it was opened.
        """
        self._check()
        for at in range(0, self._size, BLOCK):
            yield self.read(at, min(BLOCK, self._size - at))

    def _keep(self, block: bytes) -> None:
        assert self._spool is not None
        view = memoryview(block)
        try:
            while view:
                view = view[self._spool.write(view) :]
        except OSError as error:
            raise InputError(self.name, None, f"cannot be kept in a temporary file ({error.strerror}); set TMPDIR") from error

    def read(self, offset: int, length: int) -> bytes:
        """Read bytes again.

        Raises:
            InputError: the file was changed since it was opened.
        """
        self._check()
        data = self.peek(offset, length)
        if len(data) != length:
            raise InputError(self.name, None, "the file became shorter while odkit was reading it; run the command again")
        return data

    def peek(self, offset: int, length: int) -> bytes:
        """Read bytes again without checking that the file is unchanged; returns fewer bytes at the end of the source."""
        if self._data is not None:
            return self._data[offset : offset + length]
        assert self._fd is not None
        if not self._ended or self._size > _SMALL:
            return os.pread(self._fd, length, offset)
        if self._kept is None:
            self._kept = os.pread(self._fd, self._size, 0)
        return self._kept[offset : offset + length]

    @property
    def digest(self) -> str:
        """SHA-256 of the unpacked bytes, hex; computed when it is first asked for.

        Raises:
            InputError: the file was changed since it was opened.
        """
        if self._digest is None:
            self._digest = Digest(self.peek, self._size)
        found, size = self._digest.result()
        if size != self._size:  # the digest was started before all was read, and the file grew meanwhile
            raise self._changed()
        self._check()
        return found

    def start_digest(self) -> None:
        """Start to compute the digest in a thread, if there is much to read: hashing large blocks leaves the interpreter to others."""
        # a file with a path can be digested while it is read for the first time; a copy only when it is complete
        growing = self._fd is None or self._spool is not None
        if self._digest is None and (self._ended or not growing):
            size = self._size if self._ended or self._fd is None else os.fstat(self._fd).st_size
            if size > AT_ONCE:
                self._digest = Digest(self.peek, size)

    def _state(self) -> tuple[int, int] | None:
        if self._fd is None:
            return None
        info = os.fstat(self._fd)
        return info.st_size, info.st_mtime_ns

    def _check(self) -> None:
        if self._data is None and self._state() != self._stamp:
            raise self._changed()

    def _changed(self) -> InputError:
        return InputError(self.name, None, "the file was changed while odkit was reading it; run the command again")
