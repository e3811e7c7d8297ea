"""Texts in which a character may be written by an escape: a word is replaced as it reads, and keeps the form in which it was written."""

from __future__ import annotations

import re
from collections.abc import Callable

from odkit.patterns import regex
from odkit.text import unescape_html

__all__ = ["dn_escapes", "entities", "percents"]

_PERCENTS = regex(r"(?:%[0-9A-Fa-f]{2})+")
_DN_ESCAPES = regex(r"(?:\\[0-9A-Fa-f]{2})+")
_ENTITIES = regex(r"&(?:[A-Za-z]{2,8}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")

Rewrite = Callable[[str], str]


def _escaped_bytes(text: str) -> list[tuple[str, str]]:
    """Return characters with their forms, of a run of escapes that are a sign and two hex digits each."""
    data = bytes.fromhex(re.sub(r"[%\\]", "", text)).decode("utf-8", "surrogateescape")
    out, at = [], 0
    for each in data:
        size = 3 * len(each.encode("utf-8", "surrogateescape"))
        out.append((each, text[at : at + size]))
        at += size
    return out


def _through(text: str, pattern: re.Pattern[str], read: Callable[[str], list[tuple[str, str]]], write: Rewrite, rewrite: Rewrite) -> str:
    chars: list[tuple[str, str]] = []
    at = 0
    for found in pattern.finditer(text):
        chars += [(each, "") for each in text[at : found.start()]]
        chars += read(found[0])
        at = found.end()
    chars += [(each, "") for each in text[at:]]
    plain = "".join(each for each, _ in chars)
    new = rewrite(plain)
    if len(new) != len(plain):
        forms = {each for each, form in chars if form}
        return "".join(write(each) if each in forms and not each.isalnum() else each for each in new)
    return "".join(each if not form else form if each == old else write(each) for each, (old, form) in zip(new, chars, strict=True))


def percents(text: str, rewrite: Rewrite) -> str:
    """Rewrite a text in which bytes are written as ``%XX`` (RFC 3986)."""
    if "%" not in text:
        return rewrite(text)
    return _through(text, _PERCENTS, _escaped_bytes, lambda each: _hex("%", each), rewrite)


def dn_escapes(text: str, rewrite: Rewrite) -> str:
    r"""Rewrite a DN, in which bytes may be written as ``\XX`` (RFC 4514)."""
    if "\\" not in text:
        return rewrite(text)
    return _through(text, _DN_ESCAPES, _escaped_bytes, lambda each: _hex("\\", each), rewrite)


def _hex(sign: str, each: str) -> str:
    return "".join(f"{sign}{byte:02X}" for byte in each.encode("utf-8", "surrogateescape"))


def entities(text: str, rewrite: Rewrite) -> str:
    """Rewrite a text of XML, in which a character may be written as ``&name;``, ``&#N;`` or ``&#xN;``."""
    if "&" not in text:
        return rewrite(text)

    def read(form: str) -> list[tuple[str, str]]:
        plain = unescape_html(form)
        return [(plain, form)] if len(plain) == 1 else [(each, "") for each in form]

    return _through(text, _ENTITIES, read, lambda each: f"&#{ord(each)};", rewrite)
