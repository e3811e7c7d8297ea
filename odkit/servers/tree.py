"""The tree of servers as a value, from odkit.toml or from an export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from odkit.dataclass import dataclass
from odkit.directory import Directory, ListedServer, ReplicaServer
from odkit.names import host_key

if TYPE_CHECKING:
    from odkit.project import Project

__all__ = ["Node", "Tree", "tree_of_export", "tree_of_project"]


@dataclass(frozen=True, slots=True)
class Node:
    """A server of the tree.

    Attributes:
        name: full host name, or the name in the export.
        role: "master", "relay", "replica" or "member".
        address: IP address, "" where none is known.
        parent: name of the server above it, "" for none.
        site: office.
        release: that it runs, or will run after the migration; "" where nothing tells.
        dns, ntp: as in `odkit.project.Server`.
        line: in the file that names it.
    """

    name: str
    role: str
    address: str = ""
    parent: str = ""
    site: str = ""
    release: str = ""
    dns: str = ""
    ntp: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree of servers.

    Attributes:
        path: the file that names them.
        realm: of the domain.
        nodes: in the order of the file.
        listed: of an export, the hosts of cn=ldapreplicas in normal form.
        planned: whether odkit.toml plans it; False for a tree that an export holds.
    """

    path: str
    realm: str
    nodes: tuple[Node, ...] = ()
    listed: frozenset[str] = frozenset()
    planned: bool = True
    _by_name: dict[str, Node] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {each.name: each for each in self.nodes})

    def roots(self) -> list[Node]:
        """Return servers without a parent in the tree."""
        names = {node.name for node in self.nodes}
        return [node for node in self.nodes if node.parent not in names]

    def depth(self, node: Node) -> int:
        """Return the steps up to a server without a parent; a loop counts once around."""
        by_name = self._by_name
        seen = {node.name}
        steps = 0
        while (above := by_name.get(node.parent)) is not None and above.name not in seen:
            seen.add(above.name)
            node, steps = above, steps + 1
        return steps

    def looped(self) -> list[Node]:
        """Return the servers whose chain of parents leads back to themselves."""
        by_name = self._by_name
        out = []
        for node in self.nodes:
            seen, at = set(), node
            while at.parent in by_name and at.name not in seen:
                seen.add(at.name)
                at = by_name[at.parent]
            if at.name in seen and at.name == node.name and node.parent:
                out.append(node)
        return out


def tree_of_project(project: Project) -> Tree:
    """Return the tree that odkit.toml plans."""
    nodes = (Node(s.name, s.role, s.address, s.parent, s.site, s.target or s.release, s.dns, s.ntp, s.line) for s in project.servers)
    return Tree(str(project.path), project.realm, tuple(nodes))


def _walk(server: ReplicaServer, parent: str, line: int) -> Iterator[Node]:
    name = host_key(server.dns) if server.dns else next(iter(server.addresses), server.name or "(no name)")
    yield Node(name, server.role, next(iter(server.addresses), ""), parent, line=line)
    for child in server.children:
        yield from _walk(child, name, line)


def _flat(listed: Sequence[ListedServer]) -> list[Node]:
    found: list[Node] = []
    for server in listed:
        name = host_key(next(iter((*server.names, *server.addresses)), "(no name)"))
        above = found[0].name if found else ""
        role = "replica" if found else "master"
        found.append(Node(name, role, next(iter(server.addresses), ""), above, line=server.place.line))
    return found


def _listed(od: Directory, servers: Sequence[ListedServer], known: set[str]) -> frozenset[str]:
    """Return hosts of cn=ldapreplicas, each by its name where the property list tells it, and by its address where the tree knows that."""
    found = {host_key(place.host) for place in od.config.ldap_replicas()}
    for server in servers:
        addresses, names = {host_key(each) for each in server.addresses}, {host_key(each) for each in server.names}
        here = addresses & known
        if names or here:
            found -= addresses
        found |= here or names or addresses
        found |= names if here and not names.isdisjoint(found) else set()
    return frozenset(found)


def tree_of_export(od: Directory) -> Tree:
    """Return the tree that an export's password server lists, and beside it the hosts of its cn=ldapreplicas."""
    nodes = next((list(_walk(tree.master, "", place.line)) for tree, place in od.config.trees() if tree.master is not None), [])
    listed = list(od.config.listed_servers())
    if not nodes and listed:  # the password server has no list: then cn=ldapreplicas of 10.7 and later counts
        nodes = _flat(listed)
    known = {node.address for node in nodes}
    return Tree(od.sources[0].path, od.realm or "", tuple(nodes), _listed(od, listed, known), planned=False)
