"""``odkit runbook``."""

from __future__ import annotations

from pathlib import Path

import click

from odkit_cli.inputs import open_exports, the_project
from odkit_cli.options import PATH, accept_incomplete_option, clients_option
from odkit_cli.output import end_command, quiet, show_findings


@click.command("runbook")
@click.argument("plan", required=False, metavar="[PLAN]", type=click.Path(path_type=str))
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="DIR",
    help="Write RUNBOOK.md and the scripts into this folder, new or empty; without it the page is printed.",
)
@click.option("--force", is_flag=True, help="Clear odkit's earlier files from the folder first.")
@click.option("--leave", is_flag=True, help="The way out of Open Directory instead, by [leave] of odkit.toml.")
@click.option("--only", type=click.Choice(["removal"]), help="Retired servers out of a domain that stays as it is, and nothing else.")
@clients_option()
@accept_incomplete_option
def runbook(
    plan: str | None, output: str | None, force: bool, leave: bool, only: str | None, clients: str | None, accept_incomplete: bool
) -> None:
    """Write the runbook of the migration that odkit.toml plans: one page, and one script for each server and phase.

    Preflight, archive, clones, installation, the directory without the old names, Local KDCs, relay and replicas, mounts, child servers,
    the Macs of the offices, backups, verification, Monday morning.  Scripts look only, unless they are given --apply.

    With --leave: archive, carry, rehearse, cut over, AFP and homes, the Macs, profiles, destroy; clients/ has leave.sh, and make-local.sh
    with LOCAL.md, which make accounts the Macs' own.  docs/leaving.md tells more.

    \b
    Example:
      odkit runbook -o runbook
      odkit runbook --leave -o leaving
      odkit runbook --only removal -o removal
    """
    from odkit import project
    from odkit.afp import check_afp, has_client
    from odkit.runbook import Purpose, page, write_runbook
    from odkit.servers import check_tree, tree_of_project
    from odkit.text import escape

    if leave and only is not None:
        raise click.UsageError("--leave and --only are two runbooks: give one of them")
    purpose = Purpose.LEAVE if leave else Purpose.REMOVAL if only else Purpose.MIGRATION
    found = project.load(Path(plan)) if plan is not None else the_project()
    if found is None:
        raise click.UsageError("odkit.toml is missing: give its path, or make one (odkit init EXPORT)")
    if clients is not None:
        has_client(clients)  # what is no release is told before anything is written
    reached = []
    if output is None:
        click.echo(page(found, purpose), nl=False)
    else:
        exports = [str(each) for each in found.after or found.before]
        od = open_exports(exports) if exports else None
        if od is not None:
            found.check_export(od.realm, od.suffix, od.sources[0].path)
            reached = check_afp(od, clients=clients)
        written = write_runbook(found, output, od=od, force=force, accept_incomplete=accept_incomplete, purpose=purpose)
        if not quiet():
            scripts = sum(path.suffix == ".sh" for path in written)
            lists = [f"clients/{path.name}" for path in written if path.parent.name == "clients" and path.suffix == ".md"]
            click.echo(f"Written to {escape(output)}/: {', '.join(['RUNBOOK.md and ' + str(scripts) + ' scripts', *lists])}.")
    wrong = [each for each in check_tree(tree_of_project(found)) if each.severity == "error"]
    show_findings([*wrong, *reached])
    end_command(found=[*wrong, *(each for each in reached if each.severity != "info")])
