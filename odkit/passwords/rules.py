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
    "Compare the count with the server's. The output of mkpassdb is not documented: only lines with '0x' and 32 hex digits were read.",
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
    "OD352",
    "user-renamed",
    Severity.INFO,
    "Confirm that the account was renamed. GUID, a name or the slot say that it is the same one.",
    about=About(("uid", "cn")),
)
SLOT_CHANGED = Rule(
    "OD353",
    "slot-changed",
    Severity.ERROR,
    "Reset the password, or put the old slot back. The account has the slot of another password.",
    needs_reset=True,
    about=About(("authAuthority",)),
)
SLOT_LOST = Rule(
    "OD354",
    "slot-lost",
    Severity.ERROR,
    "Reset the password. The account has no slot any more.",
    needs_reset=True,
    about=About(("authAuthority",)),
)
KEY_CHANGED = Rule(
    "OD355",
    "key-changed",
    Severity.ERROR,
    "Correct the key in the value, or reset the password. The new key is not the Password Server's own.",
    needs_reset=True,
    about=About(("authAuthority",)),
)
PRINCIPAL_CHANGED = Rule(
    "OD356",
    "principal-changed",
    Severity.WARNING,
    "Confirm that the principal was renamed. The account gets its tickets by another name now.",
    about=About(("authAuthority",)),
)
AUTHDATA_LOST = Rule(
    "OD357",
    "authdata-lost",
    Severity.ERROR,
    "Reset the password. Its verifiers are gone.",
    needs_reset=True,
    about=About(("authAuthority",), whole=True),
)
VERIFIERS_CHANGED = Rule(
    "OD358",
    "verifiers-changed",
    Severity.WARNING,
    "Confirm that the password was changed between the two exports.",
    about=About(("authAuthority",), whole=True),
)
VERIFIER_LOST = Rule(
    "OD359",
    "verifier-lost",
    Severity.ERROR,
    "Reset the password. Services that use this verifier refuse the login until then.",
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
    "Confirm the change. The policy may stop users.",
    about=About(("authAuthority", "apple-user-passwordpolicy", "apple-accountpolicy")),
)
BECAME_DISABLED = Rule(
    "OD362",
    "became-disabled",
    Severity.WARNING,
    "Confirm that the account should be disabled. Before, it could log in.",
    about=About(("authAuthority",)),
)
BECAME_ENABLED = Rule(
    "OD363",
    "became-enabled",
    Severity.WARNING,
    "Confirm that the account should be enabled. Before, it could not log in.",
    about=About(("authAuthority",)),
)
GUID_CHANGED = Rule(
    "OD364",
    "guid-changed",
    Severity.ERROR,
    "Put the old GUID back. Access rights and memberships by GUID are lost until then.",
    about=About(("apple-generateduid",)),
)
UID_CHANGED = Rule(
    "OD365", "uid-changed", Severity.ERROR, "Put the old number back. The files of the user belong to it.", about=About(("uidNumber",))
)
BECAME_EXEMPT = Rule(
    "OD366",
    "became-exempt",
    Severity.WARNING,
    "Confirm the change. No policy stops an administrator or a computer account.",
    about=About(("authAuthority", "apple-user-passwordpolicy", "apple-accountpolicy")),
)
CRYPT_CHANGED = Rule(
    "OD367",
    "crypt-changed",
    Severity.ERROR,
    "Reset the password, or put the old value back. The account has no other password.",
    needs_reset=True,
    about=About(("authAuthority", "userPassword")),
)
AUTHORITY_LOST = Rule(
    "OD368",
    "authority-lost",
    Severity.WARNING,
    "Put the value back, or confirm that it was removed. The account has one way less to authenticate.",
    about=About(("authAuthority",)),
)
KEY_OF_DOMAIN_CHANGED = Rule(
    "OD369",
    "key-of-domain-changed",
    Severity.WARNING,
    "Check that the old database was merged ('mkpassdb -mergedb'). Only then do passwords survive a new key.",
)
DOMAIN_CHANGED = Rule(
    "OD370", "domain-changed", Severity.INFO, "Do nothing: the address, realm or release of the domain changed for everyone."
)
USER_ADDED = Rule(
    "OD371", "user-added", Severity.INFO, "Confirm that the account was added. It is not in the older export.", about=About(older=True)
)
POLICY_CHANGED = Rule(
    "OD372",
    "policy-changed",
    Severity.WARNING,
    "Confirm the change. odkit cannot tell which of the two policies is stricter.",
    about=About(("authAuthority", "apple-user-passwordpolicy", "apple-accountpolicy")),
)
COMPUTER_MISSING = Rule(
    "OD374",
    "computer-missing",
    Severity.INFO,
    "Do nothing if the computer was bound again: it then has a new record and a new slot.",
    about=About(newer=True),
)
ADDRESS_CHANGED = Rule("OD373", "address-changed", Severity.WARNING, "Correct the address. It is not one of the domain's password servers.")
