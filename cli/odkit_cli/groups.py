"""A command that has commands below it."""

from __future__ import annotations

import click

__all__ = ["CommandGroup"]

_WHOLE = 1000  # characters of a first sentence; none has as many


class CommandGroup(click.Group):
    """A group that names the commands that are like one that does not exist."""

    def resolve_command(self, context: click.Context, words: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that words begin with, and the rest of them; says which commands have a name like an unknown one."""
        name = words[0]
        if context.resilient_parsing or name.startswith("-") or self.get_command(context, name) is not None:
            return super().resolve_command(context, words)
        from difflib import get_close_matches

        from odkit.text import escape

        names = self.list_commands(context)
        parts = [each for each in names if len(name) > 2 and name.lower() in each]
        like = list(dict.fromkeys([*get_close_matches(name.lower(), names), *parts]))[:3]
        hint = f"did you mean {' or '.join(like)}?" if like else f"'{context.command_path} --help' names all"
        raise click.UsageError(f"there is no command '{escape(name)}'; {hint}", context)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names of the commands with their first sentences, folded and not cut."""
        found = {name: self.get_command(context, name) for name in self.list_commands(context)}
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.get_short_help_str(_WHOLE)) for name, each in found.items() if each is not None])
