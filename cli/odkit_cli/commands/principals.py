"""``odkit principals``."""

from __future__ import annotations

from typing import Any

import click

from odkit_cli import exits
from odkit_cli.options import format_options, of_folders, show_findings, source, write_json


@click.command("principals")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=str))
@click.option("--realm", metavar="R", help="Realm of names without one, where the file does not tell it (lists of Heimdal's kadmin).")
@format_options
@click.pass_context
def principals(context: click.Context, files: tuple[str, ...], realm: str | None, format_: str, as_json: bool) -> None:
    """List principals in one normal form, from whatever holds them.

    MIT's listprincs and kdb5_util dump, Heimdal's kadmin -l list, get and dump, keytab files, klist -k, ktutil list (MIT's and
    Heimdal's), and an export's cn=authdata (10.7+); or a folder of collect.sh.  Keys in a file are passed over and never shown.

    \b
    Example:
      odkit principals listprincs.txt krb5.keytab
      odkit principals kdc.dump --json
    """
    import odkit

    if files.count("-") > 1:
        raise click.UsageError("standard input ('-') can be read only once")
    found = [odkit.read_principals(source(name), realm=realm) for name in of_folders(files, "listprincs.txt", "klist.txt")]
    if as_json or format_ == "json":
        write_json({"schema": "odkit/principals/1", "inventories": [_json(each) for each in found]})
    elif not context.obj["quiet"]:
        for each in found:
            _show(each)
        show_findings([f for each in found for f in each.findings])
    context.exit(exits.FINE)


def _json(inventory: Any) -> dict[str, Any]:
    from odkit.purge import name_json

    rows = []
    for row in inventory.listed:
        body: dict[str, Any] = {
            "principal": name_json(bytes(row.principal)),
            "line": row.line,
            "kvno": row.kvno,
            "enctypes": list(row.enctypes),
        }
        if row.record is not None:
            body |= {"record": name_json(row.record.encode("utf-8", "surrogateescape")), "alias": row.alias}
        elif row.target is not None:
            body |= {"alias": True, "target": name_json(bytes(row.target))}
        rows.append(body)
    return {
        "path": inventory.path,
        "format": inventory.format,
        "kind": inventory.kind.value,
        "count": len(rows),
        "principals": rows,
        "findings": [f.as_json() for f in inventory.findings],
    }


def _show(inventory: Any) -> None:
    from odkit.text import escape, plural, table

    click.echo(f"{escape(inventory.path)}: {inventory.format}, {plural(len(inventory), 'principal')}")
    rows = []
    for row in inventory.listed:
        more = ", ".join(row.enctypes)
        if row.record is not None:
            more = f"{'alias' if row.alias else 'name'} of {escape(row.record)}"
        elif row.target is not None:
            more = f"alias of {row.target}"
        rows.append((escape(bytes(row.principal)), "" if row.kvno is None else f"version {row.kvno}", more))
    click.echo("\n".join(table(rows)))
