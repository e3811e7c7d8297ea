"""``odkit collect``."""

from __future__ import annotations

from pathlib import Path

import click

from odkit_cli.options import PATH
from odkit_cli.output import quiet
from odkit_cli.outputs import refuse_existing


@click.command("collect")
@click.option("-o", "--output", type=PATH, metavar="FILE", help="Write the script into this file; without it it is printed.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option(
    "--for", "purpose", type=click.Choice(["carry"]), help="What the folder is for: carry gathers the KDC's database and master key, too."
)
def collect(output: str | None, force: bool, purpose: str | None) -> None:
    """Write one read-only script that gathers on a server what odkit reads, from 10.4 on.

    The folder that it makes is taken by every command that takes an export; its manifest tells whether the export is whole.

    \b
    Example:
      odkit collect -o collect.sh
      odkit inspect odkit-collected
      odkit collect --for carry -o collect-carry.sh
    """
    from odkit.collect import carry_collect_script, collect_script
    from odkit.files import write_file
    from odkit.text import escape

    script = carry_collect_script() if purpose == "carry" else collect_script()
    if output is None:
        click.echo(script, nl=False)
    else:
        refuse_existing(Path(output), force=force)
        write_file(Path(output), script)
        if not quiet():
            click.echo(f"Written to {escape(output)}: on the Open Directory master, as root: sh {escape(Path(output).name)}")
