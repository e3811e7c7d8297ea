"""Preservation: what became of every policy from one export to the next.

Records match by GUID, then by type and name; a computer list of 10.4 matches the computer group of 10.5 that bears its name.  Order of
values, of domains and keys, white space and the document type say nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from odkit.directory import Directory, Record
from odkit.findings import Finding, record_finding
from odkit.mcx._check import KINDS, MEMBER_KINDS, policy_lines, who
from odkit.mcx._members import Members
from odkit.mcx._model import FLAGS, McxRecord, Settings, of
from odkit.mcx._typed import only_number_type, show
from odkit.plist import canonical
from odkit.text import escape

__all__ = ["Preservation"]

_MEMBERS = {
    "ComputerLists": ("apple-computers", "apple-computer-list-groups"),
    "ComputerGroups": ("memberUid", "apple-group-memberguid", "apple-group-nestedgroup"),
    "Groups": ("memberUid", "apple-group-memberguid", "apple-group-nestedgroup"),
}
Key = tuple[str, str]  # domain in lower case, key


class Preservation:
    """Compares the policies of two exports.

    Args:
        before: the older export.
        after: the newer one.

    Attributes:
        findings: complete after `run`.
        counts: records and settings of the older export, and how many of them were preserved.
    """

    def __init__(self, before: Directory, after: Directory) -> None:
        self.before = before
        self.after = after
        self.findings: list[Finding] = []
        self.counts: Counter[str] = Counter()
        self._members_after = Members(after)

    def run(self) -> Preservation:
        """Compare all records that have MCX or members."""
        for a, b in self._pairs():
            if a is None:
                assert b is not None
                if of(b).values:
                    self._add("OD463", b, f"{who(b)}")
            elif b is None:
                self._lost(a)
            else:
                self._compare(a, b)
        return self

    def _add(self, code: str, record: Record, message: str, attribute: str = "") -> None:
        line = record.entry.line_of(attribute) if attribute else record.line
        self.findings.append(record_finding(code, record.dn, message, attribute=attribute or None, path=record.path, line=line))

    def _lost(self, a: Record) -> None:
        mcx = of(a)
        settings = list(mcx.settings())
        if mcx.values:
            self.counts["records"] += 1
            self.counts["settings"] += sum(len(s.keys) for s in settings)
            domains = ", ".join(map(escape, mcx.domains)) or "unreadable settings"
            self._add("OD451", a, f"{who(a)} with {domains} is not in {escape(self.after.sources[0].path)}")

    def _pairs(self) -> Iterator[tuple[Record | None, Record | None]]:
        a, b = self.before, self.after
        old, new = _relevant(a), _relevant(b)
        by_guid = b.unique_guids(KINDS)
        guids: list[str] = a.column("guids")
        once = set(a.unique_guids(KINDS).values())
        # all GUIDs first: a name may have been given to another record since
        matched = {number: by_guid[guids[number]] for number, _, _ in old if number in once and guids[number] in by_guid}
        taken = set(matched.values())
        for number, kind, rdn in old:
            found = matched.get(number)
            if found is None:
                found = b.numbered(kind).get(rdn)
                if found is None and kind == "ComputerLists":
                    found = b.numbered("ComputerGroups").get(rdn)
                if found in taken:
                    found = None
            record = a.view(number, kind)
            if found is None:
                yield record, None
            else:
                taken.add(found)
                yield record, b.view(found, b.kind_of(found))
        for number, kind, _ in new:
            if number not in taken:
                yield None, b.view(number, kind)

    def _compare(self, a: Record, b: Record) -> None:
        if a.kind == "ComputerLists" and b.kind == "ComputerGroups":
            self._add("OD464", b, f"{who(a)}")
        self._members(a, b)
        lines = policy_lines(a)
        if lines is not None and lines == policy_lines(b):
            self._same(a)
            return
        old, new = of(a), of(b)
        if old.values:
            self.counts["records"] += 1
            self.counts["settings"] += sum(len(s.keys) for s in old.settings())
            lost = len(self.findings)
            self._flags(b, old, new)
            self._domains(b, old, new)
            wrong = sum(f.severity.value == "error" for f in self.findings[lost:])
            self.counts["preserved"] += not wrong
        else:
            self._flags(b, old, new)
            self._domains(b, old, new)

    def _same(self, a: Record) -> None:
        if b"apple-mcxsettings" not in (a.entry.raw or b"").lower():
            return  # only flags: nothing to count
        mcx = of(a)
        self.counts["records"] += 1
        self.counts["preserved"] += 1
        self.counts["settings"] += sum(len(s.keys) for s in mcx.settings())

    def _flags(self, b: Record, old: McxRecord, new: McxRecord) -> None:
        was, now = old.flags or {}, new.flags or {}
        for key in sorted({*was, *now}):
            if key not in now:
                self._add("OD462", b, f"{who(b)}: {escape(key)} is gone", FLAGS if new.flags is not None else "")
            elif key in was and canonical(was[key]) != canonical(now[key]):
                self._add("OD462", b, f"{who(b)}: {escape(key)}: {show(was[key])} -> {show(now[key])}", FLAGS)

    def _domains(self, b: Record, old: McxRecord, new: McxRecord) -> None:
        # values that cannot be read compare by their bytes: what was broken and is the same was preserved
        broken = Counter(v.raw for v in old.values if v.problems) - Counter(v.raw for v in new.values)
        for raw in broken:
            self._add("OD452", b, f"{who(b)}: a value of {len(raw)} bytes that could not be read is gone")
        domains_was, domains_now = old.domains, new.domains
        names, exact = {domain.lower(): domain for domain in domains_now}, set(domains_now)
        names_was = {domain.lower() for domain in domains_was}
        for domain in domains_was:
            if domain.lower() not in names:
                self._add("OD452", b, f"{who(b)}: domain {escape(domain)}")
            elif domain not in exact:
                self._add("OD453", b, f"{who(b)}: domain {escape(domain)} is now {escape(names[domain.lower()])}")
        for domain in domains_now:
            if domain.lower() not in names_was:
                self._add("OD465", b, f"{who(b)}: domain {escape(domain)}")
        both = names_was & set(names)
        was, now = _keys(old, both), _keys(new, both)
        for key in sorted({*was, *now}):
            self._key(b, key, was.get(key, []), now.get(key, []))
        self._extras(b, old, new, both)

    def _key(self, b: Record, key: Key, was: list[tuple[Settings, Any]], now: list[tuple[Settings, Any]]) -> None:
        what = f"{who(b)}: {escape(key[0])} {escape(key[1])}"
        if not now:
            self._add("OD454", b, what)
            return
        if not was:
            self._add("OD455", b, what)
            return
        values_was, values_now = _bag(v for _, v in was), _bag(v for _, v in now)
        often_was, often_now = sorted(s.frequency for s, _ in was), sorted(s.frequency for s, _ in now)
        pairs_was, pairs_now = (Counter((s.frequency, canonical(v)) for s, v in each) for each in (was, now))
        if values_was == values_now and often_was == often_now and pairs_was != pairs_now:
            self._add("OD456", b, f"{what}: the values of {' and '.join(sorted(set(often_was)))} changed places")
            return
        if values_was != values_now:
            same_number = len(was) == len(now) == 1 and only_number_type(was[0][1], now[0][1])
            shown = f"{show(was[0][1], key[1])} -> {show(now[0][1], key[1])}"
            self._add(
                "OD457" if same_number else "OD456",
                b,
                f"{what}: {shown}" if shown.partition(" -> ")[0] != shown.partition(" -> ")[2] else what,
            )
        if often_was != often_now:
            self._add("OD458", b, f"{what}: {', '.join(often_was)} -> {', '.join(often_now)}")

    def _extras(self, b: Record, old: McxRecord, new: McxRecord, both: set[str]) -> None:
        """What stands beside the keys: timestamps, union policies, precedence."""
        by_domain: list[dict[str, list[Settings]]] = []
        for mcx in (old, new):
            by_domain.append({})
            for settings in mcx.settings():
                by_domain[-1].setdefault(settings.domain.lower(), []).append(settings)
        for name in sorted(both):
            was, now = (each.get(name, []) for each in by_domain)
            what = f"{who(b)}: {escape(name)}"
            stamps_was, stamps_now = (
                sorted(s.timestamp for s in each if s.timestamp is not None and s.state == "Set-Once") for each in (was, now)
            )
            if len(stamps_was) == len(stamps_now) and stamps_was != stamps_now:
                self._add("OD459", b, f"{what}: {', '.join(map(show, stamps_was))} -> {', '.join(map(show, stamps_now))}")
            unions_was, unions_now = (
                Counter((u.output, u.inputs, u.remove_duplicates, canonical(u.others)) for s in each for u in s.unions)
                for each in (was, now)
            )
            for output in sorted({u[0] for u in unions_was - unions_now}):
                gone = output not in {u[0] for u in unions_now}
                self._add("OD460", b, f"{what}: the union policy of {escape(output)} {'is gone' if gone else 'changed'}")
            others_was, others_now = (Counter((k, canonical(v)) for s in each for k, v in s.others.items()) for each in (was, now))
            for key in sorted({key for key, _ in others_was - others_now}):
                self._add("OD461", b, f"{what}: {escape(key)}")

    def _members(self, a: Record, b: Record) -> None:
        if a.kind not in MEMBER_KINDS:
            return
        pairs = [(name, name) for name in _MEMBERS[a.kind]]
        if a.kind != b.kind:
            # who may choose which workgroup there is an access rule (R13)
            pairs = [("apple-computers", "memberUid"), ("apple-computer-list-groups", "apple-computer-list-groups")]
        for name, other in pairs:
            fold = str.upper if name != "memberUid" and name.startswith("apple-group") else str.lower
            was, now = ({fold(text): text for text in record.texts(attribute)} for record, attribute in ((a, name), (b, other)))
            by_guid = self._members_after.names_by_guid(b) if a.kind != b.kind else set()
            for key in sorted(was.keys() - now.keys() - by_guid):
                gone = not self._members_after.known(b, other, was[key])
                self._add("OD468" if gone else "OD466", b, f"{who(b)}: {other} {escape(was[key])}", other)
            for key in sorted(now.keys() - was.keys()):
                self._add("OD467", b, f"{who(b)}: {other} {escape(now[key])}", other)


def _keys(mcx: McxRecord, domains: set[str]) -> dict[Key, list[tuple[Settings, Any]]]:
    out: dict[Key, list[tuple[Settings, Any]]] = {}
    for settings in mcx.settings():
        if settings.domain.lower() in domains:
            for key, value in settings.keys.items():
                out.setdefault((settings.domain.lower(), key), []).append((settings, value))
    return out


def _bag(values: Iterator[Any]) -> Counter[Any]:
    return Counter(map(canonical, values))


def _relevant(od: Directory) -> list[tuple[int, str, str]]:
    """Number, type and RDN of the records that have MCX, or decide whom it reaches, in file order."""
    mcx: list[bool] = od.column("managed")
    out = []
    for kind in KINDS:
        every = kind in MEMBER_KINDS
        out += [(number, kind, rdn) for rdn, number in od.numbered(kind).items() if every or mcx[number]]
    return sorted(out)
