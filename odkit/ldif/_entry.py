"""The values that the reader gives out: entries, change records, unfetched URLs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from odkit.ldif._unfold import lines_before_dn

if TYPE_CHECKING:
    from odkit.ldif._parse import Parser

__all__ = ["Attributes", "ChangeRecord", "Control", "Entry", "Modification", "UnfetchedURL"]


class UnfetchedURL(bytes):
    """The URL of a value written ``attr:< URL`` (RFC 2849 ``value-spec``).

    odkit never opens it: an export could name any file of the machine that reads it.  It equals no ordinary value.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UnfetchedURL) and bytes.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(("UnfetchedURL", bytes(self)))

    def __repr__(self) -> str:
        return f"UnfetchedURL({bytes(self)!r})"


class Attributes(MutableMapping[str, list[bytes]]):
    """Attribute descriptions and their values: keys without case, spelling and order as in the file.

    Args:
        values: initial content.
    """

    __slots__ = ("_lower", "_values")

    def __init__(self, values: Mapping[str, Iterable[bytes]] = {}) -> None:
        self._values: dict[str, list[bytes]] = {}
        self._lower: dict[str, str] | None = None
        for name, each in values.items():
            self.setdefault(name, []).extend(each)

    @classmethod
    def _of(cls, values: dict[str, list[bytes]]) -> Attributes:
        """Take over a dictionary whose keys differ in more than case."""
        self = cls.__new__(cls)
        self._values = values
        self._lower = None
        return self

    def _spelling(self, name: str) -> str | None:
        if name in self._values:
            return name
        if self._lower is None:
            self._lower = {key.lower(): key for key in self._values}
        return self._lower.get(name.lower())

    def __getitem__(self, name: str) -> list[bytes]:
        key = self._spelling(name)
        if key is None:
            raise KeyError(name)
        return self._values[key]

    def __setitem__(self, name: str, values: Iterable[bytes]) -> None:
        key = self._spelling(name)
        self._values[name if key is None else key] = list(values)
        if key is None:
            self._lower = None

    def setdefault(self, name: str, default: list[bytes] | None = None) -> list[bytes]:
        """The values of ``name``, an empty list put there when there were none: appending to it adds values."""
        key = self._spelling(name)
        if key is None:
            self._values[name] = [] if default is None else default
            self._lower = None
            return self._values[name]
        return self._values[key]

    def __delitem__(self, name: str) -> None:
        key = self._spelling(name)
        if key is None:
            raise KeyError(name)
        del self._values[key]
        self._lower = None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._spelling(name) is not None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return {k.lower(): v for k, v in self.items()} == {str(k).lower(): v for k, v in other.items()}

    __hash__ = None  # type: ignore[assignment] # a mutable mapping

    def __repr__(self) -> str:  # names only: values may be secret
        return f"Attributes({', '.join(self._values)})"

    def first(self, name: str) -> bytes | None:
        """First value of ``name``, None when there is none."""
        values = self.get(name)
        return values[0] if values else None


