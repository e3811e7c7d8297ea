"""Union policies: which key becomes part of which, and how the parts are put together.

Source: Apple, "Preference Manifest Files for Managed Clients Overview", and the manifests of Mac OS X 10.5 to 10.9.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from odkit.plist import canonical
from odkit.values.mcx import Settings

__all__ = ["joined", "output_of", "removes_duplicates"]

# output of a union policy where the record's own names none: (domain, input) -> (output when Always, output when Once or Often)
_OUTPUTS = {
    ("com.apple.dock", "appitems-raw"): ("static-apps", "persistent-apps"),
    ("com.apple.dock", "docitems-raw"): ("static-others", "persistent-others"),
    ("com.apple.dock", "mcxdockspecialfolders-raw"): ("MCXDockSpecialFolders", "MCXDockSpecialFolders"),
    ("loginwindow", "autolaunchedapplicationdictionary-raw"): (
        "AutoLaunchedApplicationDictionary-managed",
        "AutoLaunchedApplicationDictionary",
    ),
    ("com.apple.loginwindow", "allowlist-raw"): ("AllowList", "AllowList"),
    ("com.apple.loginwindow", "denylist-raw"): ("DenyList", "DenyList"),
    ("com.apple.systempreferences", "enabledpreferencepanes-raw"): ("EnabledPreferencePanes", "EnabledPreferencePanes"),
    ("com.apple.mcxredirector", "loginredirection-raw"): ("LoginRedirection", "LoginRedirection"),
    ("com.apple.mcxredirector", "logoutredirection-raw"): ("LogoutRedirection", "LogoutRedirection"),
    ("com.apple.mcxredirector", "otherredirection-raw"): ("OtherRedirection", "OtherRedirection"),
}


def output_of(settings: Settings, key: str) -> str | None:
    """Return the key that an input of a union policy becomes part of; None for an ordinary key.

    The record's own policy counts; where it has none, or names the output of the other frequency, Apple's own table.
    """
    own = next((union.output for union in settings.unions if key in union.inputs), None)
    table = _OUTPUTS.get((settings.domain.lower(), key.lower()))
    if table is not None and (own is None or own in table):
        return table[0] if settings.state == "Forced" else table[1]
    return own


def removes_duplicates(settings: Settings, output: str) -> bool:
    """Tell whether repeated parts count once; all of Apple's own policies say so."""
    found = [union.remove_duplicates for union in settings.unions if union.output == output]
    return any(found) if found else True


def joined(parts: Iterable[Sequence[Any]], *, remove: bool) -> tuple[Any, ...]:
    """Return arrays one behind the other; without repeats, compared with their types."""
    items = [item for part in parts for item in part]
    return tuple({canonical(item): item for item in reversed(items)}.values())[::-1] if remove else tuple(items)
