"""``odkit verify-mcx``."""

from __future__ import annotations

import click

from odkit_cli.options import fail_on_option, finish, format_options, open_pair, project_retired


@click.command("verify-mcx")
@click.argument("before", nargs=1, required=False, type=click.Path(path_type=str))
@click.argument("after", nargs=1, required=False, type=click.Path(path_type=str))
@click.option("--retire", multiple=True, metavar="HOST", help="Full name of a retired server, looked for in the values.")
@fail_on_option
@format_options
@click.pass_context
def verify_mcx(
    context: click.Context, before: str | None, after: str | None, retire: tuple[str, ...], fail_on: str, format_: str, as_json: bool
) -> None:
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
    report = odkit.verify_mcx(older, newer, retired=retire_all)
    finish(context, report, [older, newer], f"{report.summary['answer']}.\n", as_json=as_json or format_ == "json", fail_on=fail_on)
