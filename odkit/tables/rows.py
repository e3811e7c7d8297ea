"""Rows in the making: what the tables of records take of each record, one at a time, in one pass over an export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from odkit.directory import Directory, Record
from odkit.tables.parquet import Columns
from odkit.tables.schema import Table

__all__ = ["Rows", "Seen", "Taker", "plain", "seen_in"]


class Seen(NamedTuple):
    """A record of the pass.

    Attributes:
        export: digest of the export.
        record: the record; its `record_id` is the number of its entry.
        lines: physical lines of its values, by attribute description in lower case; without those that are not known.
        line: of its dn; None where that is not known.
    """

    export: str
    record: Record
    lines: dict[str, list[int]]
    line: int | None

    def line_of(self, attribute: str, index: int) -> int | None:
        """Return the physical line of a value; None where that is not known."""
        found = self.lines.get(attribute.lower())
        return found[index] if found is not None and index < len(found) else None


class Rows:
    """Rows of a table.

    Args:
        table: that they are of.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self._rows: list[tuple[object, ...]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, *cells: object) -> None:
        """Add a row.

        Args:
            cells: in the order of the columns.
        """
        self._rows.append(cells)

    def extend(self, rows: Iterable[tuple[object, ...]]) -> None:
        """Add rows."""
        self._rows.extend(rows)

    def flush(self) -> Columns:
        """Return the rows as columns, and begin anew."""
        names = [each.name for each in self.table.columns]
        columns = zip(*self._rows, strict=True) if self._rows else ([] for _ in names)
        self._rows = []
        return dict(zip(names, columns, strict=True))


class Taker(Protocol):
    """Makes the rows of one table from the records."""

    @property
    def table(self) -> Table:
        """The table."""
        ...

    def __len__(self) -> int:
        """Return the number of rows that were made."""
        ...

    def take(self, seen: Seen) -> None:
        """Add the rows of a record."""
        ...

    def flush(self) -> Columns:
        """Return the rows as columns, and begin anew."""
        ...


def seen_in(od: Directory, export: str) -> Iterator[Seen]:
    """Yield the records of an export, in their order.

    Raises:
        InputError: a file was changed since it was opened.
    """
    lines: Iterator[tuple[int, int]] = (each for stretch in od.stretches() for each in zip(stretch.numbers, stretch.lines(), strict=True))
    for record, (number, first) in zip(od.records(), lines, strict=True):
        assert record.record_id == number
        yield Seen(export, record, record.entry.value_lines(first), record.line or None)


def plain(text: str | None) -> str | None:
    """Return text as a table holds it: bytes that are not UTF-8 are written as ``\\xNN``."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
