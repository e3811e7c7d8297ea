"""Blocks of bytes in, physical records out: the first of the reader's two steps.

A record is what stands between blank lines (RFC 2849 ``sep``: LF or CR LF and nothing else - str.splitlines knows nine more,
each of which would make phantom records).  Records are split before they are unfolded, because unfolding first would let a
continuation line behind a blank line swallow it.  The bytes of a record are not changed here: an unmodified record is
written back as it was read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from odkit.errors import InputError
from odkit.ldif._lines import Lines

__all__ = ["MAX_RECORD", "Mark", "Marked", "RawRecord", "Splitter", "TakePlain"]

MAX_RECORD = 1 << 28  # 256 MiB: beyond any record of a directory, and the cap on what one record can make us hold

# bytes that hold a record; where it starts and stops in them, without the final line end; offset of its first byte in the
# stream; plain (see `Splitter.split`).  Copying records out of the blocks takes as long as finding them, and not all are wanted.
RawRecord = tuple[bytes, int, int, int, bool]
Mark = tuple[int, bytes]  # index of a pattern, from 0, and the value that it found
# offset of the first byte; length; first RDN, a simple one; rest of the DN, as written; marks; the own value
TakePlain = Callable[[int, int, bytes, bytes, tuple[Mark, ...], bytes], None]
TakeOther = Callable[[bytes, int, bool], None]  # a record's bytes, its offset, plain


class Marked(NamedTuple):
    """An attribute that `Splitter.scan` looks for.

    Attributes:
        name: as it is usually spelled.
        pattern: a regular expression for its lines in their usual form, with one group.
        read: makes the value of what the group found; ValueError when that is none.
    """

    name: bytes
    pattern: bytes
    read: Callable[[bytes], bytes] | None = None


_BLANK_CR = re.compile(rb"\n(?:\r?\n)++")
_LINE_END = frozenset((b"\n", b"\r"))
_BLANKS = re.compile(rb"(?:\r?\n)*+\r?").fullmatch
_LEADING = re.compile(rb"(?:\r?\n)*")
# a border, and whether a plain entry follows; with a literal prefix it runs on memchr, faster than bytes.split on every CPython
_BORDER = re.compile(rb"\n\n(\n*+)(?:(dn: [^ \n\x01-\x1f][^\n]*+(?:\n(?![ #\n]|(?i:changetype|control)[:;])|\Z))|)").finditer
# these make a record something else than an entry, wherever they stand behind its first line
_SPECIAL = (b"dn", b"changetype", b"control")
# nothing escaped, no blanks: its normal form is itself in lower case, and the first comma behind it ends it
_SIMPLE_DN = rb"(?:dn: ([A-Za-z][A-Za-z0-9-]*+=[A-Za-z0-9_.$:-]++),([^\n]*+)(?=\n[^ ]|\Z)|)"  # an empty alternative costs less than "?"


def _good(names: Iterable[bytes]) -> bytes:
    """What a line may start with, other than one of these names: a blank, or a name, a colon, and a value of its own."""
    by_letter: dict[bytes, list[bytes]] = {}
    for name in (*_SPECIAL, *names):
        by_letter.setdefault(name[:1].lower(), []).append(re.escape(name[1:].lower()))
    rest = rb"[A-Za-z0-9_-]*+(?::|(?:;[A-Za-z0-9_-]++)++:)[^<]"
    other = b"".join(bytes([c]) for c in b"abcdefghijklmnopqrstuvwxyz" if bytes([c]) not in by_letter)
    good = [rb" ", b"[" + other + other.upper() + b"]" + rest]
    for letter, tails in sorted(by_letter.items()):
        good.append(b"[" + letter + letter.upper() + rb"](?!(?i:" + b"|".join(tails) + rb")[:;])" + rest)
    return b"|".join(good)


class Splitter:
    """Splits a stream of blocks into physical records.

    Args:
        path: named in errors.
        lines: is fed with the blocks.

    Attributes:
        end: last three bytes of the stream, to tell how it ends.
        size: bytes seen.
    """

    def __init__(self, path: str, lines: Lines) -> None:
        self.path = path
        self.end = b""
        self.size = 0
        self._skip = 0
        self._lines = lines

    def split(self, stream: Iterable[bytes], *, holding: bytes = b"") -> Iterator[RawRecord]:
        """Yield the records of ``stream`` in order.

        A record counts as plain here when no NUL or CR is near it, it starts with ``dn: `` on one line, and the line behind that
        makes it an entry: no comment, ``changetype`` or ``control``.  Its other lines are not looked at.

        Args:
            stream: blocks of bytes.
            holding: leave out records that do not hold these bytes.

        Raises:
            InputError: UTF-16, or a record larger than `MAX_RECORD`.
        """
        for data, limit, offset in self._chunks(stream):
            if holding and data.find(holding, 0, limit) < 0:
                continue
            rough = b"\r" in data or b"\0" in data
            records = _rough(data[:limit], offset) if rough else _split(data, limit, offset)
            yield from (each for each in records if each[0].find(holding, each[1], each[2]) >= 0) if holding else records

    def scan(self, stream: Iterable[bytes], marks: Sequence[Marked], own: int, plain: TakePlain, other: TakeOther) -> None:
        """`split`, look at every line, and on the way find simple DNs and the values of some attributes.

        What is found is handed over by calls and not yielded: an export has a hundred thousand records, and three generators one
        inside the other cost as much as all that is done with a record.

        Args:
            stream: blocks of bytes.
            marks: the attributes that are looked for.  A record with one of them in any form but its pattern's (spelling, base64 …),
                or with a value that cannot be read, is not plain.
            own: index of the mark whose first value is handed over apart, -1 for none: one that differs from record to record,
                whereas the others are the same for many, so that what they mean can be remembered.
            plain: takes the records with a simple RDN that start with ``dn: ``, have no NUL or CR near them, and whose other lines
                all are continuations or start with an attribute name, a colon, and something else than ``<``; none of them is ``dn``,
                ``changetype`` or ``control``.
            other: takes all others.

        Raises:
            InputError: UTF-16, or a record larger than `MAX_RECORD`.
        """
        look = b"(?:" + b"".join(mark.pattern + b"|" for mark in marks) + b")"
        # the alternative of a new record starts with a literal, so that it is rejected at nearly every line without being entered
        pattern = rb"\n(?:\n(\n*+)" + _SIMPLE_DN + rb"|(?!" + _good(mark.name for mark in marks) + rb")" + look + rb")"
        find = re.compile(pattern).finditer
        reads = [mark.read for mark in marks]
        for data, limit, offset in self._chunks(stream):
            if b"\r" in data or b"\0" in data:
                for raw, _, _, at, _ in _rough(data[:limit], offset):
                    other(raw, at, False)
            else:
                _hand_over(find(data, 0, limit), data, limit, offset, reads, own, plain, other)

    def _chunks(self, stream: Iterable[bytes]) -> Iterator[tuple[bytes, int, int]]:
        """Join blocks up to the last blank line.

        Yields:
            Bytes, the position of the last blank line in them, and the offset of the first one in the stream.
        """
        pending: list[bytes] = []
        held = 0
        at = -1
        border = b""  # last two bytes of what is pending: a separator may lie across two blocks
        for block in self._without_bom(stream):
            if at < 0:
                at = self._skip
            cut, width = _last_blank_line(block)
            if not width and border:
                cut, width = _last_blank_line(border + block[:2])
                cut -= len(border)  # it starts before this block
            pending.append(block)
            held += len(block)
            if not width:
                border = (border + block)[-2:]
                if held > MAX_RECORD:
                    raise InputError(self.path, None, f"a record is larger than {MAX_RECORD >> 20} MiB; this is no LDIF")
                continue
            data = b"".join(pending) if len(pending) > 1 else block
            cut += held - len(block)
            self._lines.feed(data, at)
            yield data, cut, at
            at += cut
            rest = data[cut:]  # with the blank line, so that the next record, too, stands behind one
            pending, held = [rest], len(rest)
            border = rest[width:][-2:]
        if pending:
            data = b"".join(pending)
            self._lines.feed(data, at)
            yield data, len(data), at

    def _without_bom(self, stream: Iterable[bytes]) -> Iterator[bytes]:
        head = b""
        looked = False
        for block in stream:
            self.size += len(block)
            self.end = block[-3:] if len(block) > 2 else (self.end + block)[-3:]
            if looked:
                yield block
                continue
            head += block
            if len(head) >= 3:
                looked = True
                yield self._head(head)
        if not looked and head:
            yield self._head(head)

    def _head(self, block: bytes) -> bytes:
        if block[:3] == b"\xef\xbb\xbf":  # editors put a byte order mark; it is no part of the first record
            self._skip = 3
            return block[3:]
        if block[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            raise InputError(self.path, 1, "the file is UTF-16; LDIF is UTF-8: convert it with 'iconv -f UTF-16 -t UTF-8'")
        return block


def _last_blank_line(data: bytes) -> tuple[int, int]:
    """Position and width of the last separator in ``data``, (-1, 0) when there is none."""
    cut = data.rfind(b"\n\n")
    if b"\r" in data:
        cut_cr = data.rfind(b"\n\r\n")
        if cut_cr > cut:
            return cut_cr, 3
    return cut, 2 if cut >= 0 else 0


def _without_line_end(raw: bytes) -> bytes:
    """Take the line ends off the end, but the CR of the last line: with LF written behind, the line is as it was."""
    text = len(raw.rstrip(b"\r\n"))
    line_feed = raw.find(b"\n", text)
    if line_feed < 0:
        return raw
    if _BLANKS(raw, line_feed + 1) is None:  # a line of nothing but carriage returns is no blank line, and is not passed over
        return raw[:-1] if raw[-1:] == b"\n" else raw
    return raw[:line_feed]


def _split(data: bytes, limit: int, offset: int) -> Iterator[RawRecord]:
    start = 0
    good = False  # what the stream starts with is looked at by the reader
    for match in _BORDER(data, 0, limit):
        stop, after = match.span(1)
        if good:
            yield data, start, stop - 2, offset + start, True
        else:
            yield from _trimmed(data[start : stop - 2], offset + start)
        start = after
        good = match.lastindex == 2
    if good and data[limit - 1] != 10:
        yield data, start, limit, offset + start, True
    else:
        yield from _trimmed(data[start:limit], offset + start)


def _trimmed(raw: bytes, offset: int) -> Iterator[RawRecord]:
    """A record without line ends around it, none when nothing is left."""
    if raw[:1] in _LINE_END:
        lead = _LEADING.match(raw)
        if lead is not None:
            offset += lead.end()
            raw = raw[lead.end() :]
    if raw[-1:] in _LINE_END:
        raw = _without_line_end(raw)
    if raw and raw != b"\r":
        yield raw, 0, len(raw), offset, False


def _hand_over(
    found: Iterator[re.Match[bytes]],
    data: bytes,
    limit: int,
    offset: int,
    reads: Sequence[Callable[[bytes], bytes] | None],
    own: int,
    plain: TakePlain,
    other: TakeOther,
) -> None:
    """Make records of what the pattern of `Splitter.scan` finds in ``data``, up to ``limit``."""
    start = 0
    odd = False
    rdn, parent = b"", b""
    marks: tuple[Mark, ...] = ()
    mine = b""
    for match in found:
        kind = match.lastindex
        if kind is None:
            odd = True
            continue
        if kind > 3:
            value = match[kind]
            kind -= 4
            if kind == own:
                mine = mine or value
                continue
            read = reads[kind]
            if read is not None:
                try:
                    value = read(value)
                except ValueError:
                    odd = True  # whoever parses the record says what is wrong
            marks += ((kind, value),)
            continue
        stop, after = match.span(1)
        if rdn and not odd:
            plain(offset + start, stop - 2 - start, rdn, parent, marks, mine)
        else:
            _hand_raw(data[start : stop - 2], offset + start, odd, other)
        start = after
        odd = False
        if kind == 3:
            rdn, parent = match.group(2, 3)
        else:
            rdn = b""
        marks = ()
        mine = b""
    if rdn and not odd and data[limit - 1] != 10:
        plain(offset + start, limit - start, rdn, parent, marks, mine)
    else:
        _hand_raw(data[start:limit], offset + start, odd, other)


def _hand_raw(raw: bytes, offset: int, odd: bool, other: TakeOther) -> None:
    if not odd and raw[:4] == b"dn: " and raw[4:5] > b" " and raw[-1:] != b"\n":
        other(raw, offset, True)
    else:
        for each, _, _, at, _ in _trimmed(raw, offset):
            other(each, at, False)


def _rough(chunk: bytes, offset: int) -> Iterator[RawRecord]:
    """Split a chunk that has carriage returns or NULs in it."""
    start = 0
    for match in _BLANK_CR.finditer(chunk):
        yield from _trimmed(chunk[start : match.start()], offset + start)
        start = match.end()
    yield from _trimmed(chunk[start:], offset + start)
