"""``odkit show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from odkit_cli.inputs import in_wrong_order, open_exports
from odkit_cli.options import exports_argument, format_options
from odkit_cli.output import Answer, finish, tell_damage

if TYPE_CHECKING:
    from odkit.listing.single import Attribute, Shown


@click.command()
@exports_argument(required=True)
@click.argument("record", metavar="RECORD")
@format_options
def show(exports: tuple[str, ...], record: str, form: str) -> None:
    """Print one record and what its values mean; secrets are shown as their length.

    RECORD is TYPE/NAME as dscl writes it (Users/jdoe), a DN, a GUID, or a short name.

    \b
    Example:
      odkit show export.ldif Users/jdoe
    """
    from odkit.listing import NEEDS, Sources
    from odkit.listing.single import find_record, show_record

    in_wrong_order(exports[0], record, "the record")
    od = open_exports(exports, needs=NEEDS)
    sources = Sources(od, at=od.newest_change)
    shown = show_record(sources, find_record(sources, record))
    finish(Answer(lambda: _json(shown), lambda: _text(shown)), form, damage=lambda: tell_damage(od))


def _json(shown: Shown) -> dict[str, object]:
    from odkit.listing.cells import json_cell
    from odkit.text import escape

    def attributes(each: tuple[Attribute, ...]) -> list[dict[str, object]]:
        return [{"name": a.name, "dscl": a.dscl, "values": list(a.values)} for a in each]

    record = shown.record
    return {
        "schema": "odkit/record/1",
        "type": record.kind,
        "name": escape(record.name),
        "dn": escape(record.dn),
        "path": escape(record.path),
        "line": record.line,
        "meaning": {column.name: json_cell(cell) for column, cell in shown.meaning},
        "attributes": attributes(shown.attributes),
        "authdata": attributes(shown.authdata),
        "unknown": list(shown.unknown),
    }


def _text(found: Shown) -> str:
    from odkit.directory import describe
    from odkit.listing.cells import shown
    from odkit.text import escape
    from odkit_cli.screen import table

    record = found.record
    lines = [f"{describe(record)}  ({escape(record.path)}:{record.line})", f"  {escape(record.dn)}", ""]
    skipped = {"dn", "file", "line", "type", "name"}
    rows = [(column.name.replace("-", " "), shown(cell)) for column, cell in found.meaning if column.name not in skipped]
    lines += [*table(rows), ""] if rows else []
    for head, attributes in (("Attributes", found.attributes), ("In cn=authdata", found.authdata)):
        if attributes:
            lines.append(head)
            lines += table([(a.name, a.dscl or "", value) for a in attributes for value in a.values or ("",)])
            lines.append("")
    lines += [f"not known: {escape(each)}" for each in found.unknown]
    return "\n".join(lines).rstrip("\n") + "\n"
