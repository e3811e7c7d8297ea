"""Rules that several modules of this package ask for."""

from __future__ import annotations

from odkit.directory.membership import ALL_MEMBERS
from odkit.findings import About, Rule, Severity

__all__ = [
    "LIST_BECAME_GROUP",
    "MCX_DOMAIN_ADDED",
    "MCX_DOMAIN_CASE",
    "MCX_DOMAIN_LOST",
    "MCX_EMPTY",
    "MCX_FEWER_RELEASES",
    "MCX_FLAGS_CHANGED",
    "MCX_FREQUENCY_CHANGED",
    "MCX_KEY_ADDED",
    "MCX_KEY_LOST",
    "MCX_NUMBER_TYPE_CHANGED",
    "MCX_RECORD_ADDED",
    "MCX_RECORD_LOST",
    "MCX_SIBLING_CHANGED",
    "MCX_TIMESTAMP_CHANGED",
    "MCX_UNION_CHANGED",
    "MCX_VALUE_CHANGED",
    "MEMBER_ADDED",
    "MEMBER_GONE",
    "MEMBER_LOST",
]

MCX_EMPTY = Rule("OD408", "mcx-empty", Severity.INFO, "The domain manages nothing.", about=About(own=True))
MCX_RECORD_LOST = Rule(
    "OD451",
    "mcx-record-lost",
    Severity.ERROR,
    "Its policies are gone. Restore the record, or set the policies again.",
    about=About(newer=True),
)
MCX_DOMAIN_LOST = Rule(
    "OD452",
    "mcx-domain-lost",
    Severity.ERROR,
    "The policy is gone. Set it again.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_DOMAIN_CASE = Rule(
    "OD453",
    "mcx-domain-case",
    Severity.ERROR,
    "Clients take it for another domain. Write it as it was.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_KEY_LOST = Rule("OD454", "mcx-key-lost", Severity.ERROR, "Set the key again.", about=About(("apple-mcxsettings", "apple-mcxsettings2")))
MCX_KEY_ADDED = Rule(
    "OD455",
    "mcx-key-added",
    Severity.INFO,
    "An import with dscl adds keys and takes none away: stale ones survive.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_VALUE_CHANGED = Rule(
    "OD456", "mcx-value-changed", Severity.ERROR, "Set the key to what it was.", about=About(("apple-mcxsettings", "apple-mcxsettings2"))
)
MCX_NUMBER_TYPE_CHANGED = Rule(
    "OD457",
    "mcx-number-type-changed",
    Severity.WARNING,
    "The number is the same, its type is not; some clients tell them apart.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_FREQUENCY_CHANGED = Rule(
    "OD458",
    "mcx-frequency-changed",
    Severity.ERROR,
    "Set the frequency to what it was.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_TIMESTAMP_CHANGED = Rule(
    "OD459",
    "mcx-timestamp-changed",
    Severity.WARNING,
    "Clients may apply the settings once more.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_UNION_CHANGED = Rule(
    "OD460",
    "mcx-union-changed",
    Severity.ERROR,
    "Without its union policy a list's input has no effect, or another one.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_SIBLING_CHANGED = Rule(
    "OD461",
    "mcx-sibling-changed",
    Severity.WARNING,
    "No source explains the key; it stood there before.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_FLAGS_CHANGED = Rule(
    "OD462",
    "mcx-flags-changed",
    Severity.ERROR,
    "Clients load settings by these flags. Save the record in Workgroup Manager.",
    about=About(("apple-mcxflags",)),
)
MCX_RECORD_ADDED = Rule(
    "OD463", "mcx-record-added", Severity.INFO, "It has policies that the export before has not.", about=About(older=True)
)
LIST_BECAME_GROUP = Rule("OD464", "list-became-group", Severity.INFO, "A computer list of 10.4 is a computer group of 10.5.")
MCX_DOMAIN_ADDED = Rule(
    "OD465", "mcx-domain-added", Severity.INFO, "It is not in the export before.", about=About(("apple-mcxsettings", "apple-mcxsettings2"))
)
MEMBER_LOST = Rule(
    "OD466",
    "member-lost",
    Severity.ERROR,
    "The policies of the list or group no longer reach it. Put the member back, or confirm that it is gone.",
    about=About(ALL_MEMBERS, whole=True),
)
MEMBER_GONE = Rule(
    "OD468",
    "member-gone",
    Severity.INFO,
    "Its record is not in the newer export, either.",
    about=About(ALL_MEMBERS, whole=True),
)
MEMBER_ADDED = Rule(
    "OD467",
    "member-added",
    Severity.INFO,
    "The policies of the list or group reach it now.",
    about=About(ALL_MEMBERS, whole=True),
)
MCX_FEWER_RELEASES = Rule(
    "OD469", "mcx-fewer-releases", Severity.WARNING, "Clients of these releases no longer read the policy. Set it again."
)
