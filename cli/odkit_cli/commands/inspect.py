"""``odkit inspect``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from odkit_cli.each import each_options, run_each
from odkit_cli.inputs import open_exports
from odkit_cli.options import exports_argument, report_options
from odkit_cli.output import finish_report

if TYPE_CHECKING:
    from odkit.findings import Report


@click.command()
@each_options
@exports_argument()
@click.option("--check-values", is_flag=True, help="Decode every value, not only those that are counted; takes several times as long.")
@report_options
def inspect(exports: tuple[str, ...], jobs: int | None, check_values: bool, form: str, fail_on: str) -> None:
    """Tell what an export holds.

    Generation, suffix, realm, servers, records by type, authentication methods, MCX by domain, completeness, and what is wrong.

    \b
    Example:
      odkit inspect export.ldif
      ssh master 'slapcat' | odkit inspect --json
      odkit inspect --each */export.ldif
    """
    import odkit
    from odkit.inspection import NEEDS

    def one(files: tuple[str, ...]) -> None:
        od = open_exports(files, needs=NEEDS)
        report = odkit.inspect(od, check_values=check_values)
        finish_report(report, [od], lambda: _text(report), form=form, fail_on=fail_on)

    if jobs is not None:
        run_each(exports, one, jobs=jobs, form=form)
    one(exports)


def _reason(report: Report) -> str:
    """Return the reason of the source that the verdict comes from."""
    summary = report.summary
    return next(str(each["reason"]) for each in summary["sources"] if each["completeness"] == summary["completeness"])


def _text(report: Report) -> str:
    from odkit.text import escape, plural
    from odkit_cli.screen import table

    summary = report.summary
    generation = {1: "1 (10.3-10.6: Password Server and MIT KDC)", 2: "2 (10.7 and later: cn=authdata)", None: "not to be told"}
    rows = [
        ("suffix", escape(summary["suffix"] or "not found")),
        ("realm", escape(summary["realm"] or "not found")),
        ("generation", generation[summary["generation"]]),
        ("completeness", f"{summary['completeness']}: {_reason(report)}"),
        ("entries", f"{summary['entries']:,}"),
        ("values", summary["values"] if summary["values"] == "decoded" else f"{summary['values']}; --check-values decodes all"),
    ]
    lines = table(rows, indent="")
    for source in summary["sources"]:
        lines.append(f"  {source['path']}: {plural(source['entries'], 'entry', 'entries')}, {plural(source['bytes'], 'byte')}")
        lines.append(f"    asked for: {source['asked']}")
    lines += ["", "Records"]
    counts = [(kind, f"{count:>7,}") for kind, count in summary["records"].items()]
    if summary["authdata"]:
        counts.append(("cn=authdata", f"{summary['authdata']:>7,}"))
    lines += table(counts) or ["  none"]
    lines += ["", "Servers"]
    servers = [(s["role"], escape(s["name"] or "-"), escape(", ".join(s["addresses"]))) for s in summary["servers"]]
    lines += table(servers) or ["  none named"]
    lines += ["", "Authentication of users"]
    lines += table([(escape(tag), f"{count:>7,}") for tag, count in summary["authentication"].items()]) or ["  none"]
    lines += ["", "MCX"]
    lines += table([(f"on {kind}", f"{count:>7,}") for kind, count in summary["mcx"]["records"].items()]) or ["  none"]
    lines += table([(escape(domain), f"{count:>7,}") for domain, count in summary["mcx"]["domains"].items()])
    return "\n".join(lines) + "\n\n"
