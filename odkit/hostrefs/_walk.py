"""Going through the records of a stretch, from one line that can name a server to the next, without parsing them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from odkit.directory import Stretch
from odkit.ldif import is_attribute_description
from odkit.namedtuple import NamedTuple
from odkit.patterns import regex

__all__ = ["Hits", "Line", "Named", "Names", "Walk"]

_DN = regex(rb"dn: [A-Za-z][A-Za-z0-9-]*=([^,+\"\\<>;=\n]+)(?:(,)|(?=\+)|\Z)")
_LOGICAL = regex(rb"[^\n]*+(?:\n [^\n]*+)*+")
_ALONE = frozenset((b"dn", b"changetype", b"control", b"version"))  # inside an entry they need the grammar
_LONG = 8  # bytes of a name that stands in few values
_NO_LINE = b"\n:"


class Line(NamedTuple):
    """A line that can name a server.

    Attributes:
        attribute: its description.
        place: of the value among those of the attribute.
        raw: the line as it is in the file, folded, with its description.
        coded: the value, where it is in base64.
        number: physical line.
    """

    attribute: str
    place: int
    raw: bytes
    coded: bytes | None
    number: int

    @property
    def value(self) -> bytes:
        """As it is in the directory."""
        if self.coded is not None:
            return self.coded
        return self.raw[len(self.attribute) + 1 :].replace(b"\n ", b"").lstrip(b" ")


class Hits(NamedTuple):
    """Where names of servers may stand in a record, whose lines are looked at when they are asked for.

    Attributes:
        walk: through the records.
        dn: of the record, as written.
        own: value of its first RDN, nothing where that has several.
        start: end of the line with its DN.
        stop: end of the record.
        places: of the names.
        raw: the bytes from the line of the first name to the end of that of the last one; nothing where its first line is not known.
        before: number of values of that line's attribute before it.
        number: physical line of that line.
    """

    walk: Walk
    dn: str
    own: bytes
    start: int
    stop: int
    places: list[int]
    raw: bytes
    before: int
    number: int

    def lines(self) -> list[Line] | None:
        """Return the lines with names; None where the record must be parsed.  To be asked before the next record is."""
        return self.walk.lines(self)


Named = tuple[int, Hits | None]  # the place of a record in its stretch, and where it may name a server


class Names:
    """Attribute descriptions, as they were met.

    Attributes:
        known: as in the file -> as text.
        alike: those that hold what is looked for.
        pieces: what is looked for.
        head: the description of the last line that was looked at, between a line end and a colon.
    """

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces = pieces
        self.known: dict[bytes, str] = {}
        self.alike: set[bytes] = set()
        self.head = _NO_LINE
        self._spellings: dict[bytes, bytes] = {}

    def learns(self, name: bytes) -> bool:
        """Learn a description; return False for none, and for another spelling of a known one."""
        if name in self.known:
            return True
        key = name.lower()
        if not is_attribute_description(name) or key in _ALONE or self._spellings.setdefault(key, name) != name:
            return False
        if any(piece in key for piece in self.pieces):
            self.alike.add(name)
        self.known[name] = name.decode("ascii")
        return True


class Walk:
    """Goes through the records of a stretch, from one line that can name a server to the next.

    Args:
        stretch: the records.
        line: physical line of its first byte.
        names: attribute descriptions.
        marked: see `NamingLines._marked`.
        values: in base64, that can name a server.
        low: the text without values in base64, in lower case, without line ends and blanks.
        plain: the same text as in the file.
    """

    def __init__(
        self, stretch: Stretch, line: int, names: Names, marked: dict[int, int], values: list[bytes], low: bytes, plain: bytes
    ) -> None:
        self._stretch = stretch
        self._data = stretch.data
        self._line, self._counted = line, 0
        self._names, self._marked, self._values = names, marked, values
        self._low, self._plain = low, plain
        self._small: bytes | None = None
        self._sure: dict[bytes, bool] = {}

    def named(self, found: list[int], parsed: frozenset[int], escaped: frozenset[int]) -> Iterator[Named]:
        """Yield what `NamingLines.of` returns.

        Args:
            found: where a record may name a server.
            parsed: ids of the records that must be parsed.
            escaped: those of these places that are escapes in a DN.
        """
        start, first = self._stretch.start, self._stretch.numbers[0]
        starts, ends = ([offset - start for offset in each] for each in (self._stretch.offsets, self._stretch.ends))
        at = 0
        while at < len(found):
            place = bisect_right(starts, found[at]) - 1
            behind = bisect_left(found, ends[place], at)
            if behind > at:  # else it stands between two records
                places = found[at:behind]
                is_parsed = first + place in parsed or (escaped and not escaped.isdisjoint(places))
                yield place, None if is_parsed else self._hits(starts[place], ends[place], places)
            at = max(behind, at + 1)
        self._stretch.make.note_line(start + self._counted, self._line)

    def _hits(self, start: int, stop: int, places: list[int]) -> Hits | None:
        """Return where a record may name a server, None where it must be parsed.

        Args:
            start: of the record.
            stop: its end.
            places: in it at which names may stand.
        """
        data, head = self._data, self._names.head
        end = data.find(b"\n", start, stop)
        if end < 0:
            return None
        text = data[start:end]
        if data[end + 1 : end + 2] == b" ":
            end = self._end(start, stop)
            text = data[start:end].replace(b"\n ", b"")
        dn = _DN.match(text)
        if dn is None or not text.isascii() or (places[0] < end and self._named(dn[0])):
            return None
        if places[0] < end:
            places = [place for place in places if place >= end]
        name, own = text[4:].decode("ascii"), dn[1] if dn[2] else b""
        begin = data.rfind(head, end, places[0]) if places else -1
        if begin < 0 or not (self._sure.get(head) or self._is_sure(head, start, stop)) or self._has_marked(places):
            return Hits(self, name, own, end, stop, places, b"", 0, 0)
        last = data.find(b"\n", places[-1], stop)
        while last >= 0 and data[last + 1 : last + 2] == b" ":
            last = data.find(b"\n", last + 1, stop)
        self._line += data.count(b"\n", self._counted, begin + 1)
        self._counted = begin + 1
        raw = data[begin + 1 : last if last >= 0 else stop]
        return Hits(self, name, own, end, stop, places, raw, data.count(head, end, begin), self._line)

    def _has_marked(self, places: list[int]) -> bool:
        return bool(self._marked) and not self._marked.keys().isdisjoint(places)

    def lines(self, hits: Hits) -> list[Line] | None:
        """See `Hits.lines`."""
        data, head, known, stop = self._data, self._names.head, self._names.known, hits.stop
        found: list[Line] = []
        passed: dict[bytes, tuple[int, int]] = {}
        end = hits.start
        for place in hits.places:
            if place < end:
                continue
            begin = data.rfind(b"\n", end, place)
            while data[begin + 1 : begin + 2] == b" ":
                begin = data.rfind(b"\n", end, begin)
            end = self._end(begin + 1, stop)
            colon = data.find(b":", begin, end) + 1
            head = data[begin:colon]
            name = head[1:-1]
            if not self._names.learns(name) or data[colon : colon + 1] == b"<":
                return None
            value = None
            if data[colon : colon + 1] == b":":
                if colon not in self._marked:
                    continue  # it names none
                value = self._values[self._marked[colon]]
            elif name in self._names.alike and not self._named(data[colon:end].replace(b"\n ", b"")):
                continue
            if name not in passed and not self._is_sure(head, hits.start, stop):
                return None
            count, at = passed.get(name, (0, hits.start))
            passed[name] = count + data.count(head, at, begin), begin
            found.append(Line(known[name], passed[name][0], data[begin + 1 : end], value, self._number(begin)))
        self._names.head = head
        if len(passed) > 1:  # attributes are in the order of their first values, values of one together
            first = {known[name]: data.find(b"\n%b:" % name, hits.start, stop) for name in passed}
            found.sort(key=lambda line: first[line.attribute])
        return found

    def _end(self, start: int, stop: int) -> int:
        """Return the end of the logical line that begins there."""
        line = _LOGICAL.match(self._data, start, stop)
        assert line is not None
        return line.end()

    def _number(self, end: int) -> int:
        """Return the physical line behind a line end; to be asked in their order."""
        self._line += self._data.count(b"\n", self._counted, end + 1)
        self._counted = end + 1
        return self._line

    def _named(self, text: bytes) -> bool:
        small = text.lower()
        return any(piece in small for piece in self._names.pieces)

    def _is_sure(self, head: bytes, start: int, stop: int) -> bool:
        """Tell whether a record has no lines of an attribute in another spelling."""
        name = head[1:-1]
        sure = self._sure.get(head)
        if sure is None:
            sure = len(name) >= _LONG and self._low.count(name.lower()) == self._plain.count(head[:-1])
            if not sure:
                if self._small is None:
                    self._small = self._data.lower()
                sure = self._small.count(head.lower()) == self._data.count(head)
            self._sure[head] = sure
        return sure or self._data.count(head, start, stop) == self._data[start:stop].lower().count(head.lower())
