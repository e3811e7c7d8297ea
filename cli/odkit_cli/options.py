"""Options that commands share, and how a command gets many of them as one value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

import click

from odkit.dataclass import dataclass
from odkit_cli.inputs import piped
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
    "export_argument",
    "exports_argument",
    "fail_on_option",
    "format_option",
    "format_options",
    "json_option",
    "packed",
    "pair_arguments",
    "pair_or_many_arguments",
    "refuse_further",
    "report_options",
    "with_option",
]


_FURTHER = {
    False: "A further file of the export, such as its cn=authdata.",
    True: "A further file of BEFORE, or of the only export, such as its cn=authdata.",
}
_PAIR_OPTIONS = ("more", "after_more", "before_files", "after_files", "authdata", "authdata_before")
_PAIR = ("before", "after", *_PAIR_OPTIONS)
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


def with_option(name: str = "more", *, after: bool = False, pair: bool = False) -> Callable[[F], F]:
    """Add ``--with FILE``, or ``--after-with FILE`` of the newer export: further files of one domain.

    Args:
        name: of the parameter.
        after: add the one of the newer export.
        pair: whether there are two exports.
    """
    text = "A further file of AFTER." if pair and after else "A further file of the newer export." if after else _FURTHER[pair]
    return click.option("--after-with" if after else "--with", name, multiple=True, type=PATH, metavar="FILE", help=text)


def _together(exports: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    """Return the files of one domain; standard input is its export when it is piped in.

    Raises:
        click.UsageError: there are further files, and no export.
    """
    if more and not exports:
        if not piped():
            raise click.UsageError("--with names further files of an export: give the path of the export, too, or pipe it in")
        exports = ("-",)
    return (*exports, *more)


def exports_argument(*, required: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the argument ``EXPORT...`` and ``--with``: the command gets ``exports``, all files of the domain."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def run(*args: object, exports: tuple[str, ...], more: tuple[str, ...], **options: object) -> None:
            command(*args, exports=_together(exports, more), **options)

        argument = click.argument("exports", nargs=-1, required=required, metavar="EXPORT...", type=click.Path(path_type=str))
        return argument(with_option()(run))

    return decorate


def export_argument(command: Callable[..., None]) -> Callable[..., None]:
    """Add the argument ``EXPORT``, one file, and ``--with``: the command gets ``exports``, all files of the domain."""

    @wraps(command)
    def run(*args: object, export: str, more: tuple[str, ...], **options: object) -> None:
        command(*args, exports=(export, *more), **options)

    return click.argument("export", type=click.Path(path_type=str))(with_option()(run))


@dataclass(frozen=True, slots=True)
class _Pair:
    """The arguments and options that name the files of two exports, as click gives them."""

    before: str | None
    after: str | None
    more: tuple[str, ...]
    after_more: tuple[str, ...]
    before_files: tuple[str, ...]
    after_files: tuple[str, ...]
    authdata: str | None
    authdata_before: str | None

    def files(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the files of the older, or only, export, and of the newer one.

        Raises:
            click.UsageError: files belong to an export that is not there.
        """
        newer = (*self.after_more, *self.after_files)
        if self.after is None and (newer or self.authdata_before):
            given = "--after-with" if newer else "--authdata-before"
            raise click.UsageError(f"{given} belongs to one of two exports; there is one: give --with")
        of_newest = [self.authdata] if self.authdata is not None else []
        older = [*self.more, *self.before_files, *([self.authdata_before] if self.authdata_before is not None else [])]
        if self.after is None:
            return _together([self.before] if self.before is not None else [], [*older, *of_newest]), ()
        return (self.before or "-", *older), (self.after, *newer, *of_newest)


def pair_arguments(command: Callable[..., None]) -> Callable[..., None]:
    """Add ``[BEFORE [AFTER]]``, ``--with`` and ``--after-with``: the command gets ``before`` and ``after``, all files of each."""

    @wraps(command)
    def run(*args: object, **options: object) -> None:
        given = _Pair(**{name: options.pop(name) for name in _PAIR})  # type: ignore[arg-type] # click made them so
        before, after = given.files()
        command(*args, before=before, after=after, **options)

    made = click.argument("after", nargs=1, required=False, type=click.Path(path_type=str))(_pair_options(run))
    return click.argument("before", nargs=1, required=False, type=click.Path(path_type=str))(made)


def pair_or_many_arguments(command: Callable[..., None]) -> Callable[..., None]:
    """Add what `pair_arguments` does, and with ``--each`` any number of exports, all of them in ``before``."""

    @wraps(command)
    def run(*args: object, exports: tuple[str, ...], each: bool, **options: object) -> None:
        if each:
            refuse_further(*(options.pop(name) for name in _PAIR_OPTIONS))
            command(*args, before=exports, after=(), each=each, **options)
            return
        if len(exports) > 2:
            raise click.UsageError(f"these are {len(exports)} exports, and two can be compared; with --each they are one domain each")
        ends = dict(zip(("before", "after"), (*exports, None, None), strict=False))
        before, after = _Pair(**ends, **{name: options.pop(name) for name in _PAIR_OPTIONS}).files()  # type: ignore[arg-type]
        command(*args, before=before, after=after, each=each, **options)

    argument = click.argument("exports", nargs=-1, metavar="[BEFORE [AFTER]]", type=click.Path(path_type=str))
    return argument(_pair_options(run))


def _pair_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that name further files of two exports."""
    made = command
    for name in ("--authdata-before", "--authdata"):  # older names of --with and --after-with, as those below
        made = click.option(name, type=PATH, hidden=True)(made)
    made = click.option("--after-more", "after_files", multiple=True, type=PATH, hidden=True)(made)
    made = click.option("--before-more", "before_files", multiple=True, type=PATH, hidden=True)(made)
    return with_option("more", pair=True)(with_option("after_more", after=True, pair=True)(made))


def refuse_further(*files: object) -> None:
    """Refuse the options that name further files of a domain, where every export is one.

    Raises:
        click.UsageError: there are any.
    """
    if any(files):
        raise click.UsageError("--with is for one domain: with --each name the file beside its export, in the same folder")


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
