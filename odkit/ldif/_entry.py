"""`Entry`: parsed when it is first asked for its DN or its attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from odkit.errors import InputError
from odkit.findings import Finding
from odkit.ldif._editable import Editable
from odkit.ldif._fast import lines_before_dn, lines_by_name
from odkit.ldif._folding import Folding
from odkit.ldif._lines import LineCounter
from odkit.ldif._parse import Parser
from odkit.ldif._values import Attributes
from odkit.text import shorten

__all__ = ["Entry", "EntryMaker", "entry_in_block", "entry_of", "parsed_entry"]

_SMALL = 1 << 20  # bytes of an input whose entries are kept when they were read
_NO_CLASS = (b"none",)  # in place of object classes that an entry does not have


class Entry(Editable["Entry"]):
    """An entry of a directory: a DN and its attributes.

    Args:
        dn: distinguished name in string form.
        attributes: values by attribute description.
        line: 1-based physical line of the ``dn:``, 0 if it comes from no file.
        path: the input, for messages.

    Attributes:
        path: as above.
        span: for the writer: a block of the input, and where the entry's bytes start and stop in it; None for an entry that was
            made, or whose bytes were asked for.
    """

    __slots__ = ("_attributes", "_dn", "_line", "_offset", "_parser", "_plain", "_raw", "path", "span")

    def __init__(self, dn: str, attributes: Mapping[str, Iterable[bytes]], *, line: int = 0, path: str = "") -> None:
        self._dn: str | None = dn
        self._attributes: Attributes | None = Attributes(attributes)
        self._parser: Parser | None = None  # None for an entry that was made
        self._line: int | None = line
        self._offset = 0
        self.path = path
        self._raw: bytes | None = None
        self.span: tuple[bytes, int, int] | None = None

    @property
    def raw(self) -> bytes | None:
        """The bytes that were read, without the final line feed; None for an entry that was made."""
        if self.span is not None:
            block, start, stop = self.span
            self._raw = block[start:stop]
            self.span = None  # a block has many entries; one of them that is kept must not keep all
        return self._raw

    @property
    def offset(self) -> int:
        """Position of the first byte in the unpacked input; 0 for an entry that was made."""
        return self._offset

    def _read(self) -> tuple[Parser, bytes]:
        """Return the parser and the bytes of an entry that was read."""
        raw = self.raw
        assert self._parser is not None
        assert raw is not None
        return self._parser, raw

    def _first_line(self) -> int:
        """Return the physical line of the first byte: comments may stand before the dn."""
        return self.line - lines_before_dn(self._read()[1])

    @property
    def line(self) -> int:
        """1-based physical line of the ``dn:``; 0 if the entry comes from no file, or from one that has changed since."""
        if self._line is None:
            parser, raw = self._read()
            first = parser.lines.at(self._offset)
            self._line = first + lines_before_dn(raw) if first else 0
        return self._line

    @property
    def dn(self) -> str:
        """Distinguished name as written; bytes that are not UTF-8 are surrogates (PEP 383)."""
        if self._dn is None:
            parser, raw = self._read()
            self._dn = parser.dn(raw, self._first_line)
        return self._dn

    @property
    def attributes(self) -> Attributes:
        """The attributes, parsed when they are first asked for.

        Raises:
            InputError: the entry has a fault, and its reader is strict.
        """
        if self._attributes is None:
            parser, raw = self._read()
            found = parser.common(raw)
            self._plain = found is not None and not parser.strict and any(found[1].get("objectClass", _NO_CLASS))
            self._dn, self._attributes = found if found is not None else parser.entry(raw, self._first_line, self._offset)
        return self._attributes

    def is_plain(self) -> bool:
        """Return True if its lines were read and each of them shows what it holds; False tells nothing.

        Lines have the common form, none is joined to another, and what stands there is more than the names of attributes.
        """
        return self._attributes is not None and self._parser is not None and self._plain

    def joined_line(self) -> tuple[int, bytes] | None:
        """Return the physical line that a blank in front probably made a part of another one, and the attribute of that one, or None."""
        if self._parser is None:
            return None
        found = self._parser.folding.joined(self._read()[1])
        return (self._first_line() + found[0], found[1]) if found is not None else None

    def common(self) -> Attributes | None:
        """Return the attributes that the bytes give when each line has the common form.

        None where the grammar must read one, and if made.
        """
        if self._parser is None:
            return None
        found = self._parser.fast(self._read()[1])
        return found[1] if found is not None else None

    @property
    def unmodified(self) -> bool:
        """Whether DN and attributes are still what `raw` says; False for an entry that was made."""
        if self._parser is None:
            return False
        if self._attributes is None:  # nobody can have changed what nobody has seen
            return True
        parser, raw = self._read()
        try:
            dn, attributes = parser.fast(raw) or Parser("", strict=False).entry_by_grammar(raw, lambda: 0)
        except InputError:
            return False
        now, read = self._attributes.as_written(), attributes.as_written()
        return dn == self.dn and now == read and list(now) == list(read)

    def _with(self, attributes: Attributes) -> Entry:
        """Return a copy with these attributes; it keeps the bytes that were read, of which the writer takes what is still right."""
        if self._parser is None:
            return Entry(self.dn, attributes, path=self.path)
        parser, raw = self._read()
        return parsed_entry(raw, self._offset, parser, self._line, (self.dn, attributes))

    def line_of(self, name: str, index: int = 0) -> int:
        """Return the physical line of the ``index``-th value of an attribute; the entry's own line if there is none."""
        if self._parser is None:
            return self.line
        parser, raw = self._read()
        return parser.line_of(raw, self.line, name, index)

    def value_lines(self, first: int = 0) -> dict[str, list[int]]:
        """Return where the values begin, by attribute description in lower case; nothing for an entry that was made.

        Args:
            first: physical line of the entry's first byte; 0 to find it out.

        Returns:
            Physical lines, in the order of the values.  An attribute of which a line was left out, because it is damaged, is left out.
        """
        if self._parser is None:
            return {}
        first = first or self._first_line()
        values = self.attributes
        found: dict[str, list[int]] = {}
        for name, numbers in lines_by_name(self._read()[1]).items():
            key = name.decode("ascii", "replace")
            those = values.get(key)
            if those is not None and len(those) == len(numbers):
                found[key] = [first + number for number in numbers]
        return found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entry):
            return NotImplemented
        return self.dn == other.dn and self.attributes == other.attributes

    __hash__ = None  # type: ignore[assignment] # mutable

    def __repr__(self) -> str:
        return f"Entry({shorten(self.dn)!r}, line={self.line})"


