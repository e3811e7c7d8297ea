"""``odkit verify-mcx``."""

from __future__ import annotations

import click

from odkit_cli.inputs import open_pair, project_retired
from odkit_cli.options import report_options
from odkit_cli.output import finish_report


@click.command("verify-mcx")
@click.argument("before", nargs=1, required=False, type=click.Path(path_type=str))
@click.argument("after", nargs=1, required=False, type=click.Path(path_type=str))
@click.option("--retire", multiple=True, metavar="HOST", help="Full name of a retired server, looked for in the values.")
@report_options
def verify_mcx(before: str | None, after: str | None, retire: tuple[str, ...], fail_on: str, form: str) -> None:
    """Verify MCX policies; with two exports, that each one was preserved.

    Without an export it takes those of odkit.toml ([exports] before and after), in this folder or above.

    \b
    Example:
      odkit verify-mcx before.ldif after.ldif
      odkit verify-mcx export.ldif --retire xserve1.example.com --json
    """
    import odkit
    from odkit.mcx import NEEDS

    older, newer = open_pair([before] if before else [], [after] if after else [], needs=NEEDS)
    retire_all = project_retired(retire, [older, newer], used=before is None)
    report = odkit.verify_mcx(older, newer, retire=retire_all)
    text = f"{report.summary['answer']}.\n"
    finish_report(report, [older, newer], lambda: text, form=form, fail_on=fail_on)
