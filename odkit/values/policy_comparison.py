"""What became of a policy: each key that differs, and whether it binds more or less than before."""

from __future__ import annotations

import math
from datetime import datetime

from odkit.text import escape
from odkit.values.policy import DATES, DEFAULTS, Policy, Value

__all__ = ["compare"]

# how much a value binds: what is larger binds more, but for these; 0 means "no limit" where it is in _LIMITS
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


def compare(before: Policy, after: Policy) -> list[tuple[str, str, str]]:
    """Return differences, key by key: the key, "looser", "tighter" or "changed", and both values as text.

    What only records a state is left out.
    """
    out = []
    for key in sorted({*before, *after} - _STATE):
        flag = DATES.get(key)
        if flag is not None and not before.number(flag) and not after.number(flag):
            continue  # a date whose flag is off says nothing
        old, new = _weight(key, before), _weight(key, after)
        if old != new:
            shown = f"{_shown(before.get(key, DEFAULTS.get(key, 0)))} -> {_shown(after.get(key, DEFAULTS.get(key, 0)))}"
            out.append((key, _direction(key, old, new), shown))
    return out


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - plists hold naive UTC


def _weight(key: str, policy: Policy) -> float | str:
    """Return a value as a number that compares: dates as Unix seconds, "never" and "no limit" as infinity; text stays text."""
    value = policy.get(key, DEFAULTS.get(key, 0))
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - _EPOCH).total_seconds()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if not value and (key in _LIMITS or key in DATES or key == _RESET):
        return math.inf
    return value


def _direction(key: str, old: float | str, new: float | str) -> str:
    if isinstance(old, str) or isinstance(new, str):
        return "changed"
    if key in _LIMITS or key in DATES or key in _LOOSER_WHEN_LARGER:
        return "tighter" if new < old else "looser"
    if key in _TIGHTER_WHEN_LARGER or key == _RESET:
        return "tighter" if new > old else "looser"
    return "changed"


def _shown(value: Value) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%SZ")
    return escape(str(value))
