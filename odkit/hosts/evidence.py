"""Evidence: every place of the inputs that says something about whether a host lives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from odkit.directory import Directory, Place
from odkit.names import host_key
from odkit.text import escape, plural

__all__ = ["Evidence", "Kind", "of_directory"]


class Kind(StrEnum):
    """What a piece of evidence says."""

    LIVE = "live"  # hard: the domain cannot work without the host
    LISTED = "listed"  # soft: it stands in a list; an explicit retirement wins
    RETIRED = "retired"  # somebody named it
    INFERRED = "inferred"  # it follows from the exports
    UNSURE = "unsure"  # it would follow from the exports, but something speaks against it
    ALIAS = "alias"  # a further name of a server that stays
    DOUBT = "doubt"  # a person must look
    SEEN = "seen"  # its name occurs


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece.

    Attributes:
        host: as written.
        kind: what it says.
        reason: for people, escaped.
        path: the input that says so; empty where none does.
        line: physical line in it.
        given: the option or file of settings that says so, where no input does.
    """

    host: str
    kind: Kind
    reason: str
    path: str = ""
    line: int | None = None
    given: str = ""

    @property
    def source(self) -> str:
        """Where it comes from, for people: ``path:line``, an option, or empty."""
        if not self.path:
            return self.given
        return escape(self.path) if self.line is None else f"{escape(self.path)}:{self.line}"

    @property
    def because(self) -> str:
        """Reason and source, for people."""
        return f"{self.reason} ({self.source})" if self.source else self.reason

    @property
    def key(self) -> str:
        """Identity of the host."""
        return host_key(self.host)


def _of_place(place: Place, kind: Kind) -> Evidence:
    return Evidence(place.host, kind, f"stands in {escape(place.what)}", place.path, place.line)


def _of_servers(od: Directory) -> Iterator[Evidence]:
    """Servers that the config records name: master, KDCs (hard); replicas, relays (soft); decommissioned ones (inferred)."""
    location = od.config.password_server
    if location is not None:
        yield _of_place(location, Kind.LIVE)
    for place in od.config.kdc_hosts():
        yield _of_place(place, Kind.LIVE)
    for place in od.config.ldap_replicas():
        yield _of_place(place, Kind.LISTED)
    for tree, place in od.config.trees():
        for server in tree.servers():
            kind = Kind.LIVE if server.role == "master" else Kind.LISTED
            for host in [server.dns] if server.dns else list(server.addresses):
                yield Evidence(host, kind, f"{server.role} in the password server's replica list", place.path, place.line)
        for name in tree.decommissioned:
            yield Evidence(name, Kind.INFERRED, "decommissioned replica in the password server's replica list", place.path, place.line)


def _of_homes(od: Directory) -> Iterator[Evidence]:
    """Hosts of user homes, each once with the number of users."""
    for key in sorted(od.home_hosts):
        home = od.home_hosts[key]
        yield Evidence(home.host, Kind.LIVE, f"serves {plural(home.count, 'home reference')} of users", home.path, home.line)
    for each in od.mounted_homes:
        reason = f"serves the mount of {escape(each.directory)}, with {plural(each.count, 'home')} on it"
        yield Evidence(each.host, Kind.LIVE, reason, f"{escape(each.path)}:{each.line}")


def of_directory(od: Directory) -> list[Evidence]:
    """All evidence of one export."""
    return [*_of_servers(od), *_of_homes(od)]
