"""Which computer records belong to retired hosts, and which of them a machine that stays claims, too.

A bound computer has up to three records - ``name$``, ``fqdn$`` and ``LKDC:SHA1.…$`` - or one with three names (DirectoryService
CLDAPv3PluginNewServerSetup.cpp).  Only the full name is proof; the others are tied to it by the first one's description, which lists
the siblings, by a shared name, by ``apple-realname``, or by the machine's own marks (Ethernet address, hardware UUID).  What is tied by a
short name alone is left to a person, and so is what a machine that stays points at, or shares its marks with: disks are cloned with their
Local KDC, and a server that was renamed is still the same hardware.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from odkit.dataclass import dataclass
from odkit.directory import Computer
from odkit.hosts import HostVerdict, Verdict
from odkit.names import host_key, is_fqdn, short_name
from odkit.purge.model import Decision, DecisionKind
from odkit.text import escape

__all__ = ["stale_computers"]

_MARKS = ("macAddress", "apple-hwuuid")
_LKDC = "lkdc:"


@dataclass(slots=True)
class _Machine:
    """A computer record; names are in normal form without ``$``."""

    record: Computer
    names: set[str]
    real: set[str]
    listed: set[str]  # names that its description gives as its siblings: ``fqdn$,LKDC:SHA1.…$``
    marks: set[str]
    owner: str | None = None  # the stale host whose full name it has
    tied: str | None = None  # the stale host that it is tied to otherwise
    alone: bool = False  # nothing but one description ties it, and that names several Local KDCs

    @property
    def host(self) -> str | None:
        """The stale host that it belongs to."""
        return self.owner or self.tied

    def others(self, stale: set[str]) -> set[str]:
        """Return names of it that are not those of its stale host."""
        found = {name for name in self.names | self.real if is_fqdn(name)} - stale
        if self.owner is None and self.tied is not None:
            found |= {name for name in self.names if name not in {self.tied, short_name(self.tied)} and not name.startswith(_LKDC)}
        return found


@dataclass(slots=True)
class _Machines:
    """All of an export, by what ties them to each other."""

    all: list[_Machine]
    by_listed: dict[str, list[_Machine]] = field(default_factory=dict)
    by_mark: dict[str, list[_Machine]] = field(default_factory=dict)
    by_name: dict[str, list[_Machine]] = field(default_factory=dict)

    @classmethod
    def of(cls, computers: Iterable[Computer], stale: set[str]) -> _Machines:
        """Return the machines of the computer records."""
        found = cls([_machine(computer, stale) for computer in computers])
        for each in found.all:
            for index, keys in ((found.by_listed, each.listed), (found.by_mark, each.marks), (found.by_name, each.names)):
                for key in keys:
                    index.setdefault(key, []).append(each)
        return found


def _bare(names: Iterable[str]) -> set[str]:
    return {host_key(name.removesuffix("$")) for name in names}


def _machine(computer: Computer, stale: set[str]) -> _Machine:
    names, real = _bare(computer.names), _bare(computer.texts("apple-realname"))
    parts = [part.strip() for text in computer.texts("description") for part in text.split(",")]
    listed = _bare(part for part in parts if part.endswith("$"))
    marks = {f"{mark}={value.lower()}" for mark in _MARKS for value in computer.texts(mark)}
    full = {n for n in names if is_fqdn(n)} or {n for n in real if is_fqdn(n)}
    return _Machine(computer, names, real, listed, marks, min(full & stale, default=None))


def stale_computers(
    computers: Iterable[Computer], hosts: Mapping[str, HostVerdict], review: list[Decision]
) -> Iterator[tuple[Computer, str]]:
    """Yield computer records of stale hosts that nothing else claims.

    Args:
        computers: all of the export.
        hosts: the verdicts.
        review: takes what is left to a person.

    Yields:
        A record and its host, in the order of the file.
    """
    stale = {v.host for v in hosts.values() if v.verdict is Verdict.STALE}
    doubtful = {v.host for v in hosts.values() if v.verdict is Verdict.REVIEW}
    machines = _Machines.of(computers, stale)
    _tie(machines)
    by_short: dict[str, list[str]] = {}
    for host in sorted(stale):
        by_short.setdefault(short_name(host), []).append(host)
    own: dict[str, set[str]] = {}
    for each in machines.all:
        if each.host is not None:
            own.setdefault(each.host, {each.host, short_name(each.host)}).update(set() if each.others(stale) else each.names | each.real)
    # hardware that a machine which stays shares with a stale host's own record is that machine: none of the host's records goes
    alive = {each.owner: by for each in machines.all if each.owner is not None and (by := _by_mark(each, machines, stale)) is not None}
    for each in machines.all:
        if each.host is None:
            review += _near(each, by_short, doubtful, hosts)
            continue
        why = _claimed(each, each.host, machines, own[each.host], alive, stale)
        if why is None:
            yield each.record, each.host
        else:
            review.append(Decision(DecisionKind.TWO_OWNERS, why, record=each.record.dn))


def _near(each: _Machine, by_short: Mapping[str, list[str]], doubtful: set[str], hosts: Mapping[str, HostVerdict]) -> Iterator[Decision]:
    """Yield what is to be said of a record that is tied to no stale host."""
    near = [host for name in each.names for host in by_short.get(name, ())] if not any(is_fqdn(n) for n in each.real) else []
    if near:
        why = f"has the short name of the stale host {escape(min(near))}; nothing else ties it to that host"
        yield Decision(DecisionKind.SHORT_NAME, why, record=each.record.dn)
    elif each.names & doubtful:
        host = min(each.names & doubtful)
        yield Decision(DecisionKind.HOST_IN_DOUBT, f"{escape(host)} needs a decision: {hosts[host].why}", record=each.record.dn)


def _tie(machines: _Machines) -> None:
    """Tie records to the stale hosts whose full name others have."""
    full = {each.owner for each in machines.all if each.owner is not None}
    lists = {id(each): each.listed & full for each in machines.all if each.listed & full}
    described: dict[str, set[str]] = {}  # names that a record of the host has or lists as its siblings
    several: set[str] = set()  # hosts whose records list more than one Local KDC; a machine has one
    marks: dict[str, set[str]] = {}
    for each in machines.all:
        found = lists.get(id(each), set())
        host = each.owner or (min(found) if len(found) == 1 else None)
        if host is not None:
            for name in each.listed | (each.names if each.owner is not None else set()):
                described.setdefault(name, set()).add(host)
            if sum(name.startswith(_LKDC) for name in each.listed) > 1:
                several.add(host)
        for mark in each.marks if each.owner is not None else ():
            marks.setdefault(mark, set()).add(each.owner or "")
    for each in machines.all:
        if each.owner is not None:
            continue
        itself = lists.get(id(each), set())
        by_mark = {host for mark in each.marks for host in marks.get(mark, ()) if _may_be(each.names, host)}
        tied = itself.union(by_mark, *(described.get(name, set()) for name in each.names))
        if len(tied) == 1:
            each.tied = tied.pop()
            each.alone = each.tied in several and not itself and not by_mark


def _may_be(names: set[str], host: str) -> bool:
    """Tell whether a record with these names can belong to a host at all: its short name, or a Local KDC's name."""
    return short_name(host) in names or any(name.startswith(_LKDC) for name in names)


