"""``odkit verify``."""

from __future__ import annotations

import click

from odkit.dataclass import dataclass
from odkit_cli.inputs import open_pair, project_retired
from odkit_cli.options import clients_option, packed, pair_arguments, report_options
from odkit_cli.output import finish_report


@dataclass(frozen=True, slots=True)
class _Options:
    before: tuple[str, ...]
    after: tuple[str, ...]
    retire: tuple[str, ...]
    clients: str | None


@click.command("verify")
@pair_arguments
@click.option("--retire", multiple=True, metavar="HOST", help="Full name of a retired server, which nothing may name any more.")
@clients_option()
@report_options
@packed(_Options)
def verify(options: _Options, *, fail_on: str, form: str) -> None:
    """Verify everything: counts, identities, passwords, policies, groups, homes, mail, mounts, names of retired servers.

    Without an export it takes those of odkit.toml ([exports] before and after), in this folder or above.

    \b
    Example:
      odkit verify before.ldif after.ldif --retire xserve1.example.com
    """
    import odkit
    from odkit.verification import NEEDS
    from odkit_cli.screen import table

    older, newer = open_pair(options.before, options.after, needs=NEEDS)
    retire_all = project_retired(options.retire, [older, newer], used=not options.before and not options.after)
    report = odkit.verify(older, newer, retire=retire_all, clients=options.clients)
    lines = table([(each["check"], each["result"]) for each in report.summary["checks"]])
    if not retire_all:
        lines.append("  (names of retired servers are looked for with --retire)")
    lines += [f"Passwords: {report.passwords.answer('odkit verify-passwords')}.", f"Policies: {report.summary['policies']}."]
    if unjudged := str(report.not_judged):
        lines.append(f"{unjudged[0].upper()}{unjudged[1:]}.")
    text = "\n".join([*lines, f"Verdict: {report.summary['answer']}."]) + "\n"
    finish_report(report, [older, newer], lambda: text, form=form, fail_on=fail_on)
