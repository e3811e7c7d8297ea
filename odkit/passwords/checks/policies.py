"""Checks whether each account can log in: its policy, the global policy, and what disables it."""

from __future__ import annotations

from odkit.directory import describe
from odkit.findings import About, Rule, Severity
from odkit.passwords.checks.state import Account, State
from odkit.text import escape
from odkit.values.login_status import MENDED_BY_USER, login_status
from odkit.values.policy import Policy, effective

__all__ = ["POLICY_UNREADABLE", "check_global_policies", "check_login"]

POLICY_UNREADABLE = Rule(
    "OD321", "policy-unreadable", Severity.ERROR, "The policy is kept as it stands, and taken as empty here.", about=About(own=True)
)
POLICY_UNUSUAL = Rule(
    "OD326",
    "policy-unusual",
    Severity.WARNING,
    "Set the policy again with pwpolicy, so that every release reads the same.",
    about=About(own=True),
)
ACCOUNT_DISABLED = Rule("OD323", "account-disabled", Severity.INFO, "The value says DisabledUser; the password behind it is kept.")
CANNOT_LOG_IN = Rule("OD313", "cannot-log-in", Severity.INFO, "By the policies and times in cn=authdata; check with 'pwpolicy -getpolicy'.")
WILL_STOP = Rule("OD314", "will-stop", Severity.INFO, "By the policies and times in cn=authdata.")

_EVERYBODY: Policy = Policy()


def check_global_policies(state: State) -> None:
    """Report global policies that cannot be read."""
    for record, attribute, why in state.domain.problems:
        state.add(POLICY_UNREADABLE, record, f"{attribute}: {why}", attribute)


def check_login(state: State, account: Account) -> None:
    """Report a user who is disabled, whose policy locks him out, or will on a known date."""
    record, password, domain = account.record, account.password, state.domain
    if not account.is_user:
        return
    for note in password.policy.notes:
        state.add(POLICY_UNUSUAL, record, f"{describe(record)}: {escape(note)}", "apple-user-passwordpolicy")
    disabled = password.disabled
    if disabled:
        state.add(ACCOUNT_DISABLED, record, f"{describe(record)} is disabled", "authAuthority")
    if state.at is not None and (password.has_policy or (domain.policy is not None and password.authdata is not None)):
        found = login_status(effective(password.policy, domain.policy or _EVERYBODY), password.account, state.at)
        if found.reason is not None:
            disabled = disabled or found.reason not in MENDED_BY_USER
            state.add(CANNOT_LOG_IN, record, f"{describe(record)} cannot log in on {state.at:%Y-%m-%d}: {found.reason.value}")
        elif found.until is not None and found.why is not None:
            state.add(WILL_STOP, record, f"{describe(record)} will stop on {found.until:%Y-%m-%d %H:%M:%SZ}: {found.why.value}")
    state.counts["disabled"] += disabled
    if disabled:
        state.stopped.add(account.record_id)
