"""Numbers of records by type."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.findings import About, Finding, Rule, Severity, finding
from odkit.verification.pair import Pair

__all__ = ["check_counts"]

COUNT_DIFFERS = Rule(
    "OD601",
    "count-differs",
    Severity.INFO,
    "Run 'odkit diff --only added,removed', and compare with what should change.",
    about=About(whole=True),
)


_COUNTED = ("Users", "Groups", "Computers", "ComputerLists", "ComputerGroups", "Mounts")
_PEOPLE = frozenset({"Users", "Groups"})


def check_counts(pair: Pair) -> Iterator[Finding]:
    """Compare the number of records of each type: OD601."""
    before, after = pair.before, pair.after
    was, now = before.counts(), after.counts()
    for kind in _COUNTED:
        if was.get(kind, 0) != now.get(kind, 0):
            severity = Severity.WARNING if kind in _PEOPLE and now.get(kind, 0) < was.get(kind, 0) else Severity.INFO
            message = f"{kind}: {was.get(kind, 0):,} before, {now.get(kind, 0):,} after"
            yield finding(COUNT_DIFFERS, kind, message, path=after.sources[0].path, severity=severity)
