"""Shapes: what the records of one place have in common, learned from the first of them and found by one match for each of the others.

The index pass (`odkit.ldif._scan`) looks at every line of a record by itself.  Most records of a directory have the same attributes in the
same order, though, and some of their lines are the same in all of them.  A shape is one regular expression for such a record as a whole,
with the patterns of the pass in it, so that it finds exactly what the pass would find (tests/property/test_shape_laws.py); it passes over
lines that are the same in all records, which are compared afterwards (`Same`).  A record that a shape does not fit is left to the pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Protocol

from odkit.ldif._batch import Match
from odkit.ldif._elements import Element, merge, runs
from odkit.ldif._folding import Folding
from odkit.ldif._folds import CONTINUED, LINE_ENDS, continuations, continued
from odkit.ldif._look import ANY_NAME, Look
from odkit.ldif._same import Same, passed_over
from odkit.ldif._tails import tailed
from odkit.namedtuple import NamedTuple
from odkit.patterns import compiled, regex

__all__ = ["SIMPLE_RDN", "Shape", "Shapes"]

SIMPLE_RDN = rb"[A-Za-z][A-Za-z0-9-]*+=[A-Za-z0-9_.$:-]++"  # nothing in it is escaped: its normal form is itself in lower case

_SAMPLES = 64  # records that a shape is learned from at a time
_AGAIN = 16  # records that are not the same where they should be, before a place is learned again
_TIMES = 12  # that one place is learned; each waits for twice as many records that did not fit
_PLACES = 32
_ELEMENTS = 128  # of a shape
_LARGE = 1 << 14  # bytes of a record that is learned from
_LINE = regex(rb"\n(" + ANY_NAME + rb")(::?)( ?+)[^\n]*+" + CONTINUED)
_DN = regex(b"dn: " + SIMPLE_RDN + rb",[^\n]*+")
_NEXT_LINE = rb"|(?=\n))"  # ends a pattern for values in base64, and those that begin on the next line
_NAME_AGAIN = rb"(?![A-Za-z][A-Za-z0-9;-]*+:)"  # a continuation that reads like an attribute is looked at by itself


class _Scanner(Protocol):
    """What `re` makes for its own class `re.Scanner`: each match begins where the last one ended."""

    def match(self) -> re.Match[bytes] | None: ...


class Shape(NamedTuple):
    """Records of one place.

    Attributes:
        scanner: of a pattern that fits a border and the whole record behind it, up to the next border, or the end; the groups are its
            RDN, what the patterns find, and what stands where lines of all records are the same.
        parent: DN of the place, as written.
        groups: for each group but the first the index of its pattern, or what must stand there.
    """

    scanner: Callable[[bytes, int, int], _Scanner]
    parent: bytes
    groups: tuple[int | Same, ...]

    def matches(self, data: bytes, at: int, limit: int) -> list[re.Match[bytes]]:
        """Return the matches of consecutive records, up to the first that it does not fit.

        Args:
            data: bytes.
            at: the border before the first one.
            limit: where the records end.
        """
        return [*iter(self.scanner(data, at, limit).match, None)]


class _Place:
    """What was seen of a place."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted  # records to be seen before it is learned (again)
        self.samples: list[bytes] = []
        self.elements: list[Element] = []
        self.learned = 0  # number of records
        self.times = 0


