"""`Stretch`: consecutive records as they are in their file, for questions to many of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import sub

from odkit.directory._index import Index
from odkit.ldif import EntryMaker
from odkit.namedtuple import NamedTuple
from odkit.sources import OpenSource

__all__ = ["Stretch", "stretches"]


class Stretch(NamedTuple):
    """Consecutive records of one source.

    Attributes:
        numbers: their ids.
        data: the source from the first byte of the first of them to the last byte of the last; what stands between them, too.
        start: offset of those bytes.
        offsets: of the first bytes of the records.
        ends: offsets behind their last bytes.
        make: makes entries of them.
    """

    numbers: range
    data: bytes
    start: int
    offsets: list[int]
    ends: list[int]
    make: EntryMaker

    @property
    def raws(self) -> list[bytes]:
        """The bytes of each record; they are made anew each time."""
        data, start = self.data, self.start
        return [data[offset - start : end - start] for offset, end in zip(self.offsets, self.ends, strict=True)]

    def text(self) -> bytes:
        """Return the records on lines of their own; nothing if one begins with anything but its dn or a comment."""
        data, start = self.data, self.start
        raws = [] if b"\r" not in data and {*map(sub, self.offsets[1:], self.ends)} <= {2} else self.raws
        begins = {data[offset - start : offset - start + 4] for offset in self.offsets}
        if not all(each == b"dn: " or each[:1] == b"#" for each in begins):
            return b""
        return b"\n".join(raws) if raws else data

    def part(self, first: int, behind: int) -> Stretch:
        """Return some of the records, from one place to before another."""
        if behind - first == len(self.numbers):
            return self
        offsets, ends = self.offsets[first:behind], self.ends[first:behind]
        data = self.data[offsets[0] - self.start : max(ends) - self.start]
        return Stretch(self.numbers[first:behind], data, offsets[0], offsets, ends, self.make)

    def lines(self) -> list[int]:
        """Return the physical lines of their first bytes; 0 where the source has changed, so that it is not known."""
        first = self.make.line_at(self.start)
        found: list[int] = []
        line, at = first, 0
        for offset in self.offsets:
            line += self.data.count(b"\n", at, offset - self.start)
            at = offset - self.start
            found.append(line if first else 0)
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
        yield Stretch(record_ids, data, start, offsets, ends, make[source])
