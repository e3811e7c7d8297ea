"""Application lists of MCX as a skeleton for com.apple.configuration.app.settings, which wants what no list of MCX holds.

Source: notes of declarative/declarations/configurations/app.settings.yaml: a rule that allows needs CDHash or TeamID; one that denies needs
CDHash, TeamID or SigningID; PathPrefix stands only beside them.  An array that allows stops everything else from starting.  So the
skeleton has null where a value is missing: no server may take it as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from odkit.mcx._counterparts import Counterpart, forced_keys
from odkit.text import escape
from odkit.values.mcx import McxRecord

__all__ = ["APP_SETTINGS", "application_rules"]

APP_SETTINGS = "com.apple.configuration.app.settings"
_DOMAIN = "com.apple.applicationaccess.new"
_ALLOWED = ("whiteList", "allowList")
_PATHS = (
    ("AllowedBinaries", ("pathWhiteList", "pathAllowList"), "CDHash or TeamID"),
    ("DeniedBinaries", ("pathBlackList", "pathDenyList"), "CDHash, TeamID or SigningID"),
)


def application_rules(mcx: McxRecord, *, user: bool) -> Counterpart | None:
    """Return the skeleton for the application lists of a record, with a line for what each rule lacks; None without such lists.

    Args:
        mcx: of the record.
        user: whether its profile is for users; the rules are for devices alone.
    """
    keys = forced_keys(mcx, _DOMAIN)
    if keys.get("familyControlsEnabled") is False:
        return None
    rules: dict[str, list[dict[str, Any]]] = {}
    missing = []
    for bundle, disabled in _bundles(keys):
        if disabled:
            continue
        listed = rules.setdefault("AllowedBinaries", [])
        listed.append({"BinaryIdentifier": {"TeamID": None, "SigningID": bundle}})
        place = f"AllowedBinaries {len(listed)}, bundle {escape(bundle)}"
        missing.append(f"{place}: CDHash or TeamID is missing, and SigningID is a guess from the bundle identifier")
    for name, lists, wanted in _PATHS:
        for path in (each for key in lists for each in _texts(keys.get(key))):
            listed = rules.setdefault(name, [])
            listed.append({"BinaryIdentifier": {"TeamID": None, "SigningID": None, "PathPrefix": path}})
            missing.append(f"{name} {len(listed)}, path {escape(path)}: {wanted} is missing")
    if not rules:
        return None
    missing.append("'codesign -dvvv PROGRAM' shows TeamIdentifier, Identifier and CDHash; Apple's own programs have TeamID *APPLE*")
    missing += ["the rules are for devices, and this profile is for users: find the Macs that they are for"] if user else []
    missing.append("needs macOS 27.0 and supervision; with AllowedBinaries nothing else starts but what the system needs")
    return Counterpart(APP_SETTINGS, {"Allowed": rules}, tuple(missing))


def _bundles(keys: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield bundle identifiers, nested ones too, and whether the entry is disabled."""
    left = [each for key in _ALLOWED for each in _items(keys.get(key))][::-1]
    while left:
        item = left.pop()
        if isinstance(item, Mapping):
            if isinstance(item.get("bundleID"), str):
                yield item["bundleID"], item.get("disabled") is True
            left += _items(item.get("subApps"))[::-1]


def _items(value: object) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()


def _texts(value: object) -> list[str]:
    return [each for each in _items(value) if isinstance(each, str)]
