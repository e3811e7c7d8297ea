"""``odkit afp``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from odkit.dataclass import dataclass
from odkit_cli.inputs import open_exports
from odkit_cli.options import PATH, clients_option, exports_argument, format_options, packed
from odkit_cli.output import Answer, finish, tell_damage
from odkit_cli.rewriting import change_set_options, write_rewrite

if TYPE_CHECKING:
    from odkit.afp import AfpReport
    from odkit.directory import Directory


@dataclass(frozen=True, slots=True)
class _Options:
    clients: str | None
    places: bool
    rewrite_to: str | None
    share_map: str | None
    target: str | None
    accept_incomplete: bool
    output: str | None
    force: bool


@click.command("afp")
@exports_argument()
@clients_option("Newest macOS of the clients, such as 15.5; the newest there is by default.")
@click.option("--places", is_flag=True, help="Show every place, each in a line.")
@click.option("--rewrite-to", type=click.Choice(["smb"]), help="Plan the change of all places to SMB; needs -o.")
@click.option("--share-map", type=PATH, metavar="FILE", help="Lines HOST/SHARE = HOST/SHARE: shares that SMB gives by another name.")
@change_set_options
@format_options
@packed(_Options)
def afp(options: _Options, *, exports: tuple[str, ...], form: str) -> None:
    """Find what stops working when Macs have no client for AFP, and rewrite it to SMB.

    Homes, group folders, mounts, automount maps, login items, dock items and every other URL with afp://.  Apple has announced that
    macOS 27 comes without a client for AFP (deprecated in 15.5); nobody has tried it here.

    With --rewrite-to smb every place whose URL SMB can say is rewritten, with its undo; all else is left to a person.  What no source
    confirms about the forms that are written stands in REWRITE.txt and in the head of every file.

    \b
    A line of --share-map, encoded as in a URL (# starts a remark):
      files.example.com/Homes = nas.example.com/homedirs

    \b
    Example:
      odkit afp export.ldif
      odkit afp export.ldif --places
      odkit afp export.ldif --clients 15.5
      odkit afp export.ldif --rewrite-to smb --target 10.6 -o smb
    """
    from odkit.afp import NEEDS, has_client
    from odkit.afp import afp as find

    _check(options, form)
    stops = options.clients is None or not has_client(options.clients)
    od = open_exports(exports, needs=NEEDS)
    if options.output is not None:
        _rewrite(od, options, Path(options.output))
    report = find(od)
    findings = [each for each in report.findings if each.severity != "info"]
    answer = Answer(report.as_json, lambda: _text(report, every=options.places, stops=stops), findings=findings)
    unknown = any(fate.value == "unknown" for _, fate in report.homes)
    finish(answer, form, damage=lambda: tell_damage(od), found=(bool(report.places) or unknown) and stops)


def _check(options: _Options, form: str) -> None:
    rewrites = options.rewrite_to is not None
    if rewrites != (options.output is not None):
        raise click.UsageError("--rewrite-to smb and -o DIR belong together")
    if rewrites and (form != "text" or options.places or options.clients is not None):
        raise click.UsageError("--rewrite-to writes its change set as files; --json, --format, --places and --clients are for the places")
    if not rewrites and (options.share_map is not None or options.target is not None):
        raise click.UsageError("--share-map and --target are for --rewrite-to")


def _rewrite(od: Directory, options: _Options, output: Path) -> NoReturn:
    from odkit.afp.shares import read_share_map
    from odkit.afp.smb import plan_smb

    shares = read_share_map(Path(options.share_map) if options.share_map is not None else None)
    plan = plan_smb(od, shares, accept_incomplete=options.accept_incomplete)
    write_rewrite(od, plan, options.target, output, force=options.force)


def _text(report: AfpReport, *, every: bool, stops: bool) -> str:
    from odkit.afp import HomeFate
    from odkit.text import escape, plural
    from odkit_cli.screen import table

    if every:
        lines = [
            f"{escape(each.path)}:{each.line}: {each.kind.value}: {escape(each.dn)} {each.attribute}{escape(each.inside)}: {each.url}"
            for each in report.places
        ]
        return "".join(f"{line}\n" for line in lines)
    rows = [
        (escape(host) or "(no host)", ", ".join(plural(count, kind.value) for kind, count in sorted(kinds.items())))
        for host, kinds in report.by_server().items()
    ]
    lines = ["By AFP:", *table(rows)] if rows else ["Nothing is reached by AFP."]
    fates = report.fates()
    said = f"{plural(fates[HomeFate.STOPS], 'user')} cannot log in with the home without a client for AFP, {fates[HomeFate.STAYS]:,} can"
    unknown = fates[HomeFate.UNKNOWN]
    lines.append(f"Homes: {said}{f'; of {unknown:,} it cannot be told' if unknown else ''}.")
    if report.places and not stops:
        lines.append("These clients still have one. macOS 27 has none, as announced.")
    elif report.places:
        lines.append(
            "macOS 27 has no client for AFP, as announced: give the shares by SMB, or make the homes local, before Macs are updated."
        )
    return "\n".join(lines) + "\n"
