"""`Directory`: an export as a directory of records, indexed once and read on demand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from odkit.arguments import a_text
from odkit.directory._catalogue import Catalogue
from odkit.directory._columns import Need
from odkit.directory._config import Config
from odkit.directory._folder import CollectedFile
from odkit.directory._generation import generation_of
from odkit.directory._homes import HomeHost, MountedHomes, home_hosts, mounted_homes
from odkit.directory._names import NameTable
from odkit.directory._records import Records, SourceInfo
from odkit.directory._suffix import find_suffix
from odkit.directory._views import Computer, ComputerList, Group, Mount, Record, User
from odkit.directory.answers import Answers
from odkit.directory.rules import INCOMPLETE_EXPORT
from odkit.dn import dn_key
from odkit.errors import UsageError
from odkit.findings import finding
from odkit.ldif import Attributes, Completeness, Entry, Source
from odkit.sources import Progress
from odkit.text import plural, shorten
from odkit.values.mcx import ATTRIBUTES, FLAGS, McxMemo
from odkit.values.schema import AUTHDATA, AUTHDATA_USERS, CONTAINERS
from odkit.values.slot import SlotID

__all__ = ["Directory", "Records", "SourceInfo"]

_VIEWS: dict[str, type[Record]] = {
    "Users": User,
    "Groups": Group,
    "ComputerGroups": Group,
    "Computers": Computer,
    "ComputerLists": ComputerList,
    "Mounts": Mount,
}

_CONTAINER_OF = {kind: name for name, kind in CONTAINERS.items()}
_TYPES = [*_CONTAINER_OF]  # a list: whoever gives what has no hash is told that it is no type


class Directory(Catalogue):
    """An Open Directory domain as one or several exports give it.  Made by `open_directory` (`odkit.open`).

    Attributes:
        findings: what was noticed while reading; views add to it when a value turns out unreadable.
        sources: the inputs.
        mcx_memo: the MCX values that were read so far.
    """

    def __init__(
        self,
        sources: Iterable[tuple[Source, CollectedFile | None]],
        needs: Iterable[Need] = (),
        progress: Progress | None = None,
    ) -> None:
        super().__init__(sources, needs, progress)
        self.mcx_memo: McxMemo = McxMemo()
        self._names: dict[str, NameTable] = {}
        self._shared_views: dict[tuple[int, str], Record] = {}
        self.config = Config(self)
        self.suffix_key, noted = find_suffix(self._index, self.sources[0].path)
        self.findings += noted
        self.sources = [self._within(info) for info in self.sources]

    def _within(self, info: SourceInfo) -> SourceInfo:
        """Return an input, judged by the domain's suffix: a search of a part of the domain left the rest out."""
        relied = replace(info.reliance, suffix=self.suffix_key)
        if relied.lacks and info.completeness is not Completeness.INCOMPLETE and not relied.cut:
            self.findings.append(finding(INCOMPLETE_EXPORT, info.path, f"incomplete: {relied.lacks}", path=info.path))
            return replace(info, reliance=relied, completeness=Completeness.INCOMPLETE, reason=relied.lacks)
        return replace(info, reliance=relied)

    def __repr__(self) -> str:
        names = ", ".join(shorten(each) for each in (self.suffix_key, self.realm or "") if each)
        paths = shorten(", ".join(info.path for info in self.sources))
        return f"<Directory {names or 'without a suffix'}: {plural(len(self), 'record')} of {paths}>"

    def _repr_html_(self) -> str:
        from odkit.directory.shown import directory_html  # in notebooks alone

        return directory_html(self)

    @cached_property
    def unasked_mcx(self) -> tuple[str, ...]:
        """Attributes of MCX that a search of the export did not ask for, so that a record without them says nothing."""
        searches = [search for info in self.sources for search in info.reliance.asked.searches]
        return tuple(name for name in (ATTRIBUTES[0], FLAGS) if not all(search.asks(name) for search in searches))

    @property
    def has_domain(self) -> bool:
        """Whether there is more than ``cn=authdata``, which is only a part of an export."""
        return bool(self.suffix_key) or not self.authdata

    @property
    def suffix(self) -> str | None:
        """Suffix of the domain, as its own entry writes it, else in normal form."""
        record = self.by_key(self.suffix_key) if self.suffix_key else None
        return record.dn if record is not None else self.suffix_key or None

    @property
    def realm(self) -> str | None:
        """Kerberos realm: of ``cn=KerberosKDC``, else of ``cn=KerberosClient``."""
        return self.config.kdc_realm or self.config.client_realm

    @cached_property
    def answers(self) -> Answers:
        """What the export answers about a record or an attribute: known, absent, or why it cannot be known."""
        return Answers(self)

    @cached_property
    def newest_change(self) -> datetime | None:
        """The newest modifyTimestamp (UTC); None where no record has one that can be read."""
        from odkit.values.password import timestamp  # few commands need what stands there

        stamps = sorted({*self.column("stamps")}, reverse=True)  # as the dates of those that can be read are sorted
        return next((date for each in stamps if (date := timestamp(each)) is not None), None)

    @cached_property
    def generation(self) -> int | None:
        """1 for Password Server files and an MIT KDC (10.3-10.6), 2 for ``cn=authdata`` (10.7 and later), None if neither shows."""
        return generation_of(self.config, self.users, authdata=bool(self.authdata))

    def view(self, record_id: int, kind: str, entry: Entry | None = None) -> Record:
        """Return the record with an id, as the view of its type; its entry is read if it is not given."""
        return _VIEWS.get(kind, Record)(self, self.entry(record_id) if entry is None else entry, kind, record_id)

    def shared_view(self, record_id: int, kind: str) -> Record:
        """Return the same for who changes nothing in it: the view of a record of a small export is made once for all who ask."""
        if not self.is_small:
            return self.view(record_id, kind)
        if (key := (record_id, kind)) not in self._shared_views:
            self._shared_views[key] = self.view(record_id, kind, self.shared_entry(record_id))
        return self._shared_views[key]

    def kind_of(self, record_id: int) -> str:
        """Return the type of a record; empty outside the known containers."""
        return self._kind(dn_key(self.shared_entry(record_id).dn) or "")

    def record_ids(self, kind: str) -> list[int]:
        """Return the ids of the records of a type, in file order.

        Raises:
            UsageError: not a record type.
        """
        if kind not in _TYPES:
            raise UsageError(f"not a record type: {kind!r}")
        return self._index.below(f"cn={_CONTAINER_OF[kind]},{self.suffix_key}") if self.suffix_key else []

    def names_of(self, kind: str) -> NameTable:
        """Return who answers to a name among the records of a type."""
        if kind not in self._names:
            self._names[kind] = NameTable(self, kind)
        return self._names[kind]

    def note_damage(self, kind: str) -> None:
        """Read the records of a type that are not known to be readable, so that what is wrong with them is in the findings."""
        readable: bytearray = self.column("readable")
        for record_id in (each for each in self.record_ids(kind) if not readable[each]):
            _ = self.entry(record_id).attributes

    def ids_by_rdn(self, kind: str) -> dict[str, int]:
        """Return the ids of a type's records by the normal forms of their RDNs.

        Raises:
            UsageError: not a record type.
        """
        name = _CONTAINER_OF.get(kind)
        if name is None:
            raise UsageError(f"not a record type: {kind!r}")
        return self._index.parents.get(f"cn={name},{self.suffix_key}", {})

    def places(self) -> dict[str, dict[str, int]]:
        """Return the ids of all records by the normal form of the parent's DN, relative to the suffix, and of the RDN."""
        end = f",{self.suffix_key}"
        own = {self.suffix_key: ""} if self.suffix_key else {}
        return {
            own.get(parent, parent.removesuffix(end) if self.suffix_key else parent): below for parent, below in self._index.parents.items()
        }

    def by_key(self, key: str) -> Record | None:
        """Return the record whose DN has this normal form."""
        return None if (record_id := self._index.find(key)) is None else self.view(record_id, self._kind(key))

    def get(self, dn: str) -> Record | None:
        """Return the record with this DN in any spelling, None when there is none.

        Raises:
            UsageError: it is no text.
        """
        key = dn_key(a_text(dn, "the DN"))
        return None if key is None else self.by_key(key)

    def _kind(self, key: str) -> str:
        container, _, rest = key.partition(",")[2].partition(",")
        return CONTAINERS.get(container.removeprefix("cn="), "") if rest == self.suffix_key else ""

    def rdns_below(self, key: str) -> list[str]:
        """Return normal forms of the RDNs directly below a DN."""
        return sorted(self._index.parents.get(key, {}))

    def kinds(self) -> list[str | None]:
        """Return the type of every record by its id; None for one whose DN occurs twice, or cannot be read (see `kind_of`)."""
        found: list[str | None] = [None] * len(self)
        for parent, below in self._index.parents.items():
            kind = self._kind("x," + parent)
            for record_id in below.values():
                found[record_id] = kind
        return found

    def records(self) -> Iterator[Record]:
        """Yield every record of every source, in the order of the files; also one whose DN occurs twice, or cannot be read."""
        for record_id, (kind, entry) in enumerate(zip(self.kinds(), self.entries(), strict=True)):
            known = self.kind_of(record_id) if kind is None else kind
            yield _VIEWS.get(known, Record)(self, entry, known, record_id)

    def counts(self) -> dict[str, int]:
        """Return the number of records by type; types without records are left out."""
        return {kind: count for kind in CONTAINERS.values() if (count := len(self.ids_by_rdn(kind)))}

    @cached_property
    def authdata(self) -> int:
        """Number of records below ``cn=authdata``."""
        return sum(len(below) for parent, below in self._index.parents.items() if parent == AUTHDATA or parent.endswith("," + AUTHDATA))

    def authdata_of(self, slot: SlotID) -> Attributes | None:
        """Return attributes of the entry in ``cn=authdata`` that a slot points at; None when there is none."""
        record = self.by_key(f"authguid={slot.auth_guid},{AUTHDATA_USERS}") if self.authdata else None
        return None if record is None else record.attributes

    @cached_property
    def home_hosts(self) -> dict[str, HomeHost]:
        """Hosts that serve homes of users."""
        return home_hosts(self.column("homes"), self.entry)

    @cached_property
    def windows_hosts(self) -> dict[str, HomeHost]:
        """Hosts that serve homes, profiles and logon scripts on Windows."""
        return home_hosts(self.column("windows"), self.entry)

    @cached_property
    def mail_hosts(self) -> dict[str, HomeHost]:
        """Hosts that hold the mail of users."""
        return home_hosts(self.column("mail"), self.entry)

    @cached_property
    def mounted_homes(self) -> list[MountedHomes]:
        """Homes that lie on a mount without naming its server."""
        return mounted_homes(self.mounts.records(), self.records)

    def automounts(self) -> Iterator[Record]:
        """Return automount maps and their entries, at any depth below ``cn=automountMap``."""
        top = f"cn=automountmap,{self.suffix_key}"
        found = [n for parent, below in self._index.parents.items() if parent == top or parent.endswith(f",{top}") for n in below.values()]
        return (self.view(record_id, "AutomountMap") for record_id in sorted(found))

    @cached_property
    def users(self) -> Records[User]:
        """``cn=users``."""
        return Records(self, "Users")

    @cached_property
    def groups(self) -> Records[Group]:
        """``cn=groups``."""
        return Records(self, "Groups")

    @cached_property
    def computers(self) -> Records[Computer]:
        """``cn=computers``."""
        return Records(self, "Computers")

    @cached_property
    def computer_lists(self) -> Records[ComputerList]:
        """``cn=computer_lists``."""
        return Records(self, "ComputerLists")

    @cached_property
    def computer_groups(self) -> Records[Group]:
        """``cn=computer_groups``."""
        return Records(self, "ComputerGroups")

    @cached_property
    def mounts(self) -> Records[Mount]:
        """``cn=mounts``."""
        return Records(self, "Mounts")

    def of_type(self, kind: str) -> Records[Record]:
        """Return records of any type, by its dscl name (``Printers``, ``Machines`` …).

        Raises:
            UsageError: not a record type.
        """
        self.record_ids(kind)
        return Records(self, kind)
