"""The table of principals: those that accounts claim, and those of lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from odkit.errors import InputError
from odkit.kerberos import Inventory
from odkit.tables.lots import Lot
from odkit.tables.parquet import Columns
from odkit.tables.rows import Rows, all_plain, plain
from odkit.tables.schema import EXPORT, Column, Table, Type
from odkit.text import decode
from odkit.values.principal import Principal, parse_principal

__all__ = ["PRINCIPALS", "Claims", "listed_principals"]

PRINCIPALS: Final = Table(
    "principals",
    "a principal that an account claims, or that a list of principals holds",
    (
        EXPORT,
        Column("principal", Type.TEXT, "its name with its realm"),
        Column("service", Type.TEXT, "first of two components"),
        Column("host", Type.TEXT, "second of two components"),
        Column("realm", Type.TEXT, "its realm"),
        Column("source", Type.TEXT, "'claimed' by an account of the export, or 'listed' by a list that was given"),
        Column("kvno", Type.NUMBER, "version of its newest keys, where the list tells it"),
        Column("enctypes", Type.TEXTS, "encryption types of its keys, where the list tells them"),
        Column("dn", Type.TEXT, "DN of the record that claims it"),
        Column("file", Type.TEXT, "the file that it is in, as it was given"),
        Column("line", Type.NUMBER, "its line in the file, from 1"),
    ),
)


class Claims(Rows):
    """Makes the rows of what accounts claim.

    Args:
        export: digest of the export.
    """

    def __init__(self, export: str) -> None:
        super().__init__(PRINCIPALS)
        self._export = export

    def take(self, lot: Lot, places: Sequence[int], names: list[str], *, alike: bool = False) -> None:
        """Add the principals that records claim.

        Args:
            lot: of the records.
            places: of the records, in the lot.
            names: of the principals.
            alike: they differ in their first components alone, which hold letters, digits, dots and the like, and are all that they have.
        """
        parts = [_claimed(names[0])] * len(names) if alike else [*map(_claimed, names)]
        dns = all_plain([lot.dns[place] for place in places])
        path, export = plain(lot.path), self._export
        self.extend(
            (export, name, *own, "claimed", None, None, dn, path, lot.lines[place])
            for place, name, own, dn in zip(places, all_plain(names), parts, dns, strict=True)
        )


def listed_principals(export: str, inventories: Iterable[Inventory]) -> Iterator[Columns]:
    """Yield the rows of lists of principals, one list at a time."""
    for inventory in inventories:
        rows = Rows(PRINCIPALS)
        for each in inventory.listed:
            name = plain(decode(bytes(each.principal)))
            enctypes, record = list(each.enctypes) or None, plain(each.record)
            rows.add(export, name, *_parts(each.principal), "listed", each.kvno, enctypes, record, plain(inventory.path), each.line)
        yield rows.flush()


def _parts(principal: Principal) -> tuple[str | None, str | None, str | None]:
    """Return service, host and realm."""
    return plain(principal.service), plain(principal.host), plain(principal.realm_name)


def _claimed(name: str) -> tuple[str | None, str | None, str | None]:
    try:
        return _parts(parse_principal(name))
    except InputError:
        return None, None, None
