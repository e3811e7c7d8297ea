"""What becomes of the places of a line: judged once for all records whose lines differ in nothing but their owner's own name.

A home differs from user to user in the user's name, an authority in the name and the slot of his password.  Of these a text of the same
length stands for all: where they are parted from the rest by a delimiter they are neither a server's name nor a part of what tells
what becomes of one (tests/property/test_repeat_laws.py).
"""

from __future__ import annotations

from operator import itemgetter

from odkit.directory import Directory, Record, Stretch
from odkit.hostrefs._decide import PURGED, Decisions
from odkit.hostrefs._judged import Place, Row, Spotted
from odkit.hostrefs._repeats import SLOT, Repeats
from odkit.hostrefs._search import Naming, Search, Spot
from odkit.hostrefs._walk import Hits, Line
from odkit.namedtuple import NamedTuple
from odkit.patterns import regex
from odkit.redaction import Sensitivity, is_secret_key, mask, mask_urls, sensitivity_of
from odkit.text import escape
from odkit.values.texts import is_plist

__all__ = ["Judge"]

_AROUND = 60  # characters that are shown on each side of a hit
_MEMORY = 1 << 12  # lines that are remembered
_FIRST = 32  # records from which is learned what others repeat
_OWN = regex(rb"[a-z][a-z0-9]{0,59}\Z")
_BEHIND_SLOT = frozenset((b";", b","))
_NO_SLOT = b";0x" + bytes(32)


class Judged(NamedTuple):
    """A place of a line, for all records with such a line: where it is, and the text around it, None where that is the record's own."""

    place: Place
    start: int
    end: int
    around: tuple[str, str] | None


_UNKNOWN: Row = ("", "", (), 0)  # stands for the places of a record that must be parsed


class _Alike:
    """The places of lines that are judged alike.

    Attributes:
        places: in their order.
        own: whether the text around one of them is the record's own.
    """

    __slots__ = ("own", "places")

    def __init__(self, places: tuple[Judged, ...]) -> None:
        self.places = places
        self.own = any(each.around is None for each in places)


