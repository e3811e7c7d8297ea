"""Findings: what is wrong in the data, as values with a stable code.

A rule is a line of `RULES`; its code never changes its meaning.  docs/findings.md is made from the same table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from odkit.errors import UsageError
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


def _rules(*rows: tuple[str, str, str, str]) -> dict[str, Rule]:
    return {code: Rule(code, name, Severity(severity), advice) for code, name, severity, advice in rows}


RULES: dict[str, Rule] = _rules(
    # 0xx: reading LDIF
    ("OD001", "bad-line", "error", "Repair the line in the file, or export again."),
    ("OD002", "bad-base64", "error", "The value is kept as it stands, undecoded. Export again."),
    ("OD003", "control-byte", "error", "A NUL or a lone CR cannot stand in LDIF; the file was edited or damaged. Export again."),
    ("OD004", "record-without-dn", "error", "The lines were left out. Export again, or repair the file."),
    ("OD005", "dn-not-utf8", "error", "The bytes of the DN are kept. Look at the file with a hex viewer."),
    ("OD006", "unfetched-url", "warning", "odkit never opens a URL value. Export without 'ldapsearch -t'."),
    ("OD007", "search-reference", "info", "The server referred to another one; those entries are not in this export."),
    ("OD008", "damaged-database", "error", "slapcat could not read this entry from the database. Restore it from an archive."),
    ("OD009", "change-record", "warning", "A change record is not part of an export; it was left out."),
    ("OD010", "no-blank-line-at-end", "info", "slapcat ends each entry with a blank line; the file was edited by hand or cut."),
    ("OD011", "incomplete-export", "error", "Export again: slapcat on the server has no size limit."),
    (
        "OD012",
        "unknown-completeness",
        "info",
        "slapcat and ldapsearch -LLL leave no proof of it; compare the counts with the server's.",
    ),
    # 1xx: the directory as a whole
    ("OD101", "bad-dn", "error", "The record is reachable by its text only."),
    ("OD102", "duplicate-dn", "error", "The first one counts. Two exports overlap, or the file was joined from two."),
    (
        "OD103",
        "no-suffix",
        "error",
        "No Open Directory container (cn=users, cn=config …) was found: is this an Open Directory export?",
    ),
    ("OD104", "no-realm", "warning", "Give --realm; cn=KerberosKDC and cn=KerberosClient are missing or name none."),
    ("OD105", "realm-differs", "error", "cn=KerberosKDC and cn=KerberosClient disagree about the realm. Give --realm."),
    ("OD106", "second-suffix", "warning", "Records stand below more than one suffix; the one with most records is used."),
    ("OD107", "duplicate-guid", "error", "Two records share one GUID: access rights and memberships of both get mixed."),
    ("OD108", "bad-plist", "error", "The value is kept but could not be read."),
    ("OD109", "outside-suffix", "info", "Kept and counted; not part of the domain's records."),
    (
        "OD110",
        "bad-replica-tree",
        "warning",
        "The password server's replica list has an unexpected shape; what was understood is shown.",
    ),
    # 2xx: the purge plan
    (
        "OD201",
        "inventory-missing",
        "warning",
        "Give --principals with the output of 'kadmin.local -q listprincs' (run with LC_ALL=C).",
    ),
    ("OD202", "replica-still-listed", "warning", "Run 'slapconfig -removereplica' for it on the master before the scripts."),
    (
        "OD203",
        "no-host-to-retire",
        "info",
        "Name the retired servers with --retire, or give the old domain's export with --before.",
    ),
    ("OD204", "retired-not-found", "warning", "Nothing in the inputs bears this name. Check the spelling."),
    ("OD205", "principal-outside-realm", "info", "Principals of other realms are kept."),
    ("OD206", "duplicate-principal", "info", "The inventory lists it more than once; it counts once."),
    ("OD207", "nothing-to-delete", "info", "The plan deletes nothing."),
)


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
