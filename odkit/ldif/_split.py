"""Blocks of bytes in, physical records out: the first of the reader's two steps.

A record is what stands between blank lines (RFC 2849 ``sep``: LF or CR LF and nothing else - str.splitlines knows nine more,
each of which would make phantom records).  Records are split before they are unfolded, because unfolding first would let a
continuation line behind a blank line swallow it.  The bytes of a record are not changed here: an unmodified record is
written back as it was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from odkit.errors import InputError
from odkit.ldif._lines import Lines

__all__ = ["MAX_RECORD", "RawRecord", "Splitter"]

MAX_RECORD = 1 << 28  # 256 MiB: beyond any record of a directory, and the cap on what one record can make us hold

# bytes without the final line end; offset of the first byte; plain (see `Splitter.split`); marks of the wanted attributes
RawRecord = tuple[bytes, int, bool, list[int]]

_BLANK = re.compile(rb"\n\n")  # with a literal prefix it runs on memchr, faster than bytes.split on every build of CPython
_BLANK_CR = re.compile(rb"\n\r?\n")
_LINE_END = frozenset((b"\n", b"\r"))
_LEADING = re.compile(rb"(?:\r?\n)*")
_NONE: list[int] = []
# these make a record something else than an entry, wherever they stand behind its first line
_SPECIAL = (b"dn", b"changetype", b"control")


def _pattern(wanted: Sequence[bytes]) -> re.Pattern[bytes]:
    """What splits a chunk and checks the beginning of every line in one pass: what is found is all that needs a look.

    Found are: a blank line (two bytes), a line of a wanted attribute (group 1), and a line that is neither a continuation nor
    ``name:`` with a value of its own - the start of a comment, a URL, a second dn, or damage.
    """
    by_letter: dict[bytes, list[bytes]] = {}
    for name in (*_SPECIAL, *wanted):
        by_letter.setdefault(name[:1].lower(), []).append(re.escape(name[1:].lower()))
    rest = rb"[A-Za-z0-9_-]*+(?::|(?:;[A-Za-z0-9_-]++)++:)[^<]"
    other = b"".join(bytes([c]) for c in b"abcdefghijklmnopqrstuvwxyz" if bytes([c]) not in by_letter)
    good = [rb" ", b"[" + other + other.upper() + b"]" + rest]
    for letter, names in sorted(by_letter.items()):
        good.append(b"[" + letter + letter.upper() + rb"](?!(?i:" + b"|".join(names) + rb"):)" + rest)
    marked = rb"((?i:" + b"|".join(re.escape(name) for name in wanted) + rb")(?=:[^<]))?" if wanted else rb"()"
    return re.compile(rb"\n(?:\n|(?!" + b"|".join(good) + rb")" + marked + rb")")


class Splitter:
    """Splits a stream of blocks into physical records.

    Args:
        path: named in errors.
        lines: is fed with the blocks.
        wanted: names of attributes whose lines are marked, any case.
        check: look at the beginning of each line; without it every record that starts with ``dn: `` counts as plain, for a
            caller that parses it all.

    Attributes:
        end: last three bytes of the stream, to tell how it ends.
        size: bytes seen.
    """

    def __init__(self, path: str, lines: Lines, wanted: Sequence[bytes] = (), *, check: bool = True) -> None:
        self.path = path
        self.end = b""
        self.size = 0
        self._skip = 0
        self._lines = lines
        self._find = (_pattern(wanted) if check else _BLANK).finditer

    def split(self, stream: Iterable[bytes]) -> Iterator[RawRecord]:
        """Yield the records of ``stream`` in order.

        A record is plain when it starts with ``dn: ``, no NUL or CR is in it, and every other line is a continuation or starts
        with an attribute name, a colon, and something else than ``<``; none of them is ``dn``, ``changetype`` or ``control``.
        Of a plain record, the marks are the positions where lines of wanted attributes start.

        Raises:
            InputError: UTF-16, or a record larger than `MAX_RECORD`.
        """
        for data, end, offset in self._chunks(stream):
            if b"\r" in data or b"\0" in data:
                yield from _rough(data[:end], offset)
            else:
                yield from self._plain(data, end, offset)

    def _plain(self, data: bytes, limit: int, offset: int) -> Iterator[RawRecord]:
        start = 0
        odd = False
        marks: list[int] = []
        for match in self._find(data, 0, limit):
            at, end = match.span()
            if end == at + 2 and data[at + 1] == 10:
                raw = data[start:at]
                if raw[:4] == b"dn: " and not odd and raw[4:5] > b" ":
                    yield raw, offset + start, True, marks
                else:
                    yield from _trimmed(raw, offset + start)
                start, odd = end, False
                if marks:
                    marks = []
            elif end > at + 1:
                marks.append(at + 1 - start)
            else:
                odd = True
        raw = data[start:limit]
        if raw[:4] == b"dn: " and not odd and raw[4:5] > b" ":
            yield raw, offset + start, True, marks
        else:
            yield from _trimmed(raw, offset + start)

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
            at += cut + width
            rest = data[cut + width :]
            pending, held = ([rest], len(rest)) if rest else ([], 0)
            border = rest[-2:]
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
    return raw if line_feed < 0 else raw[:line_feed]


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
        yield raw, offset, False, _NONE


def _rough(chunk: bytes, offset: int) -> Iterator[RawRecord]:
    """Split a chunk that has carriage returns or NULs in it."""
    start = 0
    for match in _BLANK_CR.finditer(chunk):
        yield from _trimmed(chunk[start : match.start()], offset + start)
        start = match.end()
    yield from _trimmed(chunk[start:], offset + start)
