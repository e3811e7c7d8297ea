"""Which records a plan deletes: what a retired host left in the directory.

A bound computer has up to three records - ``name$``, ``fqdn$`` and ``LKDC:SHA1.…$`` - or one with three names (DirectoryService
CLDAPv3PluginNewServerSetup.cpp).  Only the full name is proof; the others are tied to it by the first one's description, which lists
the siblings, by a shared name, by ``apple-realname``, or by the machine's own marks (Ethernet address, hardware UUID) as long as no other
host shares them.  What is tied by a short name alone is left to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from odkit.directory import DSCL_ATTRIBUTES, Computer, Directory, DsclNames, Record
from odkit.errors import RefusedError
from odkit.hosts import HostVerdict, Verdict
from odkit.ldif import UnfetchedURL
from odkit.names import host_key, is_fqdn, short_name
from odkit.purge.memberships import Dead, memberships
from odkit.purge.model import Decision, DecisionKind, RecordChange, Slot
from odkit.text import decode, escape
from odkit.values.dscl import record_path, value_word
from odkit.values.slot import slot_of

__all__ = ["RecordPlan", "plan_records"]

_MARKS = ("macAddress", "apple-hwuuid")
_Bare = tuple[Computer, set[str], set[str]]  # a record, its names and its real names, in normal form without "$"


@dataclass(slots=True)
class RecordPlan:
    """The directory's side of a plan: changes in the order in which they are made, and what is left to a person."""

    changes: list[RecordChange] = field(default_factory=list)
    review: list[Decision] = field(default_factory=list)
    refused: list[Decision] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)


def plan_records(od: Directory, hosts: Mapping[str, HostVerdict]) -> RecordPlan:
    """Plan the changes: memberships first, then mounts, then computers (operations: dseditgroup must still find the member)."""
    out = RecordPlan()
    called = DsclNames(od)
    stale = {v.host for v in hosts.values() if v.verdict is Verdict.STALE}
    doubtful = {v.host for v in hosts.values() if v.verdict is Verdict.REVIEW}
    computers = list(_computers(od, hosts, stale, doubtful, out))
    mounts = list(_mounts(od, stale, doubtful, out))
    refused: set[str] = set()
    whole = [change for record, host in [*mounts, *computers] if (change := _deletion(record, host, called, out, refused)) is not None]
    gone = [each for each in computers if each[0].dn not in refused]
    dead = Dead.of([c for c, _ in gone], stale)
    for record, attribute, value, host in memberships(od, dead, out.review):
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
        why = "its Password Server slot stays behind when the record is deleted; delete-slots.sh removes it afterwards"
        out.review.append(Decision(DecisionKind.SLOT_LEFT, why, record=slot[0].dn, command=f"mkpassdb -deleteslot {slot[1]}"))
    out.review += _machines(od, stale)
    return out


def _deletion(record: Record, host: str, called: DsclNames, out: RecordPlan, refused: set[str]) -> RecordChange | None:
    """The deletion of a record, unless dscl, LDIF or the way back cannot express it."""
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


def _removal(record: Record, attribute: str, value: bytes, host: str, called: DsclNames, out: RecordPlan) -> RecordChange | None:
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


def _bare(names: Iterable[str]) -> set[str]:
    return {host_key(name.removesuffix("$")) for name in names}


def _marks(computer: Computer) -> set[str]:
    return {f"{mark}={value.lower()}" for mark in _MARKS for value in computer.texts(mark)}


def _computers(
    od: Directory, hosts: Mapping[str, HostVerdict], stale: set[str], doubtful: set[str], out: RecordPlan
) -> Iterator[tuple[Computer, str]]:
    """Computer records of stale hosts, each with its host; in file order."""
    records = [(c, _bare(c.names), _bare(c.texts("apple-realname"))) for c in od.computers.records()]
    by_short: dict[str, list[str]] = {}
    for host in sorted(stale):
        by_short.setdefault(short_name(host), []).append(host)
    owner: dict[int, str] = {}
    for i, (_, names, real) in enumerate(records):
        full = {n for n in names if is_fqdn(n)} or {n for n in real if is_fqdn(n)}
        own = full & stale
        if own:
            owner[i] = min(own)
    siblings, shared = _siblings(records, owner)
    for i, (computer, names, real) in enumerate(records):
        others = {n for n in names | real if is_fqdn(n)} - stale
        claimed = owner.get(i) or siblings.get(i)
        if claimed is None:
            near = [host for name in names for host in by_short.get(name, ())] if not any(is_fqdn(n) for n in real) else []
            if near:
                why = f"has the short name of the stale host {escape(min(near))}; nothing else ties it to that host"
                out.review.append(Decision(DecisionKind.SHORT_NAME, why, record=computer.dn))
            elif names & doubtful:
                host = min(names & doubtful)
                out.review.append(
                    Decision(DecisionKind.HOST_IN_DOUBT, f"{escape(host)} needs a decision: {hosts[host].why}", record=computer.dn)
                )
            continue
        if i in siblings:
            others |= {n for n in names if n not in {claimed, short_name(claimed)} and not n.startswith("lkdc:")}
        if others:
            why = f"belongs to the stale host {escape(claimed)} and to {escape(min(others))}"
            out.review.append(Decision(DecisionKind.TWO_OWNERS, why, record=computer.dn))
        elif i in siblings and i in shared:
            why = f"belongs to the stale host {escape(claimed)}, but another machine carries the same hardware address"
            out.review.append(Decision(DecisionKind.TWO_OWNERS, why, record=computer.dn))
        elif i in siblings and (rival := _rival(records, i, claimed)):
            why = f"two machines claim it: the stale host {escape(claimed)} and {escape(rival)}"
            out.review.append(Decision(DecisionKind.TWO_OWNERS, why, record=computer.dn))
        else:
            yield computer, claimed


