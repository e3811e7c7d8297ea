"""Rules that several modules of this package ask for."""

from __future__ import annotations

from odkit.findings import About, Hides, Rule, Severity

__all__ = ["BAD_PLIST", "INCOMPLETE_EXPORT", "NO_BLANK_LINE_AT_END", "UNKNOWN_COMPLETENESS"]

INCOMPLETE_EXPORT = Rule("OD011", "incomplete-export", Severity.ERROR, "Export again: slapcat on the server has no size limit.")
BAD_PLIST = Rule("OD108", "bad-plist", Severity.ERROR, "The value is kept but could not be read.", hides=Hides.VALUE, about=About(own=True))
NO_BLANK_LINE_AT_END = Rule(
    "OD010", "no-blank-line-at-end", Severity.INFO, "slapcat ends each entry with a blank line; the file was edited by hand or cut."
)
UNKNOWN_COMPLETENESS = Rule(
    "OD012",
    "unknown-completeness",
    Severity.INFO,
    "slapcat and ldapsearch -LLL leave no proof of it; compare the counts with the server's.",
)
