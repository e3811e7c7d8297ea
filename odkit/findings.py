"""Findings: what is wrong in the data, as values with a stable code.

The rules stand in rules.py; docs/findings.md is made from the same table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from odkit.errors import UsageError
from odkit.rules import ROWS
from odkit.text import escape

__all__ = ["DAMAGE", "RULES", "Finding", "Report", "Rule", "Severity", "finding"]


class Severity(StrEnum):
    """How bad a finding is; the members compare by weight through `weight`."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def weight(self) -> int:
        """3 for error, 2 for warning, 1 for info."""
        return {"error": 3, "warning": 2, "info": 1}[self.value]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that odkit looks for: its stable code, short name, severity and what to do about it."""

    code: str
    name: str
    severity: Severity
    advice: str


RULES: dict[str, Rule] = {code: Rule(code, name, Severity(severity), advice) for code, name, severity, advice in ROWS}


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
    """

    code: str
    severity: Severity
    subject: str
    message: str
    path: str = ""
    line: int | None = None

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
