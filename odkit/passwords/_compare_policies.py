"""What became of policies, and of whether an account can log in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from odkit.directory import Record, describe
from odkit.findings import Rule, record_finding
from odkit.passwords._changes import Changes
from odkit.passwords.checks import Checks
from odkit.passwords.rules import (
    BECAME_DISABLED,
    BECAME_ENABLED,
    BECAME_EXEMPT,
    POLICY_CHANGED,
    POLICY_LOOSENED,
    POLICY_TIGHTENED,
)
from odkit.text import escape
from odkit.values.login_status import MENDED_BY_USER, login_status
from odkit.values.password import Password
from odkit.values.policy import Policy, effective
from odkit.values.policy_comparison import compare

if TYPE_CHECKING:
    from odkit.values.account_policy import AccountPolicies

__all__ = ["compare_global_policies", "compare_policies", "is_stopped"]

_DIRECTIONS = {"looser": POLICY_LOOSENED, "tighter": POLICY_TIGHTENED, "changed": POLICY_CHANGED}


def compare_global_policies(found: Changes) -> None:
    """Compare the global policies of both forms."""
    old, new = found.before.domain.policy, found.after.domain.policy
    if found.after.od.authdata and (old is not None or new is not None):
        od = found.after.od
        for key, direction, values in compare(old or Policy(), new or Policy()):
            message = f"the global policy: {escape(key)} {values}"
            found.findings.append(record_finding(_DIRECTIONS[direction], "cn=access,cn=authdata", message, path=od.sources[0].path))
    if not found.after.od.authdata:
        return
    for rule, what in _changed(found.before.domain.account_policies, found.after.domain.account_policies):
        message = f"the global policy: {what}"
        found.findings.append(record_finding(rule, "cn=access,cn=authdata", message, path=found.after.od.sources[0].path))


def compare_policies(found: Changes, b: Record, old: Password, new: Password) -> None:
    """Compare the policies of one account, and whether it could log in before and can now."""
    name = describe(b)
    if old.authdata is not None and new.authdata is None and not found.after.od.authdata:
        return  # the newer export holds no policies at all: nothing can be said of them
    for key, direction, values in compare(old.policy, new.policy) if old.has_policy or new.has_policy else ():
        if key in {"isDisabled", "isAdminUser", "isComputerAccount"}:
            continue  # said below, for what it means
        found.add(_DIRECTIONS[direction], b, f"{name}: {escape(key)} {values}")
    for rule, what in _changed(old.account_policies, new.account_policies):
        found.add(rule, b, f"{name}: {what}")
    for key in ("isAdminUser", "isComputerAccount"):
        if new.policy.number(key) and not old.policy.number(key):
            found.add(BECAME_EXEMPT, b, f"{name}: {key}")
    stopped, now = is_stopped(found, found.before, old), is_stopped(found, found.after, new)
    if now and not stopped:
        found.add(BECAME_DISABLED, b, name)
    elif stopped and not now:
        found.add(BECAME_ENABLED, b, name)


def is_stopped(found: Changes, checks: Checks, password: Password) -> bool:
    """Tell whether the account cannot log in, both exports judged at the newer one's date, so that time alone changes nothing."""
    if password.disabled:
        return True
    at = found.after.at
    if at is None or not (password.has_policy or (checks.domain.policy is not None and password.authdata is not None)):
        return False
    reason = login_status(effective(password.policy, checks.domain.policy or Policy()), password.account, at).reason
    return reason is not None and reason not in MENDED_BY_USER


def _changed(old: AccountPolicies | None, new: AccountPolicies | None) -> Iterator[tuple[Rule, str]]:
    """Yield what became of account policies: a rule, and what it is about."""
    was, now = (each.parts() if each is not None else {} for each in (old, new))
    for what in sorted(was.keys() | now.keys()):
        if what not in now:
            yield POLICY_LOOSENED, f"{what} is gone"
        elif what not in was:
            yield POLICY_TIGHTENED, f"{what} is new"
        elif was[what] != now[what]:
            yield POLICY_CHANGED, f"{what} changed"
