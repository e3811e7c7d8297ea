"""The difference of two exports as a value."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Callable, Collection, Iterator
from dataclasses import field
from enum import StrEnum
from typing import Any

from odkit.dataclass import dataclass
from odkit.directory import CONTAINERS
from odkit.directory.reliance import Reliance
from odkit.dn import dn_key, key_or_text
from odkit.findings import Finding
from odkit.ldif import Answer, Entry
from odkit.redaction import Sensitivity, mask, sensitivity_of
from odkit.text import escape

__all__ = ["AttributeDifference", "Diff", "Kind", "RecordDifference", "kind_of_dn", "shown", "value_json"]

_WIDE = 120  # characters of a value that a listing shows


class Kind(StrEnum):
    """What happened to a record."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"


def kind_of_dn(dn: str) -> str:
    """Record type by the container that a DN names, as dscl spells it; "" for none."""
    parts = (dn_key(dn) or "").split(",", 2)
    if len(parts) > 2 and parts[2] == "cn=authdata":
        return "AuthData"
    return CONTAINERS.get(parts[1].removeprefix("cn="), "") if len(parts) > 1 and parts[1].startswith("cn=") else ""


def value_json(attribute: str, value: bytes, *, show: bool) -> Any:
    """Return a value for JSON: text, ``{"base64": …}``, or for a secret only its length."""
    if not show and sensitivity_of(attribute, value) >= Sensitivity.PRIVATE:
        return {"secret": len(value)}
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": b2a_base64(value, newline=False).decode("ascii")}


@dataclass(frozen=True, slots=True)
class AttributeDifference:
    """An attribute that differs.

    Attributes:
        name: as the newer export spells it, else as the older.
        removed: values of the older export that the newer one has not.
        added: values of the newer export that the older one has not.
    """

    name: str
    removed: tuple[bytes, ...]
    added: tuple[bytes, ...]

    def __repr__(self) -> str:  # a debugger, a log or a traceback shows no more than a listing
        return f"AttributeDifference({self.as_json()!r})"

    def as_json(self, *, show: bool = False) -> dict[str, Any]:
        """Return a member of ``attributes``."""
        return {
            "name": self.name,
            "removed": [value_json(self.name, value, show=show) for value in self.removed],
            "added": [value_json(self.name, value, show=show) for value in self.added],
        }

    def lines(self, *, show: bool = False) -> Iterator[str]:
        """Yield lines for people: ``- old``, ``+ new``."""
        for sign, values in (("-", self.removed), ("+", self.added)):
            for value in values:
                yield f"{sign} {self.name}: {shown(self.name, value, show=show)}"


def shown(attribute: str, value: bytes, *, show: bool = False) -> str:
    """Return a value for people: a secret as its length, a wide one with its size and digest."""
    if not show and sensitivity_of(attribute, value) >= Sensitivity.PRIVATE:
        return mask(value)
    text = escape(value)
    if len(text) <= _WIDE:
        return text
    import hashlib

    return f"{text[: _WIDE - 40]}… ({len(value)} bytes, SHA-256 {hashlib.sha256(value).hexdigest()[:12]})"


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """A record that differs.

    Attributes:
        kind: what happened to it.
        before, after: the record on both sides; None where there is none.
        attributes: what differs in it; empty for one that was added or removed.
        unknown: what of it cannot be known, with its place; empty when all can.
    """

    kind: Kind
    before: Entry | None
    after: Entry | None
    attributes: tuple[AttributeDifference, ...] = ()
    unknown: str = ""

    @property
    def dn(self) -> str:
        """DN of the newer record, else of the older."""
        entry = self.after if self.after is not None else self.before
        assert entry is not None
        return entry.dn

    @property
    def type(self) -> str:
        """Record type as dscl spells it, "" for none."""
        return kind_of_dn(self.dn)

    @property
    def note(self) -> str:
        """What a change of type means, "" when there is none."""
        if self.before is None or self.after is None:
            return ""
        was, now = kind_of_dn(self.before.dn), kind_of_dn(self.after.dn)
        if was == now:
            return ""
        if (was, now) == ("ComputerLists", "ComputerGroups"):
            return "the computer list of 10.4 became a computer group"
        return f"it was of the type {was or '(none)'} and is {now or '(none)'}"

    def as_json(self, *, show: bool = False) -> dict[str, Any]:
        """Return a member of ``records``."""
        out: dict[str, Any] = {"kind": self.kind.value, "type": self.type, "dn": escape(self.dn)}
        if self.kind is Kind.RENAMED and self.before is not None:
            out["from"] = escape(self.before.dn)
        if self.note:
            out["note"] = self.note
        if self.unknown:
            out["unknown"] = self.unknown
        for side, entry in (("before", self.before), ("after", self.after)):
            if entry is not None:
                out[side] = {"path": entry.path, "line": entry.line}
        if self.kind in {Kind.ADDED, Kind.REMOVED}:
            entry = self.after if self.after is not None else self.before
            assert entry is not None
            attributes = entry.attributes.items()
            out["values"] = {name: [value_json(name, value, show=show) for value in values] for name, values in attributes}
        else:
            out["attributes"] = [each.as_json(show=show) for each in self.attributes]
        return out


