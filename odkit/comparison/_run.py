"""Records of a comparison, many at a time: by their places in the bytes that were read."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from odkit.ldif import BORDER, Chunk, whole_record

__all__ = ["Hashes", "Run"]


class Run:
    """Records that stand one behind the other in a chunk, and are of the usual form.

    Args:
        chunk: where they stand, from its next record on; it goes behind them.

    Attributes:
        data: bytes that hold them.
        starts: where each starts.
        ends: where each ends.
        heads: the first line of each.
    """

    __slots__ = ("data", "ends", "heads", "starts")

    def __init__(self, chunk: Chunk) -> None:
        self.data = data = chunk.data
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.heads: list[bytes] = []
        at, limit, reach = chunk.at, chunk.limit, chunk.reach
        while at < limit and (found := whole_record(data, at, reach)) is not None:
            self.starts.append(at + len(BORDER))
            self.heads.append(found[1])
            at = found.end()
            self.ends.append(at)
        if self.ends:
            chunk.passed(self.starts, at)

    def index_of(self, head: bytes, number: int) -> int:
        """Return the number of the record with a first line, from a record on; -1 if there is none."""
        at = self.data.find(BORDER + head + b"\n", self.starts[number] - len(BORDER), self.ends[-1])
        return bisect_left(self.starts, at + len(BORDER)) if at >= 0 else -1


class Hashes:
    """Ids of records, in order, and the hash of the bytes of each."""

    def __init__(self) -> None:
        self._ids, self._keys = array("L"), array("q")

    def add(self, first: int, data: bytes, starts: Sequence[int], ends: Sequence[int]) -> None:
        """Add records.

        Args:
            first: id of the first one.
            data: bytes that hold them.
            starts: where each starts.
            ends: where each ends.
        """
        self._ids.extend(range(first, first + len(starts)))
        self._keys.extend([hash(data[start:end]) for start, end in zip(starts, ends, strict=True)])

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._ids, self._keys, strict=True)
