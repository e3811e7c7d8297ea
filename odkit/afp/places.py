"""What a place is that names a share by AFP, told by the kind of its record, its attribute, and where in a property list it stands."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from odkit.dataclass import dataclass
from odkit.patterns import regex
from odkit.text import escape

__all__ = ["AfpPlace", "HomeFate", "PlaceKind", "kind_of", "urls_in"]

# the scheme as a word of its own: "afp548.com", "afpserver/h@R" and "_afpovertcp._tcp" name no share.  The URL ends where XML or a
# list goes on
_URL = regex(r"(?i)(?<![a-z0-9+.-])afp:/[^\s<>\"',]*")
_SETTINGS = frozenset({"apple-mcxsettings", "apple-mcxsettings2", "apple-mcxsettings3"})


class PlaceKind(StrEnum):
    """What stops working with the client; the values are for people."""

    HOME = "home"
    GROUP_FOLDER = "group folder"
    MOUNT = "mount"
    AUTOMOUNT = "automount map"
    LOGIN_ITEM = "login item"
    DOCK_ITEM = "dock item"
    MANAGED_MOUNT = "mount by a policy"
    OTHER = "other place"


class HomeFate(StrEnum):
    """Whether a user can log in with his home where there is no client for AFP; the values are part of the JSON."""

    STOPS = "stops"
    STAYS = "stays"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AfpPlace:
    """One place that names a share by AFP.

    Attributes:
        kind: what it is.
        dn: of the record.
        type: of the record, as dscl spells it.
        attribute: description, as written.
        index: of the value.
        inside: path inside a property list, "" for a plain value.
        host: of the share as written; None where the URL has none, as in ``afp:/at/…``.
        url: as written, passwords hidden.
        path, line: of the value.
    """

    kind: PlaceKind
    dn: str
    type: str
    attribute: str
    index: int
    inside: str
    host: str | None
    url: str
    path: str
    line: int

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``places``."""
        return {
            "kind": self.kind.value,
            "dn": escape(self.dn),
            "type": self.type,
            "attribute": self.attribute,
            "index": self.index,
            "inside": escape(self.inside),
            "host": escape(self.host) if self.host is not None else None,
            "url": self.url,
            "path": escape(self.path),
            "line": self.line,
        }


def urls_in(text: str) -> list[str]:
    """Return the AFP URLs of a text."""
    return [each[0] for each in _URL.finditer(text)] if "afp" in text.lower() else []


def kind_of(record: str, attribute: str, inside: str) -> PlaceKind:
    """Return what a place is.

    Args:
        record: type of the record, as dscl spells it.
        attribute: description.
        inside: path inside a property list.
    """
    name = attribute.partition(";")[0].lower()
    if name in {"apple-user-homeurl", "homedirectory"}:
        return PlaceKind.HOME
    if name == "apple-group-homeurl":
        return PlaceKind.GROUP_FOLDER
    if record == "Mounts":
        return PlaceKind.MOUNT
    if name == "automountinformation":
        return PlaceKind.AUTOMOUNT
    if name in _SETTINGS:
        return _of_settings(inside.lower())
    return PlaceKind.OTHER


def _of_settings(inside: str) -> PlaceKind:
    """Return what a setting is, by its domain and key (docs/sources.md, managed preferences)."""
    if "com.apple.dock" in inside:
        return PlaceKind.DOCK_ITEM
    if "autolaunchedapplicationdictionary" in inside or "loginitems" in inside:
        return PlaceKind.LOGIN_ITEM
    if "mount" in inside or "networkhome" in inside or "homesync" in inside or "loginwindow" in inside:
        return PlaceKind.MANAGED_MOUNT
    return PlaceKind.OTHER
