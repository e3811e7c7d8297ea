"""A value of a setting as it is shown: what no table and no JSON can hold becomes text, and what is secret its length."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

from odkit.redaction import is_secret_key, mask, mask_urls
from odkit.text import plural

__all__ = ["shown_value"]


def shown_value(value: object, key: str = "", *, show_secrets: bool = False) -> object:
    """Return a value of a property list as JSON can hold it.

    Args:
        value: as it was read.
        key: of the setting that it belongs to; all that is below a secret key is shown as its length.
        show_secrets: show these, and passwords in URLs, too.

    Returns:
        The same dictionaries, lists, texts, numbers and truth values; data as its size, dates as ``2008-03-12T09:30:00Z``, numbers that
        JSON has no word for as text.
    """
    hide = not show_secrets and is_secret_key(key)
    if isinstance(value, Mapping):
        return {str(each): shown_value(inner, key if hide else str(each), show_secrets=show_secrets) for each, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown_value(inner, key, show_secrets=show_secrets) for inner in value]
    if isinstance(value, bytes):
        return f"({plural(len(value), 'byte')} of data)"
    if hide and not isinstance(value, bool):
        return mask(value if isinstance(value, str) else str(value))
    if isinstance(value, date):
        return f"{value.isoformat()}Z"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str):
        return value if show_secrets else mask_urls(value)
    return value
