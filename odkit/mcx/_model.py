"""MCX settings as values: what the ``apple-mcxsettings`` and ``apple-mcxflags`` of a record hold.

    { mcx_application_data: { DOMAIN: { Forced|Set-Once: [ { mcx_preference_settings: {KEY: VALUE, …},
        mcx_data_timestamp: DATE?, mcx_union_policy_keys: [ … ]?, … } … ] } } }

A record has any number of values, each with any number of domains.  ``Set-Once`` with a timestamp is "once", without one "often";
``Forced`` is "always" (Munki, Profile Manager, mcxToProfile and Puppet agree).  ``apple-mcxsettings2`` is a second name of the same
attribute (Apple's apple.schema).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from odkit.directory import Record
from odkit.ldif import UnfetchedURL
from odkit.plist import PlistError, read

__all__ = ["ATTRIBUTES", "FLAGS", "McxRecord", "Settings", "Union", "Value", "of", "parse_value", "union_of"]

ATTRIBUTES = ("apple-mcxsettings", "apple-mcxsettings2")
FLAGS = "apple-mcxflags"
STATES = ("Forced", "Set-Once")
_SMALL = 1 << 16  # bytes of a value that is worth remembering
_KNOWN = frozenset({"mcx_preference_settings", "mcx_data_timestamp", "mcx_union_policy_keys"})


@dataclass(frozen=True, slots=True)
class Union:
    """A union policy: several levels' inputs become one output list or dictionary.

    Attributes:
        inputs: mcx_input_key_names.
        output: mcx_output_key_name.
        remove_duplicates: mcx_remove_duplicates.
        others: keys of the policy that no source explains, kept.
    """

    inputs: tuple[str, ...]
    output: str
    remove_duplicates: bool
    others: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Settings:
    """One dictionary of a domain's ``Forced`` or ``Set-Once`` array.

    Attributes:
        domain: as written.
        state: "Forced" or "Set-Once".
        keys: mcx_preference_settings.
        timestamp: mcx_data_timestamp; None when there is none.
        unions: mcx_union_policy_keys.
        others: mcx_precedence and keys that no source explains, kept.
    """

    domain: str
    state: str
    keys: dict[str, Any]
    timestamp: datetime | None = None
    unions: tuple[Union, ...] = ()
    others: dict[str, Any] = field(default_factory=dict)

    @property
    def frequency(self) -> str:
        """One of "always", "once" and "often"."""
        if self.state == "Forced":
            return "always"
        return "often" if self.timestamp is None else "once"


@dataclass(slots=True)
class Value:
    """One value of the attribute.

    Attributes:
        attribute: as odkit names it, one of `ATTRIBUTES`.
        index: its index in that attribute.
        raw: its bytes.
        settings: what it holds; shared by equal values, not to be changed.
        domains: the domains it names, also those without settings.
        problems: what cannot be read, each with its place; empty for a whole value.
        notes: what was read although it is not as Apple writes it.
    """

    attribute: str
    index: int
    raw: bytes = field(repr=False)
    settings: list[Settings] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __bytes__(self) -> bytes:
        return self.raw


@dataclass(slots=True)
class McxRecord:
    """The MCX of a record.

    Attributes:
        values: in the order of the directory, which says nothing.
        flags: mcx_flags, None when there are none, or unreadable ones.
        flags_problem: why they cannot be read.
    """

    values: list[Value] = field(default_factory=list)
    flags: dict[str, Any] | None = None
    flags_problem: str | None = None

    def settings(self) -> Iterator[Settings]:
        """All settings."""
        for value in self.values:
            yield from value.settings

    def __getitem__(self, domain: str) -> list[Settings]:
        """The settings of a domain, whose name compares without case."""
        found = [s for s in self.settings() if s.domain.lower() == domain.lower()]
        if not found:
            raise KeyError(domain)
        return found

    def __contains__(self, domain: object) -> bool:
        return isinstance(domain, str) and any(s.domain.lower() == domain.lower() for s in self.settings())

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains that it names, sorted."""
        return tuple(sorted({domain for value in self.values for domain in value.domains}))

    @property
    def empty(self) -> bool:
        """Whether it has no MCX at all."""
        return not self.values and self.flags is None and self.flags_problem is None


