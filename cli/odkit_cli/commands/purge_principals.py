"""``odkit purge-principals``."""

from __future__ import annotations

import click

from odkit_cli.options import PATH, format_options
from odkit_cli.output import Answer, finish
from odkit_cli.planning import PlanOptions, plan_options, planned


@click.command("purge-principals")
@plan_options
@click.option("-o", "--output", type=PATH, metavar="DIR", help="Write the scripts into this folder, new or empty.")
@click.option("--force", is_flag=True, help="Clear an earlier plan of odkit from the folder first.")
@click.option("--all", "every", is_flag=True, help="Cut no list, and print each principal that goes in full.")
@format_options
def purge_principals(options: PlanOptions, *, output: str | None, force: bool, every: bool, form: str) -> None:
    """Plan, and with -o write, the removal of retired servers' principals and records.

    EXPORT is the directory that will be changed.  Without evidence nothing is deleted: hosts that no input calls live or retired are
    unknown, and kept.  Review the plan, then run the scripts on the master, first without --apply.

    \b
    Example:
      odkit purge-principals export.ldif --principals listprincs.txt \\
            --retire xserve1.example.com --target 10.5 -o purge
    """
    import odkit
    from odkit.purge.report import plan_text

    made = planned(options, writing="-o" if output is not None else "")
    plan, target = made.plan, made.target
    written = odkit.write_plan(plan, output, target=target, force=force) if output is not None and target is not None else []

    def text() -> str:
        names = [str(path.relative_to(output or "")) for path in written]
        return plan_text(plan, full=every, flat=every) + (_next_steps(output or "", names, target or "") if names else "")

    finish(Answer(lambda: plan.as_json(target), text), form, found=plan.review or plan.refused or plan.unmatched)


def _next_steps(folder: str, names: list[str], target: str) -> str:
    from odkit.purge.bundle import to_do
    from odkit.text import escape

    lines = ["", f"Written to {escape(folder)}/ (mode 0700, files 0600):", *(f"  {name}" for name in names)]
    return "\n".join([*lines, "", *to_do(names, target)]) + "\n"
