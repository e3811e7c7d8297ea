"""A carry plan as text: on the terminal, and as CARRY.txt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from odkit.carrying.model import CarryPlan
from odkit.carrying.verdicts import Verdict
from odkit.findings import Severity
from odkit.text import escape, plural, table

__all__ = ["carry_text"]

_SHOWN = 40
_TITLES = {
    Verdict.CARRIED: "Carried: they log in with the old password",
    Verdict.WARNED: "Carried with a warning: the old password works for a time, or for a part",
    Verdict.RESET: "To reset: nothing of theirs can be verified at the target",
    Verdict.DISABLED: "Disabled: they could not log in, and cannot",
    Verdict.LEFT_OUT: "Left out",
}


def carry_text(plan: CarryPlan, *, full: bool = False) -> str:
    """Return the plan for people.

    Args:
        plan: of `odkit.carry`.
        full: every user; else long lists are cut, with the number of what was left away.
    """
    parts = [_head(plan), _forms(plan), _users(plan, full=full), _services(plan, full=full), _groups(plan, full=full)]
    parts += [_rest(plan, full=full), _findings(plan, full=full), _after(plan)]
    sections = ["\n".join(lines) for part in parts if (lines := list(part))]
    return "\n\n".join(sections) + "\n"


def _head(plan: CarryPlan) -> Iterator[str]:
    yield f"odkit carry to {plan.target}: plan {plan.id}"
    if plan.realm_from is not None:
        yield f"Realm {escape(plan.realm_from)} -> {escape(plan.realm_to or '')}"
    counts = plan.counts
    yield f"{plural(counts['users'], 'user')}: " + ", ".join(
        f"{counts[verdict.value]:,} {verdict.value.replace('_', ' ')}" for verdict in Verdict
    )


def _forms(plan: CarryPlan) -> Iterator[str]:
    if plan.forms:
        yield "Users by the form of their password at the source and at the target (one user can have several)"
        rows = [(source, target or "not carried", f"{count:,}") for (source, target), count in plan.forms.items()]
        yield from table(rows, headers=("SOURCE", "TARGET", "USERS"))


def _cut(lines: list[str], *, full: bool) -> list[str]:
    if full or len(lines) <= _SHOWN:
        return lines
    return [*lines[: _SHOWN - 10], f"  … and {len(lines) - _SHOWN + 10:,} more: see CARRY.txt (-o DIR) or --json"]


def _users(plan: CarryPlan, *, full: bool) -> Iterator[str]:
    for verdict in Verdict:
        users = [user for user in plan.users if user.verdict is verdict]
        if not users:
            continue
        yield f"{_TITLES[verdict]} ({len(users):,})"
        if verdict is Verdict.CARRIED and not full:
            users = [user for user in users if user.reasons]
        rows = [(escape(user.name), "; ".join(reason.text for reason in user.reasons)) for user in users]
        yield from _cut(table(rows), full=full)


def _services(plan: CarryPlan, *, full: bool) -> Iterator[str]:
    for carried, title in ((True, "Services and computers carried"), (False, "Principals left out")):
        found = [service for service in plan.services if service.carried is carried]
        if found:
            yield f"{title} ({len(found):,})"
            yield from _cut(table([(escape(service.principal), service.reason.text) for service in found]), full=full)


def _groups(plan: CarryPlan, *, full: bool) -> Iterator[str]:
    left = [group for group in plan.groups if not group.carried]
    if plan.groups:
        yield f"{plural(len(plan.groups), 'group')}: {len(plan.groups) - len(left):,} carried, {len(left):,} left out"
        yield from _cut(table([(escape(group.name), "; ".join(reason.text for reason in group.reasons)) for group in left]), full=full)


def _rest(plan: CarryPlan, *, full: bool) -> Iterator[str]:
    if plan.collisions:
        yield f"Collisions ({len(plan.collisions):,}): the target has the name; it was left out"
        yield from _cut(table([(escape(each.name), each.what) for each in plan.collisions]), full=full)
    if plan.changed:
        yield f"Changed on the way ({sum(change.count for change in plan.changed):,})"
        rows = [(escape(change.subject), change.attribute, change.what) for change in plan.changed]
        yield from _cut(table(rows), full=full)
    if plan.left_out:
        yield f"Other things left out ({len(plan.left_out):,})"
        yield from _cut(table([(escape(left.subject), left.reason.text) for left in plan.left_out]), full=full)


def _findings(plan: CarryPlan, *, full: bool) -> Iterator[str]:
    found = sorted(plan.findings, key=lambda each: -each.severity.weight)
    numbers = Counter(each.severity for each in found)
    if found:
        yield "Findings: " + ", ".join(f"{numbers[severity]:,} {severity.value}" for severity in Severity if numbers[severity])
        lines = [f"  {each.severity.value} {each.code}: {each.where + ': ' if each.where else ''}{each.message}" for each in found]
        yield from _cut(lines, full=full)


def _after(plan: CarryPlan) -> Iterator[str]:
    if plan.steps:
        yield "What to do"
        yield from (f"  {step}" for step in plan.steps)
    dates = sorted({user.until for user in plan.users if user.until is not None})
    if dates:
        count = sum(user.until is not None for user in plan.users)
        yield f"Passwords to change by {dates[0].isoformat()}: {plural(count, 'user')} (listed above, with the reason)"
    if plan.destroy:
        yield "To destroy when the move is done"
        yield from table([(escape(each.what), each.why) for each in plan.destroy])
    if plan.unproved:
        yield "Not proved"
        yield from (f"  {each}" for each in plan.unproved)
