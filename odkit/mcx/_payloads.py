"""Payloads of profiles: a domain's settings as custom settings, or as Apple's own payloads.

``com.apple.ManagedClient.preferences`` takes MCX unchanged: Forced and Set-Once arrays of mcx_preference_settings, and in practice the
timestamp (mcxToProfile, Munki and Profile Manager write it there; Apple's schema does not name it).  One domain per payload, because
ManagedClient is reported to refuse more (medium confidence).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from odkit.mcx._check import DEAD, DEAD_KEYS
from odkit.mcx._native import Native, native
from odkit.plist import canonical
from odkit.text import escape, plural
from odkit.values.mcx import McxRecord, Settings
from odkit.values.mcx_union import joined, output_of, removes_duplicates

__all__ = ["SPACE", "custom_payload", "keys_of", "native_of", "native_payloads"]

SPACE = UUID("5c1cc1a5-8c35-5e9b-9d1a-0d6b1f7a7e11")  # odkit's own name space: UUIDs come from it, the record's GUID and the domain
_TIMELESS = ("PayloadDisplayName", "PayloadEnabled", "PayloadIdentifier", "PayloadUUID", "PayloadVersion")


def custom_payload(mcx: McxRecord, domain: str, identity: str, top: str) -> tuple[dict[str, Any], list[str]]:
    """Return the custom-settings payload of a domain, and what was converted how.

    Args:
        mcx: of the record.
        domain: its name.
        identity: of the record, from which UUIDs are made.
        top: PayloadIdentifier of the profile.
    """
    own = uuid5(SPACE, f"{identity.upper()}\n{domain}")
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
        "PayloadIdentifier": f"{top}.{own}",
        "PayloadType": "com.apple.ManagedClient.preferences",
        "PayloadUUID": str(own).upper(),
        "PayloadVersion": 1,
    }, lines


def keys_of(payload: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the keys of a custom-settings payload with their values, in all states; a key may stand there twice."""
    [states] = payload["PayloadContent"].values()
    return [pair for parts in states.values() for part in parts for pair in part["mcx_preference_settings"].items()]


def native_of(payload: Mapping[str, Any], mcx: McxRecord, domain: str, *, user: bool) -> Native:
    """Tell what a custom-settings payload of a domain becomes as Apple's own payloads."""
    keys: dict[str, Any] = {}
    for key, value in keys_of(payload):
        if key in keys and canonical(keys[key]) != canonical(value):
            return Native(why=f"{escape(key)} has two values")
        keys[key] = value
    return native(domain, [each for each in mcx.settings() if each.domain == domain], keys, user=user)


def native_payloads(payload: Mapping[str, Any], found: Native) -> list[dict[str, Any]]:
    """Return the native payloads of a domain with the custom-settings payload's identity; further ones have an own UUID."""
    made = []
    for number, (kind, keys) in enumerate(found.payloads.items()):
        envelope = {key: payload[key] for key in _TIMELESS}
        if number:
            own = uuid5(SPACE, f"{payload['PayloadUUID']}\n{kind}")
            envelope |= {"PayloadIdentifier": f"{payload['PayloadIdentifier']}.{number + 1}", "PayloadUUID": str(own).upper()}
        made.append({**keys, **envelope, "PayloadType": kind, "PayloadDisplayName": kind})
    return made


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
