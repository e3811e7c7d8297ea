"""What the config records (``cn=config,<suffix>``) say: realm, KDCs, replicas, password server."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from odkit.dataclass import dataclass
from odkit.directory._views import Lookup, Record
from odkit.directory.rules import BAD_PLIST
from odkit.findings import record_finding
from odkit.ldif import Answer, unknowns
from odkit.plist import PlistError, load
from odkit.text import shorten
from odkit.values.home import host_of_url
from odkit.values.replicas import ReplicaTree, replica_tree

__all__ = ["Config", "ListedServer", "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """A server's name or address and where it is.

    Attributes:
        host: as written.
        path: the export.
        line: physical line.
        what: the record and attribute, for people.
    """

    host: str
    path: str
    line: int
    what: str


@dataclass(frozen=True, slots=True)
class ListedServer:
    """A server of the property list in ``cn=ldapreplicas``.

    Attributes:
        names: as written; there may be none.
        addresses: as written.
        guid: as written, "" where there is none.
        place: where it is; without a host.
    """

    names: tuple[str, ...]
    addresses: tuple[str, ...]
    guid: str
    place: Place


class Config:
    """The config records, each read when first asked for.

    Args:
        directory: whose ``cn=config`` is meant.
    """

    def __init__(self, directory: Lookup) -> None:
        self._directory = directory
        self._plists: dict[tuple[str, str], Any] = {}
        self._records: dict[str, Record | None] = {}

    def __repr__(self) -> str:
        return f"<Config of {shorten(self._directory.suffix_key) or 'no suffix'}>"

    def record(self, name: str) -> Record | None:
        """Return the record ``cn=NAME,cn=config,<suffix>`` (``ou=`` for macosxodconfig), None when missing."""
        suffix = self._directory.suffix_key
        for kind in ("cn", "ou"):
            found = self._directory.by_key(f"{kind}={name.lower()},cn=config,{suffix}")
            if found is not None:
                return found
        return None

    def _kept(self, name: str) -> Record | None:
        """Return the same, read once: nothing here changes a record."""
        if name not in self._records:
            self._records[name] = self.record(name)
        return self._records[name]

    def _plist(self, name: str, attribute: str) -> Any:
        key = (name.lower(), attribute)
        if key not in self._plists:
            self._plists[key] = self._load(name, attribute)
        return self._plists[key]

    def _load(self, name: str, attribute: str) -> Any:
        record = self._kept(name)
        value = record.attributes.first(attribute) if record is not None else None
        if record is None or value is None:
            return None
        if not value and any(each.answer is Answer.NOT_ASKED for each in unknowns(record.entry)):
            return None  # ldapsearch -A: a name without its value
        try:
            return load(value)
        except PlistError as error:
            line = record.entry.line_of(attribute)
            message = f"{attribute} of {name}: {error}"
            found = record_finding(BAD_PLIST, record.dn, message, attribute=attribute, path=record.path, line=line)
            self._directory.findings.append(found)
            return None

    @cached_property
    def kdc_realm(self) -> str | None:
        """Realm of ``cn=KerberosKDC``."""
        record = self._kept("KerberosKDC")
        return record.text("apple-config-realname") if record is not None else None

    def _client(self) -> dict[str, Any]:
        value = self._plist("KerberosClient", "apple-xmlplist")
        inner = value.get("edu.mit.kerberos") if isinstance(value, dict) else None
        return inner if isinstance(inner, dict) else {}

    @property
    def client_realm(self) -> str | None:
        """Default realm of ``cn=KerberosClient``."""
        defaults = self._client().get("libdefaults")
        realm = defaults.get("default_realm") if isinstance(defaults, dict) else None
        return realm if isinstance(realm, str) and realm else None

    def kdc_hosts(self) -> Iterator[Place]:
        """Yield hosts of KDC_List and KADM_List in ``cn=KerberosClient``, ports taken off."""
        realms = self._client().get("realms")
        for name, realm in sorted(realms.items()) if isinstance(realms, dict) else ():
            if not isinstance(realm, dict):
                continue
            for key in ("KDC_List", "KADM_List"):
                hosts = realm.get(key)
                for host in hosts if isinstance(hosts, list) else ():
                    if isinstance(host, str) and host:
                        yield self._place(_without_port(host), "KerberosClient", "apple-xmlplist", f"{key} of {name}")

    def _place(self, host: str, name: str, attribute: str, what: str, index: int = 0) -> Place:
        record = self._kept(name)
        assert record is not None
        return Place(host, record.path, record.entry.line_of(attribute, index), f"cn={name} {what}")

    def ldap_replicas(self) -> Iterator[Place]:
        """Yield hosts of ``cn=ldapreplicas``: LDAP URLs; a bare host is understood, too."""
        record = self._kept("ldapreplicas")
        for attribute in ("apple-ldap-writable-replica", "apple-ldap-replica"):
            for index, value in enumerate(record.texts(attribute) if record is not None else ()):
                host = host_of_url(value) or (None if "://" in value else value.strip())
                if host:
                    yield self._place(host, "ldapreplicas", attribute, attribute, index)

    def listed_servers(self) -> Iterator[ListedServer]:
        """Yield servers of the property list in ``cn=ldapreplicas`` (10.7 and later): the master, then its replicas."""
        value = self._plist("ldapreplicas", "apple-xmlplist")
        if not isinstance(value, dict):
            return
        replicas = value.get("Replicas")
        for each in (value, *(replicas if isinstance(replicas, list) else ())):
            if isinstance(each, dict):
                role = "master" if each is value else "replica"
                place = self._place("", "ldapreplicas", "apple-xmlplist", f"apple-xmlplist, {role}")
                yield _listed_server(each, place)

    @property
    def password_server(self) -> Place | None:
        """Address of the master's password server."""
        record = self._kept("passwordserver")
        value = record.text("apple-password-server-location") if record is not None else None
        if not value:
            return None
        host = value.partition("/")[2] if value.startswith(("ipv4/", "ipv6/", "dns/")) else value
        return self._place(host, "passwordserver", "apple-password-server-location", "apple-password-server-location")

    def trees(self) -> Iterator[tuple[ReplicaTree, Place]]:
        """Yield the replica lists: of ``cn=passwordserver``, else of the per-key copies ``cn=passwordserver_HEX``."""
        for name in self._password_server_records():
            attribute = "apple-password-server-list"
            value = self._plist(name, attribute)
            if value is None:
                continue
            tree = replica_tree(value)
            place = self._place("", name, attribute, attribute)
            yield tree, place
            if name == "passwordserver":
                return

    def _password_server_records(self) -> list[str]:
        names = [rdn.partition("=")[2] for rdn in self._directory.rdns_below(f"cn=config,{self._directory.suffix_key}")]
        return sorted(name for name in names if name == "passwordserver" or name.startswith("passwordserver_"))


def _listed_server(value: dict[str, Any], place: Place) -> ListedServer:
    names = [value.get(key) for key in ("PrimaryMaster", "ReplicaName")]
    addresses = value.get("IPaddresses")
    guid = value.get("GUID")
    return ListedServer(
        # "Master" is what the master itself is called there
        tuple(name.strip() for name in names if isinstance(name, str) and name.strip() and name.strip().lower() != "master"),
        tuple(each.strip() for each in addresses if isinstance(each, str) and each.strip()) if isinstance(addresses, list) else (),
        guid.strip() if isinstance(guid, str) else "",
        place,
    )


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() and ":" not in name else host
