"""Rules that several modules of this package ask for."""

from __future__ import annotations

from odkit.findings import About, Hides, Rule, Severity

__all__ = ["BAD_PLIST", "INCOMPLETE_EXPORT", "NO_BLANK_LINE_AT_END", "UNKNOWN_COMPLETENESS"]

INCOMPLETE_EXPORT = Rule("OD011", "incomplete-export", Severity.ERROR, "Export again with slapcat on the server: it has no size limit.")
BAD_PLIST = Rule(
    "OD108",
    "bad-plist",
    Severity.ERROR,
    "Repair the property list, or set the value again. It is kept, but was not read.",
    hides=Hides.VALUE,
    about=About(own=True),
)
NO_BLANK_LINE_AT_END = Rule(
    "OD010",
    "no-blank-line-at-end",
    Severity.INFO,
    "Export again if the file was edited by hand. slapcat ends each entry with a blank line.",
)
UNKNOWN_COMPLETENESS = Rule(
    "OD012",
    "unknown-completeness",
    Severity.INFO,
    "Compare the counts with the server's. slapcat and ldapsearch -LLL do not say whether they finished.",
)
