"""Maps every host that an export names to the records that name it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from odkit.dataclass import dataclass
from odkit.directory import Directory
from odkit.hostrefs._find import References, references
from odkit.hostrefs._match import HitKind
from odkit.hosts.addresses import computer_hosts
from odkit.hosts.evidence import of_directory
from odkit.names import host_key, is_fqdn

__all__ = ["HostMap", "host_map", "known_hosts"]


@dataclass(frozen=True, slots=True)
class HostMap:
    """Hosts, and the records that name them.

    Attributes:
        edges: (record type, attribute, host) -> number of places.
        references: all places.
    """

    edges: Mapping[tuple[str, str, str], int]
    references: References

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
    """Return every full host name that the export's server lists, homes, mounts and computer records give."""
    found = {host_key(e.host) for e in of_directory(od) if is_fqdn(e.host)}
    for computer in od.computers.records():
        found |= {host_key(name) for name in computer_hosts([*computer.names, *computer.texts("apple-realname")])}
    for mount in od.mounts.records():
        found |= {host_key(host) for host in mount.hosts if is_fqdn(host)}
    return sorted(found)


def host_map(od: Directory) -> HostMap:
    """Find every place that names any known host by its full name or address."""
    hosts = known_hosts(od)
    if not hosts:
        return HostMap(MappingProxyType({}), References((), (), ()))
    everything = references(od, hosts)
    found = tuple(each for each in everything.found if each.kind is not HitKind.SHORT)
    edges = Counter((each.type, each.attribute, each.host) for each in found)
    return HostMap(MappingProxyType(edges), replace(everything, found=found))
