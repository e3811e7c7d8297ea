"""The table of values: one row for every value of every entry."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import repeat
from typing import Final

from odkit.ldif import UnfetchedURL
from odkit.redaction import Sensitivity, are_open, sensitivity_of
from odkit.tables.digests import DigestKey
from odkit.tables.parquet import Columns, Picked
from odkit.tables.rows import Seen, plain
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


_AT_ONCE = 64  # values that are looked at together
_OfRecord = tuple[int, str | None, str | None, str | None, str | None]  # entry, file, DN, kind, GUID
_Shown = tuple[str | None, bytes | None, str | None]  # text, bytes, why it is withheld


class Values:
    """Makes the rows: by attribute, for all records that were taken; values of one attribute are looked at together.

    Args:
        key: for digests of what is withheld; None for no digests.
    """

    table = VALUES

    def __init__(self, key: DigestKey | None) -> None:
        self._key = key
        self._export = ""
        self._count = 0
        self._records: list[_OfRecord] = []
        self._gathered: dict[str, _Gathered] = {}

    def __len__(self) -> int:
        return self._count

    def take(self, seen: Seen) -> None:
        """Add the values of a record."""
        record, lines = seen.record, seen.lines
        guid = record.guid
        place = len(self._records)
        self._export = seen.export
        self._records.append(
            (record.record_id, plain(record.path), plain(record.dn), record.kind or None, plain(guid.upper()) if guid is not None else None)
        )
        for attribute, values in record.attributes.items():
            gathered = self._gathered.get(attribute)
            if gathered is None:
                gathered = self._gathered[attribute] = _Gathered()
            count = len(values)
            self._count += count
            gathered.places += array("i", [place]) * count
            gathered.ordinals += range(count)
            gathered.lines += lines.get(attribute.lower()) or [None] * count
            gathered.values += values

    def flush(self) -> Columns:
        """Return the rows as columns, and begin anew."""
        columns: dict[str, list[object]] = {n: [] for n in ("ordinal", "line", "text", "bytes", "withheld", "length", "is_url", "digest")}
        places, names = array("i"), array("i")
        for name, (attribute, each) in enumerate(self._gathered.items()):
            shown = [one for some in _batched(each.values, _AT_ONCE) for one in _shown(attribute, some)]
            places += each.places
            names += array("i", [name]) * len(shown)
            columns["ordinal"] += each.ordinals
            columns["line"] += each.lines
            for column, cells in zip(("text", "bytes", "withheld"), zip(*shown, strict=True), strict=True):
                columns[column] += cells
            columns["length"] += map(len, each.values)
            columns["is_url"] += [value.__class__ is UnfetchedURL for value in each.values]
            columns["digest"] += map(self._digest, each.values, [why for _, _, why in shown])
        of_record = zip(*self._records, strict=True) if self._records else repeat(())
        whole: dict[str, Sequence[object] | Picked] = {
            "export": Picked([self._export], array("i", [0]) * len(places)),
            "attribute": Picked(list(self._gathered), names),
            **{name: Picked(cells, places) for name, cells in zip(("entry", "file", "dn", "kind", "guid"), of_record, strict=False)},
            **columns,
        }
        self._count = 0
        self._records.clear()
        self._gathered.clear()
        return whole

    def _digest(self, value: bytes, why: str | None) -> str | None:
        return self._key.of(value) if why is not None and self._key is not None else None


class _Gathered:
    """Values of an attribute: of which record, which one, its line, itself."""

    __slots__ = ("lines", "ordinals", "places", "values")

    def __init__(self) -> None:
        self.places = array("i")
        self.ordinals: list[int] = []
        self.lines: list[int | None] = []
        self.values: list[bytes] = []


def _shown(attribute: str, values: Sequence[bytes]) -> Sequence[_Shown]:
    """Return what is shown of values of an attribute."""
    joined = b"\n".join(values)
    if b"\0" not in joined and are_open(attribute, joined):
        with suppress(UnicodeDecodeError):
            texts = joined.decode("utf-8").split("\n")
            if len(texts) == len(values):
                return [(text, None, None) for text in texts]
    known = {value: _shown_alone(attribute, value) for value in set(values)}
    return [known[value] for value in values]


def _shown_alone(attribute: str, value: bytes) -> _Shown:
    sensitivity = sensitivity_of(attribute, value)
    if sensitivity is not Sensitivity.OPEN:
        return None, None, sensitivity.name.lower()
    if b"\0" not in value:
        with suppress(UnicodeDecodeError):
            return value.decode("utf-8"), None, None
    return None, bytes(value), None


def _batched(values: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    return (values[start : start + size] for start in range(0, len(values), size))
