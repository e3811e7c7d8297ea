"""Findings: what is wrong in the data, as values with a stable code.

A rule is an object beside the check that uses it; `odkit.rulebook.all_rules` collects them, and docs/findings.md is made from that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Any

from odkit.arguments import an_instance
from odkit.dataclass import dataclass
from odkit.dn import dn_key
from odkit.errors import UsageError
from odkit.text import escape, plural, shorten

__all__ = [
    "About",
    "Finding",
    "Hides",
    "Report",
    "Rule",
    "Severity",
    "counted",
    "finding",
    "findings_html",
    "further",
    "graded",
    "record_finding",
]


class Severity(StrEnum):
    """How bad a finding is; the members compare by weight through `weight`."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def weight(self) -> int:
        """3 for error, 2 for warning, 1 for info."""
        return {"error": 3, "warning": 2, "info": 1}[self.value]


class Hides(StrEnum):
    """How much of the input stays unknown after a finding: what a brake asks."""

    NOTHING = "nothing"
    VALUE = "value"  # the values of one attribute of one record
    RECORDS = "records"  # a whole record, or how many is not known


@dataclass(frozen=True, slots=True)
class About:
    """What a finding is about: where an export does not show that, it is withheld and counted (`odkit.directory.absence`).

    Attributes:
        attributes: of the finding's record, on every side that holds it.
        newer, older: whether the record is missing in the newer or the older export.
        own: whether it is about the attribute that the finding names.
        whole: whether any record of the export might change it.
    """

    attributes: tuple[str, ...] = ()
    newer: bool = False
    older: bool = False
    own: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that odkit looks for.  A code never changes its meaning; the object is beside the check that uses it.

    Attributes:
        code: stable code, such as ``OD001``.
        name: short name.
        severity: unless a case is graded.
        advice: what to do about it; it ends every message of the rule.
        hides: how much of the input stays unknown after it: what a brake asks.
        is_damage: a part of the input is unread after it: what was readable is reported, and the exit status says 2.
        needs_reset: the account's password must be set again after it.
        about: what must be shown before it may be said; None where nothing is taken for absent.
    """

    code: str
    name: str
    severity: Severity
    advice: str
    hides: Hides = Hides.NOTHING
    is_damage: bool = False
    needs_reset: bool = False
    about: About | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        rule: the rule that it comes from.
        severity: of the rule, or of this case where a rule grades.
        subject: what it is about (a DN, a principal, a host), as it is in the data, unescaped.
        what: what is wrong, one line, escaped, without a full stop.
        path: input it was found in, or "".
        line: 1-based physical line, or None.
        key: identity of the record that it is about, in the normal form of `odkit.dn.dn_key`; None when it is about no record, or
            the record's name is not a DN.
        attribute: type of the attribute that it is about, in lower case and without options; None when it is about no attribute.
    """

    rule: Rule
    severity: Severity
    subject: str
    what: str
    path: str = ""
    line: int | None = None
    key: str | None = None
    attribute: str | None = None

    @property
    def code(self) -> str:
        """Stable code of the rule."""
        return self.rule.code

    @property
    def message(self) -> str:
        """What is wrong and what to do, one line, escaped."""
        return f"{self.what}. {self.rule.advice}"

    @property
    def where(self) -> str:
        """``path:line``, ``path``, or an empty string."""
        path = escape(self.path)
        return path if self.line is None else f"{path}:{self.line}"

    def __repr__(self) -> str:
        return f"<Finding {self.code} {self.severity.value}: {shorten(self.what)}>"

    def _repr_html_(self) -> str:
        return findings_html("1 finding", [self])

    def as_json(self) -> dict[str, Any]:
        """Return the object of a finding in schema ``odkit/report/1``."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "subject": escape(self.subject),
            "message": self.message,
            "path": escape(self.path),
            "line": self.line,
        }


def finding(
    rule: Rule, subject: str, message: str, *, path: str = "", line: int | None = None, severity: Severity | None = None
) -> Finding:
    """Make a finding of a rule; the rule's advice is put behind the message."""
    return Finding(rule, severity or rule.severity, subject, message, path, line)


def record_finding(
    rule: Rule,
    dn: str,
    message: str,
    *,
    attribute: str | None = None,
    path: str = "",
    line: int | None = None,
    severity: Severity | None = None,
) -> Finding:
    """Make a finding about a record of the directory, and perhaps about one of its attributes.

    Args:
        rule: that it comes from.
        dn: the record's name as written; the finding's subject.
        message: what is wrong, without the rule's advice.
        attribute: an attribute description in any case; its options are dropped.
        path: the input.
        line: physical line of the record or of the value.
        severity: of this case, where it is not the rule's.
    """
    kind = attribute.partition(";")[0].lower() if attribute is not None else None
    return Finding(rule, severity or rule.severity, dn, message, path, line, dn_key(dn), kind)


