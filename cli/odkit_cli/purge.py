"""``odkit purge-principals``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from odkit_cli import exits
from odkit_cli.options import exports_argument, format_options, of_folders, open_exports, project_retired, source, the_project, write_json


def _addresses(values: tuple[str, ...]) -> dict[str, str]:
    out = {}
    for value in values:
        host, equals, address = value.partition("=")
        if not (host and equals and address):
            raise click.BadParameter(f"{value!r} is not HOST=ADDRESS", param_hint="--address")
        out[host] = address
    return out


@click.command("purge-principals")
@exports_argument()
@click.option(
    "--principals",
    multiple=True,
    metavar="FILE",
    help="Principals: the KDC's (listprincs, kdb5_util dump, Heimdal's kadmin), keytabs, klist -k.",
)
@click.option(
    "--kdc-log", "kdc_logs", multiple=True, metavar="FILE", help="Log of the KDC: names that are still asked for are left to a person."
)
@click.option("--retire", multiple=True, metavar="HOST", help="Full name of a server that is retired.")
@click.option("--retire-from", multiple=True, metavar="FILE", help="File with such names, one per line.")
@click.option("--keep", multiple=True, metavar="HOST", help="Name of a server that must stay.")
@click.option("--before", multiple=True, metavar="EXPORT", help="Older export of the domain, read for names of servers only.")
@click.option("--realm", metavar="R", help="The realm to clean; the export's by default.")
@click.option("--service", "services", multiple=True, metavar="NAME", help="Service name beside the known ones.")
@click.option("--address", multiple=True, metavar="HOST=IP", help="Which host an address is, where the exports leave it open.")
@click.option(
    "--target",
    type=click.Choice(["10.4", "10.5", "10.6", "10.7+", "heimdal"]),
    help="Release of the Open Directory master; -o needs it.",
)
@click.option("-o", "--output", metavar="DIR", help="Write the scripts into this folder, new or empty.")
@click.option("--force", is_flag=True, help="Clear an earlier plan of odkit from the folder first.")
@click.option("--allow-large", is_flag=True, help="Release the brakes on the size of the plan.")
@click.option("--accept-incomplete", is_flag=True, help="Plan although an export is incomplete.")
@format_options
@click.pass_context
def purge_principals(
    context: click.Context,
    exports: tuple[str, ...],
    principals: tuple[str, ...],
    kdc_logs: tuple[str, ...],
    retire: tuple[str, ...],
    retire_from: tuple[str, ...],
    keep: tuple[str, ...],
    before: tuple[str, ...],
    realm: str | None,
    services: tuple[str, ...],
    address: tuple[str, ...],
    target: str | None,
    output: str | None,
    force: bool,
    allow_large: bool,
    accept_incomplete: bool,
    format_: str,
    as_json: bool,
) -> None:
    """Plan, and with -o write, the removal of retired servers' principals and records.

    EXPORT is the directory that will be changed.  Without evidence nothing is deleted: hosts that no input calls live or retired are
    unknown, and kept.  Review the plan, then run the scripts on the master, first without --apply.

    \b
    Example:
      odkit purge-principals export.ldif --principals listprincs.txt \\
            --retire xserve1.example.com --target 10.5 -o purge
    """
    import odkit
    from odkit.directory import read_folder
    from odkit.kerberos.kdclog import read_kdc_log
    from odkit.retire.report import plan_text
    from odkit.scripts import check_target

    plan_file = the_project() if not exports and (sys.stdin is None or sys.stdin.isatty()) else None
    if plan_file is not None:
        exports = tuple(map(str, plan_file.after or plan_file.before))
        before = before or (tuple(map(str, plan_file.before)) if plan_file.after else ())
        principals = principals or tuple(map(str, (*plan_file.principals, *plan_file.keytabs)))
        keep = (*keep, *(server.name for server in plan_file.servers))
        address = (*address, *(f"{server.name}={server.address}" for server in plan_file.servers if server.address))
        target = target or plan_file.target or None
    inputs = [*(exports or ("-",)), *principals, *kdc_logs, *before, *retire_from]
    if inputs.count("-") > 1:
        raise click.UsageError("standard input ('-') can be read only once")
    if output is not None and target is None:
        raise click.UsageError("-o needs --target: the scripts differ by release, and an export does not tell it")
    if target is not None:
        check_target(target)
    if len(exports) == 1 and not principals and Path(exports[0]).is_dir():
        principals = tuple(map(str, read_folder(Path(exports[0])).usable("listprincs.txt")))
    principals = tuple(of_folders(principals, "listprincs.txt", "klist.txt"))
    gather = ("homes", "lines", "digest")
    od = open_exports(exports, gather=gather)
    retire = tuple(project_retired(retire, [od], used=plan_file is not None))
    inventories = [odkit.read_principals(source(name), realm=realm or od.realm) for name in principals]
    plan = odkit.plan_purge(
        od,
        inventories,
        retire=[*retire, *_names(retire_from)],
        keep=keep,
        before=[open_exports([name], gather=gather) for name in before],
        realm=realm,
        services=services,
        addresses=_addresses(address),
        allow_large=allow_large,
        accept_incomplete=accept_incomplete,
        kdc_logs=[read_kdc_log(source(name)) for name in kdc_logs],
    )
    written = odkit.write_plan(plan, output, target=target, force=force) if output is not None and target is not None else []
    if as_json or format_ == "json":
        write_json(plan.as_json(target))
    elif not context.obj["quiet"]:
        click.echo(plan_text(plan), nl=False)
        if written:
            click.echo(_next_steps(output or "", [str(path.relative_to(output or "")) for path in written]), nl=False)
    context.exit(exits.FINDINGS if plan.review or plan.refused else exits.FINE)


def _names(files: tuple[str, ...]) -> list[str]:
    """Host names of files, one per line; ``#`` starts a comment."""
    from odkit.errors import InputError
    from odkit.text import decode

    out = []
    for name in files:
        try:
            data = source(name).read() if name == "-" else source(name).read_bytes()
        except OSError as error:
            raise InputError(name, None, f"cannot be read: {error.strerror}") from error
        data = data.removeprefix(b"\xef\xbb\xbf")
        lines = [decode(line).partition("#")[0].strip() for line in data.split(b"\n")]
        out += [line for line in lines if line]
    return out


def _next_steps(folder: str, names: list[str]) -> str:
    from odkit.text import escape

    lines = ["", f"Written to {escape(folder)}/ (mode 0700, files 0600):", *(f"  {name}" for name in names)]
    if {"purge-principals.sh", "delete-records.sh", "remove-aliases.sh"} & set(names):
        lines += ["", "Next, on the Open Directory master, as root, with the whole folder copied there:"]
    if "purge-principals.sh" in names:
        lines += [
            "  sh purge-principals.sh            shows what it would delete from the KDC",
            "  sh purge-principals.sh --apply",
        ]
    if "remove-aliases.sh" in names:
        lines += ["  sh remove-aliases.sh              the names in cn=authdata", "  sh remove-aliases.sh --apply"]
    if "delete-records.sh" in names:
        lines += ["  sh delete-records.sh              the same for the directory's records", "  sh delete-records.sh --apply"]
    if "delete-slots.sh" in names:
        lines += ["  sh delete-slots.sh                their Password Server slots, after the records", "  sh delete-slots.sh --apply"]
    keytabs = [name for name in names if name.startswith("clean-keytab")]
    if keytabs:
        lines += ["On the server whose keytab it is:", *(f"  sh {name}" for name in keytabs)]
    return "\n".join(lines) + "\n"
