"""What the checks of a carried record say, and what was decided: each remark becomes a finding with a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odkit.carrying.model import Change
from odkit.dataclass import dataclass
from odkit.directory import Record
from odkit.findings import Finding, Rule, finding
from odkit.text import escape, plural

__all__ = ["Remark", "Remarks"]


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that the target would not take, or that becomes another thing there.

    Attributes:
        rule: that it comes from.
        what: the sentence, without a full stop, with what was decided; escaped.
        attribute: it is about; empty for the whole record.
        index: of the value, -1 for all of them.
    """

    rule: Rule
    what: str
    attribute: str = ""
    index: int = -1


class Remarks:
    """Collects remarks as findings, and counts changes that befall many records alike."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._counted: dict[tuple[str, str], tuple[str, int]] = {}

    def add(self, record: Record, remarks: Iterable[Remark]) -> None:
        """Keep the remarks on a record."""
        for remark in remarks:
            line = record.entry.line_of(remark.attribute, max(remark.index, 0)) if remark.attribute else record.line
            where = f"{escape(remark.attribute)} of {escape(record.name)}" if remark.attribute else escape(record.name)
            self.findings.append(finding(remark.rule, record.dn, f"{where}: {remark.what}", path=record.path, line=line))

    def count(self, subject: str, attribute: str, what: str) -> None:
        """Count a change that is told once with its number: the first record names it."""
        first, number = self._counted.get((attribute, what), (subject, 0))
        self._counted[attribute, what] = first, number + 1

    def changes(self) -> Iterator[Change]:
        """Yield the counted changes, one row for each kind; the subject is the first record's DN."""
        for (attribute, what), (subject, number) in self._counted.items():
            more = f", and in {plural(number - 1, 'other record')}" if number > 1 else ""
            yield Change(subject, what + more, attribute, number)
