"""Who answers to a name: the records of one type by all their names, without a dictionary of the names that their DNs give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

from odkit.directory._searched import SearchedNames, SearchedTexts, UnsureError
from odkit.directory._views import Record
from odkit.patterns import regex

__all__ = ["NameTable"]

_SEARCHES = 256  # that cost less than a dictionary
_SIMPLE = regex(r"[a-z0-9_.$:-]+\Z", re.ASCII)  # nothing is escaped in a DN: the normal form is the name itself


class _Names(Protocol):
    """What a table needs of a directory."""

    def column(self, name: Any) -> Any: ...

    def lacks_guid(self, text: str) -> bool: ...

    def record_ids(self, kind: str) -> list[int]: ...

    def ids_by_rdn(self, kind: str) -> dict[str, int]: ...

    def view(self, record_id: int, kind: str) -> Record: ...


class NameTable:
    """The names and GUIDs of the records of one type; of two records with one name the first one has it.

    Who asks for a few names has one text searched; who asks for many gets a dictionary, which takes 150 bytes for each name that is not
    that of the DN.

    Args:
        directory: whose records are meant.
        kind: record type as dscl spells it.
    """

    def __init__(self, directory: _Names, kind: str) -> None:
        self._directory, self._kind = directory, kind
        self._attribute = "uid=" if kind == "Users" else "cn="
        self._rdns = directory.ids_by_rdn(kind)
        self._others: dict[str, int] = {}  # names that are not that of the DN
        self._nameless: dict[str, int] = {}  # what records are called that have no name
        self._renamed: set[int] = set()  # records that do not answer to the name in their DN
        self._guids: dict[str, int] | None = None
        self._uids, self._cns = directory.column("names")
        self._readable: bytearray = directory.column("readable")
        # as long as they are searched, these hold the other records alone
        first, last = next(iter(self._rdns.values()), 0), next(reversed(self._rdns.values()), -1)
        self._are_consecutive = last - first == len(self._rdns) - 1 >= 0  # they ascend
        self._ids: Sequence[int] = range(first, last + 1) if self._are_consecutive else [*self._rdns.values()]
        columns = self._all_names()
        if columns is None:
            ids: list[int] = []
            joined: list[bytes] = []
            for rdn, record_id in self._rdns.items():
                names = self._names(record_id)
                if names:
                    joined.append(names)
                    ids.append(record_id)
                else:
                    self._add(rdn, record_id)
            self._ids = ids
            columns = [joined]
        self._searched: SearchedNames | None = SearchedNames(columns)
        self._searches = _SEARCHES
        self._guids_searched: SearchedTexts | None = None
        self._guid_searches = _SEARCHES

    def _all_names(self) -> list[Sequence[bytes]] | None:
        """Return what `_names` gives for each record, in one column or two; None if that is nothing for some."""
        cns = self._of_all(self._cns)
        uids = self._of_all(self._uids) if self._kind == "Users" else []
        if not all(cns) or not all(self._of_all(self._readable)) or (not all(uids) and None in uids):
            return None
        return [uids, cns] if self._kind == "Users" else [cns]

    def _of_all(self, column: Any) -> Any:
        """Return the values of a column of all records."""
        if self._are_consecutive:
            first = next(iter(self._rdns.values()))
            return column[first : first + len(self._rdns)]
        return [*map(column.__getitem__, self._rdns.values())]

    def _names(self, record_id: int) -> bytes:
        """Return the names of a record, joined by line feeds; nothing for one that must be read, or whose short or long name is missing."""
        uid, cn = self._uids[record_id], self._cns[record_id]
        if not cn or uid is None or not self._readable[record_id]:
            return b""
        found: bytes = b"%b\n%b" % (uid, cn) if self._kind == "Users" else cn
        return found

    def _fill(self) -> None:
        """Make the dictionary, in the place of the text."""
        self._searched, self._ids = None, []
        self._others, self._nameless, self._renamed = {}, {}, set()
        for rdn, record_id in self._rdns.items():
            self._add(rdn, record_id)

    def _search(self, name: str) -> int | None:
        """Return the id of the first record among those that are searched that has a name, in lower case."""
        place = self._searched.find(name) if self._searched is not None else None
        return None if place is None else self._ids[place]

    def _read(self, record_id: int) -> Record:
        return self._directory.view(record_id, self._kind)

    def _add(self, rdn: str, record_id: int) -> None:
        joined = self._names(record_id)
        if joined:
            names = joined.decode("utf-8", "surrogateescape").lower().split("\n")
        else:
            names = [name.lower() for name in self._read(record_id).names]
        own = rdn.removeprefix(self._attribute)
        simple = own is not rdn and _SIMPLE.match(own) is not None
        missing = True
        for name in names:
            if simple and name == own:
                missing = False
            elif name:
                self._others.setdefault(name, record_id)
        if missing:
            self._renamed.add(record_id)
            if not any(names):
                record = self._read(record_id)
                for name in record.names:  # an empty one
                    self._others.setdefault(name.lower(), record_id)
                if not record.names and not record.guid:
                    self._nameless.setdefault(record.name.lower(), record_id)

    def by_name(self, name: str) -> int | None:
        """Return the id of the first record that answers to a name, without case; None if none does."""
        wanted = name.lower()
        own = self._rdns.get(self._attribute + wanted) if _SIMPLE.match(wanted) is not None else None
        answers = own is not None and own not in self._renamed and not (self._ids and self._names(own))
        found = [self._others.get(wanted), own if answers else None]
        if self._ids:
            self._searches -= 1
            try:
                found.append(self._search(wanted))
            except UnsureError:
                self._searches = -1
            if self._searches < 0:
                self._fill()
                return self.by_name(name)
        return min((each for each in found if each is not None), default=None)

    def find(self, name: str) -> int | None:
        """Return the id of the first record that has a name or GUID, without case; None if none has it."""
        named = self.by_name(name)
        found = [named, self._by_guid(name.upper(), named), self._nameless.get(name.lower())]
        return min((each for each in found if each is not None), default=None)

    def _by_guid(self, guid: str, before: int | None) -> int | None:
        """Return the id of the first record that has a GUID, in upper case; None if none has it.

        Args:
            guid: to be found.
            before: the id of a record; of those from there on it need not be told.
        """
        if self._directory.lacks_guid(guid):  # it is a name
            return None
        if self._guids is None:
            if self._guids_searched is None:
                self._guids_searched = SearchedTexts(self._of_all(self._directory.column("guids")))
            self._guid_searches -= 1
            if self._guid_searches >= 0:
                first = next(iter(self._rdns.values())) if self._are_consecutive and before is not None else 0
                limit = before - first if self._are_consecutive and before is not None else None
                try:
                    place = self._guids_searched.find(guid, limit)
                except UnsureError:
                    self._guid_searches = 0
                else:
                    return None if place is None else [*self._rdns.values()][place]
            self._guids, self._guids_searched = {}, None
            for record_id, each in zip(self._rdns.values(), self._of_all(self._directory.column("guids")), strict=True):
                if each:
                    self._guids.setdefault(each, record_id)
        return self._guids.get(guid)
