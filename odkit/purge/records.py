"""Which records a plan deletes: what a retired host left in the directory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from odkit.dataclass import dataclass
from odkit.directory import DSCL_ATTRIBUTES, Computer, Directory, DsclNames, Record
from odkit.errors import RefusedError
from odkit.hosts import HostVerdict, Verdict
from odkit.ldif import UnfetchedURL
from odkit.names import host_key
from odkit.purge.machines import stale_computers
from odkit.purge.memberships import DeletedComputers, memberships
from odkit.purge.model import Decision, DecisionKind, RecordChange, Slot
from odkit.text import decode, escape
from odkit.values.dscl import record_path, value_word
from odkit.values.slot import slot_of

__all__ = ["RecordPlan", "plan_records"]


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """The directory's side of a plan: changes in the order in which they are made, and what is left to a person."""

    changes: tuple[RecordChange, ...] = ()
    review: tuple[Decision, ...] = ()
    refused: tuple[Decision, ...] = ()
    slots: tuple[Slot, ...] = ()


@dataclass(slots=True)
class _Draft:
    """A `RecordPlan` while it is being made."""

    changes: list[RecordChange] = field(default_factory=list)
    review: list[Decision] = field(default_factory=list)
    refused: list[Decision] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)


def plan_records(od: Directory, hosts: Mapping[str, HostVerdict]) -> RecordPlan:
    """Plan the changes: memberships first, then mounts, then computers (operations: dseditgroup must still find the member)."""
    out = _Draft()
    called = DsclNames(od)
    stale = {v.host for v in hosts.values() if v.verdict is Verdict.STALE}
    doubtful = {v.host for v in hosts.values() if v.verdict is Verdict.REVIEW}
    computers = list(stale_computers(od.computers.records(), hosts, out.review))
    mounts = list(_mounts(od, stale, doubtful, out))
    refused: set[str] = set()
    whole = [change for record, host in [*mounts, *computers] if (change := _deletion(record, host, called, out, refused)) is not None]
    gone = [each for each in computers if each[0].dn not in refused]
    deleted = DeletedComputers.of([c for c, _ in gone], stale)
    for record, attribute, value, host in memberships(od, deleted, out.review):
        change = _removal(record, attribute, value, host, called, out)
        if change is not None:
            out.changes.append(change)
    out.changes += whole
    named = {change.entry.dn: change.name for change in whole}
    slots = list(_slots(computer for computer, _ in gone))
    kept = _kept_slots(od, {computer.dn for computer, _ in gone}, {slot.lower() for _, slot in slots})
    for slot in slots:
        if slot[1].lower() in kept:
            why = f"its Password Server slot is that of {escape(kept[slot[1].lower()])}, too, which stays; the slot must stay"
            out.review.append(Decision(DecisionKind.SLOT_SHARED, why, record=slot[0].dn))
            continue
        out.slots.append(Slot(slot[1], slot[0].kind, named[slot[0].dn], slot[0].dn))
    out.review += _machines(od, stale)
    return RecordPlan(tuple(out.changes), tuple(out.review), tuple(out.refused), tuple(out.slots))


def _deletion(record: Record, host: str, called: DsclNames, out: _Draft, refused: set[str]) -> RecordChange | None:
    """Return the deletion of a record, unless dscl, LDIF or the way back cannot express it."""
    try:
        if any(isinstance(v, UnfetchedURL) for values in record.attributes.values() for v in values):
            raise RefusedError("a value is only named by a URL, so that the record could not be put back")
        name = called.name(record)
        if not all(each and each.isprintable() for each in record.names):
            raise RefusedError("a control, invisible or undecodable character in one of its names, which dscl could not compare")
        if not record.dn.isprintable():
            raise RefusedError("a control, invisible or undecodable character in the DN")
    except RefusedError as error:
        refused.add(record.dn)
        out.refused.append(Decision(DecisionKind.INEXPRESSIBLE, str(error), record=record.dn))
        return None
    return RecordChange(record.entry, record.kind, name, host, dscl=("-delete", record_path(record.kind, name)))


def _removal(record: Record, attribute: str, value: bytes, host: str, called: DsclNames, out: _Draft) -> RecordChange | None:
    key = DSCL_ATTRIBUTES[record.kind][attribute.lower()]
    try:
        name = called.name(record)
        words = ("-delete", record_path(record.kind, name), key, value_word(value.decode("utf-8")))
        if not all(decode(each).isprintable() for each in record.attributes[attribute]):
            raise RefusedError("a control, invisible or undecodable character in another value beside it, which dscl could not read")
    except (RefusedError, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, RefusedError) else "the value is not UTF-8"
        out.refused.append(Decision(DecisionKind.INEXPRESSIBLE, f"{attribute} value {escape(value)}: {why}", record=record.dn))
        return None
    return RecordChange(record.entry, record.kind, name, host, attribute, value, words)


def _mounts(od: Directory, stale: set[str], doubtful: set[str], out: _Draft) -> Iterator[tuple[Record, str]]:
    """Yield mounts of stale hosts, on which no home lies: a host that serves homes is live."""
    for mount in od.mounts.records():
        keys = {host_key(host) for host in mount.hosts}
        own = keys & stale
        if own and keys <= stale:
            yield mount, min(own)
        elif own:
            other = min(keys - own)
            out.review.append(
                Decision(DecisionKind.TWO_OWNERS, f"names the stale host {escape(min(own))} and {escape(other)}", record=mount.dn)
            )
        elif keys & doubtful:
            out.review.append(Decision(DecisionKind.HOST_IN_DOUBT, f"{escape(min(keys & doubtful))} needs a decision", record=mount.dn))


def _kept_slots(od: Directory, gone: set[str], slots: set[str]) -> dict[str, str]:
    """Return those slots that computers which stay carry, too -> one of those.

    Of all other records delete-slots.sh asks the directory itself.
    """
    out: dict[str, str] = {}
    for record in od.computers.records() if slots else ():
        if record.dn in gone:
            continue
        for value in record.texts("authAuthority"):
            slot = slot_of(value)
            if slot is not None and str(slot) in slots:
                out.setdefault(str(slot), record.dn)
    return out


def _slots(computers: Iterable[Computer]) -> Iterator[tuple[Computer, str]]:
    """Yield password Server slots of deleted computers: dscl and LDIF leave them behind."""
    for computer in computers:
        for value in computer.authorities:
            slot = slot_of(value)
            if slot is not None:
                yield computer, str(slot)


def _machines(od: Directory, stale: set[str]) -> Iterator[Decision]:
    for record in od.of_type("Machines").records():
        hit = {host_key(name) for name in record.names} & stale
        if hit:
            yield Decision(
                DecisionKind.MACHINE_RECORD,
                f"a machine record of the stale host {escape(min(hit))}; boot services may use it",
                record=record.dn,
            )
