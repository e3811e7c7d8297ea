"""Account policies of 10.10 and later: whom they lock out, whom they ask for a new password, and until when they let somebody in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from odkit.carrying.verdicts import Reason, Why
from odkit.dataclass import dataclass
from odkit.passwords import Password
from odkit.text import escape
from odkit.values.account_policy import AccountPolicies, AccountPolicy
from odkit.values.predicate import Value

__all__ = ["NOTHING_RULED", "Ruled", "rule_on"]

_ON_LOGIN, _ON_CHANGE = "authentication", "change"


@dataclass(frozen=True, slots=True)
class Ruled:
    """What account policies say of one account.

    Attributes:
        locked: why it may not log in, or why nothing shows that it may; None when it may.
        must_change: why it has to set a new password first; None when it has not.
        ends: Unix times at which one of them stops to let it in.
    """

    locked: Reason | None = None
    must_change: Reason | None = None
    ends: tuple[int, ...] = ()


NOTHING_RULED = Ruled()


def rule_on(password: Password, everybody: AccountPolicies | None, at: datetime) -> Ruled:
    """Judge an account by its own account policies and those of the domain.

    Args:
        password: its record.
        everybody: those of the domain; None when the export holds none.  One whose condition is not understood is passed over, as every
            account would be locked by it.
        at: the moment of the plan, with a time zone.
    """
    own = password.account_policies
    if own is None and everybody is None:
        return NOTHING_RULED
    known = password.counted()
    found = [_of_one(policy, "its account policy", known, at) for policy in (own.policies if own is not None else ())]
    unproved = [policy.identifier for policy, each in zip(own.policies if own is not None else (), found, strict=True) if each is None]
    if own is not None and own.login_unread:
        unproved.append("something that is no policy")
    ruled = [each for each in found if each is not None]
    for policy in everybody.policies if everybody is not None else ():
        each = _of_one(policy, "the domain's account policy", known, at)
        ruled += [each] if each is not None else []
    locked = next((each.locked for each in ruled if each.locked is not None), None)
    if locked is None and unproved:
        locked = _unproved(unproved)
    return Ruled(
        locked,
        next((each.must_change for each in ruled if each.must_change is not None), None),
        tuple(end for each in ruled for end in each.ends),
    )


def _of_one(policy: AccountPolicy, whose: str, known: Mapping[str, Value], at: datetime) -> Ruled | None:
    """Return what one policy says; None where nothing tells whether it lets the account in."""
    if policy.category not in {_ON_LOGIN, _ON_CHANGE}:
        return NOTHING_RULED
    ruling = policy.rule(known, at)
    name = escape(policy.identifier) or "without a name"
    if policy.category == _ON_CHANGE:
        if ruling.holds:
            return Ruled(must_change=Reason(Why.MUST_CHANGE, f"{whose} asks for a new password ({name})"))
        return NOTHING_RULED
    if ruling.holds is None:
        return None
    if ruling.holds:
        return Ruled(ends=() if ruling.until is None else (int(ruling.until.timestamp()),))
    why = Why.EXPIRED if ruling.by_time else Why.DISABLED
    return Ruled(Reason(why, f"{whose} lets it in no more ({name})"))


def _unproved(identifiers: list[str]) -> Reason:
    names = ", ".join(escape(name) or "without a name" for name in identifiers)
    text = f"it has account policies of its own on who may log in ({names}), whose conditions odkit cannot evaluate"
    return Reason(Why.UNPROVED, f"{text}; read them with pwpolicy -getaccountpolicies, and enable the account at the target")
