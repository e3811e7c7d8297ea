"""Account policies of 10.10 and later (``apple-accountpolicy``): read, and put in a form in which two of them compare."""

from __future__ import annotations

from typing import Any

from odkit.dataclass import dataclass
from odkit.plist import canonical
from odkit.text import escape
from odkit.values.policy import policy_plist

__all__ = ["AccountPolicies", "AccountPolicy", "account_policy"]


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """One policy of ``apple-accountpolicy`` (10.10 and later).

    Attributes:
        category: "authentication", "change" or "content".
        identifier: policyIdentifier.
        predicate: policyContent, the text of an NSPredicate.
        rest: all other keys in a canonical form; the numbers that the predicate names are in policyParameters.
    """

    category: str
    identifier: str
    predicate: str
    rest: Any = ()


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

    def parts(self) -> dict[str, tuple[object, ...]]:
        """Return each policy by what people call it, with all that it says, so that two values can be compared."""
        out: dict[str, tuple[object, ...]] = {}
        for policy in self.policies:
            name = f"the account policy {escape(policy.identifier)} ({policy.category})"
            out[name] = (*out.get(name, ()), (policy.predicate, policy.rest))
        if self.others:
            out["what stands beside the account policies"] = self.others
        return out


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
                found.append(AccountPolicy(category, identifier, content, canonical(rest)))
            else:
                others.append((key, canonical(policy)))
    return AccountPolicies(tuple(found), tuple(sorted(others)))
