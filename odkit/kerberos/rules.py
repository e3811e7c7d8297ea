"""Rules that several modules of this package ask for."""

from __future__ import annotations

from odkit.findings import Rule, Severity

__all__ = [
    "ALIASES_UNKNOWN",
    "NOT_A_PRINCIPAL",
    "PRINCIPAL_TWICE",
]

NOT_A_PRINCIPAL = Rule("OD210", "not-a-principal", Severity.WARNING, "Correct the value, or remove it with 'kadmin -l' or an LDIF change.")
PRINCIPAL_TWICE = Rule("OD211", "principal-twice", Severity.WARNING, "Remove the name from one of the two records.")
ALIASES_UNKNOWN = Rule(
    "OD214",
    "aliases-unknown",
    Severity.WARNING,
    "Look at the principal with 'kadmin -l get' before you delete it. Its aliases are deleted with it.",
)
