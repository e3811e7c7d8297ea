"""Changes from one export to the other that no check judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from itertools import islice
from types import MappingProxyType
from typing import Any

from odkit.dataclass import dataclass
from odkit.text import escape, plural

__all__ = ["NotJudged"]

_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NotJudged:
    """Changes that no check judges.

    Attributes:
        attributes: number of records by attribute, as the newer export spells it, most first.
        records: number of records that are new, or gone from ``cn=authdata``, or differ only in what the server writes by itself,
            most first.
    """

    attributes: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    records: Mapping[str, int] = field(default_factory=lambda: _NOTHING)

    def as_json(self) -> dict[str, Any]:
        """Return the object for the summary."""
        return {
            "changes": sum(self.attributes.values()),
            "attributes": {escape(name): count for name, count in self.attributes.items()},
            "records": {what: count for what, count in self.records.items() if count},
        }

    def __str__(self) -> str:
        parts = []
        if count := sum(self.attributes.values()):
            names = ", ".join(f"{escape(name)} {each:,}" for name, each in islice(self.attributes.items(), 5))
            more = ", …" if len(self.attributes) > 5 else ""
            parts.append(f"{plural(count, 'other attribute change')} ({names}{more})")
        parts += [f"{plural(each, 'record')} {what}" for what, each in self.records.items() if each]
        return f"{', '.join(parts)}: not judged; odkit diff shows them" if parts else ""
