"""The index pass: splits records, looks at every line, and finds simple DNs and the values of some attributes on the way.

It is an optimisation: what it finds is what splitting, and parsing by the grammar, would find (tests/property/test_scan_laws.py).
What is found is handed over by calls and not yielded: an export has a hundred thousand records, and three generators one inside the
other cost as much as all that is done with a record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from odkit.ldif._split import Splitter, is_irregular, split_irregular, trimmed

__all__ = ["Match", "Own", "Pattern", "TakeOther", "TakeRegular", "scan"]

Match = tuple[int, bytes]  # index of a pattern, from 0, and the value that it found
Own = list[bytes | None]  # by the place of a pattern among the patterns of own values: what it found, joined by line feeds
# offset of the first byte; length; first RDN, a simple one; rest of the DN, as written; matches; own values
TakeRegular = Callable[[int, int, bytes, bytes, tuple[Match, ...], Own], None]
TakeOther = Callable[[bytes, int, bool], None]  # bytes of a record, its offset, whether each of its lines is regular


class Pattern(NamedTuple):
    """An attribute that the index pass looks for.

    Attributes:
        names: of the attribute, or of several, as they are usually spelled.  None: the pattern looks at values in base64, and those that
            begin on the next line, of all attributes that no other pattern names.
        pattern: a regular expression for its lines in their usual form, with one group.
        read: makes the value of what the group found, None for nothing that counts; raises ValueError if that is not a value.  None: the
            value is what was found.
        own: set this for an attribute whose value differs from record to record (a GUID, a name): its values are passed separately, so
            that what the other matches mean can be remembered.
    """

    names: tuple[bytes, ...]
    pattern: bytes
    read: Callable[[bytes], bytes | None] | None = None
    own: bool = False


# inside a record these make something else of it than an entry
_SPECIAL = (b"dn", b"changetype", b"control")
# nothing is escaped and there are no spaces: its normal form is itself in lower case, and the first comma behind it ends it
_SIMPLE_DN = rb"(?:dn: ([A-Za-z][A-Za-z0-9-]*+=[A-Za-z0-9_.$:-]++),([^\n]*+)(?=\n[^ ]|\Z)|)"  # an empty alternative costs less than "?"


def scan(
    splitter: Splitter, stream: Iterable[bytes], patterns: Sequence[Pattern], take_regular: TakeRegular, take_other: TakeOther
) -> None:
    """Hand over the records of ``stream`` in order.

    Args:
        splitter: of the stream.
        stream: blocks of bytes.
        patterns: the attributes that are looked for.  A record that has one of them in any form but its pattern's (another
            spelling, base64 …), or with a value that cannot be read, is not regular.
        take_regular: takes the regular records with a simple RDN.  Each of their other lines is a continuation, or starts with an
            attribute name, a colon, and something else than ``<``; none is ``dn``, ``changetype`` or ``control``.
        take_other: takes all others.

    Raises:
        InputError: the stream is UTF-16, or a record is larger than `odkit.ldif._split.MAX_RECORD`.
    """
    names = [*_SPECIAL, *(name for each in patterns for name in each.names)]
    others = rb"(?!(?i:" + b"|".join(map(re.escape, names)) + rb")[:;])"
    look = b"(?:" + b"".join((b"" if each.names else others) + each.pattern + b"|" for each in patterns) + b")"
    # the alternative of a new record starts with a literal, so that it is rejected at nearly every line without being entered
    pattern = rb"\n(?:\n(\n*+)" + _SIMPLE_DN + rb"|(?!" + _regular_line(patterns) + rb")" + look + rb")"
    find = re.compile(pattern).finditer
    finders = _finders(patterns)
    for data, limit, offset in splitter.chunks(stream):
        if is_irregular(data):
            for raw, _, _, at, _ in split_irregular(data[:limit], offset):
                take_other(raw, at, False)
        else:
            _hand_over(_Chunk(data, limit, offset, find(data, 0, limit)), finders, take_regular, take_other)


def _finders(patterns: Sequence[Pattern]) -> _Finders:
    places = iter(range(len(patterns)))
    own = [next(places) if each.own else -1 for each in patterns]
    return _Finders([each.read for each in patterns], own, [None] * sum(each.own for each in patterns))


def _regular_line(patterns: Sequence[Pattern]) -> bytes:
    """Return a pattern for what a line may start with: a space, or a name other than those of patterns, a colon, and the value.

    Where one pattern looks at all attributes, a value in base64 or on the next line is left to it.
    """
    by_letter: dict[bytes, list[bytes]] = {}
    for name in (*_SPECIAL, *(name for each in patterns for name in each.names)):
        by_letter.setdefault(name[:1].lower(), []).append(re.escape(name[1:].lower()))
    plain = all(each.names for each in patterns)
    rest = rb"[A-Za-z0-9_-]*+(?::|(?:;[A-Za-z0-9_-]++)++:)" + (rb"[^<]" if plain else rb"[^<:\n]")
    other = b"".join(bytes([c]) for c in b"abcdefghijklmnopqrstuvwxyz" if bytes([c]) not in by_letter)
    starts = [rb" ", b"[" + other + other.upper() + b"]" + rest]
    for letter, tails in sorted(by_letter.items()):
        starts.append(b"[" + letter + letter.upper() + rb"](?!(?i:" + b"|".join(tails) + rb")[:;])" + rest)
    return b"|".join(starts)


class _Finders(NamedTuple):
    """The patterns by their index: how a value is read, and its place among the own values or -1; and no own values."""

    reads: Sequence[Callable[[bytes], bytes | None] | None]
    own: Sequence[int]
    none: Own


class _Chunk(NamedTuple):
    """Whole records: their bytes, where these end, the offset of the first byte, and what the pattern finds in them."""

    data: bytes
    limit: int
    offset: int
    found: Iterator[re.Match[bytes]]


def _hand_over(chunk: _Chunk, finders: _Finders, take_regular: TakeRegular, take_other: TakeOther) -> None:  # noqa: PLR0912 - calls would cost more than all that is done
    """Make records of what the pattern of `scan` finds in a chunk.

    The groups of the pattern are: 1 a border with its blank lines, 2 and 3 the simple RDN behind it and its parent, from 4 on the
    attributes.  No group: a line that is not regular.
    """
    data, offset = chunk.data, chunk.offset
    reads, places, none = finders
    start = 0
    regular = True
    rdn, parent = b"", b""
    matches: tuple[Match, ...] = ()
    own = none.copy()
    for match in chunk.found:
        group = match.lastindex
        if group is None:
            regular = False
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
                known = own[place]
                own[place] = value if known is None else b"%b\n%b" % (known, value)
            continue
        stop, after = match.span(1)
        if rdn and regular:
            take_regular(offset + start, stop - 2 - start, rdn, parent, matches, own)
        else:
            _hand_raw(data[start : stop - 2], offset + start, regular, take_other)
        start = after
        regular = True
        if group == 3:
            rdn, parent = match.group(2, 3)
        else:
            rdn = b""
        matches = ()
        own = none.copy()
    if rdn and regular and data[chunk.limit - 1] != 10:
        take_regular(offset + start, chunk.limit - start, rdn, parent, matches, own)
    else:
        _hand_raw(data[start : chunk.limit], offset + start, regular, take_other)


def _hand_raw(raw: bytes, offset: int, regular: bool, take_other: TakeOther) -> None:
    if regular and raw[:4] == b"dn: " and raw[4:5] > b" " and raw[-1:] != b"\n":
        take_other(raw, offset, True)
    else:
        for each, _, _, at, _ in trimmed(raw, offset):
            take_other(each, at, False)
