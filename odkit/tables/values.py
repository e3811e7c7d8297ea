"""The table of values: one row for every value of every entry."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from odkit.ldif import UnfetchedURL
from odkit.redaction import Sensitivity, are_open, sensitivities_of
from odkit.tables.digests import DigestKey
from odkit.tables.lots import Cells, Lot
from odkit.tables.parquet import Cell, Columns, Picked, numbers
from odkit.tables.rows import OfRecords
from odkit.tables.schema import EXPORT, Column, Table, Type

__all__ = ["VALUES", "Values"]

VALUES: Final = Table(
    "values",
    "a value of an entry",
    (
        EXPORT,
        Column("entry", Type.NUMBER, "number of the entry in the export, from 0"),
        Column("file", Type.TEXT, "the file that it is in, as it was given"),
        Column("line", Type.NUMBER, "physical line on which the value begins, from 1; null where that is not known"),
        Column("dn", Type.TEXT, "DN of the entry, as written"),
        Column("kind", Type.TEXT, "type of the record, as dscl spells it; null outside of the known containers"),
        Column("guid", Type.TEXT, "GeneratedUID of the record, in capitals"),
        Column("attribute", Type.TEXT, "attribute description, as written where the entry has it first"),
        Column("ordinal", Type.NUMBER, "which of the attribute's values, from 0"),
        Column("text", Type.TEXT, "the value; null where it is withheld, or is no UTF-8 text"),
        Column("bytes", Type.BYTES, "the value, where it is no UTF-8 text; null where it is withheld"),
        Column("length", Type.NUMBER, "length of the value in bytes"),
        Column("is_url", Type.FLAG, "whether the file gives a URL in place of the value (attr:< URL), which was not fetched"),
        Column("withheld", Type.TEXT, "why the value is not here: 'secret' by its attribute, 'private' or 'doubtful' by its content"),
        Column("digest", Type.TEXT, "of a value that is withheld: its keyed digest (HMAC-SHA-256, hex); null without --digest-key"),
    ),
)


_FEW = 4  # of so many values one differs from the others: then each is looked at once
_AT_ONCE = 256  # values that are looked at together where not all of a column are open
_Shown = tuple[str | None, bytes | None, str | None]  # text, bytes, why it is withheld


class Values:
    """Makes the rows: by attribute, for all records that were taken; values of one attribute are looked at together.

    Args:
        export: digest of the export.
        key: for digests of what is withheld; None for no digests.
    """

    table = VALUES

    def __init__(self, export: str, key: DigestKey | None) -> None:
        self._export, self._key = export, key
        self._begin()

    def _begin(self) -> None:
        self._count = 0
        self._records = OfRecords("entry", "file", "dn", "kind", "guid")
        self._gathered: dict[str, list[tuple[int, int, Cells]]] = {}  # by attribute: first place, number of records, values

    def __len__(self) -> int:
        return self._count

    def take(self, lot: Lot) -> None:
        """Add the values of records."""
        place = self._records.add(lot)
        for cells in lot.cells.values():
            self._count += len(cells.values)
            self._gathered.setdefault(cells.attribute, []).append((place, len(lot), cells))

    def flush(self) -> Columns:
        """Return the rows as columns, and begin anew."""
        places, names, ordinals, lines = array("i"), array("i"), array("q"), array("q")
        shown = _Columns(self._key)
        unknown: list[int] = []
        for name, (attribute, parts) in enumerate(self._gathered.items()):
            values: list[bytes] = []
            for place, count, (_, each, some, where) in parts:
                own = range(place, place + count)
                places.extend(own if each == 1 else [one for one in own for _ in range(each)])
                ordinals += array("q", range(each)) * count
                if None in where:
                    unknown += [len(lines) + index for index, line in enumerate(where) if line is None]
                lines.extend([line or 0 for line in where])
                values += some
            names += array("i", [name]) * len(values)
            shown.add(attribute, values)
        records = self._records
        whole = {
            "export": Picked([self._export], array("i", bytes(4 * len(places)))),
            "attribute": Picked([*self._gathered], names),
            **{name: Picked(cells, places) for name, cells in records.columns.items()},
            "ordinal": ordinals,
            "line": numbers(lines, unknown),
            **shown.columns(),
        }
        self._begin()
        return whole


class _Columns:
    """What is shown of values, by column."""

    def __init__(self, key: DigestKey | None) -> None:
        self._key = key
        self._texts: list[str | None] = []
        self._bytes: dict[int, bytes] = {}
        self._withheld: dict[int, str] = {}
        self._urls: list[int] = []
        self._digests: dict[int, str] = {}
        self._lengths = array("q")

    def add(self, attribute: str, values: list[bytes]) -> None:
        """Add values of an attribute."""
        start = len(self._lengths)
        self._lengths.extend(map(len, values))
        if UnfetchedURL in {*map(type, values)}:
            self._urls += [start + index for index, value in enumerate(values) if isinstance(value, UnfetchedURL)]
        different = [*dict.fromkeys(values)]
        are_few = len(different) * _FEW <= len(values)
        texts = _open_texts(attribute, different if are_few else values)
        if texts is not None:
            self._texts += map(dict(zip(different, texts, strict=True)).__getitem__, values) if are_few else texts
            return
        shown = dict(zip(different, _shown(attribute, different), strict=True))
        for index, value in enumerate(values, start):
            text, data, why = shown[value]
            self._texts.append(text)
            if data is not None:
                self._bytes[index] = data
            if why is not None:
                self._withheld[index] = why
                if self._key is not None:
                    self._digests[index] = self._key.of(value)

    def columns(self) -> dict[str, Sequence[Cell] | Picked]:
        """Return all columns."""
        return {
            "text": self._texts,
            "bytes": self._spread(self._bytes),
            "withheld": self._spread(self._withheld),
            "length": self._lengths,
            "is_url": self._flags(),
            "digest": self._spread(self._digests),
        }

    def _flags(self) -> Picked:
        places = array("i", bytes(4 * len(self._lengths)))
        for index in self._urls:
            places[index] = 1
        return Picked([False, True], places)

    def _spread(self, cells: Mapping[int, Cell]) -> Picked:
        """Return a column in which most cells are null."""
        places = array("i", bytes(4 * len(self._lengths)))
        values: dict[Cell, int] = {None: 0}
        for index, cell in cells.items():
            places[index] = values.setdefault(cell, len(values))
        return Picked([*values], places)


def _open_texts(attribute: str, values: list[bytes]) -> list[str] | None:
    """Return values as text, by one look at all of them; None where not all may be shown, or are text without NULs."""
    joined = b"\n".join(values)
    if b"\0" not in joined and are_open(attribute, joined):
        with suppress(UnicodeDecodeError):
            texts = joined.decode("utf-8").split("\n")
            return texts if len(texts) == len(values) else [value.decode("utf-8") for value in values]
    return None


def _shown(attribute: str, values: list[bytes]) -> Iterator[_Shown]:
    """Yield what is shown of values of an attribute."""
    for start in range(0, len(values), _AT_ONCE):
        some = values[start : start + _AT_ONCE]
        for value, sensitivity in zip(some, sensitivities_of(attribute, some), strict=True):
            yield (*_text_or_bytes(value), None) if sensitivity is Sensitivity.OPEN else (None, None, sensitivity.name.lower())


def _text_or_bytes(value: bytes) -> tuple[str | None, bytes | None]:
    if b"\0" not in value:
        with suppress(UnicodeDecodeError):
            return value.decode("utf-8"), None
    return None, bytes(value)
