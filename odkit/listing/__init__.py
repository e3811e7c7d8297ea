"""Lists of what an export holds, with columns to choose and conditions: users, groups, computers, mounts, hosts and more.

listing(Sources(od), USERS, columns=["name", "home"], where=["disabled"])
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from odkit.directory import Need
from odkit.ldif import Answer
from odkit.listing.cells import Cell
from odkit.listing.conditions import Conditions
from odkit.listing.derived import HOSTS, POLICIES, PRINCIPALS
from odkit.listing.model import Column, Kind, Sources
from odkit.listing.others import COMPUTERS, GROUPS, LISTS, MOUNTS
from odkit.listing.users import USERS

__all__ = ["KINDS", "NEEDS", "Cell", "Column", "Kind", "Listing", "Sources", "listing", "needs_of"]

NEEDS: Final[tuple[Need, ...]] = ("accounts", "stamps", "homes", "managed")  # of all kinds and columns

KINDS: Final[dict[str, Kind[Any]]] = {kind.name: kind for kind in (USERS, GROUPS, COMPUTERS, LISTS, MOUNTS, HOSTS, PRINCIPALS, POLICIES)}


class Listing:
    """A table: its columns, and its rows, which are made while they are taken, once.

    Attributes:
        kind: of the things.
        columns: that were chosen.
        unknown: number of cells that cannot be known, by column; complete when all rows were taken.
        left_out: number of things of which a condition cannot be known, by column; complete when all rows were taken.
    """

    def __init__(self, sources: Sources, kind: Kind[Any], columns: Iterable[str], where: Iterable[str]) -> None:
        self.kind = kind
        self.columns: list[Column[Any]] = kind.chosen(columns)
        self._types: Counter[tuple[type, ...]] = Counter()  # of the cells of rows: an export has few different ones
        self._sources = sources
        self._conditions: Conditions[Any] = Conditions(kind, where)

    @property
    def unknown(self) -> Counter[str]:
        """Number of cells that cannot be known, by column."""
        found: Counter[str] = Counter()
        for types, count in self._types.items():
            found.update({column.name: count for column, each in zip(self.columns, types, strict=True) if each is Answer})
        return found

    @property
    def left_out(self) -> Counter[str]:
        """Number of things of which a condition cannot be known, by column."""
        return self._conditions.unknown

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Yield the rows, in the order of the export."""
        for row in self.kind.rows(self._sources, self._conditions.hold, self.columns):
            self._types[tuple(map(type, row))] += 1
            yield row


def listing(sources: Sources, kind: str | Kind[Any], columns: Iterable[str] = (), where: Iterable[str] = ()) -> Listing:
    """Return a table of the things of a kind.

    Args:
        sources: the export, and what belongs to it.
        kind: one of `KINDS`, or its name.
        columns: names of columns, in their order; the usual ones for none.
        where: conditions that must all hold: ``COLUMN``, ``!COLUMN``, ``COLUMN=VALUE`` and with ``!=``, ``<``, ``<=``, ``>``, ``>=``.

    Raises:
        UsageError: there is no such kind or column, or a condition cannot be read.
    """
    if isinstance(kind, str):
        from odkit.errors import UsageError
        from odkit.text import escape

        if kind not in KINDS:
            raise UsageError(f"{escape(kind)!r} cannot be listed; there are {', '.join(KINDS)}")
        kind = KINDS[kind]
    return Listing(sources, kind, columns, where)


def needs_of(kind: Kind[Any], columns: Iterable[str] = (), where: Iterable[str] = ()) -> tuple[Need, ...]:
    """Return what a table asks of all records, so that the export can be opened with it; the arguments are those of `listing`.

    Raises:
        UsageError: there is no such column, or a condition cannot be read.
    """
    used = [*kind.chosen(columns), *Conditions(kind, where).columns]
    return tuple(dict.fromkeys([*kind.needs, *(need for column in used for need in column.needs)]))
