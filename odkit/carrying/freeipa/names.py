"""Which names a FreeIPA domain can have.

FreeIPA itself was not run.  What is said of it was read in its source, commit b16f3b80 (4.14 in development, August 2026):
ipaserver/plugins/migration.py (what ``ipa migrate-ds`` searches, changes and refuses), ipalib/constants.py (names), ipaserver/plugins/
user.py and group.py, daemons/ipa-slapi-plugins/ipa-pwd-extop/prepost.c (passwords), install/share/bootstrap-template.ldif (its own names).
"""

from __future__ import annotations

from odkit.carrying.verdicts import Reason, Why
from odkit.patterns import regex
from odkit.text import escape

__all__ = ["READ", "at_target", "is_long", "why_not_group", "why_not_user"]

READ = "FreeIPA b16f3b80 (4.14 in development)"
_NAME = regex(r"(?![0-9]+\Z)[a-zA-Z0-9_.][a-zA-Z0-9_.-]*[a-zA-Z0-9_.$-]?\Z")  # constants.PATTERN_GROUPUSER_NAME
_LONGEST = 255  # maxlength of user.py and group.py
_USUAL = 32  # ipaMaxUsernameLength of a fresh domain
_USERS = frozenset({"admin"})
_GROUPS = frozenset({"admins", "editors", "ipausers", "trust admins", "default smb group"})


def at_target(name: str) -> str:
    """Return a user's or a group's name as ``ipa migrate-ds`` writes it: in small letters."""
    return name.lower()


def is_long(name: str) -> bool:
    """Tell whether a user's name is longer than a fresh domain lets ``ipa`` add one."""
    return len(name) > _USUAL


def why_not_user(name: str) -> Reason | None:
    """Return why no user of the domain can have a name; None when one can."""
    return _why_not(name, _USERS, "user")


def why_not_group(name: str) -> Reason | None:
    """Return why no group of the domain can have a name; None when one can."""
    return _why_not(name, _GROUPS, "group")


def _why_not(name: str, own: frozenset[str], what: str) -> Reason | None:
    if at_target(name) in own:
        return Reason(Why.RESERVED, f"{escape(name)} is a {what} of every FreeIPA domain; it is never changed")
    if _NAME.match(name) is None or len(name) > _LONGEST:
        text = f"FreeIPA's pattern for names does not take {escape(name)}: it would get in, and no ipa command could change or delete it"
        return Reason(Why.NOT_EXPRESSIBLE, f"{text}; rename it first")
    return None
