"""The folders of tables: what their names hold, and what is in them."""

from __future__ import annotations

import hashlib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

__all__ = ["NOWHERE", "held", "listed", "name_of", "value_of"]

NOWHERE: Final = "__HIVE_DEFAULT_PARTITION__"  # a folder for null, as every engine reads it
_LONGEST = 200  # bytes of a folder's name that file systems take


def listed(folder: Path, *patterns: str) -> list[Path]:
    """Return what is below a folder, in order; ``glob`` would take a folder that may not be read for an empty one.

    Args:
        folder: it need not be there.
        patterns: of the names of folders in one another, and of what is in the last of them.

    Raises:
        OSError: a folder cannot be read.
    """
    found = [folder]
    for pattern in patterns:
        found = [path for each in found if each.is_dir() for path in sorted(each.iterdir()) if fnmatchcase(path.name, pattern)]
    return found


def held(value: str | None) -> str | None:
    """Return a value as the name of its folder holds it: a long one is shortened."""
    return value_of(name_of(value))


def value_of(name: str) -> str | None:
    """Return the value that a name of a folder holds."""
    return None if name == NOWHERE else unquote(name)


def name_of(value: str | None) -> str:
    """Return the name of a folder for a value, as Hive writes it: other characters as ``%XX``."""
    if not value:
        return NOWHERE
    text, shortened = _quoted(value), value
    if len(text) <= _LONGEST:
        return text
    while len(_quoted(shortened)) > _LONGEST:
        shortened = shortened[:-8]
    return f"{_quoted(shortened)}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"  # two long names stay two


def _quoted(value: str) -> str:
    text = quote(value, safe="").replace("~", "%7E")
    return "%2E" + text[1:] if text.startswith(".") else text
