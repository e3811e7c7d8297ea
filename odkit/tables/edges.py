"""Edges that the attributes of a record give by their meaning: members, accounts, homes, mounts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from odkit.directory import Directory, Group, Record
from odkit.directory.membership import MEMBERS, Members
from odkit.errors import InputError
from odkit.ldif import UnfetchedURL
from odkit.passwords import Authority, Kerberos, PasswordServer, parse_authority
from odkit.tables.edgerows import EdgeRows, Pointing
from odkit.tables.homehosts import HomeHosts
from odkit.tables.lots import Lot
from odkit.tables.principals import Claims
from odkit.values.home import host_of_url
from odkit.values.password import principal_meant, with_previous
from odkit.values.schema import AUTHDATA_USERS
from odkit.values.slot import SlotID, parse_slot

__all__ = ["Edges"]

_NESTED = frozenset({"apple-group-nestedgroup", "apple-computer-list-groups"})
_ACCOUNTS = frozenset({"Users", "Computers"})
_GROUPS = frozenset({"Groups", "ComputerGroups"})
_FORMS = 1 << 12  # that are remembered


class _Said(NamedTuple):
    """What one authority says: the kind of edge, which of the values it is, and the target."""

    edge: str
    ordinal: int
    target: str


class Edges(EdgeRows):
    """Makes the rows, but for names-host, which `HostEdges` makes.

    Args:
        export: digest of the export.
        od: the export.

    Attributes:
        claims: the principals of the edges principal-of.
    """

    def __init__(self, export: str, od: Directory) -> None:
        super().__init__(export)
        self.claims = Claims(export)
        self._od = od
        self._realm = od.realm
        self._members = Members(od)
        self._slots = od.places().get(AUTHDATA_USERS, {})
        self._groups = {gid: record.record_id for record in od.groups if (gid := record.text("gidNumber")) is not None}
        self._absent = "absent" if od.answers.whole else "unknown"
        self._homes = HomeHosts()
        self._forms: dict[object, tuple[_Said, ...] | None] = {}  # what users say who have one form of authorities

    def take(self, lot: Lot) -> None:
        """Add the edges of records."""
        if lot.kind in MEMBERS:
            self._of_members(lot)
        if lot.kind in _ACCOUNTS and lot.get("authAuthority") is not None:
            self._of_accounts(lot)
        if lot.kind == "Users":
            gids = lot.first("gidNumber")
            if gids is not None:
                self._to_records(
                    lot, range(len(lot)), Pointing("primary-group", "gidNumber", [0] * len(lot), gids), map(self._groups.get, gids)
                )
            self._of_homes(lot)
        elif lot.kind in _GROUPS and lot.get("apple-group-homeurl") is not None:
            self._of_each(lot, "home-on", _group_homes)
        elif lot.kind == "Mounts":
            self._of_each(lot, "mount-of", _mounts)

    def _of_members(self, lot: Lot) -> None:
        for place in range(len(lot)):
            for attribute, members, ids in self._members.listed(lot.record(place)):
                edge = "nested" if attribute in _NESTED else "member"
                self._to_records(lot, [place] * len(members), Pointing(edge, attribute, range(len(members)), members), ids)

    def _of_accounts(self, lot: Lot) -> None:
        accounts = self._od.column("accounts")
        alike: dict[object, list[int]] = {}
        for place, number in enumerate(lot.numbers):
            alike.setdefault(accounts.forms[number], []).append(place)
        names = lot.first("uid")
        for form, places in alike.items():
            said = (
                None
                if form is None or names is None
                else self._said_by(form, lot, places[0], "0x" + accounts.slots[lot.numbers[places[0]]])
            )
            if said is None or names is None:
                for place in places:
                    self._of_account(lot, place)
                continue
            slots = ["0x" + accounts.slots[lot.numbers[place]] for place in places]
            for edge, ordinal, rest in said:
                ordinals = [ordinal] * len(places)
                if edge == "slot":
                    self._to_slots(lot, places, ordinals, slots, [each[2:] for each in slots])
                elif edge == "server-key":
                    self.add(lot, places, Pointing(edge, "authAuthority", ordinals, [rest] * len(places)))
                else:
                    own = [names[place] + rest for place in places]
                    self.add(lot, places, Pointing(edge, "authAuthority", ordinals, own))
                    self.claims.take(lot, places, own, alike=True)

    def _said_by(self, form: object, lot: Lot, place: int, slot: str) -> tuple[_Said, ...] | None:
        """Return what all users say who have a form of authorities, by one of them; None where each must be read.

        Of an edge slot the target is left out, of principal-of what stands before the realm: these are the user's own.
        """
        if form in self._forms:
            return self._forms[form]
        name = lot.record(place).name
        found: list[_Said] = []
        known: tuple[_Said, ...] | None = None
        for each in self._said(lot.record(place)):
            own = {"slot": slot, "principal-of": name}.get(each.edge, "")
            if not each.target.startswith(own) or (each.edge == "slot" and each.target != slot):
                break
            found.append(each._replace(target=each.target.removeprefix(own)))
        else:
            known = tuple(found)
        if len(self._forms) >= _FORMS:
            self._forms.clear()
        self._forms[form] = known
        return known

    def _of_account(self, lot: Lot, place: int) -> None:
        for edge, ordinal, target in self._said(lot.record(place)):
            if edge == "slot":
                found = parse_slot(target)
                self._to_slots(lot, [place], [ordinal], [target], [None if found is None else found.digits])
                continue
            self.add(lot, [place], Pointing(edge, "authAuthority", [ordinal], [target]))
            if edge == "principal-of":
                self.claims.take(lot, [place], [target])

    def _said(self, record: Record) -> Iterator[_Said]:
        """Yield what the authorities of a record say."""
        has_principal = False
        for ordinal, value in enumerate(record.attributes.get("authAuthority", ())):
            if isinstance(value, UnfetchedURL):
                continue
            try:
                authority = parse_authority(value)
            except InputError:
                continue  # `verify` says so
            for each in with_previous(authority):
                detail = each.detail
                if isinstance(detail, PasswordServer):
                    yield _Said("slot", ordinal, detail.slot_text if detail.slot is None else str(detail.slot))
                    if detail.key is not None:
                        yield _Said("server-key", ordinal, _digest(f"{detail.key.modulus} {detail.key.exponent}"))
                elif isinstance(detail, Kerberos) and not has_principal and _of_domain(each):
                    has_principal = True
                    yield _Said("principal-of", ordinal, principal_meant(record.name, detail, self._realm))

    def _of_homes(self, lot: Lot) -> None:
        urls, paths = lot.first("apple-user-homeurl"), lot.first("homeDirectory")
        for attribute, texts, hosts_of in (("apple-user-homeurl", urls, self._homes.of_url), ("homeDirectory", paths, self._homes.of_path)):
            hosts = [hosts_of(text) for text in texts or ()]
            self._add_hosts(lot, "home-on", [(place, attribute, 0, host) for place, own in enumerate(hosts) for host in own])

    def _of_each(self, lot: Lot, edge: str, find: Callable[[Record], Iterable[_Host]]) -> None:
        found = [(place, *each) for place in range(len(lot)) for each in find(lot.record(place))]
        self._add_hosts(lot, edge, found)

    def _add_hosts(self, lot: Lot, edge: str, found: Sequence[tuple[int, str, int, str]]) -> None:
        """Add edges to hosts: place, attribute, index, host."""
        for wanted in dict.fromkeys(attribute for _, attribute, _, _ in found):
            places, _, ordinals, hosts = zip(*(each for each in found if each[1] == wanted), strict=True)
            self.add(lot, places, Pointing(edge, wanted, ordinals, [*hosts]))

    def _to_slots(self, lot: Lot, places: Sequence[int], ordinals: Sequence[int], targets: list[str], slots: Sequence[str | None]) -> None:
        """Add edges to slots: their digits, None for what is no slot."""
        entries: list[int | None] = [None] * len(slots)
        if self._od.authdata:
            entries = [None if digits is None else self._slots.get(f"authguid={SlotID(digits).auth_guid}") for digits in slots]
        lost = self._absent if self._od.authdata else "unknown"
        states = [None if slot is None else lost if entry is None else "found" for slot, entry in zip(slots, entries, strict=True)]
        self.add(lot, places, Pointing("slot", "authAuthority", ordinals, targets, entries, states))

    def _to_records(self, lot: Lot, places: Sequence[int], pointing: Pointing, found: Iterable[int | None]) -> None:
        entries = [*found]
        states = [self._absent if entry is None else "found" for entry in entries]
        self.add(lot, places, replace(pointing, entries=entries, states=states))


_Host = tuple[str, int, str]  # attribute, index, host


def _of_domain(authority: Authority) -> bool:
    """Tell whether an authority of Kerberos is one of the domain's realm, and of no Local KDC."""
    return authority.kind == "kerberosv5" and isinstance(authority.detail, Kerberos) and "LKDC:" not in authority.detail.realm


@lru_cache(maxsize=64)  # all accounts of a server carry the same key, which is public
def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _group_homes(record: Record) -> Iterator[_Host]:
    assert isinstance(record, Group)
    for host in record.home.hosts:
        yield "apple-group-homeurl", 0, host


def _mounts(record: Record) -> Iterator[_Host]:
    for index, name in enumerate(record.texts("cn")):
        host, colon, _ = name.partition(":")
        if colon and host:
            yield "cn", index, host
    for index, option in enumerate(record.texts("mountOption")):
        host_of_option = host_of_url(option[5:]) if option.startswith("url==") else None
        if host_of_option:
            yield "mountOption", index, host_of_option
