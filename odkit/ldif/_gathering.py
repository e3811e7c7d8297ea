"""`Gathering`: what the index pass finds in regular records, until it is handed over for many of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import sub

from odkit.ldif._batch import Batch, Column, Match, TakeBatch, joined, matches_of, read_column
from odkit.ldif._look import Pattern
from odkit.ldif._same import Same
from odkit.ldif._shapes import Shape

__all__ = ["Gathering", "Runs"]

Runs = list[tuple[int, int]]  # see `Batch`
_Values = tuple[bytes | None, ...]  # what was found in several records
_BATCH = 256  # records that are handed over at once, at least, where nothing comes between them

_LARGE = 512  # bytes of a value that many records may have


class Gathering:
    """Gathers records.

    Args:
        patterns: what is looked for.
        take_batch: see `odkit.ldif._scan.scan`.

    Attributes:
        reads: for each pattern what makes its values.
        places: for each pattern of own values its place among these, -1 for all others.
        none: what a record has that none of the patterns of own values fits.
    """

    def __init__(self, patterns: Sequence[Pattern], take_batch: TakeBatch) -> None:
        self.reads = [each.read for each in patterns]
        self._nothing = [each.nothing for each in patterns]
        own = iter(range(len(patterns)))
        self.places = [next(own) if each.own else -1 for each in patterns]
        self.none: list[bytes | None] = [None] * sum(each.own for each in patterns)
        self._take_batch = take_batch
        self._batch = self._empty()
        # values that most likely nothing is made of, by the index of their pattern: the first record, and the values
        self._unread: dict[int, list[tuple[int, _Values]]] = {}

    def _empty(self) -> Batch:
        return Batch([], [], [], [], [], [[] for _ in self.none], [], {})

    @property
    def is_full(self) -> bool:
        """Whether there are enough records to be handed over."""
        return len(self._batch.offsets) >= _BATCH

    def flush(self) -> None:
        """Hand over what was not handed over yet."""
        if self._batch.offsets:
            self._read()
            batch, self._batch = self._batch, self._empty()
            self._take_batch(batch)

    def add(
        self,
        place: tuple[int, int],
        dn: tuple[bytes, bytes],
        matches: tuple[Match, ...],
        own: Sequence[bytes | None],
        lines: tuple[Runs, bool],
    ) -> None:
        """Add a record that was read line by line.

        Args:
            place: its offset and length.
            dn: its RDN, and its parent.
            matches: what the patterns have found of values that records share.
            own: what they have found of others.
            lines: runs (see `Batch`); and whether its folding was looked at.
        """
        batch = self._batch
        runs, is_looked_at = lines
        if not is_looked_at:
            batch.by_line.append(len(batch.offsets))
        if runs:
            batch.runs[len(batch.offsets)] = runs
        batch.offsets.append(place[0])
        batch.lengths.append(place[1])
        batch.rdns.append(dn[0])
        batch.parents.append(dn[1])
        batch.matches.append(matches)
        for column, value in zip(batch.own, own, strict=True):
            column.append(value)

    def add_rows(self, shape: Shape, rows: list[_Values], starts: list[int], ends: list[int], offset: int) -> tuple[int, bool]:
        """Add records as a shape has found them.

        Args:
            shape: that fits them.
            rows: its groups, for each record.
            starts: where each of them begins, and the one that would follow.
            ends: where each of them ends.
            offset: to be added to these.

        Returns:
            How many records were taken, up to the first that must be read by line; and whether that is because it is not the same
            where it should be.
        """
        rdns, *found = zip(*rows, strict=True)
        batch, first = self._batch, len(self._batch.offsets)
        columns: list[Column] = []
        unread: list[Column] = []
        count = same = len(rows)
        for group, column in zip(shape.groups, found, strict=True):
            if isinstance(group, Same):
                columns += group.columns(column)
                same = min(same, group.begin(column))
            elif self._nothing[group] is not None:
                if column.count(None) < len(column):
                    unread.append((group, column))
            elif (read := self.reads[group]) is not None:
                made, readable = read_column(read, column)
                columns.append((group, made))
                count = min(count, readable)
            else:
                columns.append((group, column))
        differs = same < count
        count = min(count, same)
        if count < len(rows):
            rdns, columns, unread = rdns[:count], _first(columns, count), _first(unread, count)
        for index, column in unread:
            self._unread.setdefault(index, []).append((first, column))
        batch.offsets.extend(map(offset.__add__, starts[:count]))
        batch.lengths.extend(map(sub, ends[:count], starts))
        batch.rdns.extend(rdns)
        batch.parents.extend([shape.parent] * count)
        self._add_columns(columns, count)
        return count, differs

    def _add_columns(self, columns: list[Column], count: int) -> None:
        batch = self._batch
        shared: list[Column] = []
        own: dict[int, _Values] = {}
        for index, column in columns:
            place = self.places[index]
            if place < 0:
                shared.append((index, column))
            else:
                own[place] = column if place not in own else tuple(map(joined, own[place], column))
        batch.matches.extend(matches_of(shared) if shared else [()] * count)
        none = (None,) * count
        for place, values in enumerate(batch.own):
            values.extend(own.get(place, none))

    def _read(self) -> None:
        """Read the values that most likely nothing is made of."""
        for index, columns in self._unread.items():
            values = [*chain.from_iterable(_different(each) for _, each in columns)]
            nothing, read = self._nothing[index], self.reads[index]
            if read is None or nothing is None or not values or nothing(values):
                continue
            own = self._batch.own[self.places[index]]
            for first, each in columns:
                for number, value in enumerate(each, first):
                    if value is not None:
                        own[number] = joined(own[number], read(value))
        self._unread.clear()


def _different(values: _Values) -> Iterable[bytes]:
    """Return values, large ones once: many records may have the same one, while a small one is looked at soon enough."""
    found = [*filter(None, values)]
    if len(found) + values.count(None) < len(values):
        found.append(b"")
    return set(found) if found and len(found[0]) >= _LARGE else found


def _first(columns: list[Column], count: int) -> list[Column]:
    return [(index, column[:count]) for index, column in columns]
