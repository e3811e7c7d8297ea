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
    "OD002", "bad-base64", Severity.ERROR, "The value is kept as it stands, undecoded. Export again.", hides=Hides.RECORDS, is_damage=True
)
CONTROL_BYTE = Rule(
    "OD003",
    "control-byte",
    Severity.ERROR,
    "A NUL or a lone CR cannot stand in LDIF; the file was edited or damaged. Export again.",
    hides=Hides.RECORDS,
    is_damage=True,
)
RECORD_WITHOUT_DN = Rule(
    "OD004",
    "record-without-dn",
    Severity.ERROR,
    "The lines were left out. Export again, or repair the file.",
    hides=Hides.RECORDS,
    is_damage=True,
)
UNFETCHED_URL = Rule(
    "OD006", "unfetched-url", Severity.WARNING, "odkit never opens a URL value. Export without 'ldapsearch -t'.", hides=Hides.VALUE
)
CHANGE_RECORD = Rule(
    "OD009", "change-record", Severity.WARNING, "A change record is not part of an export; it was left out.", hides=Hides.RECORDS
)
