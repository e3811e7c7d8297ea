"""`Batch`: records of the index pass, many at a time, by columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

__all__ = ["Batch", "Match", "TakeBatch"]

Match = tuple[int, bytes]  # index of a pattern, from 0, and the value that it found


class Batch(NamedTuple):
    """Regular records with a simple RDN, in order.  All lists but the last two have one value for each record.

    Attributes:
        offsets: of the first byte.
        lengths: in bytes.
        rdns: the first RDN, as written.
        parents: the rest of the DN, as written.
        matches: what the patterns of values that records share have found.
        own: by the place of a pattern among those of own values: what it found, joined by line feeds, None for nothing.
        by_line: indices of the records whose folding was not looked at.
    """

    offsets: list[int]
    lengths: list[int]
    rdns: list[bytes]
    parents: list[bytes]
    matches: list[tuple[Match, ...]]
    own: list[list[bytes | None]]
    by_line: list[int]

    def single(self) -> Iterator[Batch]:
        """Yield the records one by one."""
        for n in range(len(self.offsets)):
            one = slice(n, n + 1)
            own = [each[one] for each in self.own]
            by_line = [0] if n in self.by_line else []
            yield Batch(self.offsets[one], self.lengths[one], self.rdns[one], self.parents[one], self.matches[one], own, by_line)


TakeBatch = Callable[[Batch], None]
