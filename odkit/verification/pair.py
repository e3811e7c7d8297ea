"""`Pair`: the two exports of a verification, their records matched, and what the checks have judged so far."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from operator import and_
from typing import Any

from odkit.directory import Directory, Record
from odkit.directory.matching import Matching, match_records
from odkit.dn import key_or_text
from odkit.findings import Finding, Rule, Severity, record_finding

__all__ = ["Pair", "changed"]


class Pair:
    """Two exports to be compared.

    Args:
        before: the older export.
        after: the newer one.
    """

    def __init__(self, before: Directory, after: Directory) -> None:
        self.before, self.after = before, after
        self._judged: set[tuple[str, str]] = set()
        self._judged_records: set[str] = set()

    @cached_property
    def matching(self) -> Matching:
        """The records of both, matched."""
        return match_records(self.before, self.after)

    def records(self, kind: str) -> Iterator[tuple[Any, Any]]:
        """Return the records of a type in the older export, each with its like in the newer one, or None."""
        return ((was, now) for was, now in self.matching.pairs(kind, skip=self._quiet.__getitem__) if was is not None)

    @cached_property
    def _quiet(self) -> bytearray:
        """For each record of the older export 1 where it is the same in the newer one, and nothing in it is damaged."""
        readable: bytearray = self.before.column("readable")
        return bytearray(map(and_, readable, self.matching.unchanged_ids))

    def judge(self, record: Record, *attributes: str) -> None:
        """Note that a change of attributes of a record is said, or explained, by a finding that is not about this record alone."""
        self.judge_key(key_or_text(record.dn), *attributes)

    def judge_key(self, key: str, *attributes: str) -> None:
        """Note the same of the record whose DN has this normal form."""
        self._judged.update((key, attribute.lower()) for attribute in attributes)

    def judge_record(self, record: Record) -> None:
        """Note that it is said, or explained, by a finding about another record that a record is gone."""
        self._judged_records.add(key_or_text(record.dn))

    @property
    def judged(self) -> frozenset[tuple[str, str]]:
        """Attributes that need no finding of their own: normal form of the record's DN, attribute in lower case."""
        return frozenset(self._judged)

    @property
    def judged_records(self) -> frozenset[str]:
        """Normal forms of the DNs of records that need no finding of their own."""
        return frozenset(self._judged_records)


def changed(rule: Rule, record: Record, message: str, attribute: str = "", severity: Severity | None = None) -> Finding:
    """Return a finding about a change of a record, with the attribute that it judges."""
    return record_finding(rule, record.dn, message, attribute=attribute or None, path=record.path, line=record.line, severity=severity)
