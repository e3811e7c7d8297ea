"""Rules that several modules of this package ask for."""

from __future__ import annotations

from odkit.findings import About, Rule, Severity

__all__ = [
    "ADDRESS_CHANGED",
    "AUTHDATA_LOST",
    "AUTHORITY_LOST",
    "BECAME_DISABLED",
    "BECAME_ENABLED",
    "BECAME_EXEMPT",
    "COMPUTER_MISSING",
    "CRYPT_CHANGED",
    "DOMAIN_CHANGED",
    "GUID_CHANGED",
    "KEY_CHANGED",
    "KEY_OF_DOMAIN_CHANGED",
    "POLICY_CHANGED",
    "POLICY_LOOSENED",
    "POLICY_TIGHTENED",
    "PRINCIPAL_CHANGED",
    "SLOTS_UNDOCUMENTED",
    "SLOT_CHANGED",
    "SLOT_LOST",
    "UID_CHANGED",
    "USER_ADDED",
    "USER_MISSING",
    "USER_RENAMED",
    "VERIFIERS_CHANGED",
    "VERIFIER_LOST",
]

SLOTS_UNDOCUMENTED = Rule(
    "OD322",
    "slots-undocumented",
    Severity.INFO,
    "No source documents the output of mkpassdb; lines that hold '0x' and 32 hex digits were taken, all others are counted.",
)
USER_MISSING = Rule(
    "OD351",
    "user-missing",
    Severity.ERROR,
    "Restore the record, or confirm that it was deleted on purpose.",
    needs_reset=True,
    about=About(newer=True),
)
USER_RENAMED = Rule(
    "OD352", "user-renamed", Severity.INFO, "It is the same account, by its GUID, a name or its slot.", about=About(("uid", "cn"))
)
SLOT_CHANGED = Rule(
    "OD353",
    "slot-changed",
    Severity.ERROR,
    "The account points at another password. Reset it, or put the old slot back.",
    needs_reset=True,
    about=About(("authAuthority",)),
)
SLOT_LOST = Rule(
    "OD354",
    "slot-lost",
    Severity.ERROR,
    "The account no longer points at a password. Reset it.",
    needs_reset=True,
    about=About(("authAuthority",)),
)
KEY_CHANGED = Rule(
    "OD355",
    "key-changed",
    Severity.ERROR,
    "The new key is not the Password Server's own. Correct the key in the value, or reset the password.",
    needs_reset=True,
    about=About(("authAuthority",)),
)
PRINCIPAL_CHANGED = Rule(
    "OD356", "principal-changed", Severity.WARNING, "The account gets its tickets under another name.", about=About(("authAuthority",))
)
AUTHDATA_LOST = Rule(
    "OD357",
    "authdata-lost",
    Severity.ERROR,
    "The password's verifiers are gone. Reset the password.",
    needs_reset=True,
    about=About(("authAuthority",), whole=True),
)
VERIFIERS_CHANGED = Rule(
    "OD358",
    "verifiers-changed",
    Severity.WARNING,
    "The password was changed between the two exports, or another one was put in its place.",
    about=About(("authAuthority",), whole=True),
)
VERIFIER_LOST = Rule(
    "OD359",
    "verifier-lost",
    Severity.ERROR,
    "What authenticates by it fails until the password is set again.",
    needs_reset=True,
    about=About(("authAuthority",), whole=True),
)
POLICY_LOOSENED = Rule(
    "OD360",
    "policy-loosened",
    Severity.WARNING,
    "Set the policy again, or confirm the change.",
    about=About(("authAuthority", "apple-user-passwordpolicy", "apple-accountpolicy")),
)
POLICY_TIGHTENED = Rule(
    "OD361",
    "policy-tightened",
    Severity.WARNING,
    "Users may be stopped by it. Confirm the change.",
    about=About(("authAuthority", "apple-user-passwordpolicy", "apple-accountpolicy")),
)
BECAME_DISABLED = Rule("OD362", "became-disabled", Severity.WARNING, "It could log in before.", about=About(("authAuthority",)))
BECAME_ENABLED = Rule("OD363", "became-enabled", Severity.WARNING, "It could not log in before.", about=About(("authAuthority",)))
GUID_CHANGED = Rule(
    "OD364",
    "guid-changed",
    Severity.ERROR,
    "Access rights and memberships by GUID are lost. Put the old GUID back.",
    about=About(("apple-generateduid",)),
)
UID_CHANGED = Rule("OD365", "uid-changed", Severity.ERROR, "The user's files belong to the old number.", about=About(("uidNumber",)))
BECAME_EXEMPT = Rule(
    "OD366",
    "became-exempt",
    Severity.WARNING,
    "No policy stops an administrator or a computer account. Confirm the change.",
    about=About(("authAuthority", "apple-user-passwordpolicy", "apple-accountpolicy")),
)
CRYPT_CHANGED = Rule(
    "OD367",
    "crypt-changed",
    Severity.ERROR,
    "The account has no other password. Reset it, or put the old value back.",
    needs_reset=True,
    about=About(("authAuthority", "userPassword")),
)
AUTHORITY_LOST = Rule("OD368", "authority-lost", Severity.WARNING, "A way to authenticate is gone.", about=About(("authAuthority",)))
KEY_OF_DOMAIN_CHANGED = Rule(
    "OD369",
    "key-of-domain-changed",
    Severity.WARNING,
    "A new key is a new Password Server: passwords survive only if its database was merged ('mkpassdb -mergedb').",
)
DOMAIN_CHANGED = Rule("OD370", "domain-changed", Severity.INFO, "It follows from the domain's own address, realm or release.")
USER_ADDED = Rule("OD371", "user-added", Severity.INFO, "It is not in the export before.", about=About(older=True))
POLICY_CHANGED = Rule(
    "OD372",
    "policy-changed",
    Severity.WARNING,
    "Which way it binds more cannot be told. Confirm the change.",
    about=About(("authAuthority", "apple-user-passwordpolicy", "apple-accountpolicy")),
)
COMPUTER_MISSING = Rule(
    "OD374",
    "computer-missing",
    Severity.INFO,
    "A computer that is bound again gets a record and a slot of its own.",
    about=About(newer=True),
)
ADDRESS_CHANGED = Rule(
    "OD373", "address-changed", Severity.WARNING, "The new address is not one of the domain's password servers. Correct it."
)
