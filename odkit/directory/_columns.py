"""Columns: one value of every record, found by searching the bytes of an export instead of parsing its records.

An analysis declares beside itself what it needs of all records, as ``NEEDS``, and asks for it with `Directory.prefetch`.  A caller that
knows what will follow names it when it opens the export (``odkit.open(path, needs=…)``): then it is found on the way.  Else the export is
read once more for all that is missing; that costs a fraction of parsing each record.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Literal, cast, get_args

from odkit.directory._own_columns import OWN_COLUMNS, OwnColumn, lacks_guid
from odkit.directory._shared_columns import SHARED_COLUMNS
from odkit.errors import UsageError
from odkit.ldif import Attributes, Batch, Look, Match, Pattern, UnfetchedURL
from odkit.text import escape

__all__ = ["Columns", "Need", "known_needs", "passes"]

# what an analysis may need of all records: a column, or something else that can be done while an export is read
Need = Literal[
    "guids",  # GeneratedUID in upper case, "" where there is none
    "stamps",  # modifyTimestamp, "" where there is none
    "tags",  # first fields of the authentication authorities, without repeats, sorted
    "homes",  # hosts that homeDirectory and apple-user-homeurl name, as written
    "mail",  # hosts of mail accounts, as written
    "windows",  # hosts of Windows homes, profiles and logon scripts, as written
    "named",  # hosts that MCX settings and other attributes that hold URLs or servers name, as written
    "primaries",  # number of the primary group as written, "" where there is none, None for a record that must be read
    "managed",  # whether there are MCX settings or flags, also in another file (ldapsearch -t)
    "policies",  # the lines of MCX settings and flags, () for none, None for a record that must be read; equal ones are one object
    "names",  # values of uid, and of cn, in two lists: joined by line feeds, b"" for none, None for a record that must be read
    "accounts",  # what the record of an ordinary user says of his password (`odkit.directory.accounts.Accounts`)
    "dwellings",  # what the home of an ordinary user depends on (`odkit.directory.dwellings.Dwelling`), None where it must be read
    "verifiers",  # 0 for no userPassword and no other verifier, 1 for one of Open Directory's placeholders, 2 where it must be read
    "readable",  # whether every value is known to be readable, so that parsing the record finds nothing wrong with it
    "mcx",  # for each value of MCX settings the names of its domains, sorted as there, None for one that must be read by itself
    "joined",  # no column: which records may have taken in another line will be asked
    "lines",  # no column: the numbers of physical lines will be asked for at many places
    "digest",  # no column: the SHA-256 of each source will be asked for
]

_NEEDS: dict[str, Need] = {name: name for name in get_args(Need)}

Reader = Callable[[bytes], bytes] | None  # of a column; None: its value is what was found
_MEMORY = 4096  # different values that are remembered; a domain has a few dozen


def known_needs(needs: Iterable[str]) -> set[Need]:
    """Check the names of needs, which come from a caller.

    Raises:
        UsageError: one is unknown.
    """
    found = set()
    for name in needs:
        if name not in _NEEDS:
            raise UsageError(f"not a column: {escape(name)}; there are {', '.join(_NEEDS)}")
        found.add(_NEEDS[name])
    return found


def passes(needs: Iterable[Need]) -> tuple[tuple[Need, ...], ...]:
    """Return the columns among the needs, by the passes over an export that they take: a line is searched with one pattern in a pass."""
    return _passes(frozenset(needs))


@lru_cache(maxsize=64)
def _passes(needs: frozenset[Need]) -> tuple[tuple[Need, ...], ...]:
    out: list[tuple[list[Need], dict[bytes, object]]] = []
    for name in sorted(needs & (SHARED_COLUMNS.keys() | OWN_COLUMNS.keys())):
        patterns = _patterns(name)
        for columns, taken in out:
            if all(taken.get(attribute, pattern) == pattern for attribute, pattern in patterns.items()):
                columns.append(name)
                taken |= patterns
                break
        else:
            out.append(([name], patterns))
    return tuple([tuple(columns) for columns, _ in out])


def _patterns(name: Need) -> dict[bytes, object]:
    """Return by attribute what must be the same for another column, so that one search finds the values of both."""
    if name in OWN_COLUMNS:
        return {each: name for pattern in OWN_COLUMNS[name].patterns for each in pattern.names}
    return dict(SHARED_COLUMNS[name].patterns)


def _reader_for(readers: list[Reader]) -> Reader:
    """Return what reads a value for all columns that want it: for several a tuple of what each of them wants."""
    if len(readers) == 1:
        return readers[0]

    def read(value: bytes) -> bytes:
        return cast("bytes", tuple([value if each is None else each(value) for each in readers]))  # is only passed on, to `Columns`

    return read


class Columns:
    """The columns that are read in one pass.

    Args:
        names: of `SHARED_COLUMNS` and `OWN_COLUMNS`.
        doubting: whether to look at how lines are folded.

    Attributes:
        names: the same, sorted.
        look: for `odkit.ldif.Reader.scan`.
        by_line: ids of the records whose folding was not looked at (see `odkit.ldif.Batch`).
    """

    def __init__(self, names: Iterable[Need], *, doubting: bool = False) -> None:
        self.names: list[Need] = sorted({*names, "names"} if "accounts" in names else set(names))
        self._shared = [name for name in self.names if name in SHARED_COLUMNS]
        self._columns = [SHARED_COLUMNS[name] for name in self._shared]
        shared = self._shared_patterns()
        # in the order of that table: "readable" comes last, because the lines that the other columns look for are theirs
        self._own: dict[Need, OwnColumn] = {}
        own: list[Pattern] = []
        for name in [name for name in OWN_COLUMNS if name in self.names]:
            column = self._own[name] = OWN_COLUMNS[name](len(own))
            own += column.patterns
        self.look = Look([*shared, *own], doubting=doubting or "readable" in self.names)
        self._take_own = [column.take for column in self._own.values()]
        self._policies = self._shared.index("policies") if "policies" in self._shared else -1
        self.by_line = array("L")
        # what the shared columns hold of a record: one tuple for all records with the same values
        self._rows: list[tuple[object, ...]] = []
        self._known: dict[tuple[Match, ...], tuple[object, ...]] = {}
        self._lists: dict[str, list[object]] = {}

    def _shared_patterns(self) -> list[Pattern]:
        """Return the patterns of the columns whose values records share; one that several have is searched once, for all of them."""
        readers: dict[tuple[bytes, bytes], list[Reader]] = {}
        self._of_pattern: list[list[tuple[int, int]]] = []  # for each pattern: the numbers of its columns, and the index in each
        for number, column in enumerate(self._columns):
            for index, (each, read) in enumerate(zip(column.patterns, column.readers(), strict=True)):
                if each not in readers:
                    readers[each] = []
                    self._of_pattern.append([])
                readers[each].append(read)
                self._of_pattern[[*readers].index(each)].append((number, index))
        return [Pattern((name,), pattern, _reader_for(reads)) for (name, pattern), reads in readers.items()]

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, batch: Batch) -> None:
        """Add the values of regular records."""
        known = self._known.get
        self.by_line.extend(len(self._rows) + index for index in batch.by_line)
        rows = [known(each) or self._row(each) for each in batch.matches] if self._columns else [()] * len(batch.matches)
        self._rows += rows
        usual = bytearray(b"\1") * len(rows)
        if self._policies >= 0:
            for index, row in enumerate(rows):
                if row[self._policies] is None:
                    usual[index] = False
        for take in self._take_own:
            take(batch.own, usual)

    def _row(self, matches: tuple[Match, ...]) -> tuple[object, ...]:
        found: list[tuple[Match, ...]] = [()] * len(self._columns)
        for pattern, value in matches:
            columns = self._of_pattern[pattern]
            values = [value] if len(columns) == 1 else cast("tuple[bytes, ...]", value)
            for (number, index), each in zip(columns, values, strict=True):
                found[number] += ((index, each),)
        row = tuple(column.make(values) for column, values in zip(self._columns, found, strict=True))
        if len(self._known) < _MEMORY:
            self._known[matches] = row
        elif self._policies >= 0 and row[self._policies]:  # nobody remembers them: each would stay in memory for one record
            row = (*row[: self._policies], None, *row[self._policies + 1 :])
        return row

    def take_parsed(self, attributes: Attributes) -> None:
        """Add the values of a record whose attributes were parsed."""
        by_name: dict[str, list[bytes]] = {}
        for spelling, each in attributes.items():  # with options, such as homeDirectory;lang-en, an attribute is still that attribute
            by_name.setdefault(spelling.partition(";")[0].lower(), []).extend(each)
        row = tuple(
            column.make(
                tuple(
                    (index, column.parsed[index](value))
                    for found, each in by_name.items()
                    for index, (attribute, _) in enumerate(column.patterns)
                    if attribute.lower() == found.encode()
                    for value in each
                    if column.elsewhere or not isinstance(value, UnfetchedURL)
                )
            )
            for column in self._columns
        )
        self._rows.append(row)
        for own in self._own.values():
            own.take_parsed(by_name)

    def lacks_guid(self, text: str) -> bool:
        """Tell whether it is known that none of the records has a GUID, given in upper case."""
        return lacks_guid(self._own.get("guids"), text)

    def values(self, name: Need) -> Any:
        """Return a column: the value of each record by its id.  To be called when all records were added."""
        if name in self._own:
            return self._own[name].values
        if name not in self._lists:
            number = self._shared.index(name)
            self._lists[name] = [row[number] for row in self._rows]
        return self._lists[name]
