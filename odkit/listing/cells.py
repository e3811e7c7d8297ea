"""Cells of a table: what a column says of a record, and how it is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from odkit.ldif import Answer
from odkit.text import escape

__all__ = ["Cell", "is_unknown", "json_cell", "shown", "written", "written_row"]

# text, a number, a time in UTC, a flag, several texts; None for what is absent; an `Answer` for what cannot be known
Cell = str | int | float | bool | datetime | tuple[str, ...] | None | Answer

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def is_unknown(cell: Cell) -> bool:
    """Tell whether the export does not show what the cell is about."""
    return isinstance(cell, Answer)


def shown(cell: Cell) -> str:
    """Return a cell for a screen: one line, escaped; ``-`` for what is absent and ``?`` for what cannot be known."""
    if isinstance(cell, Answer):
        return "?"
    if cell is None or cell == ():
        return "-"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, tuple):
        return ", ".join(map(escape, cell))
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    return escape(str(cell))


def written(cell: Cell, *, raw: bool = False) -> str:
    """Return a cell of a csv or tsv file, before it is quoted.

    Args:
        cell: what is absent or cannot be known is an empty cell, so that a column keeps its type.
        raw: leave a text as it is that a spreadsheet would take for a formula; else an apostrophe is put before it.
    """
    if cell is None or isinstance(cell, Answer):
        return ""
    if isinstance(cell, str):
        text = escape(cell)
    elif isinstance(cell, tuple):
        text = "; ".join(map(escape, cell))
    elif isinstance(cell, bool):
        return "true" if cell else "false"
    else:
        return cell.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(cell, datetime) else str(cell)
    return f"'{text}" if not raw and text.startswith(_FORMULA) else text


def written_row(row: Iterable[Cell], *, raw: bool = False) -> list[str]:
    """Return all cells of a row as `written` gives them."""
    return [
        ""
        if cell is None or type(cell) is Answer
        else cell  # what needs no call is written without one: a domain has a million cells
        if type(cell) is str and cell.isprintable() and not cell.startswith(_FORMULA)
        else str(cell)
        if type(cell) is int
        else written(cell, raw=raw)
        for cell in row
    ]


def json_cell(cell: Cell) -> object:
    """Return a cell for JSON: null for what is absent, ``{"unknown": why}`` for what cannot be known; times as text in UTC."""
    if isinstance(cell, Answer):
        return {"unknown": cell.value}
    if isinstance(cell, datetime):
        return written(cell)
    if isinstance(cell, tuple):
        return [escape(each) for each in cell]
    return escape(cell) if isinstance(cell, str) else cell
