"""Options that commands share, and how a command gets many of them as one value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

import click

from odkit_cli.output import FAIL_ON

if TYPE_CHECKING:
    from datetime import datetime

F = TypeVar("F", bound=Callable[..., object])
P = ParamSpec("P")
T = TypeVar("T")

__all__ = [
    "PATH",
    "accept_incomplete_option",
    "addresses",
    "clients_option",
    "date_of",
    "exports_argument",
    "fail_on_option",
    "format_option",
    "format_options",
    "json_option",
    "packed",
    "report_options",
]


PATH: Final = click.Path(readable=False)  # a text as it is, which a shell completes as the name of a file or folder


def packed(kind: type[T]) -> Callable[[Callable[Concatenate[T, P], None]], Callable[..., None]]:
    """Hand the options of a command over as one value: ``kind`` is a dataclass, and each of its fields is an option of that name."""
    names = [each.name for each in fields(kind)]  # type: ignore[arg-type] # every user is a dataclass
    make: Callable[..., T] = kind

    def decorate(command: Callable[Concatenate[T, P], None]) -> Callable[..., None]:
        @wraps(command)
        def run(*args: P.args, **given: P.kwargs) -> None:
            command(make(**{name: given.pop(name) for name in names}), *args, **given)

        return run

    return decorate


def json_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add ``--json``: the command gets one ``form`` for it and ``--format``."""

    @wraps(command)
    def run(*args: object, as_json: bool, format_: str, **options: object) -> None:
        command(*args, form="json" if as_json else format_, **options)

    return click.option("--json", "as_json", is_flag=True, help="The same as --format json.")(run)


def format_option(*forms: str, text: str = "Form of the output.") -> Callable[[F], F]:
    """Add ``--format``, for a command that has a `json_option`."""
    return click.option("--format", "format_", type=click.Choice(["text", "json", *forms]), default="text", help=text)


def format_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add ``--format text|json`` and ``--json``."""
    return format_option()(json_option(command))


def accept_incomplete_option(function: F) -> F:
    """Add ``--accept-incomplete``, of every command that writes what an export holds."""
    return click.option("--accept-incomplete", is_flag=True, help="Write although an export is incomplete.")(function)


def fail_on_option(function: F) -> F:
    """Add ``--fail-on``: from which severity on findings make the status 1."""
    return click.option(
        "--fail-on",
        type=click.Choice(list(FAIL_ON)),
        default="warning",
        show_default=True,
        help="Least severity that makes the exit status 1.",
    )(function)


def report_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a command whose answer is a report of findings.

    ``--fail-on``: from which severity on findings make the status 1; ``--ignore``, which `finish_report` asks the context for;
    ``--all``: each finding instead of the first places of each rule; ``--format text|json|markdown`` and ``--json``.
    """
    made = format_option("markdown")(json_option(command))
    every, ignore = "Show every finding, each in a line.", "Leave out findings of this code; what was left out is said."
    made = click.option("--all", "every", is_flag=True, expose_value=False, callback=_kept, help=every)(made)
    made = click.option("--ignore", multiple=True, metavar="CODE", expose_value=False, callback=_kept, help=ignore)(made)
    return fail_on_option(made)


def _kept(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Leave an option that no command looks at where the end of every command finds it."""
    context.find_root().obj[parameter.name] = value


def clients_option(
    text: str = "Newest macOS of the clients, such as 15.5: without a client for AFP a warning, with one nothing.",
) -> Callable[[F], F]:
    """Add ``--clients``, which decides what is said of AFP."""
    return click.option("--clients", metavar="RELEASE", help=text)


def exports_argument(*, required: bool = False) -> Callable[[F], F]:
    """Add the argument ``EXPORT...``: the main LDIF, and where there is one that of cn=authdata."""
    return click.argument("exports", nargs=-1, required=required, metavar="EXPORT...", type=click.Path(path_type=str))


def addresses(values: Iterable[str]) -> dict[str, str]:
    """Return ``--address HOST=IP`` as a table."""
    out = {}
    for value in values:
        host, equals, address = value.partition("=")
        if not (host and equals and address):
            raise click.BadParameter(f"{value!r} is not HOST=ADDRESS", param_hint="--address")
        out[host] = address
    return out


def date_of(text: str | None) -> datetime | None:
    """Return the time that ``--at`` gives; None without it."""
    if text is None:
        return None
    from odkit.text import moment

    found = moment(text)
    if found is None:
        raise click.BadParameter(f"{text!r} is not YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ", param_hint="--at")
    return found
