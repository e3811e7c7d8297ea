"""Inputs of the commands: paths, standard input, folders of collect.sh, and what odkit.toml names."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from odkit.directory import Directory, Need
    from odkit.project import Project

__all__ = [
    "note_authdata",
    "of_folders",
    "open_exports",
    "open_pair",
    "piped",
    "project_pair",
    "project_retired",
    "read_bytes",
    "reading",
    "source",
    "the_project",
]


_MOST = 1 << 24  # bytes of a list of hosts, a certificate, a key or a query


def source(name: str) -> Path | IO[bytes]:
    """Return a path, or standard input for ``-``."""
    if name != "-":
        return Path(name)
    if sys.stdin is None:
        raise click.UsageError("standard input ('-') is closed: give the path of a file")
    return sys.stdin.buffer


def read_bytes(name: str, what: str) -> bytes:
    """Return the whole of a small input.

    Args:
        name: its path, or ``-``.
        what: it is, for the message.

    Raises:
        InputError: it cannot be read, or is larger than any such input.
    """
    from odkit.errors import InputError

    given = source(name)
    try:
        with given.open("rb") if isinstance(given, Path) else nullcontext(given) as file:
            data = file.read(_MOST + 1)
    except OSError as error:
        raise InputError(name, None, f"cannot be read: {error.strerror}") from error
    if len(data) > _MOST:
        raise InputError(name, None, f"larger than {_MOST >> 20} MiB; this is no {what}")
    return data


def piped() -> bool:
    """Tell whether something is piped in; a terminal and /dev/null, which cron gives, are nothing."""
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


def open_exports(names: Sequence[str], what: str = "an export (LDIF) of the directory", *, needs: Iterable[Need] = ()) -> Directory:
    """Open the exports given, or standard input when something is piped in.

    Raises:
        click.UsageError: neither is there, or ``-`` occurs twice.
    """
    import odkit

    if not names:
        if not piped():
            raise click.UsageError(f"{what} is missing: give its path, or pipe it in")
        names = ("-",)
    if list(names).count("-") > 1:
        raise click.UsageError("standard input ('-') can be read only once: give '-' once")
    with reading() as progress:
        return odkit.open(*map(source, names), needs=needs, progress=progress)


def in_wrong_order(first: str, last: str, what: str) -> None:
    """Refuse an export that stands where a name is wanted, and a name where the export is.

    Args:
        first: given as an export.
        last: given as a name.
        what: of which kind, with its article.

    Raises:
        click.UsageError: the first is no file, and the last is one.
    """
    if first == "-" or last == "-" or Path(first).exists() or not Path(last).exists():
        return
    import shlex

    from odkit.text import escape

    context = click.get_current_context()
    export, name = escape(last), escape(first)
    raise click.UsageError(f"the export comes first, then {what}: {context.command_path} {shlex.quote(export)} {shlex.quote(name)}")


def the_project() -> Project | None:
    """Return what odkit.toml in this folder or above says, None when there is none; one found above is named, with its domain."""
    from odkit.project import find, load
    from odkit.text import escape

    context = click.get_current_context(silent=True)
    found = find(Path.cwd())
    if found is None:
        return None
    if context is not None and "project" in context.obj:
        return cast("Project", context.obj["project"])
    project = load(found)
    if found.parent != Path.cwd().resolve():
        domain = project.realm or project.suffix
        click.echo(f"odkit: reading {found}{f', for {escape(domain)}' if domain else ''}", err=True)
    if context is not None:
        context.obj["project"] = project
    return project


def project_retired(given: Sequence[str], exports: Sequence[Directory | None], *, used: bool) -> list[str]:
    """Return names of retired servers: those given, and where odkit.toml was used its own; its domain must be that of the exports.

    Raises:
        InputError: the exports are of another domain.
    """
    project = the_project() if used else None
    if project is None:
        return list(given)
    for od in exports:
        if od is not None:
            project.check_export(od.realm, od.suffix, od.sources[0].path)
    return list(dict.fromkeys([*given, *project.retired]))


def project_pair(before: Sequence[str], after: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the names of the older and the newer export; those of odkit.toml when none is given and nothing is piped in.

    Raises:
        click.UsageError: there is no export.
    """
    if before or after or piped():
        return before, after
    project = the_project()
    if project is None:
        raise click.UsageError("an export (LDIF) of the directory is missing: give its path, pipe it in, or name it in odkit.toml")
    if not project.before and not project.after:
        raise click.UsageError(f"{project.path} names no exports: add [exports] with before and after")
    return [str(path) for path in project.before], [str(path) for path in project.after]


def open_pair(before: Sequence[str], after: Sequence[str], *, needs: Iterable[Need]) -> tuple[Directory, Directory | None]:
    """Return the older, or only, export and the newer one; those of odkit.toml when none is given and nothing is piped in.

    Returns:
        Two directories; the second is None for one export.  A newer export that holds only cn=authdata is a part of the older one.

    Raises:
        click.UsageError: there is no export.
    """
    before, after = project_pair(before, after)
    first = open_exports(before or after, needs=needs)
    second = open_exports(after, needs=needs) if before and after else None
    if second is not None and not second.has_domain and first.has_domain and "-" not in before:
        note_authdata(before, after)
        return open_exports([*before, *after], needs=needs), None
    return first, second


def note_authdata(before: Sequence[str], after: Sequence[str]) -> None:
    """Say that a second file is taken as ``--with`` of the first, on standard error and, where there is one, in the JSON."""
    from odkit.text import escape

    note = f"{escape(', '.join(after))} holds only cn=authdata: taken as a part of {escape(before[0])} (--with)"
    click.echo(f"odkit: {note}", err=True)
    click.get_current_context().find_root().obj.setdefault("notes", []).append(note)


@contextmanager
def reading() -> Iterator[Callable[[str, int, int | None], None] | None]:
    """Show progress on standard error while inputs are read: by bytes, after the first second, only on a terminal and not with -q."""
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
