"""Values that compare with their type: in a property list true, 1 and 1.0 are three values, in Python one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from odkit.plist import Date, canonical
from odkit.redaction import is_secret_key
from odkit.text import escape, shorten

__all__ = ["only_number_type", "redacted"]


def only_number_type(a: Any, b: Any) -> bool:
    """Tell whether two different values differ in nothing but the types of numbers: true for 1, 1 for 1.0."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(canonical(a[k]) == canonical(b[k]) or only_number_type(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(canonical(x) == canonical(y) or only_number_type(x, y) for x, y in zip(a, b, strict=True))
    return isinstance(a, (bool, int, float)) and isinstance(b, (bool, int, float)) and type(a) is not type(b) and a == b


def redacted(value: Any, key: str = "") -> str:
    """Return a value's type and size, for messages.

    Settings may hold passwords, so that no text is shown, and no number of a secret key.
    """
    if isinstance(value, Mapping):
        return f"a dictionary of {len(value)}"
    if isinstance(value, (list, tuple)):
        return f"an array of {len(value)}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)) and is_secret_key(key):
        return "a number"
    if isinstance(value, (int, float)):
        return f"{'integer' if isinstance(value, int) else 'real'} {escape(shorten(str(value), 30))}"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, (datetime, Date)):
        return f"{value.isoformat()[:19] if isinstance(value, datetime) else value.isoformat()}Z"
    if value is None:
        return "a null"
    return f"a string of {len(str(value))}"
