"""The staging directory: who and what arrives, decided in the order in which ``ipa migrate-ds`` would meet it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from odkit.carrying.accounts import number_of
from odkit.carrying.freeipa.entries import IpaEntries
from odkit.carrying.freeipa.names import at_target, why_not_group
from odkit.carrying.freeipa.passwords import UserLogin, login_of
from odkit.carrying.groups import GroupIds, rule_on_groups
from odkit.carrying.ldap.checks import Damaged
from odkit.carrying.members import Members
from odkit.carrying.model import CarriedGroup, CarriedUser, LeftOut
from odkit.carrying.primary import PrimaryGroups
from odkit.carrying.remarks import Remark, Remarks
from odkit.carrying.rules import RECORD_NOT_CARRIED
from odkit.carrying.samba.nesting import in_order
from odkit.carrying.source import CarrySource, SourceUser
from odkit.carrying.verdicts import Reason, Verdict, Why
from odkit.dataclass import dataclass
from odkit.directory import Record
from odkit.dn import key_or_text, parse_dn
from odkit.errors import InputError, UsageError
from odkit.ldif import Entry
from odkit.text import decode, plural

__all__ = ["Staging", "plan_staging"]

_CARRIED_KINDS = frozenset({"Users", "Groups"})
_CONTAINERS = ("people", "groups")


@dataclass(frozen=True)
class Staging:
    """The staging directory as it was decided on.

    Attributes:
        suffix: of the staging server.
        users: the verdicts, in the directory's order.
        groups: likewise.
        remarks: findings and changes.
        left_out: records that are neither users nor groups.
        people: names at the target, of the users that arrive.
        teams: names at the target, of the groups that arrive, those that were made among them.
        gone: names of users that are left out, and of groups that are.
        numbers: smallest and largest of all uid and gid numbers that arrive; None without any.
    """

    suffix: str
    users: tuple[CarriedUser, ...]
    groups: tuple[CarriedGroup, ...]
    remarks: Remarks
    left_out: tuple[LeftOut, ...]
    people: tuple[str, ...]
    teams: tuple[str, ...]
    gone: tuple[tuple[str, ...], tuple[str, ...]]
    numbers: tuple[int, int] | None
    _maker: _Maker = field(repr=False, compare=False)

    @property
    def count(self) -> int:
        """Number of entries of the staging directory."""
        return 1 + len(_CONTAINERS) + len(self.people) + len(self.teams)

    def entries(self) -> Iterator[Entry]:
        """Yield the entries, parents first, and members before groups; made anew each time."""
        return self._maker.entries()


def plan_staging(source: CarrySource, suffix: str) -> Staging:
    """Decide on every user and group.

    Args:
        source: of the carry.
        suffix: of the staging server.

    Raises:
        UsageError: a name of ``--map-group`` that no group of FreeIPA can have.
    """
    return _Maker(source, suffix).plan()


def _name_in_dn(user: SourceUser) -> str:
    """Return the name that migrate-ds goes by: that of the DN."""
    try:
        kind, value = parse_dn(user.record.dn).rdns[0][0]
    except InputError:
        return user.name
    return value if kind.lower() in {"uid", "userid"} else user.name


class _Maker:
    """The staging directory while it is decided on, and what makes its entries."""

    def __init__(self, source: CarrySource, suffix: str) -> None:
        self._source, self._od, self._suffix = source, source.od, suffix
        self._remarks = Remarks()
        self._shadow = source.options.keep_shadow
        ids = GroupIds(source)
        self._rulings = dict(rule_on_groups(source, ids))
        self._primary = PrimaryGroups(source, self._rulings, ids)
        self._users: dict[int, CarriedUser] = {}
        self._logins: dict[int, UserLogin] = {}
        self._people: dict[int, str] = {}  # id of a user's record -> DN at the staging server
        self._groups: dict[int, CarriedGroup] = {record_id: ruling.group for record_id, ruling in self._rulings.items()}
        self._teams: dict[int, str] = {}
        self._names: dict[int, str] = {}  # id of a group's record -> name at the target
        self._members: dict[int, list[bytes]] = {}
        self._by_dn: dict[str, str] = {}  # normal form of an old DN -> new one
        self._numbers: list[int] = []

    def plan(self) -> Staging:
        for user in self._source.users():
            self._decide(user)
        self._leave_out_twins()
        entries = IpaEntries(self._remarks, keep_shadow=self._shadow)
        for record_id in list(self._logins):
            self._try_user(record_id, entries)
        for record_id in self._groups:
            self._try_group(record_id)
        self._nest(entries)
        self._check_primary()
        gone = [user.name for user in self._users.values() if user.verdict is Verdict.LEFT_OUT]
        left = [group.name for group in self._groups.values() if not group.carried]
        made = tuple(name for name, _ in self._made())
        return Staging(
            self._suffix,
            tuple(self._users.values()),
            tuple(self._groups.values()),
            self._remarks,
            tuple(self._rest()),
            tuple(self._logins[record_id].name for record_id in self._people),
            (*(self._names[record_id] for record_id in self._teams), *made),
            (tuple(gone), tuple(left)),
            (min(self._numbers), max(self._numbers)) if self._numbers else None,
            self,
        )

    def _decide(self, user: SourceUser) -> None:
        record_id = user.record.record_id
        login = login_of(self._source, user, _name_in_dn(user))
        self._users[record_id] = login.user
        if login.user.verdict is not Verdict.LEFT_OUT:
            self._logins[record_id] = login

    def _leave_out_twins(self) -> None:
        counts = Counter(login.name for login in self._logins.values())
        for record_id, login in list(self._logins.items()):
            if counts[login.name] > 1:
                text = f"{plural(counts[login.name], 'record')} would have the name {login.name} in FreeIPA, which tells no capitals"
                self._leave_out(record_id, Reason(Why.TWIN, text))

    def _leave_out(self, record_id: int, reason: Reason) -> None:
        user = self._users[record_id]
        self._users[record_id] = replace(user, verdict=Verdict.LEFT_OUT, reasons=(reason,), principal=None, until=None)
        self._logins.pop(record_id)

    def _view(self, record_id: int) -> Record:
        return self._od.view(record_id, self._od.kind_of(record_id))

    def _try_user(self, record_id: int, entries: IpaEntries) -> None:
        record, login = self._view(record_id), self._logins[record_id]
        dn = f"uid={login.name},ou=people,{self._suffix}"
        try:
            entry = entries.person(record, dn, login, self._primary.gid(record), {})
        except Damaged as error:
            self._leave_out(record_id, Reason(Why.DAMAGED, str(error)))
            self._remarks.add(record, [Remark(RECORD_NOT_CARRIED, f"{error}; the record is left out")])
            return
        self._people[record_id] = dn
        self._by_dn[key_or_text(record.dn)] = dn
        self._numbers += [int(entry.attributes[name][0]) for name in ("uidNumber", "gidNumber")]

    def _try_group(self, record_id: int) -> None:
        group, ruling = self._groups[record_id], self._rulings[record_id]
        if not group.carried:
            return
        reason = why_not_group(ruling.name)
        name = at_target(ruling.name)
        if self._view(record_id).kind == "ComputerGroups":
            reason = Reason(Why.NOTE, "a group of computers, which are not carried to FreeIPA")
        elif reason is None and name in self._names.values():
            reason = Reason(Why.TWIN, f"another group has the name {name} in FreeIPA, which tells no capitals")
        if reason is not None:
            self._groups[record_id] = CarriedGroup(group.name, group.dn, False, (reason,))
            return
        if name != ruling.name:
            note = Reason(Why.NOTE, f"its name becomes {name}: migrate-ds writes names in small letters")
            self._groups[record_id] = CarriedGroup(group.name, group.dn, True, (*group.reasons, note), name)
        self._names[record_id] = name
        self._teams[record_id] = f"cn={name},ou=groups,{self._suffix}"
        if ruling.gid is not None:
            self._numbers.append(ruling.gid)

    def _nest(self, entries: IpaEntries) -> None:
        """Find the members, put each group behind those that are in it, and look at every group once, so that what is left out is known."""
        members = Members(self._source, self._people, self._teams)
        for record_id in self._teams:
            told: list[Remark] = []
            self._members[record_id] = members.of(self._view(record_id), told)
            self._remarks.add(self._view(record_id), told)
        order, dropped = in_order({dn.encode(): record_id for record_id, dn in self._teams.items()}, self._members)
        for record_id, remark in dropped:
            self._remarks.add(self._view(record_id), [remark])
        self._teams = {record_id: self._teams[record_id] for record_id in order}
        for _ in self._made_groups(entries):
            pass
        for record_id in self._people:
            self._named(record_id, entries, self._remarks)

    def _check_primary(self) -> None:
        """Tell of users whose primary group nobody carries: FreeIPA takes them, with a warning in its log alone."""
        known = {self._rulings[record_id].gid for record_id in self._teams} | {number for _, number in self._primary.made}
        for record_id in self._people:
            number = number_of(self._view(record_id), "gidNumber")
            if self._primary.gid(self._view(record_id)) is None and number not in known:
                user = self._users[record_id]
                note = Reason(Why.NOTE, f"no group that arrives has the number of its primary group, {number}")
                self._users[record_id] = replace(user, reasons=(*user.reasons, note))

    def _named(self, record_id: int, entries: IpaEntries, remarks: Remarks | None) -> Mapping[str, Sequence[bytes]]:
        """Return what holds DNs in a user's record, with those of the staging server: migrate-ds rewrites those, and leaves others."""
        record = self._view(record_id)
        found: dict[str, list[bytes]] = {}
        for name in entries.named_attributes(record):
            values = [value for value in record.attributes[name] if value.__class__ is bytes]
            new = [self._by_dn.get(key_or_text(decode(value))) for value in values]
            kept = list(dict.fromkeys(dn.encode() for dn in new if dn is not None))
            if len(kept) < len(record.attributes[name]) and remarks is not None:
                remarks.count(record.dn, name, "names entries that do not arrive; left out")
            if kept:
                found[name] = kept
        return found

    def _made_groups(self, entries: IpaEntries) -> Iterator[Entry]:
        for record_id, dn in self._teams.items():
            yield entries.group(self._view(record_id), dn, self._rulings[record_id].gid, self._names[record_id], self._members[record_id])

    def _made(self) -> Iterator[tuple[str, int]]:
        """Yield name and number of each group that is made as a primary group."""
        taken = set(self._names.values())
        for wanted, number in self._primary.made:
            why, name = why_not_group(wanted), at_target(wanted)
            if why is not None:
                raise UsageError(f"--map-group: {why.text}")
            while name in taken:
                name += "-x"
            taken.add(name)
            yield name, number

    def entries(self) -> Iterator[Entry]:
        entries = IpaEntries(None, keep_shadow=self._shadow)
        kind, value = parse_dn(self._suffix).rdns[0][0]
        classes = {"dc": b"domain", "o": b"organization", "ou": b"organizationalUnit"}
        yield Entry(self._suffix, {"objectClass": [classes[kind.lower()], b"top"], kind: [value.encode()]})
        for name in _CONTAINERS:
            yield Entry(f"ou={name},{self._suffix}", {"objectClass": [b"organizationalUnit", b"top"], "ou": [name.encode()]})
        for record_id, dn in self._people.items():
            record = self._view(record_id)
            named = self._named(record_id, entries, None)
            yield entries.person(record, dn, self._logins[record_id], self._primary.gid(record), named)
        yield from self._made_groups(entries)
        for name, number in self._made():
            yield entries.made_group(name, number, f"cn={name},ou=groups,{self._suffix}")

    def _rest(self) -> Iterator[LeftOut]:
        counts: Counter[str] = Counter(record.kind for record in self._od.records() if record.kind not in _CARRIED_KINDS)
        for kind, count in sorted(counts.items()):
            if kind != "ComputerGroups":
                what = f"{plural(count, 'record')} of {kind}" if kind else f"{plural(count, 'record')} outside the containers of records"
                yield LeftOut(self._od.suffix or "", Reason(Why.NOTE, f"{what}: ipa migrate-ds reads users and groups alone"))
