"""Values of property lists: what the readers give, and what two values being equal means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from odkit.dataclass import dataclass
from odkit.errors import OdkitError
from odkit.plist.deviations import EVERY, Deviation, phrase

__all__ = ["MAX_DEPTH", "MAX_NODES", "MAX_SIZE", "Date", "Note", "Plist", "PlistError", "canonical", "deviation", "freeze"]

MAX_SIZE = 16 << 20  # bytes; the mapping template of cn=macosxodconfig, the largest seen, has some tens of kB
MAX_DEPTH = 100  # nested containers
MAX_NODES = 200_000  # values, counted once for each place where they occur

_MAX_NOTES = 20


def deviation(code: str) -> Deviation:
    """Return a row of the table, which is made for the first document that needs one."""
    from odkit.plist.table import DEVIATIONS

    return DEVIATIONS[code]


class PlistError(OdkitError):
    """The value is not a property list for any release of Mac OS X, or odkit refuses to read it."""


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """A date that `datetime` cannot hold: Apple's years have any number of digits, and there is a year 0.

    Attributes:
        year, month, day, hour, minute, second: UTC, proleptic Gregorian.
    """

    year: int
    month: int
    day: int
    hour: int = 0
    minute: int = 0
    second: int = 0

    def isoformat(self) -> str:
        """Return the date as CoreFoundation writes it, without the Z; years have at least four characters, as %04d gives them."""
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}T{self.hour:02d}:{self.minute:02d}:{self.second:02d}"


@dataclass(frozen=True, slots=True)
class Note:
    """One deviation in a document.

    Attributes:
        deviation: its row in the table.
        line, column: where, from 1; 0 in binary documents and for what concerns the whole document.
        detail: more words, escaped: the name of a key, an encoding.
    """

    deviation: Deviation
    line: int = 0
    column: int = 0
    detail: str = ""

    def __str__(self) -> str:
        what = f"{self.deviation.what} {self.detail}" if self.detail else self.deviation.what
        place = f" (line {self.line}, column {self.column})" if self.line else ""
        return f"{what}{place}{phrase(self.deviation)}"


@dataclass(frozen=True, slots=True)
class Plist:
    """A property list.

    Attributes:
        value: dict, list, str, int, float, bool, bytes, datetime (naive, UTC), `Date`, or None for the null of a binary document.
        raw: its bytes.
        notes: what differs from what Apple's writers write.
        more: the documents behind the first one; Macs do not look at them.
        refused: releases that refuse the whole value.
    """

    value: Any
    raw: bytes = field(repr=False)
    notes: tuple[Note, ...] = ()
    more: tuple[Any, ...] = ()
    refused: frozenset[str] = frozenset()


class Reading:
    """What the readers of one document share: its notes and its budget of values."""

    __slots__ = ("budget", "codes", "depth", "notes", "refused")

    def __init__(self, budget: int = MAX_NODES, depth: int = MAX_DEPTH) -> None:
        self.notes: list[Note] = []
        self.refused: frozenset[str] = frozenset()
        self.budget = budget
        self.depth = depth
        self.codes: set[str] = set()

    def note(self, deviation: Deviation, line: int = 0, column: int = 0, detail: str = "") -> None:
        """Keep a deviation: the first twenty, and the first one of each kind.

        Raises:
            PlistError: no release reads the document.
        """
        found = Note(deviation, line, column, detail)
        self.refused |= deviation.refused
        if deviation.refused >= EVERY:
            raise PlistError(f"is no property list: {found}")
        if len(self.notes) < _MAX_NOTES or deviation.code not in self.codes:
            self.notes.append(found)
        self.codes.add(deviation.code)
        if self.refused >= EVERY:
            raise PlistError(f"is no property list for any release: {'; '.join(str(n) for n in self.notes if n.deviation.refused)}")

    def count(self, depth: int) -> None:
        """Count one value at a depth.

        Raises:
            PlistError: there are too many values, or they are nested too deeply.
        """
        self.budget -= 1
        if self.budget < 0:
            raise PlistError("holds too many values, or itself")
        if depth > self.depth:
            raise PlistError(f"is nested more than {self.depth} deep, or holds itself")


def canonical(value: Any) -> Any:
    """Return a hashable form: equal forms mean equal values of equal types; the order of keys has no meaning, that of arrays has.

    In a property list true, 1 and 1.0 are three values, in Python one.
    """
    if isinstance(value, Mapping):
        return ("dict", tuple(sorted((key, canonical(each)) for key, each in value.items())))
    if isinstance(value, (list, tuple)):
        return ("array", tuple(canonical(each) for each in value))
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, int):
        return ("integer", value)
    if isinstance(value, float):
        return ("real", repr(value))  # nan equals nan here, and 0.0 differs from -0.0
    if isinstance(value, bytes):
        return ("data", value)
    if isinstance(value, (datetime, Date)):
        return ("date", value.isoformat())
    if value is None:
        return ("null",)
    return ("string", str(value))


def freeze(value: Any) -> Any:
    """Return the value as one that nobody can change: read-only mappings for dictionaries, tuples for arrays."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: freeze(each) for key, each in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(map(freeze, value))
    return value
