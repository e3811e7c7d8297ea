"""The one guarded loader of property lists.

plistlib raises eight kinds of exception for damaged input, accepts a binary plist that contains itself, and takes seconds for a
comment of some megabytes (expat before 2.6 is quadratic in the length of a token).  Plists in an export are hostile data, so
all of that is caught here, by rules that ordinary property lists of Mac OS X never touch.
"""

from __future__ import annotations

import binascii
import plistlib
import re
from typing import Any
from xml.parsers.expat import ExpatError

from odkit.errors import OdkitError
from odkit.text import shorten

__all__ = ["MAX_DEPTH", "MAX_NODES", "MAX_SIZE", "PlistError", "load"]

MAX_SIZE = 16 << 20  # bytes; the mapping template of cn=macosxodconfig, the largest seen, has some tens of kB
MAX_DEPTH = 100  # nested containers
MAX_NODES = 200_000  # values, counted once for each place they stand in
_MAX_TOKEN = 1 << 16  # bytes of one tag or comment

_CONTAINER = re.compile(rb"<(/?)(?:dict|array)\b[^>]*?(/?)>")
_MARKUP = re.compile(rb"<(?!!--)[^>]{%d,}" % _MAX_TOKEN)
_COMMENT = re.compile(rb"<!--.{%d,}?-->" % _MAX_TOKEN, re.DOTALL)
_DOCTYPE_SUBSET = re.compile(rb"<!DOCTYPE[^>\[]*\[")


class PlistError(OdkitError):
    """A value is no property list, or one that odkit refuses to read."""


def _check_xml(data: bytes) -> None:
    if b"<!ENTITY" in data or _DOCTYPE_SUBSET.search(data):
        raise PlistError("declares entities; no property list of Mac OS X does")
    if _MARKUP.search(data) or (b"<!--" in data and _COMMENT.search(data)):
        raise PlistError(f"holds a tag or comment of more than {_MAX_TOKEN} bytes")
    depth = 0
    for match in _CONTAINER.finditer(data):
        if match[1]:
            depth -= 1
        elif not match[2]:
            depth += 1
            if depth > MAX_DEPTH:
                raise PlistError(f"is nested more than {MAX_DEPTH} deep")


def _check_tree(value: object) -> None:
    """Refuse cycles, depth and shared nodes that multiply: a binary plist of 434 bytes can hold 10^30 leaves."""
    budget = MAX_NODES
    stack: list[tuple[object, int]] = [(value, 0)]
    while stack:
        node, depth = stack.pop()
        budget -= 1
        if budget < 0:
            raise PlistError(f"holds more than {MAX_NODES} values, or itself")
        if depth > MAX_DEPTH:
            raise PlistError(f"is nested more than {MAX_DEPTH} deep, or holds itself")
        if isinstance(node, dict):
            for key, each in node.items():
                if not isinstance(key, str):
                    raise PlistError("has a key that is no text")
                stack.append((each, depth + 1))
        elif isinstance(node, list):
            stack.extend((each, depth + 1) for each in node)


def load(data: bytes) -> Any:
    """Read a property list, XML or binary.

    Args:
        data: one whole document.

    Returns:
        dict, list, str, int, float, bool, bytes or datetime (naive, UTC), as plistlib gives them.

    Raises:
        PlistError: not a property list, or one with entities, cycles, or beyond the caps of this module.
    """
    if len(data) > MAX_SIZE:
        raise PlistError(f"is larger than {MAX_SIZE >> 20} MiB")
    text = data.lstrip(b" \t\r\n")
    if not text:
        raise PlistError("is empty")
    try:
        if not text.startswith(b"bplist"):
            _check_xml(text)
            value = plistlib.loads(text, fmt=plistlib.FMT_XML)
        else:
            value = plistlib.loads(text, fmt=plistlib.FMT_BINARY)
    except (
        plistlib.InvalidFileException,
        ExpatError,
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
        binascii.Error,
        RecursionError,
        MemoryError,
        OverflowError,
        OSError,
    ) as error:
        detail = shorten(str(error), 100) or type(error).__name__
        raise PlistError(f"is no property list ({detail})") from error
    if value is None:
        raise PlistError("has no root element")
    _check_tree(value)
    return value
