"""The parts of the page that show what is in the directory, as HTML: records, policies, mounts and homes, and the tables of the search."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from odkit.reporting.model import Outcomes, Page, PolicyRecord, Row, TypeRow, Written
from odkit.reporting.pieces import EMPTY, block, cells, heads, number, rows_of, scroll, section, together, when

__all__ = ["policies", "records", "search", "shares"]


def records(page: Page) -> Markup:
    """Return the numbers of records by type."""
    names = ("Before", "After", "Difference") if page.two else ("Records",)
    table = Markup(
        '<table class="numbers">\n<thead><tr><th scope="col">Type</th>%s<td></td></tr></thead>\n<tbody>\n%s</tbody>\n</table>\n'
    ) % (heads(names), together(map(_kind, page.types)))
    return section("records", "Records by type", scroll("Records by type", table))


def _kind(row: TypeRow) -> Markup:
    numbers = [number(row.was)]
    if row.now is not None:
        numbers += [number(row.now), f"{row.now - row.was:+,}" if row.now != row.was else ""]
    return Markup(
        '<tr><th scope="row">%s</th>%s<td class="bar">'
        '<svg width="100" height="8" aria-hidden="true" focusable="false"><rect width="%s" height="8"/></svg></td></tr>\n'
    ) % (row.kind, cells(numbers), row.width)


def policies(page: Page) -> Markup:
    """Return the managed preferences, and what changes in them."""
    if page.domains is None:
        return EMPTY
    left = Markup('<p class="left">%s more records with settings: <code>odkit list policies EXPORT</code>.</p>')
    by_record = Markup("<h3>By record</h3>\n%s%s") % (
        together(map(_policy, page.policies)),
        when(page.policies_left, left, number(page.policies_left)),
    )
    inner = Markup("%s%s\n%s") % (
        _outcomes(page.outcomes) if page.outcomes is not None else EMPTY,
        block(page.domains),
        by_record if page.policies else EMPTY,
    )
    return section("policies", "Policies (MCX)", inner)


def _outcomes(outcomes: Outcomes) -> Markup:
    group = Markup("<details><summary>%s: %s %s</summary>\n%s</details>\n")
    groups = together(
        group
        % (
            who,
            len(rows),
            "change" if len(rows) == 1 else "changes",
            scroll(f"What changes for {who}", _settings(("What", "Domain", "Key"), rows)),
        )
        for who, rows in outcomes.groups
    )
    return Markup("<h3>What changes for whom</h3>\n%s%s") % (
        groups or Markup("<p>Nobody gets anything else.</p>\n"),
        together(Markup('<p class="left">%s</p>') % line for line in outcomes.left_out),
    )


def _policy(record: PolicyRecord) -> Markup:
    return Markup('<details><summary>%s <span class="where">%s</span></summary>\n<p class="left">%s%s</p>\n%s</details>\n') % (
        record.title,
        record.domains,
        ", ".join(record.names),
        when(record.left, Markup(" and %s more"), number(record.left)),
        scroll(f"Settings of {record.title}", _settings(("Domain", "Key", "How often", "Value"), record.rows)),
    )


def _settings(names: Row, rows: Iterable[Row]) -> Markup:
    inner = together(Markup("<tr>%s</tr>") % cells(row) for row in rows)
    return Markup("<table><thead><tr>%s</tr></thead>\n<tbody>%s</tbody></table>\n") % (heads(names), inner)


def shares(page: Page) -> Markup:
    """Return the mounts and homes by server."""
    if page.shares is None:
        return EMPTY
    return section("shares", "Mounts and homes by server", together(map(block, page.shares.blocks)))


def search(page: Page) -> Markup:
    """Return the search, and what is shown of its tables without scripts."""
    if not page.tables:
        return EMPTY
    choice = Markup('<option value="%s">%s (%s)</option>')
    inner = Markup(
        '<div id="finder" hidden>\n<div class="filter" role="search" aria-label="Users, groups, computers">\n'
        '<label for="query">Search</label> <input id="query" type="search" autocomplete="off" spellcheck="false">\n'
        '<label for="kind">in</label> <select id="kind">%s</select>\n<span id="found" role="status"></span>\n</div>\n'
        '<div class="finder">\n<div id="list" role="listbox" tabindex="0" aria-label="Results"></div>\n'
        '<div id="record" role="region" aria-label="The record" aria-live="polite" tabindex="0"></div>\n</div>\n'
        '<p id="not-here" class="left"></p>\n</div>\n<div id="plain">\n%s</div>\n'
    ) % (together(choice % (each.kind, each.kind, number(each.count)) for each in page.tables), together(map(_plain, page.tables)))
    return section("search", "Users, groups, computers", inner)


def _plain(table: Written) -> Markup:
    """Return a table for readers without scripts."""
    name, shown = table.kind.capitalize(), len(table.first)
    is_cut = table.count > shown
    columns = together(Markup('<th scope="col" title="%s">%s</th>') % (what, column) for column, what in table.head)
    rows = Markup("<table><thead><tr>%s</tr></thead>\n<tbody>\n%s</tbody></table>\n") % (columns, rows_of(table.first))
    left = Markup('<p class="left">With scripts this page searches all; <code>odkit list %s EXPORT</code> lists them.</p>')
    return Markup("<details><summary>%s: %s%s</summary>\n%s%s</details>\n") % (
        name,
        when(is_cut, Markup("the first %s of "), shown),
        number(table.count),
        scroll(name, rows),
        when(is_cut, left, table.kind),
    )
