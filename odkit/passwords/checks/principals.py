"""Checks of each account's Kerberos authority: its realm, its principal, and the KDC's list."""

from __future__ import annotations

from odkit.directory import describe
from odkit.errors import InputError
from odkit.findings import About, Rule, Severity, finding
from odkit.kerberos import parse_principal
from odkit.passwords.checks.state import Account, State
from odkit.text import decode, escape
from odkit.values.password import own_principal

__all__ = ["PRINCIPAL_NOT_LISTED", "PRINCIPAL_UNCLAIMED", "check_principal", "check_unclaimed_principals", "exact_principal"]

REALM_NULL = Rule(
    "OD325", "realm-null", Severity.WARNING, "Run 'mkpassdb -kerberize' for the account. A server without a realm wrote the value."
)
KERBEROS_REALM_DIFFERS = Rule(
    "OD307",
    "kerberos-realm-differs",
    Severity.WARNING,
    "Reset the password. A ticket of that realm is not valid in this domain.",
    about=About(own=True),
)
PRINCIPAL_DIFFERS = Rule(
    "OD308",
    "principal-differs",
    Severity.WARNING,
    "Correct the principal in the value, or reset the password. The record was renamed, or the value was copied.",
    about=About(own=True),
)
PRINCIPAL_NOT_LISTED = Rule(
    "OD318",
    "principal-not-listed",
    Severity.ERROR,
    "Run 'mkpassdb -kerberize' for the account. The list of the KDC does not have its principal.",
)
COMPUTER_PRINCIPAL_NOT_LISTED = Rule(
    "OD324", "computer-principal-not-listed", Severity.WARNING, "Bind the computer again. The list of the KDC does not have its principal."
)
PRINCIPAL_UNCLAIMED = Rule(
    "OD319", "principal-unclaimed", Severity.INFO, "Look at the principal before you delete it. No record has it.", about=About(whole=True)
)

_INTERNAL = frozenset({b"default", b"kadmin", b"changepw"})  # one-component names that a KDC makes for itself


def check_principal(state: State, account: Account) -> None:
    """Check the realm and the principal that a Kerberos authority names."""
    record, password = account.record, account.password
    kerberos, realm = password.kerberos, state.domain.realm
    if kerberos is None:
        return
    own = own_principal(record.name, password, realm) or ""
    name, _, theirs = own.rpartition("@")
    index = next((i for i, a in enumerate(password.authorities) if a.detail is kerberos), 0)
    if "(null)" in {kerberos.realm, theirs}:
        state.add(REALM_NULL, record, f"{describe(record)}: the realm is (null)", "authAuthority", index)
    elif realm and kerberos.realm and (kerberos.realm != realm or theirs != realm):
        other = kerberos.realm if kerberos.realm != realm else theirs
        message = f"{describe(record)}: realm {escape(other)}, the domain's is {escape(realm)}"
        state.add(KERBEROS_REALM_DIFFERS, record, message, "authAuthority", index)
    names = {each.lower() for each in record.names}
    if name and names and name.lower() not in names:
        state.add(PRINCIPAL_DIFFERS, record, f"{describe(record)}: principal {escape(own)}", "authAuthority", index)
    if state.inventory is not None:
        exact = exact_principal(own)
        state.principals.add(exact)
        if exact not in state.listed:
            rule = PRINCIPAL_NOT_LISTED if account.is_user else COMPUTER_PRINCIPAL_NOT_LISTED
            state.add(rule, record, f"{describe(record)}: {escape(own)} is not in {escape(state.inventory.path)}", "authAuthority", index)


def exact_principal(text: str) -> bytes:
    """Return a principal as a KDC lists it, without escapes that mean nothing; the text itself where it is none."""
    raw = text.encode("utf-8", "surrogateescape")
    try:
        return bytes(parse_principal(raw))
    except InputError:
        return raw


def check_unclaimed_principals(state: State) -> None:
    """Report principals of users that the KDC lists and that no account names."""
    if state.inventory is None:
        return
    for listed in state.inventory.listed:
        p = listed.principal
        if len(p.components) == 1 and bytes(p) not in state.principals and p.components[0] not in _INTERNAL:
            text = listed.text
            state.findings.append(
                finding(PRINCIPAL_UNCLAIMED, decode(text), f"principal {escape(text)}", path=state.inventory.path, line=listed.line)
            )
