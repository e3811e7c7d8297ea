"""Writing: the XML form in plistlib's layout, for all values that the readers give and a property list can hold."""

from __future__ import annotations

import binascii
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from odkit.patterns import regex
from odkit.plist._model import Date

__all__ = ["dumps"]

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
    '<plist version="1.0">\n'
)
_CONTROL = regex(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


def dumps(value: Any) -> bytes:
    """Return a property list in XML, keys sorted; equal values give equal bytes.

    Args:
        value: as `odkit.plist.read` gives it; mappings and tuples may be dictionaries and arrays.

    Raises:
        OverflowError: an integer of more than 64 bits.
        ValueError: a text with control characters, which other readers of XML refuse.
        TypeError: a null, or a value that no property list holds.
    """
    return (_HEAD + "".join(_lines(value, 0)) + "</plist>\n").encode()


def _lines(value: Any, level: int) -> Iterator[str]:
    indent = "\t" * level
    if isinstance(value, Mapping):
        yield from _dict(value, level)
    elif isinstance(value, (list, tuple)):
        if not value:
            yield f"{indent}<array/>\n"
            return
        yield f"{indent}<array>\n"
        for each in value:
            yield from _lines(each, level + 1)
        yield f"{indent}</array>\n"
    elif isinstance(value, bytes):
        width = max(16, 76 - 8 * level) // 4 * 3
        yield f"{indent}<data>\n"
        for start in range(0, len(value), width):
            yield f"{indent}{binascii.b2a_base64(value[start : start + width], newline=False).decode()}\n"
        yield f"{indent}</data>\n"
    else:
        yield f"{indent}{_scalar(value)}\n"


def _dict(value: Mapping[str, Any], level: int) -> Iterator[str]:
    indent = "\t" * level
    if not value:
        yield f"{indent}<dict/>\n"
        return
    yield f"{indent}<dict>\n"
    for key in sorted(value):
        yield f"{indent}\t<key>{_text(key)}</key>\n"
        yield from _lines(value[key], level + 1)
    yield f"{indent}</dict>\n"


def _text(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("a text holds control characters")
    return value.translate(_ESCAPES)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "<true/>" if value else "<false/>"
    if isinstance(value, str):
        return f"<string>{_text(value)}</string>"
    if isinstance(value, int):
        if not -(1 << 63) <= value < 1 << 64:
            raise OverflowError("an integer has more than 64 bits")
        return f"<integer>{value}</integer>"
    if isinstance(value, float):
        return f"<real>{value!r}</real>"
    if isinstance(value, (datetime, Date)):
        return f"<date>{value.isoformat()[:19] if isinstance(value, datetime) else value.isoformat()}Z</date>"
    raise TypeError(f"a property list holds no {type(value).__name__}")
