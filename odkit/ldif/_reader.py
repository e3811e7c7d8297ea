"""The reader: records in order, and whether they are all."""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence

from odkit.errors import InputError
from odkit.findings import Finding, finding, record_finding
from odkit.ldif._change import is_change, parse_change
from odkit.ldif._entry import ChangeRecord, Entry, UnfetchedURL
from odkit.ldif._lines import Lines, ReadAt, reread
from odkit.ldif._parse import Parser
from odkit.ldif._split import Mark, Marked, Splitter, TakePlain
from odkit.ldif._trailer import WORDS, Completeness, Trailer
from odkit.ldif._unfold import lines_before_dn, logical_lines, normalised
from odkit.redaction import mask_urls
from odkit.sources import Source, blocks, open_source, source_name
from odkit.text import decode, escape, shorten

__all__ = ["Reader", "read"]

_COMMENTS = re.compile(rb"(?:#[^\n]*+(?:\n [^\n]*+)*+(?:\n|\Z))++")
_CHANGE = re.compile(rb"(?i)\n(?:changetype|control)[:;]")
# what slapcat, and nothing that reads through the protocol without being asked, writes at the end of every entry
_STORED = re.compile(rb"(?mi)^(?:entryCSN|structuralObjectClass|modifyTimestamp):")

TakeRecord = Callable[[Entry | ChangeRecord, int, bool], None]


