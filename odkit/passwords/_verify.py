"""`verify_passwords`: the checks put together, and the one line that answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from odkit.directory import Directory
from odkit.findings import Finding, Report
from odkit.kerberos import Inventory
from odkit.ldif import Completeness
from odkit.passwords._check import Checks
from odkit.passwords._compare import Preservation
from odkit.passwords._slots import SlotList
from odkit.text import plural
from odkit.values.password import timestamp

__all__ = ["verify_passwords"]


def verify_passwords(
    before: Directory,
    after: Directory | None = None,
    *,
    slots: SlotList | None = None,
    principals: Inventory | None = None,
    at: datetime | None = None,
) -> Report:
    """Verify the password records of an export, and with two that each one was preserved.

    Args:
        before: the only export, or the older one.
        after: the newer one.
        slots: what the Password Server of the newer export lists (`read_slots`).
        principals: what its KDC lists.
        at: the date at which accounts are judged, with a time zone; by default the newest modifyTimestamp of the newer export.

    Returns:
        A report.  Its summary has ``answer``, the one line; ``at``; ``before`` and, with two exports, ``after`` and ``preservation``.

    Raises:
        InputError: an export was changed while it was read.
    """
    newest = after if after is not None else before
    date = at if at is not None else _newest(newest)
    last = Checks(newest, date, slots, principals).run()
    summary: dict[str, Any] = {"answer": "", "at": f"{date:%Y-%m-%dT%H:%M:%SZ}" if date is not None else None}
    if after is None:
        summary |= {"before": last.summary(), "answer": _answer_one(last)}
        return Report(summary, [*before.findings, *last.findings])
    first = Checks(before, date, None, None).run()
    found = Preservation(first, last).run()
    counts = {name: found.counts[name] for name in ("before", "matched", "preserved", "lost", "missing", "disabled")}
    summary |= {"before": first.summary(), "after": last.summary(), "preservation": counts}
    summary["answer"] = _answer_two(found)
    # the older export's own faults are what the newer one is compared with, not news
    known = {(f.code, f.subject, f.message) for f in first.findings}
    fresh: list[Finding] = []
    stale: list[Finding] = []
    for f in last.findings:
        news = (f.code, f.subject, f.message) not in known or f.code in {"OD316", "OD317", "OD318", "OD319", "OD322"}
        (fresh if news else stale).append(f)
    return Report(summary, [*before.findings, *after.findings, *found.findings, *fresh, *stale])


def _newest(od: Directory) -> datetime | None:
    stamps: list[str] = od.column("stamps")
    return max((date for each in set(stamps) if (date := timestamp(each)) is not None), default=None)


def _unchecked(checks: Checks) -> list[str]:
    out = ["the export is incomplete" if checks.od.completeness is Completeness.INCOMPLETE else ""]
    summary = checks.summary()
    if not summary["slots_checked"]:
        out.append("slots not checked (give --slots)" if not summary["policies"] else "")
    if not summary["principals_checked"]:
        out.append("principals not checked (give --principals)")
    if not summary["policies"]:
        out.append(
            "policies are not in a 10.4-10.6 export" if checks.od.generation == 1 else "no cn=authdata: policies and verifiers not checked"
        )
    if checks.at is None and summary["policies"]:
        out.append("whether accounts can log in was not judged (no modifyTimestamp; give --at)")
    return [each for each in out if each]


def _answer_one(checks: Checks) -> str:
    counts = checks.counts
    pointed = f"{counts['pointers']:,} of {plural(counts['users'], 'user')} point at a password slot"
    parts = [f"{pointed}, {counts['broken']:,} broken, {counts['disabled']:,} disabled"]
    return "; ".join([*parts, *_unchecked(checks)])


def _answer_two(found: Preservation) -> str:
    counts = found.counts
    first = f"{counts['preserved']:,} of {plural(counts['before'], 'password pointer')} preserved"
    parts = [f"{first}, {counts['lost']:,} must be reset, {counts['disabled']:,} disabled"]
    if counts["missing"]:
        parts[0] += f", {counts['missing']:,} missing"
    return "; ".join([*parts, *_unchecked(found.after)])
