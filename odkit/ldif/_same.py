"""`Same`: lines that all records of a shape have in common, byte for byte: they are passed over, and compared for many records at once.

To pass over bytes costs a regular expression nothing, whatever they are: what it has found is right where they are the lines that they
should be.  Those were read when the shape was learned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from odkit.ldif._batch import Column, Match

__all__ = ["Same", "passed_over"]


class Same(NamedTuple):
    """Lines of one length that stand in records of a shape.

    Attributes:
        texts: the lines, each with the line end before it; and what patterns find in them, read.
    """

    texts: Mapping[bytes, Sequence[Match]]

    @property
    def pattern(self) -> bytes:
        """A regular expression with one group, which fits any bytes of their number."""
        return b"((?s:.{%d}))" % len(next(iter(self.texts)))

    def begin(self, column: Sequence[bytes | None]) -> int:
        """Return how many records there are up to the first with something else; None in the column is a record without the lines."""
        left = len(column)
        for text in (*self.texts, None):
            left -= column.count(text)
            if not left:
                return len(column)
        return next(index for index, text in enumerate(column) if text is not None and text not in self.texts)

    def columns(self, column: Sequence[bytes | None]) -> Iterator[Column]:
        """Yield what the patterns find in records that have the lines, or lack them."""
        for text, found in self.texts.items():
            for index, value in found:
                yield index, tuple([value if each == text else None for each in column])


def passed_over(start: bytes, same: Sequence[Same], *, optional: bool) -> bytes:
    """Return a pattern for lines that are compared afterwards, with a group for each length.

    Args:
        start: what they begin with, behind the line end before them.
        same: the lines, the shorter ones first, so that they end within the longer ones.
        optional: whether a record may lack them.
    """
    text = b"|".join(each.pattern + rb"(?=\n[^ ]|\Z)" for each in same)
    return b"(?:(?=\n" + re.escape(start) + b")" + b"(?:" + text + b"))?+" if optional else b"(?:" + text + b")"