def of(record: Record) -> McxRecord:
    """Read the MCX of a record; what cannot be read is in the problems of its values."""
    out = McxRecord()
    for attribute in ATTRIBUTES:
        for index, raw in enumerate(record.attributes.get(attribute, ())):
            value = parse_value(raw, attribute, index) if not isinstance(raw, UnfetchedURL) else Value(attribute, index, raw)
            if isinstance(raw, UnfetchedURL):
                value.problems.append("it names a URL instead of holding a value")
            out.values.append(value)
    flags = record.attributes.first(FLAGS)
    if flags is not None:
        out.flags, out.flags_problem = _flags(flags) if len(flags) < _SMALL else _flags.__wrapped__(flags)
    return out


@lru_cache(maxsize=64)  # nearly all users of a domain have the same ones
def _flags(raw: bytes) -> tuple[dict[str, Any] | None, str | None]:
    try:
        found = read(raw).value
    except PlistError as error:
        return None, str(error)
    return (found, None) if isinstance(found, dict) else (None, "is no dictionary")


def parse_value(raw: bytes, attribute: str = ATTRIBUTES[0], index: int = 0) -> Value:
    """Parse one value of ``apple-mcxsettings``; never raises for what stands in it."""
    known = _parse(raw) if len(raw) < _SMALL else _parse.__wrapped__(raw)
    return Value(attribute, index, raw, known.settings, known.domains, known.problems, known.notes)


@lru_cache(maxsize=256)  # many records hold one policy, byte for byte
def _parse(raw: bytes) -> Value:
    out = Value("", 0, raw)
    try:
        document = read(raw)
    except PlistError as error:
        out.problems.append(str(error))
        return out
    out.notes += [str(note) for note in document.notes if not note.deviation.harmless]
    for root in (document.value, *document.more):
        data = root.get("mcx_application_data") if isinstance(root, dict) else None
        if not isinstance(data, dict):
            out.problems.append("no dictionary mcx_application_data in it")
            continue
        if isinstance(root, dict) and len(root) > 1:
            out.notes.append(f"other keys beside mcx_application_data: {', '.join(sorted(k for k in root if k != 'mcx_application_data'))}")
        for domain, states in data.items():
            out.domains.append(domain)
            if isinstance(states, dict):
                _domain(out, domain, states)
            else:
                out.problems.append(f"domain {domain}: no dictionary")
    return out


def _domain(out: Value, domain: str, states: dict[str, Any]) -> None:
    for state, each in states.items():
        if state not in STATES:
            out.problems.append(f"domain {domain}: {state} is neither Forced nor Set-Once")
        elif not isinstance(each, list):
            out.problems.append(f"domain {domain}: {state} is no array")
        else:
            for place, settings in enumerate(each):
                found = _settings(out, domain, state, settings, f"domain {domain}: {state}[{place}]")
                if found is not None:
                    out.settings.append(found)


def _settings(out: Value, domain: str, state: str, data: Any, where: str) -> Settings | None:
    keys = data.get("mcx_preference_settings") if isinstance(data, dict) else None
    if not isinstance(keys, dict):
        out.problems.append(f"{where}: no dictionary mcx_preference_settings")
        return None
    timestamp = data.get("mcx_data_timestamp")
    if timestamp is not None and not isinstance(timestamp, datetime):
        out.problems.append(f"{where}: mcx_data_timestamp is no date")
        timestamp = None
    unions = []
    listed = data.get("mcx_union_policy_keys", [])
    for each in listed if isinstance(listed, list) else [listed]:
        union = union_of(each)
        if union is None:
            out.problems.append(f"{where}: a union policy without input or output key names")
        else:
            unions.append(union)
    return Settings(domain, state, keys, timestamp, tuple(unions), {k: v for k, v in data.items() if k not in _KNOWN})


def union_of(data: Any) -> Union | None:
    """A union policy from its dictionary; None when it names no input or output keys."""
    if not isinstance(data, dict):
        return None
    inputs, output = data.get("mcx_input_key_names"), data.get("mcx_output_key_name")
    if not isinstance(inputs, list) or not all(isinstance(each, str) for each in inputs) or not isinstance(output, str):
        return None
    others = {k: v for k, v in data.items() if k not in {"mcx_input_key_names", "mcx_output_key_name", "mcx_remove_duplicates"}}
    return Union(tuple(inputs), output, bool(data.get("mcx_remove_duplicates", False)), others)
