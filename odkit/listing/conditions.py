"""Conditions of a list: ``disabled``, ``!managed``, ``home-host=files.example.com``, ``last-login<2008-01-01``."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Generic, TypeVar

from odkit.dataclass import dataclass
from odkit.errors import UsageError
from odkit.listing.cells import Cell, is_unknown
from odkit.listing.model import Column, Kind
from odkit.names import host_key
from odkit.patterns import regex
from odkit.text import escape
from odkit.text import moment as parse_moment

__all__ = ["Conditions"]

T = TypeVar("T")

_CONDITION = regex(r"(?P<no>!)?(?P<column>[A-Za-z][A-Za-z0-9-]*)(?:(?P<sign>!=|<=|>=|=|<|>)(?P<value>.*))?\Z")
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_FLAGS = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class _Condition(Generic[T]):
    column: Column[T]
    holds: Callable[[Cell], bool]


class Conditions(Generic[T]):
    """Conditions that must all hold.

    A thing of which a condition cannot be known is left out and counted in `unknown`, by column.

    Args:
        kind: of the things.
        texts: the conditions.

    Raises:
        UsageError: one that cannot be read, names no column, or compares with what the column cannot be.
    """

    def __init__(self, kind: Kind[T], texts: Iterable[str]) -> None:
        self._conditions = [_parse(kind, text) for text in texts]
        self.unknown: Counter[str] = Counter()

    @property
    def columns(self) -> list[Column[T]]:
        """The columns that they ask."""
        return [each.column for each in self._conditions]

    def hold(self, thing: T) -> bool:
        """Tell whether all of them hold for a thing."""
        unknown = ""
        for each in self._conditions:
            cell = each.column.cell(thing)
            if is_unknown(cell):
                unknown = unknown or each.column.name
            elif not each.holds(cell):
                return False
        if unknown:
            self.unknown[unknown] += 1
        return not unknown


def _parse(kind: Kind[T], text: str) -> _Condition[T]:
    match = _CONDITION.match(text)
    if match is None or (match["no"] and match["sign"]):
        raise UsageError(f"{escape(text)!r} is no condition: write COLUMN, !COLUMN, COLUMN=VALUE, !=, <, <=, > or >=")
    column = kind.column(match["column"])
    sign, value = match["sign"], match["value"]
    if sign is None:
        return _Condition(column, (lambda cell: not cell) if match["no"] else bool)
    if sign in {"=", "!="}:
        equal = _equal(column, value)
        return _Condition(column, equal if sign == "=" else lambda cell: not equal(cell))
    return _Condition(column, _ordered(sign, value))


def _equal(column: Column[T], value: str) -> Callable[[Cell], bool]:
    wanted = host_key(value) if column.is_host else value.casefold()
    moment = parse_moment(value)

    def equal(cell: Cell) -> bool:
        if isinstance(cell, bool):
            return cell is _FLAGS.get(value.lower())
        if isinstance(cell, datetime):
            return moment is not None and (cell.date() == moment.date() if "T" not in value else cell == moment)
        texts = cell if isinstance(cell, tuple) else () if cell is None else (str(cell),)
        return any((host_key(each) if column.is_host else each.casefold()) == wanted for each in texts) or (not texts and not value)

    return equal


def _ordered(sign: str, value: str) -> Callable[[Cell], bool]:
    compare, moment = _ORDER[sign], parse_moment(value)
    digits = value.removeprefix("-")
    number = int(value) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None
    if moment is None and number is None:
        raise UsageError(f"{escape(value)!r} is neither a number nor a date (YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ)")

    def ordered(cell: Cell) -> bool:
        if isinstance(cell, datetime):
            return moment is not None and bool(compare(cell, moment))
        if isinstance(cell, tuple):
            return number is not None and bool(compare(len(cell), number))
        return number is not None and isinstance(cell, int) and not isinstance(cell, bool) and bool(compare(cell, number))

    return ordered
