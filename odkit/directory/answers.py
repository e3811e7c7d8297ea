"""What an export answers about a record or an attribute: its value, that there is none, or that it cannot be known from here.

od.answers.record("uid=ann,cn=users,dc=od,dc=example,dc=com")       known, absent, not asked, cut off
od.answers.attribute(od.users["ann"], "authAuthority")              known, absent, not asked, unreadable, elsewhere, cut off
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from odkit.directory._records import SourceInfo
from odkit.directory._views import Record
from odkit.dn import dn_key
from odkit.ldif import Answer, Unknown, unknowns
from odkit.namedtuple import NamedTuple
from odkit.text import shorten
from odkit.values.schema import AUTHDATA

__all__ = ["Answers"]


_REMEMBERED = 4096  # records, of which several attributes are asked for one after the other


class Questioned(Protocol):
    """What `Answers` needs of a directory."""

    torn: set[tuple[str, int]]
    hidden: set[str]

    @property
    def sources(self) -> Sequence[SourceInfo]:
        """The inputs of the directory."""
        ...

    @property
    def authdata(self) -> int:
        """Number of records below ``cn=authdata``."""
        ...

    def by_key(self, key: str) -> Record | None:
        """Return the record whose DN has this normal form; None when there is none."""
        ...


class _Seen(NamedTuple):
    """What the answers need of a record, so that it is not parsed for each of them.

    Attributes:
        names: of its attributes, in lower case, without options.
        path: of its entry.
        offset: of its entry.
        key: normal form of its DN.
        unknowns: what its lines do not tell; None where they were not looked at.
    """

    names: frozenset[str]
    path: str
    offset: int
    key: str | None
    unknowns: tuple[Unknown, ...] | None


class Answers:
    """The answers of one directory.

    Args:
        od: the directory.
    """

    def __init__(self, od: Questioned) -> None:
        self._od = od
        self._relied = {info.path: info.reliance for info in od.sources}
        asked = [each.asked for each in self._relied.values()]
        self._names_only = any(each.names_only for each in asked)
        self._lacks = any(each.lacks for each in self._relied.values())  # what was asked for does not change
        self._narrow = any(not search.every_attribute for each in asked for search in each.searches)
        self._asked_whole = not (self._narrow or self._names_only or self._lacks)
        self._remembered: dict[int, _Seen] = {}
        self._names: dict[frozenset[str], frozenset[str]] = {}  # those of most records are the same

    def __repr__(self) -> str:
        return f"<Answers of {shorten(', '.join(self._relied))}>"

    def record(self, key: str) -> Answer:
        """Return the answer about a record, by the normal form of its DN."""
        if self._od.by_key(key) is not None:
            return Answer.KNOWN
        if (key == AUTHDATA or key.endswith("," + AUTHDATA)) and not self._od.authdata:
            return Answer.NOT_ASKED  # a database of its own, which slapcat gives in a file of its own
        said = {each.without(key) for each in self._relied.values()}
        return next(each for each in (Answer.CUT, Answer.ABSENT, Answer.NOT_ASKED) if each in said)

    def attribute(self, record: Record, name: str) -> Answer:
        """Return the answer about an attribute of a record that is there, by its description without options."""
        seen, wanted = self._seen(record), name.lower()
        there = wanted in seen.names
        for each in seen.unknowns or ():
            if each.attribute.partition(";")[0].lower() == wanted or not each.attribute:
                if there and not each.attribute and each.answer is Answer.UNREADABLE:
                    continue  # a line that cannot be read is another value, or another attribute
                return each.answer
        if (seen.path, seen.offset) in self._od.torn:
            return Answer.CUT
        if there:
            return Answer.KNOWN
        relied = self._relied.get(seen.path)
        search = relied.asked.search_at(seen.offset) if relied is not None else None
        return Answer.ABSENT if search is None or search.asks(name) else Answer.NOT_ASKED

    def unknown(self, record: Record, *names: str) -> str:
        """Return what of a record cannot be known, in words; empty when all can: a writer passes over such a record, and lists it.

        Args:
            record: of this directory.
            names: the attributes that matter; all, without any.
        """
        if self.whole:
            return ""
        if not names:
            return self._any_unknown(record)
        answers = ((name, self.attribute(record, name)) for name in names)
        return next((f"{name} is not shown ({a.value})" for name, a in answers if a not in {Answer.KNOWN, Answer.ABSENT}), "")

    def _any_unknown(self, record: Record) -> str:
        entry = record.entry
        _ = entry.attributes  # only what is read is found damaged
        found = self._unknowns(record)
        if found:
            return str(found[0])
        if (entry.path, entry.offset) in self._od.torn:
            return "lines of it may be missing"
        relied = self._relied.get(entry.path)
        search = relied.asked.search_at(entry.offset) if relied is not None else None
        return "" if search is None or search.every_attribute else "not all of its attributes were asked for"

    def _seen(self, record: Record) -> _Seen:
        """Return what is to be known of a record; a copy that was changed is none of the directory, and is not remembered."""
        known = self._remembered.get(record.record_id)
        if known is not None and (known.unknowns is not None or not self._is_hidden(known.key)):
            return known
        entry = record.entry
        names = frozenset([each.partition(";")[0].lower() for each in entry.attributes])  # what is read is found damaged
        key = dn_key(record.dn)
        found = _Seen(
            self._names.setdefault(names, names), entry.path, entry.offset, key, unknowns(entry) if self._is_hidden(key) else None
        )
        if record.record_id >= 0:
            if len(self._remembered) == _REMEMBERED:
                self._remembered.clear()
                self._names.clear()
            self._remembered[record.record_id] = found
        return found

    def _unknowns(self, record: Record) -> tuple[Unknown, ...]:
        """Return what its lines do not tell; they are looked at only where something was noticed."""
        return unknowns(record.entry) if self._is_hidden(dn_key(record.dn)) else ()

    def _is_hidden(self, key: str | None) -> bool:
        """Whether the lines of a record must be looked at."""
        return self._names_only or key is None or key in self._od.hidden

    @property
    def asked_for_all(self) -> bool:
        """Whether every attribute was asked for, so that one that a readable record lacks is absent, unless lines of it are missing."""
        return not (self._narrow or self._names_only)

    @property
    def whole(self) -> bool:
        """Whether nothing was left out, cut off or unreadable: what is not there is absent."""
        return self._asked_whole and not (self._od.hidden or self._od.torn)
