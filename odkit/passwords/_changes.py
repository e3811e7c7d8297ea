"""What the comparison of two exports' passwords has found so far."""

from __future__ import annotations

from collections import Counter

from odkit.directory import Record
from odkit.directory.absence import Absences
from odkit.directory.matching import Matching
from odkit.dn import dn_key
from odkit.findings import Finding, Rule, record_finding
from odkit.passwords.checks import Checks

__all__ = ["Changes"]


class Changes:
    """Findings and counts of a comparison.

    Args:
        before: checks of the older export, run.
        after: checks of the newer one, run.
        matching: of both.

    Attributes:
        findings: in the order of the newer export.
        explained: normal forms of the DNs of accounts whose change is one finding of the domain.
        counts: before (users with a slot), matched, preserved, lost (must be set again), missing, disabled.
        of_domain: number of users with a change that the domain explains.
    """

    def __init__(self, before: Checks, after: Checks, matching: Matching) -> None:
        self.before = before
        self.after = after
        self.findings: list[Finding] = []
        self.matching = matching
        self.absences = Absences(after.od, before.od, matching.older)
        self.counts: Counter[str] = Counter()
        self.explained: set[str] = set()
        self.of_domain: Counter[tuple[Rule, str]] = Counter()

    def add(self, rule: Rule, record: Record, message: str, attribute: str = "") -> None:
        """Add a finding on a record, unless an export does not show what it is about."""
        if self.absences.withholds(rule, dn_key(record.dn), attribute):
            return
        line = record.entry.line_of(attribute) if attribute else record.line
        self.findings.append(record_finding(rule, record.dn, message, attribute=attribute or None, path=record.path, line=line))
