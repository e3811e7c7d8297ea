"""``odkit topology``."""

from __future__ import annotations

from pathlib import Path

import click

from odkit_cli.inputs import open_exports, the_project
from odkit_cli.options import fail_on_option, format_option, json_option, with_option
from odkit_cli.output import Answer, finish, reaches, tell_damage


@click.command("topology")
@click.argument("plan", required=False, metavar="[PLAN|EXPORT]", type=click.Path(path_type=str))
@with_option()
@format_option("mermaid", "dot", "svg")
@json_option
@fail_on_option
def topology(plan: str | None, more: tuple[str, ...], form: str, fail_on: str) -> None:
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
    from odkit.text import escape

    od = None
    if more and (plan is None or plan.lower().endswith(".toml")):
        raise click.UsageError("--with names further files of an export: give the path of the export, too")
    if plan is None:
        found = the_project()
        if found is None:
            raise click.UsageError("a plan or an export is missing: give its path, or make an odkit.toml (odkit init EXPORT)")
        tree = t.tree_of_project(found)
    elif plan.lower().endswith(".toml"):
        tree = t.tree_of_project(project.load(Path(plan)))
    else:
        od = open_exports([plan, *more])
        tree = t.tree_of_export(od)
    findings = t.check_tree(tree) if od is None else t.check_export(od, tree)

    def as_json() -> object:
        nodes = [{name: getattr(node, name) for name in ("name", "role", "address", "parent", "site", "release")} for node in tree.nodes]
        return {"schema": "odkit/topology/1", "servers": nodes, "findings": [f.as_json() for f in findings]}

    def as_text() -> str:
        if tree.nodes:
            return t.tree_text(tree)
        return f"{escape(tree.path)} {'names' if od is None or od.answers.whole else 'shows'} no server.\n"

    others = {"mermaid": lambda: t.tree_mermaid(tree), "dot": lambda: t.tree_dot(tree), "svg": lambda: t.tree_svg(tree)}
    answer = Answer(as_json, as_text, others, findings=findings)
    finish(answer, form, damage=lambda: tell_damage(od), found=reaches(findings, fail_on))
