"""Apple's schema as an oracle: its facts, read by a reader of their own, say what is wrong with a payload or a declaration."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

__all__ = ["FACTS", "TYPES", "files_of", "sample", "wrong"]

FACTS: dict[str, Any] = json.loads((Path(__file__).parent.parent / "odkit" / "mcx" / "schema" / "payloads.json").read_text())
TYPES = {row["type"] for row in FACTS["payloads"]}
_PYTHON = {"string": str, "boolean": bool, "real": float, "data": bytes, "array": list, "dictionary": dict, "date": datetime}
_ENVELOPE = {"PayloadDisplayName", "PayloadEnabled", "PayloadIdentifier", "PayloadType", "PayloadUUID", "PayloadVersion"}
_BESIDE = {"mcx_data_timestamp", "mcx_precedence", "mcx_union_policy_keys"}  # what managed preferences hold and the schema does not name


def files_of(kind: str) -> list[dict[str, Any]]:
    """The files that describe a type; com.apple.MCX has six."""
    return [row for row in FACTS["payloads"] if row["type"] == kind]


def wrong(payload: Mapping[str, Any], *, kind: str = "", user: bool | None = None) -> list[str]:
    """What Apple's schema has against a payload, or against the content of a declaration of a type."""
    kind = kind or payload["PayloadType"]
    files = files_of(kind)
    content = {key: value for key, value in payload.items() if key not in _ENVELOPE}
    problems = [f"{kind}: no such payload"] if not files else []
    used = [row for row in files if any(key["key"] in content for key in row["keys"])]
    known = {key["key"]: (row, key) for row in files for key in row["keys"]}
    for row in used:
        if user is not None and not row["user" if user else "device"]:
            problems.append(f"{kind}: not for this channel")
        if row.get("removed"):
            problems.append(f"{kind}: removed")
        problems += [f"{kind}: {key['key']} missing" for key in row["keys"] if key.get("required") and key["key"] not in content]
    for key, value in content.items():
        if key not in known:
            problems.append(f"{kind}: unknown {key}")
        else:
            problems += _value(known[key][0], known[key][1], value, f"{kind} {key}")
    return problems


def _value(row: dict[str, Any], key: dict[str, Any], value: object, place: str) -> Iterator[str]:
    if key["type"] == "any":
        return
    fits = type(value) is int if key["type"] == "integer" else isinstance(value, _PYTHON[key["type"]])
    if not fits:
        yield f"{place}: {value!r} is no {key['type']}"
        return
    listed, ranged = "values" in key, "min" in key or "max" in key
    if (listed or ranged) and not (
        (listed and value in key["values"])
        or (ranged and isinstance(value, (int, float)) and key.get("min", value) <= value <= key.get("max", value))
    ):
        yield f"{place}: {value!r} is not allowed"
    parts = row["shared"][key["of"]] if isinstance(key.get("of"), str) else key.get("of", [])
    if isinstance(value, list) and parts:
        for each in value:
            yield from min((list(_value(row, part, each, place)) for part in parts), key=len)
    if isinstance(value, dict) and parts:
        names = {part["key"]: part for part in parts}
        yield from (f"{place}: {name} missing" for name in names if names[name].get("required") and name not in {*value, "ANY"})
        for name, each in value.items():
            if name in names or "ANY" in names:
                yield from _value(row, names.get(name, names.get("ANY", {})), each, f"{place} {name}")
            elif name not in _BESIDE:
                yield f"{place}: unknown {name}"


def sample(row: dict[str, Any], key: dict[str, Any], depth: int = 0) -> object:
    """A value that the schema takes for a key."""
    if "values" in key:
        return key["values"][-1]
    parts = row["shared"][key["of"]] if isinstance(key.get("of"), str) else key.get("of", [])
    if key["type"] == "array":
        return [sample(row, part, depth + 1) for part in parts[:1] if depth < 6]
    if key["type"] == "dictionary":
        return {
            "x" if part["key"] == "ANY" else part["key"]: sample(row, part, depth + 1)
            for part in parts
            if part.get("required") or depth < 2
        }
    values: dict[str, object] = {"string": "x", "boolean": True, "real": 1.0, "integer": key.get("min", 1), "data": b"x", "any": "x"}
    return values[key["type"]]
