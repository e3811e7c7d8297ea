"""Places of a directory that need a client for AFP, which Macs lose with macOS 27."""

from odkit.afp.find import NEEDS, AfpReport, afp
from odkit.afp.needed import check_afp, has_client
from odkit.afp.places import AfpPlace, HomeFate, PlaceKind

__all__ = ["NEEDS", "AfpPlace", "AfpReport", "HomeFate", "PlaceKind", "afp", "check_afp", "has_client"]
