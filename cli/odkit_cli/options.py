"""Option stacks and input handling that commands share."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

__all__ = [
    "FAIL_ON",
    "exports_argument",
    "fail_on_option",
    "format_options",
    "open_exports",
    "show_findings",
    "source",
    "write_json",
]

FAIL_ON = {"error": 3, "warning": 2, "info": 1, "never": 4}


def format_options(function: F) -> F:
    """``--format text|json`` and ``--json``."""
    function = click.option("--json", "as_json", is_flag=True, help="The same as --format json.")(function)
    return click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Form of the output.")(function)


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


def open_exports(names: Sequence[str], what: str = "an export (LDIF) of the directory") -> Any:
    """Open the exports given, or standard input when something is piped in.

    Raises:
        click.UsageError: neither is there, or ``-`` stands twice.
    """
    import odkit

    if not names:
        if sys.stdin is None or sys.stdin.isatty():
            raise click.UsageError(f"it needs {what}: give its path, or pipe it in")
        names = ("-",)
    if list(names).count("-") > 1:
        raise click.UsageError("standard input ('-') can be read only once")
    return odkit.open(*map(source, names))


def write_json(value: object) -> None:
    """JSON on standard output: stable, ASCII, one final line end."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=True))


def show_findings(findings: Iterable[Any], *, quiet: bool = False) -> None:
    """Findings on standard error, worst first, ``path:line:`` in front."""
    if quiet:
        return
    colours = {"error": "red", "warning": "yellow", "info": None}
    for finding in sorted(findings, key=lambda f: -f.severity.weight):
        where = f"{finding.where}: " if finding.where else ""
        label = click.style(finding.severity.value, fg=colours[finding.severity.value])
        click.echo(f"{where}{label}: {finding.message} [{finding.code}]", err=True)
