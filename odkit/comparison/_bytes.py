"""The first sieve: which records of two files are not on the other side byte for byte.

Two exports of one domain have most records in common, and mostly in one order.  So both are read side by side, and runs of records are
compared as they stand there: what is equal is looked at once, and neither copied nor parsed.  What is not at the same place on both sides
is found by the hash of its bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from odkit.comparison._names import Names
from odkit.comparison._newer import Newer
from odkit.comparison._run import Hashes, Run
from odkit.comparison._side import Side
from odkit.ldif import Entry

__all__ = ["different", "left_by_hash"]

_LOST = 1000  # so many records, and a quarter of those that were found: the sides are in another order, and are not followed any more


def different(before: Side, after: Side, names: tuple[Names, Names]) -> tuple[list[int], list[int]]:
    """Read both sides, of files; return the ids of records that are not on the other side byte for byte.

    Args:
        before: the older side.
        after: the newer one.
        names: take the DNs of both.

    Raises:
        InputError: a side that cannot be read, or changes while it is read.
    """
    newer = Newer(after, names[1])
    older = _Older(before, names[0], newer)
    older.read()
    newer.read()
    found = left_by_hash(older.hashes, newer.hashes)
    twice = names[0].again() | names[1].again() if newer.followed else frozenset()
    if not twice:
        return found
    # of records that occur twice, the first ones are the same, not those that stand at the same place
    ids = names[0].ids(twice), names[1].ids(twice)
    exact = left_by_hash(*(zip(each, map(hash, side.raws(each)), strict=True) for side, each in zip((before, after), ids, strict=True)))
    one, other = (sorted({*left}.difference(those).union(again)) for left, those, again in zip(found, ids, exact, strict=True))
    return one, other


def left_by_hash(before: Iterable[tuple[int, int]], after: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Return the ids of records that are not on the other side.

    Args:
        before: ids of the older side, in order, and the hash of the bytes of each.
        after: the same of the newer one.
    """
    known: dict[int, int] = {}
    again: list[int] = []  # a record that occurs twice
    for record_id, key in before:
        if key in known:
            again.append(record_id)
        else:
            known[key] = record_id
    take = known.pop
    left = [record_id for record_id, key in after if take(key, None) is None]
    return sorted([*known.values(), *again]), left


class _Older:
    """The older side, which is read from its beginning to its end.

    Attributes:
        hashes: ids of records that were not found at the place of the newer side, and the hash of their bytes.
    """

    def __init__(self, side: Side, names: Names, newer: Newer) -> None:
        self.hashes = Hashes()
        self._side, self._names, self._newer = side, names, newer
        self._following = not side.is_copied and newer.can_follow
        self._lost = self._found = 0
        self._waiting = False

    def read(self) -> None:
        """Read it, and as much of the newer side as goes along with it."""
        side = self._side
        for chunk in side.chunks():
            in_runs = chunk.is_plain and not side.is_counting
            while chunk.at < chunk.limit:
                if in_runs and (run := Run(chunk)).ends:
                    first = len(side)
                    side.took_all(chunk.offset, run.starts, run.ends)
                    keys = self._names.add_lines(run.heads)
                    for start, stop in self._different(run, keys):
                        self.hashes.add(first + start, run.data, run.starts[start:stop], run.ends[start:stop])
                # what is on both sides byte for byte is damaged on both, and what differs is parsed: one side is enough to look at
                elif (record := chunk.next()) is not None and (raw := side.took(record, check=True)) and isinstance(record, Entry):
                    self._names.add(record)
                    self.hashes.add(len(side) - 1, raw, (0,), (len(raw),))

    def _different(self, run: Run, keys: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Compare a run with what the newer side has at its place; yield the numbers of records that are not there: from, to."""
        number, count, newer = 0, len(keys), self._newer
        while number < count and self._following:
            if same := newer.take_same(run, number, keys):
                number += same
                self._found += same
                self._waiting = False
                continue
            self._lost += 1
            self._following = self._lost < _LOST + self._found // 4
            then = number + 1
            if newer.go_to(run.heads[number]):
                if newer.is_same(run, number):
                    continue
                newer.take()  # it was changed
            elif (index := run.index_of(newer.head(), number)) >= 0:
                then = index
            elif not self._waiting:
                newer.take_chunk()  # what is new there may end with it
                self._waiting = True
                continue
            else:  # what is gone here may end in another chunk
                break
            yield number, then
            number = then
        if number < count:
            yield number, count
