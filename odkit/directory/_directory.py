"""`Directory`: an export as a directory of records, indexed once and read on demand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from odkit.directory._columns import OTHERS, Columns
from odkit.directory._config import Config
from odkit.directory._folder import Gathered
from odkit.directory._generation import generation_of
from odkit.directory._homes import HomeHost, home_hosts
from odkit.directory._index import BAD, Index
from odkit.directory._records import Records, SourceInfo
from odkit.directory._store import Progress, Store
from odkit.directory._views import Computer, ComputerList, Group, Mount, Record, User
from odkit.dn import dn_key
from odkit.errors import InputError, UsageError
from odkit.findings import Finding, finding
from odkit.ldif import Attributes, ChangeRecord, Completeness, Entry, Reader, Source
from odkit.ldif._lines import Lines
from odkit.ldif._parse import Parser
from odkit.ldif._source import source_name
from odkit.ldif._split import Mark
from odkit.schema import AUTHDATA, CONTAINERS
from odkit.text import escape, plural

__all__ = ["Directory", "Records", "SourceInfo"]

_VIEWS: dict[str, type[Record]] = {
    "Users": User,
    "Groups": Group,
    "ComputerGroups": Group,
    "Computers": Computer,
    "ComputerLists": ComputerList,
    "Mounts": Mount,
}


_LARGE = 1 << 20  # bytes of an entry that is kept parsed
_LARGE_IN_ALL = 1 << 24
_CONTAINER_OF = {kind: name for name, kind in CONTAINERS.items()}


class Directory:
    """An Open Directory domain as one or several exports give it.  Made by `open_directory` (`odkit.open`).

    Attributes:
        findings: what was noticed while reading; views add to it when a value turns out unreadable.
        sources: the inputs.
    """

    def __init__(
        self,
        sources: Iterable[tuple[Source, Gathered | None]],
        gather: Iterable[str] = (),
        progress: Progress | None = None,
    ) -> None:
        self.findings: list[Finding] = []
        self.sources: list[SourceInfo] = []
        wanted = set(gather)
        self._counting, self._digesting = "lines" in wanted, "digest" in wanted
        wanted -= OTHERS
        if {"mcx", "managed"} <= wanted:
            wanted.remove("mcx")  # they share an attribute, and a line has one mark; the other one is gathered when it is asked for
        self._columns = Columns(wanted)
        self._large: dict[int, tuple[bytes, Attributes]] = {}
        self._late: dict[str, Columns] = {}  # asked for, but not announced
        self._rough: set[int] = set()  # numbers of records that are not plain, so that their bytes cannot be searched
        self._noted: set[Finding] = set()
        self._index = Index()
        self._stores: list[Store] = []
        self._parsers: list[Parser] = []
        for source, promise in sources:
            self._add(source, promise, progress)
        if not len(self._index):
            names = ", ".join(escape(info.path) for info in self.sources)
            raise InputError(names, None, "holds no entry: not an LDIF export, or an empty one")
        self.config = Config(self)
        self.suffix_key = self._find_suffix()

    def _add(self, source: Source, promise: Gathered | None, progress: Progress | None) -> None:
        name = source_name(source)
        store = Store(source, name)
        if self._digesting:
            store.start_digest()
        # every line is looked at here, so that no damage stays unsaid; values are decoded when they are asked for
        reader = Reader(b"", strict=False, lazy=True, name=name)
        self._stores.append(store)
        self._index.start()
        add, take = self._index.add_simple, self._columns.take

        def plain(offset: int, length: int, rdn: bytes, parent: bytes, marks: tuple[Mark, ...], guid: bytes) -> None:
            new = add(rdn, parent, offset, length)
            if new is None:
                self._add_entry(reader.entry(store.peek(offset, length), offset), offset)
                return
            take(marks, guid)
            if not new:
                self._repeated(reader.entry(store.peek(offset, length), offset))

        def other(record: Entry | ChangeRecord, offset: int, good: bool) -> None:
            if isinstance(record, ChangeRecord):
                message = f"changetype {record.changetype} of {escape(record.dn)}"
                self.findings.append(finding("OD009", record.dn, message, path=name, line=record.line))
            else:
                self._add_entry(record, offset, rough=not good)

        lines = Lines(store.peek, counting=self._counting)
        reader.scan(store.stream(progress), lines, self._columns.marks, self._columns.own, plain, other)
        self._parsers.append(Parser(name, strict=False, lines=reader.lines, note=self.note))
        for each in reader.findings:
            self.note(each)
        state, reason = promise.judge(reader.entries) if promise is not None else reader.completeness()
        self.sources.append(SourceInfo(name, reader.entries, reader.size, store, state, reason))
        if state is Completeness.INCOMPLETE:
            self.findings.append(finding("OD011", name, f"incomplete: {reason}", path=name))
        elif state is Completeness.UNKNOWN:
            self.findings.append(finding("OD012", name, f"completeness unknown: {reason}", path=name))
            if reader.stored and not reader.blank_line_at_end:
                self.findings.append(finding("OD010", name, "no blank line behind the last entry", path=name))

    def _add_entry(self, entry: Entry, offset: int, *, rough: bool = False) -> None:
        assert entry.raw is not None
        place = (offset, len(entry.raw))
        dn = entry.dn
        if rough:
            self._rough.add(len(self._index))
        self._columns.take_parsed(entry.attributes)
        key = dn_key(dn)
        if key is None:
            message = f"not a distinguished name: {escape(dn)}"
            self.findings.append(finding("OD101", dn, message, path=entry.path, line=entry.line))
            self._index.add(f"{BAD}{len(self._index)}", *place)
        elif not self._index.add(key, *place):
            self._repeated(entry)

    def _repeated(self, entry: Entry) -> None:
        message = f"a second entry {escape(entry.dn)}"
        self.findings.append(finding("OD102", entry.dn, message, path=entry.path, line=entry.line))

    def note(self, found: Finding) -> None:
        """Add a finding, unless it was noted before: a record may be read more than once."""
        if found not in self._noted:
            self._noted.add(found)
            self.findings.append(found)

    def _find_suffix(self) -> str:
        counts = self._index.suffixes()
        if not counts:
            path = self.sources[0].path
            if not any(p == AUTHDATA or p.endswith("," + AUTHDATA) for p in self._index.parents):
                self.findings.append(finding("OD103", "", "no container of Open Directory in the export", path=path))
            return ""
        best = max(counts, key=lambda key: (counts[key], -len(key), key))
        for other in sorted(counts):
            if other != best and not other.endswith("," + best):
                message = f"{plural(counts[other], 'record')} in containers below {escape(other)}, too"
                self.findings.append(finding("OD106", other, message, path=self.sources[0].path))
        for parent, count in self._index.outside(best):
            if parent not in counts and not any(parent.endswith("," + each) for each in counts):
                message = f"{plural(count, 'record')} below {escape(parent) or 'the root'}"
                self.findings.append(finding("OD109", parent, message, path=self.sources[0].path))
        return best

    @property
    def suffix(self) -> str | None:
        """Suffix of the domain, as its own entry writes it, else in normal form."""
        if not self.suffix_key:
            return None
        record = self.by_key(self.suffix_key)
        return record.dn if record is not None else self.suffix_key

    @property
    def realm(self) -> str | None:
        """Kerberos realm: of ``cn=KerberosKDC``, else of ``cn=KerberosClient``."""
        return self.config.kdc_realm or self.config.client_realm

    @cached_property
    def generation(self) -> int | None:
        """1 for Password Server files and an MIT KDC (10.3-10.6), 2 for ``cn=authdata`` (10.7 and later), None if neither shows."""
        return generation_of(self)

    @property
    def completeness(self) -> Completeness:
        """Of all sources together: the worst one's."""
        states = [info.completeness for info in self.sources]
        for state in (Completeness.INCOMPLETE, Completeness.UNKNOWN):
            if state in states:
                return state
        return Completeness.COMPLETE

    def __len__(self) -> int:
        return len(self._index)

    def entry(self, number: int) -> Entry:
        """The entry with a number of the index.

        Raises:
            InputError: the file was changed since it was opened.
        """
        source, offset, length = self._index.place(number)
        entry = Entry._lazy(self._stores[source].read(offset, length), offset, self._parsers[source])
        if length >= _LARGE:
            self._remember(number, entry)
        return entry

    def _remember(self, number: int, entry: Entry) -> None:
        """Parse a large entry only once while it is looked at by several: a group of all users takes a tenth of a second."""
        raw, parsed = self._large.pop(number, (None, None))
        if raw is None or parsed is None or raw != entry.raw:
            assert entry.raw is not None
            raw, parsed = entry.raw, entry.attributes
        self._large[number] = (raw, parsed)  # as the last one: the first is forgotten when there are too many
        while sum(len(each) for each, _ in self._large.values()) > _LARGE_IN_ALL:
            del self._large[next(iter(self._large))]
        entry._attributes = Attributes(parsed)  # its own lists: who changes them changes nobody else's

    def plain(self, number: int) -> bool:
        """Whether each line of a record's bytes starts as it must, so that searching them finds what parsing would."""
        return number not in self._rough

    def column(self, name: str) -> list[Any]:
        """A column (see `odkit.directory._columns.COLUMNS`): the value of every record by its number.

        Raises:
            InputError: the file was changed since it was opened.
        """
        if name in self._columns.names:
            return self._columns.values(name)
        if name not in self._late:
            columns = self._late[name] = Columns([name])
            for number in range(len(self)):
                columns.take_parsed(self.entry(number).attributes)
        return self._late[name].values(name)

    def view(self, number: int, kind: str) -> Record:
        """The record with a number of the index, as the view of its type."""
        return _VIEWS.get(kind, Record)(self, self.entry(number), kind, number)

    def kind_of(self, number: int) -> str:
        """The type of a record; empty outside the known containers."""
        return self._kind(dn_key(self.entry(number).dn) or "")

    def numbers(self, kind: str) -> list[int]:
        """Index numbers of the records of a type, in file order."""
        for name, each in CONTAINERS.items():
            if each == kind:
                return self._index.below(f"cn={name},{self.suffix_key}") if self.suffix_key else []
        raise UsageError(f"not a record type: {kind!r}")

    def numbered(self, kind: str) -> dict[str, int]:
        """Normal forms of the RDNs of a type's records, with their index numbers."""
        name = _CONTAINER_OF.get(kind)
        if name is None:
            raise UsageError(f"not a record type: {kind!r}")
        return self._index.parents.get(f"cn={name},{self.suffix_key}", {})

    def unique_guids(self, kinds: Iterable[str]) -> dict[str, int]:
        """Numbers of the records of some types by GUID in upper case; a GUID that stands twice among them is left out."""
        guids: list[str] = self.column("guids")
        found: dict[str, int] = {}
        twice: set[str] = set()
        for number in (each for kind in kinds for each in self.numbers(kind)):
            guid = guids[number]
            if guid and found.setdefault(guid, number) != number:
                twice.add(guid)
        return {guid: number for guid, number in found.items() if guid not in twice}

    def by_key(self, key: str) -> Record | None:
        """The record whose DN has this normal form."""
        number = self._index.find(key)
        return None if number is None else self.view(number, self._kind(key))

    def get(self, dn: str) -> Record | None:
        """The record with this DN in any spelling, None when there is none."""
        key = dn_key(dn)
        return None if key is None else self.by_key(key)

    def _kind(self, key: str) -> str:
        container, _, rest = key.partition(",")[2].partition(",")
        return CONTAINERS.get(container.removeprefix("cn="), "") if rest == self.suffix_key else ""

    def rdns_below(self, key: str) -> list[str]:
        """Normal forms of the RDNs directly below a DN."""
        return sorted(self._index.parents.get(key, {}))

    def records(self) -> Iterator[Record]:
        """Every record of every source, in the order of the files; also one whose DN stands twice, or cannot be read."""
        parents = {n: key for key, below in self._index.parents.items() for n in below.values()}
        for number in range(len(self)):
            parent = parents.get(number)
            yield self.view(number, self.kind_of(number) if parent is None else self._kind("x," + parent))

    def counts(self) -> dict[str, int]:
        """Number of records by type; types without records are left out."""
        return {kind: count for kind in CONTAINERS.values() if (count := len(self.numbers(kind)))}

    @cached_property
    def authdata(self) -> int:
        """Number of records below ``cn=authdata``."""
        return sum(len(below) for parent, below in self._index.parents.items() if parent == AUTHDATA or parent.endswith("," + AUTHDATA))

    @cached_property
    def home_hosts(self) -> dict[str, HomeHost]:
        """Hosts that serve homes of users."""
        return home_hosts(self)

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
        """Records of any type, by its dscl name (``Printers``, ``Machines`` …).

        Raises:
            UsageError: not a record type.
        """
        self.numbers(kind)
        return Records(self, kind)
