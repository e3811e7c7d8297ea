"""The whole directory, record by record, in an order in which the server finds every parent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from odkit.carrying.groups import KINDS, GroupIds, rule_on_groups
from odkit.carrying.ldap.carried import Carried
from odkit.carrying.ldap.checks import Damaged
from odkit.carrying.ldap.entries import NO_LOGIN, Converter, Decided
from odkit.carrying.ldap.ids import IdRemarks
from odkit.carrying.ldap.lines import RecordLines
from odkit.carrying.ldap.logins import LoginDecider
from odkit.carrying.ldap.names import is_pretty, parent_of
from odkit.carrying.ldap.server import Server
from odkit.carrying.model import CarriedGroup, LeftOut, Reason, Verdict, Why
from odkit.carrying.remarks import Remark, Remarks
from odkit.carrying.rules import RECORD_NOT_CARRIED
from odkit.carrying.source import CarrySource
from odkit.directory import Record, User
from odkit.dn import DN, dn_key, parse_dn
from odkit.findings import Rule, Severity
from odkit.ldif import Entry
from odkit.text import escape, plural

__all__ = ["plan_tree"]

PARENT_MADE = Rule("OD925", "parent-made", Severity.INFO, "Check the name. The export may be incomplete.")


_KINDS = {"cn": "container", "ou": "organizationalUnit", "dc": "domain", "o": "organization"}
_AUTHDATA = "cn=authdata"
_CHANGED = frozenset({*KINDS, "Config"})  # kinds of records in which more changes than is seen line by line
_OUTSIDE = Reason(Why.NOTE, "not below the suffix")  # counted for each place, not told for each record


def plan_tree(source: CarrySource, server: Server) -> Carried:
    """Plan every record of the domain, checked as it will be written.

    Args:
        source: of the carry.
        server: that it arrives at.
    """
    return _Tree(source, server).plan()


class _Tree:
    """The directory while it is decided on.

    Args:
        source: of the carry.
        server: that it arrives at.
    """

    def __init__(self, source: CarrySource, server: Server) -> None:
        self._source, self._od, self._server = source, source.od, server
        self._remarks = Remarks()
        self._decider = LoginDecider(source, server.passwords)
        self._users = frozenset(source.od.record_ids("Users"))  # without a second record of one DN
        self._rulings = dict(rule_on_groups(source, GroupIds(source)))
        self._groups = {record_id: ruling.group for record_id, ruling in self._rulings.items()}
        self._decided = Decided(self._decider.logins, self._rulings, self._decider.gone)
        self._left_out: list[LeftOut] = []
        self._elsewhere: Counter[str] = Counter()
        self._keys: dict[str, int] = {}  # normal DNs of what is carried
        self._children: dict[str, Record] = {}  # normal DN of a parent -> the first record below it
        self._skipped: set[int] = set()
        self._told: frozenset[int] = frozenset()
        self._above: list[int | Entry] = []

    def plan(self) -> Carried:
        """Decide on every record."""
        converter = Converter(self._source, self._server, self._decided, self._remarks)
        ids = IdRemarks(self._remarks)
        groups: list[Record] = []  # decided on when it is known which users are not carried
        for record in self._od.records():
            if record.kind in KINDS:
                groups.append(record)
                continue
            if record.record_id in self._users and isinstance(record, User):
                self._decider.add(record)
            self._decide(record, converter, ids)
        for record_id in self._decider.finish():
            self._forget(self._od.view(record_id, "Users"))
        for record in groups:
            self._decide(record, converter, ids)
        self._told = frozenset(converter.told)
        made = self._order()
        self._left_out += [_elsewhere(top, count) for top, count in sorted(self._elsewhere.items())]
        ids.close()
        count = len(self._keys) + made
        logins, ruled = self._decider.decided(), tuple(self._groups.values())
        left_out = tuple(self._left_out)
        return Carried(logins, ruled, self._remarks, self._entries, self._written, lambda n: logins.users[n].dn, left_out, count)

    def _decide(self, record: Record, converter: Converter, ids: IdRemarks) -> None:
        why = self._take(record, converter)
        if why is not None:
            self._leave_out(record, why)
        elif record.record_id in self._users:
            ids.see(record)

    def _forget(self, record: Record) -> None:
        """Forget a user who was taken in, and is left out after all."""
        self._skipped.add(record.record_id)
        key = dn_key(record.dn)
        if key is not None:
            self._keys.pop(key, None)

    def _take(self, record: Record, converter: Converter) -> Reason | None:
        """Take a record in; the reason where it is not carried."""
        key = dn_key(record.dn)
        why = self._why_not(record, key)
        if why is not None or key is None:
            return why or Reason(Why.DAMAGED, "its DN cannot be read")
        try:
            dn, _ = converter.convert(record)
            written = (dn_key(dn) or key) if record.kind in KINDS else key
        except Damaged as error:
            return Reason(Why.DAMAGED, str(error))
        if written in self._keys:
            return Reason(Why.TWIN, "its new name is that of another group")
        self._keys[written] = record.record_id
        if key != self._od.suffix_key:
            self._children.setdefault(key.partition(",")[2], record)
        return None

    def _why_not(self, record: Record, key: str | None) -> Reason | None:
        """Return why a record is not carried, as far as it is seen before its values are; None where nothing prevents it."""
        if key is None:
            return Reason(Why.DAMAGED, "its DN cannot be read")
        suffix = self._od.suffix_key
        if key != suffix and not key.endswith("," + suffix):
            top = _AUTHDATA if key == _AUTHDATA or key.endswith("," + _AUTHDATA) else key.partition(",")[2] or key
            self._elsewhere[top] += 1
            return _OUTSIDE
        if key in self._keys:
            return Reason(Why.TWIN, "its DN is that of a record before it, by the rules of slapd")
        group = self._groups.get(record.record_id)
        if group is not None and not group.carried:
            return group.reasons[0]
        user = self._decider.users.get(record.record_id)
        return user.reasons[0] if user is not None and user.verdict is Verdict.LEFT_OUT else None

    def _leave_out(self, record: Record, why: Reason) -> None:
        self._skipped.add(record.record_id)
        if why is _OUTSIDE:
            return
        user, group = self._decider.users.get(record.record_id), self._groups.get(record.record_id)
        if user is not None and user.verdict is not Verdict.LEFT_OUT:
            self._decider.leave_out(record.record_id, record.texts("uid") or [record.name], why)
        elif group is not None and group.carried:
            self._groups[record.record_id] = CarriedGroup(group.name, group.dn, False, (why,))
        elif user is None and group is None:
            self._left_out.append(LeftOut(record.dn, why))
        if why.why in {Why.DAMAGED, Why.TWIN}:
            self._remarks.add(record, [Remark(RECORD_NOT_CARRIED, f"{why.text}; the record is left out")])

    def _order(self) -> int:
        """Sort parents before their children, and make those that the export lacks; their number."""
        made: dict[str, Entry] = {}
        for key, child in self._children.items():
            self._make(key, child, made)
        found: dict[str, int | Entry] = {key: self._keys[key] for key in self._children if key in self._keys}
        found |= made
        if self._od.suffix_key in self._keys:
            found[self._od.suffix_key] = self._keys[self._od.suffix_key]
        self._above = [found[key] for key in sorted(found, key=lambda key: (key.count(","), key))]
        return len(made)

    def _make(self, key: str, child: Record, made: dict[str, Entry]) -> None:
        if key in self._keys or key in made:
            return
        dn = DN(parse_dn(child.dn).rdns[-key.count(",") - 1 :])
        kind, value = dn.rdns[0][0]
        name = _KINDS.get(kind.lower(), "container")
        data = value.encode("utf-8", "surrogateescape")
        attributes = {"objectClass": [name.encode(), b"top"], kind: [data]}
        if kind.lower() not in _KINDS:
            attributes |= {"objectClass": [b"container", b"extensibleObject", b"top"], "cn": [data]}
        made[key] = Entry(str(dn), attributes)
        self._remarks.add(child, [Remark(PARENT_MADE, f"its parent {escape(str(dn))} is not in the export; it is made, as {name}")])
        if key != self._od.suffix_key:
            self._make(key.partition(",")[2], child, made)

    def _entries(self) -> Iterator[Entry]:
        """Yield parents first, each behind its own, then the rest in the directory's order."""
        return (entry for entry in self._records(None) if isinstance(entry, Entry))

    def _written(self) -> Iterator[Entry | bytes]:
        converter = Converter(self._source, self._server, self._decided)
        return self._records(RecordLines(converter.checks, (self._source.realm_from, self._source.realm_to), self._server))

    def _records(self, lines: RecordLines | None) -> Iterator[Entry | bytes]:
        converter = Converter(self._source, self._server, self._decided, told=self._told)
        written = set(self._skipped)
        spelled: dict[str, str] = {}  # slapd shows a DN as the records above it spell theirs
        for each in self._above:
            if not isinstance(each, Entry):
                written.add(each)
                each = converter.entry(self._od.view(each, self._od.kind_of(each)))
            entry = _below(each, spelled)
            key = dn_key(entry.dn) or ""
            if key == self._od.suffix_key and self._server.on_suffix:
                own = {name: list(values) for name, values in self._server.on_suffix.items()}
                entry = Entry(entry.dn, {**entry.attributes, **own})
            spelled[key] = entry.dn
            yield entry
        usual = frozenset(spelled.values())
        for record in self._od.records():
            if record.record_id in written:
                continue
            data = self._from_lines(record, lines, usual) if lines is not None else None
            if data is not None:
                yield data
                continue
            entry = converter.entry(record)
            yield entry if parent_of(entry.dn) in usual else _below(entry, spelled)

    def _from_lines(self, record: Record, lines: RecordLines, usual: frozenset[str]) -> bytes | None:
        if record.record_id in self._told or record.kind in _CHANGED:
            return None
        raw = record.entry.raw
        if raw is None or raw[:4] != b"dn: ":
            return None
        dn = raw[4 : raw.find(b"\n")].decode("utf-8", "replace")  # it was read and checked when the record was decided on
        if not is_pretty(dn) or parent_of(dn) not in usual:
            return None
        return lines.of(raw, dn, self._decider.logins.get(record.record_id, NO_LOGIN))


def _elsewhere(top: str, count: int) -> LeftOut:
    if top == _AUTHDATA:
        text = f"{plural(count, 'password record')}: the target has its own; keys are carried to the KDC"
        return LeftOut(top, Reason(Why.NOTE, text))
    return LeftOut(top, Reason(Why.NOTE, f"{plural(count, 'record')} outside the suffix"))


def _below(entry: Entry, spelled: dict[str, str]) -> Entry:
    """Return an entry whose DN is spelled as the entry above it spells its own."""
    dn = parse_dn(entry.dn)
    above = spelled.get(dn.parent.key)
    if above is None or str(dn.parent) == above:
        return entry
    own = entry.dn[: len(entry.dn) - len(parent_of(entry.dn))]
    return Entry(own + above, entry.attributes)
