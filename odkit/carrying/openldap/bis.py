"""Shape ``openldap-2307bis``: people, groups with their members' DNs, automount maps - what Linux clients look for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from odkit.carrying.groups import GroupIds, rule_on_groups
from odkit.carrying.ldap.carried import Carried
from odkit.carrying.ldap.checks import Damaged
from odkit.carrying.ldap.ids import IdRemarks
from odkit.carrying.ldap.logins import decide_logins
from odkit.carrying.members import Members
from odkit.carrying.model import CarriedGroup, LeftOut, Reason, Verdict, Why
from odkit.carrying.openldap.automount import automount_entries
from odkit.carrying.openldap.bisentries import BisEntries
from odkit.carrying.openldap.passwords import SASL
from odkit.carrying.primary import PrimaryGroups
from odkit.carrying.remarks import Remark, Remarks
from odkit.carrying.rules import RECORD_NOT_CARRIED
from odkit.carrying.source import CarrySource
from odkit.directory import Record
from odkit.dn import dn_key, escape_value, parse_dn
from odkit.errors import UsageError
from odkit.findings import Rule, Severity
from odkit.ldif import Entry
from odkit.text import escape, plural

__all__ = ["plan_bis"]

NAME_TWICE_AT_TARGET = Rule(
    "OD932", "name-twice-at-target", Severity.ERROR, "Rename one of the records. Names at the target do not depend on the container."
)


_SUFFIX_CLASSES = {"dc": b"domain", "o": b"organization", "ou": b"organizationalUnit"}
_CARRIED_KINDS = frozenset({"Users", "Groups", "ComputerGroups", "Mounts"})


def plan_bis(source: CarrySource, suffix: str) -> Carried:
    """Plan shape ``openldap-2307bis`` below a suffix.

    Raises:
        UsageError: no entry can be made for the suffix.
    """
    return _Bis(source, suffix).plan()


class _Bis:
    """The directory while it is decided on."""

    def __init__(self, source: CarrySource, suffix: str) -> None:
        self._source, self._od, self._suffix = source, source.od, suffix
        self._remarks = Remarks()
        self._logins = decide_logins(source, SASL)
        ids = GroupIds(source)
        self._rulings = dict(rule_on_groups(source, ids))
        self._groups = {record_id: ruling.group for record_id, ruling in self._rulings.items()}
        self._people: dict[int, str] = {}  # id of a user's record -> DN at the target
        self._group_dns: dict[int, str] = {}
        self._primary = PrimaryGroups(source, self._rulings, ids)
        self._members: Members | None = None

    def plan(self) -> Carried:
        """Decide on users and groups, and make every entry once, so that what is refused is known."""
        container = self._container()
        entries = BisEntries(self._remarks, keep_shadow=self._source.options.keep_shadow)
        ids = IdRemarks(self._remarks, low=False)
        for record_id, user in list(self._logins.users.items()):
            if user.verdict is not Verdict.LEFT_OUT:
                self._try_user(record_id, entries, ids)
        for record_id, group in list(self._groups.items()):
            if group.carried:
                self._try_group(record_id, entries)
        self._members = Members(self._source, self._people, self._group_dns)
        for record_id in self._group_dns:
            entries.group(self._view(record_id), self._group_dns[record_id], self._rulings[record_id].gid, self._members.of)
        maps = list(automount_entries(list(self._od.mounts.records()), self._suffix, self._remarks))
        count = 4 + len(self._people) + len(self._group_dns) + len(self._primary.made) + len(maps)
        made = list(self._made())

        def everything() -> Iterator[Entry]:
            yield from container
            yield from self._people_and_groups()
            yield from made
            yield from maps

        groups, left_out = tuple(self._groups.values()), tuple(self._rest())
        logins = self._logins.decided()
        return Carried(logins, groups, self._remarks, everything, everything, lambda n: self._people[n], left_out, count)

    def _view(self, record_id: int) -> Record:
        return self._od.view(record_id, self._od.kind_of(record_id))

    def _container(self) -> list[Entry]:
        names = BisEntries(None, keep_shadow=False).names
        kind, value = next(iter(names.rdn_values(self._suffix)), ("", b""))
        if kind not in _SUFFIX_CLASSES:
            raise UsageError(f"--base-dn {escape(self._suffix)}: begin it with dc=, o= or ou=")
        units = {name: [b"organizationalUnit", b"top"] for name in ("people", "groups", "automount")}
        top = Entry(self._suffix, {"objectClass": [_SUFFIX_CLASSES[kind], b"top"], kind: [value]})
        return [top, *(Entry(f"ou={n},{self._suffix}", {"objectClass": c, "ou": [n.encode()]}) for n, c in units.items())]

    def _try_user(self, record_id: int, entries: BisEntries, ids: IdRemarks) -> None:
        record = self._view(record_id)
        kind, value = parse_dn(record.dn).rdns[0][0]
        name = value if kind.lower() in {"uid", "userid"} else record.name
        dn = entries.names.pretty(f"uid={escape_value(name)},ou=people,{self._suffix}")
        try:
            if dn is None:
                raise Damaged("its name cannot be written in a DN")
            entries.person(record, dn, self._logins.logins[record_id], self._primary.gid)
        except Damaged as error:
            reason = Reason(Why.DAMAGED, str(error))
            self._logins.leave_out(record_id, record.texts("uid") or [record.name], reason)
            self._remarks.add(record, [Remark(RECORD_NOT_CARRIED, f"{reason.text}; the record is left out")])
            return
        self._people[record_id] = dn
        ids.see(record)

    def _try_group(self, record_id: int, entries: BisEntries) -> None:
        record, group = self._view(record_id), self._groups[record_id]
        dn = entries.names.pretty(f"cn={escape_value(self._rulings[record_id].name)},ou=groups,{self._suffix}")
        reason: Reason | None = None
        if record.kind == "ComputerGroups":
            reason = Reason(Why.NOTE, "a group of computers, which are not carried in this shape")
        elif dn is None:
            reason = Reason(Why.DAMAGED, "its name cannot be written in a DN")
        elif dn_key(dn) in {dn_key(other) for other in self._group_dns.values()}:
            reason = Reason(Why.TWIN, "another group has that name at the target")
            self._remarks.add(record, [Remark(NAME_TWICE_AT_TARGET, f"{reason.text}; it is left out")])
        if reason is None and dn is not None:
            self._group_dns[record_id] = dn
        elif reason is not None:
            self._groups[record_id] = CarriedGroup(group.name, group.dn, False, (reason,))

    def _made(self) -> Iterator[Entry]:
        for name, number in self._primary.made:
            values = {"cn": [name.encode()], "gidNumber": [str(number).encode()]}
            classes = {"objectClass": [b"groupOfMembers", b"posixGroup", b"top"]}
            yield Entry(f"cn={escape_value(name)},ou=groups,{self._suffix}", classes | values)

    def _people_and_groups(self) -> Iterator[Entry]:
        entries = BisEntries(None, keep_shadow=self._source.options.keep_shadow)
        assert self._members is not None
        for record_id, dn in self._people.items():
            yield entries.person(self._view(record_id), dn, self._logins.logins[record_id], self._primary.gid)
        for record_id, dn in self._group_dns.items():
            yield entries.group(self._view(record_id), dn, self._rulings[record_id].gid, self._members.of)

    def _rest(self) -> Iterator[LeftOut]:
        """Yield what has no place in this shape, counted for each kind."""
        counts: Counter[str] = Counter()
        for record in self._od.records():
            if record.kind not in _CARRIED_KINDS:
                counts[record.kind] += 1
        for kind, count in sorted(counts.items()):
            what = f"{plural(count, 'record')} of {kind}" if kind else f"{plural(count, 'record')} outside the containers of records"
            yield LeftOut(self._od.suffix or "", Reason(Why.NOTE, f"{what}: no place in this shape"))
