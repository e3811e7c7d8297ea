"""Inputs and options of a purge plan: `odkit purge-principals` writes it, `odkit rehearse` plays it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec

import click

from odkit.dataclass import dataclass
from odkit.releases import RELEASES, release_of
from odkit_cli.inputs import of_folders, open_exports, piped, project_retired, read_bytes, source, the_project
from odkit_cli.options import PATH, addresses, exports_argument, packed

if TYPE_CHECKING:
    from odkit.directory import Directory
    from odkit.project import Project
    from odkit.purge import PurgePlan

P = ParamSpec("P")


@dataclass(frozen=True)
class Planned:
    """A plan, what it was made of, and the release that it is for."""

    od: Directory
    plan: PurgePlan
    target: str | None


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """The options that decide what a plan holds, as click gives them."""

    exports: tuple[str, ...]
    principals: tuple[str, ...]
    kdc_logs: tuple[str, ...]
    retire: tuple[str, ...]
    retire_from: tuple[str, ...]
    keep: tuple[str, ...]
    before: tuple[str, ...]
    former_realms: tuple[str, ...]
    realm: str | None
    services: tuple[str, ...]
    address: tuple[str, ...]
    target: str | None
    allow_large: bool
    accept_incomplete: bool

    @property
    def plans_something(self) -> bool:
        """Whether an option is given that a plan is made from."""
        return any(
            (self.principals, self.kdc_logs, self.retire, self.retire_from, self.keep, self.before, self.former_realms, self.realm)
        ) or any((self.services, self.address, self.target))


_OPTIONS = [
    click.option(
        "--principals",
        multiple=True,
        type=PATH,
        metavar="FILE",
        help="Principals: the KDC's (listprincs, kdb5_util dump, Heimdal's kadmin), keytabs, klist -k.",
    ),
    click.option(
        "--kdc-log",
        "kdc_logs",
        multiple=True,
        type=PATH,
        metavar="FILE",
        help="Log of the KDC: names that are still asked for are left to a person.",
    ),
    click.option("--retire", multiple=True, metavar="HOST", help="Full name of a server that is retired."),
    click.option("--retire-from", multiple=True, type=PATH, metavar="FILE", help="File with such names, one per line."),
    click.option("--keep", multiple=True, metavar="HOST", help="Name of a server that must stay."),
    click.option("--former-realm", "former_realms", multiple=True, metavar="REALM", help="Realm of the domain before it was renamed."),
    click.option(
        "--before", multiple=True, type=PATH, metavar="EXPORT", help="Older export of the domain, read for names of servers only."
    ),
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


def plan_options(command: Callable[Concatenate[PlanOptions, P], None]) -> Callable[..., None]:
    """Add EXPORT... and all options that decide what a plan holds; the command gets them as `PlanOptions`."""
    with_options = packed(PlanOptions)(command)
    for option in reversed(_OPTIONS):
        with_options = option(with_options)
    return exports_argument()(with_options)


def planned(given: PlanOptions, *, writing: str) -> Planned:
    """Read the inputs and plan.

    Args:
        given: the options.
        writing: what needs to know the release; "" for nothing.
    """
    from odkit.project import find
    from odkit.purge import NEEDS

    aliases: Mapping[str, str] = {}
    project = the_project() if not given.exports and not piped() else None
    if project is not None:
        given, aliases = with_project(given, project)
    elif (unused := find(Path.cwd())) is not None:
        click.echo(f"odkit: {unused} is not read, because an export was given: its retired and kept servers do not count here", err=True)
    inputs = [*(given.exports or ("-",)), *given.principals, *given.kdc_logs, *given.before, *given.retire_from]
    if inputs.count("-") > 1:
        raise click.UsageError("standard input ('-') can be read only once: give '-' once")
    if writing and given.target is None:
        raise click.UsageError(f"{writing} needs --target: the scripts differ by release, and an export does not tell it")
    od = open_exports(given.exports, needs=NEEDS)
    retire = [*project_retired(given.retire, [od], used=project is not None), *names_of(given.retire_from)]
    return Planned(od, planned_for(given, od, retire, aliases=aliases), given.target)


def planned_for(
    given: PlanOptions, od: Directory, retire: Sequence[str], *, before: Sequence[Directory] = (), aliases: Mapping[str, str] = {}
) -> PurgePlan:
    """Plan for an export that is open.

    Args:
        given: the options; its exports are the names of the same one.
        od: the export.
        retire: names of retired servers.
        before: older exports, beside those of the options.
        aliases: further names of servers that stay.
    """
    import odkit
    from odkit.kerberos.kdclog import read_kdc_log
    from odkit.purge import NEEDS

    if given.target is not None:
        release_of(given.target)
    principals = of_folders(_principals(given), "listprincs.txt", "klist.txt")
    inventories = [odkit.read_principals(source(name), realm=given.realm or od.realm) for name in principals]
    return odkit.plan_purge(
        od,
        inventories,
        retire=retire,
        keep=given.keep,
        before=[*before, *(open_exports([name], needs=NEEDS) for name in given.before)],
        realm=given.realm,
        options=odkit.PurgeOptions(
            services=given.services,
            addresses=addresses(given.address),
            aliases=aliases,
            kdc_logs=tuple(read_kdc_log(source(name)) for name in given.kdc_logs),
            allow_large=given.allow_large,
            accept_incomplete=given.accept_incomplete,
            former_realms=given.former_realms,
        ),
    )


def with_project(given: PlanOptions, project: Project) -> tuple[PlanOptions, Mapping[str, str]]:
    """Return the options, with what odkit.toml names where they are silent, and the other names of its servers; its servers stay."""
    chosen = replace(
        given,
        exports=tuple(map(str, project.after or project.before)),
        before=given.before or (tuple(map(str, project.before)) if project.after else ()),
        principals=given.principals or tuple(map(str, (*project.principals, *project.keytabs))),
        keep=(*given.keep, *(server.name for server in project.servers)),
        address=(*given.address, *(f"{server.name}={server.address}" for server in project.servers if server.address)),
        target=given.target or project.target or None,
    )
    return chosen, {alias: server.name for server in project.servers for alias in server.aliases}


def _principals(given: PlanOptions) -> tuple[str, ...]:
    """Return the files of principals; a folder of collect.sh brings its own."""
    from odkit.directory import read_folder

    if len(given.exports) != 1 or given.principals or not Path(given.exports[0]).is_dir():
        return given.principals
    folder = read_folder(Path(given.exports[0]))
    for trouble in folder.troubles("listprincs.txt"):
        click.echo(f"odkit: {given.exports[0]}: not read, because the program had trouble on the server: {trouble}", err=True)
    return tuple(map(str, folder.usable("listprincs.txt")))


def names_of(files: tuple[str, ...]) -> list[str]:
    """Return host names of files, one per line; ``#`` starts a comment."""
    from odkit.errors import InputError
    from odkit.names import is_host_name
    from odkit.text import decode, shorten

    out = []
    for name in files:
        data = read_bytes(name, "list of hosts").removeprefix(b"\xef\xbb\xbf")
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # of Windows, and of the first Mac OS
        lines = [decode(line).partition("#")[0].strip() for line in data.split(b"\n")]
        if not any(lines):
            raise InputError(name, None, "holds no host name")
        for number, line in enumerate(lines, 1):
            if line and not is_host_name(line):
                why = f"not the name of one host: '{shorten(line)}'; give the fully qualified name of each server in a line of its own"
                raise InputError(name, number, why)
        out += [line for line in lines if line]
    return out
