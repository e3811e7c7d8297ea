"""What becomes of the places of a line: judged once for all records whose lines differ in nothing but their owner's own name.

A home differs from user to user in the user's name, an authority in the name and the slot of his password.  Of these a text of the same
length stands for all: where they are parted from the rest by a delimiter they are neither a server's name nor a part of what tells
what becomes of one (tests/property/test_reference_laws.py).
"""

from __future__ import annotations

from typing import NamedTuple

from odkit.dataclass import dataclass
from odkit.directory import Directory, Record
from odkit.hostrefs._decide import PURGED, Decisions
from odkit.hostrefs._lines import Line
from odkit.hostrefs._match import HitKind
from odkit.hostrefs._places import Handling
from odkit.hostrefs._search import Naming, Search, Spot
from odkit.patterns import regex
from odkit.redaction import Sensitivity, is_secret_key, mask, mask_urls, sensitivity_of
from odkit.text import escape
from odkit.values.texts import is_plist

__all__ = ["Judge", "Place", "PlacesOf", "Spotted"]

_AROUND = 60  # characters that are shown on each side of a hit
_MEMORY = 1 << 12  # lines that are remembered
_OWN = regex(rb"[a-z][a-z0-9]{0,59}\Z")
_HEX = b"0123456789abcdef"
_BEHIND_SLOT = frozenset((b";", b","))


@dataclass(frozen=True, slots=True)
class Place:
    """What places have in common that name one server in one way: see `Reference`."""

    host: str
    kind: HitKind
    handling: Handling
    type: str
    attribute: str
    inside: str
    hit: str
    usual: Handling
    why: str


Spotted = tuple[Place, int, str, str, int]  # a place, the index of its value, the text before and after it, its line


@dataclass(frozen=True, slots=True)
class PlacesOf:
    """The places of a record.

    Attributes:
        dn: of the record.
        path: of the export.
        places: in the order of the record.
    """

    dn: str
    path: str
    places: tuple[Spotted, ...]


class Judged(NamedTuple):
    """A place of a line, for all records with such a line: where it is, and the text around it, None where that is the record's own."""

    place: Place
    start: int
    end: int
    around: tuple[str, str] | None


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
        self._known: dict[tuple[str, str, bytes], tuple[Judged, ...]] = {}
        self._single = frozenset(od.irregular) | od.torn_ids
        self._hidden: tuple[int, frozenset[int]] = (0, frozenset())

    def of(self, naming: Naming) -> PlacesOf | None:
        """Return the places of a record; None for one that has none."""
        lines, kind = naming.lines, naming.kind
        if lines is None or not naming.start or kind is None or kind in PURGED or self._is_single(naming.number):
            return self._parsed(naming)
        own = self._own(naming.dn)
        filled = b"x" * len(own) or b"x"
        found: list[Spotted] = []
        for attribute, index, value, number in lines:
            usual = self._usual(value, own, filled)
            judged = self._known.get((kind, attribute, usual))
            if judged is None:
                judged = self._judged(naming, kind, Line(attribute, index, value, number), own)
                if len(self._known) > _MEMORY:
                    self._known.clear()
                self._known[kind, attribute, usual] = judged
            for place, start, end, around in judged:
                before, after = around or map(escape, _around(value.decode("ascii"), start, end))
                found.append((place, index, before, after, naming.start + number))
        return PlacesOf(naming.dn, naming.path, tuple(found)) if found else None

    def _own(self, dn: str) -> bytes:
        """Return the owner's own name if something can stand in its place, else nothing."""
        own = dn[dn.find("=") + 1 : dn.find(",")].encode()
        return own if _OWN.match(own) else b""  # a record that has a server's name is parsed

    def _is_single(self, number: int) -> bool:
        """Tell whether what is known of a record is not what is known of most."""
        hidden = self._od.hidden
        if self._hidden[0] != len(hidden):
            records = (self._od.by_key(key) for key in hidden)
            self._hidden = len(hidden), frozenset(record.record_id for record in records if record is not None)
        return number in self._single or number in self._hidden[1] or not self._od.answers.asked_for_all

    def _usual(self, value: bytes, own: bytes, filled: bytes) -> bytes:
        """Return a value with something in place of its owner's own name, if there is one, and of the slot of his password.

        Args:
            value: of a line.
            own: the name; empty for none.
            filled: a letter, as often as the name is long; once for none.
        """
        if value[:1] == b";":
            slot = value.find(b";0x") + 3 if self._slots else 2
            if slot > 2 and value[slot + 32 : slot + 33] in _BEHIND_SLOT and not value[slot : slot + 32].strip(_HEX):
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

    def _parsed(self, naming: Naming) -> PlacesOf | None:
        """Return the places of a record that must be parsed."""
        kind = self._od.kind_of(naming.number) if naming.kind is None else naming.kind
        record = self._od.view(naming.number, kind)
        found: list[Spotted] = []
        for attribute, index, spot in self._search.places(record):
            line = record.line if attribute == "dn" else record.entry.line_of(attribute, index)
            place, before, after, _ = self._place(record, attribute, index, spot)
            found.append((place, index, before, after, line))
        return PlacesOf(record.dn, record.path, tuple(found)) if found else None

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


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the text before and after a hit, as far as it is shown."""
    return text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
