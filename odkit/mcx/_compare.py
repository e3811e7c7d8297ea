"""Preservation: what became of every policy from one export to the next.

Records match by the rule of `odkit.directory.matching`.
The order of values, domains and keys, white space and the document type have no meaning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from odkit.directory import Record, describe
from odkit.directory.absence import Absences
from odkit.directory.matching import Matching
from odkit.directory.membership import MEMBERS, Members
from odkit.dn import dn_key
from odkit.findings import Finding, Rule, Severity, record_finding
from odkit.ldif import Completeness
from odkit.mcx._check import MEMBER_KINDS, Checks
from odkit.mcx._typed import only_number_type, redacted
from odkit.mcx._unchanged import counted_as_unchanged, relevant
from odkit.mcx.rules import (
    LIST_BECAME_GROUP,
    MCX_DOMAIN_ADDED,
    MCX_DOMAIN_CASE,
    MCX_DOMAIN_LOST,
    MCX_FEWER_RELEASES,
    MCX_FLAGS_CHANGED,
    MCX_FREQUENCY_CHANGED,
    MCX_KEY_ADDED,
    MCX_KEY_LOST,
    MCX_NUMBER_TYPE_CHANGED,
    MCX_RECORD_ADDED,
    MCX_RECORD_LOST,
    MCX_SIBLING_CHANGED,
    MCX_TIMESTAMP_CHANGED,
    MCX_UNION_CHANGED,
    MCX_VALUE_CHANGED,
    MEMBER_ADDED,
    MEMBER_GONE,
    MEMBER_LOST,
)
from odkit.plist import canonical, releases_text
from odkit.text import escape
from odkit.values.mcx import FLAGS, Flags, McxRecord, Settings

__all__ = ["Preservation"]

Key = tuple[str, str]  # domain in lower case, key


class Preservation:
    """Compares the policies of two exports.

    Args:
        before: the checks of the older export, after their run.
        after: those of the newer one.
        matching: of the records of both.

    Attributes:
        findings: complete after `run`.
        counts: "records" and "settings" of the older export; of the records, "preserved", "inert" (the same, and a fault keeps them
            from taking effect), and "unknown" (an export does not hold their values, or is incomplete and lacks them).
    """

    def __init__(self, before: Checks, after: Checks, matching: Matching) -> None:
        self._checks = (before, after)
        self.before = before.od
        self.after = after.od
        self._matching = matching
        self.findings: list[Finding] = []
        self.absences = Absences(after.od, before.od, matching.older)
        self._whole = after.od.answers.whole and before.od.answers.whole
        self.counts: Counter[str] = Counter()
        self._members_after = Members(after.od)

    def run(self) -> Preservation:
        """Compare all records that have MCX or members."""
        for a, b in self._pairs():
            if a is None:
                assert b is not None
                if b.mcx.values and self.before.completeness is not Completeness.INCOMPLETE:
                    self._add(MCX_RECORD_ADDED, b, f"{describe(b)}")
            elif b is None:
                self._lost(a)
            else:
                self._compare(a, b)
        return self

    def _add(self, rule: Rule, record: Record, message: str, attribute: str = "") -> None:
        if self.absences.withholds(rule, dn_key(record.dn), attribute):
            return
        line = record.entry.line_of(attribute) if attribute else record.line
        self.findings.append(record_finding(rule, record.dn, message, attribute=attribute or None, path=record.path, line=line))

    def _lost(self, a: Record) -> None:
        mcx = a.mcx
        if not mcx.values:
            return
        self._count(mcx)
        if self.absences.withholds(MCX_RECORD_LOST, dn_key(a.dn)):
            self.counts["unknown"] += 1  # it may be among what the export lacks
            return
        domains = ", ".join(map(escape, mcx.domains)) or "unreadable settings"
        self._add(MCX_RECORD_LOST, a, f"{describe(a)} with {domains} is not in {escape(self.after.sources[0].path)}")

    def _count(self, mcx: McxRecord) -> None:
        self.counts["records"] += 1
        self.counts["settings"] += sum(len(s.keys) for s in mcx.settings())

    def _pairs(self) -> Iterator[tuple[Record | None, Record | None]]:
        a, b = self.before, self.after
        old, new = relevant(a), relevant(b)
        counted = counted_as_unchanged(self._checks, self._matching, self.counts)
        for record_id, kind in old:
            if counted(record_id):
                continue
            found = self._matching.newer(record_id)
            newer = None if found is None else self._matching.newer_view(found, b.kind_of(found))
            yield self._matching.older_view(record_id, kind), newer
        for record_id, kind in new:
            if self._matching.is_new(record_id):
                yield None, self._matching.newer_view(record_id, kind)

    def _compare(self, a: Record, b: Record) -> None:
        if a.kind == "ComputerLists" and b.kind == "ComputerGroups":
            self._add(LIST_BECAME_GROUP, b, f"{describe(a)}")
        start = len(self.findings)
        self._members(a, b)
        old, new = a.mcx, b.mcx
        if old.values:
            self._count(old)
        unknown = not self._whole and (
            self.absences.withholds(MCX_DOMAIN_LOST, dn_key(b.dn)) | self.absences.withholds(MCX_FLAGS_CHANGED, dn_key(b.dn))
        )
        if old.unread or new.unread or unknown:
            self.counts["unknown"] += bool(old.values)
            return
        if not _same_bytes(old, new):
            self._flags(b, old, new)
            self._domains(b, old, new)
            self._releases(b, old, new)
        if not old.values or any(f.severity.value != "info" for f in self.findings[start:]):
            return
        was, now = (checks.faults.get(record.record_id, Counter()) for checks, record in zip(self._checks, (a, b), strict=True))
        if now - was:
            return  # a finding on the newer export says what is wrong with it now
        inert = any(rule.severity is Severity.ERROR for rule in now)
        self.counts["inert" if inert else "preserved"] += 1

    def _releases(self, b: Record, old: McxRecord, new: McxRecord) -> None:
        """Report releases that read the policies before, and do not read them now."""
        was, now = _refusing(old), _refusing(new)
        for what, refused in now.items():
            more = refused - was.get(what, refused)
            if more:
                self._add(
                    MCX_FEWER_RELEASES,
                    b,
                    f"{describe(b)}: {what}: Mac OS X {releases_text(more)}",
                    FLAGS if what == "flags" else new.values[0].attribute,
                )

    def _flags(self, b: Record, old: McxRecord, new: McxRecord) -> None:
        was, now = old.flags or {}, new.flags or {}
        for key in sorted({*was, *now}):
            if key not in now:
                self._add(MCX_FLAGS_CHANGED, b, f"{describe(b)}: {escape(key)} is gone", FLAGS if new.flags is not None else "")
            elif key in was and canonical(was[key]) != canonical(now[key]):
                self._add(MCX_FLAGS_CHANGED, b, f"{describe(b)}: {escape(key)}: {redacted(was[key])} -> {redacted(now[key])}", FLAGS)

    def _domains(self, b: Record, old: McxRecord, new: McxRecord) -> None:
        # values that cannot be read compare by their bytes: what was broken and is the same was preserved
        broken = Counter(v.raw for v in old.values if v.problems) - Counter(v.raw for v in new.values)
        for raw in broken:
            self._add(MCX_DOMAIN_LOST, b, f"{describe(b)}: a value of {len(raw)} bytes that could not be read is gone")
        domains_was, domains_now = old.domains, new.domains
        names, exact = {domain.lower(): domain for domain in domains_now}, set(domains_now)
        names_was = {domain.lower() for domain in domains_was}
        for domain in domains_was:
            if domain.lower() not in names:
                self._add(MCX_DOMAIN_LOST, b, f"{describe(b)}: domain {escape(domain)}")
            elif domain not in exact:
                self._add(MCX_DOMAIN_CASE, b, f"{describe(b)}: domain {escape(domain)} is now {escape(names[domain.lower()])}")
        for domain in domains_now:
            if domain.lower() not in names_was:
                self._add(MCX_DOMAIN_ADDED, b, f"{describe(b)}: domain {escape(domain)}")
        both = names_was & set(names)
        was, now = _keys(old, both), _keys(new, both)
        for key in sorted({*was, *now}):
            self._key(b, key, was.get(key, []), now.get(key, []))
        self._extras(b, old, new, both)

    def _key(self, b: Record, key: Key, was: list[tuple[Settings, Any]], now: list[tuple[Settings, Any]]) -> None:
        what = f"{describe(b)}: {escape(key[0])} {escape(key[1])}"
        if not now:
            self._add(MCX_KEY_LOST, b, what)
            return
        if not was:
            self._add(MCX_KEY_ADDED, b, what)
            return
        values_was, values_now = _bag(v for _, v in was), _bag(v for _, v in now)
        often_was, often_now = sorted(s.frequency for s, _ in was), sorted(s.frequency for s, _ in now)
        pairs_was, pairs_now = (Counter((s.frequency, canonical(v)) for s, v in each) for each in (was, now))
        if values_was == values_now and often_was == often_now and pairs_was != pairs_now:
            self._add(MCX_VALUE_CHANGED, b, f"{what}: the values of {' and '.join(sorted(set(often_was)))} changed places")
            return
        if values_was != values_now:
            same_number = len(was) == len(now) == 1 and only_number_type(was[0][1], now[0][1])
            shown = f"{redacted(was[0][1], key[1])} -> {redacted(now[0][1], key[1])}"
            self._add(
                MCX_NUMBER_TYPE_CHANGED if same_number else MCX_VALUE_CHANGED,
                b,
                f"{what}: {shown}" if shown.partition(" -> ")[0] != shown.partition(" -> ")[2] else what,
            )
        if often_was != often_now:
            self._add(MCX_FREQUENCY_CHANGED, b, f"{what}: {', '.join(often_was)} -> {', '.join(often_now)}")

    def _extras(self, b: Record, old: McxRecord, new: McxRecord, both: set[str]) -> None:
        """Compare what settings hold besides their keys: timestamps, union policies, precedence."""
        by_domain: list[dict[str, list[Settings]]] = []
        for mcx in (old, new):
            by_domain.append({})
            for settings in mcx.settings():
                by_domain[-1].setdefault(settings.domain.lower(), []).append(settings)
        for name in sorted(both):
            was, now = (each.get(name, []) for each in by_domain)
            what = f"{describe(b)}: {escape(name)}"
            stamps_was, stamps_now = (
                sorted((s.timestamp for s in each if s.timestamp is not None and s.state == "Set-Once"), key=canonical)
                for each in (was, now)
            )
            if len(stamps_was) == len(stamps_now) and stamps_was != stamps_now:
                stamps = " -> ".join(", ".join(map(redacted, each)) for each in (stamps_was, stamps_now))
                self._add(MCX_TIMESTAMP_CHANGED, b, f"{what}: {stamps}")
            unions_was, unions_now = (
                Counter((u.output, u.inputs, u.remove_duplicates, canonical(u.others)) for s in each for u in s.unions)
                for each in (was, now)
            )
            for output in sorted({u[0] for u in unions_was - unions_now}):
                gone = output not in {u[0] for u in unions_now}
                self._add(MCX_UNION_CHANGED, b, f"{what}: the union policy of {escape(output)} {'is gone' if gone else 'changed'}")
            others_was, others_now = (Counter((k, canonical(v)) for s in each for k, v in s.others.items()) for each in (was, now))
            for key in sorted({key for key, _ in others_was - others_now}):
                self._add(MCX_SIBLING_CHANGED, b, f"{what}: {escape(key)}")

    def _members(self, a: Record, b: Record) -> None:
        if a.kind not in MEMBER_KINDS:
            return
        pairs = [(name, name) for name in MEMBERS[a.kind]]
        if a.kind != b.kind:
            # who may choose which workgroup there is an access rule (User Management 10.5, page 151)
            pairs = [("apple-computers", "memberUid"), ("apple-computer-list-groups", "apple-computer-list-groups")]
        for name, other in pairs:
            fold = str.upper if name != "memberUid" and name.startswith("apple-group") else str.lower
            was, now = ({fold(text): text for text in record.texts(attribute)} for record, attribute in ((a, name), (b, other)))
            by_guid = self._members_after.names_by_guid(b) if a.kind != b.kind else set()
            for key in sorted(was.keys() - now.keys() - by_guid):
                gone = not self._members_after.known(b, other, was[key])
                self._add(MEMBER_GONE if gone else MEMBER_LOST, b, f"{describe(b)}: {other} {escape(was[key])}", other)
            for key in sorted(now.keys() - was.keys()):
                self._add(MEMBER_ADDED, b, f"{describe(b)}: {other} {escape(now[key])}", other)


def _same_bytes(a: McxRecord, b: McxRecord) -> bool:
    """Tell whether the values and flags are the same, byte for byte; the order of the values has no meaning."""
    flags: tuple[Flags | None, Flags | None] = (a.written_flags, b.written_flags)
    if (flags[0].raw if flags[0] else None) != (flags[1].raw if flags[1] else None):
        return False
    return Counter(v.raw for v in a.values) == Counter(v.raw for v in b.values)


def _refusing(mcx: McxRecord) -> dict[str, frozenset[str]]:
    """Return the releases that refuse the flags, and each domain."""
    out = {"flags": mcx.written_flags.refused} if mcx.written_flags is not None and mcx.flags is not None else {}
    for value in mcx.values:
        for domain in value.domains:
            name = f"domain {escape(domain.lower())}"
            out[name] = out.get(name, frozenset()) | value.refused
    return out


def _keys(mcx: McxRecord, domains: set[str]) -> dict[Key, list[tuple[Settings, Any]]]:
    out: dict[Key, list[tuple[Settings, Any]]] = {}
    for settings in mcx.settings():
        if settings.domain.lower() in domains:
            for key, value in settings.keys.items():
                out.setdefault((settings.domain.lower(), key), []).append((settings, value))
    return out


def _bag(values: Iterator[Any]) -> Counter[Any]:
    return Counter(map(canonical, values))
