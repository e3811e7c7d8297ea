"""Inputs and options of a purge plan: `odkit purge-principals` writes it, `odkit rehearse` plays it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from odkit.releases import RELEASES, release_of
from odkit_cli.options import addresses, exports_argument, of_folders, open_exports, piped, project_retired, source, the_project


@dataclass(frozen=True)
class Planned:
    """A plan, what it was made of, and the release that it is for."""

    od: Any
    plan: Any
    target: str | None


_OPTIONS = [
    click.option(
        "--principals",
        multiple=True,
        metavar="FILE",
        help="Principals: the KDC's (listprincs, kdb5_util dump, Heimdal's kadmin), keytabs, klist -k.",
    ),
    click.option(
        "--kdc-log", "kdc_logs", multiple=True, metavar="FILE", help="Log of the KDC: names that are still asked for are left to a person."
    ),
    click.option("--retire", multiple=True, metavar="HOST", help="Full name of a server that is retired."),
    click.option("--retire-from", multiple=True, metavar="FILE", help="File with such names, one per line."),
    click.option("--keep", multiple=True, metavar="HOST", help="Name of a server that must stay."),
    click.option("--former-realm", "former_realms", multiple=True, metavar="REALM", help="Realm of the domain before it was renamed."),
    click.option("--before", multiple=True, metavar="EXPORT", help="Older export of the domain, read for names of servers only."),
    click.option("--realm", metavar="R", help="The realm to clean; the export's by default."),
    click.option("--service", "services", multiple=True, metavar="NAME", help="Service name beside the known ones."),
    click.option("--address", multiple=True, metavar="HOST=IP", help="Which host an address is, where the exports leave it open."),
    click.option(
        "--target",
        type=click.Choice([*RELEASES]),
        help="Release of the Open Directory master; scripts need it.",
    ),
    click.option("--allow-large", is_flag=True, help="Release the brakes on the size of the plan."),
    click.option("--accept-incomplete", is_flag=True, help="Plan although an export is incomplete."),
]


def plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """EXPORT... and all options that decide what a plan holds; the command gets them as keywords, for `planned`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return exports_argument()(command)


def planned(  # noqa: D417 - the options of `plan_options`, as click gives them
    *,
    writing: str,
    exports: tuple[str, ...],
    principals: tuple[str, ...],
    kdc_logs: tuple[str, ...],
    retire: tuple[str, ...],
    retire_from: tuple[str, ...],
    keep: tuple[str, ...],
    before: tuple[str, ...],
    former_realms: tuple[str, ...],
    realm: str | None,
    services: tuple[str, ...],
    address: tuple[str, ...],
    target: str | None,
    allow_large: bool,
    accept_incomplete: bool,
) -> Planned:
    """Read the inputs and plan.

    Args:
        writing: what needs to know the release; "" for nothing.
    """
    import odkit
    from odkit import project
    from odkit.directory import read_folder
    from odkit.kerberos.kdclog import read_kdc_log
    from odkit.purge import NEEDS

    aliases: dict[str, str] = {}
    plan_file = the_project() if not exports and not piped() else None
    if plan_file is not None:
        exports = tuple(map(str, plan_file.after or plan_file.before))
        before = before or (tuple(map(str, plan_file.before)) if plan_file.after else ())
        principals = principals or tuple(map(str, (*plan_file.principals, *plan_file.keytabs)))
        keep = (*keep, *(server.name for server in plan_file.servers))
        aliases = {alias: server.name for server in plan_file.servers for alias in server.aliases}
        address = (*address, *(f"{server.name}={server.address}" for server in plan_file.servers if server.address))
        target = target or plan_file.target or None
    elif (unused := project.find(Path.cwd())) is not None:
        click.echo(f"odkit: {unused} is not read, because an export was given: its retired and kept servers do not count here", err=True)
    inputs = [*(exports or ("-",)), *principals, *kdc_logs, *before, *retire_from]
    if inputs.count("-") > 1:
        raise click.UsageError("standard input ('-') can be read only once")
    if writing and target is None:
        raise click.UsageError(f"{writing} needs --target: the scripts differ by release, and an export does not tell it")
    if target is not None:
        release_of(target)
    if len(exports) == 1 and not principals and Path(exports[0]).is_dir():
        folder = read_folder(Path(exports[0]))
        for trouble in folder.troubles("listprincs.txt"):
            click.echo(f"odkit: {exports[0]}: not read, because the program had trouble on the server: {trouble}", err=True)
        principals = tuple(map(str, folder.usable("listprincs.txt")))
    principals = tuple(of_folders(principals, "listprincs.txt", "klist.txt"))
    od = open_exports(exports, needs=NEEDS)
    retire = tuple(project_retired(retire, [od], used=plan_file is not None))
    inventories = [odkit.read_principals(source(name), realm=realm or od.realm) for name in principals]
    plan = odkit.plan_purge(
        od,
        inventories,
        retire=[*retire, *_names(retire_from)],
        keep=keep,
        before=[open_exports([name], needs=NEEDS) for name in before],
        realm=realm,
        options=odkit.PurgeOptions(
            services=services,
            addresses=addresses(address),
            aliases=aliases,
            kdc_logs=tuple(read_kdc_log(source(name)) for name in kdc_logs),
            allow_large=allow_large,
            accept_incomplete=accept_incomplete,
            former_realms=former_realms,
        ),
    )
    return Planned(od, plan, target)


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
        if not any(lines):
            raise InputError(name, None, "holds no host name")
        out += [line for line in lines if line]
    return out
