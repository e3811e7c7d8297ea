"""Checks what would be a password, or damage, anywhere but in the directory that it comes from."""

from __future__ import annotations

from odkit.directory import Record, describe
from odkit.findings import About, Rule, Severity, finding
from odkit.ldif import UnfetchedURL
from odkit.passwords.checks.state import Account, State, slot_key
from odkit.text import escape, plural
from odkit.values.schema import AUTHDATA_USERS
from odkit.values.verifier import VERIFIER_ATTRIBUTES, VerifierForm, parse_verifier, why_unfit

__all__ = ["check_placeholders", "check_verifiers"]

VERIFIER_UNFIT = Rule(
    "OD327",
    "verifier-unfit",
    Severity.INFO,
    "Do not load the value into another server. No file that odkit writes for one holds it.",
    about=About(own=True),
)

_PASSWORD = frozenset({"userpassword", "2.5.4.35"})


def check_verifiers(state: State, account: Account) -> None:
    """Report each verifier that no other server may get; placeholders are counted for `check_placeholders`.

    What Open Directory itself writes is a note; a scheme that it has not, a password in clear, a length that cannot be is a warning.
    """
    _check(state, account, account.record)
    password = account.password
    if password.authdata is not None and password.slot_id is not None:
        entry = state.od.by_key(f"{slot_key(password.slot_id.digits)},{AUTHDATA_USERS}")
        if entry is not None:
            _check(state, account, entry)


def _check(state: State, account: Account, record: Record) -> None:
    where = describe(account.record) if record is account.record else f"{describe(account.record)}, {escape(record.dn)}"
    placeholder = False
    for attribute, values in record.attributes.items():
        name = attribute.partition(";")[0].lower()
        if name not in VERIFIER_ATTRIBUTES:
            continue
        for index, value in enumerate(values):
            why = None if isinstance(value, UnfetchedURL) else why_unfit(attribute, bytes(value))
            if why is None:
                continue
            form = parse_verifier(bytes(value)).form if name in _PASSWORD else None
            if form is VerifierForm.MARKER:
                placeholder = True
                continue
            severity = None if form is VerifierForm.BARE_CRYPT else Severity.WARNING
            state.add(VERIFIER_UNFIT, record, f"{where}: {attribute} is {why}", attribute, index, severity=severity)
    if placeholder and record is account.record:
        state.placeholders.append(account.record_id)


def check_placeholders(state: State) -> None:
    """Count the accounts with a placeholder: in an Open Directory domain these are nearly all, and no fault of it."""
    count = len(state.placeholders)
    if not count:
        return
    first = next(iter(state.records(state.placeholders[:1])))
    accounts = f"{plural(count, 'account')} {'has' if count == 1 else 'have'} a placeholder in userPassword"
    message = f"{accounts}, which other servers take as the password itself; the first is {escape(first.dn)}"
    line = first.entry.line_of("userPassword", 0)
    state.findings.append(finding(VERIFIER_UNFIT, "", message, path=first.path, line=line))
