"""``odkit rehearse``."""

from __future__ import annotations

import signal
from pathlib import Path

import click

from odkit_cli.options import PATH, format_options
from odkit_cli.output import Answer, finish
from odkit_cli.planning import PlanOptions, plan_options, planned


def _interrupted(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


@click.command("rehearse")
@plan_options
@click.option("--scripts", type=PATH, metavar="DIR", help="Play the scripts of this folder, which purge-principals -o has written.")
@click.option("--dscl", is_flag=True, help="Change the records by delete-records.sh and a stand-in for dscl instead of ldapmodify.")
@click.option(
    "--keep-files", type=PATH, metavar="DIR", help="Keep scripts, their output and the directory's states in this folder, new or empty."
)
@format_options
def rehearse(options: PlanOptions, *, scripts: str | None, dscl: bool, keep_files: str | None, form: str) -> None:
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

    made = planned(options, writing="a rehearsal")
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
    answer = Answer(verdict.as_json, verdict.text, findings=[f for f in made.plan.findings if f.severity == "error"])
    finish(answer, form, found=not verdict.passed)
