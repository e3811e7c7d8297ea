"""Checks of one export: is every policy readable, does it take effect, and does it reach whom it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from odkit.directory import Directory, Need, Record, describe
from odkit.directory.absence import Absences
from odkit.directory.membership import ALL_MEMBERS, Members
from odkit.dn import dn_key
from odkit.findings import About, Finding, Rule, Severity, record_finding
from odkit.mcx._faults import Fault, flag_faults, value_faults
from odkit.namedtuple import NamedTuple
from odkit.patterns import compiled, regex
from odkit.text import escape, plural, shorten
from odkit.values.mcx import Value

__all__ = ["DEAD", "DEAD_KEYS", "KINDS", "MEMBER_KINDS", "NEEDS", "Checks", "PolicyCounts", "managed_ids"]

MCX_RAW_WITHOUT_UNION = Rule(
    "OD407", "mcx-raw-without-union", Severity.WARNING, "Set the key again. Clients may not combine the list.", about=About(own=True)
)
MEMBER_MISSING = Rule(
    "OD410",
    "member-missing",
    Severity.WARNING,
    "Remove the member, or restore its record. The policy of the list or group does not reach it.",
    about=About(ALL_MEMBERS, whole=True),
)
MEMBER_DISAGREES = Rule(
    "OD411",
    "member-disagrees",
    Severity.WARNING,
    "Set the members again. Clients of 10.4 use the names, later ones the GUIDs, and the two differ.",
    about=About(ALL_MEMBERS, whole=True),
)
NESTING_LOOP = Rule(
    "OD412", "nesting-loop", Severity.ERROR, "Remove one of the groups from the other. Clients disagree about the members of such a loop."
)
COMPUTER_NEVER_MATCHES = Rule(
    "OD413",
    "computer-never-matches",
    Severity.WARNING,
    "Give the record the Ethernet address or the hardware UUID of the computer. No client finds it without one.",
    about=About(("macAddress", "apple-hwuuid")),
)
RETIRED_NAME_IN_MCX = Rule(
    "OD414", "retired-name-in-mcx", Severity.WARNING, "Change the value. The policy sends clients to a retired server."
)
MCX_NO_EFFECT = Rule("OD415", "mcx-no-effect", Severity.INFO, "Plan what replaces these settings. They are kept, and have no effect.")
COMPUTER_IN_TWO_LISTS = Rule(
    "OD416",
    "computer-in-two-lists",
    Severity.WARNING,
    "Remove the computer from all lists but one. 10.4 and before use one list for a computer.",
    about=About(own=True),
)
COMPUTER_LISTS_ONLY = Rule(
    "OD417",
    "computer-lists-only",
    Severity.INFO,
    "Make computer groups for clients of 10.5 and later. The lists manage older clients only.",
    about=About(ALL_MEMBERS, whole=True),
)


KINDS = (
    "Users", "Groups", "Computers", "ComputerLists", "ComputerGroups", "PresetUsers", "PresetGroups", "PresetComputers",
    "PresetComputerLists", "PresetComputerGroups",
)  # fmt: skip
NEEDS: tuple[Need, ...] = ("guids", "names", "policies", "readable")

MEMBER_KINDS = ("Groups", "ComputerLists", "ComputerGroups")
# domains whose settings do nothing on current macOS, and since which release
DEAD = {
    "com.apple.homesync": "synchronised portable homes were removed from macOS",
    "com.apple.dashboard": "Dashboard was removed in macOS 10.15",
    "com.apple.familycontrols.timelimits": "replaced by com.apple.familycontrols.timelimits.v2",
    "com.apple.mcxbluetooth": "often ignored by later macOS (low confidence)",
    "com.apple.mcxairport": "often ignored by later macOS (low confidence)",
}
DEAD_KEYS = {("com.apple.softwareupdate", "CatalogURL"): "CatalogURL is not supported by macOS 11 and later"}
_RAW = regex(r"-[Rr]aw\Z")


def managed_ids(od: Directory, kind: str) -> list[int]:
    """Return the ids of the records of a type that have MCX settings or flags, also in another file (ldapsearch -t)."""
    policies: list[object] = od.column("policies")
    return [record_id for record_id in od.record_ids(kind) if policies[record_id] != ()]


class PolicyCounts(NamedTuple):
    """What the policies of one record, or of many that have the same ones, hold: values of the attributes, and keys in them."""

    values: int
    settings: int


class Checks:
    """Checks the records of an export that have MCX, and those whose members decide whom it reaches.

    Args:
        od: the export.
        retired: names of retired servers.

    Attributes:
        findings: complete after `run`.
        records: number of records with settings.
        values: number of their values.
        unread: number of records with values that the export does not hold.
        faults: by record, the rules of its faults that are more than remarks.
        faultless: counts of the policies in which no check finds anything, by the id of their object in the column "policies".
    """

    def __init__(self, od: Directory, retired: Sequence[str] = ()) -> None:
        self.od = od
        self.findings: list[Finding] = []
        self.absences = Absences(od)
        self.records = 0
        self.values = 0
        self.unread = 0
        self.faults: dict[int, Counter[Rule]] = {}
        self.faultless: dict[int, PolicyCounts] = {}
        self._said = 0  # findings, and those that were withheld
        names = "|".join(re.escape(name.lower().removesuffix(".")) for name in sorted(retired, key=len, reverse=True) if name)
        # a whole name: not inside a longer one, before it or behind it
        self._retired = compiled(rf"(?<![a-z0-9._-])(?:{names})(?!\.?[a-z0-9_-])") if names else None

    def run(self) -> Checks:
        """Check all."""
        self.od.prefetch(NEEDS)
        policies: list[object] = self.od.column("policies")
        readable: bytearray = self.od.column("readable")
        known = self.faultless.get
        for kind in KINDS:
            for record_id in managed_ids(self.od, kind):
                counts = known(id(policies[record_id])) if readable[record_id] else None
                if counts is None:
                    self._record(self.od.shared_view(record_id, kind), policies[record_id])
                else:
                    self.values += counts.values
                    self.records += counts.values > 0
        self._membership()
        return self

    def _add(self, rule: Rule, record: Record, message: str, attribute: str = "", index: int = 0) -> None:
        self._said += 1
        if self.absences.withholds(rule, dn_key(record.dn), attribute):
            return
        line = record.entry.line_of(attribute, index) if attribute else record.line
        self.findings.append(record_finding(rule, record.dn, message, attribute=attribute or None, path=record.path, line=line))

    def _fault(self, record: Record, fault: Fault) -> None:
        if fault.counts:
            self.faults.setdefault(record.record_id, Counter())[fault.rule] += 1
        self._add(fault.rule, record, describe(record) + fault.text, fault.attribute, fault.index)

    def _record(self, record: Record, policies: object) -> None:
        mcx, before = record.mcx, self._said
        self.values += len(mcx.values)
        self.records += bool(mcx.values)
        self.unread += mcx.unread
        for fault in flag_faults(mcx):
            self._fault(record, fault)
        seen: dict[str, Value] = {}
        for value in mcx.values:
            for fault in value_faults(value, seen):
                self._fault(record, fault)
            self._domains(record, value, f"{describe(record)}, value {value.index + 1}")
        if policies is not None and self._said == before and record.record_id not in self.faults and not mcx.unread:
            self.faultless[id(policies)] = PolicyCounts(len(mcx.values), sum(len(each.keys) for each in mcx.settings()))

    def _domains(self, record: Record, value: Value, what: str) -> None:
        for domain in value.domains:
            dead = DEAD.get(domain.lower())
            if dead is not None:
                self._add(MCX_NO_EFFECT, record, f"{what}: {escape(domain)}: {dead}", value.attribute, value.index)
        for settings in value.settings:
            inputs = {name for union in settings.unions for name in union.inputs}
            for key in settings.keys:
                dead = DEAD_KEYS.get((settings.domain.lower(), key))
                if dead is not None:
                    self._add(MCX_NO_EFFECT, record, f"{what}: {escape(settings.domain)}: {dead}", value.attribute, value.index)
                if _RAW.search(key) and key not in inputs:
                    self._add(
                        MCX_RAW_WITHOUT_UNION, record, f"{what}: {escape(settings.domain)}: {escape(key)}", value.attribute, value.index
                    )
        if self._retired is not None:
            for settings in value.settings:
                for place, text in _texts(settings.keys):
                    match = self._retired.search(text.lower())
                    if match:
                        key = shorten(_path(place), 200)
                        self._add(
                            RETIRED_NAME_IN_MCX,
                            record,
                            f"{what}: {escape(settings.domain)} {escape(key)} names {match[0]}",
                            value.attribute,
                            value.index,
                        )

    def _membership(self) -> None:
        members = Members(self.od)
        for kind in MEMBER_KINDS:
            for record in self.od.of_type(kind).records():
                for attribute, index, member in members.missing(record):
                    self._add(MEMBER_MISSING, record, f"{describe(record)}: {attribute} {escape(member)} names no record", attribute, index)
                for message in members.disagreements(record):
                    self._add(MEMBER_DISAGREES, record, f"{describe(record)}: {message}", "apple-group-memberguid")
        for loop in members.loops():
            names = " -> ".join(escape(record.name) for record in loop)
            self._add(NESTING_LOOP, loop[0], f"{describe(loop[0])}: {names}", "apple-group-nestedgroup")
        lists: dict[str, Record] = {}
        for record in self.od.computer_lists.records():
            for index, name in enumerate(record.texts("apple-computers")):
                first = lists.setdefault(name.lower(), record)
                if first.dn != record.dn:
                    self._add(
                        COMPUTER_IN_TWO_LISTS, record, f"computer {escape(name)} is in {escape(first.name)}, too", "apple-computers", index
                    )
        if len(self.od.computer_lists) and not len(self.od.computer_groups):
            first = next(self.od.computer_lists.records())
            self._add(COMPUTER_LISTS_ONLY, first, f"{plural(len(self.od.computer_lists), 'computer list')}, no computer group")
        for computer in self.od.computers.records():
            unnamed = computer.name.lower() in {"guest", "localhost"} or computer.name.startswith("LKDC:")
            if not unnamed and not computer.text("macAddress") and not computer.text("apple-hwuuid"):
                self._add(COMPUTER_NEVER_MATCHES, computer, f"computer {escape(computer.name)}")


_Place = tuple["_Place", str] | None  # a key, and the place that it is in


def _texts(value: object) -> Iterator[tuple[_Place, str]]:
    """Yield texts of a value with their places, of which hardly any is ever put together."""
    stack: list[tuple[_Place, object]] = [(None, value)]
    while stack:
        where, each = stack.pop()
        if isinstance(each, Mapping):
            stack.extend(((where, key), inner) for key, inner in each.items())
        elif isinstance(each, tuple):
            stack.extend((where, inner) for inner in each)
        elif isinstance(each, str):
            yield where, each


def _path(place: _Place) -> str:
    keys: list[str] = []
    while place is not None:
        place, key = place
        keys.append(key)
    return ".".join(reversed(keys))
