"""Splits blocks of bytes into physical records: the first of the reader's two steps.

A record is what is between blank lines (RFC 2849 ``SEP``: LF or CR LF and nothing else; str.splitlines knows nine more, each of
which would make phantom records).  Records are split before they are unfolded: unfolding first would let a continuation line behind
a blank line swallow it.  The bytes of a record are not changed: an unmodified record is written as it was read.

A *regular* record is one that a short way can read; all others go to the grammar.  What must hold for it: no NUL or CR is near it, and
it starts with ``dn: `` and a value on one physical line.  `Splitter.split` looks at the line behind that as well, and
`odkit.ldif._scan` at all lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from odkit.errors import InputError
from odkit.ldif._lines import LineCounter
from odkit.patterns import regex

__all__ = ["MAX_RECORD", "Again", "RawRecord", "Splitter", "is_irregular", "split_irregular", "split_plain", "trimmed"]

MAX_RECORD = 1 << 28  # 256 MiB: beyond any record of a directory, and the cap on what one record can make us hold

# bytes that hold a record; where it starts and stops in them, without the final line end; offset of its first byte in the stream;
# whether it is regular.  Copying records out of the blocks takes as long as finding them, and not all are wanted.
RawRecord = tuple[bytes, int, int, int, bool]

# asks a stream, of which so many bytes were seen, to give the last so many of them again before it goes on; tells whether it will, which
# it does not if it has given more, or has ended.  The next block is so much larger: blocks end where they end in any other stream
Again = Callable[[int, int], bool]

_BLANK_CR = regex(rb"\n(?:\r?\n)++")
_LINE_END = frozenset((b"\n", b"\r"))
_SHORTEST = 3  # bytes of a block that show how the stream ends, whatever is before it
_BLANKS = regex(rb"(?:\r?\n)*+\r?")
_LEADING = regex(rb"(?:\r?\n)*")
# a border, and whether a regular entry follows; with a literal prefix it runs on memchr, faster than bytes.split on every CPython
_BORDER = regex(rb"\n\n(\n*+)(?:(dn: [^ \n\x01-\x1f][^\n]*+(?:\n(?![ #\n]|(?i:changetype|control)[:;])|\Z))|)")


class Splitter:
    """Splits a stream of blocks into physical records.

    Args:
        path: named in errors.
        lines: is fed with the blocks.

    Attributes:
        end: the last three bytes of the stream, which show how it ends.
        size: number of bytes seen.
    """

    def __init__(self, path: str, lines: LineCounter) -> None:
        self.path = path
        self.end = b""
        self.size = 0
        self._skip = 0
        self._lines = lines

    def split(self, stream: Iterable[bytes], *, holding: bytes = b"") -> Iterator[RawRecord]:
        """Yield the records of ``stream`` in order.

        For a regular record the line behind the dn shows that it is an entry: it is no comment, ``changetype`` or ``control``.  Its
        other lines are not looked at.

        Args:
            stream: blocks of bytes.
            holding: leave out records that do not hold these bytes.

        Raises:
            InputError: the stream is UTF-16, or a record is larger than `MAX_RECORD`.
        """
        for data, limit, offset in self.chunks(stream):
            if holding and data.find(holding, 0, limit) < 0:
                continue
            records = split_irregular(data[:limit], offset) if is_irregular(data) else split_plain(data, limit, offset)
            yield from (each for each in records if each[0].find(holding, each[1], each[2]) >= 0) if holding else records

    def chunks(self, stream: Iterable[bytes], again: Again | None = None) -> Iterator[tuple[bytes, int, int]]:
        """Join blocks up to the last blank line, so that each chunk holds whole records.

        Args:
            stream: blocks of bytes.
            again: for a stream that can go back: to read the beginning of a record again costs less than to join it with the rest.

        Yields:
            Bytes, the position of the last blank line in them, and the offset of the first byte in the stream.

        Raises:
            InputError: see `split`.
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
            left = len(data) - cut
            if again is not None and cut and left >= _SHORTEST and again(self.size, left):
                self.size -= left
                pending, held, border = [], 0, b""
                continue
            rest = data[cut:]  # with the blank line, so that the next record, too, is behind one
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
        if block[:3] == b"\xef\xbb\xbf":  # editors write a byte order mark; it is no part of the first record
            self._skip = 3
            return block[3:]
        if block[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            raise InputError(self.path, 1, "the file is UTF-16; LDIF is UTF-8: convert it with 'iconv -f UTF-16 -t UTF-8'")
        return block


def _last_blank_line(data: bytes) -> tuple[int, int]:
    """Return position and width of the last separator in ``data``, (-1, 0) if there is none."""
    cut = data.rfind(b"\n\n")
    behind = max(cut, 0)  # what is before it is not looked at
    if data.find(b"\r", behind) >= 0:
        cut_cr = data.rfind(b"\n\r\n", behind)
        if cut_cr > cut:
            return cut_cr, 3
    return cut, 2 if cut >= 0 else 0


def split_plain(data: bytes, limit: int, offset: int, start: int = 0) -> Iterator[RawRecord]:
    """Split a chunk that has neither carriage returns nor NULs, from a border on."""
    regular = False  # what the stream starts with is looked at by the reader
    for match in _BORDER.finditer(data, start, limit):
        stop, after = match.span(1)
        if regular:
            yield data, start, stop - 2, offset + start, True
        else:
            yield from trimmed(data[start : stop - 2], offset + start)
        start = after
        regular = match.lastindex == 2
    if regular and data[limit - 1] != 10:
        yield data, start, limit, offset + start, True
    else:
        yield from trimmed(data[start:limit], offset + start)


def is_irregular(data: bytes) -> bool:
    """Tell whether a chunk holds carriage returns or NULs, so that none of its records is regular."""
    return b"\r" in data or b"\0" in data


def split_irregular(chunk: bytes, offset: int) -> Iterator[RawRecord]:
    """Split a chunk that holds carriage returns or NULs."""
    start = 0
    for match in _BLANK_CR.finditer(chunk):
        yield from trimmed(chunk[start : match.start()], offset + start)
        start = match.end()
    yield from trimmed(chunk[start:], offset + start)


def trimmed(raw: bytes, offset: int) -> Iterator[RawRecord]:
    """Yield a record without the line ends around it; nothing if nothing is left."""
    if raw[:1] in _LINE_END:
        lead = _LEADING.match(raw)
        if lead is not None:
            offset += lead.end()
            raw = raw[lead.end() :]
    if raw[-1:] in _LINE_END:
        raw = _without_line_end(raw)
    if raw and raw != b"\r":
        yield raw, 0, len(raw), offset, False


def _without_line_end(raw: bytes) -> bytes:
    """Take the line ends off the end, except the CR of the last line: with LF written behind it, the line is as it was."""
    text = len(raw.rstrip(b"\r\n"))
    line_feed = raw.find(b"\n", text)
    if line_feed < 0:
        return raw
    if _BLANKS.fullmatch(raw, line_feed + 1) is None:  # a line of nothing but carriage returns is no blank line, and is kept
        return raw[:-1] if raw[-1:] == b"\n" else raw
    return raw[:line_feed]
