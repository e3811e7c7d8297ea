"""Rules that several modules of this package ask for."""

from __future__ import annotations

from odkit.findings import Rule, Severity

__all__ = [
    "RECORD_NOT_CARRIED",
]

RECORD_NOT_CARRIED = Rule(
    "OD924", "record-not-carried", Severity.ERROR, "Correct the record in the directory and carry again, or make it at the target by hand."
)
