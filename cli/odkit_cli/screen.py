"""What people read on a terminal: tables as wide as their cells, and lines, fitted to its width."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TextIO

import click

from odkit.text import table as whole_table

__all__ = ["fitted", "folded", "folded_text", "list_table", "table", "width_of_screen"]

_NARROW = 40  # columns; a terminal that says less is not believed
_NAME, _LEAST = 20, 10  # to which the first and the other columns of a list are narrowed
_READABLE = 16  # to which a column that is folded is narrowed
_GAP = 2  # blanks between columns


def width_of_screen() -> int | None:
    """Return the columns of the terminal that standard output goes to; None for a pipe or a file, which get every cell whole."""
    return _width(sys.stdout)


def _width(stream: TextIO | None) -> int | None:
    if stream is None or not stream.isatty():
        return None
    import shutil

    return max(shutil.get_terminal_size().columns, _NARROW)


def folded(line: str, width: int | None, indent: str) -> list[str]:
    """Fold a line between words.

    Args:
        line: without line end; it may have colours.
        width: columns; None leaves it as it is.
        indent: put before each line but the first.
    """
    if width is None or len(click.unstyle(line)) <= width:
        return [line]
    import textwrap

    return textwrap.wrap(line, max(width, _NARROW), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def folded_text(text: str, stream: TextIO | None) -> str:
    """Fold the lines of a text that are longer than the terminal is wide, each behind its own indent; a pipe and a file get it as it is.

    Args:
        text: with its line ends.
        stream: that it is printed to.
    """
    width = _width(stream)
    if width is None:
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        lines += folded(line, width, line[: len(line) - len(line.lstrip(" "))][: width // 2] + "  ")
    return "\n".join(lines)


def table(rows: Iterable[Sequence[str]], *, headers: Sequence[str] = (), indent: str = "  ") -> list[str]:
    """Lay out rows in columns as `odkit.text.table` does; on a terminal, cells are folded so that every line fits.

    Args:
        rows: cells that are escaped already.
        headers: first line; left out when empty.
        indent: put before each line.
    """
    body = [list(row) for row in rows]
    width = width_of_screen()
    if width is None or not body:
        return whole_table(body, headers=headers, indent=indent)
    widths = _widths([list(headers), *body])
    widths = fitted(widths, width - len(indent), [_READABLE] * len(widths))
    return [line for row in ([list(headers)] if headers else []) + body for line in _laid_out([*map(_fold, row, widths)], widths, indent)]


def list_table(rows: Iterable[Sequence[str]], headers: Sequence[str]) -> tuple[list[str], list[str]]:
    """Lay out rows of one line each; on a terminal, long cells end with ``…`` and columns that do not fit are left out.

    Args:
        rows: cells that are escaped already.
        headers: first line.

    Returns:
        The lines, and the headings of the columns that were left out.
    """
    body = [list(row) for row in rows]
    width = width_of_screen()
    if width is None or not body:
        return whole_table(body, headers=headers, indent=""), []
    widths = _widths([list(headers), *body])
    least = [min(each, max(len(head), _LEAST if n else _NAME)) for n, (each, head) in enumerate(zip(widths, headers, strict=True))]
    shown = len(widths)
    while shown > 1 and sum(least[:shown]) + _GAP * (shown - 1) > width:
        shown -= 1
    widths = fitted(widths[:shown], width, least[:shown])
    lines = [
        line for row in [list(headers), *body] for line in _laid_out([[_cut(c, w)] for c, w in zip(row, widths, strict=False)], widths, "")
    ]
    return lines, list(headers[shown:])


def fitted(widths: Sequence[int], room: int, least: Sequence[int]) -> list[int]:
    """Narrow the widest columns until all fit beside each other, none below its least width: what fits is left as it is.

    Args:
        widths: of the columns.
        room: for all of them with the blanks between them.
        least: width that each column keeps in any case.
    """
    room -= _GAP * (len(widths) - 1)
    most = max(widths)

    def narrowed() -> list[int]:
        return [min(each, max(most, kept)) for each, kept in zip(widths, least, strict=True)]

    while most > min(least) and sum(narrowed()) > room:
        most -= 1
    found = narrowed()
    left = room - sum(found)  # what the last step took too much
    for number, each in enumerate(widths):
        if left > 0 and each > found[number]:
            found[number] += 1
            left -= 1
    return found


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(len(row[n]) for row in rows if n < len(row)) for n in range(max(map(len, rows)))]


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else f"{cell[: width - 1]}…"


def _fold(cell: str, width: int) -> list[str]:
    if len(cell) <= width:
        return [cell]
    import textwrap

    return textwrap.wrap(cell, width, break_on_hyphens=False) or [""]


def _laid_out(cells: Sequence[Sequence[str]], widths: Sequence[int], indent: str) -> list[str]:
    """Return the lines of a row whose cells may have several."""
    return [
        (indent + (" " * _GAP).join(part.ljust(width) for part, width in zip(parts, widths, strict=False))).rstrip()
        for parts in zip_longest(*cells, fillvalue="")
    ]
