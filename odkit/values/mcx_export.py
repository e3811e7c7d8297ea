"""What ``dscl NODE -mcxexport RECORD`` writes: one property list for a record.

    { DOMAIN: { KEY: { state: always|once|often|none|unset, value: ANY, upk?: {mcx_input_key_names, …} } } }

The form drops the timestamp of "once", and knows one union policy for each key, where the directory has a list for each dictionary of
settings.  That is enough to say whether a record still holds what such a backup holds, and no more.
"""

from __future__ import annotations

from typing import Any

from odkit.dataclass import dataclass
from odkit.plist import PlistError, freeze, read
from odkit.text import escape
from odkit.values.mcx import Union, union_of

__all__ = ["Exported", "read_export"]

_STATES = ("always", "once", "often")
_NOTHING = ("none", "unset")
_KNOWN = frozenset({"state", "value", "upk"})


@dataclass(frozen=True, slots=True)
class Exported:
    """One key of a file of ``-mcxexport``.

    Attributes:
        domain, key: as written.
        state: one of "always", "once" and "often".
        value: frozen, as `odkit.plist` gives it.
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
            out.append(Exported(domain, key, body["state"], freeze(body["value"]), union))
    return out
