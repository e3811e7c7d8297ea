"""The verdict, and the facts of the exports that it stands on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from odkit.directory import Directory
from odkit.findings import Finding, Severity
from odkit.hosts import Verdict as HostWord
from odkit.reporting.matrix import ORDER
from odkit.reporting.model import Fact, RuleBlock, Verdict
from odkit.reporting.shapes import Marked, Tone
from odkit.reporting.subject import Subject
from odkit.text import escape, plural

__all__ = ["checks_of", "facts_of", "verdict_of"]

_FIRST = 6  # rules to look at first
_COMPLETENESS = {"complete": Tone.GOOD, "incomplete": Tone.BAD, "unknown": Tone.CALM}
_SHOWN = {
    "complete": "complete",
    "incomplete": "incomplete: something is missing",
    "unknown": "nothing shows whether it is complete",
}
_GENERATIONS = {1: "10.3 to 10.6: Password Server and MIT KDC", 2: "10.7 and later: cn=authdata", None: "cannot be told"}


def verdict_of(subject: Subject, rules: tuple[RuleBlock, ...]) -> Verdict:
    """Return the answer, and what it is made of."""
    counts = Counter(f.severity for f in subject.findings)
    bad = [plural(counts[each], each.value) for each in (Severity.ERROR, Severity.WARNING) if counts[each]]
    damaged = any(od.completeness.value == "incomplete" for od in subject.exports) or any(f.rule.is_damage for f in subject.findings)
    if bad:
        tone = Tone.BAD if counts[Severity.ERROR] or damaged else Tone.DOUBT
        head = Marked(f"{' and '.join(bad)} to look at", tone)
    elif damaged:
        head = Marked("An export is damaged or incomplete", Tone.BAD)
    else:
        head = Marked("Everything came through" if subject.newer is not None else "Nothing is wrong", Tone.GOOD)
    lines = [(f"Export{f' {which}' if which else ''}", _export(od)) for which, od in _named(subject)]
    checks = dict(subject.verification.checks)
    lines.append(("Passwords", Marked(subject.verification.passwords.answer("odkit verify-passwords"), _tone(checks["passwords"]))))
    lines.append(("Policies", Marked(str(subject.verification.summary["policies"]), _tone(checks["policies"]))))
    words = Counter(v.verdict for v in subject.hosts.values())
    said = ", ".join(f"{words[each]:,} {'retired' if each is HostWord.STALE else each.value}" for each in ORDER if words[each])
    tone = Tone.BAD if words[HostWord.STALE] else Tone.DOUBT if words[HostWord.REVIEW] else Tone.CALM
    lines.append(("Hosts", Marked(said or "none named", tone)))
    if subject.plan is not None:
        from odkit.reporting.purging import purge_line

        lines.append(("Purge plan", purge_line(subject.plan)))
    if subject.carried is not None:
        from odkit.reporting.carried import carry_line

        lines.append(("Carry plan", carry_line(subject.carried)))
    if counts[Severity.INFO]:
        lines.append(("Info", Marked(f"{plural(counts[Severity.INFO], 'finding')} of severity info")))
    first = tuple(rule.code for rule in rules if rule.severity != Severity.INFO.value)[:_FIRST]
    return Verdict(head, tuple(lines), first)


def _named(subject: Subject) -> list[tuple[str, Directory]]:
    return list(zip(("before", "after") if subject.newer is not None else ("",), subject.exports, strict=True))


def _export(od: Directory) -> Marked:
    word = od.completeness.value
    return Marked(f"{_SHOWN[word]}; {plural(len(od), 'entry', 'entries')}", _COMPLETENESS[word])


def facts_of(subject: Subject, *, people: bool) -> tuple[Fact, ...]:
    """Return what the exports are, side by side; without people no paths, and nothing that the exports were asked for."""
    columns = [_facts(od, people=people) for od in subject.exports]
    if len(columns) == 1:
        return tuple(Fact(what, text) for what, text in columns[0])
    return tuple(Fact(what, was, now) for (what, was), (_, now) in zip(*columns, strict=True))


def _facts(od: Directory, *, people: bool) -> list[tuple[str, str]]:
    facts = [
        ("Suffix", escape(od.suffix or "not found")),
        ("Realm", escape(od.realm or "not found")),
        ("Generation", _GENERATIONS[od.generation]),
        ("Entries", f"{len(od):,}" + (f", and {od.authdata:,} in cn=authdata" if od.authdata else "")),
        ("Completeness", od.completeness.value),
    ]
    if people:
        facts[-1] = ("Completeness", "; ".join(f"{s.completeness.value}: {escape(s.reason)}" for s in od.sources))
        facts.append(("Files", "; ".join(f"{escape(s.path)} ({plural(s.size, 'byte')})" for s in od.sources)))
        facts.append(("Asked for", "; ".join(escape(str(s.reliance.asked)) for s in od.sources)))
    return facts


def checks_of(subject: Subject) -> tuple[tuple[str, Marked], ...]:
    """Return the checks of `odkit verify`, each with its result."""
    results = subject.verification.summary["checks"]
    found = zip(subject.verification.checks, results, strict=True)
    return tuple((name, Marked(str(each["result"]), _tone(findings))) for (name, findings), each in found)


def _tone(findings: Iterable[Finding]) -> Tone:
    worst = max((f.severity.weight for f in findings), default=0)
    return {Severity.ERROR.weight: Tone.BAD, Severity.WARNING.weight: Tone.DOUBT}.get(worst, Tone.GOOD)
