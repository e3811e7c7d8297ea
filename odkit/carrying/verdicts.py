"""Verdicts and reasons: the words in which every target speaks of a user."""

from __future__ import annotations

from enum import StrEnum

from odkit.dataclass import dataclass

__all__ = ["Form", "Reason", "Verdict", "Why"]


class Verdict(StrEnum):
    """What becomes of a user."""

    CARRIED = "carried"  # logs in with the old password
    WARNED = "warned"  # logs in with the old password until a date (`CarriedUser.until`), or with a part of the services
    RESET = "reset"  # exists at the target and needs a new password, or does not exist there because there is nothing to carry
    DISABLED = "disabled"  # could not log in, and cannot
    LEFT_OUT = "left_out"  # is not carried at all


class Why(StrEnum):
    """The kinds of reasons behind a verdict."""

    RESERVED = "reserved"  # a name or number of the target's own accounts, an administrator's instance, the KDC's own
    COLLISION = "collision"  # the target has that name already
    TWIN = "twin"  # two records answer to one name or principal
    NOT_EXPRESSIBLE = "not_expressible"  # the target cannot hold the name
    DAMAGED = "damaged"  # the record, or the keys, cannot be read
    DISABLED = "disabled"
    EXPIRED = "expired"
    UNPROVED = "unproved"  # nothing shows that the account may log in, so that it stays out
    MUST_CHANGE = "must_change"  # logs in, and has to set a new password first
    NOTHING_USABLE = "nothing_usable"  # nothing that the target can verify
    WEAK = "weak"  # only triple DES or RC4 keys
    PARTIAL = "partial"  # one of several ways to log in
    NOTE = "note"  # worth knowing; nobody has to act


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is.

    Attributes:
        why: its kind.
        text: one sentence without a full stop, escaped.
    """

    why: Why
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """One verifier on its way: what the source holds, and what the target gets.  Names of forms only, never material.

    Attributes:
        source: such as ``MIT aes256-cts-hmac-sha1-96`` or ``crypt``.
        target: such as ``aes256-cts-hmac-sha1-96`` or ``{SASL}``; "" when the target does not take it.
    """

    source: str
    target: str
