"""One physical record to a DN and its attributes: the second of the reader's two steps.

The common line costs one partition, one dictionary lookup and one append; everything unusual (a spelling seen for the first
time, ``attr:value`` without a blank, an empty value, a URL, a comment, a fault) goes the slow way, which knows the grammar:

    attrval-spec = AttributeDescription value-spec SEP
    value-spec   = ":" ( FILL 0*1(SAFE-STRING) / ":" FILL (BASE64-STRING) / "<" FILL 0*1(url) )      RFC 2849
    AttributeDescription = ( descr / numericoid ) *( ";" option )                                     RFC 4512, 2.5

Departures from RFC 2849, each because real exports need it: raw bytes above 0x7F and control bytes other than NUL, LF and CR
are kept; ``_`` may stand in a name; FILL may be empty or missing.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Callable

from odkit.errors import InputError
from odkit.findings import Finding, record_finding
from odkit.ldif._entry import Attributes, UnfetchedURL
from odkit.ldif._lines import Lines
from odkit.ldif._unfold import lines_before_dn, logical_lines, normalised
from odkit.redaction import mask_urls
from odkit.text import decode, escape, plural, shorten

__all__ = ["Fault", "Parser", "spec"]

_COMMENTS = re.compile(rb"(?:#[^\n]*+\n(?: [^\n]*+\n)*+)++").match
_UNFOLD = re.compile(rb"\n ").sub
is_name = re.compile(rb"(?:[A-Za-z][A-Za-z0-9_-]*|[0-9]+(?:\.[0-9]+)*)(?:;[A-Za-z0-9_-]+)*\Z").match


class Fault(ValueError):  # noqa: N818 - not an exception that leaves the package
    """A fault in one logical line: the rule's code and what is wrong, without its place."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def _base64(value: bytes) -> bytes:
    """Decode; a value that is wrong is never shown: it may be a password."""
    try:
        return a2b_base64(value, strict_mode=True)
    except Base64Error:
        stripped = value.strip(b" ")
        if stripped == value:
            raise Fault("OD002", f"not base64 ({plural(len(value), 'byte')})") from None
        return _base64(stripped) if stripped else b""


def spec(line: bytes) -> tuple[bytes, bytes]:
    """Read one logical line the slow way.

    Returns:
        The attribute description and the value, an `UnfetchedURL` where it is one.

    Raises:
        Fault: not an ``attrval-spec``.
    """
    name, colon, value = line.partition(b":")
    if line[:1] == b" ":
        raise Fault("OD001", "a continuation line without a line to continue: a blank line above it has cut a record in two")
    if not colon:
        # the line itself is not shown: it may be the rest of a password
        what = f"no colon in a line of {plural(len(line), 'byte')}"
        raise Fault("OD001", f"{what}: a line is 'attribute: value', a continuation starts with a space")
    if not is_name(name):
        raise Fault("OD001", f"the {plural(len(name), 'byte')} before the colon are not an attribute name")
    if b"\0" in value or b"\r" in value:
        raise Fault("OD003", f"a NUL or a lone CR in the value of {escape(name)}")
    kind = value[:1]
    if kind == b":":
        return name, _base64(value[1:].lstrip(b" "))
    if kind == b"<":
        return name, UnfetchedURL(value[1:].lstrip(b" "))
    return name, value.lstrip(b" ")


