"""The one guarded loader of property lists.

plistlib raises nine kinds of exception for damaged input, accepts a binary plist that contains itself, keeps the last of two
equal keys without a word, and takes seconds for a comment of some megabytes (expat before 2.6 is quadratic in the length of a
token).  Plists in an export are hostile data: all of that is caught here, by rules that ordinary property lists of Mac OS X
never touch.  What can be read although it is not what Apple writes is read, and noted.
"""

from __future__ import annotations

import binascii
import html
import plistlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.parsers import expat
from xml.parsers.expat import ExpatError

from odkit.errors import OdkitError
from odkit.text import escape, shorten

__all__ = ["MAX_DEPTH", "MAX_NODES", "MAX_SIZE", "Plist", "PlistError", "canonical", "load", "read"]

MAX_SIZE = 16 << 20  # bytes; the mapping template of cn=macosxodconfig, the largest seen, has some tens of kB
MAX_DEPTH = 100  # nested containers
MAX_NODES = 200_000  # values, counted once for each place they stand in
_MAX_TOKEN = 1 << 16  # bytes of one tag or comment
_MAX_DOCTYPES = 100  # one a document, and few values hold more than one document
_MAX_NOTES = 20
_MAX_BITS = 128  # CFNumber's largest

_DOCTYPE_SUBSET = re.compile(rb"<!DOCTYPE[^>\[]*+\[")
_SECOND = re.compile(rb"</plist>\s*(?=<\?xml|<!DOCTYPE plist|<plist)")
_SCALARS = frozenset({"string", "integer", "real", "date", "data", "true", "false"})
_CONTAINERS = frozenset({"dict", "array"})


class PlistError(OdkitError):
    """A value is no property list, or one that odkit refuses to read."""


@dataclass(frozen=True, slots=True)
class Plist:
    """A property list that was read.

    Attributes:
        value: dict, list, str, int, float, bool, bytes or datetime (naive, UTC), as plistlib gives them.
        raw: the bytes it was read from.
        notes: what is not as Apple writes it, each with its line and column where it has one.
        more: the documents behind the first one, when several stand in one value.
    """

    value: Any
    raw: bytes = field(repr=False)
    notes: tuple[str, ...] = ()
    more: tuple[Any, ...] = ()


