"""The table of principals: those that accounts claim, and those of lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from odkit.errors import InputError
from odkit.kerberos import Inventory
from odkit.tables.parquet import Columns
from odkit.tables.rows import Rows, Seen, plain
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
    """Makes the rows of what accounts claim."""

    def __init__(self) -> None:
        super().__init__(PRINCIPALS)

    def take(self, seen: Seen, name: str) -> None:
        """Add the principal that a record claims."""
        record = seen.record
        try:
            parts = _parts(parse_principal(name))
        except InputError:
            parts = (None, None, None)
        self.add(seen.export, plain(name), *parts, "claimed", None, None, plain(record.dn), plain(record.path), seen.line)


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
