"""Records as an administrator knows them: users, groups, computers, mounts …, each over its entry.

Every view keeps its entry: unknown attributes stay reachable through `Record.attributes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, Self

from odkit.dn import first_value
from odkit.findings import Finding
from odkit.ldif import Attributes, Entry, FixedAttributes
from odkit.text import escape, shorten
from odkit.values.attributes import text_of, texts_of
from odkit.values.home import Home, home_of, host_of_url
from odkit.values.mcx import McxMemo, McxRecord
from odkit.values.slot import SlotID

if TYPE_CHECKING:
    from odkit.values.password import Password

__all__ = ["Computer", "ComputerList", "Group", "Lookup", "Mount", "Record", "User", "describe"]

_NOUNS = {"ComputerLists": "computer list", "ComputerGroups": "computer group", "Groups": "group", "Users": "user", "Computers": "computer"}


class Lookup(Protocol):
    """The part of a directory that its records need: it is below them, so that no module imports upwards."""

    def authdata_of(self, slot: SlotID) -> Attributes | None:
        """Return attributes of the entry in ``cn=authdata`` that a slot points at; None when there is none."""
        ...

    @property
    def findings(self) -> list[Finding]:
        """What was noticed so far; a record whose value turns out unreadable adds to it."""
        ...

    @property
    def suffix_key(self) -> str:
        """Normal form of the suffix; empty when there is none."""
        ...

    def by_key(self, key: str) -> Record | None:
        """Return the record whose DN has this normal form; None when there is none."""
        ...

    def entry(self, record_id: int) -> Entry:
        """Return the entry of a record id."""
        ...

    def view(self, record_id: int, kind: str, entry: Entry | None = None) -> Record:
        """Return the record with an id, as the view of its type; its entry is read if it is not given."""
        ...

    def entries_of(self, record_ids: Sequence[int]) -> Iterator[Entry]:
        """Return the entries of records by their ids, which ascend."""
        ...

    def record_ids(self, kind: str) -> list[int]:
        """Return the ids of the records of a type."""
        ...

    def rdns_below(self, key: str) -> list[str]:
        """Return normal forms of the RDNs directly below a DN."""
        ...

    @property
    def mcx_memo(self) -> McxMemo:
        """MCX values that were read so far."""
        ...

    @property
    def unasked_mcx(self) -> tuple[str, ...]:
        """Attributes of MCX that a search of the export did not ask for."""
        ...


class Record:
    """A record of the directory.

    Args:
        directory: it belongs to.
        entry: its entry.
        kind: record type as dscl spells it, such as ``Computers``; empty outside the known containers.
        record_id: its place in the directory's index, from 0; -1 for a record that is in none.
    """

    name_attributes: tuple[str, ...] = ("cn",)

    def __init__(self, directory: Lookup, entry: Entry, kind: str, record_id: int = -1) -> None:
        self._directory = directory
        self.record_id = record_id
        self.entry = entry
        self.kind = kind

    @property
    def directory(self) -> Lookup:
        """The directory that it belongs to."""
        return self._directory

    @property
    def dn(self) -> str:
        """Distinguished name as written."""
        return self.entry.dn

    @cached_property
    def attributes(self) -> Attributes:
        """All attributes; to change one, make a changed record of this one: `replace`, `add`, `delete`."""
        return FixedAttributes.of(self.entry.attributes)

    @property
    def path(self) -> str:
        """The export it is in."""
        return self.entry.path

    @property
    def line(self) -> int:
        """Physical line of its dn."""
        return self.entry.line

    def texts(self, attribute: str) -> list[str]:
        """Return values of an attribute as text; bytes that are not UTF-8 are surrogates, URL values are left out."""
        return texts_of(self.attributes, attribute)

    def text(self, attribute: str) -> str | None:
        """Return the first value of an attribute as text, None when there is none."""
        return text_of(self.attributes, attribute)

    def replace(self, attribute: str, *values: str | bytes) -> Self:
        """Return a copy in which an attribute has these values and no other; without values the attribute is gone.

        The directory stays as it is.  `odkit.ldif.write` writes the copy with the lines of all other values as they were read.

        Raises:
            InputError: the record cannot be parsed.
            UsageError: it is no attribute, a value is neither text nor bytes, or is given twice; or the DN names one that would be gone.
        """
        return type(self)(self._directory, self.entry.replace(attribute, *values), self.kind)

    def add(self, attribute: str, *values: str | bytes) -> Self:
        """Return a copy in which an attribute has these values, too; see `replace`.

        Raises:
            InputError, UsageError: as `replace` does; or a value is there already, or none is given.
        """
        return type(self)(self._directory, self.entry.add(attribute, *values), self.kind)

    def delete(self, attribute: str, *values: str | bytes) -> Self:
        """Return a copy in which an attribute lacks these values; without values the attribute is gone; see `replace`.

        Raises:
            InputError, UsageError: as `replace` does; or the attribute or a value is not there.
        """
        return type(self)(self._directory, self.entry.delete(attribute, *values), self.kind)

    @property
    def names(self) -> tuple[str, ...]:
        """Record names, first the short name (RecordName; for users ``uid`` before ``cn``)."""
        names: list[str] = []
        for attribute in self.name_attributes:
            names += self.texts(attribute)
        return tuple(dict.fromkeys(names))

    @property
    def name(self) -> str:
        """First record name; the first RDN's value when the attribute is missing."""
        for attribute in self.name_attributes:
            name = self.text(attribute)
            if name is not None:
                return name
        return first_value(self.dn)

    @property
    def guid(self) -> str | None:
        """GeneratedUID as written."""
        return self.text("apple-generateduid")

    @property
    def mcx(self) -> McxRecord:
        """Its MCX; values that the directory has read before are read once."""
        return McxRecord.read(self.attributes, self._directory.mcx_memo, self._directory.unasked_mcx)

    @property
    def password(self) -> Password:
        """The password record of a user or computer, joined with its entry in ``cn=authdata``."""
        from odkit.values.password import Password

        return Password.read(self.attributes, self._directory.authdata_of)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {shorten(self.name)!r}>"

    def _repr_html_(self) -> str:
        from odkit.directory.shown import record_html  # in notebooks alone

        return record_html(self)


class User(Record):
    """A user (``cn=users``)."""

    name_attributes = ("uid", "cn")

    @property
    def authorities(self) -> tuple[str, ...]:
        """AuthenticationAuthority values in order; the order is part of their meaning."""
        return tuple(self.texts("authAuthority"))

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


def describe(record: Record) -> str:
    """Return a record's type and name as messages write them, such as ``user ann``."""
    return f"{_NOUNS.get(record.kind, record.kind)} {escape(record.name)}"
