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
    "OD801",
    "only-a-part",
    Severity.ERROR,
    "Bind as an administrator, raise the server's limit, or run slapcat there. This comparison proves nothing.",
)
LIVE_REFERENCE = Rule("OD802", "live-reference", Severity.WARNING, "Check that server separately. The reference was not followed.")
REPLICA_DIFFERS = Rule(
    "OD803",
    "replica-differs",
    Severity.ERROR,
    "Wait some minutes, then run slapconfig -getreplicaconfig on the replica, and read its slapconfig.log.",
)
DIFFERS_FROM_EXPORT = Rule(
    "OD804",
    "differs-from-export",
    Severity.WARNING,
    "Run 'odkit diff' with the file of --save. The directory was changed after the export.",
)
HIDDEN_ATTRIBUTES = Rule("OD805", "hidden-attributes", Severity.INFO, "Bind as an administrator to see the attributes.")
NO_TICKET = Rule(
    "OD806", "no-ticket", Severity.ERROR, "Run 'kadmin.local -q listprincs' on the KDC, and check DNS and clock of this machine."
)
RETIRED_TICKET = Rule("OD807", "retired-ticket", Severity.ERROR, "Run 'odkit purge-principals', and its scripts on every KDC.")
NO_LOGIN = Rule(
    "OD808",
    "no-login",
    Severity.ERROR,
    "Log in as that user at a Mac of the office. Reset the password only when it is right and still refused.",
)
