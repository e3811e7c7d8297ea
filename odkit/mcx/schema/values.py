"""Values of a payload, held against Apple's schema: type, allowed values, range, and what a dictionary must and may hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from odkit.dataclass import dataclass
from odkit.mcx.schema import Payload, Row
from odkit.plist import Date
from odkit.text import escape

__all__ = ["Fitted", "fitted"]

_TYPES: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "real": (float,),
    "string": (str,),
    "array": (tuple, list),
    "dictionary": (Mapping,),
    "data": (bytes,),
    "date": (datetime, Date),
}
_NAMES = {"real": "number"}
_ANY = "ANY"  # how the schema writes a key of any name
# MCX says these with 0 and 1 (Apple's own manifests of 10.5 to 10.13), profiles with false and true
_ZERO_OR_ONE = frozenset({"askForPassword"})


@dataclass(frozen=True, slots=True)
class Fitted:
    """A value as Apple's schema wants it.

    Attributes:
        value: what a payload holds: the value itself, or the same number or truth as the schema's type.
        problem: why the schema does not take it; "" where it does.
        changed: whether the type of a number was changed.
    """

    value: Any
    problem: str = ""
    changed: bool = False


def fitted(payload: Payload, key: str, value: object) -> Fitted:
    """Hold the value of a payload's key against the schema.

    Args:
        payload: that has the key.
        key: its name.
        value: as property lists have it: bool, int, float, str, bytes, dates, tuples and mappings.

    Returns:
        The value as the schema wants it, or the problem.  A whole number is the same number as integer and as real.
    """
    return _fit(payload, payload.keys[key], value, escape(key))


def _fit(payload: Payload, row: Row, value: Any, place: str) -> Fitted:
    kind = row["type"]
    if kind == "any":
        return Fitted(value)
    turned: Any = _turned(kind, value, row["key"])
    if not _is_of(kind, turned):
        return Fitted(value, f"{place} is no {_NAMES.get(kind, kind)}, as Apple's payload wants it")
    if problem := _outside(row, turned):
        return Fitted(value, f"{place} is {problem}")
    changed = type(turned) is not type(value)
    if kind == "array":
        return _array(payload, row, turned, place)
    if kind == "dictionary":
        return _dictionary(payload, row, turned, place)
    return Fitted(turned, changed=changed)


def _is_of(kind: str, value: object) -> bool:
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _turned(kind: str, value: Any, key: str) -> Any:
    """Return the same number as the type that is wanted; WGM writes some whole numbers as reals, and the reverse."""
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind == "real" and isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 2**53:
        return float(value)
    if kind == "boolean" and key in _ZERO_OR_ONE and type(value) is int and value in {0, 1}:
        return bool(value)
    return value


def _outside(row: Row, value: Any) -> str:
    """Return why a value is not among the allowed ones; a file may give single values, a range, or both."""
    values, low, high = row.get("values"), row.get("min"), row.get("max")
    if values is not None and value in values:
        return ""
    if low is not None or high is not None:
        if (low is None or value >= low) and (high is None or value <= high):
            return ""
        return f"{value}, which Apple's payload does not take: it goes from {low} to {high}"
    return "none of the values that Apple's payload takes" if values is not None else ""


def _array(payload: Payload, row: Row, value: tuple[Any, ...], place: str) -> Fitted:
    parts = payload.parts(row)
    if not parts:
        return Fitted(value)
    made, changed = [], False
    for number, each in enumerate(value, 1):
        tried = [_fit(payload, part, each, f"{place}, item {number},") for part in parts]
        best = next((one for one in tried if not one.problem), tried[0])
        if best.problem:
            return Fitted(value, best.problem)
        made.append(best.value)
        changed |= best.changed
    return Fitted(tuple(made) if changed else value, changed=changed)


def _dictionary(payload: Payload, row: Row, value: Mapping[str, Any], place: str) -> Fitted:
    parts = {part["key"]: part for part in payload.parts(row)}
    if not parts:
        return Fitted(value)
    made, changed = {}, False
    for key, each in value.items():
        part = parts.get(key, parts.get(_ANY))
        if part is None:
            return Fitted(value, f"{place} holds {escape(key)}, which Apple's payload has not")
        one = _fit(payload, part, each, f"{place} {escape(key)}")
        if one.problem:
            return Fitted(value, one.problem)
        made[key] = one.value
        changed |= one.changed
    missing = [key for key, part in parts.items() if part.get("required") and key not in value and key != _ANY]
    if missing:
        return Fitted(value, f"{place} has no {', '.join(missing)}, which Apple's payload needs")
    return Fitted(made if changed else value, changed=changed)
