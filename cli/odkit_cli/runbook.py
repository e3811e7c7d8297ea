"""``odkit runbook``."""

from __future__ import annotations

from pathlib import Path

import click

from odkit_cli import exits
from odkit_cli.options import the_project


@click.command("runbook")
@click.argument("plan", required=False, metavar="[PLAN]", type=click.Path(path_type=str))
@click.option(
    "-o", "--output", metavar="DIR", help="Write RUNBOOK.md and the scripts into this folder, new or empty; without it the page is printed."
)
@click.option("--force", is_flag=True, help="Clear odkit's earlier files from the folder first.")
@click.pass_context
def runbook(context: click.Context, plan: str | None, output: str | None, force: bool) -> None:
    """Write the runbook of the migration that odkit.toml plans: one page, and one script for each server and phase.

    Preflight, archive, clones, installation, the directory without the old names, Local KDCs, relay and replicas, mounts, child servers,
    backups, verification, Monday morning.  Scripts look only, unless they are given --apply.

    \b
    Example:
      odkit runbook -o runbook
    """
    from odkit import project
    from odkit.runbook import page, write_runbook
    from odkit.text import escape

    found = project.load(Path(plan)) if plan is not None else the_project()
    if found is None:
        raise click.UsageError("it needs an odkit.toml: give its path, or make one (odkit init EXPORT)")
    if output is None:
        click.echo(page(found), nl=False)
    else:
        written = write_runbook(found, output, force=force)
        if not context.obj["quiet"]:
            click.echo(f"Written to {escape(output)}/: RUNBOOK.md and {len(written) - 1} scripts.")
    context.exit(exits.FINE)
