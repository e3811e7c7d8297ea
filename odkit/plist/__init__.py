"""Property lists: one guarded door to them, by the rules of Apple's CoreFoundation."""

from odkit.plist._reader import MAX_DEPTH, MAX_NODES, MAX_SIZE, Plist, PlistError, canonical, load, read

__all__ = ["MAX_DEPTH", "MAX_NODES", "MAX_SIZE", "Plist", "PlistError", "canonical", "load", "read"]
