"""Findings: what is wrong in the data, as values with a stable code.

A rule is an object beside the check that uses it; `odkit.rulebook.all_rules` collects them, and docs/findings.md is made from that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from enum import StrEnum
from typing import Any

from odkit.dataclass import dataclass
from odkit.dn import dn_key
from odkit.text import escape

__all__ = ["About", "Finding", "Hides", "Report", "Rule", "Severity", "finding", "record_finding"]


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
    made = finding(rule, dn, message, path=path, line=line, severity=severity)
    kind = attribute.partition(";")[0].lower() if attribute is not None else None
    return replace(made, key=dn_key(dn), attribute=kind)


@dataclass(slots=True)
class Report:
    """A summary and its findings: the answer of `inspect` and of the verify functions."""

    summary: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add findings."""
        self.findings.extend(findings)

    def worst(self) -> int:
        """Return the weight of the worst finding, 0 when there is none."""
        return max((f.severity.weight for f in self.findings), default=0)

    def as_json(self) -> dict[str, Any]:
        """Return the object of schema ``odkit/report/1``."""
        return {
            "schema": "odkit/report/1",
            "summary": self.summary,
            "findings": [f.as_json() for f in self.findings],
        }
