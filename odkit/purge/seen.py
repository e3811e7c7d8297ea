"""What a plan saw of the KDC, and when: a script compares it with what it finds, so that a server that came back keeps its names."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from odkit.dataclass import dataclass
from odkit.kerberos import DatedBy, Inventory, LastSeen
from odkit.text import escape, plural, utc

__all__ = ["ListDate", "list_dates", "name_json", "oldest", "seen_json"]


def name_json(text: bytes) -> str | dict[str, str]:
    """Return a name for JSON: text, or ``{"base64": …}`` when it is not UTF-8."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(text).decode("ascii")}


@dataclass(frozen=True, slots=True)
class ListDate:
    """A list of principals that a plan was made from, and when it was made.

    Attributes:
        name: of the file.
        principals: how many it lists.
        date: in seconds since 1970 (UTC); None where nothing tells it.
        dated_by: what tells it.
    """

    name: str
    principals: int
    date: int | None
    dated_by: DatedBy | None

    def __str__(self) -> str:
        when = f"as of {utc(self.date)}: {self.dated_by}" if self.date is not None else "when it was made is not known"
        return f"Made from {escape(self.name)} ({plural(self.principals, 'principal')}; {when})"

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``lists``."""
        date = utc(self.date) if self.date is not None and self.dated_by is not DatedBy.FILE else None
        return {"name": escape(self.name), "principals": self.principals, "date": date}


def list_dates(lists: Iterable[Inventory]) -> tuple[ListDate, ...]:
    """Return the dates of lists; what is made from a file is the same wherever the file lies."""
    return tuple(ListDate(each.path.rpartition("/")[2], len(each), each.date, each.dated_by) for each in lists)


def oldest(lists: Iterable[ListDate]) -> int | None:
    """Return the date of the oldest list, in seconds since 1970; None where one has none, or there is none."""
    dates = [each.date for each in lists]
    known = [date for date in dates if date is not None]
    return min(known) if known and len(known) == len(dates) else None


def seen_json(seen: LastSeen) -> dict[str, Any]:
    """Return what was seen of one principal, without what was not."""
    times = {"modified": seen.modified, "used": seen.used or None}
    found: dict[str, Any] = {name: utc(value) for name, value in times.items() if value is not None}
    return found if seen.kvno is None else found | {"kvno": seen.kvno}
