"""Property lists: one guarded door to them, by the rules of Apple's CoreFoundation.

`read` gives the value that Macs get, and notes each deviation with the releases that refuse the value or read another one.
``docs/plists.md`` has the table.
"""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
    from odkit.plist._model import MAX_DEPTH, MAX_NODES, MAX_SIZE, Date, Note, Plist, PlistError, canonical, freeze
    from odkit.plist._reader import load, read
    from odkit.plist._write import dumps
    from odkit.plist.deviations import EVERY, RELEASES, Confidence, Deviation, releases_text
    from odkit.plist.table import DEVIATIONS

__all__ = [
    "DEVIATIONS",
    "EVERY",
    "MAX_DEPTH",
    "MAX_NODES",
    "MAX_SIZE",
    "RELEASES",
    "Confidence",
    "Date",
    "Deviation",
    "Note",
    "Plist",
    "PlistError",
    "canonical",
    "dumps",
    "freeze",
    "load",
    "read",
    "releases_text",
]

# where each name lives
_HOMES = {
    "odkit.plist._model": (
        "MAX_DEPTH",
        "MAX_NODES",
        "MAX_SIZE",
        "Date",
        "Note",
        "Plist",
        "PlistError",
        "canonical",
        "freeze",
    ),
    "odkit.plist._reader": (
        "load",
        "read",
    ),
    "odkit.plist._write": ("dumps",),
    "odkit.plist.deviations": (
        "EVERY",
        "RELEASES",
        "Confidence",
        "Deviation",
        "releases_text",
    ),
    "odkit.plist.table": ("DEVIATIONS",),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)
