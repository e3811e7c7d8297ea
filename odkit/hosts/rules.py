"""Rules that several modules of this package ask for."""

from __future__ import annotations

from odkit.findings import Rule, Severity

__all__ = [
    "RETIRED_NOT_FOUND",
]

RETIRED_NOT_FOUND = Rule("OD204", "retired-not-found", Severity.WARNING, "Check the spelling. No input has this name.")
