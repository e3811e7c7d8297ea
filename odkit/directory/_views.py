"""Records as an administrator knows them: users, groups, computers, mounts …, each over its entry.

Every view keeps its entry: unknown attributes stay reachable through `Record.attributes`.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from odkit.dn import first_value
from odkit.ldif import Attributes, Entry, UnfetchedURL
from odkit.text import decode, escape

if TYPE_CHECKING:
    from odkit.directory._directory import Directory

__all__ = ["Computer", "ComputerList", "Group", "Home", "Mount", "Record", "User", "home_of", "host_of_url"]

# scheme://[;AUTH=…@ or user:password@]host[:port]; AFP URLs put ";AUTH=NO%20USER%20AUTHENT" before the @
_URL_HOST = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.\-]*://(?:[^/?#]*@)?(\[[^\]/]*\]|[^/:?#\s]*)")
_NET_HOST = re.compile(r"/Network/Servers/([^/]+)(/.*)?\Z", re.DOTALL)


def host_of_url(url: str) -> str | None:
    """Host of a URL as written, None when it has none (``afp://;AUTH=…@host/Share`` is understood)."""
    match = _URL_HOST.match(url)
    host = match[1].strip("[]") if match else ""
    if "%" in host:
        from urllib.parse import unquote  # seldom needed, and slow to load

        host = unquote(host, errors="surrogateescape")
    return host or None


@dataclass(frozen=True, slots=True)
class Home:
    """A home or group home: the URL of its share and the path inside it.

    Attributes:
        url: as in ``apple-user-homeurl``, entities resolved; empty when only an NFS path is known.
        path: inside the share.
        nfs: ``homeDirectory``; empty when missing.
    """

    url: str
    path: str
    nfs: str

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host names that the URL and the path give, as written, without repeats."""
        net = _NET_HOST.match(self.nfs)
        found = [host_of_url(self.url), net[1].strip() if net else None]
        return tuple(dict.fromkeys(host for host in found if host))


class Record:
    """A record of the directory.

    Args:
        directory: it belongs to.
        entry: its entry.
        kind: record type as dscl spells it, such as ``Computers``; empty outside the known containers.
        number: its number in the directory's index.
    """

    name_attributes: tuple[str, ...] = ("cn",)

    def __init__(self, directory: Directory, entry: Entry, kind: str, number: int = -1) -> None:
        self._directory = directory
        self.number = number
        self.entry = entry
        self.kind = kind

    @property
    def directory(self) -> Directory:
        """The directory that it belongs to."""
        return self._directory

    @property
    def dn(self) -> str:
        """Distinguished name as written."""
        return self.entry.dn

    @property
    def attributes(self) -> Attributes:
        """All attributes."""
        return self.entry.attributes

    @property
    def path(self) -> str:
        """The export it stands in."""
        return self.entry.path

    @property
    def line(self) -> int:
        """Physical line of its dn."""
        return self.entry.line

    def texts(self, attribute: str) -> list[str]:
        """Values of an attribute as text; bytes that are not UTF-8 are surrogates, URL values are left out."""
        return [decode(v) for v in self.attributes.get(attribute, ()) if not isinstance(v, UnfetchedURL)]

    def text(self, attribute: str) -> str | None:
        """First value of an attribute as text, None when there is none."""
        return next(iter(self.texts(attribute)), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Record names, first the short name (RecordName; for users ``uid`` before ``cn``)."""
        return tuple(dict.fromkeys(name for attribute in self.name_attributes for name in self.texts(attribute)))

    @property
    def name(self) -> str:
        """First record name; the first RDN's value when the attribute is missing."""
        return next(iter(self.names), first_value(self.dn))

    @property
    def guid(self) -> str | None:
        """GeneratedUID as written."""
        return self.text("apple-generateduid")

    @property
    def mcx(self) -> Any:
        """Its MCX, an `odkit.mcx.McxRecord`; that package stands above this one, and is loaded when it is asked for."""
        return import_module("odkit.mcx").of(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {escape(self.name)!r}>"


class User(Record):
    """A user (``cn=users``)."""

    name_attributes = ("uid", "cn")

    @property
    def authorities(self) -> tuple[str, ...]:
        """AuthenticationAuthority values in order; the order is part of their meaning."""
        return tuple(self.texts("authAuthority"))

    @property
    def password(self) -> Any:
        """The password record, an `odkit.passwords.Password`; that package stands above this one, and is loaded when it is asked for."""
        return import_module("odkit.passwords").of(self)

    @property
    def home(self) -> Home:
        """Home directory."""
        return home_of(self.text("apple-user-homeurl"), self.text("homeDirectory"))


class Group(Record):
    """A group or computer group (``cn=groups``, ``cn=computer_groups``)."""

    @property
    def member_names(self) -> tuple[str, ...]:
        """Short names of the members (``memberUid``)."""
        return tuple(self.texts("memberUid"))

    @property
    def member_guids(self) -> tuple[str, ...]:
        """GUIDs of the members."""
        return tuple(self.texts("apple-group-memberguid"))

    @property
    def home(self) -> Home:
        """Group folder."""
        return home_of(self.text("apple-group-homeurl"), None)


class Computer(Record):
    """A computer (``cn=computers``): a bound machine has up to three, ``name$``, ``fqdn$`` and ``LKDC:SHA1.…$``."""

    @property
    def authorities(self) -> tuple[str, ...]:
        """AuthenticationAuthority values in order."""
        return tuple(self.texts("authAuthority"))

    @property
    def addresses(self) -> tuple[str, ...]:
        """IP addresses."""
        return tuple(self.texts("ipHostNumber"))


class ComputerList(Record):
    """A computer list (``cn=computer_lists``), the form of 10.4 and before."""

    @property
    def members(self) -> tuple[str, ...]:
        """Names of computer records."""
        return tuple(self.texts("apple-computers"))


class Mount(Record):
    """A mount (``cn=mounts``); its name is ``host:/path``."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Hosts that its name and its ``url==`` options give, as written."""
        found = [name.partition(":")[0] for name in self.names if ":" in name]
        for option in self.texts("mountOption"):
            if option.startswith("url=="):
                host = host_of_url(option[5:])
                if host:
                    found.append(host)
        return tuple(dict.fromkeys(host for host in found if host))


def home_of(url: str | None, nfs: str | None) -> Home:
    """Read ``apple-user-homeurl`` and ``homeDirectory``."""

    def part(name: str) -> str:
        value, end, _ = (url or "").partition(f"<{name}>")[2].partition(f"</{name}>")
        return html.unescape(value).strip() if end else ""

    return Home(part("url"), part("path"), nfs or "")
