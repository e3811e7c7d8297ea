"""Tells whether a name in a text means the host, or is a word that is spelled like it."""

from __future__ import annotations

from odkit.hostrefs._match import Hit
from odkit.values.hostspans import host_spans

__all__ = ["is_host"]


def is_host(kind: str, attribute: str, inside: str, text: str, hit: Hit) -> bool:
    """Tell whether a server's name or address means the host there; the arguments are those of `host_spans`."""
    if inside.endswith("(key)"):
        return False
    named = text[hit.start : hit.end]
    spans = host_spans(kind, attribute, inside, text)
    return any(start <= hit.start and hit.end <= end and text[start:end].strip("[]").removesuffix(".") == named for start, end in spans)
