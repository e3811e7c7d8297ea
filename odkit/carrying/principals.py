"""What becomes of each user's principal: the rules that every target which carries or needs Kerberos keys shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

from odkit.carrying.keys import STRONG, USABLE, Key, SourcePrincipal
from odkit.carrying.model import CarriedUser
from odkit.carrying.source import CarrySource, SourceUser
from odkit.carrying.state import AccountState
from odkit.carrying.twins import Claims, twin
from odkit.carrying.verdicts import Form, Reason, Verdict, Why
from odkit.dataclass import dataclass
from odkit.kerberos import Principal
from odkit.text import escape

__all__ = ["PrincipalRuling", "UserRuling", "rule_on", "rule_on_users", "weak_until"]

_GRACE = timedelta(days=90)


def weak_until(source: CarrySource) -> date:
    """Return the day until which users with weak keys only may keep their password."""
    return source.options.weak_until or source.at.date() + _GRACE


@dataclass(frozen=True, slots=True)
class PrincipalRuling:
    """What becomes of a user's principal.

    Attributes:
        verdict: on his Kerberos login.
        reasons: in order of weight.
        target: the principal at the target; None where it gets none.
        keys: that arrive; secret inside.
        forms: of all keys, also of those that do not arrive.
        until: see `CarriedUser.until`.
        known: whether the inputs show that the principal is carried; False where they hold no keys at all, so that `target` is only the
            name that the directory gives.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    target: Principal | None = None
    keys: tuple[Key, ...] = ()
    forms: tuple[Form, ...] = ()
    until: date | None = None
    known: bool = True

    def as_user(self, user: SourceUser) -> CarriedUser:
        """Return the ruling as the whole verdict on a user: for targets to which nothing but the keys goes."""
        principal = bytes(self.target) if self.target is not None else None
        return CarriedUser(user.name, user.record.dn, self.verdict, self.reasons, self.forms, self.until, principal)


@dataclass(frozen=True, slots=True)
class UserRuling:
    """A user's principal, and what becomes of it: all that a target needs to which nothing but the keys goes.

    Attributes:
        user: the verdict on him.
        ruling: on his principal.
        principal: his name in the source's realm; None where he has none.
        entry: his principal with its keys; None where the inputs hold none.
        state: whether he may log in.
    """

    user: CarriedUser
    ruling: PrincipalRuling
    principal: Principal | None
    entry: SourcePrincipal | None
    state: AccountState


def rule_on_users(
    source: CarrySource, *, usable: frozenset[int] = USABLE, misfit: Callable[[Principal], str | None] | None = None
) -> list[UserRuling]:
    """Decide on the principals of all users, in the directory's order; it is read once.

    Args:
        source: of the carry.
        usable: encryption types that the target's KDC takes.
        misfit: see `rule_on`.
    """
    claims = Claims()
    out: list[UserRuling] = []
    open_to_twins: dict[int, int] = {}  # number of the record -> where its ruling stands
    for user in source.users_alone():
        ruling = rule_on(source, user, usable=usable, misfit=misfit)
        if source.realm_from is not None:
            claims.add(user.record.record_id, source.claims_of(user.name, user.password))
        if user.barred is None and user.principal is not None:
            open_to_twins[user.record.record_id] = len(out)
        out.append(UserRuling(ruling.as_user(user), ruling, user.principal, user.entry, user.state))
    shared, counts = claims.shared(), dict(claims.numbers())
    for number, at in open_to_twins.items() if shared else ():
        found = out[at]
        assert found.principal is not None
        count = max(counts.get(number, 1), shared.get(found.principal, 1))
        if count > 1:
            why = (twin(found.principal, count),)
            user_left_out = CarriedUser(found.user.name, found.user.dn, Verdict.LEFT_OUT, why)
            out[at] = replace(found, ruling=PrincipalRuling(Verdict.LEFT_OUT, why), user=user_left_out)
    return out


def rule_on(
    source: CarrySource,
    user: SourceUser,
    *,
    usable: frozenset[int] = USABLE,
    misfit: Callable[[Principal], str | None] | None = None,
) -> PrincipalRuling:
    """Decide on a user's principal.

    Args:
        source: of the carry.
        user: one of its users.
        usable: encryption types that the target's KDC takes.
        misfit: says why the target's files cannot hold a name; None of it when they can.
    """
    ruling = _rule_on(source, user, usable)
    why = misfit(ruling.target) if misfit is not None and ruling.target is not None else None
    if why is not None:
        return PrincipalRuling(Verdict.LEFT_OUT, (Reason(Why.NOT_EXPRESSIBLE, why),), forms=ruling.forms)
    return ruling


def _rule_on(source: CarrySource, user: SourceUser, usable: frozenset[int]) -> PrincipalRuling:
    if user.barred is not None:
        return PrincipalRuling(Verdict.LEFT_OUT, (user.barred,))
    if user.principal is None or source.realm_to is None:
        return PrincipalRuling(Verdict.RESET, (Reason(Why.NOTHING_USABLE, "has no Kerberos principal in the realm"),))
    target = Principal(user.principal.components, source.realm_to)
    if source.target_kdc is not None and target in source.target_kdc.principals:
        reason = Reason(Why.COLLISION, f"the target has {escape(bytes(target))} already; it is not overwritten")
        return PrincipalRuling(Verdict.LEFT_OUT, (reason,))
    if source.principals is None:
        return _by_state(user, (), target=target, known=False)
    if user.entry is None:
        return PrincipalRuling(Verdict.RESET, (Reason(Why.NOTHING_USABLE, f"the source has no keys of {escape(bytes(user.principal))}"),))
    forms = _forms(user.entry.keys, usable)
    if user.entry.trouble is not None:
        return PrincipalRuling(Verdict.RESET, (user.entry.trouble,), forms=forms)
    keys = tuple(key for key in user.entry.keys if key.fits(usable))
    if not keys:
        text = "only single DES keys, which no KDC of today takes" if user.entry.keys else "its principal has no key"
        return PrincipalRuling(Verdict.RESET, (Reason(Why.NOTHING_USABLE, text),), forms=forms)
    if not any(key.enctype in STRONG for key in keys):
        names = " and ".join(dict.fromkeys(key.name for key in keys))
        until = weak_until(source)
        weak = Reason(Why.WEAK, f"only {names} keys: newer KDCs refuse them; change the password by {until.isoformat()}")
        return _by_state(user, (weak,), target=target, keys=keys, forms=forms, until=until)
    return _by_state(user, (), target=target, keys=keys, forms=forms)


def _forms(keys: Iterable[Key], usable: frozenset[int]) -> tuple[Form, ...]:
    return tuple(dict.fromkeys(Form(f"{key.source} {key.name}", key.name if key.fits(usable) else "") for key in keys))


def _by_state(
    user: SourceUser,
    weak: tuple[Reason, ...],
    *,
    target: Principal,
    keys: tuple[Key, ...] = (),
    forms: tuple[Form, ...] = (),
    until: date | None = None,
    known: bool = True,
) -> PrincipalRuling:
    reasons = tuple(reason for reason in (user.state.locked, user.state.must_change) if reason is not None) + weak
    if user.state.locked is not None:
        return PrincipalRuling(Verdict.DISABLED, reasons, target, keys, forms, None, known)
    return PrincipalRuling(Verdict.WARNED if weak else Verdict.CARRIED, reasons, target, keys, forms, until, known)
