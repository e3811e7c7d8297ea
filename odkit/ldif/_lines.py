"""Physical line numbers, computed only when a message needs one: counting line feeds costs as much as splitting records."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable

__all__ = ["LineCounter", "ReadAt", "reread"]

ReadAt = Callable[[int, int], bytes]  # offset and length to bytes; fewer bytes if the source ends or has changed

_STEP = 1 << 16


def _line_feeds(data: bytes) -> int:
    """Count them, in two thirds of the time that `bytes.count` takes."""
    return len(data) - len(data.replace(b"\n", b""))


class LineCounter:
    """Turns an offset of the unpacked stream into a physical line.

    Args:
        read_at: reads the stream again; None if it cannot be read twice.  Then lines must be asked for in rising order of
            their offsets, while the block that holds them is the last one given to `feed`.
        counting: set this if line numbers will be asked for at many offsets: lines are then counted while the stream is read.
    """

    def __init__(self, read_at: ReadAt | None, *, counting: bool = False) -> None:
        self.read_at = read_at
        self._counting = counting or read_at is None
        self._offsets = [0]  # where counting may go on, with the line at each offset
        self._numbers = [1]
        self._last = (0, 1)
        self._block = b""
        self._start = 0

    @property
    def any_time(self) -> bool:
        """Whether the line of any offset can be asked for at any time."""
        return self.read_at is not None

    def feed(self, block: bytes, offset: int) -> None:
        """Take the next block of the stream; ``offset`` is that of its first byte."""
        if not self._counting:
            return
        if self.read_at is None:
            self.at(offset)
        elif offset > self._offsets[-1]:
            self._numbers.append(self._numbers[-1] + _line_feeds(self._block[: offset - self._start]))
            self._offsets.append(offset)
        self._block, self._start = block, offset

    def note(self, offset: int, number: int) -> None:
        """Take the line of the byte at an offset, which somebody has counted by the way: what is asked behind it is counted from there."""
        if self.read_at is None:
            return
        if offset - self._offsets[-1] >= _STEP:
            self._offsets.append(offset)
            self._numbers.append(number)
        self._last = (offset, number)

    def at(self, offset: int) -> int:
        """Return the 1-based line of the byte at ``offset``; 0 if the source has changed, so that it is not known."""
        if self.read_at is None:
            number = self._numbers[0] + self._block.count(b"\n", self._offsets[0] - self._start, offset - self._start)
            self._numbers[0], self._offsets[0] = number, offset
            return number
        where = bisect_right(self._offsets, offset) - 1
        at, number = self._offsets[where], self._numbers[where]
        if at < self._last[0] <= offset:
            at, number = self._last
        while at < offset:
            length = min(_STEP, offset - at)
            block = self.read_at(at, length)
            if len(block) != length:
                return 0
            at, number = at + length, number + _line_feeds(block)
            if at - self._offsets[-1] >= _STEP:
                self._offsets.append(at)
                self._numbers.append(number)
        self._last = (offset, number)
        return number


def reread(path: str, state: os.stat_result) -> ReadAt:
    """Return a function that reads a file again by its path, as long as it is the file that was read.

    It opens the file each time: one descriptor for each file would exhaust them.
    """

    def read_at(offset: int, length: int) -> bytes:
        try:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - the path may be any spelling that open takes
                now = os.fstat(file.fileno())
                if (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns) != (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns):
                    return b""
                return os.pread(file.fileno(), length, offset)
        except OSError:
            return b""

    return read_at
