"""Replaces texts in a value, such as a server's name where it is a host, and nothing else of the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from odkit.dataclass import dataclass
from odkit.hostrefs._hosts import is_host
from odkit.hostrefs._match import HitKind, Matcher
from odkit.patterns import regex
from odkit.plist import PlistError, canonical, read
from odkit.text import decode
from odkit.values.texts import plist_strings

__all__ = ["Change", "Replace", "rewritten"]

Replace = Callable[[str, str, str, str], str]
"""Gives the text that takes the place of one: type of the record, attribute, path inside a property list, text.

Texts inside a property list are asked for twice: as they stand in XML, and as they are read.
"""

_KINDS = frozenset({HitKind.FQDN, HitKind.ADDRESS})
_STRING = regex(r"(?<=<string>)([^<]*)(?=</string>)")


@dataclass(frozen=True, slots=True)
class Change:
    """A server's name becomes another.

    Attributes:
        matcher: finds the old one.
        new: name.
    """

    matcher: Matcher
    new: str

    def __call__(self, kind: str, attribute: str, inside: str, text: str) -> str:
        """Return a text with the name replaced where it is a host; see `Replace`."""
        for hit in reversed([hit for hit in self.matcher.find(text) if hit.kind in _KINDS]):
            if is_host(kind, attribute, inside, text, hit):
                text = text[: hit.start] + self.new + text[hit.end :]
        return text


def rewritten(kind: str, attribute: str, value: bytes, replace: Replace) -> bytes | None:
    """Return a value with its texts replaced; None when only a person can do that.

    Args:
        kind: of the record, as dscl spells it.
        attribute: description.
        value: as it is in the directory.
        replace: gives the new texts.
    """
    if not value.lstrip()[:6].startswith((b"<?xml", b"<plist", b"bplist")):
        return replace(kind, attribute, "", decode(value)).encode("utf-8", "surrogateescape")
    try:
        document = read(value)
        if value.startswith(b"bplist"):
            return None
        roots = [document.value, *document.more]
        places = [path for root in roots for path, _ in plist_strings(root) if not path.endswith("(key)")]
        parts = _STRING.split(value.decode("utf-8"))  # every second part is the text of a string, in the order of the document
        if len(parts) // 2 != len(places):
            return None
        texts = (replace(kind, attribute, path, text) for path, text in zip(places, parts[1::2], strict=True))
        made = "".join(part if index % 2 == 0 else next(texts) for index, part in enumerate(parts)).encode()
        again = read(made)
    except (PlistError, UnicodeDecodeError):
        return None
    wanted = [_replaced(kind, attribute, root, replace) for root in roots]
    return made if canonical(wanted) == canonical([again.value, *again.more]) else None


def _replaced(kind: str, attribute: str, value: Any, replace: Replace, path: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _replaced(kind, attribute, each, replace, f"{path}/{key}") for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(kind, attribute, each, replace, f"{path}[{index}]") for index, each in enumerate(value)]
    return replace(kind, attribute, path, value) if isinstance(value, str) else value