class _Structure:
    """One pass over an XML plist that sees what plistlib passes over."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._stack: list[str] = []
        self._keys: list[set[str]] = []
        self._pending: list[bool] = []  # for each open dict, whether a key waits for its value
        self._text: list[str] | None = None
        self._nodes = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.EntityDeclHandler = self._entity
        self._parser.buffer_text = True

    def check(self, data: bytes) -> list[str]:
        """Parse; returns the notes."""
        self._parser.Parse(data, True)
        return self.notes

    def _note(self, what: str) -> None:
        if len(self.notes) < _MAX_NOTES:
            self.notes.append(f"{what} (line {self._parser.CurrentLineNumber}, column {self._parser.CurrentColumnNumber + 1})")

    def _entity(self, *_: object) -> None:
        raise PlistError("declares entities; no property list of Mac OS X does")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        parent = self._stack[-1] if self._stack else ""
        self._stack.append(name)
        if len(self._stack) > MAX_DEPTH + 1:
            raise PlistError(f"is nested more than {MAX_DEPTH} deep")
        if name == "plist":
            if parent:
                self._note("a second <plist> inside the first")
            return
        if name not in _SCALARS | _CONTAINERS | {"key"}:
            self._note(f"an unknown element <{escape(name[:40])}>")
            return
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise PlistError(f"holds more than {MAX_NODES} values")
        if parent in _SCALARS or parent == "key":
            self._note(f"<{name}> inside <{parent}>")
        self._place(name, parent)
        if name == "dict":
            self._keys.append(set())
            self._pending.append(False)

    def _place(self, name: str, parent: str) -> None:
        """In a dictionary keys and values take turns."""
        if name == "key":
            if parent != "dict":
                self._note("a <key> outside a dictionary")
            elif self._pending[-1]:
                self._note("a <key> without a value before it")
            self._text = []
        elif parent == "dict":
            if not self._pending[-1]:
                self._note(f"a stray <{name}> without a key")
            self._pending[-1] = False

    def _data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)
        elif self._stack and (self._stack[-1] in _CONTAINERS or self._stack[-1] == "plist") and text.strip():
            self._note(f"text inside <{self._stack[-1]}>")

    def _end(self, name: str) -> None:
        self._stack.pop()
        if name == "key" and self._text is not None:
            key, self._text = "".join(self._text), None
            if self._keys and self._stack and self._stack[-1] == "dict":
                if key in self._keys[-1]:
                    self._note(f"the key {escape(shorten(key, 60))} stands twice; the last one counts")
                self._keys[-1].add(key)
                self._pending[-1] = True
        elif name == "dict" and self._keys:
            self._keys.pop()
            if self._pending.pop():
                self._note("a <key> without a value at the end of a dictionary")


def _check_markup(data: bytes) -> None:
    if data.count(b"<!DOCTYPE") > _MAX_DOCTYPES:
        raise PlistError(f"holds more than {_MAX_DOCTYPES} document types")
    if b"<!ENTITY" in data or _DOCTYPE_SUBSET.search(data):
        raise PlistError("declares entities; no property list of Mac OS X does")
    if len(data) <= _MAX_TOKEN:
        return
    if data.count(b"<") > 4 * MAX_NODES:
        raise PlistError(f"holds more than {MAX_NODES} values")
    at = data.find(b"<")
    while at >= 0:
        comment, section = data.startswith(b"<!--", at), data.startswith(b"<![CDATA[", at)
        end = data.find(b"-->" if comment else b"]]>" if section else b">", at + 1)
        if not comment and not section and data.startswith(b"<?", at):
            end = data.find(b"?>", at + 2)
        elif not comment and not section and (data.count(b'"', at, end) % 2 or data.count(b"'", at, end) % 2):
            raise PlistError("holds a tag with a > in quotes; no property list of Mac OS X does")
        if (end if end >= 0 else len(data)) - at > _MAX_TOKEN and not section:
            raise PlistError(f"holds a tag or comment of more than {_MAX_TOKEN} bytes")
        at = data.find(b"<", end + 1) if end >= 0 else -1


def _check_tree(value: object) -> None:
    """Refuse cycles, depth and shared nodes that multiply: a binary plist of 434 bytes can hold 10^30 leaves."""
    budget = MAX_NODES
    stack: list[tuple[object, int]] = [(value, 0)]
    while stack:
        node, depth = stack.pop()
        budget -= 1
        if budget < 0:
            raise PlistError(f"holds more than {MAX_NODES} values, or itself")
        if depth > MAX_DEPTH:
            raise PlistError(f"is nested more than {MAX_DEPTH} deep, or holds itself")
        if isinstance(node, int) and node.bit_length() > _MAX_BITS:
            raise PlistError(f"holds an integer of more than {_MAX_BITS} bits")
        if isinstance(node, dict):
            for key, each in node.items():
                if not isinstance(key, str):
                    raise PlistError("has a key that is no text")
                stack.append((each, depth + 1))
        elif isinstance(node, list):
            stack.extend((each, depth + 1) for each in node)


_ERRORS = (
    plistlib.InvalidFileException,
    ExpatError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    binascii.Error,
    RecursionError,
    MemoryError,
    OverflowError,
    OSError,
)


def _loads(data: bytes, notes: list[str]) -> Any:
    """One document."""
    try:
        if data.startswith(b"bplist"):
            notes.append("a binary property list, which an LDAP directory does not hold")
            value = plistlib.loads(data, fmt=plistlib.FMT_BINARY)
        else:
            _check_markup(data)
            notes += _Structure().check(data)
            value = plistlib.loads(data, fmt=plistlib.FMT_XML)
    except _ERRORS as error:
        if isinstance(error, AttributeError):  # what plistlib makes of a date that is none
            detail = "a date that is not YYYY-MM-DDTHH:MM:SSZ"
        elif isinstance(error, ExpatError):
            detail = shorten(str(error), 100)
        elif isinstance(error, (ValueError, LookupError)) and not isinstance(error, plistlib.InvalidFileException):
            detail = "a value that does not fit its type"  # never the value itself: it may be a password
        else:
            detail = "not what its first bytes promise"
        raise PlistError(f"is no property list ({detail})") from error
    if value is None:
        raise PlistError("has no root element")
    _check_tree(value)
    return value


def read(data: bytes) -> Plist:
    """Read a property list, XML or binary, and say what is unusual about it.

    White space in front, several documents in one value, and a document that was HTML-escaped are read, and noted.

    Args:
        data: a value as it stands in the directory.

    Raises:
        PlistError: not a property list, or one with entities, cycles, or beyond the caps of this module.
    """
    if len(data) > MAX_SIZE:
        raise PlistError(f"is larger than {MAX_SIZE >> 20} MiB")
    notes: list[str] = []
    text = data.lstrip(b" \t\r\n")
    if not text:
        raise PlistError("is empty")
    if len(text) != len(data):
        notes.append("white space in front of it")
    if text[:4].lower() == b"&lt;":
        notes.append("an HTML-escaped document")
        text = html.unescape(text.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    parts = [text] if text.startswith(b"bplist") else _documents(text)
    if len(parts) > 1:
        notes.append(f"{len(parts)} documents in one value")
    values = [_loads(part, notes) for part in parts]
    return Plist(values[0], data, tuple(notes), tuple(values[1:]))


def _documents(text: bytes) -> list[bytes]:
    if text.count(b"</plist>") < 2:
        return [text]
    ends = [match.end() for match in _SECOND.finditer(text)]
    if len(ends) > 100:
        raise PlistError("holds more than 100 documents")
    return [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]


def load(data: bytes) -> Any:
    """The value of one property list: `read` for a caller that takes only what Apple writes.

    Raises:
        PlistError: see `read`; several documents in one value.
    """
    found = read(data)
    if found.more:
        raise PlistError(f"is no property list ({len(found.more) + 1} documents in one value)")
    return found.value


def canonical(value: Any) -> Any:
    """A hashable form: equal forms, equal values of equal types; the order of keys says nothing, that of arrays does.

    In a property list true, 1 and 1.0 are three values, in Python one.
    """
    if isinstance(value, dict):
        return ("dict", tuple(sorted((key, canonical(each)) for key, each in value.items())))
    if isinstance(value, list):
        return ("array", tuple(canonical(each) for each in value))
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, int):
        return ("integer", value)
    if isinstance(value, float):
        return ("real", repr(value))  # nan is like nan, and 0.0 is not -0.0
    if isinstance(value, bytes):
        return ("data", value)
    if isinstance(value, datetime):
        return ("date", value.isoformat())
    return ("string", str(value))
