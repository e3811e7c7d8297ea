"""`Batch`: records of the index pass, many at a time, by columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from odkit.namedtuple import NamedTuple

__all__ = ["Batch", "Column", "Match", "TakeBatch", "joined", "matches_of", "read_column"]

Match = tuple[int, bytes]  # index of a pattern, from 0, and the value that it found
Column = tuple[int, tuple[bytes | None, ...]]  # index of a pattern, and what it found in each of several records


class Batch(NamedTuple):
    """Regular records with a simple RDN, in order.  All lists but `own` and `by_line` have one value for each record.

    Attributes:
        offsets: of the first byte.
        lengths: in bytes.
        rdns: the first RDN, as written.
        parents: the rest of the DN, as written.
        matches: what the patterns of values that records share have found.
        own: by the place of a pattern among those of own values: what it found, joined by line feeds, None for nothing.
        by_line: indices of the records whose folding was not looked at.
        runs: by the indices of records where they have many lines of members of a group, one behind the other: in the record, from the line
            end before the first one to that behind the last one.  Each of them has a value, which begins on it.
    """

    offsets: list[int]
    lengths: list[int]
    rdns: list[bytes]
    parents: list[bytes]
    matches: list[tuple[Match, ...]]
    own: list[list[bytes | None]]
    by_line: list[int]
    runs: dict[int, list[tuple[int, int]]]

    def single(self) -> Iterator[Batch]:
        """Yield the records one by one."""
        for n in range(len(self.offsets)):
            one = slice(n, n + 1)
            own = [each[one] for each in self.own]
            by_line = [0] if n in self.by_line else []
            runs = {0: self.runs[n]} if n in self.runs else {}
            places = self.offsets[one], self.lengths[one], self.rdns[one], self.parents[one]
            yield Batch(*places, self.matches[one], own, by_line, runs)


TakeBatch = Callable[[Batch], None]


def matches_of(columns: Sequence[Column]) -> Iterator[tuple[Match, ...]]:
    """Yield what was found in each record; one tuple for all in which the same was found."""
    indices = [index for index, _ in columns]
    rows = [*zip(*(column for _, column in columns), strict=True)]
    made = {row: tuple(each for each in zip(indices, row, strict=True) if each[1] is not None) for row in set(rows)}
    return map(made.__getitem__, rows)


def read_column(read: Callable[[bytes], bytes | None], column: tuple[bytes | None, ...]) -> tuple[tuple[bytes | None, ...], int]:
    """Return what a function makes of values, up to the first that cannot be read; and how many these are."""
    known: dict[bytes | None, bytes | None] = {None: None}
    count = len(column)
    for value in set(column):
        if value is not None:
            try:
                known[value] = read(value)
            except ValueError:
                count = min(count, column.index(value))
    return tuple(map(known.get, column)), count


def joined(one: bytes | None, other: bytes | None) -> bytes | None:
    """Return what was found in two places of one record."""
    return other if one is None else one if other is None else b"%b\n%b" % (one, other)
