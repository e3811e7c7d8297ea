"""`Walk`: a reader for who knows of most records, before they are parsed, that nobody will ask for them.

The bytes stay in the chunks in which they were read.  Records of the usual form are taken many at a time, by their places; for all others
a walk does what a lazy reader does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from odkit.ldif._entry import Entry, entry_in_block, entry_of
from odkit.ldif._lines import LineCounter, ReadAt
from odkit.ldif._reader import Reader
from odkit.ldif._split import RawRecord, is_irregular, split_irregular, split_plain
from odkit.ldif._values import ChangeRecord
from odkit.patterns import compiled

__all__ = ["BORDER", "Chunk", "Walk", "whole_record"]

BORDER = b"\n\n"  # before a record, and behind it, in a chunk that is plain
_NAME = rb"[A-Za-z0-9_-]*+(?:;[A-Za-z0-9_-]++)*+:"
# an attribute; what is most common comes first, and no letter is looked at twice for it
_ATTRIBUTE = rb"[ABE-Zabe-z](?:[A-Za-z0-9_-]*+:|" + _NAME + rb")|[Cc](?!(?i:hangetype)[:;])" + _NAME + rb"|[Dd](?!(?i:n)[:;])" + _NAME
# a border, a dn that is not folded, and nothing that makes something else of the record than an entry whose lines can all be read
_WHOLE = compiled(rb"\n\n(dn: [^ \n\x01-\x1f][^\n]*+)(?!\n(?: |(?i:control)[:;]))(?:\n(?: |" + _ATTRIBUTE + rb")[^\n]*+)++(?=\n\n)").match


def whole_record(data: bytes, at: int, limit: int) -> re.Match[bytes] | None:
    """Match a record of the usual form behind a border; the first group is its first line, the end of the match that of the record."""
    return _WHOLE(data, at, limit)


class Chunk:
    """A part of an input that holds whole records.

    Args:
        walk: through the input.
        data: bytes.
        limit: where the records end in them.
        offset: of the first byte in the input.

    Attributes:
        data: as above.
        limit: as above.
        offset: as above.
        at: where the records begin that were not taken yet: a border, but at the beginning of the input.
        is_plain: whether there are neither carriage returns nor NULs.
    """

    __slots__ = ("_others", "_walk", "at", "data", "is_plain", "limit", "offset")

    def __init__(self, walk: Walk, data: bytes, limit: int, offset: int) -> None:
        self._walk = walk
        self.data, self.limit, self.offset = data, limit, offset
        self.at = 0
        self.is_plain = not is_irregular(data)
        self._others = iter(()) if self.is_plain else split_irregular(data[:limit], offset)

    @property
    def reach(self) -> int:
        """Where the border behind the last record ends, or the input."""
        return min(self.limit + len(BORDER), len(self.data))

    def regular(self, until: int) -> list[tuple[int, int]]:
        """Take regular records (see `odkit.ldif._split`) up to the first other one; return where each starts and stops.

        Args:
            until: only records are taken whose border is before it.
        """
        found: list[tuple[int, int]] = []
        for _, start, stop, _, regular in split_plain(self.data, self.limit, self.offset, self.at) if self.is_plain else ():
            if not regular or start - len(BORDER) >= until:
                break
            found.append((start, stop))
        if found:
            self.passed([start for start, _ in found], found[-1][1])
        return found

    def passed(self, starts: Sequence[int], stop: int) -> None:
        """Go behind regular records.

        Args:
            starts: of the records; at least one.
            stop: end of the last one.
        """
        self._walk.count(self, starts, stop)
        self.at = stop

    def next(self) -> Entry | ChangeRecord | None:
        """Take the next record; None if no paragraph that is left is one."""
        others = split_plain(self.data, self.limit, self.offset, self.at) if self.is_plain else self._others
        for raw in others:
            if self.is_plain:
                self.at = raw[3] - self.offset + raw[2] - raw[1]
            record = self._walk.record(raw)
            if record is not None:
                return record
        self.at = self.limit
        return None


class Walk(Reader):
    """Goes through the chunks of an input; a lazy `Reader` in all else."""

    def chunks(self, stream: Iterable[bytes], read_at: ReadAt) -> Iterator[Chunk]:
        """Yield the chunks in order; the records of each must be taken before the next one is asked for.

        Args:
            stream: blocks of bytes.
            read_at: reads the same stream again.

        Raises:
            InputError: the stream cannot be read at all.
        """
        self._begin(LineCounter(read_at))
        for data, limit, offset in self._splitter.chunks(self._parser.watch(stream)):
            yield Chunk(self, data, limit, offset)

    def count(self, chunk: Chunk, starts: Sequence[int], stop: int) -> None:
        """Count regular records; for the arguments see `Chunk.passed`."""
        data = chunk.data
        end = stop if len(starts) == 1 else data.find(BORDER, starts[0])
        self._count(data, starts[0], end, chunk.offset + starts[0])
        if len(starts) > 1:
            self._coverage.entries += len(starts) - 1
            self._coverage.last = entry_in_block(data, starts[-1], stop, chunk.offset + starts[-1], self._parser, None)

    def record(self, raw: RawRecord) -> Entry | ChangeRecord | None:
        """Return the record of a paragraph; None if it has none."""
        data, start, stop, offset, regular = raw
        return self._count(data, start, stop, offset) if regular else self._irregular(data[start:stop], offset)

    def _count(self, data: bytes, start: int, stop: int, offset: int) -> Entry:
        coverage = self._coverage
        if coverage.first is None:
            coverage.first = entry_of(data[start:stop], offset, self._parser)
        coverage.entries += 1
        coverage.last = entry = entry_in_block(data, start, stop, offset, self._parser, None)
        return entry
