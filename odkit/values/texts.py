"""The texts of a value in which a server may be named: itself, or the strings of the property list that it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from odkit.plist import PlistError, read
from odkit.redaction import Sensitivity, sensitivity_of
from odkit.text import decode

__all__ = ["Texts", "hides_text", "is_plist", "plist_strings", "texts_of_value"]

_MEMORY = 1 << 22  # bytes of property lists whose strings are kept
_ODD = (b"&", b"\\", b"<![", b"\x1b")  # references, escapes, CDATA: what a string is made of may not stand there as it is


def is_plist(value: bytes) -> bool:
    """Tell whether a value is read as a property list, if it can be."""
    return value.lstrip()[:6].startswith((b"<?xml", b"<plist", b"bplist"))


def hides_text(value: bytes) -> bool:
    """Tell whether a property list may hold strings that do not stand in its bytes as they are."""
    return not value.isascii() or value.lstrip()[:6] == b"bplist" or any(each in value for each in _ODD)


def texts_of_value(attribute: str, value: bytes) -> tuple[tuple[str, str], ...]:
    """Return the texts of a value, each with its path inside a property list; a secret has none.

    Args:
        attribute: description.
        value: as it is in the directory.
    """
    return Texts().of(attribute, value)


class Texts:
    """The texts of many values: a domain has few different policies, and many records with each, so that one is read once.

    What it remembers may be secret; it lives as long as the search that made it.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[tuple[str, str], ...] | None] = {}
        self._size = 0

    def of(self, attribute: str, value: bytes) -> tuple[tuple[str, str], ...]:
        """See `texts_of_value`."""
        found = self._strings(value) if is_plist(value) else None
        if found is None:
            return () if sensitivity_of(attribute) is Sensitivity.SECRET else (("", decode(value)),)
        return found

    def _strings(self, value: bytes) -> tuple[tuple[str, str], ...] | None:
        if value not in self._known:
            if self._size + len(value) > _MEMORY:
                self._known.clear()
                self._size = 0
            self._size += len(value)
            self._known[value] = _read(value)
        return self._known[value]


def _read(value: bytes) -> tuple[tuple[str, str], ...] | None:
    try:
        document = read(value)
    except PlistError:
        return None
    return tuple(each for root in (document.value, *document.more) for each in plist_strings(root))


def plist_strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every string of a property list, keys of dictionaries too, each with its path."""
    if isinstance(value, dict):
        for key, each in value.items():
            place = f"{path}/{key}"
            yield f"{place} (key)", key
            yield from plist_strings(each, place)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from plist_strings(each, f"{path}[{index}]")
    elif isinstance(value, str):
        yield path, value
