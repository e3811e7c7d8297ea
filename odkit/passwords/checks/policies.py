"""Checks whether each account can log in: its policy, the global policy, and what disables it."""

from __future__ import annotations

from datetime import datetime

from odkit.directory import describe
from odkit.findings import About, Rule, Severity
from odkit.passwords.checks.state import Account, State
from odkit.text import escape
from odkit.values.login_status import MENDED_BY_USER, login_status
from odkit.values.policy import Policy, effective

__all__ = ["POLICY_UNREADABLE", "check_global_policies", "check_login"]

POLICY_UNREADABLE = Rule(
    "OD321",
    "policy-unreadable",
    Severity.ERROR,
    "Set the policy again with pwpolicy. It was not read, and counts as empty here.",
    about=About(own=True),
)
POLICY_UNUSUAL = Rule(
    "OD326",
    "policy-unusual",
    Severity.WARNING,
    "Set the policy again with pwpolicy, so that every release reads the same.",
    about=About(own=True),
)
ACCOUNT_DISABLED = Rule("OD323", "account-disabled", Severity.INFO, "Do nothing if the account should be disabled. Its password is kept.")
CANNOT_LOG_IN = Rule(
    "OD313", "cannot-log-in", Severity.INFO, "Run 'pwpolicy -getpolicy' for the account. Policies and times in cn=authdata stop its login."
)
WILL_STOP = Rule(
    "OD314", "will-stop", Severity.INFO, "Run 'pwpolicy -getpolicy' for the account. Policies and times in cn=authdata will stop its login."
)

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
    if state.at is not None and (password.account_policies is not None or domain.account_policies is not None):
        disabled = _by_account_policies(state, account, state.at) or disabled
    state.counts["disabled"] += disabled
    if disabled:
        state.stopped.add(account.record_id)


def _by_account_policies(state: State, account: Account, at: datetime) -> bool:
    """Report what the account policies of 10.10 and later say of a user, as far as that is known; tell whether they keep him out."""
    record, password = account.record, account.password
    own, everybody = password.account_policies, state.domain.account_policies
    policies = [("its", each) for each in (own.policies if own is not None else ())]
    policies += [("the domain's", each) for each in (everybody.policies if everybody is not None else ())]
    known = password.counted()
    barred = False
    for whose, policy in policies:
        holds, until, _ = policy.rule(known, at) if policy.category in {"authentication", "change"} else (None, None, False)
        name = f"{whose} account policy {escape(policy.identifier) or 'without a name'}"
        if policy.category == "change":
            if holds:
                state.add(CANNOT_LOG_IN, record, f"{describe(record)} cannot log in on {at:%Y-%m-%d}: {name} asks for a new password")
        elif holds is False:
            barred = True
            state.add(CANNOT_LOG_IN, record, f"{describe(record)} cannot log in on {at:%Y-%m-%d}: {name} does not let it in")
        elif holds and until is not None:
            state.add(WILL_STOP, record, f"{describe(record)} will stop on {until:%Y-%m-%d %H:%M:%SZ}: {name}")
    return barred
