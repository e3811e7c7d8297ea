"""Account policies of 10.10 and later (``apple-accountpolicy``): read, and put in a form in which two of them compare."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from odkit.dataclass import dataclass
from odkit.plist import canonical
from odkit.text import escape
from odkit.values.policy import policy_plist
from odkit.values.predicate import Ruling, Value, rule

__all__ = ["AccountPolicies", "AccountPolicy", "account_policy"]


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """One policy of ``apple-accountpolicy`` (10.10 and later).

    Attributes:
        category: "authentication", "change" or "content".
        identifier: policyIdentifier.
        predicate: policyContent, the text of an NSPredicate.
        rest: all other keys in a canonical form.
        parameters: numbers and dates of policyParameters, which the predicate names.
    """

    category: str
    identifier: str
    predicate: str
    rest: Any = ()
    parameters: tuple[tuple[str, Value], ...] = ()

    def rule(self, account: Mapping[str, Value], at: datetime) -> Ruling:
        """Judge its condition at a moment: of "authentication" true lets in, of "change" true asks for a new password.

        Args:
            account: what is known of the account, by the names that conditions have for it; times in seconds since 1970.
            at: with a time zone.
        """
        if not account.keys().isdisjoint(name for name, _ in self.parameters):
            return Ruling(None)  # which of the two would count is not written down anywhere
        return rule(self.predicate, {**account, **dict(self.parameters)}, at)


_CATEGORIES = {
    "policyCategoryAuthentication": "authentication",
    "policyCategoryPasswordAuthentication": "authentication",  # the spelling of pwpolicy(8)'s own example
    "policyCategoryPasswordChange": "change",
    "policyCategoryPasswordContent": "content",
}


@dataclass(frozen=True, slots=True)
class AccountPolicies:
    """What an ``apple-accountpolicy`` value holds; `others` is what is there beside policies, in a canonical form."""

    policies: tuple[AccountPolicy, ...]
    others: tuple[tuple[str, Any], ...] = ()

    @property
    def login_unread(self) -> bool:
        """Whether something stands among the policies on who may log in that is none."""
        return any(_CATEGORIES.get(key) == "authentication" for key, _ in self.others)

    def parts(self) -> dict[str, tuple[object, ...]]:
        """Return each policy by what people call it, with all that it says, so that two values can be compared."""
        out: dict[str, tuple[object, ...]] = {}
        for policy in self.policies:
            name = f"the account policy {escape(policy.identifier)} ({policy.category})"
            out[name] = (*out.get(name, ()), (policy.predicate, policy.rest))
        if self.others:
            out["a part beside the account policies"] = self.others
        return out


def _parameters(given: object) -> tuple[tuple[str, Value], ...]:
    found = given.items() if isinstance(given, dict) else ()
    return tuple((str(name), each) for name, each in found if isinstance(each, (int, float, datetime)) and not isinstance(each, bool))


def account_policy(value: bytes) -> AccountPolicies:
    """Read an ``apple-accountpolicy`` value.

    Raises:
        InputError: not the plist that it must be.
    """
    data = policy_plist(value)
    found = []
    others = [(key, canonical(data[key])) for key in data if key not in _CATEGORIES]
    for key, category in _CATEGORIES.items():
        each = data.get(key, [])
        for policy in each if isinstance(each, list) else [each]:
            if isinstance(policy, dict):
                rest = {name: value for name, value in policy.items() if name not in {"policyIdentifier", "policyContent"}}
                identifier, content = (str(policy.get(name, "")) for name in ("policyIdentifier", "policyContent"))
                found.append(AccountPolicy(category, identifier, content, canonical(rest), _parameters(policy.get("policyParameters"))))
            else:
                others.append((key, canonical(policy)))
    return AccountPolicies(tuple(found), tuple(sorted(others)))
