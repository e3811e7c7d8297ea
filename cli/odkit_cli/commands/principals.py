"""``odkit principals``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from odkit_cli.inputs import of_folders, source
from odkit_cli.options import format_options
from odkit_cli.output import Answer, finish

if TYPE_CHECKING:
    from odkit.kerberos import Inventory


@click.command("principals")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=str))
@click.option("--realm", metavar="R", help="Realm of names without one, where the file does not tell it (lists of Heimdal's kadmin).")
@format_options
def principals(files: tuple[str, ...], realm: str | None, form: str) -> None:
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
        raise click.UsageError("standard input ('-') can be read only once: give '-' once")
    found = [odkit.read_principals(source(name), realm=realm) for name in of_folders(files, "listprincs.txt", "klist.txt")]
    answer = Answer(
        lambda: {"schema": "odkit/principals/1", "inventories": [_json(each) for each in found]},
        lambda: "".join(map(_text, found)),
        findings=[f for each in found for f in each.findings],
    )
    finish(answer, form)


def _json(inventory: Inventory) -> dict[str, object]:
    from odkit.purge import name_json

    rows = []
    for row in inventory.listed:
        body: dict[str, object] = {
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


def _text(inventory: Inventory) -> str:
    from odkit.text import escape, plural
    from odkit_cli.screen import table

    head = f"{escape(inventory.path)}: {inventory.format}, {plural(len(inventory), 'principal')}"
    rows = []
    for row in inventory.listed:
        more = ", ".join(row.enctypes)
        if row.record is not None:
            more = f"{'alias' if row.alias else 'name'} of {escape(row.record)}"
        elif row.target is not None:
            more = f"alias of {row.target}"
        rows.append((escape(bytes(row.principal)), "" if row.kvno is None else f"version {row.kvno}", more))
    told = any(each or more for _, each, more in rows)  # a list that tells names alone
    heads = ("PRINCIPAL", "KEYS", "ENCRYPTION TYPES, OR RECORD") if told else ("PRINCIPAL",)
    return "\n".join([head, "\n".join(table(rows, headers=heads))]) + "\n"