def _siblings(records: list[_Bare], owner: Mapping[int, str]) -> tuple[dict[int, str], set[int]]:
    """Records tied to those that bear the full name; and, of these, the ones whose marks a record of another host bears, too."""
    full = set(owner.values())
    lists = {i: names & full for i, (computer, _, _) in enumerate(records) if (names := _listed(computer)) & full}
    described: dict[str, str] = {}  # names that a record of the host bears or lists as its siblings
    marks: dict[str, set[str]] = {}
    for i, (computer, names, _) in enumerate(records):
        host = owner.get(i) or (min(lists[i]) if len(lists.get(i, ())) == 1 else None)
        if host is not None:
            described |= dict.fromkeys(_listed(computer), host)
        if i in owner:
            described |= dict.fromkeys(names, owner[i])
            for mark in _marks(computer):
                marks.setdefault(mark, set()).add(owner[i])
    siblings: dict[int, str] = {}
    shared: set[int] = set()
    for i, (computer, names, _) in enumerate(records):
        if i in owner:
            continue
        proved = lists.get(i, set()) | {described[name] for name in names if name in described}
        own = _marks(computer)
        by_mark = {host for mark in own for host in marks.get(mark, ()) if _may_be(names, host)}
        tied = proved | by_mark
        if len(tied) == 1:
            host = siblings[i] = tied.pop()
            lkdc_only = short_name(host) not in names
            if lkdc_only and not proved and _elsewhere(records, own, host):
                shared.add(i)
    return siblings, shared


def _may_be(names: set[str], host: str) -> bool:
    """Whether a record with these names can belong to a host at all: its short name, or a Local KDC's name."""
    return short_name(host) in names or any(name.startswith("lkdc:") for name in names)


def _elsewhere(records: list[_Bare], own: set[str], host: str) -> bool:
    """Whether a record of another host bears one of these marks."""
    return any(own & _marks(computer) and _foreign(names | real, host) for computer, names, real in records)


def _rival(records: list[_Bare], i: int, host: str) -> str | None:
    """A machine other than the host that the record's own description names, or whose records list this one as their sibling.

    Clones of one disk share the realm of their Local KDC, and with it the record ``LKDC:SHA1.…$``.
    """
    computer, names, _ = records[i]
    own = {host, short_name(host)}.union(*(each for _, each, real in records if host in each | real))
    named = sorted(name for name in _listed(computer) - own if not name.startswith("lkdc:"))
    for other, other_names, real in records:
        if other is not computer and _foreign(other_names | real, host) and names & _listed(other):
            named += sorted(name for name in other_names - own if not name.startswith("lkdc:")) or [other.dn]
    return next(iter(named), None)


def _listed(computer: Computer) -> set[str]:
    """Names that a description gives as siblings: ``fqdn$,LKDC:SHA1.…$``."""
    parts = [part.strip() for text in computer.texts("description") for part in text.split(",")]
    return _bare(part for part in parts if part.endswith("$"))


def _foreign(names: set[str], host: str) -> bool:
    """Whether names belong to another host than this one."""
    return any(is_fqdn(n) and n != host for n in names) or not any(n in {host, short_name(host)} or n.startswith("lkdc:") for n in names)


def _mounts(od: Directory, stale: set[str], doubtful: set[str], out: RecordPlan) -> Iterator[tuple[Record, str]]:
    """Mounts of stale hosts, on which no home lies: a host that serves homes is live."""
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
    """Those slots that computers which stay carry, too -> one of those.  Of all other records delete-slots.sh asks the directory itself."""
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
    """Password Server slots of deleted computers: dscl and LDIF leave them behind."""
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
