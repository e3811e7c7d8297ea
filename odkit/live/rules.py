"""Rules that several modules of this package ask for."""

from __future__ import annotations

from odkit.findings import Rule, Severity

__all__ = [
    "DIFFERS_FROM_EXPORT",
    "HIDDEN_ATTRIBUTES",
    "LIVE_REFERENCE",
    "NO_LOGIN",
    "NO_TICKET",
    "ONLY_A_PART",
    "REPLICA_DIFFERS",
    "RETIRED_TICKET",
]

ONLY_A_PART = Rule(
    "OD801", "only-a-part", Severity.ERROR, "Nothing is proved: ask as an administrator, raise the server's limit, or use slapcat there."
)
LIVE_REFERENCE = Rule("OD802", "live-reference", Severity.WARNING, "It was not followed; check that server by itself.")
REPLICA_DIFFERS = Rule(
    "OD803", "replica-differs", Severity.ERROR, "Give it some minutes; then slapconfig -getreplicaconfig there, and its slapconfig.log."
)
DIFFERS_FROM_EXPORT = Rule(
    "OD804", "differs-from-export", Severity.WARNING, "Somebody changed it since; odkit diff with the file of --save tells the values."
)
HIDDEN_ATTRIBUTES = Rule("OD805", "hidden-attributes", Severity.INFO, "Bind as an administrator to see them.")
NO_TICKET = Rule("OD806", "no-ticket", Severity.ERROR, "kadmin.local -q listprincs on the KDC; DNS and clock on this machine.")
RETIRED_TICKET = Rule("OD807", "retired-ticket", Severity.ERROR, "Purge it: odkit purge-principals, on every KDC.")
NO_LOGIN = Rule("OD808", "no-login", Severity.ERROR, "Try that user at a Mac of the office; reset the password only when it was right.")
