"""The root command."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from odkit_cli import commands, exits
from odkit_cli.endings import UnreadError, status_of
from odkit_cli.groups import CommandGroup
from odkit_cli.signals import end_by, unwind_on_signals

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Commands(CommandGroup):
    """The root group: a command's module is loaded when it is asked for."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names of the modules in ``commands/``, which are those of the commands with ``_`` for ``-``."""
        from pkgutil import iter_modules

        return sorted(module.name.replace("_", "-") for module in iter_modules(commands.__path__))

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Return the command of a module: the function of the same name; only the module that is asked for is loaded."""
        own = name.replace("-", "_")
        if own.startswith("_") or not own.isidentifier() or find_spec(f"odkit_cli.commands.{own}") is None:
            return None
        found = getattr(import_module(f"odkit_cli.commands.{own}"), own)
        assert isinstance(found, click.Command)
        return found

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        """Read the words, and print the help that they ask for."""
        if not extra.get("resilient_parsing"):
            _refuse_empty(args)
        with _unread():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, context: click.Context) -> object:
        """Run the command."""
        # what it makes is not looked through for cycles, three times, when the process ends: that took a tenth of its time
        atexit.register(gc.freeze)
        with _unread():
            return super().invoke(context)


def _refuse_empty(words: list[str]) -> None:
    """Refuse an empty word: a variable of the shell is not set, and as a path it would be the folder in which the command is started."""
    for number, word in enumerate(words):
        if not word or (word.startswith("--") and word.find("=") == len(word) - 1):
            from odkit.text import escape

            before = word or words[number - 1] if number else ""
            place = "the value of" if before.startswith("-") else "the argument behind"
            what = f"{place} {escape(before.rstrip('='))}" if before else "the first argument"
            raise click.UsageError(f"{what} is empty: a variable of the shell may not be set")


@contextmanager
def _unread() -> Iterator[None]:
    """Take a reader that has gone for what it is: click would make the status of findings of it."""
    try:
        yield
    except BrokenPipeError:
        raise UnreadError from None


def _version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        from odkit import __version__

        click.echo(f"odkit {__version__}")
        context.exit()


@click.group(cls=_Commands, context_settings=CONTEXT, no_args_is_help=True)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version and exit.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour on the terminal (NO_COLOR and FORCE_COLOR count).",
)
@click.option("--debug", is_flag=True, help="Show where an error comes from.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors; the exit status tells.")
@click.pass_context
def cli(context: click.Context, color: str, debug: bool, quiet: bool) -> None:
    """Verify, clean and migrate Apple Open Directory domains from their LDIF exports.

    odkit reads files and writes reports and scripts; check-live alone reads a running server, and nothing here changes one.

    \b
    Exit status, the same everywhere:
      0    fine
      1    findings, differences, or a plan that leaves names for a person
      2    usage, or an input that is unreadable, damaged or incomplete
      3    a brake stopped the plan; nothing was written
      130  interrupted

    \b
    Example:
      odkit inspect export.ldif
      odkit purge-principals export.ldif --principals listprincs.txt \\
            --retire xserve1.example.com --target 10.5 -o purge
    """
    context.obj = {"debug": debug, "quiet": quiet}
    wanted = {"always": True, "never": False}.get(color)
    if wanted is None and (os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"):
        wanted = False
    elif wanted is None and os.environ.get("FORCE_COLOR"):
        wanted = True
    context.color = wanted


class _NotNeeded:
    """Lets a process find no pandas and no NumPy: pyarrow would load them at its first column (85 MiB), and no command uses them."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse them, and know nothing of others."""
        if name in {"pandas", "numpy"}:
            raise ModuleNotFoundError(name=name)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit.

    Args:
        arguments: the words behind the program's name; sys.argv's by default.
    """
    came = unwind_on_signals()
    sys.meta_path.insert(0, _NotNeeded())
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # pyarrow's own pool keeps 40 MiB of what it has freed
    # reference counts free nearly everything that a command makes; looking for cycles every 700 objects costs a tenth of its time
    gc.set_threshold(250_000, 20, 20)
    words = sys.argv[1:] if arguments is None else arguments
    if sys.stdout is None:
        click.echo("odkit: standard output is closed: the answer would be lost; give it a file, or /dev/null", err=True)
        sys.exit(exits.TROUBLE)
    status = run(words)
    # what was begun is tidied up now, and whoever waits for this process is to see what has ended it
    if status == exits.UNREAD and hasattr(signal, "SIGPIPE"):
        end_by(signal.SIGPIPE)
    if status == exits.INTERRUPTED and came:
        end_by(came[-1])
    sys.exit(status)


def run(words: list[str]) -> int:
    """Run a command line in this process; returns its exit status, and shows errors of ours as one line."""

    def command() -> int:
        status = cli.main(words, prog_name="odkit", standalone_mode=False)
        return status if isinstance(status, int) else exits.FINE

    return status_of(command, debug="--debug" in words)
