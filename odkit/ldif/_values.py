"""The values that records consist of: attributes, URL values, and change records with their parts."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import field
from typing import NoReturn, Self, TypeVar, overload

from odkit.dataclass import dataclass
from odkit.errors import UsageError
from odkit.redaction import mask_urls
from odkit.text import shorten

T = TypeVar("T")

RESERVED = frozenset({"dn", "changetype", "control"})  # no attributes: in a file they start another kind of record

__all__ = ["RESERVED", "Attributes", "ChangeRecord", "Control", "FixedAttributes", "Modification", "UnfetchedURL", "urls_of"]


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
        return f"UnfetchedURL({shorten(mask_urls(bytes(self).decode('utf-8', 'replace')), 80)!r})"


class Attributes(MutableMapping[str, list[bytes]]):
    """Maps attribute descriptions to their values.  Keys compare without case; spelling and order are those of the file.

    Args:
        values: initial content.
    """

    __slots__ = ("_lower", "_spellings", "_values")

    def __init__(self, values: Mapping[str, Iterable[bytes]] = {}) -> None:
        self._values: dict[str, list[bytes]] = {}
        lower: dict[str, str] = {}
        self._lower: dict[str, str] | None = lower
        self._spellings: Mapping[str, str] | None = None
        for name, each in values.items():
            key = lower.setdefault(name.lower(), name)
            if key in self._values:
                self._values[key].extend(each)
            else:
                self._values[key] = list(each)

    @classmethod
    def adopt(cls, values: dict[str, list[bytes]], spellings: Mapping[str, str] | None = None) -> Self:
        """Return attributes that use a dictionary without copying it.

        Args:
            values: by description; the keys must differ in more than case.
            spellings: by description in lower case, those of all keys, and perhaps of others.
        """
        self = cls.__new__(cls)
        self._values = values
        self._lower = None
        self._spellings = spellings
        return self

    def as_written(self) -> dict[str, list[bytes]]:
        """Return the values by the spelling of the file.  This is the content itself, not a copy: do not change it."""
        return self._values

    def _spelling(self, name: str) -> str | None:
        if name in self._values:
            return name
        if self._lower is None:
            if self._spellings is not None:
                key = self._spellings.get(name.lower())
                return key if key in self._values else None
            self._lower = {key.lower(): key for key in self._values}
        return self._lower.get(name.lower())

    def __getitem__(self, name: str) -> list[bytes]:
        key = self._spelling(name)
        if key is None:
            raise KeyError(name)
        return self._values[key]

    @overload
    def get(self, name: str) -> list[bytes] | None: ...
    @overload
    def get(self, name: str, default: list[bytes] | T) -> list[bytes] | T: ...
    def get(self, name: str, default: object = None) -> object:
        """Return the values of ``name``, the default when there are none; unlike a mapping's own it raises nothing on the way."""
        values = self._values.get(name)
        if values is not None:
            return values
        key = self._spelling(name)
        return default if key is None else self._values[key]

    def __setitem__(self, name: str, values: Iterable[bytes]) -> None:
        key = self._spelling(name)
        self._values[name if key is None else key] = list(values)
        if key is None:
            self._learn(name)

    def setdefault(self, name: str, default: list[bytes] | None = None) -> list[bytes]:
        """Return the values of ``name``; if there are none, add an empty list and return it, so that values can be appended."""
        key = self._spelling(name)
        if key is None:
            self._values[name] = [] if default is None else default
            self._learn(name)
            return self._values[name]
        return self._values[key]

    def _learn(self, name: str) -> None:
        """Note the spelling of a description that is new here."""
        self._spellings = None  # it may be unknown there
        if self._lower is not None:
            self._lower[name.lower()] = name

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

    def items(self) -> ItemsView[str, list[bytes]]:
        """Return names as spelled, with their values; unlike the one of a mapping it does not look each name up again."""
        return self._values.items()

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._spelling(name) is not None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return {k.lower(): v for k, v in self.items()} == {str(k).lower(): v for k, v in other.items()}

    __hash__ = None  # type: ignore[assignment] # a mutable mapping

    def __repr__(self) -> str:  # names only: values may be secret
        return f"{type(self).__name__}({shorten(', '.join(self._values), 200)})"

    def first(self, name: str) -> bytes | None:
        """Return the first value of ``name``, None if there is none."""
        values = self.get(name)
        return values[0] if values else None


class FixedAttributes(Attributes):
    """The attributes of a record of a directory, which reads them again when they are asked for: a change here would be lost."""

    __slots__ = ()

    @classmethod
    def of(cls, attributes: Attributes) -> FixedAttributes:
        """Return the same attributes, fixed, without copying them."""
        return cls.adopt(attributes._values, attributes._spellings)

    def _refuse(self) -> NoReturn:
        raise UsageError("a record of a directory is not changed in place: record.replace(…), .add(…) and .delete(…) return a changed one")

    def __setitem__(self, name: str, values: Iterable[bytes]) -> None:
        self._refuse()

    def __delitem__(self, name: str) -> None:
        self._refuse()

    def setdefault(self, name: str, default: list[bytes] | None = None) -> list[bytes]:
        """Return the values of ``name``; there is no adding of a name.

        Raises:
            UsageError: there are none.
        """
        return self[name] if name in self else self._refuse()


@dataclass(frozen=True, slots=True)
class Control:
    """A control of a change record (RFC 2849 ``control``).

    Attributes:
        oid: of the control, in dotted form.
        critical: whether the server must refuse the change if it does not know the control.
        value: of the control, None if it has none.
    """

    oid: str
    critical: bool = False
    value: bytes | None = None


@dataclass(frozen=True, slots=True)
class Modification:
    """One operation of a ``changetype: modify`` (RFC 2849 ``mod-spec``).

    Attributes:
        op: "add", "delete", "replace" or "increment" (RFC 4525).
        attribute: attribute description.
        values: in order; not part of the repr, because they may be secret.
    """

    op: str
    attribute: str
    values: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """A change record (RFC 2849 ``ldif-change-record``).

    Attributes:
        dn: the entry that it changes.
        changetype: "add", "delete", "modify" or "modrdn" (``moddn`` is the same operation).
        controls: in order.
        attributes: of an add.
        changes: of a modify, in order.
        newrdn: of a modrdn, with deleteoldrdn and newsuperior.
        line: 1-based physical line of the ``dn:``, 0 for a record that was not read from a file.
        path: the input, for messages.
        raw: the bytes that were read, without the final line feed; None for a record that was not read.
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


def urls_of(record: ChangeRecord) -> Iterator[tuple[str, UnfetchedURL]]:
    """Yield the URL values of a change record, each with its attribute description."""
    values = [(name, value) for name, each in (record.attributes or {}).items() for value in each]
    values += [(change.attribute, value) for change in record.changes for value in change.values]
    for name, value in values:
        if isinstance(value, UnfetchedURL):
            yield name, value
