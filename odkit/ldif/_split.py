"""Blocks of bytes in, physical records out: the first of the reader's two steps.

A record is what stands between blank lines (RFC 2849 ``sep``: LF or CR LF and nothing else - str.splitlines knows nine more,
each of which would make phantom records).  Records are split before they are unfolded, because unfolding first would let a
continuation line behind a blank line swallow it.  The bytes of a record are not changed here: an unmodified record is
written back as it was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from odkit.errors import InputError

__all__ = ["MAX_RECORD", "RawRecord", "Splitter"]

MAX_RECORD = 1 << 28  # 256 MiB: beyond any record of a directory, and the cap on what one record can make us hold

RawRecord = tuple[bytes, int, int]  # bytes without the final line end; 1-based line; offset of the first byte

# a regular expression with a literal prefix runs on memchr and is faster than bytes.split on every build of CPython
_BLANK = re.compile(rb"\n\n")
_BLANK_CR = re.compile(rb"\n\r?\n")
_LINE_END = frozenset((b"\n", b"\r"))
_LEADING = re.compile(rb"(?:\r?\n)*")


class Splitter:
    """Splits a stream of blocks into physical records.

    Args:
        path: named in errors.

    Attributes:
        end: last three bytes of the stream, to tell how it ends.
        size: bytes seen.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.end = b""
        self.size = 0
        self._skip = 0

    def split(self, stream: Iterable[bytes]) -> Iterator[RawRecord]:
        """Yield the records of ``stream`` in order.

        Raises:
            InputError: UTF-16, or a record larger than `MAX_RECORD`.
        """
        line, offset = 1, 0
        for chunk, skip, last in self._chunks(stream):
            offset += skip
            for piece, width in _pieces(chunk, last):
                raw = piece
                at_line, at = line, offset
                if raw[:1] in _LINE_END:
                    lead = _LEADING.match(raw)
                    if lead is not None and lead.end():
                        at_line += raw.count(b"\n", 0, lead.end())
                        at += lead.end()
                        raw = raw[lead.end() :]
                if raw[-1:] in _LINE_END:
                    raw = _without_line_end(raw)
                if raw and raw != b"\r":
                    yield raw, at_line, at
                line += piece.count(b"\n") + 2
                offset += len(piece) + width

    def _chunks(self, stream: Iterable[bytes]) -> Iterator[tuple[bytes, int, int]]:
        """Join blocks up to the last blank line.

        Yields:
            The bytes before that blank line, the number of bytes skipped before them (the BOM), and the width of the
            separator behind them.
        """
        pending: list[bytes] = []
        held = 0
        border = b""  # last two bytes of what is pending: a separator may lie across two blocks
        for block in self._without_bom(stream):
            probe = border + block
            cut, width = _last_blank_line(probe)
            pending.append(block)
            held += len(block)
            if cut < 0:
                border = probe[-2:]
                if held > MAX_RECORD:
                    raise InputError(self.path, None, f"a record is larger than {MAX_RECORD >> 20} MiB; this is no LDIF")
                continue
            data = b"".join(pending) if len(pending) > 1 else block
            cut += len(data) - len(probe)
            yield data[:cut], self._take_skip(), width
            rest = data[cut + width :]
            pending, held = ([rest], len(rest)) if rest else ([], 0)
            border = rest[-2:]
        if pending:
            yield b"".join(pending), self._take_skip(), 0

    def _without_bom(self, stream: Iterable[bytes]) -> Iterator[bytes]:
        head = b""
        looked = False
        for block in stream:
            self.size += len(block)
            self.end = (self.end + block)[-3:]
            if looked:
                yield block
                continue
            head += block
            if len(head) >= 3:
                looked = True
                yield self._head(head)
        if not looked and head:
            yield self._head(head)

    def _take_skip(self) -> int:
        skip, self._skip = self._skip, 0
        return skip

    def _head(self, block: bytes) -> bytes:
        if block[:3] == b"\xef\xbb\xbf":  # editors put a byte order mark; it is no part of the first record
            self._skip = 3
            return block[3:]
        if block[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            raise InputError(self.path, 1, "the file is UTF-16; LDIF is UTF-8: convert it with 'iconv -f UTF-16 -t UTF-8'")
        return block


def _last_blank_line(data: bytes) -> tuple[int, int]:
    """Position and width of the last separator in ``data``, (-1, 0) when there is none."""
    cut, width = data.rfind(b"\n\n"), 2
    if b"\r" in data:
        cut_cr = data.rfind(b"\n\r\n")
        if cut_cr > cut:
            return cut_cr, 3
    return cut, width


def _without_line_end(raw: bytes) -> bytes:
    """Take the line ends off the end, but the CR of the last line: with LF written behind, the line is as it was."""
    text = len(raw.rstrip(b"\r\n"))
    line_feed = raw.find(b"\n", text)
    return raw if line_feed < 0 else raw[:line_feed]


def _pieces(chunk: bytes, last: int) -> Iterator[tuple[bytes, int]]:
    """Split a chunk at its blank lines; with each piece the width of the separator behind it."""
    if b"\r" not in chunk:
        pieces = _BLANK.split(chunk)
        final = pieces.pop()
        for piece in pieces:
            yield piece, 2
        yield final, last
        return
    start = 0
    for match in _BLANK_CR.finditer(chunk):
        yield chunk[start : match.start()], match.end() - match.start()
        start = match.end()
    yield chunk[start:], last
