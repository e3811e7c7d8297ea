"""``odkit mcx``: show, effective, profiles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from odkit.dataclass import dataclass
from odkit_cli.groups import CommandGroup
from odkit_cli.inputs import open_exports
from odkit_cli.options import PATH, accept_incomplete_option, export_argument, format_options, packed, with_option
from odkit_cli.output import Answer, end_command, finish, quiet, tell_damage
from odkit_cli.views.mcx import composition_json, composition_text, differences_json, differences_text, problems, record_json, record_text

if TYPE_CHECKING:
    from odkit.directory import Directory, Record
    from odkit.mcx import Composer, Composition, Difference, Exported, Profiles

secrets_option = click.option("--show-secrets", is_flag=True, help="Show passwords in values, too.")


@dataclass(frozen=True, slots=True)
class _Whom:
    user: str | None
    computer: str | None
    workgroup: str | None

    def gets(self, composer: Composer) -> Composition:
        """Return what they get."""
        return composer.effective(self.user, self.computer, self.workgroup)


@click.group(cls=CommandGroup)
def mcx() -> None:
    """MCX policies: show them, compose them, carry them to profiles.

    \b
    Example:
      odkit mcx show export.ldif ann
      odkit mcx effective export.ldif --user ann --computer mac1
      odkit mcx profiles export.ldif -o profiles
    """


def _read_export(path: str) -> list[Exported]:
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


def _records(od: Directory, name: str) -> list[Record]:
    """Return the records that a name means: ``Users/ann``, or ``ann`` in every type that can have MCX."""
    from odkit.mcx import KINDS

    kind, slash, rest = name.partition("/")
    if slash and kind in KINDS:
        return [od.of_type(kind)[rest]] if rest.lower() in {n.lower() for r in od.of_type(kind).records() for n in r.names} else []
    return [record for each in KINDS if (record := od.of_type(each).get(name)) is not None]


def _named_records(od: Directory, name: str) -> list[Record]:
    """Return the records that a name means; there has to be one."""
    from odkit.text import escape

    found = _records(od, name)
    if not found:
        raise click.UsageError(f"the export holds no record {escape(name)} that can have MCX")
    return found


@mcx.command("show")
@export_argument
@click.argument("record")
@click.option("--against", type=PATH, metavar="FILE", help="Say how the record differs from this file of dscl -mcxexport.")
@secrets_option
@format_options
def show(exports: tuple[str, ...], record: str, against: str | None, show_secrets: bool, form: str) -> None:
    """Show the settings of a RECORD, by name or as Type/name.

    \b
    Example:
      odkit mcx show export.ldif Groups/staff
      odkit mcx show export.ldif Groups/staff --against staff.mcx.plist
    """
    from odkit.mcx import NEEDS, against_export
    from odkit.text import escape

    od = open_exports(exports, needs=NEEDS)
    found = _named_records(od, record)
    exported = _read_export(against) if against is not None else None
    if exported is not None and len(found) > 1:
        raise click.UsageError(f"{escape(record)} is several records ({', '.join(each.kind for each in found)}); give one as Type/name")
    compared = [(each, list(against_export(each.mcx, exported)) if exported is not None else None) for each in found]

    def text() -> str:
        parts = []
        for each, differences in compared:
            parts.append(record_text(each, show=show_secrets))
            if differences is not None:
                lines = [f"    {line}" for line in differences or ["the same; that file knows no timestamps"]]
                parts.append("\n".join([f"  compared with {escape(str(against))}:", *lines]) + "\n")
        return "".join(parts)

    def as_json() -> object:
        return {"schema": "odkit/mcx/1", "records": [record_json(each, differences, show=show_secrets) for each, differences in compared]}

    wrong = any(problems(each.mcx) or differences for each, differences in compared)
    finish(Answer(as_json, text), form, damage=lambda: tell_damage(od), found=wrong)


@mcx.command("effective")
@export_argument
@click.option("--user", metavar="NAME", help="The user who logs in.")
@click.option("--computer", metavar="NAME", help="The computer; without it one that has no record.")
@click.option("--workgroup", metavar="NAME", help="The group that the user chooses at login.")
@click.option(
    "--after", type=PATH, metavar="EXPORT", help="Say what changes from EXPORT to this one; without --user for all users on all computers."
)
@with_option("after_more", after=True)
@secrets_option
@format_options
@packed(_Whom)
def effective(
    whom: _Whom, *, exports: tuple[str, ...], after: str | None, after_more: tuple[str, ...], show_secrets: bool, form: str
) -> None:
    """What a user gets on a computer: each key with its winner, what it overrides, and why settings do not count.

    A computer without a record has that of the computer "guest".  Local nodes and what a client has cached are not part of the answer.

    \b
    Example:
      odkit mcx effective export.ldif --user ann --computer mac1
      odkit mcx effective before.ldif --after after.ldif
    """
    from odkit.mcx import COMPOSER_NEEDS, SURVEY_NEEDS, Composer, differences

    if after_more and after is None:
        raise click.UsageError("--after-with names further files of the newer export: give --after, too")
    everybody = after is not None and whom.user is None and whom.computer is None
    needs = SURVEY_NEEDS if everybody else COMPOSER_NEEDS
    older = open_exports(exports, needs=needs)
    before = Composer(older)
    if after is None:
        if whom.user is None and whom.computer is None:
            raise click.UsageError("the user or computer is missing: give --user, --computer, or both; or --after to compare all")
        found = whom.gets(before)
        one = Answer(lambda: composition_json(found, show=show_secrets), lambda: composition_text(found, show=show_secrets))
        finish(one, form, damage=lambda: tell_damage(older), found=found.doubtful)
    later = open_exports([after, *after_more], needs=needs)
    newer = Composer(later)
    if not everybody:
        changed = differences(whom.gets(before).keys, whom.gets(newer).keys, shown=before.whole and newer.whole)
        outcomes = [("", changed)] if changed else []
    else:
        outcomes = _everybody(before, newer)
    answer = Answer(lambda: differences_json(outcomes), lambda: differences_text(outcomes, shown=before.whole and newer.whole))
    finish(answer, form, damage=lambda: tell_damage(older, later), found=outcomes)


def _everybody(before: Composer, newer: Composer) -> list[tuple[str, tuple[Difference, ...]]]:
    """Return what changes for all users on all computers, by equal outcome; who is in one export only is named."""
    from odkit.mcx import survey, unmatched
    from odkit.text import escape, plural

    surveyed = survey(before, newer)
    for what, names in zip(("user", "computer"), unmatched(before, newer), strict=True):
        if names:
            shown = ", ".join(map(escape, names[:10])) + (", …" if len(names) > 10 else "")
            click.echo(f"odkit: not compared, because only one export has them: {plural(len(names), what)}: {shown}", err=True)
    return [
        (
            f"{plural(o.users, 'user')} on {plural(o.computers, 'computer')}, such as {escape(o.example[0])} on {escape(o.example[1])}",
            o.differences,
        )
        for o in surveyed
    ]


@dataclass(frozen=True, slots=True)
class _Wanted:
    organization: str
    prefix: str
    removal: str
    native: bool
    once: bool
    declarations: str | None

    def files(self, od: Directory, found: Profiles) -> tuple[list[tuple[str, bytes]], list[str]]:
        """Return what is written beside profiles and report, and its part of the report."""
        files: list[tuple[str, bytes]] = []
        lines: list[str] = []
        if self.once:
            from odkit.mcx import assignments
            from odkit_cli.views.profiles import table_csv, table_text

            rows = list(assignments(od, found))
            files.append(("ASSIGNMENTS.csv", table_csv(rows)))
            lines += ["", "Who gets which, in full in ASSIGNMENTS.csv", *table_text(rows)]
        if self.declarations is not None:
            from odkit.mcx import declarations
            from odkit_cli.views.profiles import declarations_text

            made = list(declarations(found, self.declarations))
            files += [(each.name, each.data) for each in made]
            lines += ["", "Declarations", *declarations_text(made)]
        return files, lines


@mcx.command("profiles")
@export_argument
@click.option("-o", "--output", type=PATH, metavar="DIR", required=True, help="Write the profiles into this folder, new or empty.")
@click.option("--force", is_flag=True, help="Clear earlier profiles of odkit from the folder first.")
@click.option("--record", "records", multiple=True, metavar="NAME", help="Only this record, by name or as Type/name; may be repeated.")
@click.option("--organization", default="", metavar="NAME", help="PayloadOrganization.")
@click.option("--prefix", default="odkit.mcx", show_default=True, metavar="PREFIX", help="Begin of each PayloadIdentifier.")
@click.option(
    "--removal",
    type=click.Choice(["disallow", "allow"]),
    default="disallow",
    show_default=True,
    help="Let users remove the profiles, or not.",
)
@click.option("--native", is_flag=True, help="Use Apple's own payload for a domain where all its keys map; REPORT.txt says where not.")
@click.option("--once", is_flag=True, help="Write profiles of equal content once, and ASSIGNMENTS.csv: who gets which.")
@click.option("--declarations", metavar="URL", help="Write JSON declarations, too, for profiles that a server offers in this https folder.")
@accept_incomplete_option
@packed(_Wanted)
def profiles(
    wanted: _Wanted, *, exports: tuple[str, ...], output: str, force: bool, records: tuple[str, ...], accept_incomplete: bool
) -> None:
    """Carry MCX to configuration profiles: one .mobileconfig for each record, and REPORT.txt.

    The settings go into custom-settings payloads as they are, with Forced and Set-Once and their timestamps.  They hold whatever
    the settings hold, passwords too; the files are 0600.

    \b
    Example:
      odkit mcx profiles export.ldif -o profiles
      odkit mcx profiles export.ldif -o profiles --native --once --record Groups/staff
      odkit mcx profiles export.ldif -o profiles --native --declarations https://mdm.example.com/profiles
    """
    from odkit.files import OutputFolder
    from odkit.mcx import NEEDS, once
    from odkit.mcx import profiles as convert

    od = open_exports(exports, needs=NEEDS)
    found = convert(
        od,
        organization=wanted.organization,
        native=wanted.native,
        accept_incomplete=accept_incomplete,
        prefix=wanted.prefix,
        removable=wanted.removal == "allow",
        records=[record for name in records for record in _named_records(od, name)] if records else None,
    )
    found = once(found) if wanted.once else found
    more, lines = wanted.files(od, found)
    report = found.report() + "".join(f"{line}\n" for line in lines)
    folder = OutputFolder(Path(output), force=force)
    profiles_of_all = [(profile.name, profile.data) for profile in found.profiles]
    folder.write_all([("REPORT.txt", report.encode("utf-8", "surrogateescape")), *profiles_of_all, *more])
    if not quiet():
        click.echo(report, nl=False)
    end_command(damage=tell_damage(od), found=found.left or found.overlaps or found.wrong)
