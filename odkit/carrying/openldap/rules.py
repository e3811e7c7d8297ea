"""Rules that several modules of this package ask for."""

from __future__ import annotations

from odkit.findings import Rule, Severity

__all__ = [
    "HOME_NOT_FOR_LINUX",
    "MEMBER_WITH_RIGHTS",
]

MEMBER_WITH_RIGHTS = Rule(
    "OD931", "member-with-rights", Severity.WARNING, "Only a name that the target does not have itself can be a member."
)
HOME_NOT_FOR_LINUX = Rule("OD934", "home-not-for-linux", Severity.INFO, "Give the user a home, or override_homedir of sssd.")
