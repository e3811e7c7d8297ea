"""The MCX of a record: its settings and the flags by which clients load them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from odkit.dataclass import dataclass
from odkit.ldif import Attributes, UnfetchedURL
from odkit.values.mcx_model import ATTRIBUTES, FLAGS, Flags, Settings, Union, Value
from odkit.values.mcx_parse import parse_flags, parse_value, union_of

__all__ = ["ATTRIBUTES", "FLAGS", "Flags", "McxMemo", "McxRecord", "Settings", "Union", "Value", "parse_flags", "parse_value", "union_of"]

_URL = "it names a URL instead of holding a value"


class McxMemo:
    """Parsed values by their bytes: many records of one export hold the same policy, byte for byte.

    Its owner is a directory, and it ends with it: policies may hold passwords.
    """

    def __init__(self) -> None:
        self._values: dict[bytes, Value] = {}
        self._flags: dict[bytes, Flags] = {}

    def value(self, raw: bytes, attribute: str, index: int) -> Value:
        """Return the value with these bytes."""
        known = self._values.get(raw)
        if known is None:
            known = self._values[raw] = parse_value(raw, attribute, index)
        if (known.attribute, known.index) == (attribute, index):
            return known
        return replace(known, attribute=attribute, index=index)

    def flags(self, raw: bytes) -> Flags:
        """Return the flags with these bytes."""
        known = self._flags.get(raw)
        if known is None:
            known = self._flags[raw] = parse_flags(raw)
        return known


@dataclass(frozen=True, slots=True)
class McxRecord:
    """The MCX of a record.

    Attributes:
        values: in the order of the directory, which has no meaning.
        written_flags: the flags as they are, None without any.
        unasked: those of its attributes that the export was not asked for.
    """

    values: tuple[Value, ...] = ()
    written_flags: Flags | None = None
    unasked: tuple[str, ...] = ()

    @classmethod
    def read(cls, attributes: Attributes, memo: McxMemo | None = None, unasked: tuple[str, ...] = ()) -> McxRecord:
        """Read the MCX among the attributes of a record.

        Args:
            attributes: of the record.
            memo: values that were parsed before.
            unasked: those of `ATTRIBUTES` and `FLAGS` that the export was not asked for, so that they are unknown when they are missing.

        Returns:
            The MCX; what cannot be read is in the problems of its values.
        """
        memo = memo if memo is not None else McxMemo()
        values: tuple[Value, ...] = ()
        for name in ATTRIBUTES:
            raws = attributes.get(name)
            if raws:
                values += tuple(
                    Value(name, index, raw, problems=(_URL,), unread=True)
                    if isinstance(raw, UnfetchedURL)
                    else memo.value(raw, name, index)
                    for index, raw in enumerate(raws)
                )
        flags = attributes.first(FLAGS)
        if flags is None and not (values or unasked):
            return _NOTHING  # nearly every record
        unknown = tuple(name for name in unasked if name not in attributes)
        if flags is None:
            return cls(values, None, unknown)
        written = memo.flags(flags) if not isinstance(flags, UnfetchedURL) else Flags(flags, problem=_URL, unread=True)
        return cls(values, written, unknown)

    @property
    def flags(self) -> Mapping[str, Any] | None:
        """mcx_flags; None without any, or with unreadable ones."""
        return self.written_flags.keys if self.written_flags is not None else None

    @property
    def flags_problem(self) -> str | None:
        """Why the flags cannot be read."""
        return self.written_flags.problem if self.written_flags is not None else None

    @property
    def flags_unknown(self) -> bool:
        """Whether the export does not show what the flags are."""
        return FLAGS in self.unasked or (self.written_flags is not None and self.written_flags.unread)

    @property
    def loaded(self) -> bool:
        """Whether clients load the settings: Apple, "if present, MCXSettings is loaded"; true also where that is not known."""
        return self.flags is not None or self.flags_unknown

    @property
    def unread(self) -> bool:
        """Whether the export does not show all that the record holds."""
        return bool(self.unasked) or self.in_other_files

    @property
    def in_other_files(self) -> bool:
        """Whether values are in other files, as ldapsearch -t leaves them."""
        return any(value.unread for value in self.values) or (self.written_flags is not None and self.written_flags.unread)

    def settings(self) -> Iterator[Settings]:
        """Yield all settings."""
        for value in self.values:
            yield from value.settings

    def __getitem__(self, domain: str) -> tuple[Settings, ...]:
        """Return the settings of a domain, whose name compares without case."""
        found = tuple(s for s in self.settings() if s.domain.lower() == domain.lower())
        if not found:
            raise KeyError(domain)
        return found

    def __contains__(self, domain: object) -> bool:
        return isinstance(domain, str) and any(s.domain.lower() == domain.lower() for s in self.settings())

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains that it names, sorted."""
        return tuple(sorted({domain for value in self.values for domain in value.domains})) if self.values else ()

    @property
    def empty(self) -> bool:
        """Whether it has no MCX at all."""
        return not self.values and self.written_flags is None


_NOTHING = McxRecord()