class Reader:
    """Reads LDIF; iterate over it once.

    Args:
        source: a path, a binary file object, or bytes; gzip is unpacked.
        strict: raise `InputError` at the first fault; else faults become findings and reading goes on.
        lazy: hand out entries whose attributes are parsed, and checked, when they are first asked for.
        name: the source's name in messages, when it is not its own.
        holding: see `read`.

    Attributes:
        path: name of the source.
        findings: what was noticed; complete after the last record.
        entries: number of entries given out so far.
        lines: turns offsets into physical lines.
        breaks: offsets of paragraphs that could not be read as a record: the one before may have lost lines to them.
    """

    def __init__(self, source: Source, *, strict: bool = True, lazy: bool = False, name: str | None = None, holding: bytes = b"") -> None:
        self.path = name or source_name(source)
        self.strict = strict
        self.lazy = lazy
        self.holding = holding
        self._trailer = Trailer()
        self.entries = 0
        self.findings: list[Finding] = []
        self.breaks: list[int] = []
        self.lines = Lines(None)
        self._source = source
        self._splitter: Splitter | None = None
        self._first: Entry | None = None
        self._last: Entry | None = None
        self._parser = Parser(self.path, strict=strict, lines=self.lines, note=self.findings.append)

    @property
    def size(self) -> int:
        """Bytes read so far, unpacked."""
        return self._splitter.size if self._splitter is not None else 0

    def __iter__(self) -> Iterator[Entry | ChangeRecord]:
        file, own = open_source(self._source)
        try:
            yield from self.records(blocks(file, self.path), self._again(file))
        finally:
            if own:
                file.close()

    def _again(self, file: object) -> ReadAt | None:
        source = self._source
        if isinstance(source, (bytes, bytearray, memoryview)) and isinstance(file, io.BytesIO):
            data = memoryview(source)
            return lambda offset, length: bytes(data[offset : offset + length])
        if isinstance(source, (str, os.PathLike)) and isinstance(file, io.FileIO):
            state = os.fstat(file.fileno())
            return reread(os.fspath(source), state) if stat.S_ISREG(state.st_mode) else None
        return None

    def records(self, stream: Iterable[bytes], read_at: ReadAt | None = None) -> Iterator[Entry | ChangeRecord]:
        """Read from blocks of bytes instead of the source: the sans-IO core.

        Args:
            stream: the blocks.
            read_at: reads the same stream again, for line numbers; without it they are counted on the way.

        Raises:
            InputError: a fault, when strict; a stream that cannot be read at all, always.
        """
        lines = self.lines = self._parser.lines = Lines(read_at)
        splitter = self._splitter = Splitter(self.path, lines)
        make = Entry._within
        parser, fast, lazy, again = self._parser, self._parser.fast, self.lazy, lines.again
        for data, start, stop, offset, plain in splitter.split(stream, holding=self.holding):
            entry: Entry | ChangeRecord | None
            if plain and lazy:
                entry = make(data, start, stop, offset, parser)
            elif plain and (parsed := fast(raw := data[start:stop])) is not None:
                entry = Entry._lazy(raw, offset, parser)
                entry._dn, entry._attributes = parsed
            else:
                entry = self._unusual(data[start:stop], offset)
                if entry is not None:
                    yield entry
                continue
            if not again:
                entry._line = lines.at(offset)
            self.entries += 1
            if self._first is None:
                self._first = self.entry(data[start:stop], offset)
            self._last = entry
            yield entry

    def scan(self, stream: Iterable[bytes], lines: Lines, marks: Sequence[Marked], own: int, plain: TakePlain, other: TakeRecord) -> None:
        """Read for an index: most records are handed over by their place, without making an entry of them.

        Args:
            stream: blocks of bytes.
            lines: of the same stream, which can be read again.
            marks: see `odkit.ldif._split.Splitter.scan`.
            own: as there.
            plain: as there.
            other: takes every other record, its offset, and whether each of its lines starts as it must.

        Raises:
            InputError: a stream that cannot be read at all.
        """
        self.lines = self._parser.lines = lines
        splitter = self._splitter = Splitter(self.path, lines)
        count = counted = 0
        first = last = (0, 0)

        def take_plain(offset: int, length: int, rdn: bytes, parent: bytes, found: tuple[Mark, ...], mine: bytes) -> None:
            nonlocal count, first, last
            last = (offset, length)
            if not count:
                first = last
            count += 1
            plain(offset, length, rdn, parent, found, mine)

        def take_other(raw: bytes, offset: int, good: bool) -> None:
            nonlocal counted
            self.entries += count - counted
            counted = count
            record = self._taken(self.entry(raw, offset)) if good else self._unusual(raw, offset)
            if record is not None:
                other(record, offset, good)

        splitter.scan(stream, marks, own, take_plain, take_other)
        self.entries += count - counted
        if count:
            assert lines.read_at is not None
            if self._first is None or first[0] < self._first._offset:
                self._first = self.entry(lines.read_at(*first), first[0])
            if self._last is None or last[0] > self._last._offset:
                self._last = self.entry(lines.read_at(*last), last[0])

    def entry(self, raw: bytes, offset: int) -> Entry:
        """An entry of a plain record that `scan` has given out."""
        return Entry._lazy(raw, offset, self._parser)

    def _checked(self, entry: Entry) -> bool:
        try:
            if self.lazy:
                _ = entry.dn
            else:
                entry._parse()
        except InputError as error:
            self._fault("OD001", error, entry._offset)
            return False
        return True

    def _fault(self, code: str, error: InputError, offset: int) -> None:
        if self.strict:
            raise error
        self.breaks.append(offset)
        self.findings.append(finding(code, "", error.message, path=self.path, line=error.line))

    def _unusual(self, raw: bytes, offset: int) -> Entry | ChangeRecord | None:
        """A record that starts with a comment, a version line, an odd spelling of dn - or is none."""
        lead = _COMMENTS.match(raw) if raw[:1] == b"#" else None
        entry_follows = (raw[lead.end() : lead.end() + 4] if lead is not None else raw[:4]) == b"dn: "
        if lead is not None or WORDS.match(raw):
            text = normalised(lead[0] if lead is not None and entry_follows else raw)
            self.findings += self._trailer.read(text, self.entries, self.path, lambda at: self.lines.at(offset) + text.count(b"\n", 0, at))
        if entry_follows and not _CHANGE.search(raw):
            entry = Entry._lazy(raw, offset, self._parser)
            if not self.lines.again:
                entry._line = self.lines.at(offset) + lines_before_dn(raw)
            return self._taken(entry) if self._checked(entry) else None
        return self._odd(raw, offset)

    def _taken(self, entry: Entry) -> Entry:
        self.entries += 1
        if self._first is None:
            self._first = entry
        self._last = entry
        return entry

    def _odd(self, raw: bytes, offset: int) -> Entry | ChangeRecord | None:
        """A record that must be read by the grammar, line by line, to know what it is."""

        def first_line() -> int:
            return self.lines.at(offset)

        lines = logical_lines(raw, 0)
        if lines and lines[0][1][:8].lower() == b"version:":
            if lines[0][1][8:].strip(b" ") != b"1":
                error = InputError(
                    self.path, first_line() + lines[0][0], f"version {shorten(lines[0][1][8:].strip(), 20)} of LDIF is not known"
                )
                self._fault("OD001", error, offset)
            del lines[0]
        if not lines:
            return None
        number, first = lines[0]
        if first.partition(b":")[0].lower() != b"dn":
            if all(WORDS.match(each) for _, each in lines):
                return None
            self._fault("OD004", InputError(self.path, first_line() + number, _no_dn(first)), offset)
            return None
        try:
            if is_change(lines):
                dn = self._parser._dn_value(first, lambda: first_line() + number)
                record = parse_change(raw, first_line(), dn, self.path)
                self.findings += _urls(record)
                return record
            entry = Entry._lazy(raw, offset, self._parser)
            if not self.lines.again:
                entry._line = first_line() + number
            entry._dn, entry._attributes = self._parser.slow(raw, first_line)
        except InputError as error:
            self._fault("OD001", error, offset)
            return None
        return self._taken(entry)

    def completeness(self) -> tuple[Completeness, str]:
        """Judge the export after the last record (design: complete, incomplete, unknown), with the reason."""
        said = self._trailer.judge(self.entries)
        if said is not None:
            return said
        end, last = self._end, self._last
        if end and end[-1:] != b"\n":
            return Completeness.INCOMPLETE, "the file ends in the middle of a line: it is cut"
        if self.stored and last is not None and not _STORED.search(last.raw or b""):
            return Completeness.INCOMPLETE, f"the last entry (line {last.line}) lacks the operational attributes of the others: cut"
        return self._trailer.limited(self.entries) or (Completeness.UNKNOWN, "neither a count nor a result stands in the file")

    @property
    def blank_line_at_end(self) -> bool:
        """Whether the stream ends with a blank line, as slapcat and ldapsearch leave it."""
        return self._end.endswith((b"\n\n", b"\n\r\n"))

    @property
    def broken(self) -> bool:
        """Whether lines were seen that are no record, or of two in one: a record may be missing."""
        return bool(self.breaks) or self._parser.joined

    @property
    def torn(self) -> list[int]:
        """Where records may have lost lines: `breaks`, and the end of a stream that does not end a record with its blank line."""
        unended = self._last is not None and self.completeness()[0] is Completeness.UNKNOWN and not self.blank_line_at_end
        return [*self.breaks, self.size] if unended else self.breaks

    @property
    def _end(self) -> bytes:
        return self._splitter.end if self._splitter is not None else b""

    @property
    def stored(self) -> bool:
        """Whether the entries carry operational attributes, as slapcat writes them."""
        return self._first is not None and _STORED.search(self._first.raw or b"") is not None


