"""`Tails`: what lines of one attribute end with, where those of many records end in the same: a key behind each user's own name and slot.

A line is looked at up to its first fold; its continuations are passed over, and compared afterwards with those that were read when the
shape was learned (`odkit.ldif._same`).  Where a longer name moves the folds behind it, there is one text for each length of names.
"""

from __future__ import annotations

from itertools import chain

from odkit.ldif._same import Same

__all__ = ["Tails", "tailed"]

_WORTH = 96  # bytes of continuations: to compare so many costs less than to match them
_FEW = 16  # different ones of one line that are remembered
_LINES = 4  # of an attribute in one record, of which each is looked at by itself
_STEP = 32  # a pattern that stays the same when another text is learned need not be compiled again
_PASSED_OVER = rb"(\n (?s:.{%d})[^\n]*+(?:\n [^\n]*+)*+)"  # nearly as many bytes as the shortest has, and up to the end of the line


class Tails:
    """The continuations of the lines of one attribute.

    Args:
        text: of a line, with the line end before it.

    Attributes:
        lines: for each line of a record, in order, how many records have which continuations; None where one has none, or nearly every
            one its own.
    """

    __slots__ = ("lines",)

    def __init__(self, text: bytes) -> None:
        fold = text.find(b"\n", 1)
        self.lines: list[dict[bytes, int] | None] = [{text[fold:]: 1} if fold > 0 else None]

    def append(self, line: Tails) -> None:
        """Add those of a further line of the same record."""
        self.lines += line.lines

    def merge(self, other: Tails) -> None:
        """Add those of one more record."""
        for place, found in enumerate(other.lines[:_LINES]):
            if place >= len(self.lines):
                self.lines.append(found)
                continue
            known = self.lines[place]
            if known is None or found is None:
                self.lines[place] = None
                continue
            for text, count in found.items():
                known[text] = known.get(text, 0) + count
            if len(known) > _FEW:
                self.lines[place] = None

    def clear(self) -> None:
        """Forget them: nothing is told by continuations that may be lines of their own."""
        self.lines = [None]

    def same(self) -> list[Same]:
        """Return for each line up to the first that must be matched the continuations, its own and then those of the others."""
        found: list[list[bytes]] = []
        for each in self.lines[:_LINES]:
            if each is None or min(map(len, each)) < _WORTH:
                break
            found.append(sorted(each, key=each.__getitem__, reverse=True))  # what is most common is compared first
        # where a record lacks a line, the next one stands in its place
        return [Same(dict.fromkeys(chain(own, *found), ())) for own in found]


def tailed(tails: Tails, start: bytes, left: int, value: bytes, *, many: bool, optional: bool) -> tuple[bytes, list[Same]]:
    """Return a pattern for the lines of an attribute, with a group for each line whose continuations are to be compared; and those.

    Args:
        tails: of the attribute.
        start: pattern of what a line starts with, up to the blank behind the colon.
        left: bytes of its first physical line behind that, where it is folded.
        value: pattern of any value.
        many: whether there may be several lines.
        optional: whether there may be none.

    Returns:
        Nothing where all of them must be matched.
    """
    found = tails.same()
    if not found:
        return b"", []
    size = min(len(text) for each in found for text in each.texts) - len(b"\n ")
    first = line = b"(?:\n%b[^\n]{%d}%b)?+" % (start, left, _PASSED_OVER % (size - size % _STEP))
    if not optional:
        first = line.removesuffix(b")?+") + b"|(?=\n" + start + b"))"
    others = b"(?:\n" + start + b"(?:" + value + b"))" + (b"*+" if many else b"?+")
    return first + line * (len(found) - 1) + others, found
