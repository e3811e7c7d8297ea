"""The newer side of a comparison of files, read side by side with the older one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from odkit.comparison._names import Names
from odkit.comparison._run import Hashes, Run
from odkit.comparison._side import Side
from odkit.errors import InputError
from odkit.ldif import BORDER, Chunk, Entry

__all__ = ["Newer"]

_LINE = b"\n"
_DN = BORDER + b"dn: "


class Newer:
    """The newer side, of which as much is read as it has in common with the older one; then the rest.

    Attributes:
        hashes: ids of records that were not found along with the older side, and the hash of their bytes.
        followed: whether a record was.
    """

    def __init__(self, side: Side, names: Names) -> None:
        self.hashes = Hashes()
        self.followed = False
        self._side, self._names = side, names
        self._chunks = side.chunks()
        self._chunk: Chunk | None = None
        self._ended: InputError | bool = False

    @property
    def can_follow(self) -> bool:
        """Whether it can be read side by side with the other: a pipe is read when its turn comes."""
        return not self._side.is_copied

    def take_same(self, run: Run, number: int, keys: Sequence[int]) -> int:
        """Take the records that are those of a run, byte for byte; return how many.

        Args:
            run: of the older side.
            number: of the record that the next one is compared with.
            keys: what the DNs of the run are known by.
        """
        chunk = self._next_record()
        if chunk is None:
            return 0
        data, at, begin, ends = chunk.data, chunk.at, run.starts[number] - len(BORDER), run.ends
        view = memoryview(run.data)
        few, many = number, bisect_right(ends, begin + chunk.limit - at, number) + 1
        here = many - 1  # nearly always all of them are
        while many - few > 1:
            if data.startswith(view[begin : ends[here - 1] + len(BORDER)], at):
                few = here
            else:
                many = here
            here = (few + many) // 2
        if few == number:
            return 0
        shift = at - begin
        starts = [start + shift for start in run.starts[number:few]]
        chunk.passed(starts, ends[few - 1] + shift)
        self._side.took_all(chunk.offset, starts, [end + shift for end in ends[number:few]])
        self._names.add_keys(keys[number:few])
        self.followed = True
        return few - number

    def is_same(self, run: Run, number: int) -> bool:
        """Tell whether the next record is one of a run, byte for byte."""
        chunk = self._next_record()
        raw = run.data[run.starts[number] - len(BORDER) : run.ends[number] + len(BORDER)]
        return chunk is not None and chunk.data.startswith(raw, chunk.at) and chunk.at + len(raw) - len(BORDER) <= chunk.limit

    def head(self) -> bytes:
        """Return the first line of the next record; empty at the end."""
        chunk = self._next_record()
        return b"" if chunk is None else chunk.data[chunk.at + len(BORDER) :].partition(_LINE)[0]

    def go_to(self, head: bytes) -> bool:
        """Take the records before the one with a first line, if it is in the chunk; tell whether it is."""
        chunk = self._next_record()
        place = -1 if chunk is None else chunk.data.find(BORDER + head + _LINE, chunk.at, chunk.limit)
        if chunk is None or place < 0:
            return False
        self._take_until(chunk, place)
        return chunk.at == place

    def take(self) -> None:
        """Take the next record."""
        chunk = self._next_record()
        if chunk is not None:
            self._take_until(chunk, chunk.at + 1)

    def take_chunk(self) -> None:
        """Take what is left of the chunk."""
        if self._chunk is not None:
            self._take_until(self._chunk, self._chunk.limit)

    def read(self) -> None:
        """Read the rest.

        Raises:
            InputError: it cannot be read.
        """
        while (chunk := self._open_chunk()) is not None:
            self._take_until(chunk, chunk.limit)
        if isinstance(self._ended, InputError):
            raise self._ended

    def _next_record(self) -> Chunk | None:
        """Go to the next record that begins with its dn, in a plain chunk; return the chunk, None at the end."""
        while (chunk := self._open_chunk()) is not None:
            if not chunk.is_plain or self._side.is_counting:
                self._take_until(chunk, chunk.limit)
            elif chunk.data.startswith(_DN, chunk.at):
                return chunk
            else:
                self._take_until(chunk, chunk.at + 1)
        return None

    def _open_chunk(self) -> Chunk | None:
        """Return the chunk of the next paragraph; None at the end."""
        while not self._ended and (self._chunk is None or self._chunk.at >= self._chunk.limit):
            try:
                self._chunk = next(self._chunks, None)
            except InputError as error:  # the older side is read first: what is wrong with it is said first
                self._ended = error
            else:
                self._ended = self._chunk is None
        return None if self._ended else self._chunk

    def _take_until(self, chunk: Chunk, until: int) -> None:
        """Take the records that start before a position."""
        side, data = self._side, chunk.data
        while chunk.at < min(until, chunk.limit):
            if not side.is_counting and (found := chunk.regular(until)):
                first = len(side)
                starts, ends = map(list, zip(*found, strict=True))
                side.took_all(chunk.offset, starts, ends)
                self._names.add_lines([data[start : end if (line := data.find(_LINE, start, end)) < 0 else line] for start, end in found])
                self.hashes.add(first, data, starts, ends)
            elif (record := chunk.next()) is not None and (raw := side.took(record)) and isinstance(record, Entry):
                self._names.add(record)
                self.hashes.add(len(side) - 1, raw, (0,), (len(raw),))
