"""``odkit diff``."""

from __future__ import annotations

from typing import Any

import click

from odkit_cli import exits
from odkit_cli.options import project_pair, reading, show_findings, source, write_json


@click.command("diff")
@click.argument("before", required=False, type=click.Path(path_type=str))
@click.argument("after", required=False, type=click.Path(path_type=str))
@click.option("--before-more", multiple=True, metavar="EXPORT", help="A further file of the older export, such as its cn=authdata.")
@click.option("--after-more", multiple=True, metavar="EXPORT", help="A further file of the newer export.")
@click.option("--ignore", multiple=True, metavar="ATTRIBUTE", help="An attribute that does not count.")
@click.option(
    "--only", multiple=True, metavar="WHAT", help="A record type (Users …), or added, removed, changed, renamed; commas separate."
)
@click.option("--operational", is_flag=True, help="Let the server's own attributes (timestamps …) count, too.")
@click.option("--full", is_flag=True, help="Show all values of a record.")
@click.option("--show-secrets", is_flag=True, help="Show passwords, keys and whole policies.")
@click.option("--accept-incomplete", is_flag=True, help="With --format ldif: take what an incomplete export lacks as absent.")
@click.option("--format", "format_", type=click.Choice(["text", "json", "ldif"]), default="text", help="Form of the output.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.pass_context
def diff(
    context: click.Context,
    before: str | None,
    after: str | None,
    before_more: tuple[str, ...],
    after_more: tuple[str, ...],
    ignore: tuple[str, ...],
    only: tuple[str, ...],
    operational: bool,
    full: bool,
    show_secrets: bool,
    accept_incomplete: bool,
    format_: str,
    as_json: bool,
) -> None:
    """Tell what differs between two exports, by meaning.

    Records are matched by GUID, then by DN, so that a rename is a rename.  Property lists compare by content, homes by part, GUIDs and
    host names without case; the server's own attributes do not count.  --format ldif gives the change records that turn BEFORE into AFTER.

    \b
    Example:
      odkit diff before.ldif after.ldif
      odkit diff before.ldif after.ldif --only Users,removed
      odkit diff before.ldif after.ldif --format ldif --show-secrets > changes.ldif
    """
    from odkit.comparison import diff as compare
    from odkit.comparison import diff_ldif, diff_text
    from odkit.text import escape

    types, kinds = _only(only)
    if format_ == "ldif" and (types or kinds or ignore or operational):
        raise click.UsageError(
            "--format ldif gives all changes, in an order in which they can be applied: without --only, --ignore and --operational"
        )
    one, other = project_pair([*([before] if before else []), *before_more], [*([after] if after else []), *after_more])
    if not one or not other:
        raise click.UsageError("two exports are needed: BEFORE and AFTER")
    with reading() as progress:
        found = compare(
            [source(name) for name in one],
            [source(name) for name in other],
            ignore=ignore,
            only_types=types,
            only_kinds=kinds,
            operational=operational,
            progress=progress,
        )
    if as_json or format_ == "json":
        write_json(found.as_json(show=show_secrets))
    elif format_ == "ldif":
        made = diff_ldif(found, show_secrets=show_secrets, accept_incomplete=accept_incomplete)
        click.echo(made.data, nl=False)
        if made.secrets:
            click.echo(f"odkit: {made.secrets} values that are or may hold secrets are left out; --show-secrets writes them", err=True)
        for each in made.withheld:
            click.echo(f"odkit: not written: {each.kind.value} {escape(each.dn)}: {each.reason}", err=True)
    elif not context.obj["quiet"]:
        click.echo(diff_text(found, show_secrets=show_secrets, full=full), nl=False)
    show_findings(found.findings, quiet=context.obj["quiet"])
    if any(f.severity == "error" for f in found.findings):
        context.exit(exits.TROUBLE)
    context.exit(exits.FINDINGS if found else exits.FINE)


def _only(words: tuple[str, ...]) -> tuple[set[str], set[Any]]:
    from odkit.comparison import Kind
    from odkit.directory import DSCL_TYPES

    types: set[str] = set()
    kinds: set[Kind] = set()
    known = {name.lower(): name for name in (*DSCL_TYPES, "AuthData")}
    for word in (part.strip() for each in words for part in each.split(",")):
        if word.lower() in {kind.value for kind in Kind}:
            kinds.add(Kind(word.lower()))
        elif word.lower() in known:
            types.add(known[word.lower()])
        else:
            names = ", ".join(sorted(known.values()))
            message = f"{word!r} is neither a record type ({names}) nor added, removed, changed or renamed"
            raise click.BadParameter(message, param_hint="--only")
    return types, kinds