def _stays(each: _Machine, stale: set[str]) -> bool:
    return each.host is None or bool(each.others(stale))


def _by_mark(each: _Machine, machines: _Machines, stale: set[str]) -> _Machine | None:
    """Return a record of a machine that stays and has the same hardware address or UUID."""
    sharing = (other for mark in sorted(each.marks) for other in machines.by_mark[mark])
    return next((other for other in sharing if other is not each and _stays(other, stale)), None)


def _claimed(each: _Machine, host: str, machines: _Machines, own: set[str], alive: Mapping[str, _Machine], stale: set[str]) -> str | None:
    """Return why a record of a stale host does not go."""
    others = each.others(stale)
    if others:
        return f"belongs to the stale host {escape(host)} and to {escape(min(others))}"
    sharing = _by_mark(each, machines, stale) or alive.get(host)
    if sharing is not None:
        return f"belongs to the stale host {escape(host)}, but {escape(sharing.record.name)} carries the same hardware address"
    named = sorted(name for name in each.listed - own if not name.startswith(_LKDC) and not _of_stale(name, machines, stale))
    pointing = [
        other for name in sorted(each.names) for other in machines.by_listed.get(name, ()) if other is not each and _stays(other, stale)
    ]
    named += [other.record.name for other in pointing]
    if named:
        return f"two machines claim it: the stale host {escape(host)} and {escape(named[0])}"
    if each.alone:
        return f"the records of the stale host {escape(host)} name more than one Local KDC, and nothing else ties this one to it"
    return None


def _of_stale(name: str, machines: _Machines, stale: set[str]) -> bool:
    """Tell whether a name is that of records which belong to stale hosts, all of them."""
    bearing = machines.by_name.get(name, [])
    return name in stale or (bool(bearing) and not any(_stays(each, stale) for each in bearing))
