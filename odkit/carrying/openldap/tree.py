"""Shape ``openldap``: the whole directory, record by record, in an order in which slapd finds every parent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from odkit.carrying.accounts import FIRST_FREE, number_of
from odkit.carrying.model import CarriedGroup, CarriedUser, Form, LeftOut, Reason, Verdict, Why
from odkit.carrying.openldap.checks import Damaged
from odkit.carrying.openldap.entries import Converter, Decided, Login
from odkit.carrying.openldap.groups import GroupRuling, Numbers, rule_on_groups
from odkit.carrying.openldap.names import parent_of
from odkit.carrying.openldap.passwords import login_of
from odkit.carrying.openldap.remarks import Remark, Remarks
from odkit.carrying.source import CarrySource
from odkit.directory import Record
from odkit.dn import DN, dn_key, parse_dn
from odkit.findings import Finding, finding
from odkit.ldif import Entry
from odkit.text import escape, plural

__all__ = ["Carried", "Logins", "decide_logins", "plan_tree"]

_PLAIN_NAME = re.compile(r"(?![0-9]+\Z)[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
_KINDS = {"cn": "container", "ou": "organizationalUnit", "dc": "domain", "o": "organization"}
_AUTHDATA = "cn=authdata"


@dataclass(slots=True)
class Logins:
    """The users, and how each logs in.

    Attributes:
        users: the verdicts, by number of the record, in the directory's order.
        logins: what their records get; those that are left out have none.
        principals: that ``{SASL}`` values name.
        gone: names, lower case, of users that are left out.
    """

    users: dict[int, CarriedUser] = field(default_factory=dict)
    logins: dict[int, Login] = field(default_factory=dict, repr=False)
    principals: list[bytes] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def leave_out(self, number: int, names: Sequence[str], reason: Reason) -> None:
        """A user that the target cannot take after all."""
        user = self.users[number]
        self.users[number] = replace(user, verdict=Verdict.LEFT_OUT, reasons=(reason,), principal=None, until=None)
        self.logins.pop(number, None)
        self.gone.update(name.lower() for name in names)


def decide_logins(source: CarrySource) -> Logins:
    """Decide on every user."""
    out = Logins()
    same: dict[tuple[Form, ...], tuple[Form, ...]] = {}  # of 100,000 users most have the same forms
    for user in source.users():
        login = login_of(source, user)
        carried = login.user
        forms = same.setdefault(carried.forms, carried.forms)
        out.users[user.record.number] = replace(carried, forms=forms)
        if carried.verdict is Verdict.LEFT_OUT:
            out.gone.update(name.lower() for name in user.record.texts("uid") or [user.name])
        else:
            out.logins[user.record.number] = Login(login.value, login.cram)
            if login.value is not None and carried.principal is not None and login.value.startswith(b"{SASL}"):
                out.principals.append(carried.principal)
    return out


@dataclass(slots=True)
class Carried:
    """A directory as it arrives.

    Attributes:
        logins: the users.
        groups: every group and computer group.
        remarks: findings, and what changes.
        left_out: records that do not arrive and are neither users nor groups.
        entries: makes what is written, parents first; anew each time.
        count: how many entries that are.
    """

    logins: Logins
    groups: list[CarriedGroup]
    remarks: Remarks
    left_out: list[LeftOut] = field(default_factory=list)
    count: int = 0
    source: CarrySource | None = None
    above: list[int | Entry] = field(default_factory=list, repr=False)
    skipped: set[int] = field(default_factory=set, repr=False)
    decided: Decided | None = None

    def entries(self) -> Iterator[Entry]:
        """What is written: parents first, each behind its own, then the rest in the directory's order; made anew each time."""
        assert self.source is not None
        assert self.decided is not None
        od = self.source.od
        converter = Converter(self.source, self.decided)
        written = set(self.skipped)
        spelled: dict[str, str] = {}  # slapd shows a DN as the records above it spell theirs
        for each in self.above:
            if not isinstance(each, Entry):
                written.add(each)
                each = converter.convert(od.view(each, od.kind_of(each)))
            entry = _below(each, spelled)
            spelled[dn_key(entry.dn) or ""] = entry.dn
            yield entry
        usual = frozenset(spelled.values())
        for record in od.records():
            if record.number not in written:
                entry = converter.convert(record)
                yield entry if parent_of(entry.dn) in usual else _below(entry, spelled)

    def witnesses(self) -> tuple[str, str]:
        """DNs of a user who has a CRAM-MD5 secret, and of another one, or somebody made up."""
        logins = self.logins
        holders = [number for number, login in logins.logins.items() if login.cram is not None]
        readers = [number for number in logins.logins if number != holders[0]]
        holder = logins.users[holders[0]].dn
        return holder, logins.users[readers[0]].dn if readers else f"uid=odkit-reader,{holder.partition(',')[2]}"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of the checks."""
        return tuple(self.remarks.findings)


def _below(entry: Entry, spelled: dict[str, str]) -> Entry:
    """An entry whose DN is spelled as the entry above it spells its own."""
    dn = parse_dn(entry.dn)
    above = spelled.get(dn.parent.key)
    if above is None or str(dn.parent) == above:
        return entry
    own = entry.dn[: len(entry.dn) - len(parent_of(entry.dn))]
    return Entry(own + above, entry.attributes)


def plan_tree(source: CarrySource) -> Carried:
    """Plan shape ``openldap``: every record of the domain, checked as it will be written."""
    remarks = Remarks()
    logins = decide_logins(source)
    rulings = dict(rule_on_groups(source, Numbers(source)))
    decided = Decided(logins.logins, rulings, frozenset(logins.gone))
    out = Carried(logins, [ruling.group for ruling in rulings.values()], remarks, source=source, decided=decided)
    converter = Converter(source, decided, remarks)
    keys: dict[str, int] = {}
    parents: dict[str, Record] = {}
    elsewhere: Counter[str] = Counter()
    ids = _Ids(remarks)
    for record in source.od.records():
        key = dn_key(record.dn)
        why = _why_not(source, record, key, keys, rulings, logins, elsewhere)
        if why is None:
            try:
                converter.convert(record)
            except Damaged as error:
                why = Reason(Why.DAMAGED, str(error))
        if why is not None:
            _leave_out(out, record, why, rulings)
            continue
        assert key is not None
        keys[key] = record.number
        out.count += 1
        if record.number in logins.users:
            ids.see(record)
        if key != source.od.suffix_key:
            parents.setdefault(key.partition(",")[2], record)
    _order(source, out, keys, parents)
    out.left_out += [_elsewhere(top, count) for top, count in sorted(elsewhere.items())]
    ids.close()
    return out


def _why_not(
    source: CarrySource,
    record: Record,
    key: str | None,
    keys: dict[str, int],
    rulings: dict[int, GroupRuling],
    logins: Logins,
    elsewhere: Counter[str],
) -> Reason | None:
    """Why a record is not carried, as far as it is seen before its values are; None where nothing speaks against it."""
    if key is None:
        return Reason(Why.DAMAGED, "its DN cannot be read")
    suffix = source.od.suffix_key
    if key != suffix and not key.endswith("," + suffix):
        top = _AUTHDATA if key == _AUTHDATA or key.endswith("," + _AUTHDATA) else key.partition(",")[2] or key
        elsewhere[top] += 1
        return _OUTSIDE
    if key in keys:
        return Reason(Why.TWIN, "its DN is that of a record before it, by the rules of slapd")
    if record.number in rulings and not rulings[record.number].group.carried:
        return rulings[record.number].group.reasons[0]
    if record.number in logins.users and logins.users[record.number].verdict is Verdict.LEFT_OUT:
        return logins.users[record.number].reasons[0]
    return None


_OUTSIDE = Reason(Why.NOTE, "not below the suffix")  # counted for each place, not told for each record


def _elsewhere(top: str, count: int) -> LeftOut:
    if top == _AUTHDATA:
        text = f"{plural(count, 'password record')}: the target has its own; keys are carried to the KDC"
        return LeftOut(top, Reason(Why.NOTE, text))
    return LeftOut(top, Reason(Why.NOTE, f"{plural(count, 'record')} outside the suffix"))


def _leave_out(out: Carried, record: Record, why: Reason, rulings: dict[int, GroupRuling]) -> None:
    out.skipped.add(record.number)
    if why is _OUTSIDE:
        return
    if record.number in out.logins.users and out.logins.users[record.number].verdict is not Verdict.LEFT_OUT:
        out.logins.leave_out(record.number, record.texts("uid") or [record.name], why)
    elif record.number in rulings:
        old = rulings[record.number].group
        if old.carried:
            out.groups[out.groups.index(old)] = CarriedGroup(old.name, old.dn, False, (why,))
    elif record.number not in out.logins.users:
        out.left_out.append(LeftOut(record.dn, why))
    if why.why in {Why.DAMAGED, Why.TWIN}:
        out.remarks.add(record, [Remark("OD924", f"{why.text}; the record is left out")])


def _order(source: CarrySource, out: Carried, keys: dict[str, int], parents: dict[str, Record]) -> None:
    """Sort parents before their children, and make those that the export lacks."""
    missing = [key for key in parents if key not in keys]
    made: dict[str, Entry] = {}
    for key in missing:
        _make(source, key, keys, made, parents[key], out)
    found: dict[str, int | Entry] = {key: keys[key] for key in parents if key in keys}
    found |= made
    if source.od.suffix_key in keys:
        found[source.od.suffix_key] = keys[source.od.suffix_key]
    out.above = [found[key] for key in sorted(found, key=lambda key: (key.count(","), key))]
    out.count += len(made)


def _make(source: CarrySource, key: str, keys: dict[str, int], made: dict[str, Entry], child: Record, out: Carried) -> None:
    suffix = source.od.suffix_key
    if key in keys or key in made:
        return
    dn = DN(parse_dn(child.dn).rdns[-key.count(",") - 1 :])
    kind, value = dn.rdns[0][0]
    name = _KINDS.get(kind.lower(), "container")
    data = value.encode("utf-8", "surrogateescape")
    attributes = {"objectClass": [name.encode(), b"top"], kind: [data]}
    if kind.lower() not in _KINDS:
        attributes |= {"objectClass": [b"container", b"extensibleObject", b"top"], "cn": [data]}
    made[key] = Entry(str(dn), attributes)
    out.remarks.add(child, [Remark("OD925", f"its parent {escape(str(dn))} is not in the export; it is made, as {name}")])
    if key != suffix:
        _make(source, key.partition(",")[2], keys, made, child, out)


class _Ids:
    """Numbers and names of users that a client of today reads otherwise than a Mac."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks
        self._low: Counter[int] = Counter()
        self._first: Record | None = None

    def see(self, record: Record) -> None:
        """Look at a user who is carried."""
        name = record.name
        if not _PLAIN_NAME.fullmatch(name):
            text = "the name has signs that some clients do not take (nslcd's validnames, chown and cron of Linux); kept"
            self._remarks.add(record, [Remark("OD928", text, "uid", 0)])
        gid = number_of(record, "gidNumber")
        if gid is None or gid >= FIRST_FREE:
            return
        if gid < 0:
            text = "a client with sssd stores no record with a negative number, so that the user does not exist there; kept"
            self._remarks.add(record, [Remark("OD927", text, "gidNumber", 0)])
            return
        self._low[gid] += 1
        self._first = self._first or record

    def close(self) -> None:
        """Tell of all numbers at once."""
        if self._first is None:
            return
        numbers = ", ".join(f"{gid} ({plural(count, 'user')})" for gid, count in sorted(self._low.items()))
        text = (
            f"primary groups below {FIRST_FREE} stay, because Macs need them: {numbers}; on Linux the files of the client decide what such "
            "a number is: 20 is dialout on Debian, with access to serial ports"
        )
        first = self._first
        self._remarks.findings.append(finding("OD926", first.dn, text, path=first.path, line=first.line))
