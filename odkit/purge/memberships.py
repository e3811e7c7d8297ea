"""Memberships of computers that go: in computer lists by name, in groups and computer groups by name and GUID."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from odkit.dataclass import dataclass
from odkit.directory import Computer, Directory, Record
from odkit.directory.membership import NAMED_MEMBERS
from odkit.ldif import UnfetchedURL
from odkit.names import host_key, is_fqdn, short_name
from odkit.purge.model import Decision, DecisionKind
from odkit.text import decode, escape

__all__ = ["DeletedComputers", "memberships"]


@dataclass(frozen=True, slots=True)
class DeletedComputers:
    """Names and GUIDs of the records that go.

    Attributes:
        names: record names, lower case as slapd compares them, each with its host.
        guids: GUIDs, upper case, each with its host.
        hosts: the stale hosts.
    """

    names: Mapping[str, str]
    guids: Mapping[str, str]
    hosts: frozenset[str]

    @classmethod
    def of(cls, computers: Iterable[Computer], stale: Iterable[str]) -> DeletedComputers:
        """Collect from the records that go."""
        hosts = frozenset(stale)
        names: dict[str, str] = {}
        guids: dict[str, str] = {}
        for computer in computers:
            bare = [host_key(name.removesuffix("$")) for name in (*computer.names, *computer.texts("apple-realname"))]
            host = next((name for name in bare if name in hosts), "")
            host = host or next((h for h in sorted(hosts) if short_name(h) in bare), "")
            names |= {name.lower(): host for name in computer.names}
            if computer.guid:
                guids[computer.guid.upper()] = host
        return cls(MappingProxyType(names), MappingProxyType(guids), hosts)


def memberships(od: Directory, deleted: DeletedComputers, review: list[Decision]) -> Iterator[tuple[Record, str, bytes, str]]:
    """Yield values that name a record that goes, or a stale host whose record has gone before.

    Yields:
        The record, the attribute as written, the value, the stale host.
    """
    alive = {name.lower() for computer in od.computers.records() for name in computer.names} - set(deleted.names)
    bearers = Counter((computer.guid or "").upper() for computer in od.computers.records())
    people = {name for name in {*deleted.names, *deleted.hosts} if od.by_key(f"uid={name},cn=users,{od.suffix_key}") is not None}
    not_computers = alive | people
    # a GUID that another record has, too, is the membership of that one as well
    guids = {guid.encode("utf-8", "surrogateescape"): host for guid, host in deleted.guids.items() if bearers[guid] == 1}
    for kind, attributes in NAMED_MEMBERS.items():
        for record in od.of_type(kind).records():
            for attribute in attributes:
                values = [v for v in record.attributes.get(attribute, ()) if not isinstance(v, UnfetchedURL)]
                if attribute.endswith("guid"):
                    found = [(value, guids[value.upper()]) for value in values if value.upper() in guids]
                    yield from ((record, attribute, value, host) for value, host in found)
                    continue
                if kind == "Groups":  # its members are users; only a name that no user has is a computer's
                    values = [v for v in values if v[-1:] == b"$" or (b"." in v and is_fqdn(decode(v)))]
                for value in values:
                    text = decode(value)
                    host = _host_of_name(text, deleted, not_computers)
                    if host is not None:
                        yield record, attribute, value, host
                    else:
                        _doubt(record, attribute, text, deleted, alive, review)


def _host_of_name(text: str, deleted: DeletedComputers, alive: set[str]) -> str | None:
    if text.lower() in deleted.names and text.lower() not in alive:
        return deleted.names[text.lower()]
    bare = host_key(text.removesuffix("$"))
    # a member whose record is gone already: only the full name proves which host it was
    return bare if is_fqdn(bare) and bare in deleted.hosts and text.lower() not in alive else None


def _doubt(record: Record, attribute: str, text: str, deleted: DeletedComputers, alive: set[str], review: list[Decision]) -> None:
    bare = host_key(text.removesuffix("$"))
    if text.lower() in alive or not text.endswith("$"):
        return
    near = next((host for host in sorted(deleted.hosts) if short_name(host) == bare), None)
    if near is not None:
        why = f"{attribute} names {escape(text)}, which has no record: perhaps the stale host {escape(near)}"
        review.append(Decision(DecisionKind.MEMBERSHIP, why, record=record.dn))
