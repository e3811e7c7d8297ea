"""What a question is, and what is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from types import MappingProxyType

from odkit.dataclass import dataclass
from odkit.listing import Cell
from odkit.listing.cells import is_unknown
from odkit.listing.cells import json_cell as listed_cell

__all__ = ["Column", "Found", "Parameter", "Question", "Unjudged", "json_cell"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer.

    Attributes:
        name: as files and JSON write it.
        what: it says, for people.
        always: whether every thing has it: null is what an export does not show, and not what is absent.
    """

    name: str
    what: str = ""
    always: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that a question is asked about.

    Attributes:
        name: as `odkit.ask` and the command line write it.
        what: it is, for people.
        values: returns the values for the SQL by name; raises UsageError for what is none.
        needed: whether there is no answer without it; `values` is given None where it is left out.
    """

    name: str
    what: str
    values: Callable[[object], Mapping[str, object]]
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Unjudged:
    """What a question cannot judge, because an export does not show what it needs.

    Attributes:
        what: they are, many of them, and why, for people.
        sql: counts them; it may use the parameters of the question.
        column: instead of SQL: the rows are counted in which this column is not shown.
    """

    what: str
    sql: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that is ready.

    Attributes:
        name: as the command line writes it.
        what: is asked, for people.
        columns: of the answer.
        sql: finds the rows: one cell for each of the columns, and one more, a list of the names of those that are not shown, or null.
        parameters: it is asked with.
        unjudged: what is counted beside the rows.
        common: what the SQL of the rows, and of each count, begins with (WITH …).
    """

    name: str
    what: str
    columns: tuple[Column, ...]
    sql: str
    parameters: tuple[Parameter, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    common: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer.

    Attributes:
        question: that was asked; None for SQL of the caller.
        columns: of the rows.
        rows: a cell for each column: text, a number, a flag, a time (UTC), a tuple of texts; None for what is absent, and an `Answer` for
            what the export does not show.
        unjudged: how many things could not be judged, by what they are and why; without those of which there are none.
        notes: which exports were left out, and why.
        incomplete: names of the exports, among those that were asked, that are incomplete.
    """

    question: Question | None
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    unjudged: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()


def json_cell(cell: Cell) -> object:
    """Return a cell for JSON; what an export does not show is ``{"unknown": "not shown"}``, because tables do not hold why."""
    return {"unknown": "not shown"} if is_unknown(cell) else listed_cell(cell)
