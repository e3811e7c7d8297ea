"""Whether a name that was found in a text stands there as a host, or as a word that is spelled like one."""

from __future__ import annotations

from odkit.hostrefs._match import Hit
from odkit.values.hostspans import host_spans

__all__ = ["is_host"]


def is_host(kind: str, attribute: str, inside: str, text: str, hit: Hit) -> bool:
    """Tell whether a server's name or address is in a text as a host; its arguments are those of `host_spans`."""
    if inside.endswith("(key)"):
        return False
    named = text[hit.start : hit.end]
    spans = host_spans(kind, attribute, inside, text)
    return any(start <= hit.start and hit.end <= end and text[start:end].strip("[]").removesuffix(".") == named for start, end in spans)
