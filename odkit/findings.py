"""Findings: what is wrong in the data, as values with a stable code.

The rules stand in rules.py; docs/findings.md is made from the same table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from odkit.dn import dn_key
from odkit.errors import UsageError
from odkit.rules import ROWS
from odkit.text import escape

__all__ = ["DAMAGE", "RULES", "Finding", "Hides", "Report", "Rule", "Severity", "finding", "record_finding"]


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
class Rule:
    """One thing that odkit looks for.

    Attributes:
        code: stable code, such as ``OD001``.
        name: short name.
        severity: unless a case is graded.
        advice: what to do about it.
        hides: how much of the input stays unknown after it.
    """

    code: str
    name: str
    severity: Severity
    advice: str
    hides: Hides = Hides.NOTHING


_HIDES = {
    **dict.fromkeys(("OD001", "OD002", "OD003", "OD004", "OD005", "OD008", "OD009"), Hides.RECORDS),
    **dict.fromkeys(("OD006", "OD108"), Hides.VALUE),
}

RULES: dict[str, Rule] = {
    code: Rule(code, name, Severity(severity), advice, _HIDES.get(code, Hides.NOTHING)) for code, name, severity, advice in ROWS
}


# after these a part of the input is unread: what was readable is reported, and the exit status says 2
DAMAGE = frozenset({"OD001", "OD002", "OD003", "OD004", "OD005", "OD008"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        code: stable code, a key of `RULES`.
        severity: of the rule, or of this case where a rule grades.
        subject: what it is about (a DN, a principal, a host), as it stands in the data, unescaped.
        message: what is wrong and what to do, one line, escaped.
        path: input it was found in, or "".
        line: 1-based physical line, or None.
        key: identity of the record that it is about, in the normal form of `odkit.dn.dn_key`; None when it is about no record, or
            the record's name is not a DN.
        attribute: type of the attribute that it is about, in lower case and without options; None when it is about no attribute.
    """

    code: str
    severity: Severity
    subject: str
    message: str
    path: str = ""
    line: int | None = None
    key: str | None = None
    attribute: str | None = None

    @property
    def rule(self) -> Rule:
        """The rule that it comes from."""
        return RULES[self.code]

    @property
    def where(self) -> str:
        """``path:line``, ``path``, or an empty string."""
        path = escape(self.path)
        return path if self.line is None else f"{path}:{self.line}"

    def as_json(self) -> dict[str, Any]:
        """The fields of design ``odkit/report/1``."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "subject": escape(self.subject),
            "message": self.message,
            "path": escape(self.path),
            "line": self.line,
        }


def finding(code: str, subject: str, message: str, *, path: str = "", line: int | None = None, severity: Severity | None = None) -> Finding:
    """Make a finding of a known rule; the rule's advice is put behind the message.

    Raises:
        UsageError: the code is not in `RULES`.
    """
    rule = RULES.get(code)
    if rule is None:
        raise UsageError(f"unknown rule code {code!r}")
    return Finding(code, severity or rule.severity, subject, f"{message}. {rule.advice}", path, line)


def record_finding(
    code: str,
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
        code: a key of `RULES`.
        dn: the record's name as written; the finding's subject.
        message: what is wrong, without the rule's advice.
        attribute: an attribute description in any case; its options are dropped.
        path: the input.
        line: physical line of the record or of the value.
        severity: of this case, where it is not the rule's.

    Raises:
        UsageError: the code is not in `RULES`.
    """
    made = finding(code, dn, message, path=path, line=line, severity=severity)
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
        """Weight of the worst finding, 0 when there is none."""
        return max((f.severity.weight for f in self.findings), default=0)

    def as_json(self) -> dict[str, Any]:
        """The object of schema ``odkit/report/1``."""
        return {
            "schema": "odkit/report/1",
            "summary": self.summary,
            "findings": [f.as_json() for f in self.findings],
        }