def entry_in_block(block: bytes, start: int, stop: int, offset: int, parser: Parser, line: int | None) -> Entry:
    """Return an unparsed entry whose bytes stay in the block that was read: passing it on needs no copy of them.

    Args:
        block: the bytes.
        start: of the entry in them.
        stop: of the entry in them.
        offset: of the entry's first byte in the input.
        parser: of the input.
        line: physical line of the ``dn:``; None to compute it from the offset when it is asked for.
    """
    self = Entry.__new__(Entry)
    self._dn = None
    self._attributes = None
    self._parser = parser
    self._line = line
    self._offset = offset
    self.path = parser.path
    self._raw = None
    self.span = (block, start, stop)
    return self


def entry_of(raw: bytes, offset: int, parser: Parser, line: int | None = None) -> Entry:
    """Return an unparsed entry of these bytes.  For the other arguments see `entry_in_block`."""
    self = Entry.__new__(Entry)
    self._dn = None
    self._attributes = None
    self._parser = parser
    self._line = line
    self._offset = offset
    self.path = parser.path
    self._raw = raw
    self.span = None
    return self


def parsed_entry(raw: bytes, offset: int, parser: Parser, line: int | None, content: tuple[str, Attributes]) -> Entry:
    """Return an entry whose DN and attributes are known.  For the other arguments see `entry_in_block`."""
    self = Entry.__new__(Entry)
    self._dn, self._attributes = content
    self._plain = False
    self._parser = parser
    self._line = line
    self._offset = offset
    self.path = parser.path
    self._raw = raw
    self.span = None
    return self


class EntryMaker:
    """Makes the entries of one input that can be read again, from their bytes.

    Args:
        path: named in errors and findings.
        lines: of the input.
        note: takes the findings of entries when they are parsed.
        folding: how the input folds its lines.
        size: bytes of the input.

    Attributes:
        folding: as above.
    """

    def __init__(self, path: str, lines: LineCounter, note: Callable[[Finding], object], folding: Folding, size: int) -> None:
        self._parser = Parser(path, strict=False, lines=lines, note=note, keep=size <= _SMALL)
        self._parser.folding = self.folding = folding

    @property
    def path(self) -> str:
        """Name of the input."""
        return self._parser.path

    def line_at(self, offset: int) -> int:
        """Return the physical line of the byte at an offset; 0 if the source has changed, so that it is not known."""
        return self._parser.lines.at(offset)

    def note_line(self, offset: int, number: int) -> None:
        """Take the physical line of the byte at an offset, which somebody has counted by the way."""
        self._parser.lines.note(offset, number)

    def __call__(self, raw: bytes, offset: int, content: tuple[str, Attributes] | None = None) -> Entry:
        """Return an entry.

        Args:
            raw: its bytes.
            offset: of the first one in the input.
            content: DN and attributes, if they are known.
        """
        if content is not None:
            return parsed_entry(raw, offset, self._parser, None, content)
        return entry_of(raw, offset, self._parser)