class Judge:
    """Decides about the places of one search.

    Args:
        od: the export.
        search: for the servers.
        decisions: about them.
    """

    def __init__(self, od: Directory, search: Search, decisions: Decisions) -> None:
        self._od = od
        self._search = search
        self._decisions = decisions
        self._slots = not any(word.startswith("0x") for word in search.matcher.words)
        self._known: dict[tuple[str, str, bytes], _Alike] = {}
        self._authorities: dict[tuple[str, int, bytes], tuple[Spotted, ...]] = {}  # by lines as they are in the file
        self._single = {*od.irregular, *od.torn_ids}
        self._hidden = 0  # number of records of which something was hidden when that was looked at
        self._asked_for_all = od.answers.asked_for_all
        self._repeats = Repeats(search.lines)

    def rows(self) -> tuple[Row, ...]:
        """Return the places of all records that have some, in the order of the export.

        What must be parsed is judged last: a purge, which then may be decided, asks for lines that are counted by then.
        """
        found: list[Row | None] = []
        late: list[Naming] = []
        kinds, odd = self._od.kinds(), self._search.lines.odd
        for stretch in self._od.stretches():
            for part in self._parts(stretch):
                self._look_for_hidden()
                rows, others = self._repeats.take(part, kinds, self._single | odd) if self._asked_for_all else ([], [part])
                known = bool(rows)
                for naming in (each for other in others for each in self._search.named(other, kinds)):
                    row = self._row(naming)
                    if row is _UNKNOWN:
                        late.append(naming)
                    rows.append((naming.number, row))
                if known and others:
                    rows.sort(key=itemgetter(0))
                found += [row for _, row in rows]
        parsed = map(self._parsed, late)
        return tuple(filter(None, [next(parsed) if row is _UNKNOWN else row for row in found]))

    def _parts(self, stretch: Stretch) -> tuple[Stretch, ...]:
        """Part what shows what others repeat from those, as long as that is not known."""
        if self._repeats.are_known or len(stretch.numbers) <= _FIRST:
            return (stretch,)
        return stretch.part(0, _FIRST), stretch.part(_FIRST, len(stretch.numbers))

    def _row(self, naming: Naming) -> Row | None:
        """Return the places of a record by its lines; None for one that has none, `_UNKNOWN` for one that must be parsed."""
        hits, kind = naming.hits, naming.kind
        if hits is not None and kind is not None and kind not in PURGED and not self._is_single(naming.number):
            return self._of_lines(naming, kind, hits)
        return _UNKNOWN

    def _of_lines(self, naming: Naming, kind: str, hits: Hits) -> Row | None:
        """Return the places of a record by its lines; None for one that has none, `_UNKNOWN` for one that must be parsed."""
        own = hits.own if _OWN.match(hits.own) else b""  # a record that has a server's name is parsed
        usual = _usual_authorities(hits.raw, own) if self._slots else b""
        key = kind, hits.before, usual
        known = self._authorities.get(key)
        if known is not None:
            return (hits.dn, naming.path, known, hits.number)
        lines = hits.lines()
        if not lines:
            return None if lines is not None else _UNKNOWN
        first = lines[0].number
        alike = [self._alike(naming, kind, line, own) for line in lines]
        places = _spotted(lines, alike, first)
        if usual and places and not any(each.own for each in alike) and usual == b"\n".join(_usual_authority(line, own) for line in lines):
            if len(self._authorities) > _MEMORY:
                self._authorities.clear()
            self._authorities[key] = places
            if own and not hits.before:
                self._repeats.learn(kind, own, hits.raw, len(lines), places)
        return (hits.dn, naming.path, places, first) if places else None

    def _alike(self, naming: Naming, kind: str, line: Line, own: bytes) -> _Alike:
        """Return the places of a line; the owner's own name is as in `_usual`."""
        key = kind, line.attribute, self._usual(line.value, own, b"x" * len(own) or b"x")
        found = self._known.get(key)
        if found is None:
            found = _Alike(self._judged(naming, kind, line, own))
            if len(self._known) > _MEMORY:
                self._known.clear()
            self._known[key] = found
        return found

    def _is_single(self, number: int) -> bool:
        """Tell whether what is known of a record is not what is known of most."""
        self._look_for_hidden()
        return number in self._single or not self._asked_for_all

    def _look_for_hidden(self) -> None:
        """Take note of the records of which something was hidden since that was looked at."""
        hidden = self._od.hidden
        if self._hidden != len(hidden):
            records = (self._od.by_key(key) for key in hidden)
            self._hidden = len(hidden)
            self._single |= {record.record_id for record in records if record is not None}

    def _usual(self, value: bytes, own: bytes, filled: bytes) -> bytes:
        """Return a value with something in place of its owner's own name, if there is one, and of the slot of his password.

        Args:
            value: of a line.
            own: the name; empty for none.
            filled: a letter, as often as the name is long; once for none.
        """
        if value[:1] == b";":
            slot = value.find(b";0x") + 3 if self._slots else 2
            if slot > 2 and value[slot + 32 : slot + 33] in _BEHIND_SLOT and not value[slot : slot + 32].strip(SLOT):
                value = b"%b%b%b" % (value[:slot], filled[:1] * 32, value[slot + 32 :])
            return value.replace(b";%b@" % own, b";%b@" % filled) if own and value.isascii() else value
        if not own or own not in value or not value.isascii() or is_plist(value):
            return value
        if value.endswith((b"/" + own, b"\\" + own)):
            value = value[: -len(own)] + filled
        return value.replace(b"<path>%b</path>" % own, b"<path>%b</path>" % filled)

    def _judged(self, naming: Naming, kind: str, line: Line, own: bytes) -> tuple[Judged, ...]:
        """Judge the places of a line."""
        record = self._od.view(naming.number, kind)
        one, other = (self._usual(line.value, own, filler * len(own) or filler) for filler in (b"x", b"0"))
        differs = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        found: list[Judged] = []
        for spot in self._search.in_value(kind, line.attribute, line.value):
            place, before, after, is_masked = self._place(record, line.attribute, line.place, spot)
            start, end = spot.hit.start, spot.hit.end
            varies = not is_masked and any(start - _AROUND <= each < end + _AROUND for each in differs)
            found.append(Judged(place, start, end, None if varies else (before, after)))
        return tuple(found)

    def _parsed(self, naming: Naming) -> Row | None:
        """Return the places of a record that must be parsed."""
        kind = self._od.kind_of(naming.number) if naming.kind is None else naming.kind
        record = self._od.view(naming.number, kind)
        found: list[Spotted] = []
        for attribute, index, spot in self._search.places(record):
            line = record.line if attribute == "dn" else record.entry.line_of(attribute, index)
            place, before, after, _ = self._place(record, attribute, index, spot)
            found.append((place, index, before, after, line))
        return (record.dn, record.path, tuple(found), 0) if found else None

    def _place(self, record: Record, attribute: str, index: int, spot: Spot) -> tuple[Place, str, str, bool]:
        """Return a place, the text before and after it, and whether that is masked."""
        inside, text, hit = spot
        decided = self._decisions.of(record, attribute, index, spot)
        place = Place(
            hit.host, hit.kind, decided.handling, record.kind, attribute, escape(inside), escape(text[hit.start : hit.end]),
            decided.usual, decided.why,
        )  # fmt: skip
        before, after = _around(text, hit.start, hit.end)
        is_masked = (
            is_secret_key(inside.rpartition("/")[2])
            or mask_urls(text) != text
            or (not inside and sensitivity_of(attribute, text.encode("utf-8", "replace")) >= Sensitivity.PRIVATE)
        )
        if is_masked:
            return place, mask(before) if before else "", mask(after) if after else "", True
        return place, escape(before), escape(after), False


def _usual_authorities(raw: bytes, own: bytes) -> bytes:
    """Return lines of authorities, as they are in the file, with NULs in place of the slot and of their owner's own name.

    Args:
        raw: the lines.
        own: the name; empty for none.

    Returns:
        Nothing where there is no slot.
    """
    start = raw.find(b";0x")
    slot = raw[start : start + 35]
    if start < 0 or slot[3:].strip(SLOT):
        return b""
    raw = raw.replace(slot, _NO_SLOT)
    return raw.replace(b";%b@" % own, b";%b@" % bytes(len(own))) if own else raw


def _usual_authority(line: Line, own: bytes) -> bytes:
    """Return the same of one line, if it is an authority with one slot, which is known from its first bytes on."""
    raw, start = line.raw, len(line.attribute) + 1
    slot = raw.find(b";0x", 0, raw.find(b"\n")) + 3
    if raw[start : start + 2] != b" ;" or raw.count(b";0x") != 1 or line.coded is not None or not raw.isascii():
        return b""
    if raw[slot + 32 : slot + 33] not in _BEHIND_SLOT or raw[slot : slot + 32].strip(SLOT):
        return b""
    return _usual_authorities(raw, own)


def _spotted(lines: list[Line], alike: list[_Alike], first: int) -> tuple[Spotted, ...]:
    """Return the places of lines, their line numbers counted from one."""
    found: list[Spotted] = []
    for line, each in zip(lines, alike, strict=True):
        for place, start, end, around in each.places:
            before, after = around or map(escape, _around(line.value.decode("ascii"), start, end))
            found.append((place, line.place, before, after, line.number - first))
    return tuple(found)


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the text before and after a hit, as far as it is shown."""
    return text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