class Shapes:
    """The shapes of one input.

    Args:
        look: what the pass looks for.
        find: the pass: finds in bytes what is not an ordinary line; the pattern's index is four less than that of the last group, which
            may be one behind those of all patterns, of lines that are passed over.
        folding: how the input folds its lines.

    Attributes:
        known: those that were learned.
        suspects: see `odkit.ldif._folding.Folding`; None where nobody asks for it.
    """

    def __init__(self, look: Look, find: Callable[[bytes, int], Iterator[re.Match[bytes]]], folding: Folding) -> None:
        self.known: list[Shape] = []
        self._patterns = look.patterns
        self._find = find
        self.suspects = folding.suspects if look.doubting else None
        self._width = folding.width if look.doubting else 0
        self._learn_after = look.learn_after
        self._places: dict[bytes, _Place] = {}

    # what follows is for learning: of a small input nothing is learned

    @cached_property
    def _coded(self) -> bool:
        """Whether base64 is looked at in all attributes."""
        return any(not each.names for each in self._patterns)

    @cached_property
    def _but(self) -> dict[bytes, bytes]:
        """By the colons: base64 that reads like an attribute is none, which the pattern says that looks at it."""
        return {b":": _NAME_AGAIN, b"::": b"" if self._coded else _NAME_AGAIN}

    @cached_property
    def _continued(self) -> dict[bytes, bytes]:
        """By the colons: a pattern for continuations."""
        doubting = self.suspects is not None
        return {colons: continued(self._width, but) if doubting else CONTINUED for colons, but in self._but.items()}

    @cached_property
    def _first(self) -> dict[tuple[bytes, bytes], int]:
        """By name and colons: the index of the pattern that is asked first."""
        found: dict[tuple[bytes, bytes], int] = {}
        for index, each in enumerate(self._patterns):
            for name in each.names:
                for colons in (b":", b"::"):
                    if not each.pattern.startswith(name + (b":: " if colons == b":" else b": ")):
                        found.setdefault((name, colons), index)
        return found

    def met(self, data: bytes, start: int, stop: int, parent: bytes) -> None:
        """Take note of a regular record that no shape fits: its bytes from ``start`` to ``stop``, and the rest of its DN."""
        place = self._places.get(parent)
        if place is None:
            if len(self._places) >= _PLACES:
                return
            place = self._places[parent] = _Place(self._learn_after)
        place.wanted -= 1
        if place.wanted < _SAMPLES and stop - start <= _LARGE and place.times < _TIMES:
            place.samples.append(data[start:stop])
            if place.wanted <= 0:
                self._learn(parent, place)

    def differs(self, shape: Shape) -> None:
        """Take note of a record that is not the same where it should be; with more of them the place is learned again."""
        place = self._places[shape.parent]
        place.wanted = min(place.wanted, _AGAIN)

    def _learn(self, parent: bytes, place: _Place) -> None:
        for raw in place.samples:
            found = self._elements(raw)
            if found:
                merge(place.elements, found)
                place.learned += 1
        place.samples.clear()
        place.times += 1
        place.wanted = self._learn_after << place.times
        if not 0 < len(place.elements) <= _ELEMENTS:
            place.times = _TIMES
            return
        self.known = [each for each in self.known if each.parent != parent]
        self.known.insert(0, self._shape(parent, place))

    def _elements(self, raw: bytes) -> list[Element]:
        """Return the lines of a record; none for one that cannot be learned from."""
        dn = _DN.match(raw)
        if dn is None:
            return []
        found: dict[int, tuple[int, int, bytes]] = {}
        for match in self._find(raw, dn.end()):
            if match.lastindex is None:
                return []
            if match.lastindex - 4 < len(self._patterns):
                found[match.start()] = (match.lastindex - 4, match.end(), match[match.lastindex])
        out: list[Element] = []
        at = dn.end()
        lines = _LINE.finditer(raw, at)
        for line in lines:
            start, stop = line.span()
            if start != at:
                break
            name, colons, blank = line.groups()
            pattern, end, value = found.get(at, (-1, at, b""))
            if pattern >= 0:
                if self._first.get((name, colons), pattern) != pattern:
                    return []  # another one is asked first
                if stop < end:  # it has found several lines
                    stop = next((each.end() for each in lines if each.end() >= end), at)
            text = raw[at:stop]
            element = Element((pattern, name, colons), text, value, rest=pattern >= 0 and end < stop, blank=bool(blank))
            if element.folded and self.suspects is not None and next(self.suspects(text), None) is not None:
                element.doubt()
            if pattern < 0 and out and out[-1].key == element.key:
                out[-1].append(element)
            else:
                out.append(element)
            at = stop
        return out if at == len(raw) else []

    def _shape(self, parent: bytes, place: _Place) -> Shape:
        parts = [b"\n\ndn: (" + SIMPLE_RDN + b")," + re.escape(parent)]
        groups: list[int | Same] = []
        for run, is_same in runs(place.elements, place.learned):
            same = self._same(run) if is_same else None
            if same is None:
                for each in run:
                    part, found = self._part(each, optional=each.count < place.learned)
                    parts.append(part)
                    groups += found
            else:
                parts.append(passed_over(run[0].start, same, optional=run[0].count < place.learned))
                groups += same
        parts.append(rb"(?=\n\n(?!\n)|\Z)")
        return Shape(compiled(b"".join(parts)).scanner, parent, tuple(groups))  # type: ignore[attr-defined]

    def _part(self, element: Element, *, optional: bool) -> tuple[bytes, Sequence[int | Same]]:
        """Return a pattern for lines that are not the same in all records, and what its groups are."""
        index, name, colons = element.key
        if index < 0 and element.blank and self._left(element) > 0:
            start, left = re.escape(name + colons) + b" ", self._left(element)
            value = self._folded_value(element, left, usual=0)
            text, same = tailed(element.tails, start, left, value, many=element.many, optional=optional)
            if same:
                return text, same
        text = b"\n" + self._line(element, usual=0 if element.many or optional else element.usual_folds)
        if element.many or optional:
            text = b"(?:" + text + b")" + (b"*+" if element.many and optional else b"++" if element.many else b"?+")
        return text, [index] if index >= 0 else []

    def _same(self, elements: Sequence[Element]) -> list[Same] | None:
        """Return lines that all records have in common, the shortest first; None if a value in them cannot be read."""
        texts: dict[bytes, tuple[Match, ...]] = {b"": ()}
        for each in elements:
            read = self._patterns[each.key[0]].read if each.key[0] >= 0 else lambda _: None
            try:
                found = {text: value if read is None else read(value) for text, value in each.texts.items()}
            except ValueError:
                return None
            texts = {
                before + text: (*matches, (each.key[0], value)) if value is not None else matches
                for before, matches in texts.items()
                for text, value in found.items()
            }
        by_length: dict[int, dict[bytes, tuple[Match, ...]]] = {}
        for text, matches in texts.items():
            by_length.setdefault(len(text), {})[text] = matches
        return [Same(by_length[length]) for length in sorted(by_length)]

    def _line(self, element: Element, usual: int) -> bytes:
        index, name, colons = element.key
        rest = rb"[^\n]*+" + (self._continued[colons] if element.folded else b"")
        if index < 0:
            return self._ordinary_line(element, re.escape(name + colons), rest, usual)
        pattern = self._patterns[index].pattern.replace(CONTINUED, self._continued[colons]).replace(ANY_NAME, re.escape(name))
        starts = [name + colons, re.escape(name) + colons]
        if colons == b"::":
            pattern = pattern.replace(_NEXT_LINE, b")")  # behind one colon comes the other
            any_value = rb":(:[^\n]*+" + self._continued[colons] + b")"
            if element.folded and self._left(element) >= 0 and pattern.endswith(any_value):
                pattern = pattern.removesuffix(any_value) + b":(:(?:" + self._folded_value(element, self._left(element) + 1, usual) + b"))"
            starts += [name + b":(:", re.escape(name) + b":(:"]
        if not element.rest:  # what follows in the shape begins a line, or ends the record: that this line ends there is told by it
            pattern = pattern.removesuffix(LINE_ENDS)
        # of two colons another pattern may be asked first
        ahead = b"(?=" + re.escape(name + colons) + (b")" if colons == b"::" else b"(?!:))")
        literal = pattern.startswith(tuple(starts))
        return (b"" if literal else ahead) + b"(?:" + pattern + b")" + (rest if element.rest else b"")

    def _ordinary_line(self, element: Element, start: bytes, rest: bytes, usual: int) -> bytes:
        """Return the pattern of a line that none of the pass looks at."""
        colons = element.key[2]
        if not element.blank:
            return start + ((rb"[^<:\n]" if self._coded else b"(?=[^<])") if colons == b":" else b"") + rest
        if not element.folded or self._left(element) <= 0:
            return start + b" " + rest
        return start + b" (?:" + self._folded_value(element, self._left(element), usual) + b")"

    def _left(self, element: Element) -> int:
        """Return how many bytes of its value the first line of a folded element has; 0 or less where that is not known."""
        return self._width - len(element.start) - len(b" ")

    def _folded_value(self, element: Element, left: int, usual: int) -> bytes:
        """Return the pattern of what is folded at the usual width, or not at all.

        Args:
            element: that it is the value of.
            left: bytes of it on the first line.
            usual: how often it is folded in most records, which is tried first; 0 where that is not known, or nothing else would be tried
                when what follows does not fit.
        """
        but = self._but[element.key[2]]
        first = rb"[^\n]{%d}" % left
        line = rb"\n %b[^\n]{%d}" % (but, self._width - 1)
        unrolled = first + line * (usual - 1) + line.replace(b"{", b"{0,") + b"+|" if usual else b""
        return unrolled + first + continuations(self._width, but) + rb"(?![^\n])|[^\n]*+"
