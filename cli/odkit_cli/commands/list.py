"""``odkit list``."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from odkit.dataclass import dataclass
from odkit_cli.inputs import open_exports, source
from odkit_cli.options import PATH, date_of, exports_argument, format_option, json_option, packed
from odkit_cli.output import Answer, finish, tell_damage

if TYPE_CHECKING:
    from odkit.listing import Listing

_KINDS = ("users", "groups", "computers", "lists", "mounts", "hosts", "principals", "policies")


@dataclass(frozen=True, slots=True)
class _Options:
    columns: str | None
    where: tuple[str, ...]
    principals: tuple[str, ...]
    retire: tuple[str, ...]
    at: str | None
    raw: bool
    show_columns: bool


@click.command("list")
@click.argument("kind", type=click.Choice(_KINDS), metavar="KIND")
@exports_argument()
@click.option("--columns", metavar="A,B", help="Columns and their order; --show-columns names all.")
@click.option("--where", multiple=True, metavar="CONDITION", help="COLUMN, !COLUMN, COLUMN=VALUE; also !=, <, <=, >, >=. All must hold.")
@click.option("--principals", multiple=True, type=PATH, metavar="FILE", help="A list of principals, for 'list principals'.")
@click.option("--retire", multiple=True, metavar="HOST", help="A retired server, for the verdicts of 'list hosts'.")
@click.option("--at", metavar="DATE", help="Judge accounts at this date (UTC); the export's newest modifyTimestamp by default.")
@click.option("--raw", is_flag=True, help="In csv and tsv, leave texts as they are that a spreadsheet would take for a formula.")
@click.option("--show-columns", is_flag=True, help="Name the columns of this kind, and what each says.")
@format_option("csv", "tsv", "ndjson", text="Form of the table.")
@json_option
@packed(_Options)
def list(options: _Options, *, kind: str, exports: tuple[str, ...], form: str) -> None:  # noqa: A001 - the command's name
    """List what an export holds, as a table.

    KIND is users, groups, computers, lists, mounts, hosts, principals or policies.

    A cell is '-' for what is absent, and '?' for what the export does not show. In csv and tsv both are empty, so that numbers stay
    numbers; the column 'unknown' names those that the export does not show in a row.

    \b
    Example:
      odkit list users export.ldif --where disabled
      odkit list users export.ldif --where home-host=files.example.com --columns name,home
      odkit list computers export.ldif --format csv > computers.csv
    """
    from odkit.listing import KINDS, Sources, listing, needs_of

    if options.show_columns:
        finish(_columns(kind), "json" if form == "json" else "text")
    import odkit
    from odkit.directory.readable import require_domain

    columns = [each.strip() for each in (options.columns or "").split(",") if each.strip()]
    needs = needs_of(KINDS[kind], columns, options.where)
    od = open_exports(exports, needs=needs)
    if not options.principals:
        require_domain(od)
    inventories = tuple(odkit.read_principals(source(name), realm=od.realm) for name in options.principals)
    at = date_of(options.at) or (od.newest_change if "stamps" in needs else None)
    table = listing(Sources(od, inventories, options.retire, at), KINDS[kind], columns, options.where)
    forms = {
        "json": _json,
        "text": _text,
        "csv": _separated(",", raw=options.raw),
        "tsv": _separated("\t", raw=options.raw),
        "ndjson": _lines,
    }
    made = forms[form](table)
    answer = Answer(
        lambda: json.loads(made),
        lambda: made,
        {name: lambda: made for name in ("csv", "tsv", "ndjson")},
        remarks=_remarks(table, form),
        findings=[f for each in inventories for f in each.findings],
    )
    finish(answer, form, damage=lambda: tell_damage(od), found=table.left_out)


def _columns(kind: str) -> Answer:
    from odkit.listing import KINDS
    from odkit_cli.screen import table

    found = KINDS[kind]
    rows = [(each.name, "usual" if each.usual else "", each.what) for each in found.columns.values()]
    return Answer(
        lambda: {"schema": "odkit/columns/1", "kind": kind, "columns": [{"name": n, "usual": bool(u), "what": w} for n, u, w in rows]},
        lambda: "\n".join(table(rows, indent="")) + "\n",
    )


def _remarks(table: Listing, form: str) -> tuple[str, ...]:
    from odkit.text import plural

    written = {"text": "'?'", "csv": "empty", "tsv": "empty"}.get(form, '{"unknown": …}')
    shown = [f"odkit: {column} is not shown by the export in {plural(n, 'row')}: {written}" for column, n in table.unknown.items()]
    if shown and form in {"csv", "tsv"} and "unknown" not in {column.name for column in table.columns}:
        shown.append(
            "odkit: what is absent is empty, too; to tell them apart, add the column 'unknown' (--columns), or take --format ndjson"
        )
    out = tuple(
        f"odkit: left out, because the export does not show '{column}' of them: {plural(n, 'row')}" for column, n in table.left_out.items()
    )
    return (*shown, *out)


def _text(found: Listing) -> str:
    from odkit.listing.cells import shown
    from odkit.text import plural
    from odkit_cli.screen import list_table

    rows = [[shown(cell) for cell in row] for row in found.rows()]
    heads = [column.name.upper().replace("-", " ") for column in found.columns]
    lines, hidden = list_table(rows, heads)
    if hidden:
        lines.append(f"Not on this screen: {', '.join(each.lower().replace(' ', '-') for each in hidden)}. Choose with --columns.")
    return "\n".join([*lines, plural(len(rows), "row")]) + "\n"


def _json(found: Listing) -> str:
    from odkit.listing.cells import json_cell

    names = [column.name for column in found.columns]
    rows = [dict(zip(names, map(json_cell, row), strict=True)) for row in found.rows()]
    body = {"schema": "odkit/list/1", "kind": found.kind.name, "columns": names, "rows": rows}
    return json.dumps(body | {"unknown": dict(found.unknown), "left_out": dict(found.left_out)})


def _lines(found: Listing) -> str:
    from odkit.listing.cells import json_cell

    names = [column.name for column in found.columns]
    return "".join(json.dumps(dict(zip(names, map(json_cell, row), strict=True)), ensure_ascii=True) + "\n" for row in found.rows())


def _separated(separator: str, *, raw: bool) -> Callable[[Listing], str]:
    def form(found: Listing) -> str:
        from odkit.listing.cells import written_row

        out = io.StringIO()
        writer = csv.writer(out, delimiter=separator, lineterminator="\n")
        writer.writerow([column.name for column in found.columns])
        writer.writerows(written_row(row, raw=raw) for row in found.rows())
        return out.getvalue()

    return form
