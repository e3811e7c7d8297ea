"""Which of two exports is the later state of a domain, by the changes that they show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from odkit.directory._directory import Directory
from odkit.values.password import timestamp

__all__ = ["changed_later"]

_A_DAY = timedelta(days=1)  # two servers' clocks may differ by less


def changed_later(one: Directory, other: Directory) -> tuple[str, str] | None:
    """Return the newest change of two exports where the one's is later than the other's by a day or more.

    Returns:
        modifyTimestamp of each, the one's first.  None where that of the one is not later, or where it is not known: what the other
        export does not show may have been changed at any time.
    """
    if any(source.reliance.lacks for source in other.sources):
        return None
    newest, then = (max(od.column("stamps"), default="") for od in (one, other))
    return (newest, then) if newest and then and _date(newest) - _date(then) >= _A_DAY else None


def _date(stamp: str) -> datetime:
    """Return the date of a stamp that the index holds; only what slapd writes is in it."""
    return timestamp(stamp) or datetime.min.replace(tzinfo=UTC)
