"""``odkit afp``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from odkit_cli.inputs import open_exports
from odkit_cli.options import exports_argument, format_options
from odkit_cli.output import Answer, finish, tell_damage

if TYPE_CHECKING:
    from odkit.afp import AfpReport

_WITHOUT = 27  # the first release of macOS that has no client for AFP, as announced


@click.command("afp")
@exports_argument()
@click.option("--clients", metavar="RELEASE", help="Newest macOS of the clients, such as 15.5; the newest there is by default.")
@click.option("--places", is_flag=True, help="Show every place, each in a line.")
@format_options
def afp(exports: tuple[str, ...], clients: str | None, places: bool, form: str) -> None:
    """Find what stops working when Macs have no client for AFP.

    Homes, group folders, mounts, automount maps, login items, dock items and every other URL with afp://.  Apple has announced that
    macOS 27 comes without a client for AFP (deprecated in 15.5); nobody has tried it here.

    \b
    Example:
      odkit afp export.ldif
      odkit afp export.ldif --places
      odkit afp export.ldif --clients 15.5
    """
    from odkit.afp import NEEDS
    from odkit.afp import afp as find

    stops = _release(clients) is None or _release(clients) >= _WITHOUT  # type: ignore[operator] # None is looked at first
    od = open_exports(exports, needs=NEEDS)
    report = find(od)
    findings = [each for each in report.findings if each.severity != "info"]
    answer = Answer(report.as_json, lambda: _text(report, every=places, stops=stops), findings=findings)
    unknown = any(fate.value == "unknown" for _, fate in report.homes)
    finish(answer, form, damage=lambda: tell_damage(od), found=(bool(report.places) or unknown) and stops)


def _release(text: str | None) -> int | None:
    """Return the first number of a release of macOS."""
    if text is None:
        return None
    first = text.partition(".")[0]
    if not (first.isascii() and first.isdigit() and len(first) <= 3):
        raise click.BadParameter(f"{text!r} is no release of macOS, such as 15.5", param_hint="--clients")
    return int(first)


def _text(report: AfpReport, *, every: bool, stops: bool) -> str:
    from odkit.afp import HomeFate
    from odkit.text import escape, plural, table

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
