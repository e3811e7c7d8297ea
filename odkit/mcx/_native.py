"""Native payloads: a domain whose every key Apple's schema of profiles takes, as the payload, or payloads, that hold these keys.

A domain goes native only where every key is Forced, is in the schema with that type and value, and the payload may be in the profile's
channel: a native payload has no "once", and macOS drops an unknown key without a warning.  What the schema does not take stays in
custom settings, which take any key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from odkit.dataclass import dataclass
from odkit.mcx.schema import Payload, payloads_of
from odkit.mcx.schema.values import fitted
from odkit.text import escape
from odkit.values.mcx import Settings

__all__ = ["Native", "native"]

# what a payload must hold beside a key, which the schema says in words alone
_TOGETHER = {"askForPassword": "askForPasswordDelay"}


@dataclass(frozen=True, slots=True)
class Native:
    """What a domain becomes.

    Attributes:
        payloads: by type, the keys of each native payload; empty where the domain cannot be native.
        why: the reason, where it cannot.
        unknown: keys that Apple's schema does not have.
        turned: keys whose number got the type that the schema wants.
    """

    payloads: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    why: str = ""
    unknown: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()


def native(domain: str, settings: Sequence[Settings], keys: Mapping[str, Any], *, user: bool) -> Native:
    """Tell whether the settings of a domain can be native payloads.

    Args:
        domain: its name.
        settings: all of the record's settings in it.
        keys: what a payload would hold: all their keys, union inputs already written as their outputs.
        user: whether the profile is for users.

    Returns:
        The payloads, or the reason; unknown keys in both cases.
    """
    of_domain = payloads_of(domain)
    if not of_domain:
        return Native(why="Apple's schema has no payload for this domain")
    unknown = tuple(key for key in keys if not any(key in payload.keys for payload in of_domain))
    if why := _shut_out(of_domain, settings, user=user):
        return Native(why=why, unknown=unknown)
    if unknown:
        return Native(why=f"Apple's payload has no key {escape(unknown[0])}", unknown=unknown)
    return _filled([payload for payload in of_domain if _allowed(payload, user=user) and not payload.removed], keys, user=user)


def _allowed(payload: Payload, *, user: bool) -> bool:
    return payload.user if user else payload.device


def _channel(*, user: bool) -> str:
    ours, theirs = ("users", "devices") if user else ("devices", "users")
    return f"Apple's payload is for {theirs} only, and this profile is for {ours}"


def _shut_out(of_domain: Sequence[Payload], settings: Sequence[Settings], *, user: bool) -> str:
    """Return why no payload of the domain may be written; "" where one may."""
    open_ones = [payload for payload in of_domain if _allowed(payload, user=user)]
    if not open_ones:
        return _channel(user=user)
    if all(payload.removed for payload in open_ones):
        return f"Apple's payload was removed in macOS {open_ones[0].removed}"
    if any(each.state != "Forced" for each in settings):
        return "a native payload is always enforced; this one is not"
    if any(each.others for each in settings):
        return "it holds keys beside the settings that a native payload has no room for"
    return ""


def _filled(of_domain: Sequence[Payload], keys: Mapping[str, Any], *, user: bool) -> Native:
    made: dict[str, dict[str, Any]] = {}
    used: dict[str, Payload] = {}
    turned = []
    for key, value in keys.items():
        payload = next((each for each in of_domain if key in each.keys), None)
        if payload is None:
            return Native(why=_channel(user=user))
        fit = fitted(payload, key, value)
        if fit.problem:
            return Native(why=fit.problem)
        if fit.changed:
            turned.append(key)
        made.setdefault(payload.type, {})[key] = fit.value
        used[payload.file] = payload
    missing = [key for each in used.values() for key, row in each.keys.items() if row.get("required") and key not in keys]
    missing += [other for key, other in _TOGETHER.items() if key in keys and other not in keys and key not in missing]
    if missing:
        return Native(why=f"Apple's payload needs {', '.join(missing)}, too")
    return Native(made, turned=tuple(turned))
