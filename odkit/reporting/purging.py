"""The plan of a purge: hosts by services, what goes, and what is left to a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from odkit.errors import InputError
from odkit.hosts import Verdict
from odkit.kerberos import SERVICES, parse_principal
from odkit.names import host_key, is_fqdn
from odkit.purge import Decision, DecisionKind, PurgePlan
from odkit.reporting.matrix import HOSTS, ORDER, host_row
from odkit.reporting.model import Block, Row, Section
from odkit.reporting.shapes import Marked, Matrix, Tone
from odkit.text import decode, escape, plural

__all__ = ["purge_line", "purge_of"]

_ROWS = 200  # of a list, that are shown
_WHERE = "odkit purge-principals, with the same options, and -o DIR (PLAN.txt)"
_DELETE, _KEEP, _REVIEW, _REFUSED = (
    Marked("delete", Tone.BAD),
    Marked("keep", Tone.GOOD),
    Marked("review", Tone.DOUBT),
    Marked("refused", Tone.DOUBT),
)


def purge_line(plan: PurgePlan) -> Marked:
    """Return the plan in one line."""
    decide = len(plan.review) + len(plan.refused)
    changes = plural(len(plan.records) + len(plan.authdata), "record change")
    if plan.names is None:
        text = f"{plural(len(plan.candidates), 'candidate')} without a list of the KDC, {changes}, {decide:,} left to a person"
    else:
        text = f"of {plural(plan.inventory_size, 'principal')} {len(plan.delete):,} go; {changes}; {decide:,} left to a person"
    return Marked(text, Tone.DOUBT if decide else Tone.CALM)


def purge_of(plan: PurgePlan, *, people: bool) -> Section:
    """Return the plan; without people only its counts, and hosts by known services."""
    hosts = Counter(v.verdict for v in plan.hosts.values())
    words = [f"{hosts[each]:,} {'retired' if each is Verdict.STALE else each.value}" for each in ORDER if hosts[each]]
    head = f"Plan {plan.id} for the realm {escape(plan.realm or '(unknown)')}"
    lines = [f"{head}. {_capital(purge_line(plan).text)}.", f"Hosts: {', '.join(words)}."]
    if not people:
        return Section(tuple(lines), (_counts(plan),), _matrix(plan, people=False))
    lines += map(escape, plan.made_from)
    blocks = [
        _decisions("For a person to decide", plan.review, Tone.DOUBT),
        _decisions("Refused, because no script can express it safely", plan.refused, Tone.DOUBT),
        _block("Principals to delete", ("Principal", "Host", "Why"), [(escape(d.text), escape(d.host), d.reason) for d in plan.delete]),
        _block("Candidates: unverified names", ("Principal",), [(escape(name),) for name in plan.candidates]),
        *(_block(f"Keys to remove from {escape(k.path)}", ("Principal",), [(escape(bytes(p)),) for p in k.remove]) for k in plan.keytabs),
        _block("Records to change", ("What", "Record", "Line"), list(_records(plan))),
        _block("Password Server slots of deleted records", ("Slot", "Record"), [(s.slot, escape(s.dn)) for s in plan.slots]),
        _kept(plan),
    ]
    return Section(tuple(lines), tuple(block for block in blocks if block is not None), _matrix(plan, people=True))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _counts(plan: PurgePlan) -> Block:
    rows = (
        ("principals to delete", f"{len(plan.delete):,}"),
        ("candidates", f"{len(plan.candidates):,}"),
        ("principals to keep", f"{len(plan.keep):,}"),
        ("left to a person", f"{len(plan.review):,}"),
        ("refused", f"{len(plan.refused):,}"),
        ("changes of records", f"{len(plan.records) + len(plan.authdata):,}"),
        ("Password Server slots", f"{len(plan.slots):,}"),
    )
    return Block("Counts", ("What", "Number"), rows)


def _block(title: str, head: Row, rows: Sequence[Row], *, tone: Tone = Tone.CALM) -> Block | None:
    if not rows:
        return None
    return Block(f"{title} ({len(rows):,})", head, tuple(rows[:_ROWS]), max(0, len(rows) - _ROWS), tone=tone, where=_WHERE)


def _decisions(title: str, decisions: Sequence[Decision], tone: Tone) -> Block | None:
    commands = any(d.command for d in decisions)
    head = ("What", "Why", "Command to run after looking") if commands else ("What", "Why")
    rows = [(d.subject, d.reason, escape(d.command or "")) if commands else (d.subject, d.reason) for d in decisions]
    return _block(title, head, rows, tone=tone)


def _records(plan: PurgePlan) -> Iterator[Row]:
    for change in (*plan.records, *plan.authdata):
        what = "delete the record" if change.attribute is None else f"take out {change.attribute} {escape(change.value or b'')}"
        yield what, escape(change.entry.dn), str(change.entry.line)


def _kept(plan: PurgePlan) -> Block | None:
    reasons = Counter(f"{escape(d.host)} is live" if d.kind is DecisionKind.LIVE_HOST else d.reason for d in plan.keep)
    rows = [(f"{count:,}", reason) for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))]
    return _block("Principals to keep, by reason", ("Number", "Why"), rows, tone=Tone.GOOD)


def _decided(plan: PurgePlan) -> Iterator[tuple[bytes, Marked]]:
    yield from ((d.text, _DELETE) for d in plan.delete)
    for decisions, mark in ((plan.keep, _KEEP), (plan.review, _REVIEW), (plan.refused, _REFUSED)):
        yield from ((d.principal, mark) for d in decisions if d.principal is not None)


def _matrix(plan: PurgePlan, *, people: bool) -> Matrix | None:
    """Return what becomes of each principal SERVICE/HOST of known services."""
    cells: dict[str, dict[str, Marked]] = {}
    for text, mark in _decided(plan):
        try:
            principal = parse_principal(text)
        except InputError:
            continue
        if principal.pair is not None and principal.pair[0] in SERVICES and is_fqdn(decode(principal.pair[1])):
            service, host = principal.pair
            cells.setdefault(host_key(host), {}).setdefault(decode(service), mark)
    services = sorted({service for own in cells.values() for service in own})
    named = [each for each in sorted(plan.hosts.values(), key=lambda each: (ORDER.index(each.verdict), each.host)) if each.host in cells]
    rows = tuple(host_row(each, tuple(map(cells[each.host].get, services)), people=people) for each in named[:HOSTS])
    return Matrix(tuple(services), rows, more=len(named) - len(rows), where=_WHERE) if rows else None
