"""The table of edges: which record points at what, and where it says so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from odkit.directory import Directory, Group, Mount, Record, User
from odkit.directory.membership import MEMBERS, Members
from odkit.errors import InputError
from odkit.hostrefs import Search, host_map
from odkit.ldif import UnfetchedURL
from odkit.passwords import Authority, Kerberos, PasswordServer, parse_authority
from odkit.patterns import regex
from odkit.redaction import mask_urls
from odkit.tables.principals import Claims
from odkit.tables.rows import Rows, Seen, plain
from odkit.tables.schema import EXPORT, Column, Table, Type
from odkit.values.home import home_of, host_of_url
from odkit.values.password import principal_meant, with_previous
from odkit.values.schema import AUTHDATA_USERS

__all__ = ["EDGES", "Edges", "HostEdges"]

EDGES: Final = Table(
    "edges",
    "a record that points at something, and the place that says so",
    (
        EXPORT,
        Column(
            "edge",
            Type.TEXT,
            "member, nested (a group in a group), primary-group, slot (of the password), server-key (digest of the Password Server's "
            "public key), principal-of, home-on (host), mount-of (host), names-host (any place that names a host)",
        ),
        Column("entry", Type.NUMBER, "number of the entry that points"),
        Column("file", Type.TEXT, "the file that it is in, as it was given"),
        Column("line", Type.NUMBER, "physical line of the value, from 1; null where that is not known"),
        Column("dn", Type.TEXT, "DN of the entry that points"),
        Column("kind", Type.TEXT, "its record type, as dscl spells it"),
        Column("attribute", Type.TEXT, "that says so; 'dn' for the record's own name"),
        Column("ordinal", Type.NUMBER, "which of the attribute's values, from 0"),
        Column("target", Type.TEXT, "what it points at, as written; hosts of names-host by the name that was sought"),
        Column("target_entry", Type.NUMBER, "number of the entry that it points at; null for a host, and where there is none"),
        Column("target_is", Type.TEXT, "of edges to records: 'found', 'absent', or 'unknown' where the export does not hold all records"),
        Column("how", Type.TEXT, "of names-host: the kind of name (full name, short name, address, Local KDC)"),
    ),
)

_NESTED = frozenset({"apple-group-nestedgroup", "apple-computer-list-groups"})
_NAME = regex(rb"[a-z][a-z0-9]{2,59}\Z")
_SLOT = regex(rb"0x[0-9a-f]{32}(?=[;,])")
_MEMORY = 1 << 12  # values that are remembered
_ACCOUNTS = frozenset({"Users", "Computers"})


class Edges(Rows):
    """Makes the rows, but for names-host, which `HostEdges` makes.

    Args:
        od: the export.

    Attributes:
        claims: the principals of the edges principal-of.
    """

    def __init__(self, od: Directory) -> None:
        super().__init__(EDGES)
        self.claims = Claims()
        self._od = od
        self._realm = od.realm
        self._members = Members(od)
        self._slots = od.places().get(AUTHDATA_USERS, {})
        self._groups = {gid: record.record_id for record in od.groups if (gid := record.text("gidNumber")) is not None}
        self._absent = "absent" if od.answers.whole else "unknown"
        self._keys: dict[str, str] = {}

    def take(self, seen: Seen) -> None:
        """Add the edges of a record."""
        record = seen.record
        if record.kind in MEMBERS:
            for attribute, members, ids in self._members.listed(record):
                edge = "nested" if attribute in _NESTED else "member"
                for index, (member, target) in enumerate(zip(members, ids, strict=True)):
                    self._to_record(seen, edge, attribute, index, member, target)
        if record.kind in _ACCOUNTS:
            self._account(seen)
        if isinstance(record, User):
            gid = record.text("gidNumber")
            if gid is not None:
                self._to_record(seen, "primary-group", "gidNumber", 0, gid, self._groups.get(gid))
        for attribute, index, host in _homes(record):
            self._add(seen, "home-on", attribute, index, host)
        if isinstance(record, Mount):
            for attribute, index, host in _mounts(record):
                self._add(seen, "mount-of", attribute, index, host)

    def _account(self, seen: Seen) -> None:
        has_principal = False
        for index, value in enumerate(seen.record.attributes.get("authAuthority", ())):
            if isinstance(value, UnfetchedURL):
                continue
            try:
                authority = parse_authority(value)
            except InputError:
                continue  # `verify` says so
            for each in with_previous(authority):
                if isinstance(each.detail, PasswordServer):
                    self._slot(seen, index, each.detail)
                elif isinstance(each.detail, Kerberos) and not has_principal and _of_domain(each):
                    has_principal = True
                    name = principal_meant(seen.record.name, each.detail, self._realm)
                    self._add(seen, "principal-of", "authAuthority", index, name)
                    self.claims.take(seen, name)

    def _slot(self, seen: Seen, index: int, server: PasswordServer) -> None:
        if server.slot is None:
            self._add(seen, "slot", "authAuthority", index, server.slot_text)
        elif not self._od.authdata:
            self._add(seen, "slot", "authAuthority", index, str(server.slot), state="unknown")
        else:
            self._to_record(seen, "slot", "authAuthority", index, str(server.slot), self._slots.get(f"authguid={server.slot.auth_guid}"))
        if server.key is not None:
            name = f"{server.key.modulus} {server.key.exponent}"
            if name not in self._keys:
                self._keys[name] = hashlib.sha256(name.encode()).hexdigest()
            self._add(seen, "server-key", "authAuthority", index, self._keys[name])

    def _to_record(self, seen: Seen, edge: str, attribute: str, index: int, target: str, entry: int | None) -> None:
        self._add(seen, edge, attribute, index, target, entry=entry, state=self._absent if entry is None else "found")

    def _add(
        self, seen: Seen, edge: str, attribute: str, index: int, target: str, *, entry: int | None = None, state: str | None = None
    ) -> None:
        record = seen.record
        self.add(
            seen.export, edge, record.record_id, plain(record.path), seen.line_of(attribute, index), plain(record.dn), record.kind or None,
            attribute, index, plain(mask_urls(target)), entry, state, None,
        )  # fmt: skip


def _of_domain(authority: Authority) -> bool:
    """Tell whether an authority of Kerberos is one of the domain's realm, and of no Local KDC."""
    return authority.kind == "kerberosv5" and isinstance(authority.detail, Kerberos) and "LKDC:" not in authority.detail.realm


