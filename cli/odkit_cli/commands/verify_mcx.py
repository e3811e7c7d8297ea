"""``odkit verify-mcx``."""

from __future__ import annotations

import click

from odkit_cli.inputs import open_pair, project_retired
from odkit_cli.options import pair_arguments, report_options
from odkit_cli.output import finish_report


@click.command("verify-mcx")
@pair_arguments
@click.option("--retire", multiple=True, metavar="HOST", help="Full name of a retired server, looked for in the values.")
@report_options
def verify_mcx(before: tuple[str, ...], after: tuple[str, ...], retire: tuple[str, ...], fail_on: str, form: str) -> None:
    """Verify MCX policies; with two exports, that each one was preserved.

    Without an export it takes those of odkit.toml ([exports] before and after), in this folder or above.

    \b
    Example:
      odkit verify-mcx before.ldif after.ldif
      odkit verify-mcx export.ldif --retire xserve1.example.com --json
    """
    import odkit
    from odkit.mcx import NEEDS

    older, newer = open_pair(before, after, needs=NEEDS)
    retire_all = project_retired(retire, [older, newer], used=not before and not after)
    report = odkit.verify_mcx(older, newer, retire=retire_all)
    text = f"{report.summary['answer']}.\n"
    finish_report(report, [older, newer], lambda: text, form=form, fail_on=fail_on)
