"""Writes the files of a rewriting of references, whichever command has planned it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import click

from odkit_cli.output import damaged, end_command, quiet, show_findings
from odkit_cli.views.references import next_steps

if TYPE_CHECKING:
    from pathlib import Path

    from odkit.directory import Directory
    from odkit.hostrefs import Rewrite

__all__ = ["write_rewrite"]


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
