"""The tree of servers as the password server's replica list tells it.

``apple-password-server-list`` (DSPasswordServerPlugin ReplicaFileDefs.h, ReplicaFile.m): Parent is the master; its Replicas,
and on a list upgraded from 10.4 the top-level Replicas, are tier one; a relay (10.5 and later) is a tier-one replica that has
Replicas of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from odkit.dataclass import dataclass

__all__ = ["ReplicaServer", "ReplicaTree", "replica_tree"]


@dataclass(frozen=True, slots=True)
class ReplicaServer:
    """One server of the tree.

    Attributes:
        role: "master", "relay" or "replica".
        name: ReplicaName, such as ``Replica1``; may be empty.
        dns: its DNS name as the list gives it; may be empty, may be a short name.
        addresses: its IP addresses.
        tier: 0 master, 1, 2.
        children: servers below it.
    """

    role: str
    name: str
    dns: str
    addresses: tuple[str, ...]
    tier: int
    children: tuple[ReplicaServer, ...] = ()

    def walk(self) -> Iterator[ReplicaServer]:
        """Yield this server and all below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class ReplicaTree:
    """The whole list.

    Attributes:
        key: ID, the MD5 of the password server's public key; opaque text.
        master: Parent, None when the list has none.
        decommissioned: names the list keeps of servers that were taken out.
        odd: what did not have the expected shape, each as one line.
    """

    key: str
    master: ReplicaServer | None
    decommissioned: tuple[str, ...] = ()
    odd: tuple[str, ...] = field(default=())

    def servers(self) -> Iterator[ReplicaServer]:
        """Yield all servers of the tree, master first."""
        if self.master is not None:
            yield from self.master.walk()


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _server(value: dict[str, object], tier: int, extra: list[object], odd: list[str]) -> ReplicaServer:
    raw = value.get("IP", ())
    addresses = (raw,) if isinstance(raw, str) else raw if isinstance(raw, list) else ()
    below = value.get("Replicas", [])
    if not isinstance(below, list):
        odd.append("Replicas is not an array")
        below = []
    children = []
    for each in [*below, *extra]:
        if not isinstance(each, dict):
            odd.append("a replica is not a dictionary")
        elif tier >= 2:
            odd.append("a replica is below the second tier, where no release puts one")
        else:
            children.append(_server(each, tier + 1, [], odd))
    role = "master" if tier == 0 else "relay" if children else "replica"
    return ReplicaServer(
        role,
        _text(value.get("ReplicaName")),
        _text(value.get("DNS")),
        tuple(_text(a) for a in addresses if _text(a)),
        tier,
        tuple(children),
    )


def replica_tree(value: object) -> ReplicaTree:
    """Read the decoded plist of ``apple-password-server-list``; what has another shape is named in `ReplicaTree.odd`."""
    odd: list[str] = []
    if not isinstance(value, dict):
        return ReplicaTree("", None, (), ("the list is not a dictionary",))
    parent = value.get("Parent")
    flat = value.get("Replicas", [])
    if not isinstance(flat, list):
        odd.append("Replicas is not an array")
        flat = []
    gone = value.get("DecommissionedReplicas", [])
    names = [_text(name) for name in gone] if isinstance(gone, list) else []
    master = None
    if isinstance(parent, dict):
        master = _server(parent, 0, flat, odd)
    else:
        odd.append("Parent is missing: the list names no master")
        if flat:
            master = _server({}, 0, flat, odd)
    return ReplicaTree(_text(value.get("ID")), master, tuple(name for name in names if name), tuple(odd))
