"""``odkit references``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from odkit.releases import mac_releases
from odkit_cli import exits
from odkit_cli.options import damaged, open_exports, show_findings, tell_damage, write_json


@click.command("references")
@click.argument("export", type=click.Path(path_type=str))
@click.argument("hosts", nargs=-1, metavar="HOST...")
@click.option("--more", multiple=True, metavar="EXPORT", help="A further file of the export, such as its cn=authdata.")
@click.option("--address", multiple=True, metavar="HOST=IP", help="A further address of a host.")
@click.option("--all", "everything", is_flag=True, help="The map: every host that the export names, and who names it.")
@click.option("--rewrite-to", metavar="NEW", help="Plan the change of all references of one HOST to this one; needs -o.")
@click.option(
    "--target",
    type=click.Choice(mac_releases(with_batch=True)),
    help="Release of the master; with it the change set has a dscl form, too.",
)
@click.option("--accept-incomplete", is_flag=True, help="Plan although the export is incomplete.")
@click.option("-o", "--output", metavar="DIR", help="Write the change set into this folder, new or empty.")
@click.option("--force", is_flag=True, help="Clear odkit's earlier files from the folder first.")
@click.option("--format", "format_", type=click.Choice(["text", "json", "dot", "mermaid"]), default="text", help="Form of the output.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.pass_context
def references(
    context: click.Context,
    export: str,
    hosts: tuple[str, ...],
    more: tuple[str, ...],
    address: tuple[str, ...],
    everything: bool,
    rewrite_to: str | None,
    target: str | None,
    accept_incomplete: bool,
    output: str | None,
    force: bool,
    format_: str,
    as_json: bool,
) -> None:
    """Find every place where servers stand: by full name, short name, address or Local KDC.

    Each with what is to be done about it: delete (odkit purge-principals does), rewrite, by slapconfig, by hand, or review.  Short names
    are always for review.

    \b
    Example:
      odkit references export.ldif old.example.com
      odkit references export.ldif --all --format dot
      odkit references export.ldif old.example.com \\
            --rewrite-to new.example.com --target 10.5 -o rewrite
    """
    import odkit
    from odkit.hostrefs import host_map, plan_rewrite

    format_ = "json" if as_json else format_
    if everything == bool(hosts):
        raise click.UsageError("name the hosts, or give --all")
    if format_ in {"dot", "mermaid"} and not everything:
        raise click.UsageError(f"--format {format_} is for --all")
    if (rewrite_to is None) != (output is None) or (rewrite_to is not None and len(hosts) != 1):
        raise click.UsageError("--rewrite-to takes one HOST, and -o DIR")
    if rewrite_to is not None and format_ != "text":
        raise click.UsageError("--rewrite-to writes its change set as files; --json and --format are for the places")
    if target is not None and rewrite_to is None:
        raise click.UsageError("--target is for --rewrite-to")
    od = open_exports([export, *more])
    if everything:
        _map(context, host_map(od), format_)
        context.exit(exits.TROUBLE if tell_damage(context, od) else exits.FINE)
    if rewrite_to is not None and output is not None:
        _rewrite(
            context,
            od,
            plan_rewrite(od, hosts[0], rewrite_to, accept_incomplete=accept_incomplete),
            Path(output),
            target=target,
            force=force,
        )
    addresses = dict(pair.partition("=")[::2] for pair in address)
    found = odkit.references(od, hosts, addresses=addresses)
    if format_ == "json":
        write_json(found.as_json())
    elif not context.obj["quiet"]:
        _show(found)
        show_findings([f for f in found.findings if f.severity != "info"])
    if damaged([od]):
        context.exit(exits.TROUBLE)
    context.exit(exits.FINDINGS if found.found else exits.FINE)


def _show(found: Any) -> None:
    from odkit.text import escape, plural

    last = None
    for each in found:
        if each.dn != last:
            last = each.dn
            click.echo(f"{escape(each.dn)}  ({escape(each.path)}:{each.line})")
        where = f"{each.attribute}{' ' + each.inside if each.inside else ''}"
        click.echo(f"  {each.handling.value} ({each.kind.value}) {where}: {each.before}[{each.hit}]{each.after}")
    counts = ", ".join(f"{count} {how}" for how, count in _by_handling(found).items())
    click.echo(f"{plural(len(found), 'place')}{': ' + counts if counts else ''}")


def _by_handling(found: Any) -> dict[str, int]:
    out: dict[str, int] = {}
    for each in found:
        out[each.handling.value] = out.get(each.handling.value, 0) + 1
    return dict(sorted(out.items()))


def _map(context: click.Context, found: Any, format_: str) -> None:
    from odkit.text import escape, table

    if format_ == "dot":
        click.echo(found.dot(), nl=False)
    elif format_ == "mermaid":
        click.echo(found.mermaid(), nl=False)
    elif format_ == "json":
        edges = [
            {"type": kind, "attribute": attribute, "host": host, "count": count}
            for (kind, attribute, host), count in sorted(found.edges.items())
        ]
        write_json({"schema": "odkit/host-map/1", "hosts": dict(found.hosts()), "edges": edges})
    elif not context.obj["quiet"]:
        for host, count in found.hosts():
            click.echo(f"{escape(host)}: {count}")
            rows = [(f"{n:>6}", kind or "(other)", attribute) for (kind, attribute, of), n in sorted(found.edges.items()) if of == host]
            click.echo("\n".join(table(rows)))


def _rewrite(context: click.Context, od: Any, plan: Any, output: Path, *, target: str | None, force: bool) -> None:
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
    if not context.obj["quiet"]:
        show_findings([f for f in od.findings if f.severity != "info"])
        click.echo(report, nl=False)
        click.echo("\n" + _next_steps(output, [name for name, _ in found.files] if found is not None else []), nl=False)
    if damaged([od]):
        context.exit(exits.TROUBLE)
    context.exit(exits.FINDINGS if plan.left else exits.FINE)


def _next_steps(output: Path, names: list[str]) -> str:
    lines = ["Next:", f"  1. read {output}/REWRITE.txt"]
    if "rewrite.sh" in names:
        lines.append(f"  2. on the master: sudo sh {output}/rewrite.sh, and when it shows what you want, with --apply")
        if "rewrite-rest.ldif" in names:
            lines.append(f"     then {output}/rewrite-rest.ldif with ldapmodify: what dscl cannot express")
        lines.append(f"  or {output}/rewrite.ldif with ldapmodify: the same, all of it")
    else:
        lines.append(f"  2. {output}/rewrite.ldif with ldapmodify; see its head")
    return "\n".join(lines) + "\n"
