"""Rules that several modules of this package ask for."""

from __future__ import annotations

from odkit.findings import About, Rule, Severity

__all__ = [
    "ACCOUNT_DISABLED",
    "ADDRESS_CHANGED",
    "AUTHDATA_LINK_DIFFERS",
    "AUTHDATA_LOST",
    "AUTHDATA_MISSING",
    "AUTHDATA_UNCLAIMED",
    "AUTHORITY_LOST",
    "AUTHORITY_MALFORMED",
    "AUTHORITY_UNKNOWN",
    "BECAME_DISABLED",
    "BECAME_ENABLED",
    "BECAME_EXEMPT",
    "CANNOT_LOG_IN",
    "COMPUTER_MISSING",
    "COMPUTER_PRINCIPAL_NOT_LISTED",
    "CRYPT_CHANGED",
    "DOMAIN_CHANGED",
    "GUID_CHANGED",
    "KERBEROS_REALM_DIFFERS",
    "KEY_CHANGED",
    "KEY_DIFFERS",
    "KEY_OF_DOMAIN_CHANGED",
    "NO_AUTHORITY",
    "NO_VERIFIER",
    "ONLY_CRYPT",
    "PASSWORD_SERVER_NOT_LIVE",
    "POLICY_CHANGED",
    "POLICY_LOOSENED",
    "POLICY_TIGHTENED",
    "POLICY_UNREADABLE",
    "PRINCIPAL_CHANGED",
    "PRINCIPAL_DIFFERS",
    "PRINCIPAL_NOT_LISTED",
    "PRINCIPAL_UNCLAIMED",
    "REALM_NULL",
    "SLOTS_UNDOCUMENTED",
    "SLOT_CHANGED",
    "SLOT_LOST",
    "SLOT_NOT_LISTED",
    "SLOT_SHARED",
    "SLOT_UNCLAIMED",
    "UID_CHANGED",
    "UID_SHARED",
    "USER_ADDED",
    "USER_MISSING",
    "USER_RENAMED",
    "VERIFIERS_CHANGED",
    "VERIFIER_LOST",
    "WILL_STOP",
]

NO_AUTHORITY = Rule(
    "OD301",
    "no-authority",
    Severity.WARNING,
    "Nothing says how it authenticates; Directory Service falls back to crypt in userPassword. Reset the password.",
    about=About(("authAuthority",)),
)
ONLY_CRYPT = Rule(
    "OD302",
    "only-crypt",
    Severity.WARNING,
    "Its only authority is basic: crypt in userPassword, which no Password Server or KDC knows. Reset the password.",
    about=About(("authAuthority",)),
)
AUTHORITY_MALFORMED = Rule(
    "OD303",
    "authority-malformed",
    Severity.ERROR,
    "The value is kept as it stands; a login that needs it fails. Reset the password.",
    about=About(own=True),
)
SLOT_SHARED = Rule(
    "OD304",
    "slot-shared",
    Severity.ERROR,
    "Two accounts with one slot have one password, and whoever changes it changes both. Reset one of them.",
    needs_reset=True,
    about=About(own=True),
)
KEY_DIFFERS = Rule(
    "OD305",
    "key-differs",
    Severity.ERROR,
    "The slot is looked for on another Password Server. Correct the key in the value, or reset the password.",
    needs_reset=True,
    about=About(own=True),
)
PASSWORD_SERVER_NOT_LIVE = Rule(
    "OD306",
    "password-server-not-live",
    Severity.WARNING,
    "Logins wait for a server that the domain does not name. Correct the address, or add the server.",
    about=About(own=True),
)
KERBEROS_REALM_DIFFERS = Rule(
    "OD307", "kerberos-realm-differs", Severity.WARNING, "A ticket of that realm is of no use in this domain.", about=About(own=True)
)
PRINCIPAL_DIFFERS = Rule(
    "OD308",
    "principal-differs",
    Severity.WARNING,
    "The principal bears none of the record's names: the record was renamed, or the value copied.",
    about=About(own=True),
)
AUTHORITY_UNKNOWN = Rule(
    "OD309",
    "authority-unknown",
    Severity.WARNING,
    "Directory Service does not know the tag; a login stops there. The value is kept.",
    about=About(own=True),
)
AUTHDATA_MISSING = Rule(
    "OD310",
    "authdata-missing",
    Severity.ERROR,
    "The slot points at nothing in cn=authdata. Reset the password.",
    needs_reset=True,
    about=About(whole=True),
)
AUTHDATA_LINK_DIFFERS = Rule(
    "OD311",
    "authdata-link-differs",
    Severity.WARNING,
    "The entry in cn=authdata belongs to another record, or was restored from an older one.",
)
AUTHDATA_UNCLAIMED = Rule("OD312", "authdata-unclaimed", Severity.INFO, "No record's slot points at it.", about=About(whole=True))
CANNOT_LOG_IN = Rule("OD313", "cannot-log-in", Severity.INFO, "By the policies and times in cn=authdata; check with 'pwpolicy -getpolicy'.")
WILL_STOP = Rule("OD314", "will-stop", Severity.INFO, "By the policies and times in cn=authdata.")
NO_VERIFIER = Rule(
    "OD315",
    "no-verifier",
    Severity.ERROR,
    "The entry in cn=authdata holds no verifier at all. Reset the password.",
    needs_reset=True,
    about=About(whole=True),
)
SLOT_NOT_LISTED = Rule(
    "OD316", "slot-not-listed", Severity.ERROR, "The Password Server's list does not hold the slot. Reset the password.", needs_reset=True
)
SLOT_UNCLAIMED = Rule("OD317", "slot-unclaimed", Severity.INFO, "No record points at it.", about=About(whole=True))
PRINCIPAL_NOT_LISTED = Rule(
    "OD318",
    "principal-not-listed",
    Severity.ERROR,
    "The KDC's list does not hold the principal. Kerberize the account again: 'mkpassdb -kerberize'.",
)
PRINCIPAL_UNCLAIMED = Rule("OD319", "principal-unclaimed", Severity.INFO, "No record points at it.", about=About(whole=True))
UID_SHARED = Rule(
    "OD320",
    "uid-shared",
    Severity.ERROR,
    "Two accounts with one number own each other's files. Give one of them another number.",
    about=About(own=True),
)
POLICY_UNREADABLE = Rule(
    "OD321", "policy-unreadable", Severity.ERROR, "The policy is kept as it stands, and taken as empty here.", about=About(own=True)
)
SLOTS_UNDOCUMENTED = Rule(
    "OD322",
    "slots-undocumented",
    Severity.INFO,
    "No source documents the output of mkpassdb; lines that hold '0x' and 32 hex digits were taken, all others are counted.",
)
ACCOUNT_DISABLED = Rule("OD323", "account-disabled", Severity.INFO, "The value says DisabledUser; the password behind it is kept.")
COMPUTER_PRINCIPAL_NOT_LISTED = Rule(
    "OD324", "computer-principal-not-listed", Severity.WARNING, "The KDC's list does not hold the principal of the computer; bind it again."
)
REALM_NULL = Rule(
    "OD325", "realm-null", Severity.WARNING, "A server without a realm wrote it. Kerberize the account again: 'mkpassdb -kerberize'."
)
USER_MISSING = Rule(
    "OD351",
    "user-missing",
    Severity.ERROR,
    "Restore the record, or confirm that it was deleted on purpose.",
    needs_reset=True,
    about=About(newer=True),
)
USER_RENAMED = Rule("OD352", "user-renamed", Severity.INFO, "The GUID is the same.", about=About(("uid", "cn")))
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
