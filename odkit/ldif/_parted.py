"""Bytes of many entries at once, parted into values in base64 and all the rest: for questions that few entries answer with yes.

It is an optimisation: what cannot be parted so that nothing is lost of what the grammar reads is not parted (`part`).
"""

from __future__ import annotations

from odkit.namedtuple import NamedTuple
from odkit.patterns import regex

__all__ = ["Parted", "part"]

_CODED = regex(rb":(?:\n )*+:([^\n]*+(?:\n [^\n]*+)*+)")


class Parted(NamedTuple):
    """Entries, parted.

    Attributes:
        text: what is before the first value in base64, between two of them, and behind the last one, as in the file.
        coded: what stands behind each two colons, as in the file.
    """

    text: list[bytes]
    coded: list[bytes]


def part(data: bytes) -> Parted | None:
    """Part entries into text and values in base64.

    Args:
        data: entries as they are in the file, each line of which the grammar accepts, but for what is not base64 although it says so.

    Returns:
        None where they are not in the usual form.
    """
    if b"\r" in data or b"\0" in data:
        return None
    parts = _CODED.split(data)
    if sum(map(len, parts)) + len(parts) - 1 != len(data):
        return None  # two colons are parted by a fold
    return Parted(parts[::2], parts[1::2])
