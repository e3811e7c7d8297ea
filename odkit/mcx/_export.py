"""What ``dscl NODE -mcxexport RECORD`` writes: one property list for a record.

    { DOMAIN: { KEY: { state: always|once|often|none|unset, value: ANY, upk?: {mcx_input_key_names, …} } } }

The form drops the timestamp of "once", and knows one union policy for each key, where the directory has a list for each dictionary of
settings.  That is enough to say whether a record still holds what such a backup holds, and no more; so that is what odkit asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from odkit.mcx._model import McxRecord, Union, union_of
from odkit.mcx._typed import only_number_type, show
from odkit.plist import PlistError, canonical, read
from odkit.text import escape

__all__ = ["Exported", "against_export", "read_export"]

_STATES = ("always", "once", "often")
_NOTHING = ("none", "unset")
_KNOWN = frozenset({"state", "value", "upk"})


@dataclass(frozen=True, slots=True)
class Exported:
    """One key of a file of ``-mcxexport``.

    Attributes:
        domain, key: as written.
        state: one of "always", "once" and "often".
        value: as plistlib gives it.
        union: the union policy that the key feeds, or None.
    """

    domain: str
    key: str
    state: str
    value: Any
    union: Union | None = None


def read_export(data: bytes) -> list[Exported]:
    """Read a file of ``dscl -mcxexport``.

    Args:
        data: its bytes.

    Returns:
        Its keys, in order; those in the state "none" or "unset" say that there is no policy and are left out.

    Raises:
        PlistError: it is no property list, or not of this form; the message names the place.
    """
    root = read(data).value
    if not isinstance(root, dict):
        raise PlistError("is no dictionary of domains, as dscl -mcxexport writes it")
    out = []
    for domain, keys in root.items():
        if not isinstance(keys, dict):
            raise PlistError(f"domain {escape(domain)}: no dictionary of keys, as dscl -mcxexport writes it")
        for key, body in keys.items():
            where = f"domain {escape(domain)}, key {escape(key)}"
            if not isinstance(body, dict) or body.get("state") not in (*_STATES, *_NOTHING):
                raise PlistError(f"{where}: no state (always, once, often, none or unset), as dscl -mcxexport writes it")
            if body["state"] in _NOTHING:
                continue
            if "value" not in body:
                raise PlistError(f"{where}: no value")
            unknown = sorted(body.keys() - _KNOWN)
            if unknown:
                raise PlistError(f"{where}: unknown: {escape(', '.join(unknown))}")
            union = None
            if "upk" in body:
                union = union_of(body["upk"])
                if union is None:
                    raise PlistError(f"{where}: its upk names no input or output keys")
            out.append(Exported(domain, key, body["state"], body["value"], union))
    return out


def against_export(mcx: McxRecord, exported: list[Exported]) -> Iterator[str]:
    """What a record lacks, has otherwise, or has besides, compared with a file of ``-mcxexport``; values are never shown.

    Args:
        mcx: of the record.
        exported: from `read_export`.

    Yields:
        One line for each difference.
    """
    held = {(s.domain.lower(), key): (s, value) for s in mcx.settings() for key, value in s.keys.items()}
    seen = set()
    for each in exported:
        place = (each.domain.lower(), each.key)
        seen.add(place)
        name = f"{escape(each.domain)} {escape(each.key)}"
        if place not in held:
            yield f"{name}: missing; the file has it, {each.state}"
            continue
        settings, value = held[place]
        if settings.frequency != each.state:
            yield f"{name}: {settings.frequency}; the file says {each.state}"
        if canonical(value) != canonical(each.value):
            kind = "only the type of a number differs: " if only_number_type(value, each.value) else ""
            yield f"{name}: {kind}{show(value, each.key)}; the file has {show(each.value, each.key)}"
        if each.union is not None and not any(_same(union, each.union) for union in settings.unions):
            yield f"{name}: the union policy of the file is not there"
    for place, (settings, _) in held.items():
        if place not in seen:
            yield f"{escape(settings.domain)} {escape(place[1])}: the file does not have it"


def _same(a: Union, b: Union) -> bool:
    return set(a.inputs) == set(b.inputs) and a.output == b.output and a.remove_duplicates == b.remove_duplicates
