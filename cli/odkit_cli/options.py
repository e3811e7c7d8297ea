"""Option stacks and input handling that commands share."""

from __future__ import annotations

import json
import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from odkit_cli import exits

if TYPE_CHECKING:
    from odkit.directory import Need

F = TypeVar("F", bound=Callable[..., Any])

__all__ = [
    "FAIL_ON",
    "accept_incomplete_option",
    "addresses",
    "damaged",
    "exports_argument",
    "fail_on_option",
    "finish",
    "format_options",
    "open_exports",
    "open_pair",
    "project_pair",
    "project_retired",
    "reading",
    "show_findings",
    "source",
    "tell_damage",
    "the_project",
    "write_json",
]

FAIL_ON = {"error": 3, "warning": 2, "info": 1, "never": 4}


def format_options(function: F) -> F:
    """``--format text|json`` and ``--json``."""
    function = click.option("--json", "as_json", is_flag=True, help="The same as --format json.")(function)
    return click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Form of the output.")(function)


def accept_incomplete_option(function: F) -> F:
    """``--accept-incomplete``, of every command that writes what an export holds."""
    return click.option("--accept-incomplete", is_flag=True, help="Write although an export is incomplete.")(function)


def fail_on_option(function: F) -> F:
    """``--fail-on``: from which severity on findings make the status 1."""
    return click.option(
        "--fail-on",
        type=click.Choice(list(FAIL_ON)),
        default="warning",
        show_default=True,
        help="Least severity that makes the exit status 1.",
    )(function)


def exports_argument(*, required: bool = False) -> Callable[[F], F]:
    """``EXPORT...``: the main LDIF, and where there is one that of cn=authdata."""
    return click.argument("exports", nargs=-1, required=required, metavar="EXPORT...", type=click.Path(path_type=str))


def source(name: str) -> Any:
    """A path, or standard input for ``-``."""
    if name != "-":
        return Path(name)
    if sys.stdin is None:
        raise click.UsageError("'-' is standard input, and that is closed")
    return sys.stdin.buffer


def addresses(values: Iterable[str]) -> dict[str, str]:
    """``--address HOST=IP`` as a table."""
    out = {}
    for value in values:
        host, equals, address = value.partition("=")
        if not (host and equals and address):
            raise click.BadParameter(f"{value!r} is not HOST=ADDRESS", param_hint="--address")
        out[host] = address
    return out


def piped() -> bool:
    """Whether something is piped in; a terminal and /dev/null, which cron gives, are nothing."""
    if sys.stdin is None:
        return False
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError):  # click's test runner, a closed descriptor
        return not sys.stdin.isatty()
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)


def of_folders(names: Iterable[str], *files: str) -> list[str]:
    """Put in the place of each folder that collect.sh has made those of these files that it holds; other names stay.

    Raises:
        InputError: such a folder holds none of them.
    """
    from odkit.directory import read_folder
    from odkit.errors import InputError

    out: list[str] = []
    for name in names:
        if name == "-" or not Path(name).is_dir():
            out.append(name)
            continue
        folder = read_folder(Path(name))
        for trouble in folder.troubles(*files):
            click.echo(f"odkit: {name}: not read, because the program had trouble on the server: {trouble}", err=True)
        found = folder.usable(*files)
        if not found:
            raise InputError(name, None, f"holds no {' or '.join(files)}: that program was not there, or had trouble (see MANIFEST)")
        out += map(str, found)
    return out


def open_exports(names: Sequence[str], what: str = "an export (LDIF) of the directory", *, needs: Iterable[Need] = ()) -> Any:
    """Open the exports given, or standard input when something is piped in.

    Raises:
        click.UsageError: neither is there, or ``-`` stands twice.
    """
    import odkit

    if not names:
        if not piped():
            raise click.UsageError(f"it needs {what}: give its path, or pipe it in")
        names = ("-",)
    if list(names).count("-") > 1:
        raise click.UsageError("standard input ('-') can be read only once")
    with reading() as progress:
        return odkit.open(*map(source, names), needs=needs, progress=progress)


def the_project() -> Any:
    """What odkit.toml in this folder or above says, None when there is none; one found above is named, with its domain."""
    from odkit import project
    from odkit.text import escape

    context = click.get_current_context(silent=True)
    found = project.find(Path.cwd())
    if found is None:
        return None
    if context is not None and "project" in context.obj:
        return context.obj["project"]
    plan = project.load(found)
    if found.parent != Path.cwd().resolve():
        click.echo(f"odkit: reading {found}{f', for {escape(plan.realm or plan.suffix)}' if plan.realm or plan.suffix else ''}", err=True)
    if context is not None:
        context.obj["project"] = plan
    return plan


