"""Rows in the making: what the tables of records take of the records, one lot at a time, in one pass over an export."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from odkit.redaction import mask_urls
from odkit.tables.lots import Lot
from odkit.tables.parquet import Cell, Columns
from odkit.tables.schema import Table

__all__ = ["OfRecords", "Rows", "Taker", "all_plain", "is_open", "open_texts", "plain"]


class OfRecords:
    """Columns that are the same in all rows of a record.

    Args:
        names: of them, in this order: number, source, DN, type and, if there are five, GUID.

    Attributes:
        columns: their cells, one for each record.
    """

    def __init__(self, *names: str) -> None:
        self.columns: dict[str, list[Cell]] = {name: [] for name in names}

    def add(self, lot: Lot) -> int:
        """Add records.  Returns the place of the first of them."""
        numbers, *others = self.columns.values()
        place, count = len(numbers), len(lot)
        guids = lot.first("apple-generateduid") if len(others) > 3 else None
        cells = (
            [plain(lot.path)] * count,
            all_plain(lot.dns),
            [lot.kind or None] * count,
            [None] * count if guids is None else all_plain([guid.upper() for guid in guids]),
        )
        numbers += lot.numbers
        for column, some in zip(others, cells, strict=False):
            column += some
        return place


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


class Maker(Protocol):
    """Makes the rows of one table."""

    @property
    def table(self) -> Table:
        """The table."""
        ...

    def __len__(self) -> int:
        """Return the number of rows that were made."""
        ...

    def flush(self) -> Columns:
        """Return the rows as columns, and begin anew."""
        ...


class Taker(Maker, Protocol):
    """Makes them from the records."""

    def take(self, lot: Lot) -> None:
        """Add the rows of records."""
        ...


def plain(text: str | None) -> str | None:
    """Return text as a table holds it: bytes that are not UTF-8 are written as ``\\xNN``."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def all_plain(texts: list[str]) -> list[str]:
    """Return the same for many texts."""
    if all(map(str.isascii, texts)):
        return texts
    return [text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") for text in texts]


def is_open(text: str) -> bool:
    """Tell whether texts that are joined to this one are as they are shown; False tells nothing."""
    return text.isascii() and "=" not in text and "://" not in text


def open_texts(texts: list[str]) -> list[str]:
    """Return texts as a table holds them, without the passwords that URLs in them may hold: also a mount's name can be one."""
    return texts if is_open("".join(texts)) else all_plain([*map(mask_urls, texts)])
