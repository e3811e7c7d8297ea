"""``odkit references``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from odkit.dataclass import dataclass
from odkit_cli.inputs import in_wrong_order, open_exports
from odkit_cli.options import PATH, format_option, json_option, packed, with_option
from odkit_cli.output import Answer, damaged, finish, tell_damage
from odkit_cli.rewriting import change_set_options, write_rewrite
from odkit_cli.views.references import map_json, map_text, places_text

if TYPE_CHECKING:
    from odkit.directory import Directory


@dataclass(frozen=True, slots=True)
class _Options:
    export: str
    hosts: tuple[str, ...]
    more: tuple[str, ...]
    older_more: tuple[str, ...]
    address: tuple[str, ...]
    everything: bool
    rewrite_to: str | None
    target: str | None
    accept_incomplete: bool
    output: str | None
    force: bool


@click.command("references")
@click.argument("export", type=click.Path(path_type=str))
@click.argument("hosts", nargs=-1, metavar="HOST...")
@with_option()
@click.option("--more", "older_more", multiple=True, type=PATH, hidden=True)  # its older name
@click.option("--address", multiple=True, metavar="HOST=IP", help="A further address of a host.")
@click.option("--all", "everything", is_flag=True, help="The map: every host that the export names, and who names it.")
@click.option("--rewrite-to", metavar="NEW", help="Plan the change of all references of one HOST to this one; needs -o.")
@change_set_options
@format_option("dot", "mermaid")
@json_option
@packed(_Options)
def references(options: _Options, *, form: str) -> None:
    """Find every place where servers stand: by full name, short name, address or Local KDC.

    Each with what becomes of it: delete (odkit purge-principals does), rewrite (--rewrite-to does), delete or rewrite (whichever runs),
    by slapconfig, by hand, keep, or review, with the reason.  Short names, addresses and names in letters are for review, unless their
    record goes.

    \b
    Example:
      odkit references export.ldif old.example.com
      odkit references export.ldif --all --format dot
      odkit references export.ldif old.example.com \\
            --rewrite-to new.example.com --target 10.5 -o rewrite
    """
    import odkit
    from odkit.hostrefs import NEEDS, NEEDS_OF_MAP, host_map

    hosts = options.hosts
    _check(options, form)
    if hosts:
        in_wrong_order(options.export, hosts[-1], "the host")
    od = open_exports([options.export, *options.more, *options.older_more], needs=NEEDS_OF_MAP if options.everything else NEEDS)
    if options.everything:
        found_map = host_map(od)
        others = {"dot": found_map.dot, "mermaid": found_map.mermaid}
        finish(Answer(lambda: map_json(found_map), lambda: map_text(found_map), others), form, damage=lambda: tell_damage(od))
    if options.rewrite_to is not None and options.output is not None:
        _rewrite(od, options, options.rewrite_to, Path(options.output))
    found = odkit.references(od, hosts, addresses=dict(pair.partition("=")[::2] for pair in options.address))
    shown = [f for f in found.findings if f.severity != "info"]
    finish(Answer(found.as_json, lambda: places_text(found), findings=shown), form, damage=lambda: damaged([od]), found=found.found)


def _check(options: _Options, form: str) -> None:
    rewrites = options.rewrite_to is not None
    if options.everything == bool(options.hosts):
        raise click.UsageError("the hosts are missing: name them, or give --all")
    if form in {"dot", "mermaid"} and not options.everything:
        raise click.UsageError(f"--format {form} is for --all")
    if rewrites != (options.output is not None) or (rewrites and len(options.hosts) != 1):
        raise click.UsageError("--rewrite-to takes one HOST, and -o DIR")
    if rewrites and form != "text":
        raise click.UsageError("--rewrite-to writes its change set as files; --json and --format are for the places")
    if options.target is not None and not rewrites:
        raise click.UsageError("--target is for --rewrite-to")


def _rewrite(od: Directory, options: _Options, new: str, output: Path) -> NoReturn:
    from odkit.hostrefs import plan_rewrite

    plan = plan_rewrite(od, options.hosts[0], new, accept_incomplete=options.accept_incomplete)
    write_rewrite(od, plan, options.target, output, force=options.force)
