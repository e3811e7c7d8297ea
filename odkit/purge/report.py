"""A plan as text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from odkit.hosts import Verdict
from odkit.purge.model import Decision, DecisionKind, PurgePlan
from odkit.purge.names import name_lines
from odkit.text import escape, plural, table

__all__ = ["plan_text"]

_SHOWN = 40  # lines of a list that PLAN.txt and --json hold in full


def plan_text(plan: PurgePlan, *, full: bool = False, flat: bool = False) -> str:
    """Write a plan for a person to review.

    Args:
        plan: to be shown.
        full: list everything; else long lists are cut, with the number of what is left out.
        flat: write each principal that goes in full, a line each; else hosts by service.
    """
    blocks = [_head(plan), _hosts(plan), _delete(plan, full=full, flat=flat), _keytabs(plan, full=full), _records(plan, full=full)]
    blocks.append(_slots(plan, full=full))
    blocks.append(_decisions("For a person to decide", plan.review, full=full))
    blocks.append(_decisions("Refused, because no script can express it safely", plan.refused, full=full))
    blocks += [_keep(plan), _remarks(plan), _summary(plan)]
    return "\n\n".join("\n".join(block) for block in map(list, blocks) if block) + "\n"


def _head(plan: PurgePlan) -> Iterator[str]:
    yield f"Purge plan {plan.id} for the realm {escape(plan.realm or '(unknown)')}"
    yield from plan.made_from


def _hosts(plan: PurgePlan) -> Iterator[str]:
    if not plan.hosts:
        yield "Hosts: none found"
        return
    order = [Verdict.STALE, Verdict.REVIEW, Verdict.LIVE, Verdict.UNKNOWN]
    hosts = sorted(plan.hosts.values(), key=lambda v: (order.index(v.verdict), v.host))
    yield "Hosts"
    rows = [(v.verdict.value, escape(v.host), v.evidence[0].because) for v in hosts]
    yield from table(rows, headers=("VERDICT", "HOST", "WHY"))
    if any(v.verdict in {Verdict.REVIEW, Verdict.UNKNOWN} for v in plan.hosts.values()):
        yield "  What is in review or unknown is kept: plan again with --retire HOST for each that is gone, --keep HOST for what stays."


def _cut(lines: list[str], *, full: bool) -> list[str]:
    if full or len(lines) <= _SHOWN:
        return lines
    return [*lines[: _SHOWN - 10], f"  … and {len(lines) - _SHOWN + 10} more: see PLAN.txt (-o DIR) or --json"]


def _delete(plan: PurgePlan, *, full: bool, flat: bool) -> Iterator[str]:
    names = [d.text for d in plan.delete] or plan.candidates
    by_host = "" if flat else "; --all and plan.json give each name in full"
    if plan.delete:
        yield f"Principals to delete ({len(names)}{by_host})"
    elif names:
        yield f"Candidates ({len(names)}{by_host}): unverified names; the script deletes those that the KDC lists byte for byte"
    if names:
        yield from _cut([f"  {escape(name)}" for name in names] if flat else [*name_lines(names)], full=full)
    else:
        yield "Principals to delete: none"


def _keytabs(plan: PurgePlan, *, full: bool) -> Iterator[str]:
    for keytab in plan.keytabs:
        yield (
            f"Keys to remove from {escape(keytab.path)} ({len(keytab.remove)})"
            if keytab.remove
            else f"Keys to remove from {escape(keytab.path)}: none"
        )
        yield from _cut([f"  {escape(bytes(p))}" for p in keytab.remove], full=full)
        yield from (f"  refused: {d.subject}: {d.reason}" for d in keytab.refused)


def _records(plan: PurgePlan, *, full: bool) -> Iterator[str]:
    changes = [*plan.records, *plan.authdata]
    if not changes:
        yield "Records to change: none"
        return
    yield f"Records to change ({len(changes)})"
    rows = []
    for change in changes:
        what = "delete the record" if change.attribute is None else f"take out {change.attribute} {escape(change.value or b'')}"
        rows.append((what, escape(change.entry.dn), f"line {change.entry.line}"))
    yield from _cut(table(rows, headers=("CHANGE", "RECORD", "PLACE")), full=full)


def _slots(plan: PurgePlan, *, full: bool) -> Iterator[str]:
    if plan.slots:
        yield f"Password Server slots of deleted records ({len(plan.slots)}); delete-slots.sh removes them from 10.4 to 10.6, afterwards"
        yield from _cut([f"  {each.slot}  {escape(each.dn)}" for each in plan.slots], full=full)


def _decisions(title: str, decisions: Sequence[Decision], *, full: bool) -> Iterator[str]:
    if not decisions:
        return
    yield f"{title} ({len(decisions)})"
    alike: dict[str, list[str]] = {}  # what is to be said -> of what
    for d in decisions:
        alike.setdefault(f"    {d.reason}" + (f"\n      {d.command}" if d.command else ""), []).append(f"  {d.subject}")
    yield from _cut([line for said, subjects in alike.items() for line in (*subjects[:-1], f"{subjects[-1]}\n{said}")], full=full)


def _keep(plan: PurgePlan) -> Iterator[str]:
    if plan.keep:
        reasons = Counter(f"{escape(d.host)} is live" if d.kind is DecisionKind.LIVE_HOST else d.reason for d in plan.keep)
        yield f"Principals to keep ({len(plan.keep)})"
        ordered = sorted(reasons.items(), key=lambda kv: (-kv[1], kv[0]))
        yield from table([(f"{count:>6,}", reason) for reason, count in ordered], indent="")


def _remarks(plan: PurgePlan) -> Iterator[str]:
    for f in sorted(plan.findings, key=lambda f: -f.severity.weight):
        mark = f.severity.value
        yield f"{mark} {f.code}: {f.where + ': ' if f.where else ''}{f.message}"


def _summary(plan: PurgePlan) -> Iterator[str]:
    if plan.names is None:
        yield (
            f"Summary: {plural(len(plan.candidates), 'candidate')}, {plural(len(plan.records) + len(plan.authdata), 'record change')}, "
            f"{len(plan.review)} to review, {len(plan.refused)} refused."
        )
        yield "What it needs to decide on principals: --principals with the KDC's list (LC_ALL=C kadmin.local -q listprincs)."
    else:
        yield (
            f"Summary: of {plural(plan.inventory_size, 'principal')} {len(plan.delete)} to delete, {len(plan.keep)} to keep; "
            f"{plural(len(plan.records) + len(plan.authdata), 'record change')}; {len(plan.review)} to review, {len(plan.refused)} refused."
        )
    if not any(v.verdict is Verdict.STALE for v in plan.hosts.values()):
        yield "What it needs to retire a host: --retire HOST, or --before with the old domain's export."
