"""The table of records: one row for every entry, and of users what counts their logins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from odkit.directory import Directory, User
from odkit.dn import dn_key, first_value
from odkit.ldif import Answer
from odkit.listing import Sources
from odkit.listing.records import home_text
from odkit.listing.users import ACCOUNT, USERS, People
from odkit.tables.lots import Lot
from odkit.tables.parquet import Cell, Columns
from odkit.tables.rows import all_plain, is_open, open_texts, plain
from odkit.tables.schema import EXPORT, Column, Table, Type
from odkit.values.home import home_of
from odkit.values.password import timestamp

__all__ = ["RECORDS", "RecordRows"]

# column of the list of users -> column here
_USER = {
    "uid": "uid_number",
    "home": "home",
    "last-login": "last_login",
    "password-set": "password_set",
    "failed-logins": "failed_logins",
    "disabled": "disabled",
    "verifiers": "verifiers",
}

RECORDS: Final = Table(
    "records",
    "an entry",
    (
        EXPORT,
        Column("entry", Type.NUMBER, "its number in the export, from 0"),
        Column("file", Type.TEXT, "the file that it is in, as it was given"),
        Column("line", Type.NUMBER, "physical line of its dn, from 1; null where that is not known"),
        Column("offset", Type.NUMBER, "of its first byte in the unpacked file, in bytes"),
        Column("length", Type.NUMBER, "in bytes"),
        Column("dn", Type.TEXT, "its DN as written; bytes that are not UTF-8 as \\xNN"),
        Column("dn_bytes", Type.BYTES, "its DN, where that is not UTF-8"),
        Column("dn_key", Type.TEXT, "its DN in normal form (RFC 4514, without case), to be compared; null for one that is no DN"),
        Column("kind", Type.TEXT, "type of the record, as dscl spells it; null outside of the known containers"),
        Column("name", Type.TEXT, "short name"),
        Column("names", Type.TEXTS, "all names"),
        Column("full_name", Type.TEXT, "of users: the full name"),
        Column("guid", Type.TEXT, "GeneratedUID, in capitals"),
        Column("uid_number", Type.NUMBER, "uidNumber; null also for one that is no number"),
        Column("gid_number", Type.NUMBER, "gidNumber; null also for one that is no number"),
        Column("changed", Type.TIME, "modifyTimestamp"),
        Column("home", Type.TEXT, "of users: the home, as a URL and the path in the share, or as a path; passwords as their length"),
        Column("last_login", Type.TIME, "of users: last login (10.7 and later)"),
        Column("password_set", Type.TIME, "of users: when the password was set (10.7 and later)"),
        Column("failed_logins", Type.NUMBER, "of users: failed logins since the last one (10.7 and later)"),
        Column("disabled", Type.FLAG, "of users: whether the account is disabled at the date of the export"),
        Column("verifiers", Type.TEXTS, "of users: what a password can be checked against"),
        Column("unknown", Type.TEXTS, "columns that the export does not show for it: null there is not 'absent'"),
    ),
)


_ACCOUNT = [name for name in _USER if name in ACCOUNT]  # what users of one form have in common
_FORMS = 1 << 12  # that are remembered


class RecordRows:
    """Makes the rows.

    Args:
        export: digest of the export.
        od: the export.
        at: date at which accounts are judged; None where there is none.
    """

    table = RECORDS

    def __init__(self, export: str, od: Directory, at: datetime | None) -> None:
        self._export = export
        self._people = People(Sources(od, at=at))
        self._cells = {name: USERS.column(name).cell for name in _USER}
        self._accounts: dict[object, dict[str, Cell]] = {}
        self._columns: dict[str, list[Cell]] = {each.name: [] for each in RECORDS.columns}

    def __len__(self) -> int:
        return len(self._columns["entry"])

    def flush(self) -> Columns:
        """Return the rows as columns, and begin anew."""
        columns = self._columns
        self._columns = {name: [] for name in columns}
        return columns

    def take(self, lot: Lot) -> None:
        """Add the rows of records."""
        count = len(lot)
        none: Sequence[Cell] = [None] * count
        shown = all_plain(lot.dns)
        names, first = _names(lot)
        guids, stamps = lot.first("apple-generateduid"), lot.first("modifyTimestamp")
        full = lot.first("cn") if lot.kind == "Users" else None
        rows: dict[str, Sequence[Cell]] = {
            "export": [self._export] * count,
            "entry": lot.numbers,
            "file": [plain(lot.path)] * count,
            "line": lot.lines,
            "offset": lot.offsets,
            "length": lot.lengths,
            "dn": shown,
            "dn_bytes": none if shown is lot.dns else [_odd(dn, text) for dn, text in zip(lot.dns, shown, strict=True)],
            "dn_key": [plain(dn_key(dn)) for dn in lot.dns],
            "kind": [lot.kind or None] * count,
            "name": first,
            "names": names,
            "full_name": none if full is None else [text or None for text in open_texts(full)],
            "guid": none if guids is None else all_plain([guid.upper() for guid in guids]),
            "uid_number": _numbers(lot, "uidNumber"),
            "gid_number": _numbers(lot, "gidNumber"),
            "changed": none if stamps is None else [*map(timestamp, stamps)],
        }
        if lot.kind == "Users":
            rows |= self._of_users(lot, rows["uid_number"])
        for name, column in self._columns.items():
            column += rows.get(name, none)

    def _of_users(self, lot: Lot, numbers: Sequence[Cell]) -> dict[str, Sequence[Cell]]:
        """Return the columns that only users have."""
        rows: list[dict[str, Cell]] = []
        homes = _homes(lot)
        for place, (record_id, number, home) in enumerate(zip(lot.numbers, numbers, homes, strict=True)):
            usual = self._people.usual(record_id)
            if usual is None:
                rows.append(self._asked(lot, place, [*_USER]))
                continue
            account = self._accounts.get(usual)
            if account is None:
                if len(self._accounts) >= _FORMS:
                    self._accounts.clear()
                account = self._accounts[usual] = self._asked(lot, place, _ACCOUNT)
            rows.append({**account, "home": home, "uid_number": number})
        return {name: [row[name] for row in rows] for name in (*_USER.values(), "unknown")}

    def _asked(self, lot: Lot, place: int, wanted: Sequence[str]) -> dict[str, Cell]:
        """Return cells of a user who is read alone, and the names of those that the export does not show."""
        record = lot.record(place)
        assert isinstance(record, User)
        person = self._people(record)
        found = {_USER[name]: self._cells[name](person) for name in wanted}
        unknown = [name for name, cell in found.items() if isinstance(cell, Answer)]
        return {name: _held(name, cell) for name, cell in found.items()} | {"unknown": unknown or None}


def _held(name: str, cell: Cell) -> Cell:
    """Return a cell of the list of users as the column here holds it."""
    if isinstance(cell, Answer) or (name == "uid_number" and not isinstance(cell, int)):
        return None
    if isinstance(cell, tuple):
        return [plain(each) for each in cell]
    return plain(cell) if isinstance(cell, str) else cell


def _names(lot: Lot) -> tuple[list[list[str]], list[str]]:
    """Return the names of each record, and the first one: that of the DN where it has none."""
    record = lot.record(0)
    if lot.alone is not None:
        return [open_texts([*record.names])], open_texts([record.name])
    columns = [cells for name in record.name_attributes if (cells := lot.get(name)) is not None]
    if not columns:
        return [[] for _ in lot.dns], open_texts([*map(first_value, lot.dns)])
    texts = [[value.decode("utf-8", "surrogateescape") for value in cells.values] for cells in columns]
    first = open_texts(texts[0][:: columns[0].each])
    if len(columns) == columns[0].each == 1:
        return [[name] for name in first], first
    rows = [
        [*dict.fromkeys(name for cells, own in zip(columns, texts, strict=True) for name in own[at * cells.each : (at + 1) * cells.each])]
        for at in range(len(lot))
    ]
    joined = "".join(map("".join, texts))
    return rows if is_open(joined) else [open_texts(row) for row in rows], first


def _homes(lot: Lot) -> list[str | None]:
    """Return the homes of users; passwords in them as their length."""
    none: list[str | None] = [None] * len(lot)
    urls, paths = lot.first("apple-user-homeurl") or none, lot.first("homeDirectory") or none
    return [plain(home_text(home_of(url, path))) for url, path in zip(urls, paths, strict=True)]


def _odd(dn: str, shown: str) -> bytes | None:
    return dn.encode("utf-8", "surrogateescape") if shown != dn else None


def _numbers(lot: Lot, attribute: str) -> list[int | None]:
    """Return the first values that are whole numbers which the column can hold; None for any other text."""
    texts: Sequence[str | None] = lot.first(attribute) or [None] * len(lot)
    return [_number(text) for text in texts]


def _number(text: str | None) -> int | None:
    digits = "" if text is None else text.removeprefix("-")
    return int(text) if text is not None and digits.isascii() and digits.isdigit() and len(digits) < 19 else None
