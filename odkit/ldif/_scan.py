"""The index pass: splits records, looks at every line, and finds simple DNs and the values of some attributes on the way.

It is an optimisation: what it finds is what splitting, and parsing by the grammar, would find (tests/property/test_scan_laws.py).
What is found is handed over by calls, for many records at a time: an export has a hundred thousand of them, and three generators one
inside the other, or three calls, cost as much as all that is done with a record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from odkit.ldif._batch import Match, TakeBatch, joined
from odkit.ldif._folding import Folding
from odkit.ldif._gathering import Gathering, Runs
from odkit.ldif._look import Look, Pattern
from odkit.ldif._shapes import SIMPLE_RDN, Shape, Shapes
from odkit.ldif._split import Again, Splitter, is_irregular, split_irregular, trimmed
from odkit.patterns import compiled

__all__ = ["TakeOther", "scan"]

TakeOther = Callable[[bytes, int, bool], None]  # bytes of a record, its offset, whether each of its lines is regular

# inside a record these make something else of it than an entry
_SPECIAL = (b"dn", b"changetype", b"control")
_END_OF, _GROUPS_OF = re.Match.end, re.Match.groups
_BORDER = 2  # line feeds between two records
# nothing is escaped and there are no spaces: its normal form is itself in lower case, and the first comma behind it ends it
_SIMPLE_DN = rb"(?:dn: (" + SIMPLE_RDN + rb"),([^\n]*+)(?=\n[^ ]|\Z)|)"  # an empty alternative costs less than "?"

# a group may have a hundred thousand members, on lines in which nothing is looked for: many of them are one match
_MEMBERS = (b"memberUid", b"apple-group-memberguid")
_RUN = rb"NAME: [^ \n][^\n]*+(?:\nNAME: [^ \n][^\n]*+){15,}+()"


def scan(
    splitter: Splitter,
    stream: Iterable[bytes],
    look: Look,
    take_batch: TakeBatch,
    take_other: TakeOther,
    folding: Callable[[], Folding],
    again: Again | None = None,
) -> None:
    """Hand over the records of ``stream`` in order.

    Args:
        splitter: of the stream.
        stream: blocks of bytes.
        look: what is looked for.
        take_batch: takes the regular records with a simple RDN.  Each of their other lines is a continuation, or starts with an
            attribute name, a colon, and something else than ``<``; none is ``dn``, ``changetype`` or ``control``.
        take_other: takes all others.
        folding: tells how the stream folds its lines, when its beginning was read.
        again: see `odkit.ldif._split.Splitter.chunks`.

    Raises:
        InputError: the stream is UTF-16, or a record is larger than `odkit.ldif._split.MAX_RECORD`.
    """
    patterns = look.patterns
    find = _borders_and_lines(tuple([(each.names, each.pattern) for each in patterns])).finditer
    scanner = None
    for data, limit, offset in splitter.chunks(stream, again):
        if scanner is None:
            scanner = _Scanner(patterns, find, Shapes(look, find, folding()), take_batch, take_other)
        if is_irregular(data):
            scanner.flush()
            for raw, _, _, at, _ in split_irregular(data[:limit], offset):
                take_other(raw, at, False)
        else:
            scanner.scan(data, limit, offset)
    if scanner is not None:
        scanner.flush()


@lru_cache(maxsize=64)  # there is one for each set of columns: making it takes a tenth of the time for which a small export is open
def _borders_and_lines(patterns: tuple[tuple[tuple[bytes, ...], bytes], ...]) -> re.Pattern[bytes]:
    """Return what finds borders of records and the lines that are looked for; see `_Scanner._by_line` for its groups.

    Args:
        patterns: the names and the pattern of each.
    """
    names = [*dict.fromkeys((*_SPECIAL, *(name for own, _ in patterns for name in own)))]
    others = rb"(?!(?i:" + b"|".join(map(re.escape, names)) + rb")[:;])"
    looked = b"(?:" + b"".join((b"" if own else others) + pattern + b"|" for own, pattern in patterns) + b")"
    regular = _regular_line(names, plain=all(own for own, _ in patterns))
    # the alternative of a new record starts with a literal, so that it is rejected at nearly every line without being entered
    runs = b"".join(rb"|" + _RUN.replace(b"NAME", each) for each in _MEMBERS if each.lower() not in {name.lower() for name in names})
    return compiled(rb"\n(?:\n(\n*+)" + _SIMPLE_DN + rb"|(?!" + regular + rb")" + looked + runs + rb")")


def _regular_line(names: Sequence[bytes], *, plain: bool) -> bytes:
    """Return a pattern for what a line may start with: a space, or a name other than those of patterns, a colon, and the value.

    Where one pattern looks at all attributes, so that it is not plain, a value in base64 or on the next line is left to that.
    """
    by_letter: dict[bytes, list[bytes]] = {}
    for name in names:
        by_letter.setdefault(name[:1].lower(), []).append(re.escape(name[1:].lower()))
    rest = rb"[A-Za-z0-9_-]*+(?::|(?:;[A-Za-z0-9_-]++)++:)" + (rb"[^<]" if plain else rb"[^<:\n]")
    other = b"".join(bytes([c]) for c in b"abcdefghijklmnopqrstuvwxyz" if bytes([c]) not in by_letter)
    starts = [b"[" + other + other.upper() + b"]"]
    starts += [b"[" + letter + letter.upper() + rb"](?!(?i:" + b"|".join(tails) + rb")[:;])" for letter, tails in sorted(by_letter.items())]
    return rb" |(?:" + b"|".join(starts) + rb")" + rest


class _Scanner:
    """Makes records of what the patterns find in chunks, and hands them over."""

    def __init__(
        self,
        patterns: Sequence[Pattern],
        find: Callable[[bytes, int, int], Iterator[re.Match[bytes]]],
        shapes: Shapes,
        take_batch: TakeBatch,
        take_other: TakeOther,
    ) -> None:
        self._gathering = Gathering(patterns, take_batch)
        self._find, self._shapes, self._take_other = find, shapes, take_other

    def flush(self) -> None:
        """Hand over what was not handed over yet."""
        self._gathering.flush()

    def scan(self, data: bytes, limit: int, offset: int) -> None:
        """Take a chunk of whole records: their bytes, where these end, the offset of the first byte."""
        at = self._by_shape(data, 2, limit, offset) if data[:2] == b"\n\n" and data[2:3] != b"\n" else 0
        while at < limit:
            start = self._by_line(data, at, limit, offset)
            at = self._by_shape(data, start, limit, offset)
        if self._gathering.is_full:
            self.flush()

    def _by_line(self, data: bytes, at: int, limit: int, offset: int) -> int:  # noqa: PLR0912, PLR0915 - calls would cost more than all that is done
        """Take records that no shape fits, from a border on: one, if there are shapes; return the start of the next one, or the end.

        The groups of the pattern are: 1 a border with its blank lines, 2 and 3 the simple RDN behind it and its parent, from 4 on the
        attributes, and behind these lines of members.  No group: a line that is not regular.
        """
        reads, places, none = self._gathering.reads, self._gathering.places, self._gathering.none
        behind = 4 + len(reads)
        start = at
        regular, begun = True, False
        rdn, parent = b"", b""
        matches: tuple[Match, ...] = ()
        own, runs = none.copy(), Runs()
        for match in self._find(data, at, limit):
            group = match.lastindex
            if group is None:
                regular = False
                continue
            if group >= behind:
                runs.append((match.start() - start, match.end() - start))
                continue
            if group > 3:
                value = match[group]
                group -= 4
                read = reads[group]
                if read is not None:
                    try:
                        found = read(value)
                    except ValueError:
                        regular = False  # the grammar says what is wrong
                        continue
                    if found is None:
                        continue
                    value = found
                place = places[group]
                if place < 0:
                    matches += ((group, value),)
                else:
                    own[place] = joined(own[place], value)
                continue
            stop, after = match.span(1)
            if rdn and regular:
                is_usual = self._is_folded_as_usual(data, start, stop - 2, runs)
                self._gathering.add((offset + start, stop - 2 - start), (rdn, parent), matches, own, (runs, is_usual))
                self._shapes.met(data, start, stop - 2, parent)
            else:
                self._hand_raw(data[start : stop - 2], offset + start, regular=regular)
            start = after
            if begun and self._shapes.known:
                return start
            regular = begun = True
            rdn, parent = match.group(2, 3) if group == 3 else (b"", b"")
            matches = ()
            own, runs = none.copy(), Runs()
        if rdn and regular and data[limit - 1] != 10:
            is_usual = self._is_folded_as_usual(data, start, limit, runs)
            self._gathering.add((offset + start, limit - start), (rdn, parent), matches, own, (runs, is_usual))
        else:
            self._hand_raw(data[start:limit], offset + start, regular=regular)
        return limit

    def _is_folded_as_usual(self, data: bytes, start: int, stop: int, runs: Runs) -> bool:
        """Tell whether a record with many lines of members is known to have taken in no other line: what is around them is looked at."""
        suspects = self._shapes.suspects
        if not runs or suspects is None:
            return False
        parts = zip([0, *[behind for _, behind in runs]], [*[first for first, _ in runs], stop - start], strict=True)
        return not any(True for first, behind in parts for _ in suspects(data[start + first : start + behind]))

    def _hand_raw(self, raw: bytes, offset: int, *, regular: bool) -> None:
        if not raw:
            return
        self.flush()
        if regular and raw[:4] == b"dn: " and raw[4:5] > b" " and raw[-1:] != b"\n":
            self._take_other(raw, offset, True)
        else:
            for each, _, _, at, _ in trimmed(raw, offset):
                self._take_other(each, at, False)

    def _by_shape(self, data: bytes, start: int, limit: int, offset: int) -> int:
        """Take the records that a shape fits; return the border before the first one that none fits, or the end."""
        at = start
        last: Shape | None = None
        while at < limit:
            for shape in self._shapes.known:
                if shape is last:
                    continue  # it has just failed
                found = shape.matches(data, at - 2, limit)
                if found:
                    ends = [*map(_END_OF, found)]
                    starts = [at, *map(_BORDER.__add__, ends)]
                    count, differs = self._gathering.add_rows(shape, [*map(_GROUPS_OF, found)], starts, ends, offset)
                    if differs:
                        self._shapes.differs(shape)
                    at = starts[count]
                    if count < len(found):  # a value that cannot be read, or is not the same: the grammar says what is wrong
                        return at - _BORDER
                    last = shape
                    break
            else:
                return at - 2
        return at
