"""Native declarations whose keys say what keys of an MCX domain say.  Apple's schema gives the keys; which is which is odkit's reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from odkit.dataclass import dataclass
from odkit.text import escape
from odkit.values.mcx import McxRecord

__all__ = ["Counterpart", "counterparts", "forced_keys"]

SOFTWARE_UPDATE = "com.apple.configuration.softwareupdate.settings"
DISKS = "com.apple.configuration.diskmanagement.settings"
SAFARI = "com.apple.configuration.safari.settings"

_SWITCHES = {
    "AutomaticDownload": "Download",
    "AutomaticallyInstallMacOSUpdates": "InstallOSUpdates",
    "CriticalUpdateInstall": "InstallSecurityUpdate",
}
_ADMINS = "restrict-software-update-require-admin-to-install"
_DISKS = {"harddisk-external": "ExternalStorage", "networkdisk": "NetworkStorage"}


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A native declaration for keys of a domain.

    Attributes:
        type: of the declaration.
        payload: its content.
        lines: which key became which, which have no counterpart, what it needs.
    """

    type: str
    payload: Mapping[str, Any]
    lines: tuple[str, ...]


def counterparts(mcx: McxRecord, *, user: bool) -> Iterator[Counterpart]:
    """Yield the native declarations for the Forced settings of a record.

    Args:
        mcx: of the record.
        user: whether its profile is for users; a declaration is for the system or for users.
    """
    for domain, is_user, make, kind, needs in _WAYS:
        keys = forced_keys(mcx, domain)
        payload, used = make(keys) if keys and is_user is user else ({}, {})
        if payload:
            lines = [f"{escape(domain)} {key} as {path} (odkit's reading)" for key, path in used.items()]
            lines += [f"{escape(domain)} {escape(key)}: no counterpart" for key in keys if key not in used]
            yield Counterpart(kind, payload, (*lines, f"needs {needs}; no activation names it, because the profile manages the same"))


def forced_keys(mcx: McxRecord, domain: str) -> dict[str, Any]:
    """Return the Forced keys of a domain, whose name has no case here."""
    found: dict[str, Any] = {}
    for settings in mcx.settings():
        if settings.domain.lower() == domain.lower() and settings.state == "Forced":
            found.update(settings.keys)
    return found


def _updates(keys: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    payload: dict[str, Any] = {}
    used = {}
    for key, name in _SWITCHES.items():
        if isinstance(keys.get(key), bool):
            payload.setdefault("AutomaticActions", {})[name] = "AlwaysOn" if keys[key] else "AlwaysOff"
            used[key] = f"AutomaticActions.{name}"
    if isinstance(keys.get(_ADMINS), bool):
        payload["AllowStandardUserOSUpdates"] = not keys[_ADMINS]
        used[_ADMINS] = "AllowStandardUserOSUpdates, the other way round"
    return payload, used


def _disks(keys: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    controls = keys.get("mount-controls")
    if not isinstance(controls, Mapping):
        return {}, {}
    restrictions, used = {}, {}
    for kind, name in _DISKS.items():
        actions = controls.get(kind)
        if isinstance(actions, tuple) and "deny" in actions:
            restrictions[name] = "Disallowed"
            used["mount-controls"] = ", ".join(f"Restrictions.{each}" for each in restrictions)
    return ({"Restrictions": restrictions} if restrictions else {}), used


def _safari(keys: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    page = keys.get("HomePage")
    if not isinstance(page, str) or not page.lower().startswith(("http://", "https://")):
        return {}, {}
    return {"NewTabStartPage": {"PageType": "Home", "HomepageURL": page}}, {"HomePage": "NewTabStartPage.HomepageURL"}


_Made = tuple[dict[str, Any], dict[str, str]]
_WAYS: tuple[tuple[str, bool, Callable[[Mapping[str, Any]], _Made], str, str], ...] = (
    ("com.apple.SoftwareUpdate", False, _updates, SOFTWARE_UPDATE, "macOS 15.0 and supervision"),
    ("com.apple.systemuiserver", False, _disks, DISKS, "macOS 15.0 and supervision or a local enrollment"),
    ("com.apple.Safari", True, _safari, SAFARI, "macOS 26.0 and supervision"),
)
