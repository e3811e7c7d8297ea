"""``odkit rehearse``."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import click

from odkit_cli import exits
from odkit_cli.options import format_options, show_findings, write_json
from odkit_cli.planning import plan_options, planned


def _interrupted(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


@click.command("rehearse")
@plan_options
@click.option("--scripts", metavar="DIR", help="Play the scripts of this folder, which purge-principals -o has written.")
@click.option("--dscl", is_flag=True, help="Change the records by delete-records.sh and a stand-in for dscl instead of ldapmodify.")
@click.option("--keep-files", metavar="DIR", help="Keep scripts, their output and the directory's states in this folder, new or empty.")
@format_options
@click.pass_context
def rehearse(
    context: click.Context, /, scripts: str | None, dscl: bool, keep_files: str | None, format_: str, as_json: bool, **options: Any
) -> None:
    """Play a purge on a throw-away copy of the domain, and prove what it does.

    A scratch slapd with the export's records and a scratch KDC with the inventory's principals, on loopback; the scripts that
    purge-principals writes, run by sh with --apply; then: exactly the plan is gone, every user's entry is as it was, live services get
    tickets and retired ones none, a second run changes nothing, and the way back leads back.  Keys are random ones: a listing has none.

    It needs slapd, MIT krb5 and gssapi; docs/rehearse.md tells how to get them.  Nothing outside a scratch folder is touched.

    \b
    Example:
      odkit rehearse export.ldif --principals listprincs.txt \\
            --retire xserve1.example.com --target 10.5
    """
    from odkit.rehearsal.play import rehearse as play

    made = planned(writing="a rehearsal", **options)
    for number in (signal.SIGTERM, signal.SIGHUP):  # they end it as Ctrl-C does: servers stopped, the folder gone
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _interrupted)
    verdict = play(
        made.od,
        made.plan,
        target=made.target or "",
        scripts=Path(scripts).resolve() if scripts is not None else None,
        dscl=dscl,
        left=Path(keep_files) if keep_files is not None else None,
    )
    if as_json or format_ == "json":
        write_json(verdict.as_json())
    elif not context.obj["quiet"]:
        click.echo(verdict.text(), nl=False)
        show_findings([f for f in made.plan.findings if f.severity == "error"])
    context.exit(exits.FINE if verdict.passed else exits.FINDINGS)
