"""``odkit tables``."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from odkit.dataclass import dataclass
from odkit_cli.each import each_options, run_each
from odkit_cli.inputs import open_exports, source
from odkit_cli.options import PATH, date_of, exports_argument, format_options, packed
from odkit_cli.output import Answer, finish, tell_damage

if TYPE_CHECKING:
    from odkit.tables import DigestKey, Store, Written


@dataclass(frozen=True, slots=True)
class _Options:
    output: Path
    at: str | None
    digest_key: Path | None
    principals: tuple[str, ...]
    no_findings: bool
    again: bool


@click.command("tables")
@each_options
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
@click.option("--again", is_flag=True, help="With --each: write also the exports that are there already, made in the same way.")
@format_options
@packed(_Options)
def tables(options: _Options, *, exports: tuple[str, ...], jobs: int | None, form: str) -> None:
    """Write an export as tables (Parquet) that DuckDB, Polars, pandas and Spark read.

    Tables of many exports, of many domains and dates, lie in one folder and are read as one; an export that is there already is
    replaced. No secret is written. Several files are one export: the main one, and its cn=authdata. With --each every export is one,
    and those that an interrupted run has written are skipped.

    \b
    Example:
      odkit tables export.ldif -o tables
      odkit tables export.ldif authdata.ldif -o tables --at 2011-03-09
      odkit tables --each */export.ldif -o tables
    """
    from odkit.tables import DigestKey, Store, need_pyarrow

    need_pyarrow()
    if options.again and jobs is None:
        raise click.UsageError("--again is for many exports: one alone is always written again; leave it out, or give --each")
    if options.principals and jobs is not None:
        raise click.UsageError("--principals is a list of one domain: leave it out with --each, or write that domain alone")
    key = DigestKey.load(options.digest_key, options.output) if options.digest_key is not None else None
    store = Store(options.output)

    def one(files: tuple[str, ...]) -> None:
        _write(files, store, key, options, form, skip=jobs is not None and not options.again)

    if jobs is not None:
        store.sweep()  # an interrupted run may have written all exports, and then nothing is written now
        run_each(exports, one, jobs=jobs, form=form)
    one(exports)


def _write(files: tuple[str, ...], store: Store, key: DigestKey | None, options: _Options, form: str, *, skip: bool) -> NoReturn:
    """Write the tables of an export, unless they are there and `skip` is given, and end the command."""
    import odkit
    from odkit.tables import NEEDS, write_tables, written_before

    at, findings, release = date_of(options.at), not options.no_findings, odkit.__version__
    before = written_before(files, store, at=at, key=key, findings=findings, release=release) if skip else None
    if before is not None:
        finish(Answer(lambda: _json(before, options.output), lambda: _text(before, options.output)), form)
    od = open_exports(files, needs=NEEDS)
    gc.set_threshold(1_000_000, 50, 50)  # what was opened stays to the end: looking for cycles in it again costs a twelfth of the time
    inventories = [odkit.read_principals(source(name), realm=od.realm) for name in options.principals]
    written = write_tables(od, store, at=at, key=key, inventories=inventories, findings=findings, release=release)
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
        "skipped": written.skipped,
        "rows": dict(written.rows),
    }


def _text(written: Written, folder: Path) -> str:
    from odkit.text import escape, table

    what = "there already, left as it is (--again writes it)" if written.skipped else "replaced" if written.replaced else "written"
    lines = [
        f"{escape(written.domain) if written.domain else 'The domain is not known'}, {written.taken or 'date not known'}: {what}",
        *table([(name, f"{rows:>12,}") for name, rows in written.rows.items()]),
        f"in {escape(str(folder))}, as {written.export[:16]}….parquet",
    ]
    return "\n".join(lines) + "\n"
