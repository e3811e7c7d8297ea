"""Whether two exports can be compared at all: one domain, two states of it, the older one first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from odkit.directory import Directory
from odkit.findings import Finding, Rule, Severity, finding
from odkit.text import escape
from odkit.values.password import timestamp
from odkit.verification.pair import Pair

__all__ = ["check_exports"]

SAME_EXPORT = Rule(
    "OD621",
    "same-export",
    Severity.WARNING,
    "It shows nothing of a migration: give the export from before it, and the one from after it.",
)
OLDER_SECOND = Rule("OD622", "older-second", Severity.WARNING, "If they are in the wrong order, give the older export first.")
OTHER_DOMAIN = Rule("OD623", "other-domain", Severity.ERROR, "Nothing can be said of one by the other: give two exports of one domain.")


_A_DAY = timedelta(days=1)  # two servers' clocks may differ by less


def check_exports(pair: Pair) -> Iterator[Finding]:
    """Report the same export twice (OD621), an older one in place of the newer (OD622), and one of another domain (OD623)."""
    before, after = pair.before, pair.after
    path = after.sources[0].path
    if before is after or _same_bytes(before, after):
        yield finding(SAME_EXPORT, path, f"{escape(path)} is compared with itself", path=path)
        return
    if before.suffix_key and after.suffix_key and before.suffix_key != after.suffix_key:
        one, other = (f"{escape(od.suffix_key)} in {escape(od.sources[0].path)}" for od in (before, after))
        message = f"the suffix is {one}, and {other}"
        yield finding(OTHER_DOMAIN, path, message, path=path)
        return
    was, now = (max(od.column("stamps"), default="") for od in (before, after))
    if was and now and _date(was) - _date(now) >= _A_DAY:
        message = f"the newest change in {escape(path)} is of {now}, that in {escape(before.sources[0].path)} of {was}"
        yield finding(OLDER_SECOND, path, message, path=path)


def _same_bytes(before: Directory, after: Directory) -> bool:
    one, other = (sorted((info.size, info.entries) for info in od.sources) for od in (before, after))
    return one == other and {info.digest for info in before.sources} == {info.digest for info in after.sources}


def _date(stamp: str) -> datetime:
    """Return the date of a stamp that the index holds; only what slapd writes is in it."""
    return timestamp(stamp) or datetime.min.replace(tzinfo=UTC)
