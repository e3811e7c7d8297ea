"""Checks that each account has authentication authorities that can be read, and a number of its own."""

from __future__ import annotations

from odkit.directory import describe
from odkit.dn import dn_key
from odkit.findings import About, Rule, Severity
from odkit.passwords.checks.policies import POLICY_UNREADABLE
from odkit.passwords.checks.state import Account, State
from odkit.text import escape
from odkit.values.authority import PasswordServer
from odkit.values.password import with_previous

__all__ = ["check_authorities", "check_kinds", "check_uid"]

AUTHORITY_MALFORMED = Rule(
    "OD303",
    "authority-malformed",
    Severity.ERROR,
    "Reset the password. A login that needs this value fails; the value is kept.",
    about=About(own=True),
)
AUTHORITY_UNKNOWN = Rule(
    "OD309",
    "authority-unknown",
    Severity.WARNING,
    "Remove the value if no login needs it. Directory Service does not know the tag, and a login stops there.",
    about=About(own=True),
)
NO_AUTHORITY = Rule(
    "OD301",
    "no-authority",
    Severity.WARNING,
    "Reset the password. Without an authority, Directory Service uses crypt in userPassword.",
    about=About(("authAuthority",)),
)
ONLY_CRYPT = Rule(
    "OD302",
    "only-crypt",
    Severity.WARNING,
    "Reset the password. The only authority is basic, which no Password Server or KDC knows.",
    about=About(("authAuthority",)),
)
UID_SHARED = Rule(
    "OD320",
    "uid-shared",
    Severity.ERROR,
    "Give one of the two accounts another number. Until then each owns the files of the other.",
    about=About(own=True),
)

_POLICIES = frozenset({"apple-user-passwordpolicy", "apple-accountpolicy"})


def check_authorities(state: State, account: Account) -> None:
    """Report values that cannot be read, and unknown authorities; claim the slots that the others point at."""
    record, password = account.record, account.password
    key = dn_key(record.dn)
    unreadable = password.pointer is None and any(problem.attribute == "authAuthority" for problem in password.problems)
    if account.is_user and unreadable and not state.absences.withholds(AUTHORITY_MALFORMED, key, "authAuthority"):
        state.broken.add(account.record_id)
        state.needs_reset.add(key)
    if password.pointer is not None and password.pointer.slot is None:
        state.broken.add(account.record_id)
        state.needs_reset.add(key)
    for problem in password.problems:
        rule = POLICY_UNREADABLE if problem.attribute in _POLICIES else AUTHORITY_MALFORMED
        state.add(rule, record, f"{describe(record)}: {problem.attribute}: {problem.why}", problem.attribute, problem.index)
    for index, authority in enumerate(password.authorities):
        if not authority.known:
            state.add(AUTHORITY_UNKNOWN, record, f"{describe(record)}: authority {escape(authority.tag)!r}", "authAuthority", index)
    for slot in (x.detail.slot for value in password.authorities for x in with_previous(value) if isinstance(x.detail, PasswordServer)):
        if slot is not None:
            state.claimed.add(slot.digits)


def check_kinds(state: State, account: Account) -> None:
    """Report a user without an authority, or with crypt only."""
    if not account.is_user:
        return
    record, kinds = account.record, {authority.kind for authority in account.password.authorities}
    if not kinds and not account.password.problems:
        state.add(NO_AUTHORITY, record, f"{describe(record)} has no authentication authority")
    elif kinds and kinds <= {"", "basic"}:
        state.add(ONLY_CRYPT, record, f"{describe(record)} has crypt only", "authAuthority")


def check_uid(state: State, account: Account) -> None:
    """Report a uidNumber that an earlier user has, too."""
    record = account.record
    uid = record.text("uidNumber") if account.is_user else None
    if uid is None:
        return
    first = state.by_uid.setdefault(uid, account.record_id)
    if first != account.record_id:
        message = f"{describe(record)}: number {escape(uid)} belongs to {escape(state.od.entry(first).dn)}, too"
        state.add(UID_SHARED, record, message, "uidNumber")
