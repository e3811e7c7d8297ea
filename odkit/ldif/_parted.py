"""Many entries at once, parted into their values in base64 and all the rest: for questions to bytes that few entries answer with yes.

It is an optimisation: what cannot be parted so that nothing is lost of what the grammar reads is not parted (`part`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from odkit.patterns import regex

__all__ = ["Parted", "part"]

_BORDER = b"\n\0\n"
_CODED = regex(rb"::([^\n]*+(?:\n [^\n]*+)*+)")
_FOLDED_COLONS = b":\n :"


class Parted(NamedTuple):
    """Entries, parted.

    Attributes:
        whole: all of them as in the file, with a NUL on a line of its own between two.
        text: of that, what is before the first value in base64, between two of them, and behind the last one.
        coded: what stands behind each two colons, folded as in the file.
    """

    whole: bytes
    text: list[bytes]
    coded: list[bytes]

    @property
    def has_folded_colons(self) -> bool:
        """Whether a value in base64 may be in the text, because its two colons are parted by a fold."""
        return _FOLDED_COLONS in self.whole


def part(raws: Sequence[bytes]) -> Parted | None:
    """Part entries into text and values in base64.

    Args:
        raws: entries as they are in the file, each line of which the grammar accepts, but for what is not base64 although it says so.

    Returns:
        None where they are not in the usual form.
    """
    whole = _BORDER.join(raws)
    if b"\r" in whole or whole.count(b"\0") != len(raws) - 1:
        return None
    parts = _CODED.split(whole)
    return Parted(whole, parts[::2], parts[1::2])