def _homes(record: Record) -> Iterator[tuple[str, int, str]]:
    """Yield the hosts of a home: attribute, index, host."""
    if isinstance(record, User):
        url, nfs = record.text("apple-user-homeurl"), record.text("homeDirectory")
        for host in home_of(url, None).hosts if url else ():
            yield "apple-user-homeurl", 0, host
        for host in home_of(None, nfs).hosts if nfs else ():
            yield "homeDirectory", 0, host
    elif isinstance(record, Group):
        for host in record.home.hosts:
            yield "apple-group-homeurl", 0, host


def _mounts(record: Mount) -> Iterator[tuple[str, int, str]]:
    for index, name in enumerate(record.texts("cn")):
        host, colon, _ = name.partition(":")
        if colon and host:
            yield "cn", index, host
    for index, option in enumerate(record.texts("mountOption")):
        host_of_option = host_of_url(option[5:]) if option.startswith("url==") else None
        if host_of_option:
            yield "mountOption", index, host_of_option


class HostEdges(Rows):
    """Makes the edges names-host: every place of the export that names a host which it knows.

    Args:
        od: the export.
    """

    def __init__(self, od: Directory) -> None:
        super().__init__(EDGES)
        found = host_map(od)
        self._search = Search(od, found.known)
        self._known: dict[tuple[str, str, bytes], tuple[tuple[str, str], ...]] = {}
        self._where: dict[str, set[str]] = {}  # record type -> attributes, in lower case, that name any; the others need no look
        for kind, attribute, _ in found.edges:
            self._where.setdefault(kind, set()).add(attribute.lower())

    def take(self, seen: Seen) -> None:
        """Add the places of a record."""
        record = seen.record
        wanted = self._where.get(record.kind, ())
        if "dn" in wanted:
            for spot in self._search.in_name(record):
                self._add(seen, "dn", 0, spot.hit.host, spot.hit.kind.value)
        own = _own(record) if wanted else b""
        if own and self._search.sieve.text(own):
            own = b""  # it is a part of a host's name, perhaps
        for attribute, values in record.attributes.items() if wanted else ():
            if attribute.lower() in wanted:
                for index, value in enumerate(values):
                    if not isinstance(value, UnfetchedURL):
                        for host, how in self._named(record.kind, attribute, value, own):
                            self._add(seen, attribute, index, host, how)

    def _named(self, kind: str, attribute: str, value: bytes, own: bytes) -> tuple[tuple[str, str], ...]:
        """Return the hosts that a value names, and how; values that differ in the owner's name and slot alone are looked at once."""
        usual = _usual(value, own) if own and value.isascii() else value
        found = self._known.get((kind, attribute, usual))
        if found is None:
            found = tuple((spot.hit.host, spot.hit.kind.value) for spot in self._search.in_value(kind, attribute, value))
            if len(self._known) >= _MEMORY:
                self._known.clear()
            self._known[kind, attribute, usual] = found
        return found

    def _add(self, seen: Seen, attribute: str, index: int, host: str, how: str) -> None:
        record, line = seen.record, seen.line if attribute == "dn" else seen.line_of(attribute, index)
        self.add(
            seen.export, "names-host", record.record_id, plain(record.path), line, plain(record.dn), record.kind or None, attribute, index,
            plain(host), None, None, how,
        )  # fmt: skip


def _usual(value: bytes, own: bytes) -> bytes:
    """Return a value with nothing in place of its owner's name, where that is no part of another name, and of a slot."""
    if value.endswith(b"/" + own):
        value = value[: -len(own)]
    return _SLOT.sub(b"0x", value.replace(b">%b<" % own, b"><").replace(b";%b@" % own, b";@"))


def _own(record: Record) -> bytes:
    """Return the short name of a record, if it is one that can be looked for in values."""
    name = record.name.encode("utf-8", "surrogateescape")
    return name if _NAME.match(name) else b""
