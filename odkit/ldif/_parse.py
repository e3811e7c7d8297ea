"""From the bytes of a record to a DN and attributes: the fast path first, then the grammar; faults become errors or findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from odkit.errors import InputError
from odkit.findings import Finding, Hides, Rule, Severity, record_finding
from odkit.ldif._fast import FastParser, lines_before_dn, lines_of
from odkit.ldif._folding import LARGE, SAMPLE, Folding, folding_of, may_be_folded
from odkit.ldif._grammar import (
    Fault,
    LogicalLine,
    LogicalLines,
    attribute_line,
    change_record,
    dn_spec,
    is_attribute_description,
    is_version_spec,
    logical_lines,
)
from odkit.ldif._lines import LineCounter
from odkit.ldif._values import Attributes, ChangeRecord, UnfetchedURL, urls_of
from odkit.ldif.rules import UNFETCHED_URL
from odkit.redaction import mask_urls
from odkit.text import decode, escape, shorten

__all__ = ["FirstLine", "Parser", "no_dn_message"]

JOINED_LINE = Rule(
    "OD014",
    "joined-line",
    Severity.ERROR,
    "Remove the blank in front of the line if it is damage, or export again. Nothing is written for this record until then.",
    hides=Hides.RECORDS,
    is_damage=True,
)
DN_NOT_UTF8 = Rule(
    "OD005",
    "dn-not-utf8",
    Severity.ERROR,
    "Look at the file with a hex viewer. The bytes of the DN are kept.",
    hides=Hides.RECORDS,
    is_damage=True,
)


FirstLine = Callable[[], int]  # physical line of a record's first byte; asked for only when something is wrong


class Parser:
    """Parses the records of one input.

    Args:
        path: named in errors and findings.
        strict: raise at the first fault; else faults become findings, and what can be kept is kept.
        lines: of the input.
        note: takes the findings: about faults when not strict, about URL values always.
        keep: see `FastParser`.

    Attributes:
        path: as above.
        lines: as above.
        strict: as above.
        fast: reads the common entry (`odkit.ldif._fast.FastParser.entry`).
        regular: reads one of a regular record (`odkit.ldif._fast.FastParser.regular`).
        joined: whether a record was seen to hold the dn of another one, which is not read.
        elsewhere: lines of the values seen that are in other files.
        folding: how the input folds its lines, as far as that is known.
    """

    def __init__(
        self,
        path: str,
        *,
        strict: bool = True,
        lines: LineCounter | None = None,
        note: Callable[[Finding], object] = lambda _: None,
        keep: bool = False,
    ) -> None:
        self.path = path
        self.lines = lines if lines is not None else LineCounter(None)
        self.joined = False
        self.elsewhere: set[int] = set()
        self.folding = Folding()
        self._strict = self.strict = strict
        self._sink = note
        self._whole: set[bytes] | None = set() if keep else None  # records into which no line is joined
        self._last: tuple[bytes, tuple[int, bytes] | None] = (b"", None)  # the last large record, and what `_joined` found
        self._odd: dict[tuple[int, bytes], tuple[str, Attributes]] | None = {} if keep else None  # what the grammar has read
        self._fast = FastParser(keep=keep)
        self.fast = self._fast.entry
        self.regular = self._fast.regular
        self._places: tuple[bytes, bytes, list[int]] = (b"", b"", [])  # what `line_of` found last

    def watch(self, stream: Iterable[bytes], known: Folding | None = None) -> Iterator[bytes]:
        """Yield the blocks of the input; their beginning shows how its lines are folded, where that is not known."""
        left = iter(stream)
        first: list[bytes] = []
        size = 0
        while known is None and size < SAMPLE and (block := next(left, None)) is not None:
            first.append(block)
            size += len(block)
        self.folding = folding_of(b"".join(first)) if known is None else known
        yield from first
        yield from left

    def dn(self, raw: bytes, first_line: FirstLine) -> str:
        """Return the DN of a record whose first line, comments aside, is its dn.

        Raises:
            InputError: the DN cannot be read.
        """
        dn = self._fast.dn(raw)
        if may_be_folded(raw):
            self.check_dn(raw, first_line)
        return self.decode_dn(self._lines(raw, first_line)[0], first_line) if dn is None else dn

    def entry(self, raw: bytes, first_line: FirstLine, offset: int) -> tuple[str, Attributes]:
        """Return the DN and the attributes of an entry, which begins at an offset: what is wrong in it is noted with its lines.

        Raises:
            InputError: see `entry_by_grammar`.
        """
        found = self.fast(raw)
        if found is not None:
            if may_be_folded(raw):
                self._check_joined(raw, found[0], first_line)
            return found
        if self._odd is None:
            return self.entry_by_grammar(raw, first_line)
        known = self._odd.get((offset, raw))
        if known is None:
            known = self._odd[offset, raw] = self.entry_by_grammar(raw, first_line)
        return known[0], Attributes(known[1])  # whoever changes the values changes nobody else's

    def common(self, raw: bytes) -> tuple[str, Attributes] | None:
        """Return the DN and the attributes of an entry in which nothing is to be noticed; None for one that needs `entry`."""
        return None if may_be_folded(raw) and self._joined(raw) is not None else self.fast(raw)

    def entry_by_grammar(self, raw: bytes, first_line: FirstLine) -> tuple[str, Attributes]:
        """Return the DN and the attributes of an entry, read line by line; findings are noted.

        Raises:
            InputError: there is a fault, when strict; the record is no entry, always.
        """
        first, *rest = self._lines(raw, first_line)
        dn = self.decode_dn(first, first_line)
        self._check_joined(raw, dn, first_line)
        attributes = Attributes()
        for line in rest:
            try:
                name, value = attribute_line(line)
            except Fault as fault:
                if self._strict:
                    raise InputError(self.path, first_line() + line.number, str(fault)) from None
                name, colon, value = line.text.partition(b":")
                self._note(fault.code, dn, str(fault), first_line() + line.number, name if colon else b"")
                if name.lower() == b"dn":
                    self.joined = True
                    break  # the values of one record must not become those of another; they are kept in Entry.raw
                if not colon or not is_attribute_description(name):
                    continue  # kept in Entry.raw
                value = value[value[:1] == b":" :].lstrip(b" ")
            if isinstance(value, UnfetchedURL):
                self.elsewhere.add(first_line() + line.number)
                self._note(UNFETCHED_URL, dn, _url_message(escape(name), value), first_line() + line.number, name)
            attributes.setdefault(name.decode("ascii"), []).append(value)
        return dn, attributes

    def check_dn(self, raw: bytes, first_line: FirstLine) -> None:
        """Check that no other line of a record became a part of its dn.

        Raises:
            InputError: one did; whose record it is cannot be known.
        """
        found = self._joined(raw)
        if found is not None and found[1].lower() == b"dn":
            raise InputError(self.path, first_line() + found[0], "a line with a blank in front is read as a part of the dn")

    def _check_joined(self, raw: bytes, dn: str, first_line: FirstLine) -> None:
        """Note a line that a blank in front made a part of the one before.

        Raises:
            InputError: that is the dn.
        """
        found = self._joined(raw)
        if found is not None:
            self.check_dn(raw, first_line)
            line, name = found
            shown = decode(name) if is_attribute_description(name) else "the line before"
            message = f"a line with a blank in front is read as a part of {shown}, where this file folds no line"
            self._note(JOINED_LINE, dn, message, first_line() + line)

    def _joined(self, raw: bytes) -> tuple[int, bytes] | None:
        """Return what `Folding.joined` finds; None when strict, because RFC 2849 allows it."""
        if self._strict or (self._whole is not None and raw in self._whole):
            return None
        found = self._last[1] if raw is self._last[0] else self.folding.joined(raw)
        if len(raw) >= LARGE:
            self._last = raw, found
        if found is None and self._whole is not None:
            self._whole.add(raw)
        return found

    def _lines(self, raw: bytes, first_line: FirstLine) -> LogicalLines:
        """Return the lines of a record without comments and version line, numbered from 0."""
        lines = logical_lines(raw)
        if lines and is_version_spec(lines[0]):
            del lines[0]
        if not lines:
            raise InputError(self.path, first_line(), "an empty record")
        return lines

    def decode_dn(self, line: LogicalLine, first_line: FirstLine) -> str:
        """Return the DN of a record's first logical line.

        Args:
            line: its number counts from the first line of the record.
            first_line: see `FirstLine`.

        Raises:
            InputError: the line is no dn, or, when strict, the DN is not UTF-8.
        """
        try:
            value = dn_spec(line)
        except Fault as fault:
            raise InputError(self.path, first_line() + line.number, str(fault)) from None
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            if self._strict:
                raise InputError(self.path, first_line() + line.number, f"the DN is not UTF-8: {shorten(value, 80)}") from None
            dn = value.decode("utf-8", "surrogateescape")
            self._note(DN_NOT_UTF8, dn, "the DN is not UTF-8", first_line() + line.number)
            return dn

    def change_record(self, raw: bytes, lines: LogicalLines, first_line: FirstLine) -> ChangeRecord:
        """Return a change record; URL values in it are noted.

        Args:
            raw: the bytes of the record.
            lines: of the record, numbered from 0, its dn first.
            first_line: see `FirstLine`.

        Raises:
            InputError: the record breaks the grammar.
        """
        dn = self.decode_dn(lines[0], first_line)
        first = first_line()
        try:
            record = change_record(lines, dn)
        except Fault as fault:
            raise InputError(self.path, first + fault.line, str(fault)) from None
        record = replace(record, line=first + record.line, path=self.path, raw=raw)
        for name, value in urls_of(record):
            self._note(UNFETCHED_URL, dn, _url_message(escape(name), value), record.line, name.encode("ascii"))
        return record

    def _note(self, rule: Rule, dn: str, message: str, line: int, attribute: bytes = b"") -> None:
        kind = attribute.decode("ascii") if is_attribute_description(attribute) else None
        self._sink(record_finding(rule, dn, message, attribute=kind, path=self.path, line=line or None))

    def line_of(self, raw: bytes, line: int, name: str, index: int) -> int:
        """Return the physical line of a value.  It is computed anew: keeping all of them would cost every reader.

        Args:
            raw: the record.
            line: physical line of its dn.
            name: attribute description, any case.
            index: which of its values.
        """
        wanted = name.lower().encode("utf-8", "replace")
        if self._places[1] != wanted or self._places[0] != raw:  # one record may have many values that are asked for, one by one
            start = lines_before_dn(raw)
            self._places = (raw, wanted, [number - start for number in lines_of(raw, wanted)])
        places = self._places[2]
        return line + places[index] if index < len(places) else line


def _url_message(name: str, url: UnfetchedURL) -> str:
    return f"{name} names a URL ({shorten(mask_urls(decode(url)), 120)}) instead of holding a value"


def no_dn_message(first: bytes) -> str:
    """Return the message for a record that starts with this line."""
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
