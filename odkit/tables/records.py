"""The table of records: one row for every entry, and of users what counts their logins."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from odkit.directory import Directory, User
from odkit.dn import dn_key
from odkit.ldif import Answer
from odkit.listing import Cell, Sources
from odkit.listing.users import USERS, people_of
from odkit.redaction import mask_urls
from odkit.tables.rows import Rows, Seen, plain
from odkit.tables.schema import EXPORT, Column, Table, Type
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


class RecordRows(Rows):
    """Makes the rows.

    Args:
        od: the export.
        at: date at which accounts are judged; None where there is none.
    """

    def __init__(self, od: Directory, at: datetime | None) -> None:
        super().__init__(RECORDS)
        self._person = people_of(Sources(od, at=at))
        self._cells = [USERS.column(name).cell for name in _USER]

    def take(self, seen: Seen) -> None:
        """Add the row of a record."""
        record, attributes = seen.record, seen.record.attributes
        user: dict[str, Cell] = {}
        if isinstance(record, User):
            person = self._person(record)
            user = {name: cell(person) for name, cell in zip(_USER.values(), self._cells, strict=True)}
        unknown = [name for name, cell in user.items() if isinstance(cell, Answer)]
        cells = {name: None if isinstance(cell, Answer) else cell for name, cell in user.items()}
        dn, guid = record.dn, record.guid
        shown = plain(dn)
        home = cells.get("home")
        number = cells["uid_number"] if user else _number(record.text("uidNumber"))
        verifiers = cells.get("verifiers")
        self.add(
            seen.export,
            record.record_id,
            plain(record.path),
            seen.line,
            record.entry.offset,
            len(record.entry.raw or b""),
            shown,
            dn.encode("utf-8", "surrogateescape") if shown != dn else None,
            plain(dn_key(dn)),
            record.kind or None,
            plain(_open(record.name)),
            [plain(_open(each)) for each in record.names],
            plain(_open(record.text("cn") or "")) or None if record.kind == "Users" else None,
            plain(guid.upper()) if guid is not None else None,
            number if isinstance(number, int) else None,
            _number(record.text("gidNumber")),
            timestamp(record.text("modifyTimestamp")) if "modifyTimestamp" in attributes else None,
            plain(home) if isinstance(home, str) else None,
            cells.get("last_login"),
            cells.get("password_set"),
            cells.get("failed_logins"),
            cells.get("disabled"),
            [plain(each) for each in verifiers] if isinstance(verifiers, tuple) else None,
            unknown or None,
        )


def _open(text: str) -> str:
    """Return a name without the passwords that a URL in it may hold: also a mount's name can be one."""
    return mask_urls(text)


def _number(text: str | None) -> int | None:
    """Return a whole number that the column can hold; None for any other text."""
    digits = "" if text is None else text.removeprefix("-")
    return int(text) if text is not None and digits.isascii() and digits.isdigit() and len(digits) < 19 else None