def project_retired(given: Sequence[str], exports: Sequence[Any], *, used: bool) -> list[str]:
    """Names of retired servers: those given, and where odkit.toml was used its own; its domain must be that of the exports.

    Raises:
        InputError: the exports are of another domain.
    """
    plan = the_project() if used else None
    if plan is None:
        return list(given)
    for od in exports:
        if od is not None:
            plan.check_export(od.realm, od.suffix, od.sources[0].path)
    return list(dict.fromkeys([*given, *plan.retired]))


def project_pair(before: Sequence[str], after: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The names of the older and the newer export; those of odkit.toml when none is given and nothing is piped in.

    Raises:
        click.UsageError: there is no export.
    """
    if before or after or piped():
        return before, after
    plan = the_project()
    if plan is None:
        raise click.UsageError("it needs an export (LDIF) of the directory: give its path, pipe it in, or name it in odkit.toml")
    if not plan.before and not plan.after:
        raise click.UsageError(f"{plan.path} names no exports: [exports] before and after")
    return [str(path) for path in plan.before], [str(path) for path in plan.after]


def open_pair(before: Sequence[str], after: Sequence[str], *, needs: Iterable[Need]) -> tuple[Any, Any]:
    """The older, or only, export and the newer one; those of odkit.toml when none is given and nothing is piped in.

    Returns:
        Two directories; the second is None for one export.  A newer export that holds only cn=authdata is a part of the older one.

    Raises:
        click.UsageError: there is no export.
    """
    before, after = project_pair(before, after)
    first = open_exports(before or after, needs=needs)
    second = open_exports(after, needs=needs) if before and after else None
    if second is not None and not second.has_domain and first.has_domain and "-" not in before:
        from odkit.text import escape

        click.echo(f"odkit: {escape(', '.join(after))} holds only cn=authdata: taken as a part of {escape(before[0])}", err=True)
        return open_exports([*before, *after], needs=needs), None
    return first, second


@contextmanager
def reading() -> Iterator[Callable[[str, int, int | None], None] | None]:
    """Progress on standard error while inputs are read: by bytes, after the first second, only on a terminal and not with -q."""
    context = click.get_current_context(silent=True)
    if sys.stderr is None or not sys.stderr.isatty() or (context is not None and context.obj and context.obj["quiet"]):
        yield None
        return
    shown = 0
    due = time.monotonic() + 1

    def progress(name: str, done: int, total: int | None) -> None:
        nonlocal shown, due
        if time.monotonic() < due:
            return
        from odkit.text import escape, shorten

        due = time.monotonic() + 0.2
        amount = f"{done >> 20:,} MiB" + (f" of {total >> 20:,}, {done * 100 // total} %" if total else "")
        line = f"reading {escape(shorten(name, 40))}: {amount}"
        click.echo("\r" + line.ljust(shown), nl=False, err=True)
        shown = len(line)

    try:
        yield progress
    finally:
        if shown:
            click.echo("\r" + " " * shown + "\r", nl=False, err=True)


def write_json(value: object) -> None:
    """JSON on standard output: stable, ASCII, one final line end."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False))


def show_findings(findings: Iterable[Any], *, quiet: bool = False) -> None:
    """Findings on standard error, worst first, ``path:line:`` in front."""
    if quiet:
        return
    colours = {"error": "red", "warning": "yellow", "info": None}
    for finding in sorted(findings, key=lambda f: -f.severity.weight):
        where = f"{finding.where}: " if finding.where else ""
        label = click.style(finding.severity.value, fg=colours[finding.severity.value])
        click.echo(f"{where}{label}: {finding.message} [{finding.code}]", err=True)


def damaged(exports: Iterable[Any], findings: Iterable[Any] = ()) -> bool:
    """Whether an export is incomplete or was not read as a whole: the exit status of every command is 2 then."""
    opened = [od for od in exports if od is not None]
    if any(od.completeness.value == "incomplete" for od in opened):
        return True
    return any(f.rule.is_damage for each in (findings, *(od.findings for od in opened)) for f in each)


def tell_damage(context: click.Context, *exports: Any) -> bool:
    """`damaged`, and say what was found while reading: for commands whose own answer does not tell."""
    opened = [od for od in exports if od is not None]
    for od in opened:
        show_findings([f for f in od.findings if f.severity != "info"], quiet=context.obj["quiet"])
    return damaged(opened)


def finish(context: click.Context, report: Any, exports: list[Any], text: str, *, as_json: bool, fail_on: str) -> None:
    """Findings, then the answer; or JSON; and the exit status."""
    if as_json:
        write_json(report.as_json())
    elif not context.obj["quiet"]:
        show_findings(report.findings)
        click.echo(text, nl=False)
    if damaged(exports, report.findings):
        context.exit(exits.TROUBLE)
    context.exit(exits.FINDINGS if report.worst() >= FAIL_ON[fail_on] else exits.FINE)