def _urls(record: ChangeRecord) -> Iterator[Finding]:
    """Values that name a URL, which is kept and never opened."""
    values = [(name, value) for name, each in (record.attributes or {}).items() for value in each]
    values += [(change.attribute, value) for change in record.changes for value in change.values]
    for name, value in values:
        if isinstance(value, UnfetchedURL):
            shown = shorten(mask_urls(decode(value)), 120)
            message = f"{escape(name)} names a URL ({shown}) instead of holding a value"
            yield record_finding("OD006", record.dn, message, attribute=name, path=record.path, line=record.line)


def _no_dn(first: bytes) -> str:
    if first[:1] == b" ":
        return "a continuation line behind a blank line: the blank line cuts a record in two"
    if first[:8].lower() == b"include:":
        return "'include:' is OpenLDAP's own and opens other files; odkit does not follow it"
    name, colon, _ = first.partition(b":")
    shown = (
        repr(name.decode())
        if colon and name.isascii() and name.replace(b"-", b"").isalnum() and len(name) < 60
        else f"{len(first)} bytes of something else"
    )
    return f"a record starts with 'dn:', not with {shown}"


def read(source: Source, *, strict: bool = True, lazy: bool = False, holding: bytes = b"") -> Iterator[Entry | ChangeRecord]:
    """Read LDIF (RFC 2849), record by record; memory does not grow with the file.

    Args:
        source: a path, a binary file object, or bytes; gzip is unpacked on the way.
        strict: raise at the first fault.  Use `Reader` with ``strict=False`` to get the findings.
        lazy: parse and check the attributes of an entry only when they are asked for.
        holding: pass over every record in whose bytes, as they stand in the file, this does not occur.  A value that is folded
            there or in base64 is not found; look at the attributes of what is found, because a comment may hold it, too.

    Yields:
        `Entry` or `ChangeRecord`, in the order of the file.

    Raises:
        InputError: with path, physical line and message; no other exception for any bytes.
    """
    return iter(Reader(source, strict=strict, lazy=lazy, holding=holding))
