"""Writes the files of a rewriting of references, whichever command has planned it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from odkit.releases import mac_releases
from odkit_cli.options import PATH, accept_incomplete_option
from odkit_cli.output import damaged, end_command, quiet, show_findings
from odkit_cli.views.references import next_steps

if TYPE_CHECKING:
    from pathlib import Path

    from odkit.directory import Directory
    from odkit.hostrefs import Rewrite

F = TypeVar("F", bound=Callable[..., object])

__all__ = ["change_set_options", "write_rewrite"]


def change_set_options(function: F) -> F:
    """Add what every command takes that writes a change set: ``--target``, ``--accept-incomplete``, ``-o`` and ``--force``."""
    made = click.option("--force", is_flag=True, help="Clear odkit's earlier files from the folder first.")(function)
    made = click.option("-o", "--output", type=PATH, metavar="DIR", help="Write the change set into this folder, new or empty.")(made)
    made = accept_incomplete_option(made)
    releases = click.Choice(mac_releases(with_batch=True))
    return click.option("--target", type=releases, help="Release of the master; with it the change set has a dscl form, too.")(made)


def write_rewrite(od: Directory, plan: Rewrite, target: str | None, output: Path, *, force: bool) -> NoReturn:
    """Write a plan with its undo into a folder, show what it does, and end the command: status 1 where something is left to a person.

    Args:
        od: the export that the plan was made of.
        plan: the changes.
        target: release of the master, for the dscl form; None for LDIF alone.
        output: the folder, new or empty.
        force: clear odkit's earlier files from it first.
    """
    from odkit.files import OutputFolder
    from odkit.hostrefs.rewrite_scripts import rewrite_files

    found = rewrite_files(od, plan, target) if target is not None else None
    report = plan.report()
    if found is None:
        report += "\nWith --target there is a dscl form, too (10.5 and later).\n"
    elif found.left:
        report += "\n".join([f"\nBy LDIF only ({len(found.left)})", *(f"  {line}" for line in found.left)]) + "\n"
    folder = OutputFolder(output, force=force)
    folder.write("REWRITE.txt", report.encode("utf-8", "backslashreplace"))
    folder.write("rewrite.ldif", plan.ldif())
    folder.write("undo.ldif", plan.ldif(undo=True))
    for name, data in found.files if found is not None else ():
        folder.write(name, data)
    if not quiet():
        show_findings([f for f in od.findings if f.severity != "info"])
        click.echo(report, nl=False)
        click.echo("\n" + next_steps(output, [name for name, _ in found.files] if found is not None else []), nl=False)
    end_command(damage=damaged([od]), found=plan.left)
