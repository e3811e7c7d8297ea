"""``odkit diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from odkit.dataclass import dataclass
from odkit_cli.inputs import open_exports, project_pair, project_retired, reading, source
from odkit_cli.options import format_option, json_option, packed, pair_arguments
from odkit_cli.output import Answer, finish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import IO

    from odkit.comparison import Diff, Kind
    from odkit.directory import Directory
    from odkit.findings import Finding


@dataclass(frozen=True, slots=True)
class _Options:
    before: tuple[str, ...]
    after: tuple[str, ...]
    ignore: tuple[str, ...]
    only: tuple[str, ...]
    operational: bool
    full: bool
    show_secrets: bool
    accept_incomplete: bool


@click.command("diff")
@pair_arguments
@click.option("--ignore", multiple=True, metavar="ATTRIBUTE", help="An attribute that does not count.")
@click.option(
    "--only", multiple=True, metavar="WHAT", help="A record type (Users …), or added, removed, changed, renamed; commas separate."
)
@click.option("--operational", is_flag=True, help="Let the server's own attributes (timestamps …) count, too.")
@click.option("--full", is_flag=True, help="Show all values of a record.")
@click.option("--show-secrets", is_flag=True, help="Show passwords, keys and whole policies.")
@click.option("--accept-incomplete", is_flag=True, help="With --format ldif: take what an incomplete export lacks as absent.")
@format_option("ldif")
@json_option
@packed(_Options)
def diff(options: _Options, *, form: str) -> None:
    """Tell what differs between two exports, by meaning.

    Records are matched by GUID, then by DN, so that a rename is a rename.  Property lists compare by content, homes by part, GUIDs and
    host names without case; the server's own attributes do not count.  --format ldif gives the change records that turn BEFORE into AFTER.

    \b
    Example:
      odkit diff before.ldif after.ldif
      odkit diff before.ldif after.ldif --only Users,removed
      odkit diff before.ldif after.ldif --format ldif --show-secrets > changes.ldif
    """
    from odkit.comparison import diff as compare
    from odkit.comparison import diff_text

    types, kinds = _only(options.only)
    if form == "ldif" and (types or kinds or options.ignore or options.operational):
        raise click.UsageError(
            "--format ldif writes all changes, in the order in which they are applied: leave out --only, --ignore and --operational"
        )
    one, other = project_pair(options.before, options.after)
    if not one or not other:
        raise click.UsageError("two exports are needed: give BEFORE and AFTER")
    _refuse_authdata(one, other)
    with reading() as progress:
        found = compare(
            *_sides(one, other, planned=not options.before and not options.after),
            ignore=options.ignore,
            only_types=types,
            only_kinds=kinds,
            operational=options.operational,
            progress=progress,
        )
    data, remarks = _as_ldif(found, options) if form == "ldif" else (b"", [])
    if found.is_disjoint:
        remarks = ["odkit: the two have no record in common: give two exports of one domain", *remarks]
    answer = Answer(
        lambda: found.as_json(show=options.show_secrets),
        lambda: diff_text(found, show_secrets=options.show_secrets, full=options.full),
        {"ldif": lambda: data},
        remarks,
        found.findings,
        findings_always=True,
    )
    finish(answer, form, damage=lambda: any(_is_damage(f) for f in found.findings), found=found)


def _sides(one: Sequence[str], other: Sequence[str], *, planned: bool) -> list[Directory] | list[list[Path | IO[bytes]]]:
    """Return both sides; those of odkit.toml as directories, because they must be of its domain."""
    if not planned:
        return [[source(name) for name in each] for each in (one, other)]
    sides = [open_exports(each) for each in (one, other)]
    project_retired([], sides, used=True)
    return sides


def _refuse_authdata(one: Sequence[str], other: Sequence[str]) -> None:
    """Refuse a newer export that is only the older one's cn=authdata: all else would look removed.

    A pipe is not looked at: what is taken from it here would be missing where it is compared.

    Raises:
        click.UsageError: it is.
    """
    from odkit.directory.domains import begins_with_authdata, is_ordinary_file

    if all(map(is_ordinary_file, (*one, *other))) and all(map(begins_with_authdata, other)) and not all(map(begins_with_authdata, one)):
        from odkit.text import escape

        if not open_exports(other).has_domain:
            what = f"{escape(other[0])} holds only cn=authdata, a part of an export"
            raise click.UsageError(f"{what}: give AFTER, too, and name this file by --with or --after-with")


def _is_damage(found: Finding) -> bool:
    """Tell whether a side is damaged or incomplete: a value in another file is not shown, so that no difference in it is seen."""
    from odkit.findings import Hides

    return found.severity == "error" or found.rule.hides is not Hides.NOTHING


def _as_ldif(found: Diff, options: _Options) -> tuple[bytes, list[str]]:
    """Change records, and what is to be said of those that are not written."""
    from odkit.comparison import diff_ldif
    from odkit.text import escape

    made = diff_ldif(found, show_secrets=options.show_secrets, accept_incomplete=options.accept_incomplete)
    remarks = [f"odkit: not written: {each.kind.value} {escape(each.dn)}: {each.reason}" for each in made.withheld]
    if made.secrets:
        remarks.insert(0, f"odkit: {made.secrets} values that are or may hold secrets are left out; --show-secrets writes them")
    return made.data, remarks


def _only(words: tuple[str, ...]) -> tuple[set[str], set[Kind]]:
    from odkit.comparison import Kind
    from odkit.directory import DSCL_TYPES

    types: set[str] = set()
    kinds: set[Kind] = set()
    known = {name.lower(): name for name in (*DSCL_TYPES, "AuthData")}
    for word in (part.strip() for each in words for part in each.split(",")):
        if word.lower() in {kind.value for kind in Kind}:
            kinds.add(Kind(word.lower()))
        elif word.lower() in known:
            types.add(known[word.lower()])
        else:
            names = ", ".join(sorted(known.values()))
            message = f"{word!r} is neither a record type ({names}) nor added, removed, changed or renamed"
            raise click.BadParameter(message, param_hint="--only")
    return types, kinds
