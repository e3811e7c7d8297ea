"""Converts MCX to configuration profiles: one .mobileconfig for each record, one custom-settings payload for each domain.

``com.apple.ManagedClient.preferences`` takes MCX unchanged: Forced and Set-Once arrays of mcx_preference_settings, and in practice the
timestamp (mcxToProfile, Munki and Profile Manager write it there; Apple's schema does not name it).  One domain per payload, because
ManagedClient is reported to refuse more (medium confidence).  Profiles do not compose as MCX did: where two that may meet on one
machine manage the same key, the report says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any
from uuid import UUID, uuid5

from odkit.arguments import a_text
from odkit.dataclass import dataclass
from odkit.directory import Export, Record, as_directory, describe
from odkit.directory.reliance import made_from, require_whole
from odkit.mcx._check import DEAD, DEAD_KEYS, KINDS, NEEDS, managed_ids
from odkit.mcx._native import native as native_type
from odkit.patterns import regex
from odkit.plist import canonical, dumps
from odkit.text import escape, plural
from odkit.values.mcx import McxRecord, Settings
from odkit.values.mcx_union import joined, output_of, removes_duplicates

__all__ = ["Profile", "Profiles", "profiles"]

_SPACE = UUID("5c1cc1a5-8c35-5e9b-9d1a-0d6b1f7a7e11")  # odkit's own name space: UUIDs come from it, the record's GUID and the domain
_PRESETS = frozenset({"PresetUsers", "PresetGroups", "PresetComputers", "PresetComputerLists", "PresetComputerGroups"})  # on no machine
_NEEDED = ("apple-mcxsettings", "apple-mcxsettings2", "apple-mcxflags", "apple-generateduid", "cn", "uid")  # what a profile is made of
_UNSAFE = regex(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile.

    Attributes:
        name: of its file.
        record: the record whose MCX it carries.
        data: the profile, XML; the same input gives the same bytes.
        lines: what was converted how, for the report.
    """

    name: str
    record: Record
    data: bytes = field(repr=False)
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profiles:
    """All profiles of an export.

    Attributes:
        profiles: in the order of the export.
        left: what could not be converted, and why.
        made_from: the export, its number of records and the last one, for the report.
        overlaps: keys that profiles which can meet on one machine both manage.
    """

    profiles: tuple[Profile, ...] = ()
    left: tuple[str, ...] = ()
    overlaps: tuple[str, ...] = ()
    made_from: tuple[str, ...] = ()

    def report(self) -> str:
        """Return the report: every value has a line in it."""
        lines = [f"{plural(len(self.profiles), 'profile')}.", *self.made_from, ""]
        for profile in self.profiles:
            lines += [f"{profile.name}: {describe(profile.record)}", *(f"  {line}" for line in profile.lines), ""]
        lines += ["Not converted", *(f"  {line}" for line in self.left or ["nothing"]), ""]
        lines += ["Managed by more than one profile: MCX composed these, profiles do not; which one counts is undefined"]
        lines += [f"  {line}" for line in self.overlaps or ["nothing"]]
        return "\n".join(lines) + "\n"


@dataclass(slots=True)
class _Draft:
    profiles: list[Profile] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    keys: dict[tuple[str, str], list[Record]] = field(default_factory=dict)  # domain and key -> records that manage it
    names: set[str] = field(default_factory=set)  # of files, lower case


def profiles(od: Export, *, organization: str = "", native: bool = False, accept_incomplete: bool = False) -> Profiles:
    """Convert the MCX of every record.

    Args:
        od: the export: opened, or a path (`odkit.directory.Export`).
        organization: PayloadOrganization.
        native: use Apple's own payload for a domain if all its keys map; the report names the others, and why.
        accept_incomplete: convert although the export is incomplete.

    Returns:
        The profiles and the report on them; nothing has been written.  A record whose settings the export does not show has none.

    Raises:
        InputError: the export is incomplete, and that was not accepted.
    """
    od = as_directory(od, needs=NEEDS)
    organization = a_text(organization, "organization")
    relied = [source.reliance for source in od.sources]
    require_whole(relied, "policies that it lacks would have no profile", accept_incomplete=accept_incomplete)
    out = _Draft()
    od.prefetch(NEEDS)
    for kind in KINDS:
        for record_id in managed_ids(od, kind):
            record = od.view(record_id, kind)
            if unknown := od.answers.unknown(record, *_NEEDED):
                out.left.append(f"{describe(record)}: {unknown}")
                continue
            _record(out, record, organization, native=native)
    overlaps = []
    for (domain, key), records in sorted(out.keys.items()):
        kinds = {record.kind for record in records}
        if len(records) > 1 and (len(kinds) > 1 or kinds & {"Groups", "ComputerGroups", "ComputerLists"}):
            overlaps.append(f"{escape(domain)} {escape(key)}: {', '.join(describe(record) for record in records)}")
    return Profiles(tuple(out.profiles), tuple(out.left), tuple(overlaps), tuple(made_from(relied)))


