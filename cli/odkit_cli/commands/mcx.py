"""``odkit mcx``: show, effective, profiles."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from odkit_cli import exits
from odkit_cli.options import accept_incomplete_option, format_options, open_exports, tell_damage, write_json

secrets_option = click.option("--show-secrets", is_flag=True, help="Show passwords in values, too.")


def _plain(value: Any, *, show: bool, key: str = "") -> Any:
    """A value for people and JSON: data and dates as text; all that stands below a secret key as its length."""
    from odkit.redaction import is_secret_key, mask, mask_urls

    hide = not show and is_secret_key(key)
    if isinstance(value, Mapping):
        return {each: _plain(inner, show=show, key=key if hide else each) for each, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner, show=show, key=key) for inner in value]
    if isinstance(value, bytes):
        return f"({len(value)} bytes of data)"
    if hide and not isinstance(value, bool):
        return mask(value if isinstance(value, str) else str(value))
    if hasattr(value, "isoformat"):
        return f"{value.isoformat()}Z"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no word for it
    if isinstance(value, str):
        return value if show else mask_urls(value)
    return value


def _shown(value: Any, key: str, *, show: bool) -> str:
    from odkit.text import escape, shorten

    return shorten(escape(json.dumps(_plain(value, show=show, key=key), ensure_ascii=False)), 200)


@click.group()
def mcx() -> None:
    """MCX policies: show them, compose them, carry them to profiles.

    \b
    Example:
      odkit mcx show export.ldif ann
      odkit mcx effective export.ldif --user ann --computer mac1
      odkit mcx profiles export.ldif -o profiles
    """


def _read_export(path: str) -> list[Any]:
    from odkit.errors import InputError
    from odkit.mcx import read_export
    from odkit.plist import MAX_SIZE, PlistError

    try:
        with Path(path).open("rb") as file:
            return read_export(file.read(MAX_SIZE + 1))
    except OSError as error:
        raise InputError(path, None, f"cannot be read: {error.strerror}") from error
    except PlistError as error:
        raise InputError(path, None, str(error)) from error


def _records(od: Any, name: str) -> list[Any]:
    """The records that a name means: ``Users/ann``, or ``ann`` in every type that can have MCX."""
    from odkit.mcx import KINDS

    kind, slash, rest = name.partition("/")
    if slash and kind in KINDS:
        return [od.of_type(kind)[rest]] if rest.lower() in {n.lower() for r in od.of_type(kind).records() for n in r.names} else []
    return [record for each in KINDS if (record := od.of_type(each).get(name)) is not None]


def _problems(settings: Any) -> list[str]:
    flags = [f"flags: {settings.flags_problem}"] if settings.flags_problem else []
    return flags + [f"value {v.index + 1}: {p}" for v in settings.values for p in (*v.problems, *v.union_problems, *v.notes)]


def _as_json(record: Any, settings: Any, differences: list[str] | None, *, show: bool) -> dict[str, Any]:
    from odkit.text import escape

    def one(s: Any) -> dict[str, Any]:
        return {
            "domain": s.domain,
            "frequency": s.frequency,
            "timestamp": _plain(s.timestamp, show=show) if s.timestamp is not None else None,
            "keys": _plain(s.keys, show=show),
            "unions": [{"inputs": list(u.inputs), "output": u.output, "remove_duplicates": u.remove_duplicates} for u in s.unions],
            "others": _plain(s.others, show=show),
        }

    out = {
        "dn": escape(record.dn),
        "type": record.kind,
        "line": record.line,
        "flags": _plain(settings.flags, show=show),
        "settings": [one(s) for s in settings.settings()],
        "problems": _problems(settings),
    }
    return out if differences is None else out | {"differences": differences}


def _print(record: Any, settings: Any, *, show: bool) -> None:
    from odkit.text import escape, table

    click.echo(f"{record.kind} {escape(record.name)} (line {record.line})")
    if settings.flags is not None:
        click.echo(f"  flags: {_shown(settings.flags, '', show=show)}")
    for s in settings.settings():
        click.echo(f"  {escape(s.domain)}")
        rows = [(escape(key), s.frequency, _shown(value, key, show=show)) for key, value in sorted(s.keys.items())]
        rows += [("(union policy)", "", f"{escape(', '.join(u.inputs))} -> {escape(u.output)}") for u in s.unions]
        rows += [(escape(key), "(kept)", _shown(value, key, show=show)) for key, value in s.others.items()]
        click.echo("\n".join(table(rows, indent="    ")))
    for problem in _problems(settings):
        click.echo(f"  {escape(problem)}")
    if settings.empty:
        click.echo("  no MCX")


@mcx.command("show")
@click.argument("export", type=click.Path(path_type=str))
@click.argument("record")
@click.option("--against", metavar="FILE", help="Say how the record differs from this file of dscl -mcxexport.")
@secrets_option
@format_options
@click.pass_context
def show(context: click.Context, export: str, record: str, against: str | None, show_secrets: bool, format_: str, as_json: bool) -> None:
    """Show the settings of a RECORD, by name or as Type/name.

    \b
    Example:
      odkit mcx show export.ldif Groups/staff
      odkit mcx show export.ldif Groups/staff --against staff.mcx.plist
    """
    from odkit.mcx import NEEDS, against_export
    from odkit.text import escape

    od = open_exports([export], needs=NEEDS)
    found = _records(od, record)
    if not found:
        raise click.UsageError(f"the export holds no record {escape(record)} that can have MCX")
    exported = _read_export(against) if against is not None else None
    if exported is not None and len(found) > 1:
        raise click.UsageError(f"{escape(record)} is several records ({', '.join(each.kind for each in found)}); give one as Type/name")
    json_wanted = as_json or format_ == "json"
    out: list[dict[str, Any]] = []
    for each in found:
        settings = each.mcx
        differences = list(against_export(settings, exported)) if exported is not None else None
        out.append(_as_json(each, settings, differences, show=show_secrets))
        if not json_wanted and not context.obj["quiet"]:
            _print(each, settings, show=show_secrets)
            if differences is not None:
                click.echo(f"  compared with {escape(str(against))}:")
                click.echo("\n".join(f"    {line}" for line in differences or ["the same; that file knows no timestamps"]))
    if json_wanted:
        write_json({"schema": "odkit/mcx/1", "records": out})
    if tell_damage(context, od):
        context.exit(exits.TROUBLE)
    context.exit(exits.FINDINGS if any(each["problems"] or each.get("differences") for each in out) else exits.FINE)


@mcx.command("effective")
@click.argument("export", type=click.Path(path_type=str))
@click.option("--user", metavar="NAME", help="The user who logs in.")
@click.option("--computer", metavar="NAME", help="The computer; without it one that has no record.")
@click.option("--workgroup", metavar="NAME", help="The group that the user chooses at login.")
@click.option("--after", metavar="EXPORT", help="Say what changes from EXPORT to this one; without --user for all users on all computers.")
@secrets_option
@format_options
@click.pass_context
def effective(
    context: click.Context,
    export: str,
    user: str | None,
    computer: str | None,
    workgroup: str | None,
    after: str | None,
    show_secrets: bool,
    format_: str,
    as_json: bool,
) -> None:
    """What a user gets on a computer: each key with its winner, what it overrides, and why settings do not count.

    A computer without a record has that of the computer "guest".  Local nodes and what a client has cached are not part of the answer.

    \b
    Example:
      odkit mcx effective export.ldif --user ann --computer mac1
      odkit mcx effective before.ldif --after after.ldif
    """
    from odkit.mcx import NEEDS, Composer, differences, survey, unmatched
    from odkit.text import escape, plural, table

    older = open_exports([export], needs=NEEDS)
    before = Composer(older)
    json_wanted = as_json or format_ == "json"
    if after is None:
        if user is None and computer is None:
            raise click.UsageError("whom? give --user, --computer, or both; or --after to compare all")
        _one(context, older, before.effective(user, computer, workgroup), json_wanted=json_wanted, show=show_secrets)
        return
    later = open_exports([after], needs=NEEDS)
    newer = Composer(later)
    if user is not None or computer is not None:
        found = differences(before.effective(user, computer, workgroup).keys, newer.effective(user, computer, workgroup).keys)
        outcomes = [("", found)] if found else []
    else:
        surveyed = survey(before, newer)
        for what, names in zip(("user", "computer"), unmatched(before, newer), strict=True):
            if names:
                shown = ", ".join(map(escape, names[:10])) + (", …" if len(names) > 10 else "")
                click.echo(f"odkit: not compared, because only one export has them: {plural(len(names), what)}: {shown}", err=True)
        outcomes = [
            (
                f"{plural(o.users, 'user')} on {plural(o.computers, 'computer')}, such as {escape(o.example[0])} on {escape(o.example[1])}",
                o.differences,
            )
            for o in surveyed
        ]
    if json_wanted:
        body = [{"who": who, "differences": [{"what": d.what, "domain": d.domain, "key": d.key} for d in found]} for who, found in outcomes]
        write_json({"schema": "odkit/mcx-difference/1", "outcomes": body})
    elif not context.obj["quiet"]:
        for who, found in outcomes:
            if who:
                click.echo(f"{who}:")
            click.echo("\n".join(table([(d.what, escape(d.domain), escape(d.key)) for d in found])))
        if not outcomes:
            click.echo("Nobody gets anything else.")
    if tell_damage(context, older, later):
        context.exit(exits.TROUBLE)
    context.exit(exits.FINDINGS if outcomes else exits.FINE)


def _one(context: click.Context, od: Any, found: Any, *, json_wanted: bool, show: bool) -> None:
    from odkit.text import escape, table

    def source(each: Any) -> dict[str, str]:
        return {"level": each.level, "name": each.name, "frequency": each.frequency}

    if json_wanted:
        body = [
            {
                "domain": e.domain,
                "key": e.key,
                "value": _plain(e.value, show=show, key=e.key),
                "frequency": e.frequency,
                "winner": source(e.winner),
                "losers": [source(loser) for loser in e.losers],
                "rule": e.rule,
                "ambiguous": e.ambiguous,
            }
            for e in found.keys
        ]
        reasons = [{"level": r.level, "name": r.name, "code": r.code, "text": r.text} for r in found.reasons]
        write_json({"schema": "odkit/mcx-effective/1", "keys": body, "reasons": reasons})
    elif not context.obj["quiet"]:
        for e in found.keys:
            losers = f"; overrides {', '.join(f'{x.level} {escape(x.name)}' for x in e.losers)}" if e.losers else ""
            mark = "AMBIGUOUS: " if e.ambiguous else ""
            click.echo(f"{escape(e.domain)} {escape(e.key)}")
            rows = [
                (e.frequency, _shown(e.value, e.key, show=show)),
                ("from", f"{e.winner.level} {escape(e.winner.name)}{losers}"),
                ("", f"{mark}{e.rule}"),
            ]
            click.echo("\n".join(table(rows)))
        if found.reasons:
            nothing = "Nothing is known to be managed:" if found.unknown else "Nothing is managed:"
            click.echo("Not counted, or not for certain:" if found.keys else nothing)
        for r in found.reasons:
            who = f"{r.level} {escape(r.name)}: " if r.level else ""
            click.echo(f"  {who}{r.text}{f' ({r.code})' if r.code else ''}")
    if tell_damage(context, od):
        context.exit(exits.TROUBLE)
    context.exit(exits.FINDINGS if found.doubtful else exits.FINE)


@mcx.command("profiles")
@click.argument("export", type=click.Path(path_type=str))
@click.option("-o", "--output", metavar="DIR", required=True, help="Write the profiles into this folder, new or empty.")
@click.option("--force", is_flag=True, help="Clear earlier profiles of odkit from the folder first.")
@click.option("--organization", default="", metavar="NAME", help="PayloadOrganization.")
@click.option("--native", is_flag=True, help="Use Apple's own payload for a domain where all its keys map; REPORT.txt says where not.")
@accept_incomplete_option
@click.pass_context
def profiles(
    context: click.Context, export: str, output: str, force: bool, organization: str, native: bool, accept_incomplete: bool
) -> None:
    """Carry MCX to configuration profiles: one .mobileconfig for each record, and REPORT.txt.

    The settings go into custom-settings payloads as they are, with Forced and Set-Once and their timestamps.  They hold whatever
    the settings hold, passwords too; the files are 0600.

    \b
    Example:
      odkit mcx profiles export.ldif -o profiles
    """
    from odkit.files import OutputFolder
    from odkit.mcx import NEEDS
    from odkit.mcx import profiles as convert

    od = open_exports([export], needs=NEEDS)
    found = convert(od, organization=organization, native=native, accept_incomplete=accept_incomplete)
    folder = OutputFolder(Path(output), force=force)
    report = found.report()
    folder.write("REPORT.txt", report.encode("utf-8", "surrogateescape"))
    for profile in found.profiles:
        folder.write(profile.name, profile.data)
    if not context.obj["quiet"]:
        click.echo(report, nl=False)
    if tell_damage(context, od):
        context.exit(exits.TROUBLE)
    context.exit(exits.FINDINGS if found.left or found.overlaps else exits.FINE)
