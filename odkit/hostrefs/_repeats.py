"""Records whose lines with names are those of a record that was judged before: most users differ there in their name and slot alone.

It is an optimisation of `Judge`: a record is taken where its lines are, byte for byte, those of one that was judged, with its own slot and
its own name in them, and where nothing else in it can name a server (tests/property/test_repeat_laws.py).
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from itertools import groupby, pairwise

from odkit.directory import Stretch
from odkit.hostrefs._judged import Row, Spotted
from odkit.hostrefs._lines import NamingLines
from odkit.patterns import regex

__all__ = ["SLOT", "Repeats"]

SLOT = b"0123456789abcdef"  # the letters of one
_SLOT_LENGTH = 32
_DN = regex(rb"dn: ([A-Za-z][A-Za-z0-9-]*=([a-z][a-z0-9]{0,59}),[^\n]*)(?=\n[^ ])")
_FORMS = 8  # of names of one length
_RUNS = 8  # of records of a stretch that differ; with more of them it is searched as a whole
_PATIENCE = 4  # stretches in which this may fail
_BLOCKS = 8  # of lines that many records have before the known ones
_ENDS = frozenset((b"", b"\n"))  # what may follow a line
_WITHIN = frozenset((b"", b" "))  # what a line begins with that is empty, or continues another
_NO_BLOCK = b"", 0
_LARGE = 256  # bytes of one that is worth its while


class _Form:
    """Lines of a record, from the line end before the first of them to the end of the last one.

    Args:
        text: the lines.
        own: the name of the record.
        places: what is found in them.

    Attributes:
        slot: where the slot begins.
        line_ends: how many are behind the first byte.
        places: as above.
    """

    __slots__ = ("_of_own", "_of_slot", "_parts", "line_ends", "places", "slot")

    def __init__(self, text: bytes, own: bytes, places: tuple[Spotted, ...]) -> None:
        self.places = places
        self.line_ends = text.count(b"\n", 1)
        self.slot = text.find(b";0x") + 3
        slot = text[self.slot : self.slot + _SLOT_LENGTH]
        self._parts: list[bytes] = []
        self._of_slot: list[int] = []
        self._of_own: list[int] = []
        at = 0
        for match in re.finditer(rb"(?<=;0x)(%b)|(?<=;)(%b)(?=@)" % (slot, own), text):
            (self._of_slot if match[1] else self._of_own).append(len(self._parts) + 1)
            self._parts += [text[at : match.start()], b""]
            at = match.end()
        self._parts.append(text[at:])

    def lines(self, slot: bytes, own: bytes) -> bytes:
        """Return the lines of a record with this slot and name."""
        parts = self._parts
        for place in self._of_slot:
            parts[place] = slot
        for place in self._of_own:
            parts[place] = own
        return b"".join(parts)


class Repeats:
    """Takes such records out of those of an export.

    Args:
        lines: finds what can name a server.
    """

    def __init__(self, lines: NamingLines) -> None:
        self._lines = lines
        self._head = b""
        self._forms: dict[str, dict[int, list[_Form]]] = {}  # by type of the record and length of its name
        self._patience = _PATIENCE
        # that name none, each with the line end before it and with the number of its line ends, the largest first
        self._blocks: list[tuple[bytes, int]] = []

    @property
    def are_known(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self._forms)

    def learn(self, kind: str, own: bytes, raw: bytes, count: int, places: tuple[Spotted, ...]) -> None:
        """Learn the lines of a record that were judged.

        Args:
            kind: of the record.
            own: its name.
            raw: the lines, the first of which holds the first value of its attribute, with one slot in all of them.
            count: of the lines.
            places: what was found in them.
        """
        text = b"\n" + raw
        head = text[: text.find(b":") + 1]
        self._head = self._head or head
        forms = self._forms.setdefault(kind, {}).setdefault(len(own), [])
        if own and head == self._head and text.count(head) == count and len(forms) < _FORMS:
            forms.append(_Form(text, own, places))

    def take(
        self, stretch: Stretch, kinds: Sequence[str | None], but: Container[int]
    ) -> tuple[list[tuple[int, Row | None]], list[Stretch]]:
        """Take what is known of consecutive records.

        Args:
            stretch: the records.
            kinds: types of all records.
            but: ids of records that must be looked at one by one.

        Returns:
            Ids of records, with their places; and the records that must be searched.
        """
        if not self._forms or not self._patience:
            return [], [stretch]
        line = stretch.make.line_at(stretch.start)
        found, texts, others, fresh = self._find(stretch, kinds, but, line)
        runs = [[place for _, place in run] for _, run in groupby(enumerate(others), lambda each: each[1] - each[0])]
        if not line or not found or len(runs) > _RUNS or not self._lines.name_none(b"".join(texts), self._head):
            self._patience -= 1
            return [], [stretch]
        self._patience = _PATIENCE
        self._learn_blocks(fresh)
        return found, [stretch.part(run[0], run[-1] + 1) for run in runs]

    def _find(
        self, stretch: Stretch, kinds: Sequence[str | None], but: Container[int], line: int
    ) -> tuple[list[tuple[int, Row | None]], list[bytes], list[int], list[bytes]]:
        """Find records with known lines.

        Returns:
            Their ids and places; the text of these records without what is known; the places of all other records among these; and what
            stands before the known lines of some, if no block is before them.
        """
        data, base, first, head, path = stretch.data, stretch.start, stretch.numbers[0], self._head, stretch.make.path
        is_ascii, name_of = data.isascii(), _DN.match
        found: list[tuple[int, Row | None]] = []
        texts: list[bytes] = []
        others: list[int] = []
        fresh: list[bytes] = []
        forms, form_of, block_of = self._forms, self._form, self._block
        is_counted, counted, passed = line > 0, 0, 0
        for place, (start, stop) in enumerate(zip(stretch.offsets, stretch.ends, strict=True)):
            number = first + place
            dn = name_of(data, start - base, stop - base)
            if dn is not None and number not in but and (is_ascii or dn[1].isascii()):
                (name, own), behind = dn.groups(), dn.end()
                begin = data.find(head, behind, stop - base)
                form, end = form_of(forms.get(kinds[number] or "", {}).get(len(own), ()), data, begin, own)
                if form is not None:
                    block, line_ends = block_of(data, behind, begin)
                    if not block and len(fresh) < _BLOCKS:
                        fresh.append(data[behind:begin])
                    free = begin - len(block)
                    texts.append(data[passed:free])
                    # line ends of what is known are known, too
                    line += data.count(b"\n", counted, free) + line_ends + 1
                    found.append((number, (name.decode("ascii"), path, form.places, line)))
                    line += form.line_ends
                    counted = passed = end
                    continue
            others.append(place)
            texts.append(data[passed : start - base])
            passed = stop - base
        texts.append(data[passed:])
        if is_counted:
            stretch.make.note_line(base + counted, line)
        return found, texts, others, fresh

    @staticmethod
    def _form(forms: Sequence[_Form], data: bytes, begin: int, own: bytes) -> tuple[_Form | None, int]:
        """Return the form of lines that begin at a line end, and where they end; None for none."""
        if begin >= 0:
            for form in forms:
                at = begin + form.slot
                slot = data[at : at + _SLOT_LENGTH]
                lines = form.lines(slot, own)
                if data.startswith(lines, begin) and not slot.strip(SLOT):
                    end = begin + len(lines)
                    following = data[end : end + 2]
                    if following[:1] in _ENDS and following != b"\n ":
                        return form, end
        return None, 0

    def _block(self, data: bytes, start: int, end: int) -> tuple[bytes, int]:
        """Return the block that ends at a line end, and begins at or behind another, and the number of its line ends; empty for none."""
        for known in self._blocks:
            block = known[0]
            if end - len(block) >= start and data.startswith(block, end - len(block)):
                return known
        return _NO_BLOCK

    def _learn_blocks(self, texts: Sequence[bytes]) -> None:
        """Learn which lines stand before the known ones of several records.

        Args:
            texts: what does, each with the line end before it; none of it names a server.
        """
        for one, other in pairwise(texts):
            same: list[bytes] = []
            for line, again in zip(reversed(one.split(b"\n")), reversed(other.split(b"\n")), strict=False):
                if line != again:
                    break
                same.append(line)
            while same and same[-1][:1] in _WITHIN:
                same.pop()
            block = b"\n" + b"\n".join(reversed(same))
            known = block, block.count(b"\n")
            if len(block) >= _LARGE and len(self._blocks) < _BLOCKS and known not in self._blocks:
                self._blocks.append(known)
                self._blocks.sort(key=lambda each: len(each[0]), reverse=True)
