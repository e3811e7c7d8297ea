"""Collects the evidence about hosts: every place of the inputs that tells whether a host lives."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from odkit.dataclass import dataclass
from odkit.directory import Directory, Need, Place, Record
from odkit.names import host_key
from odkit.text import escape, plural
from odkit.values.hostspans import hosts_in

__all__ = ["NEEDS", "Evidence", "Kind", "hosts_of_services", "of_directory", "of_servers", "of_services"]


NEEDS: tuple[Need, ...] = ("homes", "mail", "windows")  # hosts of homes, also on Windows, and of mail accounts


class Kind(StrEnum):
    """What a piece of evidence says."""

    LIVE = "live"  # hard: the domain cannot work without the host
    SERVES = "serves"  # soft: a mount names it; an explicit retirement takes the mount along, an inference does not
    LISTED = "listed"  # soft: it is in a list; an explicit retirement wins
    RETIRED = "retired"  # somebody named it
    INFERRED = "inferred"  # it follows from the exports
    UNSURE = "unsure"  # it would follow from the exports, but something prevents it
    ALIAS = "alias"  # a further name of a server that stays
    DOUBT = "doubt"  # a person must look
    SEEN = "seen"  # its name occurs


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence about a host.

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
        """Its place for people: ``path:line``, an option, or empty."""
        if not self.path:
            return self.given
        return escape(self.path) if self.line is None else f"{escape(self.path)}:{self.line}"

    @property
    def because(self) -> str:
        """Reason and source, for people."""
        return f"{self.reason} ({self.source})" if self.source else self.reason

    @property
    def key(self) -> str:
        """The host's name in normal form (`odkit.names.host_key`)."""
        return host_key(self.host)


def _of_place(place: Place, kind: Kind) -> Evidence:
    return Evidence(place.host, kind, f"stands in {escape(place.what)}", place.path, place.line)


def of_servers(od: Directory) -> Iterator[Evidence]:
    """Yield servers that the config records name: master, KDCs (hard); replicas, relays (soft); decommissioned ones (inferred)."""
    location = od.config.password_server
    if location is not None:
        yield _of_place(location, Kind.LIVE)
    for place in od.config.kdc_hosts():
        yield _of_place(place, Kind.LIVE)
    for place in od.config.ldap_replicas():
        yield _of_place(place, Kind.LISTED)
    for listed in od.config.listed_servers():
        for host in listed.names or listed.addresses:
            what = f"stands in {escape(listed.place.what)}"
            yield Evidence(host, Kind.LISTED, what, listed.place.path, listed.place.line)
    for tree, place in od.config.trees():
        for server in tree.servers():
            kind = Kind.LIVE if server.role == "master" else Kind.LISTED
            for host in [server.dns] if server.dns else list(server.addresses):
                yield Evidence(host, kind, f"{server.role} in the password server's replica list", place.path, place.line)
        for name in tree.decommissioned:
            yield Evidence(name, Kind.INFERRED, "decommissioned replica in the password server's replica list", place.path, place.line)


def _of_homes(od: Directory) -> Iterator[Evidence]:
    """Yield hosts of user homes and mail, each once with the number of users; of group folders; of mounts on which homes lie."""
    for key in sorted(od.home_hosts):
        home = od.home_hosts[key]
        yield Evidence(home.host, Kind.LIVE, f"serves {plural(home.count, 'home reference')} of users", home.path, home.line)
    for each in od.mounted_homes:
        reason = f"serves the mount of {escape(each.directory)}, with {plural(each.count, 'home')} on it"
        yield Evidence(each.host, Kind.LIVE, reason, each.path, each.line)
    for key in sorted(od.windows_hosts):
        home = od.windows_hosts[key]
        reason = f"serves the Windows home, profile or script of {plural(home.count, 'user')}"
        yield Evidence(home.host, Kind.LIVE, reason, home.path, home.line)
    for key in sorted(od.mail_hosts):
        mail = od.mail_hosts[key]
        yield Evidence(mail.host, Kind.LIVE, f"holds the mail of {plural(mail.count, 'user')}", mail.path, mail.line)
    found: dict[str, list[tuple[str, Record]]] = {}
    for group in (*od.groups.records(), *od.computer_groups.records()):
        for host in group.home.hosts:
            found.setdefault(host_key(host), []).append((host, group))
    for key in sorted(found):
        host, first = found[key][0]
        yield Evidence(host, Kind.LIVE, f"serves the folders of {plural(len(found[key]), 'group')}", first.path, first.line)


def of_services(od: Directory) -> Iterator[Evidence]:
    """Yield hosts of printers and automount entries (hard), and of mounts (soft)."""
    found: dict[tuple[str, Kind, str], Evidence] = {}
    for host, kind, what, record in _services(od):
        key = host_key(host), kind, what
        if key not in found:
            found[key] = Evidence(host, kind, f"serves the {what} {escape(record.name)}", record.path, record.line)
    yield from found.values()


def hosts_of_services(od: Directory) -> set[str]:
    """Return the same hosts, as written, without the places, whose lines would have to be counted."""
    return {host for host, _, _, _ in _services(od)}


def _services(od: Directory) -> Iterator[tuple[str, Kind, str, Record]]:
    """Yield what is served by whom: the host, whether that is hard, what it is, and its record."""
    for printer in od.of_type("Printers").records():
        for attribute in ("apple-printer-lprhost", "apple-printer-attributes", "labeledURI"):
            yield from ((host, Kind.LIVE, "printer", printer) for host in _named_hosts(printer, attribute))
    for record in od.automounts():
        yield from ((host, Kind.LIVE, "automount entry", record) for host in _named_hosts(record, "automountInformation"))
    for mount in od.mounts.records():
        yield from ((host, Kind.SERVES, "mount", mount) for host in mount.hosts)


def _named_hosts(record: Record, attribute: str) -> Iterator[str]:
    for text in record.texts(attribute):
        yield from hosts_in(attribute, text, kind=record.kind)


def of_directory(od: Directory) -> list[Evidence]:
    """Return all evidence of one export."""
    return [*of_servers(od), *_of_homes(od), *of_services(od)]
