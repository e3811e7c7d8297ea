"""Whether an account may log in: nobody may be able to do more at the target than before.

Evidence of 10.4-10.6 is the KDC's own entry, which the Password Server kept equal to its policies; from 10.7 on the key sets hold no
disabled state, and the directory has to tell it.  What cannot be read is no permission.
"""

from __future__ import annotations

from datetime import UTC, datetime

from odkit.carrying.accountpolicies import NOTHING_RULED, rule_on
from odkit.carrying.keys import MitEntry
from odkit.carrying.verdicts import Reason, Why
from odkit.dataclass import dataclass
from odkit.passwords import Account, Domain, LoginStatus, Password, Policy, effective, login_status
from odkit.passwords import Reason as Stopped
from odkit.text import escape

__all__ = ["DISALLOW_ALL_TIX", "REQUIRES_PWCHANGE", "AccountState", "judge"]

DISALLOW_ALL_TIX = 64  # krb5/kdb.h
REQUIRES_PWCHANGE = 512
_MUST_CHANGE = frozenset({Stopped.MUST_CHANGE, Stopped.OUTDATED})
_EVIDENCE = frozenset({"apple-user-passwordpolicy", "apple-accountpolicy", "authAuthority"})
_EXPIRED = frozenset({Stopped.EXPIRED, Stopped.AGE, Stopped.INACTIVE, Stopped.NOT_YET})


@dataclass(frozen=True, slots=True)
class AccountState:
    """Whether an account may log in.

    Attributes:
        locked: why it may not (`Why.DISABLED`, `Why.EXPIRED`, `Why.UNPROVED`); None when it may.
        must_change: why it has to set a new password first; None when it has not.
        expires: Unix time at which it ends, 0 for never.
    """

    locked: Reason | None = None
    must_change: Reason | None = None
    expires: int = 0

    @property
    def free(self) -> bool:
        """Whether it logs in without any condition."""
        return self.locked is None and self.must_change is None


_FREE, _NOTHING_COUNTED = AccountState(), Account()


def judge(password: Password, domain: Domain, entry: MitEntry | None, at: datetime, *, generation: int | None) -> AccountState:
    """Judge an account.

    Args:
        password: its record.
        domain: its global policies.
        entry: what the old KDC's database says; None when it was not given, or does not hold the principal.
        at: the moment of the plan, with a time zone.
        generation: of the domain; 2 makes ``cn=authdata`` the only evidence.
    """
    everybody = domain.policy
    counted = password.authdata is not None and password.account != _NOTHING_COUNTED
    bare = not password.policy and not everybody and not counted  # of 10.4-10.6 nearly all
    ruled = rule_on(password, domain.account_policies, at)
    if bare and entry is None and ruled is NOTHING_RULED and not password.disabled and _unproved(password, generation) is None:
        return _FREE
    by_policy = LoginStatus() if bare else login_status(effective(password.policy, everybody or Policy()), password.account, at)
    locked = _locked(password, by_policy.reason, entry, at, generation) or ruled.locked
    must_change = None
    if by_policy.reason in _MUST_CHANGE:
        must_change = Reason(Why.MUST_CHANGE, str(by_policy.reason))
    elif entry is not None and entry.attributes & REQUIRES_PWCHANGE:
        must_change = Reason(Why.MUST_CHANGE, "must set a new password at the next login")
    elif entry is not None and 0 < entry.password_expires <= at.timestamp():
        must_change = Reason(Why.MUST_CHANGE, f"its password expired on {_day(entry.password_expires)}")
    must_change = must_change or ruled.must_change
    ends = list(ruled.ends)
    ends += [entry.expires] if entry is not None and entry.expires else []
    hard = password.policy.date("hardExpireDateGMT")
    if password.policy.number("usingHardExpirationDate") and hard is not None:
        ends.append(int(hard.timestamp()))
    return AccountState(locked, must_change, min(ends, default=0))


def _locked(password: Password, by_policy: Stopped | None, entry: MitEntry | None, at: datetime, generation: int | None) -> Reason | None:
    reason = None
    if password.disabled:
        reason = Reason(Why.DISABLED, "its authority says DisabledUser")
    elif password.policy.number("isDisabled") or by_policy in {Stopped.DISABLED, Stopped.FAILED_LOGINS}:
        reason = Reason(Why.DISABLED, str(by_policy or Stopped.DISABLED))
    elif password.account.disabled_because.lower() not in {"", "none"}:
        reason = Reason(Why.DISABLED, f"disabled in cn=authdata ({escape(password.account.disabled_because)})")
    elif entry is not None and entry.attributes & DISALLOW_ALL_TIX:
        reason = Reason(Why.DISABLED, "the KDC gives it no tickets (-allow_tix)")
    elif by_policy in _EXPIRED:
        reason = Reason(Why.EXPIRED, str(by_policy))
    elif entry is not None and 0 < entry.expires <= at.timestamp():
        reason = Reason(Why.EXPIRED, f"its principal expired on {_day(entry.expires)}")
    return reason or _unproved(password, generation)


def _unproved(password: Password, generation: int | None) -> Reason | None:
    unread = {problem.attribute for problem in password.problems} & _EVIDENCE if password.problems else None
    if unread:
        return Reason(Why.UNPROVED, f"{', '.join(sorted(unread))} cannot be read, so that nothing shows that it may log in")
    if generation == 2 and password.authdata is None and password.pointer is not None:
        return Reason(Why.UNPROVED, "its entry in cn=authdata is missing, so that nothing shows that it may log in")
    return None


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
