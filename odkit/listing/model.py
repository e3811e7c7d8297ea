"""Kinds of things that can be listed, their columns, and a table of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from odkit.dataclass import dataclass
from odkit.directory import Directory, Need, Record
from odkit.errors import UsageError
from odkit.listing.cells import Cell
from odkit.text import escape

if TYPE_CHECKING:
    from odkit.kerberos import Inventory

__all__ = ["Column", "Kind", "Sources"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sources:
    """What a list is made from.

    Attributes:
        od: the export.
        inventories: lists of principals.
        retire: hosts that are retired.
        at: the date at which accounts are judged; None where the export tells none.
    """

    od: Directory
    inventories: tuple[Inventory, ...] = ()
    retire: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column.

    Attributes:
        name: as options and files write it.
        what: it says, for people.
        cell: returns its cell of a thing.
        usual: whether it is shown when no columns are chosen.
        is_host: whether its texts are names of hosts, which compare without case and a final dot.
        needs: what it asks of all records.
    """

    name: str
    what: str
    cell: Callable[[T], Cell]
    usual: bool = True
    is_host: bool = False
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A kind of things.

    Attributes:
        name: as the command line writes it.
        what: they are, for people.
        things: yields them in the order of the export.
        columns: all that there are, by name.
        record: returns the record of a thing; None where a thing stands in several, or in none.
        needs: what finding the things asks of all records.
    """

    name: str
    what: str
    things: Callable[[Sources], Iterable[T]]
    columns: Mapping[str, Column[T]]
    record: Callable[[T], Record] | None = None
    needs: tuple[Need, ...] = ()

    def chosen(self, names: Iterable[str]) -> list[Column[T]]:
        """Return columns by name; the usual ones for no names.

        Raises:
            UsageError: there is no such column; it names all that there are.
        """
        wanted = list(names)
        return [self.column(name) for name in wanted] if wanted else [each for each in self.columns.values() if each.usual]

    def column(self, name: str) -> Column[T]:
        """Return a column by its name, in any case.

        Raises:
            UsageError: there is none; it names all that there are.
        """
        found = self.columns.get(name.lower())
        if found is None:
            raise UsageError(f"{escape(name)!r} is no column of {self.name}; there are {', '.join(self.columns)}")
        return found

    def rows(self, sources: Sources, wanted: Callable[[T], bool], columns: Iterable[Column[T]]) -> Iterator[tuple[Cell, ...]]:
        """Yield rows of those things that are wanted."""
        cells = [column.cell for column in columns]
        for thing in self.things(sources):
            if wanted(thing):
                yield tuple([cell(thing) for cell in cells])
