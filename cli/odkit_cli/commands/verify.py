"""``odkit verify``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import click

from odkit.dataclass import dataclass
from odkit_cli.each import each_options, run_each
from odkit_cli.inputs import open_exports, open_pair, project_retired
from odkit_cli.options import clients_option, packed, pair_or_many_arguments, report_options
from odkit_cli.output import finish_report

if TYPE_CHECKING:
    from odkit.directory import Directory


@dataclass(frozen=True, slots=True)
class _Options:
    before: tuple[str, ...]
    after: tuple[str, ...]
    retire: tuple[str, ...]
    clients: str | None


@click.command("verify")
@pair_or_many_arguments
@click.option("--retire", multiple=True, metavar="HOST", help="Full name of a retired server, which nothing may name any more.")
@clients_option()
@each_options
@report_options
@packed(_Options)
def verify(options: _Options, *, jobs: int | None, fail_on: str, form: str) -> None:
    """Verify everything: counts, identities, passwords, policies, groups, homes, mail, mounts, names of retired servers.

    Without an export it takes those of odkit.toml ([exports] before and after), in this folder or above. With --each it takes any
    number of exports.

    \b
    Example:
      odkit verify before.ldif after.ldif --retire xserve1.example.com
      odkit verify --each */export.ldif
    """
    from odkit.verification import NEEDS

    def alone(files: tuple[str, ...]) -> None:
        _verify((open_exports(files, needs=NEEDS), None), options.retire, options, form, fail_on)

    if jobs is not None:
        run_each((*options.before, *options.after), alone, jobs=jobs, form=form)
    pair = open_pair(options.before, options.after, needs=NEEDS)
    retired = project_retired(options.retire, pair, used=not options.before and not options.after)
    _verify(pair, retired, options, form, fail_on)


def _verify(pair: tuple[Directory, Directory | None], retired: Sequence[str], options: _Options, form: str, fail_on: str) -> NoReturn:
    """Verify an export, or two, and end the command."""
    import odkit
    from odkit_cli.screen import table

    report = odkit.verify(*pair, retire=retired, clients=options.clients)
    lines = table([(each["check"], each["result"]) for each in report.summary["checks"]])
    if not retired:
        lines.append("  (names of retired servers are looked for with --retire)")
    lines += [f"Passwords: {report.passwords.answer('odkit verify-passwords')}.", f"Policies: {report.summary['policies']}."]
    if unjudged := str(report.not_judged):
        lines.append(f"{unjudged[0].upper()}{unjudged[1:]}.")
    text = "\n".join([*lines, f"Verdict: {report.summary['answer']}."]) + "\n"
    finish_report(report, pair, lambda: text, form=form, fail_on=fail_on)
