"""`Stretch`: consecutive records as they are in their file, for questions to many of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from odkit.directory._index import Index
from odkit.ldif import EntryMaker
from odkit.sources import OpenSource

__all__ = ["Stretch", "stretches"]


class Stretch(NamedTuple):
    """Consecutive records of one source.

    Attributes:
        numbers: their ids.
        raws: the bytes of each.
        offsets: of their first bytes.
        make: makes entries of them.
    """

    numbers: range
    raws: list[bytes]
    offsets: list[int]
    make: EntryMaker

    def lines(self) -> list[int]:
        """Return the physical lines of their first bytes; 0 where the source has changed, so that it is not known."""
        found: list[int] = []
        line = end = -1
        for offset, raw in zip(self.offsets, self.raws, strict=True):
            # one blank line is between two records nearly always
            line = line + 2 if offset == end + 2 and line > 0 else self.make.line_at(offset)
            found.append(line)
            line += raw.count(b"\n")
            end = offset + len(raw)
        return found


def stretches(
    index: Index, stores: Sequence[OpenSource], make: Sequence[EntryMaker], size: int, wanted: range | None = None
) -> Iterator[Stretch]:
    """Yield records, many at a time.

    Args:
        index: of the records.
        stores: the sources.
        make: for each source, what makes entries.
        size: bytes that are read at once, if no single record is larger.
        wanted: ids of the records; all by default.

    Raises:
        InputError: a file was changed since it was opened.
    """
    for source, record_ids in index.stretches(size, wanted):
        offsets, ends = index.spans(record_ids)
        start = offsets[0]
        data = stores[source].read(start, max(ends) - start)
        raws = [data[offset - start : end - start] for offset, end in zip(offsets, ends, strict=True)]
        yield Stretch(record_ids, raws, offsets, make[source])
