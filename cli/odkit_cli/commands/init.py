"""``odkit init``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from odkit_cli.inputs import open_exports
from odkit_cli.options import PATH, accept_incomplete_option, exports_argument
from odkit_cli.output import end_command, quiet, tell_damage
from odkit_cli.outputs import refuse_existing


@click.command("init")
@exports_argument(required=True)
@click.option(
    "-o", "--output", type=PATH, metavar="FILE", default="odkit.toml", show_default=True, help="The file to write; - for standard output."
)
@click.option("--force", is_flag=True, help="Replace an odkit.toml that is there.")
@accept_incomplete_option
def init(exports: tuple[str, ...], output: str, force: bool, accept_incomplete: bool) -> None:
    """Write a first odkit.toml from an export.

    Realm, suffix, the tree of servers, addresses, shares and decommissioned replicas; what an export cannot tell is marked DECIDE for a
    person.

    \b
    Example:
      odkit init export.ldif
    """
    from odkit.files import write_file
    from odkit.hosts import NEEDS
    from odkit.project import first_plan
    from odkit.text import escape

    if output != "-":
        refuse_existing(Path(output), force=force)
    od = open_exports(exports, needs=NEEDS)
    folder = Path(output).resolve().parent if output != "-" else Path.cwd()
    names = [name if name == "-" else os.path.relpath(name, folder) for name in exports]
    text = first_plan(od, names, accept_incomplete=accept_incomplete)
    if output == "-":
        click.echo(text, nl=False)
        end_command(damage=tell_damage(od))
    write_file(Path(output), text.encode("utf-8", "surrogateescape"))
    if not quiet():
        count = text.count("# DECIDE:")
        click.echo(f"Written to {escape(output)}: {count} places are marked DECIDE for a person.")
    end_command(damage=tell_damage(od))
