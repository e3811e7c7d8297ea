"""odkit.toml, the migration's file: what the commands read when they are given nothing.

    [exports]
    before = "before.ldif"                          # or a list: the main LDIF and that of cn=authdata
    after = ["after.ldif", "authdata.ldif"]

Paths are relative to the file.  Unknown keys are errors: a misspelt one must not silently take a list away.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from odkit.errors import InputError
from odkit.text import escape, shorten

__all__ = ["NAME", "Project", "find", "load"]

NAME = "odkit.toml"
_MAX = 1 << 20
_EXPORTS = ("before", "after")


@dataclass(frozen=True, slots=True)
class Project:
    """What odkit.toml says.

    Attributes:
        path: of the file.
        before: the older exports of the domain; empty when none is named.
        after: the newer ones.
    """

    path: Path
    before: tuple[Path, ...] = ()
    after: tuple[Path, ...] = ()


def find(start: Path) -> Path | None:
    """The nearest odkit.toml in a folder or above it."""
    folder = start.resolve()
    for each in (folder, *folder.parents):
        if (each / NAME).is_file():
            return each / NAME
    return None


def load(path: Path) -> Project:
    """Read odkit.toml.

    Raises:
        InputError: it cannot be read, is no TOML, or holds something else than it must, with the line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), None, f"cannot be read: {error.strerror}") from error
    if len(data) > _MAX:
        raise InputError(str(path), None, f"larger than {_MAX >> 20} MiB; this is no {NAME}")
    try:
        text = data.decode("utf-8")
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(str(path), None, f"is no TOML: {shorten(str(error), 200)}") from error

    def line(key: str) -> int | None:
        return next((number for number, each in enumerate(text.split("\n"), 1) if each.strip().strip("[").lstrip().startswith(key)), None)

    def known(keys: Any, allowed: tuple[str, ...], where: str) -> None:
        for key in keys:
            if key not in allowed:
                near = difflib.get_close_matches(key, allowed, 1)
                hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(allowed)}"
                raise InputError(str(path), line(key), f"{escape(key)} is not known{where}{hint}")

    known(content, ("exports",), "")
    exports = content.get("exports", {})
    if not isinstance(exports, dict):
        raise InputError(str(path), line("exports"), "exports is a table: [exports]")
    known(exports, _EXPORTS, " in [exports]")
    found: dict[str, tuple[Path, ...]] = {}
    for key, value in exports.items():
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not names or not all(isinstance(name, str) and name and "\0" not in name for name in names):
            raise InputError(str(path), line(key), f"{key} is a path, or a list of paths")
        found[key] = tuple(path.parent / name for name in names)
    return Project(path, found.get("before", ()), found.get("after", ()))
