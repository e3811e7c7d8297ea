"""Rules that several modules of this package ask for."""

from __future__ import annotations

from odkit.findings import Hides, Rule, Severity

__all__ = [
    "BAD_BASE64",
    "BAD_LINE",
    "CHANGE_RECORD",
    "CONTROL_BYTE",
    "RECORD_WITHOUT_DN",
    "UNFETCHED_URL",
]

BAD_LINE = Rule("OD001", "bad-line", Severity.ERROR, "Repair the line in the file, or export again.", hides=Hides.RECORDS, is_damage=True)
BAD_BASE64 = Rule(
    "OD002",
    "bad-base64",
    Severity.ERROR,
    "Export again. The value is kept as it is in the file, undecoded.",
    hides=Hides.RECORDS,
    is_damage=True,
)
CONTROL_BYTE = Rule(
    "OD003",
    "control-byte",
    Severity.ERROR,
    "Export again. A NUL or a lone CR cannot be in LDIF: the file was edited or damaged.",
    hides=Hides.RECORDS,
    is_damage=True,
)
RECORD_WITHOUT_DN = Rule(
    "OD004",
    "record-without-dn",
    Severity.ERROR,
    "Export again, or repair the file. The lines were left out.",
    hides=Hides.RECORDS,
    is_damage=True,
)
UNFETCHED_URL = Rule(
    "OD006", "unfetched-url", Severity.WARNING, "Export without 'ldapsearch -t'. odkit never opens a URL value.", hides=Hides.VALUE
)
CHANGE_RECORD = Rule(
    "OD009",
    "change-record",
    Severity.WARNING,
    "Remove the change record from the file. It is no part of an export and was left out.",
    hides=Hides.RECORDS,
)
