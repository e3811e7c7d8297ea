"""``odkit verify``, ``odkit verify-passwords`` and ``odkit verify-mcx``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from odkit_cli import exits
from odkit_cli.options import (
    FAIL_ON,
    damaged,
    fail_on_option,
    format_options,
    open_pair,
    project_retired,
    show_findings,
    source,
    write_json,
)


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise click.BadParameter(f"{text!r} is not YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ", param_hint="--at")


@click.command("verify-passwords")
@click.argument("before", nargs=1, required=False, type=click.Path(path_type=str))
@click.argument("after", nargs=1, required=False, type=click.Path(path_type=str))
@click.option("--authdata", metavar="EXPORT", help="LDIF of cn=authdata that belongs to the only, or the newer, export.")
@click.option("--authdata-before", metavar="EXPORT", help="LDIF of cn=authdata that belongs to BEFORE, when AFTER is given.")
@click.option("--slots", metavar="FILE", help="Output of 'mkpassdb -list' or 'mkpassdb -dump' of the Password Server.")
@click.option("--principals", metavar="FILE", help="Output of 'kadmin.local -q listprincs' of the KDC.")
@click.option("--at", metavar="DATE", help="Judge accounts at this date (UTC); the export's newest modifyTimestamp by default.")
@fail_on_option
@format_options
@click.pass_context
def verify_passwords(
    context: click.Context,
    before: str | None,
    after: str | None,
    authdata: str | None,
    authdata_before: str | None,
    slots: str | None,
    principals: str | None,
    at: str | None,
    fail_on: str,
    format_: str,
    as_json: bool,
) -> None:
    """Verify password records; with two exports, that each one survived.

    LDIF holds no password of 10.3-10.6: it holds the pointer to a slot of the Password Server.  From 10.7 on the verifiers stand in
    cn=authdata, which slapcat writes with -b cn=authdata: put it into the same file, or give it with --authdata.  A folder of collect.sh
    brings its list of slots and principals with it.

    \b
    Example:
      odkit verify-passwords before.ldif after.ldif --slots mkpassdb-list.txt
      odkit verify-passwords export.ldif --at 2026-12-01 --json
    """
    import odkit
    from odkit.directory import read_folder

    if authdata_before and after is None:
        raise click.UsageError("--authdata-before belongs to BEFORE of two exports; there is one: give --authdata")
    date = _date(at)
    first = [*([before] if before is not None else []), *([authdata_before] if authdata_before else [])]
    second = [*([after] if after is not None else []), *([authdata] if authdata else [])]
    if after is None:
        first, second = first + second, []
    gather = ("guids", "stamps")
    older, newer = open_pair(first, second, gather=gather)
    project_retired((), [older, newer], used=not first and not second)
    for folder in (each for each in (second or first) if each != "-" and Path(each).is_dir()):  # of collect.sh: its lists come with it
        collected = read_folder(Path(folder))
        for trouble in collected.troubles("slots.txt", "listprincs.txt"):
            click.echo(f"odkit: {folder}: not read, because the program had trouble on the server: {trouble}", err=True)
        slots = slots or next(map(str, collected.usable("slots.txt")), None)
        principals = principals or next(map(str, collected.usable("listprincs.txt")), None)
    report = odkit.verify_passwords(
        older,
        newer,
        slots=odkit.read_slots(source(slots)) if slots else None,
        principals=odkit.read_principals(source(principals)) if principals else None,
        at=date,
    )
    _finish(context, report, [older, newer], _text(report.summary), as_json=as_json or format_ == "json", fail_on=fail_on)


def _finish(context: click.Context, report: Any, exports: list[Any], text: str, *, as_json: bool, fail_on: str) -> None:
    """Findings, then the answer; or JSON; and the exit status."""
    if as_json:
        write_json(report.as_json())
    elif not context.obj["quiet"]:
        show_findings(report.findings)
        click.echo(text, nl=False)
    if damaged(exports, report.findings):
        context.exit(exits.TROUBLE)
    context.exit(exits.FINDINGS if report.worst() >= FAIL_ON[fail_on] else exits.FINE)


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

    older, newer = open_pair([before] if before else [], [after] if after else [], gather=("guids", "managed"))
    retire_all = project_retired(retire, [older, newer], used=before is None)
    report = odkit.verify_mcx(older, newer, retired=retire_all)
    _finish(context, report, [older, newer], f"{report.summary['answer']}.\n", as_json=as_json or format_ == "json", fail_on=fail_on)


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

    if authdata_before and after is None:
        raise click.UsageError("--authdata-before belongs to BEFORE of two exports; there is one: give --authdata")
    first = [*([before] if before else []), *([authdata_before] if authdata_before else [])]
    second = [*([after] if after else []), *([authdata] if authdata else [])]
    if after is None:
        first, second = first + second, []
    older, newer = open_pair(first, second, gather=("guids", "stamps", "managed"))
    retire_all = project_retired(retire, [older, newer], used=not first and not second)
    report = odkit.verify(older, newer, retired=retire_all)
    lines = table([(each["check"], each["result"]) for each in report.summary["checks"]])
    if not retire_all:
        lines.append("  (names of retired servers are looked for with --retire)")
    lines += [f"Passwords: {report.passwords.answer('odkit verify-passwords')}.", f"Policies: {report.summary['policies']}."]
    text = "\n".join([*lines, f"Verdict: {report.summary['answer']}."]) + "\n"
    _finish(context, report, [older, newer], text, as_json=as_json or format_ == "json", fail_on=fail_on)


def _text(summary: dict[str, Any]) -> str:
    from odkit.text import table

    newest = summary.get("after", summary["before"])
    lines = []
    if newest["global_policy"]:
        lines += ["Global policy", *table([(key, value) for key, value in newest["global_policy"].items()]), ""]
    if newest["account_policies"]:
        rows = [(each["category"], each["identifier"], each["predicate"]) for each in newest["account_policies"]]
        lines += ["Account policies", *table(rows), ""]
    if summary["at"]:
        lines.append(f"Judged at {summary['at']}")
    return "\n".join([*lines, f"{summary['answer']}."]) + "\n"
