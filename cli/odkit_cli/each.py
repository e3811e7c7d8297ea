"""``--each``: a command over many exports, each a domain of its own, in processes that share nothing.

An export's process does what the command does with that export alone, so that its answer, its findings and its status are those of a
single call; what it prints goes to files, which the first process puts together in the order of the exports.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from odkit_cli import exits
from odkit_cli.options import refuse_further
from odkit_cli.output import end_command, quiet

if TYPE_CHECKING:
    from odkit_cli.processes import Done, Work

__all__ = ["each_options", "run_each"]

_SCHEMA: Final = "odkit/each/1"
_ENDS: Final = {exits.FINE: "fine", exits.FINDINGS: "findings"}  # of an export, by its status; any other is trouble
_STREAM = 1 << 20
_NAMES, _WIDTH = 2, 24  # of exports in work, in the line that shows progress


def each_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add ``--each`` and ``--jobs``: the command gets ``jobs``, the number of processes, and None for one domain."""

    @wraps(command)
    def run(*args: object, each: bool, jobs: int | None, **options: object) -> None:
        if jobs is not None and not each:
            raise click.UsageError("--jobs is for many exports: give --each, too")
        if each:
            refuse_further(options.get("more"))
        command(*args, jobs=(jobs or _cores()) if each else None, **options)

    made = click.option(
        "--jobs", type=click.IntRange(min=1), metavar="N", help="Number of exports at a time, with --each; that of the cores by default."
    )(run)
    return click.option(
        "--each",
        is_flag=True,
        help="Every export, or collected folder, is a domain of its own; one that holds only cn=authdata joins that of its folder.",
    )(made)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_each(names: Sequence[str], work: Work, *, jobs: int, form: str) -> NoReturn:
    """Run a command for each domain, print what it printed for each, and end with the worst status.

    Args:
        names: of the exports.
        work: what the command does with the files of one domain.
        jobs: number of processes at a time.
        form: of the output; "json" puts the answers into one object.

    Raises:
        click.UsageError: there is no export, or standard input is one.
    """
    if not names:
        raise click.UsageError("--each needs exports: give their paths")
    if "-" in names:
        raise click.UsageError("--each needs the paths of exports; standard input ('-') is one export: leave --each out")
    import tempfile

    from odkit.directory.domains import domains_in
    from odkit_cli.processes import all_done

    domains = domains_in(names)
    command = click.get_current_context().info_name or ""
    printed = _Json(command) if form == "json" else _Texts(form)
    counts = dict.fromkeys((*_ENDS.values(), "trouble"), 0)
    worst = exits.FINE
    with tempfile.TemporaryDirectory(prefix="odkit-each-") as folder, _progress(len(domains)) as progress:
        printed.begin()
        with closing(all_done(domains, work, jobs, Path(folder), progress)) as found:  # no process outlives this block, and its folder
            for done in found:
                progress([])
                printed.add(done)
                done.forget()
                counts[_ENDS.get(done.status, "trouble")] += 1
                worst = max(worst, done.status)
        printed.end(counts)
    end_command(damage=worst > exits.FINDINGS, found=worst)


class _Texts:
    """Prints answers one after the other, with their files above and a sum below.

    Args:
        form: "text" or "markdown".
    """

    def __init__(self, form: str) -> None:
        self._head = "# {}\n" if form == "markdown" else "==> {} <=="

    def begin(self) -> None:
        """Print what stands above."""

    def add(self, done: Done) -> None:
        """Print an answer."""
        for line in done.messages():
            click.echo(line, err=True)
        if quiet():
            return
        click.echo(self._head.format(done.name))
        if done.has_answer():
            with done.out.open("rb") as file:
                while block := file.read(_STREAM):
                    click.echo(block, nl=False)
        elif done.status > exits.FINDINGS:
            click.echo("No answer; standard error says why.")
        click.echo()

    def end(self, counts: dict[str, int]) -> None:
        """Print the sum."""
        if not quiet():
            from odkit.text import plural

            found, trouble = counts["findings"], counts["trouble"]
            parts = [f"{counts['fine']:,} fine", f"{found:,} with findings", f"{trouble:,} unreadable, damaged or incomplete"]
            click.echo(f"{plural(sum(counts.values()), 'export')}: {', '.join(parts)}.")


def _dumped(value: object) -> str:
    import json  # of this form alone

    return json.dumps(value)


class _Json:
    """Prints one object with the answers in a list, each as it comes.

    Args:
        command: name of the command.
    """

    def __init__(self, command: str) -> None:
        self._command = command
        self._first = True

    def begin(self) -> None:
        """Print its beginning."""
        click.echo(f'{{\n  "schema": "{_SCHEMA}",\n  "command": {_dumped(self._command)},\n  "exports": [', nl=False)

    def add(self, done: Done) -> None:
        """Print an answer."""
        from odkit.text import escape

        head = {"files": [escape(each) for each in done.files], "status": done.status, "messages": done.messages()}
        lines = "".join(f"      {_dumped(name)}: {_dumped(value)},\n" for name, value in head.items())
        click.echo(f'{"" if self._first else ","}\n    {{\n{lines}      "answer": ', nl=False)
        self._first = False
        if done.has_answer():
            # it is ASCII, and a line end in it is never a part of a text
            click.echo(done.out.read_bytes().rstrip(b"\n").replace(b"\n", b"\n      "), nl=False)
        else:
            click.echo("null", nl=False)
        click.echo("\n    }", nl=False)

    def end(self, counts: dict[str, int]) -> None:
        """Print its end."""
        click.echo(f'\n  ],\n  "sum": {_dumped({"exports": sum(counts.values()), **counts})}\n}}')


@contextmanager
def _progress(count: int) -> Iterator[Callable[..., None]]:
    """Show on standard error how many exports are done and which are in work: only on a terminal, and not with -q.

    Yields:
        A function that shows the names in work and the number of those that are done; without names it takes the line away.
    """
    shown = 0
    on = sys.stderr is not None and sys.stderr.isatty() and not quiet()

    def progress(names: Sequence[str], done: int = 0) -> None:
        nonlocal shown
        if not on or not (names or shown):
            return
        line = f"{done:,} of {count:,} done; in work: {', '.join(map(_end_of, names[:_NAMES]))}" if names else ""
        click.echo("\r" + line.ljust(shown) + ("" if names else "\r"), nl=False, err=True)
        shown = len(line)

    try:
        yield progress
    finally:
        progress([])


def _end_of(name: str) -> str:
    """Return the end of a path: its beginning is often that of all."""
    from odkit.text import escape

    return escape(name) if len(name) <= _WIDTH else "…" + escape(name[-_WIDTH:])