def counted(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return what findings are, as data for JSON: ``counts`` by severity, and ``codes``, how often each code occurs."""
    found = list(findings)
    counts = Counter(each.severity for each in found)
    return {"counts": {each.value: counts[each] for each in Severity}, "codes": dict(sorted(Counter(each.code for each in found).items()))}


def graded(findings: Iterable[Finding]) -> str:
    """Return findings in words: ``2 errors, 1 warning (3 info)``, or ``fine``."""
    counts = Counter(f.severity for f in findings)
    parts = [plural(counts[s], s.value) for s in (Severity.ERROR, Severity.WARNING) if counts[s]]
    infos = f" ({counts[Severity.INFO]:,} info)" if counts[Severity.INFO] else ""
    return (", ".join(parts) or "fine") + infos


def further(findings: Sequence[Finding]) -> list[str]:
    """Return the part of an answer that tells of findings of the caller; an empty list for none."""
    return [f"{plural(len(findings), 'finding')} added: {graded(findings)}"] if findings else []


def findings_html(title: str, findings: Iterable[Finding], facts: Iterable[tuple[str, object]] = ()) -> str:
    """Return findings as a table of HTML, the worst first."""
    from odkit.notebook import page  # in notebooks alone

    ordered = sorted(findings, key=lambda each: -each.severity.weight)
    rows = [(each.severity.value, each.code, each.subject, each.message, each.where) for each in ordered]
    return page(title, facts=facts, headers=("severity", "code", "subject", "message", "where"), rows=rows)


@dataclass(slots=True)
class Report:
    """A summary and its findings: the answer of `inspect` and of the verify functions.

    Attributes:
        summary: what was counted, as in the JSON.
        findings: in the order in which they are shown; `extend` adds those of a caller, which count in the answer and the status.
    """

    summary: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _made: int = field(init=False, default=0, repr=False, compare=False)
    _answered: int = field(init=False, default=0, repr=False, compare=False)  # findings that the answer counts

    def __post_init__(self) -> None:
        self._made = self._answered = len(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __bool__(self) -> bool:
        return True  # a report without findings is a report

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __repr__(self) -> str:
        answer = self.summary.get("answer")
        said = f"{shorten(str(answer))}; " if answer else ""
        return f"<{type(self).__name__}: {said}{plural(len(self.findings), 'finding')}: {graded(self.findings)}>"

    def _repr_html_(self) -> str:
        facts = [(name, value) for name, value in self.summary.items() if isinstance(value, (str, int)) and not isinstance(value, bool)]
        return findings_html(f"{type(self).__name__}: {plural(len(self.findings), 'finding')}", self.findings, facts)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add findings, such as those of checks of the caller's own.

        Raises:
            UsageError: something is no finding.
        """
        self.findings.extend([an_instance(each, Finding, "findings", "odkit.findings.finding") for each in findings])
        self._answered = len(self.findings)
        self.answer_again()

    @property
    def added(self) -> tuple[Finding, ...]:
        """The findings behind those that the report was made with."""
        return tuple(self.findings[self._made :])

    def answer_again(self) -> None:
        """Let what was added count in the summary; a report whose summary has no answer has nothing to change."""

    def status(self, fail_on: Severity = Severity.WARNING) -> int:
        """Return a status: 2 for damage, 1 for a finding of this severity or worse, else 0; an incomplete export is an error.

        Raises:
            UsageError: it is no severity.
        """
        if fail_on not in list(Severity):
            raise UsageError(f"fail_on: expected one of {', '.join(Severity)}")
        if any(f.rule.is_damage for f in self.findings):
            return 2
        return int(self.worst() >= Severity(fail_on).weight)

    def worst(self) -> int:
        """Return the weight of the worst finding, 0 when there is none."""
        return max((f.severity.weight for f in self.findings), default=0)

    def as_json(self) -> dict[str, Any]:
        """Return the object of schema ``odkit/report/1``."""
        if self._answered != len(self.findings):  # somebody has put findings into the list
            self._answered = len(self.findings)
            self.answer_again()
        return {
            "schema": "odkit/report/1",
            "summary": self.summary,
            "findings": [f.as_json() for f in self.findings],
        }
