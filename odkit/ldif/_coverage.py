"""Judges whether an input holds all that was asked for: from its headers and trailers, from its end, and from what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from odkit.findings import Finding
from odkit.ldif._answer import Answer, unknowns
from odkit.ldif._asked import Asked, Headers
from odkit.ldif._entry import Entry
from odkit.ldif._parse import Parser
from odkit.ldif._split import Splitter
from odkit.ldif._trailer import Completeness, Trailer
from odkit.patterns import regex

__all__ = ["Coverage"]

# slapcat writes these at the end of every entry; a search gives them only if it asks for them
_STORED = regex(rb"(?mi)^(?:entryCSN|structuralObjectClass|modifyTimestamp):")


class Coverage:
    """Collects, while an input is read, what shows whether it is complete.

    Args:
        splitter: of the input.
        parser: of the input.

    Attributes:
        entries: number of entries read so far.
        first: the first entry.
        last: the last entry.
        breaks: offsets of paragraphs that could not be read as a record: the one before may have lost lines to them.
    """

    def __init__(self, splitter: Splitter, parser: Parser) -> None:
        self.entries = 0
        self.first: Entry | None = None
        self.last: Entry | None = None
        self.breaks: list[int] = []
        self._splitter = splitter
        self._parser = parser
        self._trailer = Trailer()
        self._headers = Headers()
        self._begins: list[Entry] = []  # the first entry of each search

    def read(self, text: bytes, offset: int, path: str, line: Callable[[int], int], *, before_entry: bool) -> Iterator[Finding]:
        """Read the lines of a paragraph that are no part of an entry.

        Args:
            text: the lines.
            offset: of the paragraph.
            path: for findings.
            line: returns the physical line of a position in the text.
            before_entry: whether an entry follows in the same paragraph.

        Yields:
            Findings OD007 and OD008.
        """
        self._headers.read(text, offset, before_entry=before_entry)
        yield from self._trailer.read(text, self.entries, path, line)

    def take(self, entry: Entry) -> None:
        """Count an entry that was read by the grammar, or that a comment precedes."""
        self.entries += 1
        if self.first is None:
            self.first = entry
        self.last = entry
        if self._headers.began:
            self._headers.began = False
            self._begins.append(entry)

    def completeness(self) -> tuple[Completeness, str]:
        """Judge the input after its last record.

        Returns:
            Complete, incomplete or unknown, and the reason.
        """
        state, reason = self._judge_end()
        if state is Completeness.INCOMPLETE:
            return state, reason
        asked = self.asked
        if left_out := asked.left_out():
            return Completeness.INCOMPLETE, f"not asked for: {'; '.join(left_out)}"
        if state is Completeness.COMPLETE and not asked.searches:
            return Completeness.UNKNOWN, f"{reason}, but the header that says what was asked for is missing"
        return state, reason

    @property
    def asked(self) -> Asked:
        """What the searches of the input asked for; complete after the last record."""
        first = [self.first] if self.first is not None else []
        names_only = any(unknown.answer is Answer.NOT_ASKED for each in (*first, *self._begins) for unknown in unknowns(each))
        return Asked(self._headers.searches, len(self._parser.elsewhere), names_only)

    def _judge_end(self) -> tuple[Completeness, str]:
        """Judge by trailers and by the end of the input, whatever was asked for."""
        if (said := self._trailer.judge(self.entries)) is not None:
            return said
        end, last = self._splitter.end, self.last
        if end and end[-1:] != b"\n":
            return Completeness.INCOMPLETE, "the file ends in the middle of a line: it is cut"
        if self.stored and last is not None and not _STORED.search(last.raw or b""):
            return Completeness.INCOMPLETE, f"the last entry (line {last.line}) lacks the operational attributes of the others: cut"
        return self._trailer.limited(self.entries) or (Completeness.UNKNOWN, "the file holds neither a count nor a result")

    @property
    def blank_line_at_end(self) -> bool:
        """Whether the stream ends with a blank line, as slapcat and ldapsearch leave it."""
        return self._splitter.end.endswith((b"\n\n", b"\n\r\n"))

    @property
    def cut(self) -> str:
        """Why records or lines are known to be missing; empty otherwise."""
        state, reason = self._judge_end()
        if state is Completeness.INCOMPLETE:
            return reason
        # lines were seen that are no record, or of two in one
        return "lines of it cannot be read as a record: a record may be missing" if self.breaks or self._parser.joined else ""

    @property
    def torn(self) -> list[int]:
        """Where records may have lost lines: `breaks`, and the end of a stream that does not end a record with its blank line."""
        size, last = self._splitter.size, self.last
        at_end = last is not None and last.offset + len(last.raw or b"") + len("\r\n") >= size
        return [*self.breaks, size] if at_end and not self.blank_line_at_end else self.breaks

    @property
    def stored(self) -> bool:
        """Whether the entries have operational attributes, as slapcat writes them."""
        return self.first is not None and _STORED.search(self.first.raw or b"") is not None
