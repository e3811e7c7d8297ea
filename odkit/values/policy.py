"""Password policies: read in both forms, and the policy that holds for a user by Apple's merge rule.

Keys: PasswordServer AuthFile.h.  String form: what ``pwpolicy -getpolicy`` prints.  Plist form: ``apple-user-passwordpolicy``
below ``cn=authdata`` (10.7 and later).  Merge and the order of the checks: slapd's applehelpers.c, CopyEffectivePolicy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from odkit.errors import InputError
from odkit.plist import PlistError, load
from odkit.text import escape

__all__ = ["Account", "Policy", "Reason", "Standing", "effective", "parse_policy", "policy_plist", "standing"]

Value = int | float | str | datetime

# the flag without which a date says nothing
_DATES = {"expirationDateGMT": "usingExpirationDate", "hardExpireDateGMT": "usingHardExpirationDate"}
_DEFAULTS = {"canModifyPasswordforSelf": 1}
# how much a value binds: what is larger binds more, but for these; 0 means "no limit" where it stands in _LIMITS
_LIMITS = frozenset(
    {"maxChars", "maxMinutesUntilChangePassword", "maxMinutesUntilDisabled", "maxMinutesOfNonUse", "maxFailedLoginAttempts"}
)
_LOOSER_WHEN_LARGER = frozenset({"canModifyPasswordforSelf", "isAdminUser", "isComputerAccount", "isSessionKeyAgent"})
_TIGHTER_WHEN_LARGER = frozenset(
    {
        "isDisabled", "newPasswordRequired", "usingHistory", "usingExpirationDate", "usingHardExpirationDate", "requiresAlpha",
        "requiresNumeric", "requiresMixedCase", "requiresSymbol", "passwordCannotBeName", "notGuessablePattern", "minChars",
        "validAfter", "newPasswordRequiredForAll",
    }
)  # fmt: skip
_RESET = "minutesUntilFailedLoginReset"  # 0: a lock-out never ends by itself
_STATE = frozenset(
    {
        "lastLoginTime", "passwordLastSetTime", "logOffTime", "kickOffTime", "projectedPasswordExpireDate", "projectedAccountDisableDate",
        "effectiveDisableReason", "resetToGlobalDefaults", "warnOfExpirationMinutes", "warnOfDisableMinutes",
    }
)  # fmt: skip


class Policy(Mapping[str, Value]):
    """The keys of a policy, unknown ones too, as written; dates as UTC times where the plist has dates.

    Args:
        values: key -> value.
    """

    def __init__(self, values: Mapping[str, Value] = MappingProxyType({})) -> None:
        self._values = dict(values)

    def __getitem__(self, key: str) -> Value:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Policy({self._values!r})"

    def number(self, key: str) -> int:
        """The value of a numeric key; its default when it is missing or no number."""
        value = self._values.get(key, _DEFAULTS.get(key, 0))
        return int(value) if isinstance(value, (int, float)) and math.isfinite(value) else _DEFAULTS.get(key, 0)

    def date(self, key: str) -> datetime | None:
        """The value of a date key (UTC); integers are Unix seconds."""
        value = self._values.get(key)
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        try:
            return datetime.fromtimestamp(value, UTC) if isinstance(value, (int, float)) and value > 0 else None
        except (OverflowError, OSError, ValueError):
            return None


def policy_plist(value: bytes) -> dict[str, Any]:
    """The dictionary of a policy's property list.

    Raises:
        InputError: no property list, or one that is no dictionary.
    """
    try:
        data = load(value)
    except PlistError as error:
        raise InputError("<policy>", None, str(error)) from error
    if not isinstance(data, dict):
        raise InputError("<policy>", None, "the plist is no dictionary")
    return data


def parse_policy(value: bytes) -> Policy:
    """Read a policy in either form.

    Args:
        value: an XML plist, or ``key=value`` pairs between blanks; values that are no integers stay text.

    Raises:
        InputError: neither.
    """
    if value.lstrip()[:1] != b"<" and not value.startswith(b"bplist"):
        return _from_string(value)
    values: dict[str, Value] = {}
    for key, each in policy_plist(value).items():
        values[str(key)] = each if isinstance(each, (int, float, str, datetime)) else f"({type(each).__name__})"
    return Policy(values)


def _from_string(value: bytes) -> Policy:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError("<policy>", None, "neither a plist nor text") from None
    values: dict[str, Value] = {}
    for pair in text.split():
        key, equals, each = pair.partition("=")
        if not equals or not key:
            raise InputError("<policy>", None, f"not 'key=value' between blanks ({len(value)} bytes)")
        digits = each.removeprefix("-")
        values[key] = int(each) if digits.isascii() and digits.isdigit() and len(digits) < 19 else each
    return Policy(values)


def effective(user: Policy, everybody: Policy) -> Policy:
    """The policy that holds for a user.

    Where the user's value is missing or the default, the global one counts, when it is not zero; a date comes along with
    its flag.  Accounts with ``isAdminUser`` or ``isComputerAccount`` are exempt, and never asked for a new password.
    """
    merged = dict(user)
    for key, value in everybody.items():
        if key in _DATES:
            continue
        default = _DEFAULTS.get(key, 0)
        own = user.get(key)
        numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
        if (own is None or own == default) and (not numeric or value):
            merged[key] = value
    for date, flag in _DATES.items():
        if not user.number(flag) and everybody.number(flag) and date in everybody:
            merged[date] = everybody[date]
    found = Policy(merged)
    if found.number("isAdminUser") or found.number("isComputerAccount"):
        merged["newPasswordRequired"] = 0
    return Policy(merged)


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
class Standing:
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


def standing(policy: Policy, account: Account, at: datetime) -> Standing:
    """Judge an account at a date, in the order of Apple's checks.

    Args:
        policy: the effective one.
        account: its times.
        at: with a time zone.
    """
    if policy.number("isAdminUser") or policy.number("isComputerAccount"):
        return Standing(exempt=True)
    valid = policy.date("validAfter")
    if policy.number("isDisabled") and not (valid is not None and valid <= at and account.disabled_because.lower() == "inactive"):
        return Standing(reason=Reason.DISABLED)
    limit = policy.number("maxFailedLoginAttempts")
    if limit and account.failed >= limit:
        return Standing(reason=Reason.FAILED_LOGINS)
    ends = list(_ends(policy, account))
    over = [reason for end, reason in ends if end <= at]
    if over and over[0] is not Reason.OUTDATED:
        return Standing(reason=over[0])
    if valid is not None and at < valid:
        return Standing(reason=Reason.NOT_YET)
    if over:
        return Standing(reason=over[0])
    if policy.number("newPasswordRequired"):
        return Standing(reason=Reason.MUST_CHANGE)
    if not ends:
        return Standing()
    end, reason = min(ends, key=lambda pair: pair[0])
    return Standing(until=end, why=reason)


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


def compare(before: Policy, after: Policy) -> list[tuple[str, str, str]]:
    """Differences, key by key: the key, "looser", "tighter" or "changed", and both values as text.

    What only records a state is left out.
    """
    out = []
    for key in sorted({*before, *after} - _STATE):
        flag = _DATES.get(key)
        if flag is not None and not before.number(flag) and not after.number(flag):
            continue  # a date whose flag is off says nothing
        old, new = _weight(key, before), _weight(key, after)
        if old != new:
            shown = f"{_shown(before.get(key, _DEFAULTS.get(key, 0)))} -> {_shown(after.get(key, _DEFAULTS.get(key, 0)))}"
            out.append((key, _direction(key, old, new), shown))
    return out


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - plists hold naive UTC


def _weight(key: str, policy: Policy) -> float | str:
    """A value as a number that compares: dates as Unix seconds, "never" and "no limit" as infinity; text stays text."""
    value = policy.get(key, _DEFAULTS.get(key, 0))
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - _EPOCH).total_seconds()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if not value and (key in _LIMITS or key in _DATES or key == _RESET):
        return math.inf
    return value


def _direction(key: str, old: float | str, new: float | str) -> str:
    if isinstance(old, str) or isinstance(new, str):
        return "changed"
    if key in _LIMITS or key in _DATES or key in _LOOSER_WHEN_LARGER:
        return "tighter" if new < old else "looser"
    if key in _TIGHTER_WHEN_LARGER or key == _RESET:
        return "tighter" if new > old else "looser"
    return "changed"


def _shown(value: Value) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%SZ")
    return escape(str(value))
