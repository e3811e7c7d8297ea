"""Replaces a server's name in a value: where it is a host, and nothing else of the value."""

from __future__ import annotations

from typing import Any

from odkit.dataclass import dataclass
from odkit.hostrefs._hosts import is_host
from odkit.hostrefs._match import HitKind, Matcher
from odkit.patterns import regex
from odkit.plist import PlistError, canonical, read
from odkit.text import decode
from odkit.values.texts import plist_strings

__all__ = ["Change", "replace_hosts", "rewritten"]

_KINDS = frozenset({HitKind.FQDN, HitKind.ADDRESS})
_STRING = regex(r"(?<=<string>)([^<]*)(?=</string>)")


@dataclass(frozen=True, slots=True)
class Change:
    """The old and the new name and addresses."""

    matcher: Matcher
    new: str


def replace_hosts(kind: str, attribute: str, inside: str, text: str, change: Change) -> str:
    """Return a text with the name replaced where it is a host."""
    for hit in reversed([hit for hit in change.matcher.find(text) if hit.kind in _KINDS]):
        if is_host(kind, attribute, inside, text, hit):
            text = text[: hit.start] + change.new + text[hit.end :]
    return text


def rewritten(kind: str, attribute: str, value: bytes, change: Change) -> bytes | None:
    """Return a value with the name replaced; None when only a person can do that."""
    if not value.lstrip()[:6].startswith((b"<?xml", b"<plist", b"bplist")):
        return replace_hosts(kind, attribute, "", decode(value), change).encode("utf-8", "surrogateescape")
    try:
        document = read(value)
        if value.startswith(b"bplist"):
            return None
        roots = [document.value, *document.more]
        places = [path for root in roots for path, _ in plist_strings(root) if not path.endswith("(key)")]
        parts = _STRING.split(value.decode("utf-8"))  # every second part is the text of a string, in the order of the document
        if len(parts) // 2 != len(places):
            return None
        texts = (replace_hosts(kind, attribute, path, text, change) for path, text in zip(places, parts[1::2], strict=True))
        made = "".join(part if index % 2 == 0 else next(texts) for index, part in enumerate(parts)).encode()
        again = read(made)
    except (PlistError, UnicodeDecodeError):
        return None
    wanted = [_replaced(kind, attribute, root, change) for root in roots]
    return made if canonical(wanted) == canonical([again.value, *again.more]) else None


def _replaced(kind: str, attribute: str, value: Any, change: Change, path: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _replaced(kind, attribute, each, change, f"{path}/{key}") for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(kind, attribute, each, change, f"{path}[{index}]") for index, each in enumerate(value)]
    return replace_hosts(kind, attribute, path, value, change) if isinstance(value, str) else value
