"""``odkit verify``."""

from __future__ import annotations

import click

from odkit.dataclass import dataclass
from odkit_cli.inputs import open_pair, project_retired
from odkit_cli.options import PATH, clients_option, packed, report_options
from odkit_cli.output import finish_report


@dataclass(frozen=True, slots=True)
class _Options:
    before: str | None
    after: str | None
    authdata: str | None
    authdata_before: str | None
    retire: tuple[str, ...]
    clients: str | None


@click.command("verify")
@click.argument("before", nargs=1, required=False, type=click.Path(path_type=str))
@click.argument("after", nargs=1, required=False, type=click.Path(path_type=str))
@click.option("--authdata", type=PATH, metavar="EXPORT", help="LDIF of cn=authdata that belongs to the only, or the newer, export.")
@click.option("--authdata-before", type=PATH, metavar="EXPORT", help="LDIF of cn=authdata that belongs to BEFORE, when AFTER is given.")
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
    from odkit.text import table
    from odkit.verification import NEEDS

    before, after = options.before, options.after
    if options.authdata_before and after is None:
        raise click.UsageError("--authdata-before belongs to BEFORE of two exports; there is one: give --authdata")
    first = [*([before] if before else []), *([options.authdata_before] if options.authdata_before else [])]
    second = [*([after] if after else []), *([options.authdata] if options.authdata else [])]
    if after is None:
        first, second = first + second, []
    older, newer = open_pair(first, second, needs=NEEDS)
    retire_all = project_retired(options.retire, [older, newer], used=not first and not second)
    report = odkit.verify(older, newer, retire=retire_all, clients=options.clients)
    lines = table([(each["check"], each["result"]) for each in report.summary["checks"]])
    if not retire_all:
        lines.append("  (names of retired servers are looked for with --retire)")
    lines += [f"Passwords: {report.passwords.answer('odkit verify-passwords')}.", f"Policies: {report.summary['policies']}."]
    if unjudged := str(report.not_judged):
        lines.append(f"{unjudged[0].upper()}{unjudged[1:]}.")
    text = "\n".join([*lines, f"Verdict: {report.summary['answer']}."]) + "\n"
    finish_report(report, [older, newer], lambda: text, form=form, fail_on=fail_on)
