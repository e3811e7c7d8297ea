"""``odkit ask``."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from odkit.dataclass import dataclass
from odkit_cli.inputs import read_bytes
from odkit_cli.options import PATH, format_option, json_option, packed
from odkit_cli.output import Answer, finish

if TYPE_CHECKING:
    from odkit.asking import Found

# the ready questions, by name; tests/cli compares them with those of the library, which a shell that completes names need not load
_QUESTIONS = (
    "afp-places",
    "changes",
    "disabled-with-principals",
    "host-places",
    "missing-members",
    "policy-differences",
    "same-guid",
    "same-server-key",
    "same-uid",
    "unused-accounts",
)


_WIDEST = 100  # characters of a cell on a screen


@dataclass(frozen=True, slots=True)
class _Options:
    sql: str | None
    host: str | None
    record: str | None
    at: str | None
    raw: bool


@click.command("ask")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("question", required=False, type=click.Choice(_QUESTIONS), metavar="QUESTION")
@click.option("--sql", type=PATH, metavar="FILE", help="Ask what a file asks in SQL, one SELECT, instead of a question.")
@click.option("--host", metavar="NAME", help="Of host-places: the host.")
@click.option("--record", metavar="DN|NAME", help="Of changes: DN, short name or GUID of the record.")
@click.option("--at", metavar="DATE", help="Of unused-accounts: the date (UTC); that of each export by default.")
@click.option("--raw", is_flag=True, help="In csv, leave cells as they are that a spreadsheet would take for formulas.")
@format_option("csv", "markdown", text="Form of the table.")
@json_option
@packed(_Options)
def ask(options: _Options, *, folder: Path, question: str | None, form: str) -> None:
    """Ask the tables of many exports, which odkit tables, or a job of Spark, wrote to DIR.

    All questions but 'changes' look at the newest export of each domain. A cell is '-' for what is absent, and '?' for what the export does
    not show. The status is 1 where something is found, or cannot be judged; with --sql it is 0.

    \b
    QUESTION is one of:
      afp-places                places that name a share by AFP, by server
      changes                   what changed in a record over time (--record)
      disabled-with-principals  disabled accounts with a principal in the KDC
      host-places               every place of a host (--host)
      missing-members           members that exist nowhere
      policy-differences        policies that differ between offices or domains
      same-guid                 one GUID in two domains
      same-server-key           the same Password Server key in two domains
      same-uid                  one uidNumber, two people
      unused-accounts           accounts not used for a year (--at)

    \b
    Example:
      odkit ask tables same-uid
      odkit ask tables host-places --host xserve1.example.com --format csv
      odkit ask tables --sql query.sql
    """
    import odkit
    from odkit.asking import ask_sql, need_duckdb

    if (question is None) == (options.sql is None):
        raise click.UsageError(f"give a question or --sql FILE; the questions are {', '.join(_QUESTIONS)}")
    given = {name: value for name in ("host", "record", "at") if (value := getattr(options, name)) is not None}
    need_duckdb()
    if options.sql is not None:
        if given:
            raise click.UsageError(f"--{next(iter(given))} belongs to a question, and not to --sql")
        found = ask_sql(folder, _text_of(options.sql), name=options.sql)
    else:
        assert question is not None
        found = odkit.ask(folder, question, **given)
    answer = Answer(
        lambda: _json(found),
        lambda: _text(found),
        {"csv": lambda: _csv(found, raw=options.raw), "markdown": lambda: _markdown(found)},
        remarks=_remarks(found),
    )
    finish(answer, form, damage=lambda: bool(found.incomplete), found=found.question is not None and (found.rows or found.unjudged))


def _text_of(name: str) -> str:
    """Return the SQL of a file."""
    from odkit.errors import InputError

    try:
        return read_bytes(name, "query").decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(name, None, "is no text in UTF-8") from error


def _remarks(found: Found) -> tuple[str, ...]:
    from odkit.text import escape

    return (
        *(f"odkit: {each}" for each in found.notes),
        *(f"odkit: not judged: {what}: {count:,}" for what, count in found.unjudged.items()),
        *(f"odkit: {escape(each)}: the export is incomplete; what it lacks is not in the answer" for each in found.incomplete),
    )


def _heads(found: Found) -> list[str]:
    return [column.name.upper().replace("-", " ") for column in found.columns]


def _text(found: Found) -> str:
    from odkit.listing.cells import shown
    from odkit.text import escape, plural, shorten
    from odkit_cli.screen import table

    rows = [[shorten(cell, _WIDEST) if isinstance(cell, str) else shown(cell) for cell in row] for row in found.rows]
    return "\n".join([*table(rows, headers=list(map(escape, _heads(found))), indent=""), plural(len(rows), "row")]) + "\n"


def _csv(found: Found, *, raw: bool) -> str:
    from odkit.listing.cells import written_row

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(written_row([column.name for column in found.columns], raw=raw))
    writer.writerows(written_row(row, raw=raw) for row in found.rows)
    return out.getvalue()


def _markdown(found: Found) -> str:
    from odkit.listing.cells import shown
    from odkit.text import plural

    lines = [_line(_heads(found)), "|" + "---|" * len(found.columns)]
    lines += [_line([shown(cell) for cell in row]) for row in found.rows]
    return "\n".join([*lines, "", plural(len(found.rows), "row")]) + "\n"


def _line(cells: list[str]) -> str:
    """Return a row of a table; no character of a cell means anything."""
    from odkit.text import escape
    from odkit_cli.views.findings import as_markdown

    return "| " + " | ".join(as_markdown(escape(cell)) for cell in cells) + " |"


def _json(found: Found) -> dict[str, Any]:
    from odkit.asking import json_cell
    from odkit.text import escape

    names = [escape(column.name) for column in found.columns]
    return {
        "schema": "odkit/ask/1",
        "question": found.question.name if found.question is not None else None,
        "columns": names,
        "rows": [[json_cell(cell) for cell in row] for row in found.rows],
        "not_judged": dict(found.unjudged),
        "notes": list(found.notes),
        "incomplete": list(found.incomplete),
    }
