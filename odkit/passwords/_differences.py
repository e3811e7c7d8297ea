"""What differs between two password records where their parts are the same: account policies, and data and order of authorities."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.findings import Rule
from odkit.passwords.rules import POLICY_CHANGED, POLICY_LOOSENED, POLICY_TIGHTENED
from odkit.values.account_policy import AccountPolicies
from odkit.values.password import Password, with_previous

__all__ = ["authorities_that_differ", "policies_that_differ"]


def policies_that_differ(old: AccountPolicies | None, new: AccountPolicies | None) -> Iterator[tuple[Rule, str]]:
    """What became of account policies: a rule, and what it is about."""
    was, now = (each.parts() if each is not None else {} for each in (old, new))
    for what in sorted(was.keys() | now.keys()):
        if what not in now:
            yield POLICY_LOOSENED, f"{what} is gone"
        elif what not in was:
            yield POLICY_TIGHTENED, f"{what} is new"
        elif was[what] != now[what]:
            yield POLICY_CHANGED, f"{what} changed"


def authorities_that_differ(old: Password, new: Password, skipped: set[str]) -> list[str]:
    """What differs where the same tags are there: their order, of which the first that works counts, and their data."""
    # what the password server's and Kerberos' values say is compared for itself
    named = skipped | {"kerberosv5"}
    was, now = ([x.kind for value in p.authorities for x in with_previous(value)] for p in (old, new))
    if was != now and sorted(was) == sorted(now):
        return [f"the order {', '.join(tag or 'basic' for tag in was)} (it is {', '.join(tag or 'basic' for tag in now)})"]
    was, now = (
        sorted(f"{x.kind};{x.data}" for value in p.authorities for x in with_previous(value) if x.kind not in named) for p in (old, new)
    )
    return [f"the data of {each.partition(';')[0] or 'basic'}" for each in was if each not in now]
