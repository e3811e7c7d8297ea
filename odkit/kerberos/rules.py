"""Rules that several modules of this package ask for."""

from __future__ import annotations

from odkit.findings import Rule, Severity

__all__ = [
    "ALIASES_UNKNOWN",
    "NOT_A_PRINCIPAL",
    "PRINCIPAL_TWICE",
]

NOT_A_PRINCIPAL = Rule(
    "OD210", "not-a-principal", Severity.WARNING, "Correct the value, or take it out with 'kadmin -l' or an LDIF change."
)
PRINCIPAL_TWICE = Rule("OD211", "principal-twice", Severity.WARNING, "Two records answer to one name. Take it out of one of them.")
ALIASES_UNKNOWN = Rule(
    "OD214", "aliases-unknown", Severity.WARNING, "Look at the principal with 'kadmin -l get' before it is deleted: its aliases go with it."
)
