"""Parsing of MCX values: bytes to the frozen values of `odkit.values.mcx_model`.  Nothing that a value holds raises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from odkit.plist import Date, Note, PlistError, freeze, read
from odkit.values.mcx_model import ATTRIBUTES, STATES, Flags, Settings, Union, Value

__all__ = ["parse_flags", "parse_value", "union_of"]

_KNOWN = frozenset({"mcx_preference_settings", "mcx_data_timestamp", "mcx_union_policy_keys"})
_POLICY = frozenset({"mcx_input_key_names", "mcx_output_key_name", "mcx_remove_duplicates"})


def _split(notes: tuple[Note, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return notes that concern some releases, and those that concern no release of Mac OS X."""
    some = tuple(str(note) for note in notes if not note.deviation.harmless)
    return some, tuple(str(note) for note in notes if note.deviation.harmless)


def parse_flags(raw: bytes) -> Flags:
    """Parse ``apple-mcxflags``; never raises for what it holds."""
    try:
        found = read(raw)
    except PlistError as error:
        return Flags(raw, problem=str(error))
    notes, forms = _split(found.notes)
    if not isinstance(found.value, dict):
        return Flags(raw, None, "is no dictionary", notes, forms, found.refused)
    return Flags(raw, freeze(found.value), None, notes, forms, found.refused)


def parse_value(raw: bytes, attribute: str = ATTRIBUTES[0], index: int = 0) -> Value:
    """Parse one value of ``apple-mcxsettings``; never raises for what it holds."""
    try:
        document = read(raw)
    except PlistError as error:
        return Value(attribute, index, raw, problems=(str(error),))
    parser = _Parser()
    parser.document(freeze(document.value))
    notes, forms = _split(document.notes)
    parser.notes[:0] = notes
    for number in range(len(document.more)):
        parser.problems.append(f"document {number + 2} of {len(document.more) + 1} in it: Macs read the first one only")
    return Value(
        attribute,
        index,
        raw,
        settings=tuple(parser.settings),
        domains=tuple(parser.domains),
        problems=tuple(parser.problems),
        union_problems=tuple(dict.fromkeys(parser.union_problems)),
        notes=tuple(parser.notes),
        forms=forms,
        refused=document.refused,
    )


class _Parser:
    """Collects what one document holds."""

    def __init__(self) -> None:
        self.settings: list[Settings] = []
        self.domains: list[str] = []
        self.problems: list[str] = []
        self.union_problems: list[str] = []
        self.notes: list[str] = []

    def document(self, root: Any) -> None:
        data = root.get("mcx_application_data") if isinstance(root, Mapping) else None
        if not isinstance(data, Mapping):
            self.problems.append("no dictionary mcx_application_data in it")
            return
        if len(root) > 1:
            self.notes.append(
                f"other keys beside mcx_application_data: {', '.join(sorted(k for k in root if k != 'mcx_application_data'))}"
            )
        for domain, states in data.items():
            self.domains.append(domain)
            if isinstance(states, Mapping):
                self._domain(domain, states)
            else:
                self.problems.append(f"domain {domain}: no dictionary")

    def _domain(self, domain: str, states: Mapping[str, Any]) -> None:
        for state, each in states.items():
            if state not in STATES:
                self.problems.append(f"domain {domain}: {state} is neither Forced nor Set-Once")
            elif not isinstance(each, tuple):
                self.problems.append(f"domain {domain}: {state} is no array")
            else:
                for place, settings in enumerate(each):
                    self._settings(domain, state, settings, f"domain {domain}: {state}[{place}]")

    def _settings(self, domain: str, state: str, data: Any, where: str) -> None:
        keys = data.get("mcx_preference_settings") if isinstance(data, Mapping) else None
        if not isinstance(keys, Mapping):
            self.problems.append(f"{where}: no dictionary mcx_preference_settings")
            return
        timestamp = data.get("mcx_data_timestamp")
        if timestamp is not None and not isinstance(timestamp, (datetime, Date)):
            self.problems.append(f"{where}: mcx_data_timestamp is no date")
            timestamp = None
        listed = data.get("mcx_union_policy_keys", ())
        unions = [union_of(each) for each in (listed if isinstance(listed, tuple) else (listed,))]
        damaged = None in unions
        self.union_problems += [f"{where}: a union policy without input or output key names" for union in unions if union is None]
        others = MappingProxyType({k: v for k, v in data.items() if k not in _KNOWN})
        self.settings.append(Settings(domain, state, keys, timestamp, tuple(u for u in unions if u is not None), others, damaged))


def union_of(data: Any) -> Union | None:
    """Return a union policy from its dictionary; None when it names no input or output keys."""
    if not isinstance(data, Mapping):
        return None
    inputs, output = data.get("mcx_input_key_names"), data.get("mcx_output_key_name")
    if not isinstance(inputs, (list, tuple)) or not all(isinstance(each, str) for each in inputs) or not isinstance(output, str):
        return None
    others = freeze({k: v for k, v in data.items() if k not in _POLICY})
    return Union(tuple(inputs), output, bool(data.get("mcx_remove_duplicates", False)), others)
