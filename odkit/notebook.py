"""Tables of HTML for notebooks (``_repr_html_``): everything of an export is escaped twice, for people and for HTML."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from odkit.text import escape

__all__ = ["LIMIT", "cell", "page"]

LIMIT = 50  # rows; a notebook is no place for 100,000 users
_HEAD, _CELL = (f'<{tag} style="text-align:left">' for tag in ("th", "td"))


def cell(value: object) -> str:
    """Return a value as text of HTML; bytes and text of an export are shown with every character as itself."""
    text = value if isinstance(value, (str, bytes)) else str(value)
    return html.escape(escape(text))


def page(
    title: str, *, facts: Iterable[tuple[str, object]] = (), headers: Sequence[str] = (), rows: Iterable[Sequence[object]] = ()
) -> str:
    """Return a title, facts, and a table of which at most `LIMIT` rows are shown.

    Args:
        title: of it all.
        facts: names with their values.
        headers: of the table.
        rows: of the table; how many were left out is said.
    """
    out = [f"<p><b>{cell(title)}</b></p>"]
    lines = "".join(f"<tr>{_HEAD}{cell(name)}</th>{_CELL}{cell(value)}</td></tr>" for name, value in facts)
    if lines:
        out.append(f"<table>{lines}</table>")
    body: list[str] = []
    left = 0
    for row in rows:
        if len(body) == LIMIT:
            left += 1
        else:
            body.append(f"<tr>{''.join(f'{_CELL}{cell(each)}</td>' for each in row)}</tr>")
    if body:
        head = "".join(f"{_HEAD}{cell(each)}</th>" for each in headers)
        out.append(f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>")
    if left:
        out.append(f"<p>… and {left:,} more</p>")
    return f"<div>{''.join(out)}</div>"
