"""Whether an account can log in at a date, by its policy and its times; in the order of the checks of slapd's applehelpers.c."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from odkit.dataclass import dataclass
from odkit.values.policy import Policy

__all__ = ["MENDED_BY_USER", "Account", "LoginStatus", "Reason", "login_status"]


class Reason(StrEnum):
    """Why an account cannot log in."""

    DISABLED = "disabled by its policy"
    FAILED_LOGINS = "too many failed logins"
    EXPIRED = "its hard expiration date has passed"
    AGE = "older than maxMinutesUntilDisabled"
    INACTIVE = "not used for longer than maxMinutesOfNonUse"
    NOT_YET = "not valid yet"
    MUST_CHANGE = "must set a new password at the next login"
    OUTDATED = "its password has expired"


# these the user mends at the next login
MENDED_BY_USER = frozenset({Reason.MUST_CHANGE, Reason.OUTDATED})


@dataclass(frozen=True, slots=True)
class Account:
    """What ``cn=authdata`` knows of an account beside its policy.

    Attributes:
        created: creationDate.
        password_set: passwordModDate.
        last_login: lastLoginTime.
        failed: loginFailedAttempts.
        disabled_because: disableReason; an account that was inactive is let in again when its validAfter has passed.
    """

    created: datetime | None = None
    password_set: datetime | None = None
    last_login: datetime | None = None
    failed: int = 0
    disabled_because: str = ""


@dataclass(frozen=True, slots=True)
class LoginStatus:
    """Whether an account can log in.

    Attributes:
        exempt: it is an administrator or a computer, which no policy stops.
        reason: why it cannot log in at the date asked for; None when it can.
        until: when it will stop to, by what is known today; None when nothing says so.
        why: the reason at that time.
    """

    exempt: bool = False
    reason: Reason | None = None
    until: datetime | None = None
    why: Reason | None = None


def login_status(policy: Policy, account: Account, at: datetime) -> LoginStatus:
    """Judge an account at a date, in the order of Apple's checks.

    Args:
        policy: the effective one.
        account: its times.
        at: with a time zone.
    """
    if policy.number("isAdminUser") or policy.number("isComputerAccount"):
        return LoginStatus(exempt=True)
    valid = policy.date("validAfter")
    if policy.number("isDisabled") and not (valid is not None and valid <= at and account.disabled_because.lower() == "inactive"):
        return LoginStatus(reason=Reason.DISABLED)
    limit = policy.number("maxFailedLoginAttempts")
    if limit and account.failed >= limit:
        return LoginStatus(reason=Reason.FAILED_LOGINS)
    ends = list(_ends(policy, account))
    over = [reason for end, reason in ends if end <= at]
    if over and over[0] is not Reason.OUTDATED:
        return LoginStatus(reason=over[0])
    if valid is not None and at < valid:
        return LoginStatus(reason=Reason.NOT_YET)
    if over:
        return LoginStatus(reason=over[0])
    if policy.number("newPasswordRequired"):
        return LoginStatus(reason=Reason.MUST_CHANGE)
    if not ends:
        return LoginStatus()
    end, reason = min(ends, key=lambda pair: pair[0])
    return LoginStatus(until=end, why=reason)


def _ends(policy: Policy, account: Account) -> Iterator[tuple[datetime, Reason]]:
    hard = policy.date("hardExpireDateGMT")
    if policy.number("usingHardExpirationDate") and hard is not None:
        yield hard, Reason.EXPIRED
    yield from _after(account.created, policy.number("maxMinutesUntilDisabled"), Reason.AGE)
    yield from _after(account.last_login, policy.number("maxMinutesOfNonUse"), Reason.INACTIVE)
    soft = policy.date("expirationDateGMT")
    if policy.number("usingExpirationDate") and soft is not None and (account.password_set is None or account.password_set < soft):
        yield soft, Reason.OUTDATED
    yield from _after(account.password_set, policy.number("maxMinutesUntilChangePassword"), Reason.OUTDATED)


def _after(start: datetime | None, minutes: int, reason: Reason) -> Iterator[tuple[datetime, Reason]]:
    if start is not None and minutes > 0:
        try:
            yield start + timedelta(minutes=minutes), reason
        except OverflowError:
            return  # beyond the year 9999: never
