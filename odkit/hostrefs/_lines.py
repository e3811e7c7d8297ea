"""The lines of many records that can name a server, without parsing the records: most lines of most records name none.

It is an optimisation of `Search.places`: a record is left to that (None) where a look at its lines alone is not sure to give the same
(tests/property/test_reference_laws.py).
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterator
from typing import NamedTuple

from odkit.directory import Directory, Stretch
from odkit.hostrefs._sieve import LOWER, Sieve
from odkit.ldif import is_attribute_description, part
from odkit.patterns import regex
from odkit.values.texts import hides_text

__all__ = ["Line", "Named", "NamingLines"]

_DN = regex(rb"\ndn: [A-Za-z][A-Za-z0-9-]*=[^,+\"\\<>;=\n]+(?=[,+\n])")
_ALONE = frozenset((b"dn", b"changetype", b"control", b"version"))  # inside an entry they need the grammar
_COLON, _LESS = b":<"
_MEMORY = 1 << 13  # values in base64 that are remembered
_HIDING = (b"&", b"<", b"\x1b")
_MARK = b"\1"  # stands around the number of a value in base64


class Line(NamedTuple):
    """A line that can name a server.

    Attributes:
        attribute: its description.
        place: of the value among those of the attribute.
        value: as it is in the directory.
        number: physical line, from that of the record's first byte.
    """

    attribute: str
    place: int
    value: bytes
    number: int


Named = tuple[int, str, list[Line] | None]


class NamingLines:
    """Finds lines that can name the servers of a sieve.

    Args:
        sieve: of the search.
        od: the export.
    """

    def __init__(self, sieve: Sieve, od: Directory) -> None:
        self._sieve = sieve
        self._od = od
        self._clean: set[bytes] = set()  # values in base64, as in a file, that name none
        self._numbers: dict[bytes, int] = {}  # and those that may name one: their places among the values
        self._values: list[bytes] = []
        self._names: dict[bytes, str] = {}
        self._spellings: dict[bytes, bytes] = {}
        self._dense = False  # whether the last records named one: the next ones often do
        self._alike: set[bytes] = set()  # of those names, those that hold what is looked for

    def of(self, stretch: Stretch) -> Iterator[Named] | None:
        """Find the lines of consecutive records.

        Returns:
            For each record that can name a server its place among them, its DN, and those lines, or None where the record must be
            parsed to know.  None where that is so of all.
        """
        if self._sieve.many or self._sieve.letters:
            return None
        parts = part(stretch.raws)
        if parts is None or not self._learn(set(parts.coded)):
            return None
        plain = b"::".join(parts.text)
        marked = not self._numbers.keys().isdisjoint(parts.coded)
        if not self._dense and not marked and not self._may_name(plain) and not parts.has_folded_colons:
            return iter(())
        if _MARK in plain or parts.has_folded_colons or not self._od.joined_ids.isdisjoint(stretch.numbers):
            return None
        if marked:
            text = parts.text
            for place, value in enumerate(parts.coded):
                if value in self._numbers:
                    text[place] += b"::%b%d" % (_MARK, self._numbers[value])
            plain = b"::".join(text)
        lines = b"".join((b"\n%b\n" % plain).split(b"\n "))
        if b"<?xml" in lines or b"plist" in lines:
            return None
        low = lines.lower()
        pieces = [piece for piece in (*self._sieve.pieces, _MARK) if piece in low]
        self._dense = bool(pieces)
        if not pieces and b"\\" not in lines:
            return iter(())
        return self._records(stretch.raws, lines.split(b"\0"), low.split(b"\0"), pieces)

    def _may_name(self, plain: bytes) -> bool:
        """Tell whether the text of records can name a server, or must be looked at to know."""
        low = plain.translate(LOWER, b"\n ")  # names are sought without line ends, because those may fold them
        if any(piece in low for piece in (*self._sieve.pieces, b"\\")):
            return True
        # a property list that is not in base64 may hide a name; nearly no text has what can hide one
        odd = not plain.isascii() or any(byte in plain for byte in _HIDING)
        return odd and hides_text(plain) and (b"<?xml" in low or b"plist" in low)

    def _learn(self, coded: set[bytes]) -> bool:
        """Learn whether values in base64 can name a server.  Returns False if one is no base64."""
        if len(self._clean) + len(self._values) > _MEMORY:
            self._clean.clear()
            self._numbers.clear()
            self._values.clear()
        fresh = coded - self._clean - self._numbers.keys()
        try:
            read = [(each, each.replace(b"\n ", b"").strip(b" ")) for each in fresh]
            values = [(each, text, a2b_base64(text, strict_mode=True)) for each, text in read]
        except Base64Error:
            return False
        for each, value in self._naming(values):
            self._numbers[each] = len(self._values)
            self._values.append(value)
            fresh.discard(each)
        self._clean |= fresh
        return True

    def _naming(self, values: list[tuple[bytes, bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
        """Yield those that can name a server, as in the file and as they are.

        Args:
            values: as in the file, unfolded, and as they are.
        """
        hides, may_name = self._sieve.hides, self._sieve.text
        if any(hides(value) for _, _, value in values):
            yield from ((each, value) for each, text, value in values if self._sieve.value(value) or may_name(text))
        elif may_name(b"\n".join([value for _, _, value in values])) or may_name(b"\n".join([text for _, text, _ in values])):
            # two colons may stand inside a value, too, which then is what it looks like
            yield from ((each, value) for each, text, value in values if may_name(value) or may_name(text))

    def _records(self, raws: list[bytes], texts: list[bytes], lows: list[bytes], pieces: list[bytes]) -> Iterator[Named]:
        """Yield what `of` returns.

        Args:
            raws: the records as in the file.
            texts: the same, unfolded, values in base64 left out, between line ends.
            lows: the same in lower case.
            pieces: that are looked for.
        """
        escaped = any(b"\\" in text for text in texts)
        first, *others = pieces or (b"\0",)  # nothing is NUL
        for place, low in enumerate(lows):
            named = first in low or (others and any(piece in low for piece in others))
            text = texts[place]
            if not named and not (escaped and b"\\" in text):
                continue
            dn = _DN.match(text)
            stop = text.find(b"\n", 1)
            if dn is None or any(low.find(piece, 0, dn.end()) >= 0 for piece in pieces) or not (name := text[5:stop]).isascii():
                yield place, "", None
            elif named:
                yield place, name.decode("ascii"), self._lines(raws[place], text, low, pieces, stop)

    def _lines(self, raw: bytes, text: bytes, low: bytes, pieces: list[bytes], start: int) -> list[Line] | None:
        """Return the lines of a record.  For the arguments see `_records`; the dn ends at ``start``."""
        found: list[Line] = []
        places: dict[bytes, _Place] = {}
        name, at = b"", None
        for begin, end in _spans(low, pieces, start):
            if at is None or text[begin - 1 : begin + len(name) + 1] != at.head:
                colon = text.find(b":", begin, end)
                name = text[begin:colon]
                if colon < 0 or (name not in self._names and not self._learns(name)):
                    return None
                at = places.get(name)
                if at is None:
                    at = places[name] = _Place(b"\n%b:" % name)
                    if not at.is_sure(raw, low):
                        return None
            colon = begin + len(name)
            if name in self._alike and not any(low.find(piece, colon, end) >= 0 for piece in pieces):
                continue
            kind = text[colon + 1]
            if kind == _COLON:
                if end == colon + 2:
                    continue  # it names none
                if text[colon + 2] != _MARK[0]:
                    return None
                value = self._values[int(text[colon + 3 : end - 2])]
            elif kind == _LESS or text.endswith(b"::", colon + 1, end):
                return None
            else:
                value = text[colon + 1 : end].lstrip(b" ")
            index = at.move(raw, low, begin)
            found.append(Line(self._names[name], index, value, at.number))
        if len(places) > 1:  # attributes are in the order of their first values, values of one together
            first = {self._names[name]: text.find(at.head) for name, at in places.items()}
            found.sort(key=lambda line: first[line.attribute])
        return found

    def _learns(self, name: bytes) -> bool:
        """Learn an attribute description; return False for none, and for another spelling of a known one."""
        key = name.lower()
        if not is_attribute_description(name) or key in _ALONE or self._spellings.setdefault(key, name) != name:
            return False
        if any(piece in key for piece in self._sieve.pieces):
            self._alike.add(name)
        self._names[name] = name.decode("ascii")
        return True


class _Place:
    """Where the lines of an attribute are: how many were passed, and the last one of them in the file."""

    __slots__ = ("_index", "_low", "_lower", "_raw", "head", "number")

    def __init__(self, head: bytes) -> None:
        self.head = head
        self._lower = head.lower()
        self._low = self._index = 0
        self._raw = -1
        self.number = 0  # of the line

    def is_sure(self, raw: bytes, low: bytes) -> bool:
        """Tell whether no other spelling, and no fold in the attribute's name, hides a line."""
        return raw.count(self.head) == low.count(self._lower)

    def move(self, raw: bytes, low: bytes, begin: int) -> int:
        """Go to the line that begins there in the text; return the index of its value."""
        before = at = self._raw
        for _ in range(low.count(self._lower, self._low, begin - 1)):
            at = raw.find(self.head, at + 1)
            self._index += 1
        self._raw = at = raw.find(self.head, at + 1)
        self.number += raw.count(b"\n", before + 1, at + 1)
        self._low = begin
        self._index += 1
        return self._index - 1


def _spans(low: bytes, pieces: list[bytes], start: int) -> list[tuple[int, int]]:
    """Return where the lines that hold one of the pieces begin and end, in their order, from a line end on."""
    found: list[tuple[int, int]] = []
    for piece in pieces:
        at = low.find(piece, start)
        while at >= 0:
            end = low.find(b"\n", at)
            found.append((low.rfind(b"\n", 0, at) + 1, end))
            at = low.find(piece, end)
    return sorted({*found}) if len(pieces) > 1 else found
