"""``odkit topology``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from odkit_cli import exits
from odkit_cli.options import FAIL_ON, fail_on_option, open_exports, show_findings, tell_damage, the_project, write_json


@click.command("topology")
@click.argument("plan", required=False, metavar="[PLAN|EXPORT]", type=click.Path(path_type=str))
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "mermaid", "dot", "svg"]), default="text", help="Form of the output."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@fail_on_option
@click.pass_context
def topology(context: click.Context, plan: str | None, format_: str, as_json: bool, fail_on: str) -> None:
    """Show the tree of servers, and what is wrong or weak in it.

    Of a plan (odkit.toml; that of this folder or above by default), or as it stands in an export.

    \b
    Example:
      odkit topology
      odkit topology export.ldif
      odkit topology odkit.toml --format svg > tree.svg
    """
    from odkit import project
    from odkit import servers as t
    from odkit.identities import check_servers
    from odkit.text import escape

    tree: Any
    od = None
    if plan is None:
        found = the_project()
        if found is None:
            raise click.UsageError("it needs a plan or an export: give its path, or make an odkit.toml (odkit init EXPORT)")
        tree = t.tree_of_project(found)
    elif plan.lower().endswith(".toml"):
        tree = t.tree_of_project(project.load(Path(plan)))
    else:
        od = open_exports([plan])
        tree = t.tree_of_export(od)
    findings = [*t.check_tree(tree), *(check_servers(od) if od is not None else ())]
    if as_json or format_ == "json":
        nodes = [{name: getattr(node, name) for name in ("name", "role", "address", "parent", "site", "release")} for node in tree.nodes]
        write_json({"schema": "odkit/topology/1", "servers": nodes, "findings": [f.as_json() for f in findings]})
    elif format_ != "text":
        click.echo({"mermaid": t.tree_mermaid, "dot": t.tree_dot, "svg": t.tree_svg}[format_](tree), nl=False)
        show_findings(findings, quiet=context.obj["quiet"])
    elif not context.obj["quiet"]:
        click.echo(t.tree_text(tree) if tree.nodes else f"{escape(tree.path)} names no server.", nl=not tree.nodes)
        show_findings(findings)
    if tell_damage(context, od):
        context.exit(exits.TROUBLE)
    worst = max((f.severity.weight for f in findings), default=0)
    context.exit(exits.FINDINGS if worst >= FAIL_ON[fail_on] else exits.FINE)
