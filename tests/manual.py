"""The commands of odkit, and its manual page as it has to be."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from conftest import ROOT
from odkit_cli import cli

__all__ = ["COMMANDS", "CONTEXT", "commands", "manual"]

CONTEXT = click.Context(cli)
COMMANDS = cli.list_commands(CONTEXT)


def roff(text: str) -> str:
    """Text as a line of a manual page."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text


def blocks(help_text: str) -> list[str]:
    """A help text: paragraphs are filled, what stands behind \\b is not."""
    out = []
    for paragraph in inspect.cleandoc(help_text).split("\n\n"):
        kept = paragraph.startswith("\b\n")
        lines = list(map(roff, paragraph.removeprefix("\b\n").splitlines()))
        out += [".PP", ".nf", *lines, ".fi"] if kept else [".PP", " ".join(map(str.strip, lines))]
    return out


def manual() -> str:
    """docs/odkit.1, as it has to be."""
    version = ".".join(re.findall(r"(?m)^## (\S+)", (ROOT / "CHANGELOG.md").read_text())[:1])
    name, _, rest = (cli.help or "").partition(".")
    first = name[0].lower() + name[1:]
    out = [f'.TH ODKIT 1 "" "odkit {version}" "User Commands"', ".SH NAME", f"odkit \\- {roff(' '.join(first.split()))}", ".SH SYNOPSIS",
           ".B odkit", roff("[OPTIONS] COMMAND [ARGS]..."), ".SH DESCRIPTION", *blocks(rest.strip())]  # fmt: skip
    for words, command in commands():
        context = click.Context(command, info_name="odkit" if not words else None)
        out += [".SH OPTIONS"] if not words else [".SH COMMANDS"] if words == COMMANDS[0] else []
        if words:
            with context.scope():
                usage = " ".join(command.collect_usage_pieces(context))
            out += [f".SS odkit {roff(words)} {roff(usage)}".replace('"', "\\(dq"), *blocks(command.help or "")]
        for record in (each.get_help_record(context) for each in command.get_params(context) if isinstance(each, click.Option)):
            out += [".TP", f".B {roff(record[0])}".replace('"', "\\(dq"), roff(record[1])] if record is not None else []
    return "\n".join([*out, ".SH SEE ALSO", "docs/ in the source of odkit; docs/completion.md for the completion of shells.", ""])


def commands() -> Iterator[tuple[str, click.Command]]:
    """The root and all commands, in the order of their names."""
    yield "", cli
    for name in COMMANDS:
        command = cli.get_command(CONTEXT, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {each}", command.commands[each]) for each in sorted(command.commands))
