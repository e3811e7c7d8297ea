"""``odkit mounts``."""

from __future__ import annotations

import click

from odkit_cli import exits
from odkit_cli.options import FAIL_ON, accept_incomplete_option, fail_on_option, open_exports, show_findings, tell_damage, write_json


@click.command("mounts")
@click.argument("export", type=click.Path(path_type=str))
@click.option("--host", "hosts", multiple=True, metavar="HOST", help="Only mounts of this server.")
@click.option("--check", "check_only", is_flag=True, help="Only the findings, without the list.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "ldif", "dscl"]),
    default="text",
    help="Form: the list, or what makes them again.",
)
@click.option("--show-secrets", is_flag=True, help="Show passwords in URLs, and write mounts that have one.")
@accept_incomplete_option
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@fail_on_option
@click.pass_context
def mounts(
    context: click.Context,
    export: str,
    hosts: tuple[str, ...],
    check_only: bool,
    format_: str,
    show_secrets: bool,
    accept_incomplete: bool,
    as_json: bool,
    fail_on: str,
) -> None:
    """List mounts, check them and the homes on them, and write what makes them again.

    10.5's autofs reads the records more strictly than the automounter of 10.4: names host:path, the options net and url==, and all options
    together within 255 bytes.

    \b
    Example:
      odkit mounts export.ldif
      odkit mounts export.ldif --host files.example.com --format ldif > mounts.ldif
    """
    from odkit.names import host_key
    from odkit.redaction import mask_urls
    from odkit.servers.mounts import check_mounts, mounts_ldif, writable_mounts
    from odkit.servers.mounts_dscl import mounts_dscl
    from odkit.text import escape, plural, table

    od = open_exports([export])
    wanted = {host_key(host) for host in hosts}
    found = [m for m in od.mounts.records() if not wanted or wanted & {host_key(host) for host in m.hosts}]
    findings = check_mounts(od)
    refused: list[str] = []
    quiet = context.obj["quiet"]
    if as_json or format_ == "json":
        names = {"directory": "mountDirectory", "type": "mountType"}
        rows = [
            {
                "name": escape(m.name),
                **{key: m.text(a) for key, a in names.items()},
                "options": [each if show_secrets else mask_urls(each) for each in m.texts("mountOption")],
                "line": m.line,
            }
            for m in found
        ]
        write_json({"schema": "odkit/mounts/1", "mounts": rows, "findings": [f.as_json() for f in findings]})
    elif format_ in {"ldif", "dscl"}:
        text: str | bytes
        known, unknown = writable_mounts(od, found, accept_incomplete=accept_incomplete)
        text, refused = (mounts_ldif if format_ == "ldif" else mounts_dscl)(known, show_secrets=show_secrets)
        refused = [*unknown, *refused]
        click.echo(text, nl=False)
        for line in refused:
            click.echo(f"odkit: refused: {line}", err=True)
    elif not quiet:
        if not check_only:
            lines = [(escape(m.name), m.text("mountType") or "nfs", escape(m.text("mountDirectory") or "")) for m in found]
            click.echo("\n".join([*table(lines), plural(len(found), "mount")]))
        show_findings(findings)
    if format_ in {"ldif", "dscl"}:
        show_findings(findings, quiet=quiet)
    if tell_damage(context, od):
        context.exit(exits.TROUBLE)
    worst = max((f.severity.weight for f in findings), default=0)
    context.exit(exits.FINDINGS if worst >= FAIL_ON[fail_on] or refused else exits.FINE)
