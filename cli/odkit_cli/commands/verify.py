"""``odkit verify``."""

from __future__ import annotations

import click

from odkit_cli.options import fail_on_option, finish, format_options, open_pair, project_retired


@click.command("verify")
@click.argument("before", nargs=1, required=False, type=click.Path(path_type=str))
@click.argument("after", nargs=1, required=False, type=click.Path(path_type=str))
@click.option("--authdata", metavar="EXPORT", help="LDIF of cn=authdata that belongs to the only, or the newer, export.")
@click.option("--authdata-before", metavar="EXPORT", help="LDIF of cn=authdata that belongs to BEFORE, when AFTER is given.")
@click.option("--retire", multiple=True, metavar="HOST", help="Full name of a retired server, which nothing may name any more.")
@fail_on_option
@format_options
@click.pass_context
def verify(
    context: click.Context,
    before: str | None,
    after: str | None,
    authdata: str | None,
    authdata_before: str | None,
    retire: tuple[str, ...],
    fail_on: str,
    format_: str,
    as_json: bool,
) -> None:
    """Verify everything: counts, identities, passwords, policies, groups, homes, mail, mounts, names of retired servers.

    Without an export it takes those of odkit.toml ([exports] before and after), in this folder or above.

    \b
    Example:
      odkit verify before.ldif after.ldif --retire xserve1.example.com
    """
    import odkit
    from odkit.text import table
    from odkit.verification import NEEDS

    if authdata_before and after is None:
        raise click.UsageError("--authdata-before belongs to BEFORE of two exports; there is one: give --authdata")
    first = [*([before] if before else []), *([authdata_before] if authdata_before else [])]
    second = [*([after] if after else []), *([authdata] if authdata else [])]
    if after is None:
        first, second = first + second, []
    older, newer = open_pair(first, second, needs=NEEDS)
    retire_all = project_retired(retire, [older, newer], used=not first and not second)
    report = odkit.verify(older, newer, retired=retire_all)
    lines = table([(each["check"], each["result"]) for each in report.summary["checks"]])
    if not retire_all:
        lines.append("  (names of retired servers are looked for with --retire)")
    lines += [f"Passwords: {report.passwords.answer('odkit verify-passwords')}.", f"Policies: {report.summary['policies']}."]
    if unjudged := str(report.not_judged):
        lines.append(f"{unjudged[0].upper()}{unjudged[1:]}.")
    text = "\n".join([*lines, f"Verdict: {report.summary['answer']}."]) + "\n"
    finish(context, report, [older, newer], text, as_json=as_json or format_ == "json", fail_on=fail_on)
