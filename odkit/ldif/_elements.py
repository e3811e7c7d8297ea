"""`Element`: what a shape has in one place: the lines of one attribute, as samples of it have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from odkit.ldif._tails import Tails

__all__ = ["Element", "merge", "runs"]

_WORTH = 96  # bytes of lines: to compare so many costs less than to match them
_LONG, _SOME = 512, 3  # bytes of lines that are compared even where but some records have them, and how many
_FOLDS = 4  # that are looked at one by one
_FEW = 4  # texts in one place that are remembered


class Element:
    """Lines of a shape: one that a pattern fits, or any number of one attribute that none looks at.

    Args:
        key: index of the pattern or -1, the attribute description, and the colons behind it.
        text: the lines, each with the line end before it.
        value: what the pattern finds.
        rest: whether they are longer than what the pattern fits.
        blank: whether a blank is before each value.

    Attributes:
        key: as above.
        texts: the few texts that records have there, each with what the pattern finds in it; none where nearly every record has its own.
        count: number of the records that have it.
        folded, many, rest: whether one has it folded, several times, or longer than what the pattern fits.
        blank: as above.
        tails: what the lines end with.
        folds: how often they are folded in all of these records.
    """

    __slots__ = ("blank", "count", "folded", "folds", "key", "many", "rest", "tails", "texts")

    def __init__(self, key: tuple[int, bytes, bytes], text: bytes, value: bytes, *, rest: bool, blank: bool) -> None:
        self.key = key
        self.count = 1
        self.texts = {text: value}
        self.folds = text.count(b"\n ")
        self.folded, self.many, self.rest, self.blank = self.folds > 0, False, rest, blank
        self.tails = Tails(text)

    @property
    def start(self) -> bytes:
        """What its lines begin with."""
        return self.key[1] + self.key[2]

    @property
    def usual_folds(self) -> int:
        """How often its one line is folded in most records; 0 where it is not, or so often that nothing is gained by knowing it."""
        folds = round(self.folds / self.count)
        return folds if folds <= _FOLDS and not self.rest else 0

    def is_same(self, learned: int) -> bool:
        """Tell whether it is the same, or one of a few, in all of so many records that have it: most of them, or some of a long one."""
        is_long = self.count >= _SOME and min(map(len, self.texts), default=0) >= _LONG
        return bool(self.texts) and (2 * self.count > learned or is_long)

    def is_worth_it(self) -> bool:
        """Tell whether to compare it costs less than to match it; it always does where base64 would be looked at."""
        return (self.key[0] >= 0 and self.key[2] == b"::") or min(map(len, self.texts)) >= _WORTH

    def doubt(self) -> None:
        """Compare nothing with its lines: they may have taken in others."""
        self.texts.clear()
        self.tails.clear()

    def append(self, line: Element) -> None:
        """Add a further line of the same record."""
        self.many = True
        self.folded |= line.folded
        self.blank &= line.blank
        self.texts = {one + other: b"" for one in self.texts for other in line.texts}
        self.tails.append(line.tails)

    def merge(self, other: Element) -> None:
        """Add the lines of one more record."""
        self.count += 1
        self.folded |= other.folded
        self.folds += other.folds
        self.many |= other.many
        self.rest |= other.rest
        self.blank &= other.blank
        self.tails.merge(other.tails)
        known = bool(self.texts and other.texts)
        self.texts |= other.texts
        if not known or len(self.texts) > (1 if self.many else _FEW):  # the end of several lines may be that of fewer of them
            self.texts.clear()


def merge(known: list[Element], found: list[Element]) -> None:
    """Add the lines of one more record where they fit in."""
    at = 0
    for each in found:
        key = each.key
        if at < len(known) and known[at].key == key:  # nearly every one
            place: int | None = at
        else:
            place = next((index for index in range(at, len(known)) if known[index].key == key), None)
        if place is None:
            known.insert(at, each)
            place = at
        else:
            known[place].merge(each)
        at = place + 1


def runs(elements: Sequence[Element], learned: int) -> Iterator[tuple[list[Element], bool]]:
    """Yield elements, one by one or together, and whether they are to be compared.

    Those that come together follow each other, are in every record, and the same in all of them, but for one of them with a few texts.
    """
    together: list[Element] = []
    for each in elements:
        is_same = each.is_same(learned)
        few = len(each.texts) > 1
        if is_same and each.count == learned and (not few or each.is_worth_it()):
            if few and any(len(other.texts) > 1 for other in together):  # of two, there would be as many as both have together
                yield from _compared(together)
                together = []
            together.append(each)
            continue
        yield from _compared(together)
        together = []
        yield [each], is_same and each.is_worth_it()
    yield from _compared(together)


def _compared(elements: list[Element]) -> Iterator[tuple[list[Element], bool]]:
    if any(each.is_worth_it() for each in elements) or sum(len(text) for each in elements for text in each.texts) >= _WORTH:
        yield elements, True
    else:
        yield from (([each], False) for each in elements)
