"""Attribute values as text."""

from __future__ import annotations

from odkit.ldif import Attributes, UnfetchedURL
from odkit.text import decode

__all__ = ["text_of", "texts_of"]


def texts_of(attributes: Attributes, name: str) -> list[str]:
    """Return values of an attribute as text; bytes that are not UTF-8 become surrogates, URL values are left out.

    Args:
        attributes: of one entry.
        name: attribute description, in any case.
    """
    values = attributes.get(name, ())
    if len(values) == 1 and type(values[0]) is bytes:
        return [values[0].decode("utf-8", "surrogateescape")]
    try:
        if {*map(type, values)} <= {bytes}:
            return [*map(bytes.decode, values)]
    except UnicodeDecodeError:
        pass
    return [decode(value) for value in values if not isinstance(value, UnfetchedURL)]


def text_of(attributes: Attributes, name: str) -> str | None:
    """Return the first value of an attribute as text; None when there is none."""
    for value in attributes.get(name, ()):
        if type(value) is bytes:  # nearly always, and asked many times
            return value.decode("utf-8", "surrogateescape")
        if not isinstance(value, UnfetchedURL):
            return decode(value)
    return None
