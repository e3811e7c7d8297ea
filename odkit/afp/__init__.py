"""Places of a directory that need a client for AFP, which Macs lose with macOS 27."""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
    from odkit.afp.find import NEEDS, AfpReport, afp
    from odkit.afp.needed import check_afp, has_client
    from odkit.afp.places import AfpPlace, HomeFate, PlaceKind

__all__ = ["NEEDS", "AfpPlace", "AfpReport", "HomeFate", "PlaceKind", "afp", "check_afp", "has_client"]

# where each name lives
_HOMES = {
    "odkit.afp.find": ("NEEDS", "AfpReport", "afp"),
    "odkit.afp.needed": ("check_afp", "has_client"),
    "odkit.afp.places": ("AfpPlace", "HomeFate", "PlaceKind"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)
