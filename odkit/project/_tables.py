"""The tables of odkit.toml: values of the right type, or an error with their line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from odkit.errors import InputError
from odkit.names import host_key, is_fqdn
from odkit.patterns import regex
from odkit.text import escape

__all__ = ["Tables", "close"]

_HEADER = regex(r"\s*(\[\[?)\s*([A-Za-z0-9_.\-\"' ]+?)\s*\]\]?\s*(?:#.*)?\Z")
_KEY = regex(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')\s*=")


def close(word: str, known: Iterable[str], count: int) -> list[str]:
    """Return the words that are most like one."""
    from difflib import get_close_matches

    return get_close_matches(word, known, count)


class Tables:
    """The text of a file, and where each key of it stands.

    Args:
        path: of the file.
        text: its content.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines: dict[tuple[str, int, str], int] = {}  # table, its number, key ("" for the header) -> line
        table = ""
        counts: dict[str, int] = {}
        for number, line in enumerate(text.split("\n"), 1):
            header = _HEADER.match(line)
            if header is not None:
                table = header[2].strip("\"' ")
                counts[table] = counts.get(table, -1) + 1
                self.lines.setdefault((table, counts[table], ""), number)
                continue
            key = _KEY.match(line)
            if key is not None:
                self.lines.setdefault((table, counts.get(table, 0), key[1].strip("\"'")), number)

    def stop(self, message: str, table: str = "", key: str = "", number: int = 0) -> NoReturn:
        """End the reading with the line of a key, else of its table.

        Raises:
            InputError: always.
        """
        line = self.lines.get((table, number, key)) or self.lines.get((table, number, "")) or self.lines.get(("", 0, key))
        raise InputError(str(self.path), line, message)

    def known(self, table: dict[str, Any], allowed: tuple[str, ...], name: str, number: int = 0) -> None:
        """Check that a table has no unknown key."""
        where = f" in [{name}]" if name else ""
        for key in table:
            if key not in allowed:
                near = close(key, allowed, 1)
                hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(allowed)}"
                self.stop(f"{escape(key)} is not known{where}{hint}", name if name else key, key if name else "", number)

    def table(self, content: dict[str, Any], name: str) -> dict[str, Any]:
        """Return a table of the file; empty when it is missing."""
        found = content.get(name, {})
        if not isinstance(found, dict):
            self.stop(f"{name} is a table: [{name}]", "", name)
        return found

    def text(self, table: dict[str, Any], key: str, name: str, number: int = 0) -> str:
        """Return a text on one line; empty when it is missing."""
        value = table.get(key, "")
        if not isinstance(value, str) or not value.isprintable():
            self.stop(f"{key} is a text on one line", name, key, number)
        return value

    def texts(self, table: dict[str, Any], key: str, name: str, number: int = 0) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one."""
        value = table.get(key, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(each, str) and each and each.isprintable() for each in value):
            self.stop(f"{key} is a text, or a list of texts", name, key, number)
        return tuple(value)

    def paths(self, table: dict[str, Any], key: str) -> tuple[Path, ...]:
        """Return paths, taken relative to the file."""
        value = table.get(key, [])
        names = [value] if isinstance(value, str) else value
        if key in table and (
            not isinstance(names, list) or not names or not all(isinstance(n, str) and n and "\0" not in n for n in names)
        ):
            self.stop(f"{key} is a path, or a list of paths", "exports", key)
        return tuple(self.path.parent / each for each in names)

    def choice(self, table: dict[str, Any], key: str, allowed: tuple[str, ...], name: str, number: int = 0) -> str:
        """Return a text that is one of those allowed, or empty."""
        value = self.text(table, key, name, number)
        if value and value not in allowed:
            near = close(value, allowed, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            self.stop(f"{key} is one of {', '.join(each or '(nothing)' for each in allowed)}, not {escape(value)}{hint}", name, key, number)
        return value

    def host(self, value: str, what: str, name: str, key: str, number: int = 0) -> str:
        """Return a full host name in normal form."""
        if not is_fqdn(value):
            self.stop(f"{what} is a full host name, and {escape(value)!r} is none", name, key, number)
        return host_key(value)
