"""What the target ``samba`` answers with: who arrives, as which object, and what a person does with the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from uuid import uuid5

from odkit.carrying.accounts import number_of
from odkit.carrying.groups import GroupIds, GroupRuling, rule_on_groups
from odkit.carrying.kerberoslists import collisions_of, to_destroy
from odkit.carrying.members import Members
from odkit.carrying.model import CarriedGroup, CarriedService, CarriedUser, Change, Collision, Destroy, Reason, Verdict, Why
from odkit.carrying.remarks import Remark, Remarks
from odkit.carrying.samba.domain import base_of, guid_of, read_domain, realm_of
from odkit.carrying.samba.entries import group_entry, user_entry
from odkit.carrying.samba.files import MADE, Contents, SambaPlan, samba_files
from odkit.carrying.samba.logins import UserLogin, login_of
from odkit.carrying.samba.machines import plan_machines
from odkit.carrying.samba.names import Claim, Kind, Taken, why_not_name
from odkit.carrying.samba.nesting import in_order
from odkit.carrying.source import CarrySource, SourceUser
from odkit.carrying.target import Decisions
from odkit.dataclass import dataclass
from odkit.dn import DN, escape_value
from odkit.errors import UsageError
from odkit.kerberos import Principal
from odkit.ldif import Entry
from odkit.text import decode, escape

__all__ = ["decide_samba"]

_NO_KEYS = (
    "a domain needs the users' keys or NT hashes: give --kdc-dump and --stash (10.4 to 10.6), or the export of cn=authdata beside the main "
    "one (10.7 and later)"
)
_UNWRITABLE = "-o needs --base-dn, the base DN of the Samba domain, such as DC=ad,DC=example,DC=com, and --target-realm, its realm"
_LONG = 20  # letters; what Windows before 2000 takes
_UNPROVED = (
    "Windows as a client, other releases of Samba than the one that load.sh finds, and domains with more than one controller.",
    "Keytabs of members on old Macs: their keys arrive, and the domain counts their versions anew.",
    "Password history: what the old server refused as used before, the domain accepts once, but for the last one.",
)


def decide_samba(source: CarrySource) -> Decisions:
    """Decide for a Samba domain.

    Raises:
        UsageError: no keys, a base DN that is none, or one that does not fit the realm.
        InputError: the export of the target is damaged, or of another domain.
    """
    if source.principals is None:
        raise UsageError(_NO_KEYS)
    return _Domain(source).decide()


@dataclass(slots=True)
class _People:
    """The users, by number of the record."""

    users: dict[int, CarriedUser] = field(default_factory=dict)
    logins: dict[int, UserLogin] = field(default_factory=dict, repr=False)
    dns: dict[int, str] = field(default_factory=dict)
    guids: dict[int, str] = field(default_factory=dict)


class _Domain:
    """The domain while it is decided on.

    Args:
        source: of the carry.
    """

    def __init__(self, source: CarrySource) -> None:
        self._source = source
        self._written = source.options.base_dn is not None
        self._realm = decode(source.realm_to or b"")
        self._base = self._base_dn()
        export = source.options.target_export
        self._taken = Taken(read_domain(export, self._base) if export is not None and self._written else {})
        self._remarks = Remarks()
        self._people = _People()
        self._groups: dict[int, GroupRuling] = {}
        self._group_dns: dict[int, str] = {}
        self._group_guids: dict[int, str] = {}
        self._claimed: set[Principal] = set()

    def _base_dn(self) -> DN:
        given = self._source.options.base_dn
        if given is None:
            return base_of("DC=ad,DC=example,DC=com")  # nothing is written with it
        base = base_of(given)
        if realm_of(base) != self._realm:
            raise UsageError(
                f"--base-dn is that of the realm {escape(realm_of(base))}, and users would come to {escape(self._realm) or 'none'}: "
                "give both --base-dn and --target-realm of the Samba domain"
            )
        return base

    def decide(self) -> Decisions:
        for user in self._source.users():
            self._user(user)
        for number, ruling in rule_on_groups(self._source, GroupIds(self._source)):
            self._group(number, ruling)
        machines, services = plan_machines(self._source, self._claimed, self._taken, self._realm)
        order, members = self._members()
        users = tuple(self._people.users.values())
        gids = self._gids()
        for _ in self._objects(order, members, gids, self._remarks):  # what stays behind is told of now, and written later
            pass
        contents = Contents(
            lambda: self._objects(order, members, gids, None),
            tuple(machines),
            {self._people.dns[n]: login.secrets for n, login in self._people.logins.items() if login.secrets is not None},
        )
        count = len(self._people.dns) + len(order) + len(machines)
        moment = int(self._source.at.timestamp())
        plan = SambaPlan(str(self._base), self._realm, tuple(self._taken.claims), contents, count, moment)
        return self._decisions(users, services, plan)

    def _user(self, user: SourceUser) -> None:
        number = user.record.record_id
        if user.principal is not None:
            self._claimed.add(user.principal)
        login = login_of(self._source, user, self._source.at)
        own = guid_of(user.record)
        guid = own or str(uuid5(MADE, f"user {self._base.key} {user.name}"))
        claims = [Claim(Kind.NAME, user.name), Claim(Kind.PRINCIPAL, f"{user.name}@{self._realm}")]
        if login.principal is not None:
            claims.append(Claim(Kind.PRINCIPAL, f"{login.principal}@{self._realm}"))
        claims.append(Claim(Kind.GUID, guid))
        uid = user.record.text("uidNumber")
        if uid is not None:
            claims.append(Claim(Kind.UID, uid))
        why = user.barred or why_not_name(user.name) or self._why_not_principal(login.principal) or self._taken.why_not(claims)
        if why is not None:
            forms = login.user.forms
            self._people.users[number] = CarriedUser(user.name, user.record.dn, Verdict.LEFT_OUT, (why,), forms)
            return
        self._taken.take(claims, user.name)
        if len(user.name) > _LONG:
            note = Reason(Why.NOTE, f"the name has more than {_LONG} letters: some Windows programs take the form name@realm alone")
            login = replace(login, user=replace(login.user, reasons=(*login.user.reasons, note)))
        self._people.users[number] = login.user
        self._people.logins[number] = login
        self._people.dns[number] = f"CN={escape_value(user.name)},CN=Users,{self._base}"
        self._people.guids[number] = guid
        if own is None:
            self._remarks.count(user.record.dn, "apple-generateduid", "has no GUID that an object could have: it gets a new one")

    @staticmethod
    def _why_not_principal(name: str | None) -> Reason | None:
        return why_not_name(name) if name is not None else None

    def _group(self, number: int, ruling: GroupRuling) -> None:
        record = self._source.od.view(number, self._source.od.kind_of(number))
        self._groups[number] = ruling
        if not ruling.group.carried:
            return
        guid = guid_of(record) or str(uuid5(MADE, f"group {self._base.key} {ruling.name}"))
        claims = [Claim(Kind.NAME, ruling.name), Claim(Kind.PRINCIPAL, f"{ruling.name}@{self._realm}"), Claim(Kind.GUID, guid)]
        if ruling.gid is not None:
            claims.append(Claim(Kind.GID, str(ruling.gid)))
        why = why_not_name(ruling.name) or self._taken.why_not(claims)
        if why is not None:
            group = CarriedGroup(ruling.group.name, ruling.group.dn, carried=False, reasons=(why,))
            self._groups[number] = replace(ruling, group=group, gid=None)
            return
        self._taken.take(claims, ruling.name)
        self._group_dns[number] = f"CN={escape_value(ruling.name)},CN=Users,{self._base}"
        self._group_guids[number] = guid

    def _gids(self) -> dict[int, int]:
        """Return number of each group that arrives, in the directory -> at the target."""
        found: dict[int, int] = {}
        for number in self._group_dns:
            old = number_of(self._source.od.view(number, self._source.od.kind_of(number)), "gidNumber")
            new = self._groups[number].gid
            if old is not None and new is not None:
                found.setdefault(old, new)
        return found

    def _members(self) -> tuple[list[int], dict[int, list[bytes]]]:
        """Return groups in an order in which each stands behind those that are nested in it, and the members of each."""
        od = self._source.od
        members = Members(self._source, self._people.dns, self._group_dns)
        by_gid: dict[str, list[str]] = {}
        for number, dn in self._people.dns.items():
            gid = od.view(number, "Users").text("gidNumber")
            if gid is not None:
                by_gid.setdefault(gid, []).append(dn)
        found: dict[int, list[bytes]] = {}
        for number in self._group_dns:
            record = od.view(number, od.kind_of(number))
            told: list[Remark] = []
            own = dict.fromkeys(members.of(record, told))
            primary = by_gid.get(record.text("gidNumber") or "", [])
            if primary:
                self._remarks.count(record.dn, "gidNumber", "users whose primary group it is become members of it")
            found[number] = list(own | dict.fromkeys(dn.encode("utf-8", "surrogateescape") for dn in primary))
            self._remarks.add(record, told)
        order, dropped = in_order({dn.encode("utf-8", "surrogateescape"): number for number, dn in self._group_dns.items()}, found)
        for number, remark in dropped:
            self._remarks.add(od.view(number, od.kind_of(number)), [remark])
        return order, found

    def _objects(
        self, order: Sequence[int], members: dict[int, list[bytes]], gids: Mapping[int, int], remarks: Remarks | None
    ) -> Iterator[Entry]:
        od, people = self._source.od, self._people
        for number, dn in people.dns.items():
            entry = user_entry(od.view(number, "Users"), dn, people.guids[number], people.logins[number], gids, remarks)
            if (principal := people.logins[number].principal) is not None:
                entry.attributes["userPrincipalName"] = [f"{principal}@{self._realm.lower()}".encode("utf-8", "surrogateescape")]
            yield entry
        for number in order:
            ruling = self._groups[number]
            record = od.view(number, od.kind_of(number))
            dn, guid = self._group_dns[number], self._group_guids[number]
            yield group_entry(record, dn, guid, ruling.name, ruling.gid, members[number], remarks)

    def _decisions(self, users: tuple[CarriedUser, ...], services: list[CarriedService], plan: SambaPlan) -> Decisions:
        groups = tuple(ruling.group for ruling in self._groups.values())
        collisions = [*collisions_of(users, services)]
        collisions += [Collision(g.name, r.text) for g in groups for r in g.reasons if r.why is Why.COLLISION]
        return Decisions(
            users,
            services=tuple(services),
            groups=groups,
            collisions=tuple(collisions),
            changed=tuple(self._changes()),
            destroy=(
                Destroy("secrets.ldif", "NT hashes and keys in clear: whoever has it can be any user"),
                *to_destroy(self._source.options),
            ),
            unproved=_UNPROVED,
            findings=tuple(self._remarks.findings),
            steps=tuple(_steps(plan)),
            why_unwritable=None if self._written else _UNWRITABLE,
            files=lambda plan_id: samba_files(plan_id, plan),
        )

    def _changes(self) -> Iterator[Change]:
        source = self._source
        if source.realm_from != source.realm_to and self._people.dns:
            old, new = escape(source.realm_from or b""), escape(source.realm_to or b"")
            what = f"the realm becomes {new}; salts stay those of {old}, so that passwords work"
            yield Change("every user", what, count=len(self._people.dns))
        yield from self._remarks.changes()


def _steps(plan: SambaPlan) -> Iterator[str]:
    yield f"Copy the whole folder to the only domain controller of {escape(plan.realm)} (0700, root), and there, first without --apply:"
    yield "  sh load.sh               (it tries both files on a copy of the database)"
    yield "  sh load.sh --apply"
    yield "SIDs are never written: the domain gives each object its own. What keeps owners by SID (shares of SMB, profiles) is set anew."
    yield "Join further controllers afterwards. Log in as a user of each kind, with the old password: kinit NAME; smbclient -U NAME -L HOST"
    yield "Who is to be reset: samba-tool user setpassword NAME, then samba-tool user enable NAME. The way back: sh unload.sh"
