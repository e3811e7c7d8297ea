"""Single files that a command writes: never one that is there, unless that is asked for, and never one that it reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

__all__ = ["refuse_existing", "refuse_read"]


def refuse_existing(output: Path, *, force: bool) -> None:
    """Refuse a file that is there without ``--force``, and with it one that the command reads.

    Raises:
        click.UsageError: it is there, or is read.
    """
    from odkit.text import escape

    if output.exists() and not force:
        raise click.UsageError(f"{escape(str(output))} exists already: give another path, or --force to replace it")
    refuse_read(output)


def refuse_read(output: Path) -> None:
    """Refuse a file that the command reads: what its options and arguments name, and the odkit.toml that was read, with its exports.

    Raises:
        click.UsageError: it is read.
    """
    from odkit.text import escape

    if output.exists() and any(_is_of(output, each) for each in _read()):
        raise click.UsageError(f"{escape(str(output))} is read by this command: give another path")


def _read() -> Iterator[Path]:
    """Yield the paths of what this command reads."""
    context = click.get_current_context()
    for each in context.command.params:
        if isinstance(each.type, click.Path) and each.name != "output":
            value = context.params.get(each.name or "")
            yield from (Path(name) for name in (value if isinstance(value, tuple) else (value,)) if name is not None)
    project = context.obj.get("project")
    if project is not None:
        yield from (project.path, *project.before, *project.after, *project.principals, *project.keytabs)


def _is_of(output: Path, read: Path) -> bool:
    """Tell whether a file is one that is read, or the manifest of a folder that is, or one that it names."""
    with suppress(OSError, ValueError):  # what is not there, or is no path, is not replaced
        if not read.is_dir():
            return output.samefile(read)
        words = (read / "MANIFEST").read_text("utf-8", "replace").split()
        return output.parent.samefile(read) and output.name in {"MANIFEST", *words}
    return False
