"""``odkit tables``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from odkit.dataclass import dataclass
from odkit_cli.inputs import open_exports, source
from odkit_cli.options import PATH, date_of, exports_argument, format_options, packed
from odkit_cli.output import Answer, finish, tell_damage

if TYPE_CHECKING:
    from odkit.tables import Written


@dataclass(frozen=True, slots=True)
class _Options:
    output: Path
    at: str | None
    digest_key: Path | None
    principals: tuple[str, ...]
    no_findings: bool


@click.command("tables")
@exports_argument()
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the tables: a new one, or one that has some.",
)
@click.option("--at", metavar="DATE", help="Date of the export (UTC); its newest modifyTimestamp by default.")
@click.option(
    "--digest-key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a keyed digest of each secret, so that equal ones can be found; a key that is not there is made. Not inside DIR.",
)
@click.option("--principals", multiple=True, type=PATH, metavar="FILE", help="A list of principals of the domain.")
@click.option("--no-findings", is_flag=True, help="Do not look for findings, which costs what verify costs.")
@format_options
@packed(_Options)
def tables(options: _Options, *, exports: tuple[str, ...], form: str) -> None:
    """Write an export as tables (Parquet) that DuckDB, Polars, pandas and Spark read.

    Tables of many exports, of many domains and dates, lie in one folder and are read as one; an export that is there already is
    replaced. No secret is written. Several files are one export: the main one, and its cn=authdata.

    \b
    Example:
      odkit tables export.ldif -o tables
      odkit tables export.ldif authdata.ldif -o tables --at 2011-03-09
    """
    import odkit
    from odkit.tables import NEEDS, DigestKey, Store, need_pyarrow, write_tables

    need_pyarrow()
    key = DigestKey.load(options.digest_key, options.output) if options.digest_key is not None else None
    store = Store(options.output)
    od = open_exports(exports, needs=NEEDS)
    inventories = [odkit.read_principals(source(name), realm=od.realm) for name in options.principals]
    written = write_tables(
        od,
        store,
        at=date_of(options.at),
        key=key,
        inventories=inventories,
        findings=not options.no_findings,
        release=odkit.__version__,
    )
    answer = Answer(
        lambda: _json(written, options.output),
        lambda: _text(written, options.output),
        findings=[f for each in inventories for f in each.findings],
    )
    finish(answer, form, damage=lambda: tell_damage(od))


def _json(written: Written, folder: Path) -> dict[str, Any]:
    from odkit.text import escape

    return {
        "schema": "odkit/tables/1",
        "folder": escape(str(folder)),
        "export": written.export,
        "domain": written.domain,
        "taken": written.taken,
        "replaced": written.replaced,
        "rows": dict(written.rows),
    }


def _text(written: Written, folder: Path) -> str:
    from odkit.text import escape, table

    what = "replaced" if written.replaced else "written"
    lines = [
        f"{escape(written.domain) if written.domain else 'The domain is not known'}, {written.taken or 'date not known'}: {what}",
        *table([(name, f"{rows:>12,}") for name, rows in written.rows.items()]),
        f"in {escape(str(folder))}, as {written.export[:16]}….parquet",
    ]
    return "\n".join(lines) + "\n"
