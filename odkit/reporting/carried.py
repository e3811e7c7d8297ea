"""The plan of `odkit carry`: who logs in with the old password at the new server, and why not."""

from __future__ import annotations

from collections.abc import Sequence

from odkit.carrying import CarryPlan
from odkit.carrying.verdicts import Verdict
from odkit.reporting.model import Block, Row, Section
from odkit.reporting.shapes import Marked, Tone
from odkit.text import escape, plural

__all__ = ["carry_line", "carry_of"]

_ROWS = 200  # of a list, that are shown
_WHERE = "odkit carry, with the same options, and -o DIR (CARRY.txt)"
_WORDS = {
    Verdict.CARRIED: ("log in with the old password", Tone.GOOD),
    Verdict.WARNED: ("log in with the old password for a time, or for a part", Tone.DOUBT),
    Verdict.RESET: ("need a new password", Tone.BAD),
    Verdict.DISABLED: ("are disabled, and stay so", Tone.CALM),
    Verdict.LEFT_OUT: ("are left out", Tone.DOUBT),
}


def carry_line(plan: CarryPlan) -> Marked:
    """Return the plan in one line."""
    counts = plan.counts
    words = ", ".join(f"{counts[v.value]:,} {v.value.replace('_', ' ')}" for v in Verdict if counts[v.value])
    return Marked(f"to {plan.target}: {plural(counts['users'], 'user')}: {words or 'none'}", Tone.DOUBT if plan.must_act else Tone.GOOD)


def carry_of(plan: CarryPlan, *, people: bool) -> Section:
    """Return the plan; without people only its counts."""
    counts = plan.counts
    lines = [f"Plan {plan.id}, {carry_line(plan).text}."]
    if plan.realm_from is not None:
        lines.append(f"Realm {escape(plan.realm_from)}, at the target {escape(plan.realm_to or '')}.")
    totals = tuple((f"{counts[v.value]:,}", words) for v, (words, _) in _WORDS.items())
    forms = tuple((source, target or "not carried", f"{count:,}") for (source, target), count in plan.forms.items())
    blocks: list[Block | None] = [
        Block("Users", ("Number", "What becomes of them"), totals),
        _block("Forms of passwords", ("At the source", "At the target", "Users"), forms),
    ]
    if people:
        blocks += [_users(plan, verdict) for verdict in Verdict]
        for title, carried in (("Services and computers carried", True), ("Principals left out", False)):
            services = [(escape(s.principal), s.reason.text) for s in plan.services if s.carried is carried]
            blocks.append(_block(title, ("Principal", "Why"), services))
        groups = [(escape(g.name), "; ".join(r.text for r in g.reasons)) for g in plan.groups if not g.carried]
        blocks.append(_block("Groups left out", ("Group", "Why"), groups))
        blocks.append(_block("Collisions: the target has the name", ("Name", "What"), [(escape(c.name), c.what) for c in plan.collisions]))
        changed = [(escape(c.subject), c.attribute, c.what, f"{c.count:,}") for c in plan.changed]
        blocks.append(_block("Changed on the way", ("What", "Attribute", "Change", "Number"), changed))
        blocks.append(_block("Other things left out", ("What", "Why"), [(escape(x.subject), x.reason.text) for x in plan.left_out]))
    blocks.append(
        _block("To destroy when the move is done", ("What", "Why"), [(escape(d.what), d.why) for d in plan.destroy] if people else ())
    )
    return Section(tuple(lines), tuple(block for block in blocks if block is not None))


def _users(plan: CarryPlan, verdict: Verdict) -> Block | None:
    words, tone = _WORDS[verdict]
    users = [u for u in plan.users if u.verdict is verdict]
    rows = [(escape(u.name), "; ".join(r.text for r in u.reasons), u.until.isoformat() if u.until is not None else "") for u in users]
    return _block(f"Users who {words}", ("User", "Why", "Until"), rows, tone)


def _block(title: str, head: Row, rows: Sequence[Row], tone: Tone = Tone.CALM) -> Block | None:
    if not rows:
        return None
    return Block(f"{title} ({len(rows):,})", head, tuple(rows[:_ROWS]), max(0, len(rows) - _ROWS), tone=tone, where=_WHERE)
