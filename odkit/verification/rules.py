"""Rules of `verify` that several modules ask about."""

from __future__ import annotations

from odkit.findings import Rule, Severity

__all__ = ["OLDER_SECOND"]

OLDER_SECOND = Rule("OD622", "older-second", Severity.WARNING, "Give the older export first, if the order is wrong.")
