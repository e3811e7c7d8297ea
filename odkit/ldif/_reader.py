"""Iterates over the records of one input, and judges whether the export is complete."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from odkit.errors import InputError
from odkit.findings import Finding, Rule, finding
from odkit.ldif._asked import Asked
from odkit.ldif._batch import Batch, TakeBatch
from odkit.ldif._coverage import Coverage
from odkit.ldif._entry import Entry, EntryMaker, entry_in_block, entry_of, parsed_entry
from odkit.ldif._fast import lines_before_dn
from odkit.ldif._folding import Folding, dn_is_folded
from odkit.ldif._grammar import Fault, is_change_record, is_version_spec, logical_lines, normalised, version_spec
from odkit.ldif._lines import LineCounter, ReadAt, reread
from odkit.ldif._look import Look
from odkit.ldif._parse import Parser, no_dn_message
from odkit.ldif._scan import scan
from odkit.ldif._split import Again, Splitter
from odkit.ldif._trailer import WORDS, Completeness
from odkit.ldif._values import ChangeRecord
from odkit.ldif.rules import BAD_LINE, RECORD_WITHOUT_DN
from odkit.patterns import regex
from odkit.sources import Source, blocks, open_source, source_name

__all__ = ["Reader", "TakeRecord", "read"]

_COMMENTS = regex(rb"(?:#[^\n]*+(?:\n [^\n]*+)*+(?:\n|\Z))++")
_CHANGE = regex(rb"(?i)\n(?:changetype|control)[:;]")

TakeRecord = Callable[[Entry | ChangeRecord, int, bool], None]  # a record, its offset, whether each of its lines is regular


class Reader:
    """Reads LDIF; to be iterated over once.

    Args:
        source: a path, a binary file object, or bytes; gzip is unpacked.
        strict: raise `InputError` at the first fault; else faults become findings and reading goes on.
        lazy: yield entries whose attributes are parsed, and checked, when they are first asked for.
        name: the source's name in messages, if it is not its own.
        holding: see `read`.

    Attributes:
        path: name of the source.
        findings: what was noticed; complete after the last record.
        again: how the stream of `scan` gives bytes again; see `odkit.ldif._split.Splitter.chunks`.
    """

    def __init__(self, source: Source, *, strict: bool = True, lazy: bool = False, name: str | None = None, holding: bytes = b"") -> None:
        self.path = name or source_name(source)
        self.strict = strict
        self.lazy = lazy
        self.holding = holding
        self.findings: list[Finding] = []
        self.again: Again | None = None
        self._source = source
        self._begin(LineCounter(None))

    def _begin(self, lines: LineCounter) -> None:
        self._lines = lines
        self._splitter = Splitter(self.path, lines)
        self._parser = Parser(self.path, strict=self.strict, lines=lines, note=self.findings.append)
        self._coverage = Coverage(self._splitter, self._parser)

    @property
    def entries(self) -> int:
        """Number of entries read so far."""
        return self._coverage.entries

    @property
    def size(self) -> int:
        """Number of unpacked bytes read so far."""
        return self._splitter.size

    def __iter__(self) -> Iterator[Entry | ChangeRecord]:
        file, must_close = open_source(self._source)
        try:
            yield from self.records(blocks(file, self.path), self._again(file))
        finally:
            if must_close:
                file.close()

    def _again(self, file: object) -> ReadAt | None:
        """Return a function that reads the source again, None if it can be read only once."""
        source = self._source
        if isinstance(source, (bytes, bytearray, memoryview)) and isinstance(file, io.BytesIO):
            return lambda offset, length: bytes(memoryview(source)[offset : offset + length])
        if isinstance(source, (str, os.PathLike)) and isinstance(file, io.FileIO):
            state = os.fstat(file.fileno())
            return reread(os.fspath(source), state) if stat.S_ISREG(state.st_mode) else None
        return None

    def records(self, stream: Iterable[bytes], read_at: ReadAt | None = None) -> Iterator[Entry | ChangeRecord]:
        """Read from blocks of bytes instead of the source: the core that does no input or output.

        Args:
            stream: the blocks.
            read_at: reads the same stream again, for line numbers; without it lines are counted on the way.

        Yields:
            `Entry` or `ChangeRecord`, in the order of the stream.

        Raises:
            InputError: there is a fault, when strict; the stream cannot be read at all, always.
        """
        self._begin(LineCounter(read_at))
        coverage, parser, lazy = self._coverage, self._parser, self.lazy
        line_at = None if self._lines.any_time else self._lines.at
        common = parser.regular if self.strict else parser.common  # a strict reader notices nothing in what RFC 2849 allows
        for data, start, stop, offset, regular in self._splitter.split(parser.watch(stream), holding=self.holding):
            entry: Entry | ChangeRecord | None
            if regular and lazy:  # its dn is not folded
                entry = entry_in_block(data, start, stop, offset, parser, line_at and line_at(offset))
            elif regular and not lazy and (content := common(raw := data[start:stop])) is not None:
                entry = parsed_entry(raw, offset, parser, line_at and line_at(offset), content)
            else:
                entry = self._irregular(data[start:stop], offset)
                if entry is not None:
                    yield entry
                continue
            coverage.entries += 1
            if coverage.first is None:
                coverage.first = entry_of(data[start:stop], offset, parser)
            coverage.last = entry
            yield entry

    def scan(
        self,
        stream: Iterable[bytes],
        read_at: ReadAt,
        look: Look,
        take_batch: TakeBatch,
        take_other: TakeRecord,
        *,
        counting: bool = False,
        folding: Folding | None = None,
    ) -> None:
        """Read for an index: hand over most records by their place, without making an entry of them.

        Args:
            stream: blocks of bytes.
            read_at: reads the same stream again.
            look: what is looked for.
            take_batch: see `odkit.ldif._scan.scan`.
            take_other: takes every other record.
            counting: see `odkit.ldif._lines.LineCounter`.
            folding: how the stream folds its lines, where that is known.

        Raises:
            InputError: the stream cannot be read at all.
        """
        self._begin(LineCounter(read_at, counting=counting))
        coverage = self._coverage
        counted, first, last = 0, (-1, 0), (-1, 0)  # counted: records of batches that the coverage does not know yet

        def batch(found: Batch) -> None:
            nonlocal counted, first, last
            first = first if first[0] >= 0 else (found.offsets[0], found.lengths[0])
            last = (found.offsets[-1], found.lengths[-1])
            counted += len(found.offsets)
            take_batch(found)

        def other(raw: bytes, offset: int, is_regular: bool) -> None:
            nonlocal counted
            coverage.entries, counted = coverage.entries + counted, 0
            record = self._taken(self.entry(raw, offset)) if is_regular and not dn_is_folded(raw) else self._irregular(raw, offset)
            if record is not None:
                take_other(record, offset, is_regular)

        scan(self._splitter, self._parser.watch(stream, folding), look, batch, other, lambda: self._parser.folding, self.again)
        coverage.entries += counted
        if first[0] >= 0:
            if coverage.first is None or first[0] < coverage.first.offset:
                coverage.first = self.entry(read_at(*first), first[0])
            if coverage.last is None or last[0] > coverage.last.offset:
                coverage.last = self.entry(read_at(*last), last[0])

    def entry(self, raw: bytes, offset: int) -> Entry:
        """Return the entry of a regular record; what is wrong in it goes to `findings`."""
        return entry_of(raw, offset, self._parser)

    def entry_maker(self, note: Callable[[Finding], object]) -> EntryMaker:
        """Return what makes entries of this input after it has been read; what is wrong in them goes to ``note``."""
        return EntryMaker(self.path, self._lines, note, self._parser.folding, self.size)

    def _fault(self, rule: Rule, error: InputError, offset: int) -> None:
        if self.strict:
            raise error
        self._coverage.breaks.append(offset)
        self.findings.append(finding(rule, "", error.message, path=self.path, line=error.line))

    def _irregular(self, raw: bytes, offset: int) -> Entry | ChangeRecord | None:
        """Return the record of a paragraph that starts with a comment, a version line or another spelling of dn; None if it has none."""
        lead = _COMMENTS.match(raw) if raw[:1] == b"#" else None
        entry_follows = (raw[lead.end() : lead.end() + 4] if lead is not None else raw[:4]) == b"dn: "
        if lead is not None or WORDS.match(raw):
            text = normalised(lead[0] if lead is not None and entry_follows else raw)

            def line_at(position: int) -> int:
                return self._lines.at(offset) + text.count(b"\n", 0, position)

            self.findings += self._coverage.read(text, offset, self.path, line_at, before_entry=entry_follows)
        if not entry_follows or _CHANGE.search(raw):
            return self._by_grammar(raw, offset)
        line = None if self._lines.any_time else self._lines.at(offset) + lines_before_dn(raw)
        entry = entry_of(raw, offset, self._parser, line)
        try:
            _ = entry.dn if self.lazy else entry.attributes
        except InputError as error:
            self._fault(BAD_LINE, error, offset)
            return None
        return self._taken(entry)

    def _taken(self, entry: Entry) -> Entry:
        self._coverage.take(entry)
        return entry

    def _by_grammar(self, raw: bytes, offset: int) -> Entry | ChangeRecord | None:
        """Return a record that must be read line by line to know what it is; None if the lines are no record."""
        first_line = partial(self._lines.at, offset)
        lines = logical_lines(raw)
        if lines and is_version_spec(lines[0]):
            try:
                version_spec(lines[0])
            except Fault as fault:
                self._fault(BAD_LINE, InputError(self.path, first_line() + fault.line, str(fault)), offset)
            del lines[0]
        if not lines:
            return None
        first = lines[0]
        if first.text.partition(b":")[0].lower() != b"dn":
            if not all(WORDS.match(line.text) for line in lines):
                self._fault(RECORD_WITHOUT_DN, InputError(self.path, first_line() + first.number, no_dn_message(first.text)), offset)
            return None
        try:
            if is_change_record(lines):
                return self._parser.change_record(raw, lines, first_line)
            line = None if self._lines.any_time else first_line() + first.number
            content = self._parser.entry_by_grammar(raw, first_line)
        except InputError as error:
            self._fault(BAD_LINE, error, offset)
            return None
        return self._taken(parsed_entry(raw, offset, self._parser, line, content))

    def completeness(self) -> tuple[Completeness, str]:
        """Judge the export after its last record.

        Returns:
            Complete, incomplete or unknown, and the reason.
        """
        return self._coverage.completeness()

    @property
    def asked(self) -> Asked:
        """What the searches of the input asked for; complete after the last record."""
        return self._coverage.asked

    @property
    def blank_line_at_end(self) -> bool:
        """Whether the stream ends with a blank line, as slapcat and ldapsearch leave it."""
        return self._coverage.blank_line_at_end

    @property
    def cut(self) -> str:
        """Why records or lines are known to be missing; empty otherwise."""
        return self._coverage.cut

    @property
    def torn(self) -> list[int]:
        """Offsets at which records may have lost lines."""
        return self._coverage.torn

    @property
    def stored(self) -> bool:
        """Whether the entries have operational attributes, as slapcat writes them."""
        return self._coverage.stored


def read(source: Source, *, strict: bool = True, lazy: bool = False, holding: bytes = b"") -> Iterator[Entry | ChangeRecord]:
    """Read LDIF (RFC 2849), record by record; memory does not grow with the file.

    Args:
        source: a path, a binary file object, or bytes; gzip is unpacked on the way.
        strict: raise at the first fault.  Use `Reader` with ``strict=False`` to get the findings.
        lazy: parse and check the attributes of an entry only when they are asked for.
        holding: leave out records whose bytes do not hold this as it is: folded, or in base64, it is not found; a comment may hold it.

    Yields:
        `Entry` or `ChangeRecord`, in the order of the file.

    Raises:
        InputError: with path, physical line and message; no other exception for any bytes.
    """
    return iter(Reader(source, strict=strict, lazy=lazy, holding=holding))
