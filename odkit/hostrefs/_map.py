"""Maps every host that an export names to the records that name it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING

from odkit.dataclass import dataclass
from odkit.directory import Directory, Export, Need, as_directory
from odkit.errors import UsageError
from odkit.hostrefs._match import host_of
from odkit.hostrefs._search import Search
from odkit.hostrefs._tally import Edge, tally
from odkit.hosts.addresses import AddressBook, computer_hosts
from odkit.hosts.evidence import hosts_of_services, of_servers
from odkit.names import is_fqdn, short_name

if TYPE_CHECKING:
    from odkit.hostrefs._find import References

__all__ = ["NEEDS_OF_MAP", "HostMap", "host_map", "known_hosts"]

_NAMES: tuple[Need, ...] = ("homes", "mail", "windows", "named")  # columns of hosts as written
NEEDS_OF_MAP: tuple[Need, ...] = (*_NAMES, "joined")  # what `HostMap.references` finds has to be noted
_OWN = frozenset({"localhost", "127.0.0.1", "::1"})  # every machine's own


@dataclass(frozen=True, slots=True)
class HostMap:
    """Hosts, and the records that name them.

    Attributes:
        known: the hosts that were sought.
        edges: (record type, attribute, host) -> number of places.
        directory: the export.
    """

    known: tuple[str, ...]
    edges: Mapping[Edge, int]
    directory: Directory = field(repr=False)

    @property
    def references(self) -> References:
        """Return all places; the export is read again for them."""
        from odkit.hostrefs._find import references  # and all that judges a place

        return references(self.directory, self.known)

    def hosts(self) -> list[tuple[str, int]]:
        """Return hosts with the number of places that name them, most first."""
        found: Counter[str] = Counter()
        for (_, _, host), count in self.edges.items():
            found[host] += count
        return sorted(found.items(), key=lambda each: (-each[1], each[0]))

    def dot(self) -> str:
        """Return the map for Graphviz."""
        lines = ["digraph references {", "  rankdir=LR;", "  node [shape=box];"]
        lines += [
            f"  {_dot(kind or 'other')} -> {_dot(host)} [label={_dot(f'{attribute} ({n})')}];"
            for (kind, attribute, host), n in self._sorted()
        ]
        return "\n".join([*lines, "}"]) + "\n"

    def mermaid(self) -> str:
        """Return the map for Mermaid."""
        names = {name: f"n{number}" for number, name in enumerate(sorted({n for k, _, h in self.edges for n in (k or "other", h)}))}
        lines = ["flowchart LR", *(f'  {number}["{_mermaid(name)}"]' for name, number in names.items())]
        lines += [
            f'  {names[kind or "other"]} -->|"{_mermaid(attribute)} ({n})"| {names[host]}' for (kind, attribute, host), n in self._sorted()
        ]
        return "\n".join(lines) + "\n"

    def _sorted(self) -> Iterable[tuple[tuple[str, str, str], int]]:
        return sorted(self.edges.items())


def _dot(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _mermaid(text: str) -> str:
    return "".join(char if char.isalnum() or char in " .-_()" else f"#{ord(char)};" for char in text)


def known_hosts(od: Directory) -> list[str]:
    """Return every host that an export names where a host is named, each by one name.

    That is: in server lists, homes, mail accounts, mounts, automount entries, printers and computer records, and in whatever else holds
    URLs and names of servers, MCX settings among them.  A host of which only the short name or the address is known goes by that.
    """
    od.prefetch(NEEDS_OF_MAP)
    written = {e.host for e in of_servers(od)} | hosts_of_services(od)
    for computer in od.computers.records():
        written.update(computer_hosts([*computer.names, *computer.texts("apple-realname")]))
    for column in _NAMES:
        for names in set(od.column(column)):
            written.update(names)
    book = AddressBook([od], {})
    full: set[str] = set()
    rest: set[str] = set()
    for name in written:
        try:
            host = host_of(name.strip("[]"))
        except UsageError:
            continue  # no host, whatever stands there
        if host.isascii() and not name.isascii() and "xn--" not in host:
            continue  # a letter that only looks like one of a host's
        (full if is_fqdn(host) else rest).add(host)
    short = {short_name(host) for host in full}
    return sorted(full | {host for host in rest - short - _OWN if not book.names(host)})


def host_map(od: Export) -> HostMap:
    """Count the places that name any known host: by full or short name, or by address; those that `references` finds for it alone."""
    od = as_directory(od, needs=NEEDS_OF_MAP)
    hosts = known_hosts(od)
    od.note_joined_lines()  # `references` finds them in the records that it parses
    return HostMap(tuple(hosts), MappingProxyType(tally(od, Search(od, hosts))), od)
