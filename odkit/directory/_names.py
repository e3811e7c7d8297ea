"""Who answers to a name: the records of one type by all their names, without a dictionary of the names that their DNs give."""

from __future__ import annotations

import re
from typing import Any, Protocol

from odkit.directory._views import Record
from odkit.patterns import regex

__all__ = ["NameTable"]

_SIMPLE = regex(r"[a-z0-9_.$:-]+\Z", re.ASCII)  # nothing is escaped in a DN: the normal form is the name itself


class _Names(Protocol):
    """What a table needs of a directory."""

    def column(self, name: Any) -> Any: ...

    def record_ids(self, kind: str) -> list[int]: ...

    def ids_by_rdn(self, kind: str) -> dict[str, int]: ...

    def view(self, record_id: int, kind: str) -> Record: ...


class NameTable:
    """The names and GUIDs of the records of one type; of two records with one name the first one has it.

    It holds 150 bytes for each name that is not that of the DN.

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
        uids, cns = directory.column("names")
        readable: bytearray = directory.column("readable")
        for rdn, record_id in self._rdns.items():
            uid, cn = uids[record_id], cns[record_id]
            if readable[record_id] and uid is not None and cn is not None:
                joined = (b"%b\n%b" % (uid, cn) if kind == "Users" else cn).decode("utf-8", "surrogateescape").lower()
                names = joined.split("\n")
            else:
                names = [name.lower() for name in self._read(record_id).names]
            self._add(rdn, record_id, names)

    def _read(self, record_id: int) -> Record:
        return self._directory.view(record_id, self._kind)

    def _add(self, rdn: str, record_id: int, names: list[str]) -> None:
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
        other = self._others.get(wanted)
        if own is None or own in self._renamed:
            return other
        return own if other is None else min(own, other)

    def find(self, name: str) -> int | None:
        """Return the id of the first record that has a name or GUID, without case; None if none has it."""
        if self._guids is None:
            guids: list[str] = self._directory.column("guids")
            self._guids = {}
            for record_id in self._rdns.values():
                if guids[record_id]:
                    self._guids.setdefault(guids[record_id], record_id)
        found = [self.by_name(name), self._guids.get(name.upper()), self._nameless.get(name.lower())]
        return min((each for each in found if each is not None), default=None)