def _record(out: _Draft, record: Record, organization: str, *, native: bool) -> None:
    mcx = record.mcx
    for value in mcx.values:
        problems = (*value.problems, *value.union_problems)
        out.left += [f"{describe(record)}, value {value.index + 1}: {escape(problem)}" for problem in problems]
    if mcx.values and mcx.written_flags is None:
        out.left.append(f"{describe(record)}: it has no flags, so that clients did not load its settings; they are converted nevertheless")
    settings = list(mcx.settings())
    held = {s.domain for s in settings}
    out.left += [
        f"{describe(record)}: {escape(domain)} holds no settings" for v in mcx.values for domain in v.domains if domain not in held
    ]
    if not settings:
        return
    identity = record.guid or record.dn
    top = uuid5(_SPACE, f"{identity.upper()}")
    payloads, lines = [], []
    user = record.kind in {"Users", "Groups", "PresetUsers", "PresetGroups"}
    for domain in dict.fromkeys(s.domain for s in settings):
        payload, said = _payload(mcx, domain, identity, top)
        lines += said
        for each in payload["PayloadContent"][domain].values():
            for part in each:
                for key in part["mcx_preference_settings"]:
                    found = out.keys.setdefault((domain.lower(), key), [])
                    if record.kind not in _PRESETS and (not found or found[-1] is not record):
                        found.append(record)
        if native:
            payload, why = _native(payload, mcx, domain, user=user)
            lines.append(f"{escape(domain)}: {why}")
        payloads.append(payload)
    content = {
        "PayloadContent": payloads,
        "PayloadDisplayName": f"MCX of {describe(record)}",
        "PayloadIdentifier": f"odkit.mcx.{top}",
        "PayloadOrganization": organization,
        "PayloadRemovalDisallowed": True,
        "PayloadScope": "User" if user else "System",
        "PayloadType": "Configuration",
        "PayloadUUID": str(top).upper(),
        "PayloadVersion": 1,
    }
    name = _file_name(record, out.names)
    try:
        data = dumps(content)
    except (OverflowError, ValueError, TypeError) as error:  # an integer of more than 64 bits, a control character
        out.left.append(f"{describe(record)}: it cannot be written as a property list ({escape(str(error))})")
        return
    out.profiles.append(Profile(name, record, data, tuple(lines)))


def _file_name(record: Record, names: set[str]) -> str:
    base = f"{record.kind}-{_UNSAFE.sub('_', record.name)[:80] or 'record'}"
    name, number = f"{base}.mobileconfig", 2
    while name.lower() in names:
        name, number = f"{base}-{number}.mobileconfig", number + 1
    names.add(name.lower())
    return name


def _payload(mcx: McxRecord, domain: str, identity: str, top: UUID) -> tuple[dict[str, Any], list[str]]:
    own = uuid5(_SPACE, f"{identity.upper()}\n{domain}")
    states: dict[str, list[dict[str, Any]]] = {}
    lines = []
    for settings in mcx.settings():
        if settings.domain == domain:
            converted, said = _settings(settings)
            states.setdefault(settings.state, []).append(converted)
            lines.append(f"{escape(domain)}: {plural(len(settings.keys), 'key')}, {settings.frequency}")
            lines += said
            dead = DEAD.get(domain.lower())
            lines += [f"{escape(domain)}: no effect any more: {dead}"] if dead is not None else []
            gone = [(key, DEAD_KEYS[domain.lower(), key]) for key in settings.keys if (domain.lower(), key) in DEAD_KEYS]
            lines += [f"{escape(domain)} {escape(key)}: no effect any more: {why}" for key, why in gone]
    return {
        "PayloadContent": {domain: states},
        "PayloadDisplayName": f"Custom settings: {domain}",
        "PayloadEnabled": True,
        "PayloadIdentifier": f"odkit.mcx.{top}.{own}",
        "PayloadType": "com.apple.ManagedClient.preferences",
        "PayloadUUID": str(own).upper(),
        "PayloadVersion": 1,
    }, lines


def _native(payload: dict[str, Any], mcx: McxRecord, domain: str, *, user: bool) -> tuple[dict[str, Any], str]:
    """Return the payload as Apple's own kind, where every key maps; else as it is, and why."""
    keys: dict[str, Any] = {}
    for part in payload["PayloadContent"][domain].get("Forced", []):
        for key, value in part["mcx_preference_settings"].items():
            if key in keys and canonical(keys[key]) != canonical(value):
                return payload, f"custom settings: {escape(key)} has two values"
            keys[key] = value
    kind, why = native_type(domain, [each for each in mcx.settings() if each.domain == domain], keys, user=user)
    if kind is None:
        return payload, f"custom settings: {why}"
    envelope = {key: value for key, value in payload.items() if key != "PayloadContent"}
    return {**keys, **envelope, "PayloadType": kind, "PayloadDisplayName": kind}, "native payload"


def _settings(settings: Settings) -> tuple[dict[str, Any], list[str]]:
    """Return one dictionary of an array: union inputs become their outputs, everything else stays."""
    lines = []
    keys = dict(settings.keys)
    for key in settings.keys:
        output = output_of(settings, key)
        if output is None or output == key:
            continue
        value = keys.pop(key)
        there = keys.get(output)
        if isinstance(there, tuple) and isinstance(value, tuple):
            value = joined([there, value], remove=removes_duplicates(settings, output))
        elif isinstance(there, Mapping) and isinstance(value, Mapping):
            value = {**there, **value}
        elif there is not None:
            lines.append(f"{escape(settings.domain)}: {escape(key)} kept beside {escape(output)}, which is of another type")
            keys[key] = value
            continue
        keys[output] = value
        lines.append(f"{escape(settings.domain)}: {escape(key)} written as {escape(output)}")
    converted: dict[str, Any] = {"mcx_preference_settings": keys}
    if settings.timestamp is not None:
        converted["mcx_data_timestamp"] = settings.timestamp
    for key, value in settings.others.items():
        converted[key] = value
        lines.append(f"{escape(settings.domain)}: {escape(key)} kept; no source explains it")
    return converted, lines
