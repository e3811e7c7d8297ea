"""Lots: records of an export that have the same attributes, equally often, so that the tables are made of them by column.

Nearly all records of a domain lie in a few lots; one that is unlike all others, or that only the grammar can read, is a lot of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from odkit.directory import Directory, Record
from odkit.dn import first_value
from odkit.ldif import Layout, Layouts, laid

__all__ = ["Cells", "Lot", "lots_in"]

T = TypeVar("T")

_AT_ONCE = 1 << 15  # values that are gathered before their lots are handed over


class Cells(NamedTuple):
    """The values of an attribute in the records of a lot.

    Attributes:
        attribute: its description, as written.
        each: how many values every record has.
        values: those of the first record, those of the second …
        lines: for each value the physical line on which it begins; None where that is not known.
    """

    attribute: str
    each: int
    values: Sequence[bytes]
    lines: Sequence[int | None]

    def of(self, place: int) -> Sequence[bytes]:
        """Return the values of the record with this place in the lot."""
        return self.values[place * self.each : (place + 1) * self.each]

    def line(self, place: int, ordinal: int) -> int | None:
        """Return the line of a value."""
        return self.lines[place * self.each + ordinal]


class Lot:
    """Records of one type and one source that have the same attributes.

    Args:
        od: the export.
        kind: record type, as dscl spells it; empty outside the known containers.
        path: the source.
        cells: the values, by attribute description in lower case.

    Attributes:
        kind, path: as above.
        numbers: ids of the records.
        dns: their DNs, as written.
        lines: physical lines of their dns; None where that is not known.
        offsets: of their first bytes in the unpacked source.
        lengths: in bytes.
        cells: the values, by attribute description in lower case; in the order of the first record.
        alone: the record, where there is one and values of it may be URLs.
    """

    __slots__ = ("_od", "alone", "cells", "dns", "kind", "lengths", "lines", "numbers", "offsets", "path")

    def __init__(self, od: Directory, kind: str, path: str) -> None:
        self._od = od
        self.kind, self.path = kind, path
        self.numbers: list[int] = []
        self.dns: list[str] = []
        self.lines: list[int | None] = []
        self.offsets: list[int] = []
        self.lengths: list[int] = []
        self.cells: dict[str, Cells] = {}
        self.alone: Record | None = None

    def __len__(self) -> int:
        return len(self.numbers)

    def get(self, attribute: str) -> Cells | None:
        """Return the values of an attribute, by its description in any case; None where the records have none."""
        return self.cells.get(attribute.lower())

    def first(self, attribute: str) -> list[str] | None:
        """Return the first value of each record as text, see `Record.text`; None where the records have none."""
        if self.alone is not None:
            text = self.alone.text(attribute)
            return None if text is None else [text]
        cells = self.get(attribute)
        return None if cells is None else [value.decode("utf-8", "surrogateescape") for value in cells.values[:: cells.each]]

    def short_names(self) -> list[str]:
        """Return the short name of each record, see `Record.name`."""
        names = (self.first(attribute) for attribute in self.record(0).name_attributes)
        return next((each for each in names if each is not None), None) or [*map(first_value, self.dns)]

    def record(self, place: int) -> Record:
        """Return a record, which is read by itself."""
        return self.alone if self.alone is not None else self._od.view(self.numbers[place], self.kind)


class _Gathered:
    """Records of one layout, of one type and source, in the making."""

    __slots__ = ("entries", "firsts", "lengths", "numbers", "offsets")

    def __init__(self) -> None:
        self.entries: list[list[bytes]] = []
        self.numbers: list[int] = []
        self.firsts: list[int] = []
        self.offsets: list[int] = []
        self.lengths: list[int] = []


def lots_in(od: Directory) -> Iterator[Lot]:
    """Yield all records of an export, those of one part of it after those of another.

    Raises:
        InputError: a file was changed since it was opened.
    """
    kinds = od.kinds()
    layouts, joined = Layouts(), od.joined_ids
    gathered: dict[tuple[str, str, Layout], _Gathered] = {}
    count = 0
    for stretch in od.stretches():
        is_plain = b"\r" not in stretch.data and b"\0" not in stretch.data
        for number, first, offset, raw in zip(stretch.numbers, stretch.lines(), stretch.offsets, stretch.raws, strict=True):
            kind = kinds[number]
            if kind is None:
                kind = od.kind_of(number)
            lines = layouts.lines(raw) if is_plain and first and number not in joined else None
            if lines is None:
                if first:
                    stretch.make.note_line(offset, first)  # so that it is not counted anew
                lot = _alone(od, number, kind)
                count += sum(map(len, (cells.values for cells in lot.cells.values())))
                yield lot
            else:
                key = kind, stretch.make.path, lines.layout
                those = gathered.get(key)
                if those is None:
                    those = gathered[key] = _Gathered()
                those.entries.append(lines.lines)
                those.numbers.append(number)
                those.firsts.append(first + lines.before)
                those.offsets.append(offset)
                those.lengths.append(len(raw))
                count += len(lines.lines)
            if count >= _AT_ONCE:
                yield from _lots(od, gathered)
                count = 0
    yield from _lots(od, gathered)


def _lots(od: Directory, gathered: dict[tuple[str, str, Layout], _Gathered]) -> Iterator[Lot]:
    """Make lots of what was gathered, and empty it."""
    for (kind, path, layout), those in gathered.items():
        found = laid(layout, those.entries)
        if found.odd:
            for place in sorted(found.odd):
                yield _alone(od, those.numbers[place], kind)
            kept = [place for place in range(len(those.numbers)) if place not in found.odd]
            if not kept:
                continue
            for slot in _Gathered.__slots__:
                setattr(those, slot, [getattr(those, slot)[place] for place in kept])
            found = laid(layout, those.entries)
        lot = Lot(od, kind, path)
        lot.numbers, lot.dns, lot.offsets, lot.lengths = those.numbers, found.dns, those.offsets, those.lengths
        lot.lines = [*those.firsts]
        columns = zip(layout.names, found.values, _lines(those.firsts, found.folds), strict=True)
        by_attribute: dict[str, tuple[list[list[bytes]], list[list[int]]]] = {}
        for name, values, lines in columns:
            own = by_attribute.setdefault(name.attribute, ([], []))
            own[0].append(values)
            own[1].append(lines)
        for attribute, (values_of, lines_of) in by_attribute.items():
            lot.cells[attribute.lower()] = Cells(attribute, len(values_of), _across(values_of), _across(lines_of))
        yield lot
    gathered.clear()


def _lines(firsts: list[int], folds: list[list[int] | None]) -> Iterator[list[int]]:
    """Yield for each line behind the dn the physical lines on which it begins.

    Args:
        firsts: physical lines of the dns.
        folds: how often each line is folded, see `odkit.ldif.laid`.
    """
    base = firsts
    for number, folded in enumerate(folds[:-1], 1):
        if folded is not None:
            base = [line + more for line, more in zip(base, folded, strict=True)]
        yield [line + number for line in base]


def _across(columns: Sequence[Sequence[T]]) -> Sequence[T]:
    """Return the cells of columns row by row."""
    return columns[0] if len(columns) == 1 else [cell for row in zip(*columns, strict=True) for cell in row]


def _alone(od: Directory, number: int, kind: str) -> Lot:
    """Return a lot of one record that is read by itself."""
    record = od.view(number, kind)
    entry = record.entry
    lot = Lot(od, kind, record.path)
    lot.alone = record
    attributes = record.attributes
    found = entry.value_lines()
    lot.numbers, lot.dns, lot.lines = [number], [record.dn], [record.line or None]
    lot.offsets, lot.lengths = [entry.offset], [len(entry.raw or b"")]
    for attribute, values in attributes.items():
        key = attribute.lower()
        lot.cells[key] = Cells(attribute, len(values), values, found.get(key) or [None] * len(values))
    return lot
