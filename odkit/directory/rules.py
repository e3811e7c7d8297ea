"""Rules that several modules of this package ask for."""

from __future__ import annotations

from odkit.findings import About, Hides, Rule, Severity

__all__ = [
    "BAD_PLIST",
    "INCOMPLETE_EXPORT",
]

INCOMPLETE_EXPORT = Rule("OD011", "incomplete-export", Severity.ERROR, "Export again: slapcat on the server has no size limit.")
BAD_PLIST = Rule("OD108", "bad-plist", Severity.ERROR, "The value is kept but could not be read.", hides=Hides.VALUE, about=About(own=True))