class Entry:
    """An entry of a directory: a DN and its attributes.

    Args:
        dn: distinguished name in string form.
        attributes: values by attribute description.
        line: 1-based physical line of the ``dn:``, 0 when it comes from no file.
        path: the input, for messages.

    Attributes:
        path: as above.
    """

    __slots__ = ("_attributes", "_block", "_dn", "_line", "_offset", "_parser", "_raw", "_start", "_stop", "path")

    def __init__(self, dn: str, attributes: Mapping[str, Iterable[bytes]], *, line: int = 0, path: str = "") -> None:
        self._dn: str | None = dn
        self._attributes: Attributes | None = Attributes(attributes)
        self._parser: Parser | None = None
        self._line: int | None = line
        self._offset = 0
        self.path = path
        self._raw: bytes | None = None
        self._block: bytes | None = None  # holds the bytes that were read, from start to stop, until somebody asks for them
        self._start = self._stop = 0

    @classmethod
    def _lazy(cls, raw: bytes, offset: int, parser: Parser) -> Entry:
        """An entry that has been read; its line is worked out from the offset of its first byte when somebody asks."""
        self = cls.__new__(cls)
        self._dn = None
        self._attributes = None
        self._parser = parser
        self._line = None
        self._offset = offset
        self.path = parser.path
        self._raw = raw
        self._block = None
        return self

    @classmethod
    def _within(cls, block: bytes, start: int, stop: int, offset: int, parser: Parser) -> Entry:
        """An entry whose bytes still stand in the block that was read: who only passes it on needs no copy of them."""
        self = cls.__new__(cls)
        self._dn = None
        self._attributes = None
        self._parser = parser
        self._line = None
        self._offset = offset
        self.path = parser.path
        self._raw = None
        self._block = block
        self._start = start
        self._stop = stop
        return self

    @property
    def raw(self) -> bytes | None:
        """The bytes that were read, without the final line feed; None for an entry that was made."""
        if self._block is not None:
            self._raw = self._block[self._start : self._stop]
            self._block = None  # a block has many entries; one of them that is kept must not keep all
        return self._raw

    def _parse(self) -> tuple[str, Attributes]:
        assert self._parser is not None
        assert self.raw is not None
        found = self._parser.fast(self.raw)
        self._dn, self._attributes = found if found is not None else self._parser.slow(self.raw, self._first_line)
        return self._dn, self._attributes

    def _first_line(self) -> int:
        """Physical line of the first byte: comments may stand before the dn."""
        assert self._parser is not None
        assert self.raw is not None
        return self.line - lines_before_dn(self.raw)

    @property
    def line(self) -> int:
        """1-based physical line of the ``dn:``; 0 when the entry comes from no file, or from one that has changed since."""
        if self._line is None:
            assert self._parser is not None
            assert self.raw is not None
            first = self._parser.lines.at(self._offset)
            self._line = first + lines_before_dn(self.raw) if first else 0
        return self._line

    @property
    def dn(self) -> str:
        """Distinguished name as written; bytes that are not UTF-8 are surrogates (PEP 383)."""
        if self._dn is None:
            assert self._parser is not None
            assert self.raw is not None
            dn = self._parser.dn(self.raw)
            self._dn = self._parser.slow_dn(self.raw, self._first_line) if dn is None else dn
        return self._dn

    @property
    def attributes(self) -> Attributes:
        """The attributes, parsed when first asked for."""
        return self._parse()[1] if self._attributes is None else self._attributes

    @property
    def touched(self) -> bool:
        """Whether the attributes have been handed out, so that somebody may have changed them."""
        return self._attributes is not None

    def line_of(self, name: str, index: int = 0) -> int:
        """Physical line of the ``index``-th value of an attribute; the entry's own line when there is none."""
        if self._parser is None or self.raw is None:
            return self.line
        return self._parser.line_of(self.raw, self.line, name, index)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entry):
            return NotImplemented
        return self.dn == other.dn and self.attributes == other.attributes

    __hash__ = None  # type: ignore[assignment] # mutable

    def __repr__(self) -> str:
        return f"Entry({self.dn!r}, line={self.line})"


@dataclass(frozen=True, slots=True)
class Control:
    """A control of a change record (RFC 2849 ``control``): OID, criticality, value."""

    oid: str
    critical: bool = False
    value: bytes | None = None


@dataclass(frozen=True, slots=True)
class Modification:
    """One operation of a ``changetype: modify``: "add", "delete", "replace" or "increment" (RFC 4525)."""

    op: str
    attribute: str
    values: tuple[bytes, ...] = field(default=(), repr=False)  # may be secret


@dataclass(frozen=True, slots=True, eq=True)
class ChangeRecord:
    """A change record (RFC 2849 ``ldif-change-record``).

    Attributes:
        dn: the entry it changes.
        changetype: "add", "delete", "modify" or "modrdn" (``moddn`` is the same operation).
        controls: in order.
        attributes: of an add.
        changes: of a modify, in order.
        newrdn: of a modrdn, with deleteoldrdn and newsuperior.
        line: 1-based physical line of the ``dn:``.
        path: the input, for messages.
        raw: the bytes that were read, without the final line feed; None for a record that was made.
    """

    dn: str
    changetype: str
    controls: tuple[Control, ...] = ()
    attributes: Attributes | None = None
    changes: tuple[Modification, ...] = ()
    newrdn: str | None = None
    deleteoldrdn: bool | None = None
    newsuperior: str | None = None
    line: int = field(default=0, compare=False)
    path: str = field(default="", compare=False)
    raw: bytes | None = field(default=None, compare=False, repr=False)
