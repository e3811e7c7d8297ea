"""Pieces of HTML that several parts of the page are made of.

How texts are escaped: what is a `Markup` is a literal of ours, or was made of such ones (ruff's S704 refuses any other); its ``%`` and its
``join`` escape every other text that they put in.  A text that forgets to pass through them is a plain `str`, and is escaped where it
comes in.  Attributes stand in double quotes, which are escaped, too.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from odkit.reporting.model import Block
from odkit.reporting.shapes import Box, HostRow, Marked, Matrix, Picture

__all__ = [
    "EMPTY",
    "badge",
    "block",
    "cells",
    "dot",
    "heads",
    "matrix",
    "number",
    "picture",
    "rows_of",
    "scroll",
    "section",
    "together",
    "when",
]

EMPTY = Markup()
# of these a page has thousands
_ROW, _CELLS, _BETWEEN = Markup("<tr>%s</tr>\n"), Markup("<td>%s</td>"), Markup("</td><td>")
_NO_SERVICE, _SERVICE = Markup('<td class="none"></td>\n'), Markup('<td class="cell %s">%s</td>\n')
_OPEN = 12  # rows of a block that is open from the beginning


def together(pieces: Iterable[str]) -> Markup:
    """Return pieces as one."""
    return EMPTY.join(pieces)


def when(condition: object, piece: Markup, *texts: object) -> Markup:
    """Return a piece with texts in it where a condition holds, else nothing."""
    return piece % texts if condition else EMPTY


def number(count: int) -> str:
    """Return a number as it is shown."""
    return f"{count:,}"


def badge(mark: Marked) -> Markup:
    """Return a marked text."""
    return Markup('<span class="badge %s">%s</span>') % (mark.tone, mark.text)


def dot(mark: Marked) -> Markup:
    """Return the coloured dot before a marked text."""
    return Markup('<span class="dot %s"></span>') % mark.tone


def section(name: str, head: str, inner: Markup) -> Markup:
    """Return a part of the page; the name is what links to it hold."""
    whole = Markup('<section id="%(name)s" aria-labelledby="%(name)s-head">\n<h2 id="%(name)s-head">%(head)s</h2>\n%(inner)s</section>\n')
    return whole % {"name": name, "head": head, "inner": inner}


def scroll(label: str, inner: Markup) -> Markup:
    """Return what may be wider than the page, with a name for those who do not see it."""
    return Markup('<div class="scroll" tabindex="0" role="group" aria-label="%s">\n%s\n</div>\n') % (label, inner)


def heads(names: Iterable[str]) -> Markup:
    """Return the heads of columns."""
    return together(Markup('<th scope="col">%s</th>') % name for name in names)


def cells(texts: Iterable[str]) -> Markup:
    """Return the cells of a row, which has at least one."""
    return _CELLS % _BETWEEN.join(texts)


def rows_of(rows: Iterable[Iterable[str]]) -> Markup:
    """Return rows, each on a line."""
    return together(_ROW % cells(row) for row in rows)


def block(it: Block) -> Markup:
    """Return a titled table, which opens."""
    table = Markup("<table>\n<thead><tr>%s</tr></thead>\n<tbody>\n%s</tbody>\n</table>\n") % (heads(it.head), rows_of(it.rows))
    return Markup('<details class="block"%s>\n<summary><h3>%s%s</h3></summary>\n%s%s%s</details>\n') % (
        when(len(it.rows) <= _OPEN or it.tone in {"doubt", "bad"}, Markup(" open")),
        when(it.tone != "calm", Markup('<span class="dot %s"></span>'), it.tone),
        it.title,
        when(it.note, Markup("<p>%s</p>"), it.note),
        scroll(it.title, table),
        when(
            it.left,
            Markup('<p class="left">%s more are not shown here%s.</p>'),
            number(it.left),
            when(it.where, Markup(": <code>%s</code>"), it.where),
        ),
    )


def matrix(it: Matrix, label: str) -> Markup:
    """Return hosts by services."""
    head = Markup('<th scope="col">Host</th><th scope="col">Verdict</th>%s') % heads(it.services)
    table = Markup('<table class="matrix">\n<caption>%s</caption>\n<thead><tr>%s</tr></thead>\n<tbody>\n%s</tbody>\n</table>\n')
    more = Markup('<p class="left">%s more: <code>%s</code>.</p>')
    return scroll(label, table % (label, head, together(map(_host, it.rows)))) + when(it.more, more, number(it.more), it.where)


def _host(row: HostRow) -> Markup:
    domain = when(row.domain, Markup("<span>%s</span>"), row.domain)
    name = Markup('<span class="host"><b>%s</b>%s</span>') % (row.label, domain)
    if row.evidence:
        evidence = together(
            Markup("<li>%s%s</li>") % (reason, when(source, Markup(' <span class="where">%s</span>'), source))
            for reason, source in row.evidence
        )
        name = Markup("<details><summary>%s</summary><ul>%s</ul></details>") % (name, evidence)
    services = together(_NO_SERVICE if cell is None else _SERVICE % (cell.tone, cell.text) for cell in row.cells)
    return Markup('<tr>\n<th scope="row">%s</th>\n<td>%s</td>\n%s</tr>\n') % (name, badge(row.verdict), services)


def picture(it: Picture, place: int) -> Markup:
    """Return a drawn tree of servers; the place is that among all pictures, from 1."""
    title = f"Servers {it.title}" if it.title else "Servers"
    described = Markup(", ").join(Markup("%s (%s)") % (box.host, box.more) for box in it.boxes)
    return Markup(
        "<figure>\n<figcaption>%(title)s%(domain)s</figcaption>\n"
        '<div class="scroll" tabindex="0" role="group" aria-label="%(title)s, drawn">\n'
        '<svg width="%(width)s" height="%(height)s" viewBox="0 0 %(width)s %(height)s" role="img" aria-labelledby="tree%(place)s">\n'
        '<title id="tree%(place)s">%(described)s</title>\n%(boxes)s</svg>\n</div>\n</figure>\n'
    ) % {
        "title": title,
        "domain": when(it.domain, Markup("; their names end in %s"), it.domain),
        "width": it.width,
        "height": it.height,
        "place": place,
        "described": described,
        "boxes": together(_box(box, *it.box) for box in it.boxes),
    }


def _box(box: Box, width: int, height: int) -> Markup:
    line = EMPTY
    if box.parent:
        line = Markup('<path class="line" d="M%s %sh22V%sH%s"/>') % (*box.parent, box.y + height // 2, box.x)
    drawn = Markup('<rect class="box %s %s" x="%s" y="%s" width="%s" height="%s" rx="6"/>\n') % (
        *(box.role, box.tone),
        *(box.x, box.y, width, height),
    )
    texts = together(
        Markup('<text class="%s" x="%s" y="%s">%s</text>\n') % (kind, box.x + 12, box.y + down, text)
        for kind, down, text in (("host", 18, box.label), ("more", 34, box.more))
    )
    return line + drawn + texts