class Parser:
    """Parses the records of one input; remembers the attribute names that it has validated.

    Args:
        path: named in errors and findings.
        strict: raise at the first fault, or note findings and keep what can be kept.
        lines: of the input.
        note: takes what is wrong, when not strict; URL values always.

    Attributes:
        joined: whether a record was seen to hold the dn of another one, which is not read.
    """

    def __init__(
        self, path: str, *, strict: bool = True, lines: Lines | None = None, note: Callable[[Finding], object] = lambda _: None
    ) -> None:
        self.path = path
        self.strict = strict
        self.joined = False
        self.lines = lines if lines is not None else Lines(None)
        self._sink = note
        # b"cn" -> "cn" for plain values; b"cn:" -> None for base64, whose name is in _base64_names
        self._names: dict[bytes, str | None] = {}
        self._base64_names: dict[bytes, str] = {}
        self._spellings: dict[str, str] = {}
        self._places: tuple[bytes, bytes, list[int]] = (b"", b"", [])  # what `line_of` found last
        self._mixed = False  # one name was seen in two spellings: records must be checked for both

    def _learn(self, name: bytes) -> str | None:
        if not is_name(name):
            return None
        text = name.decode("ascii")
        if self._spellings.setdefault(text.lower(), text) != text:
            self._mixed = True
        return text

    def dn(self, raw: bytes) -> str | None:
        """The DN of a record whose first line is a plain one, without parsing its attributes; None sends it the slow way."""
        if raw[:4] == b"dn: ":
            end = raw.find(b"\n")
            if end < 0 or raw[end + 1 : end + 2] != b" ":
                value = raw[4:end] if end > 0 else raw[4:]
                if value[:1] > b" " and b"\r" not in value and b"\0" not in value:
                    try:
                        return value.decode("utf-8")
                    except UnicodeDecodeError:
                        return None
        return None

    def slow_dn(self, raw: bytes, first_line: Callable[[], int]) -> str:
        """The DN of any record.

        Args:
            raw: a record whose first line, comments aside, is its dn.
            first_line: gives the physical line of its first byte; asked only when something is wrong.

        Raises:
            InputError: it has none that can be read.
        """
        lines = [each for each in logical_lines(raw, 0) if each[1][:8].lower() != b"version:"]
        if not lines:
            raise InputError(self.path, first_line(), "an empty record")
        number, text = lines[0]
        return self._dn_value(text, lambda: first_line() + number)

    def _dn_value(self, text: bytes, line: Callable[[], int]) -> str:
        try:
            name, value = spec(text)
            if name.lower() != b"dn" or isinstance(value, UnfetchedURL):
                raise Fault("OD004", "a record starts with its dn")
        except Fault as fault:
            raise InputError(self.path, line(), str(fault)) from None
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            if self.strict:
                raise InputError(self.path, line(), f"the DN is not UTF-8: {shorten(value, 80)}") from None
            dn = value.decode("utf-8", "surrogateescape")
            self._note("OD005", dn, "the DN is not UTF-8", line())
            return dn

    def _note(self, code: str, dn: str, message: str, line: int, attribute: bytes = b"") -> None:
        kind = attribute.decode("ascii") if is_name(attribute) else None
        self._sink(record_finding(code, dn, message, attribute=kind, path=self.path, line=line or None))

    def fast(self, raw: bytes) -> tuple[str, Attributes] | None:
        """Parse an entry the common way; None sends it the slow way, which says what is wrong and where."""
        text = raw
        if text[:4] != b"dn: ":
            comments = _COMMENTS(text)  # ldapsearch puts one before every entry
            text = text[comments.end() :] if comments is not None else b""
            if text[:4] != b"dn: ":
                return None
        if b"\r" in text:
            text = normalised(text)
            if b"\r" in text:
                return None
        if b"\0" in text:
            return None
        lines = _UNFOLD(b"", text).split(b"\n")
        dn = lines[0][4:]
        del lines[0]
        if dn[:1] <= b" ":
            return None
        try:
            values = self._values(lines)
            return None if values is None else (dn.decode("utf-8"), self._attributes(values))
        except (Fault, UnicodeDecodeError):
            return None

    def _values(self, lines: list[bytes]) -> dict[str, list[bytes]] | None:
        """The values of logical lines.

        Raises:
            Fault: one of them is wrong.
        """
        names = self._names
        values: dict[str, list[bytes]] = {}
        for text in lines:
            key, blank, value = text.partition(b": ")
            try:
                name = names[key]
                if name is None:
                    name = self._base64_names[key]
                    value = a2b_base64(value, strict_mode=True)
                elif value < b"!":  # empty, or starting with a blank or a control byte
                    if not blank:
                        return None
                    value = value.lstrip(b" ")
            except KeyError:
                if not text or text[0] == 35:
                    continue
                found = self._first_sight(text, key)
                if found is None:
                    return None
                name, value = found
            except Base64Error:
                value = _base64(value)
                name = self._base64_names[key]
            if name in values:
                values[name].append(value)
            else:
                values[name] = [value]
        return values

    def _first_sight(self, text: bytes, key: bytes) -> tuple[str, bytes] | None:
        """A line whose beginning is not in the table: read it the slow way, and learn it when it has the common shape."""
        name, exact = spec(text)
        if isinstance(exact, UnfetchedURL) or name.lower() in {b"dn", b"changetype", b"control"}:
            return None
        learned = self._learn(name)
        if learned is None:
            return None
        if key == name:
            self._names[key] = learned
        elif key == name + b":":
            self._names[key] = None
            self._base64_names[key] = learned
        return learned, exact

    def _attributes(self, values: dict[str, list[bytes]]) -> Attributes:
        if self._mixed and len({name.lower() for name in values}) < len(values):
            return Attributes(values)
        return Attributes._of(values)

    def slow(self, raw: bytes, first_line: Callable[[], int]) -> tuple[str, Attributes]:
        """Parse an entry line by line.

        Args:
            raw: a record whose first line, comments aside, is its dn.
            first_line: gives the physical line of its first byte; asked only when something is wrong.

        Raises:
            InputError: a fault, when strict; a record that is no entry, always.
        """
        lines = logical_lines(raw, 0)
        if lines and lines[0][1][:8].lower() == b"version:":
            del lines[0]
        if not lines:
            raise InputError(self.path, first_line(), "an empty record")
        dn = self._dn_value(lines[0][1], lambda: first_line() + lines[0][0])
        attributes = Attributes()
        for number, text in lines[1:]:
            try:
                name, value = spec(text)
                if name.lower() == b"dn":
                    raise Fault(
                        "OD001",
                        "a second dn in one record: the blank line between two records is missing, or is made of spaces; "
                        "what stands behind it is not read",
                    )
                if name.lower() == b"changetype":
                    raise Fault("OD009", "changetype behind attributes: neither an entry nor a change record")
            except Fault as fault:
                if self.strict:
                    raise InputError(self.path, first_line() + number, str(fault)) from None
                name, colon, value = text.partition(b":")
                self._note(fault.code, dn, str(fault), first_line() + number, name if colon else b"")
                if name.lower() == b"dn":
                    self.joined = True
                    break  # the values of one record must not become those of another; kept in Entry.raw
                if not colon or not is_name(name):
                    continue  # kept in Entry.raw, and reported
                value = value[value[:1] == b":" :].lstrip(b" ")
            if isinstance(value, UnfetchedURL):
                self._note(
                    "OD006",
                    dn,
                    f"{escape(name)} names a URL ({shorten(mask_urls(decode(value)), 120)}) instead of holding a value",
                    first_line() + number,
                    name,
                )
            attributes.setdefault(self._learn(name) or name.decode("ascii"), []).append(value)
        return dn, attributes

    def line_of(self, raw: bytes, line: int, name: str, index: int) -> int:
        """Physical line of a value; recomputed, because keeping it for each line would cost every reader.

        Args:
            raw: the record.
            line: physical line of its dn.
            name: attribute description, any case.
            index: which of its values.
        """
        wanted = name.lower().encode("utf-8", "replace")
        if self._places[0] is not raw or self._places[1] != wanted:  # one record may have many values that are asked for, one by one
            start = lines_before_dn(raw)
            found = [number - start for number, text in logical_lines(raw, 0) if text.partition(b":")[0].lower() == wanted]
            self._places = (raw, wanted, found)
        places = self._places[2]
        return line + places[index] if index < len(places) else line
