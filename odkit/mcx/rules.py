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

MCX_EMPTY = Rule("OD408", "mcx-empty", Severity.INFO, "Do nothing: the domain sets no keys.", about=About(own=True))
MCX_RECORD_LOST = Rule(
    "OD451",
    "mcx-record-lost",
    Severity.ERROR,
    "Restore the record, or set its policies again.",
    about=About(newer=True),
)
MCX_DOMAIN_LOST = Rule(
    "OD452",
    "mcx-domain-lost",
    Severity.ERROR,
    "Set the policy again.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_DOMAIN_CASE = Rule(
    "OD453",
    "mcx-domain-case",
    Severity.ERROR,
    "Write the domain as it was. Clients take it for another one.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_KEY_LOST = Rule("OD454", "mcx-key-lost", Severity.ERROR, "Set the key again.", about=About(("apple-mcxsettings", "apple-mcxsettings2")))
MCX_KEY_ADDED = Rule(
    "OD455",
    "mcx-key-added",
    Severity.INFO,
    "Confirm that the key was added. An import with dscl adds keys and removes none.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_VALUE_CHANGED = Rule(
    "OD456", "mcx-value-changed", Severity.ERROR, "Set the key to its old value.", about=About(("apple-mcxsettings", "apple-mcxsettings2"))
)
MCX_NUMBER_TYPE_CHANGED = Rule(
    "OD457",
    "mcx-number-type-changed",
    Severity.WARNING,
    "Set the key with its old type. Some clients do not accept another one.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_FREQUENCY_CHANGED = Rule(
    "OD458",
    "mcx-frequency-changed",
    Severity.ERROR,
    "Set the frequency to its old value.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_TIMESTAMP_CHANGED = Rule(
    "OD459",
    "mcx-timestamp-changed",
    Severity.WARNING,
    "Do nothing if the settings may be applied again: clients may do so once.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_UNION_CHANGED = Rule(
    "OD460",
    "mcx-union-changed",
    Severity.ERROR,
    "Set the union policy again. Without it, clients do not combine the list, or combine it differently.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_SIBLING_CHANGED = Rule(
    "OD461",
    "mcx-sibling-changed",
    Severity.WARNING,
    "Compare the key with the older export. No source documents it.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_FLAGS_CHANGED = Rule(
    "OD462",
    "mcx-flags-changed",
    Severity.ERROR,
    "Save the record in Workgroup Manager. Clients load settings by these flags.",
    about=About(("apple-mcxflags",)),
)
MCX_RECORD_ADDED = Rule(
    "OD463",
    "mcx-record-added",
    Severity.INFO,
    "Confirm that the policies were added. The older export does not have them.",
    about=About(older=True),
)
LIST_BECAME_GROUP = Rule("OD464", "list-became-group", Severity.INFO, "Do nothing: a computer list of 10.4 is a computer group of 10.5.")
MCX_DOMAIN_ADDED = Rule(
    "OD465",
    "mcx-domain-added",
    Severity.INFO,
    "Confirm that the policy was added. The older export does not have it.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MEMBER_LOST = Rule(
    "OD466",
    "member-lost",
    Severity.ERROR,
    "Add the member again, or confirm that it is gone. The policies do not reach it now.",
    about=About(ALL_MEMBERS, whole=True),
)
MEMBER_GONE = Rule(
    "OD468",
    "member-gone",
    Severity.INFO,
    "Do nothing if the record was deleted on purpose. The newer export does not have it.",
    about=About(ALL_MEMBERS, whole=True),
)
MEMBER_ADDED = Rule(
    "OD467",
    "member-added",
    Severity.INFO,
    "Confirm that the member was added. The policies reach it now.",
    about=About(ALL_MEMBERS, whole=True),
)
MCX_FEWER_RELEASES = Rule(
    "OD469", "mcx-fewer-releases", Severity.WARNING, "Set the policy again. Clients of these releases do not read it now."
)
