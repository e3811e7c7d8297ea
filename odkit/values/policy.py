"""Password policies: read in both forms, and the policy that holds for a user by Apple's merge rule.

Keys: PasswordServer AuthFile.h.  String form: what ``pwpolicy -getpolicy`` prints.  Plist form: ``apple-user-passwordpolicy``
below ``cn=authdata`` (10.7 and later).  Merge: slapd's applehelpers.c, CopyEffectivePolicy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from odkit.errors import InputError
from odkit.plist import RELEASES, PlistError, read
from odkit.releases import LION

__all__ = ["DATES", "DEFAULTS", "Policy", "Value", "effective", "parse_policy", "policy_plist"]


Value = int | float | str | datetime

_READERS = frozenset(RELEASES[RELEASES.index(LION) :])  # before 10.7 policies are no property lists
# the flag without which a date says nothing
DATES = {"expirationDateGMT": "usingExpirationDate", "hardExpireDateGMT": "usingHardExpirationDate"}
DEFAULTS = {"canModifyPasswordforSelf": 1}


class Policy(Mapping[str, Value]):
    """The keys of a policy, unknown ones too, as written; dates as UTC times where the plist has dates.

    Args:
        values: key -> value.
        notes: what in its property list some release reads otherwise, or not at all, of 10.7 and later.

    Attributes:
        notes: as above.
    """

    def __init__(self, values: Mapping[str, Value] = MappingProxyType({}), notes: tuple[str, ...] = ()) -> None:
        self._values = dict(values)
        self.notes = notes

    def __getitem__(self, key: str) -> Value:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Policy({self._values!r})"

    def number(self, key: str) -> int:
        """Return the value of a numeric key; its default when it is missing or no number."""
        value = self._values.get(key, DEFAULTS.get(key, 0))
        return int(value) if isinstance(value, (int, float)) and math.isfinite(value) else DEFAULTS.get(key, 0)

    def date(self, key: str) -> datetime | None:
        """Return the value of a date key (UTC); integers are Unix seconds."""
        value = self._values.get(key)
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        try:
            return datetime.fromtimestamp(value, UTC) if isinstance(value, (int, float)) and value > 0 else None
        except (OverflowError, OSError, ValueError):
            return None


def policy_plist(value: bytes) -> dict[str, Any]:
    """Return the dictionary of a policy's property list.

    Raises:
        InputError: no property list, or one that is no dictionary.
    """
    return _noted_plist(value)[0]


def _noted_plist(value: bytes) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the dictionary of a property list, and what some release from 10.7 on reads otherwise in it."""
    try:
        found = read(value)
        if found.more:
            raise PlistError(f"is no property list ({len(found.more) + 1} documents in one value)")
    except PlistError as error:
        raise InputError("<policy>", None, str(error)) from error
    if not isinstance(found.value, dict):
        raise InputError("<policy>", None, "the plist is no dictionary")
    notes = [note for note in found.notes if (note.deviation.refused | note.deviation.otherwise) & _READERS]
    return found.value, tuple(map(str, notes))


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
    data, notes = _noted_plist(value)
    for key, each in data.items():
        values[str(key)] = each if isinstance(each, (int, float, str, datetime)) else f"({type(each).__name__})"
    return Policy(values, notes)


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
    """Return the policy that holds for a user.

    Where the user's value is missing or the default, the global one counts, when it is not zero; a date comes along with
    its flag.  Accounts with ``isAdminUser`` or ``isComputerAccount`` are exempt, and never asked for a new password.
    """
    merged = dict(user)
    for key, value in everybody.items():
        if key in DATES:
            continue
        default = DEFAULTS.get(key, 0)
        own = user.get(key)
        numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
        if (own is None or own == default) and (not numeric or value):
            merged[key] = value
    for date, flag in DATES.items():
        if not user.number(flag) and everybody.number(flag) and date in everybody:
            merged[date] = everybody[date]
    found = Policy(merged)
    if found.number("isAdminUser") or found.number("isComputerAccount"):
        merged["newPasswordRequired"] = 0
    return Policy(merged)