@dataclass(frozen=True, slots=True)
class Diff:
    """The difference of two exports.

    Attributes:
        records: by type and DN.
        before, after: number of records on both sides.
        operational: records whose operational attributes differ, which are ignored.
        findings: what was noticed while reading.
        sides: how far each input of the older, and of the newer side can be relied on.
        occupied: which of some DNs of the older side, in normal form, have below them a record that does not differ; for that the older
            side is read again.
    """

    records: tuple[RecordDifference, ...] = ()
    before: int = 0
    after: int = 0
    operational: int = 0
    findings: tuple[Finding, ...] = ()
    sides: tuple[tuple[Reliance, ...], tuple[Reliance, ...]] = ((), ())
    occupied: Callable[[Collection[str]], frozenset[str]] = field(default=lambda _: frozenset(), repr=False, compare=False)

    def __repr__(self) -> str:
        return f"<Diff: {', '.join(f'{name} {count:,}' for name, count in self.counts().items())}>"

    def _repr_html_(self) -> str:
        from odkit.notebook import page  # in notebooks alone

        rows = ((each.kind.value, each.type, each.dn, ", ".join(found.name for found in each.attributes)) for each in self.records)
        return page(repr(self)[1:-1], headers=("what", "type", "DN", "attributes"), rows=rows)

    def __bool__(self) -> bool:
        """Tell whether anything differs."""
        return bool(self.records)

    def __iter__(self) -> Iterator[RecordDifference]:
        return iter(self.records)

    def not_shown(self, each: RecordDifference) -> str:
        """Return why a record that one side has may be on the other, too, which does not show it; empty where it is gone, or new."""
        if each.kind not in {Kind.ADDED, Kind.REMOVED}:
            return ""
        other = self.sides[each.kind is Kind.REMOVED]
        answers = [side.without(key_or_text(each.dn)) for side in other]
        if not answers or Answer.ABSENT in answers:
            return ""
        return f"the {'newer' if each.kind is Kind.REMOVED else 'older'} export does not show whether it has it ({answers[0].value})"

    @property
    def is_disjoint(self) -> bool:
        """Whether no record of one side is one of the other, though both have records."""
        return bool(self.before and self.after) and (len(self.of(Kind.REMOVED)), len(self.of(Kind.ADDED))) == (self.before, self.after)

    def of(self, kind: Kind) -> list[RecordDifference]:
        """Return the records to which this happened."""
        return [each for each in self.records if each.kind is kind]

    def counts(self) -> dict[str, int]:
        """Return the number of records by what happened to them."""
        return {kind.value: len(self.of(kind)) for kind in Kind}

    def as_json(self, *, show: bool = False) -> dict[str, Any]:
        """Return the object of schema ``odkit/diff/1``; secrets as their length unless ``show``."""
        return {
            "schema": "odkit/diff/1",
            "summary": {"before": self.before, "after": self.after, **self.counts(), "operational": self.operational},
            "records": [each.as_json(show=show) | ({"unknown": why} if (why := self.not_shown(each)) else {}) for each in self.records],
            "findings": [f.as_json() for f in self.findings],
        }
