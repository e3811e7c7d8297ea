"""`Same`: lines that all records of a shape have in common, byte for byte: they are passed over, and compared for many records at once.

To pass over bytes costs a regular expression nothing, whatever they are: what it has found is right where they are the lines that they
should be.  Those were read when the shape was learned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from odkit.ldif._batch import Column, Match
from odkit.ldif._folds import LINE_ENDS

__all__ = ["Same", "passed_over"]


class Same:
    """Lines of one length that stand in records of a shape, or what lines end with.

    Args:
        texts: the lines, each with the line end before it, the most common first; and what patterns find in them, read.

    Attributes:
        texts: as above.
    """

    __slots__ = ("_each", "_found", "texts")

    def __init__(self, texts: Mapping[bytes, Sequence[Match]]) -> None:
        self.texts = texts
        self._each = (*texts, None)
        self._found = [(text, index, value) for text, found in texts.items() for index, value in found]  # nothing, for most

    @property
    def pattern(self) -> bytes:
        """A regular expression with one group, which fits any bytes of their number."""
        return b"((?s:.{%d}))" % len(next(iter(self.texts)))

    def begin(self, column: Sequence[bytes | None]) -> int:
        """Return how many records there are up to the first with something else; None in the column is a record without the lines."""
        left = len(column)
        for text in self._each:
            left -= column.count(text)
            if not left:
                return len(column)
        return next(index for index, text in enumerate(column) if text is not None and text not in self.texts)

    def columns(self, column: Sequence[bytes | None]) -> list[Column]:
        """Return what the patterns find in records that have the lines, or lack them."""
        return [(index, tuple([value if each == text else None for each in column])) for text, index, value in self._found]


def passed_over(start: bytes, same: Sequence[Same], *, optional: bool) -> bytes:
    """Return a pattern for lines that are compared afterwards, with a group for each length.

    Args:
        start: what they begin with, behind the line end before them.
        same: the lines, the shorter ones first, so that they end within the longer ones.
        optional: whether a record may lack them.
    """
    # behind the last one something follows in the shape that begins a line, or ends the record
    text = (LINE_ENDS + b"|").join(each.pattern for each in same)
    return b"(?:(?=\n" + re.escape(start) + b")" + b"(?:" + text + b"))?+" if optional else b"(?:" + text + b")"
