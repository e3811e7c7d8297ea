"""Checks that each account has a valid slot and that ``cn=authdata`` has the matching entry.

A check is a function with its rules at the head of its module, and a row in one of the two lists below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from odkit.directory import Directory
from odkit.directory.absence import Absences
from odkit.findings import Finding
from odkit.passwords._domain import Domain
from odkit.passwords._slots import SlotList
from odkit.passwords.checks.authdata import check_entry, check_unclaimed_entries
from odkit.passwords.checks.authorities import check_authorities, check_kinds, check_uid
from odkit.passwords.checks.ordinary import users_to_read
from odkit.passwords.checks.policies import check_global_policies, check_login
from odkit.passwords.checks.principals import check_principal, check_unclaimed_principals
from odkit.passwords.checks.slots import check_addresses, check_keys, check_slot, check_unclaimed_slots
from odkit.passwords.checks.state import Account, State
from odkit.passwords.checks.verifiers import check_placeholders, check_verifiers
from odkit.text import escape

if TYPE_CHECKING:
    from odkit.kerberos import Inventory

__all__ = ["Checks"]

# of each account, in this order
_OF_ACCOUNT: tuple[Callable[[State, Account], None], ...] = (
    check_authorities,
    check_kinds,
    check_uid,
    check_login,
    check_slot,
    check_entry,
    check_principal,
    check_verifiers,
)
# of all accounts together, afterwards
_OF_ALL: tuple[Callable[[State], None], ...] = (
    check_placeholders,
    check_keys,
    check_addresses,
    check_unclaimed_entries,
    check_unclaimed_slots,
    check_unclaimed_principals,
)


class Checks:
    """The accounts of an export, checked one by one, then all together.

    Args:
        od: the export.
        at: the date at which accounts are judged.
        slots: what the Password Server lists.
        inventory: what the KDC lists.
    """

    def __init__(self, od: Directory, at: datetime | None, slots: SlotList | None, inventory: Inventory | None) -> None:
        self.od = od
        self.at = at
        self._state = State(od, at, slots, inventory)

    @property
    def domain(self) -> Domain:
        """What holds for all accounts."""
        return self._state.domain

    @property
    def findings(self) -> list[Finding]:
        """In the order of the export; complete after `run`."""
        return self._state.findings

    @property
    def absences(self) -> Absences:
        """What the export does not show."""
        return self._state.absences

    @property
    def counts(self) -> Counter[str]:
        """Users, pointers (users with a slot that can be read), broken (with an error), disabled (cannot log in)."""
        return self._state.counts

    @property
    def needs_reset(self) -> set[str | None]:
        """Keys of accounts whose password does not work by this export."""
        return self._state.needs_reset

    @property
    def pointed(self) -> set[int]:
        """Ids of the records of accounts that have a pointer."""
        return self._state.pointed

    @property
    def stopped(self) -> set[int]:
        """Ids of the records of users who cannot log in."""
        return self._state.stopped

    def run(self) -> Checks:
        """Check all accounts."""
        state = self._state
        check_global_policies(state)
        for record_id in users_to_read(state):
            self._account(record_id, "Users")
        for record_id in self.od.record_ids("Computers"):
            self._account(record_id, "Computers")
        for check in _OF_ALL:
            check(state)
        state.forget()
        state.counts["broken"] = len(state.broken & state.users)
        state.needs_reset.update(f.key for f in state.findings if f.rule.needs_reset)
        return self

    def _account(self, record_id: int, kind: str) -> None:
        state, record = self._state, self.od.shared_view(record_id, kind)
        account = Account(record_id, record, record.password)
        if account.password.pointers:
            state.pointed.add(record_id)
        before = len(state.findings)
        for check in _OF_ACCOUNT:
            check(state, account)
        if account.is_user:
            state.counts["users"] += 1
            state.counts["pointers"] += account.password.slot_id is not None
            if any(f.rule.needs_reset for f in state.findings[before:]):
                state.broken.add(account.record_id)

    def summary(self) -> dict[str, Any]:
        """Return what `odkit/report/1` says of one export."""
        policies = self.domain.account_policies
        return {
            "users": self.counts["users"],
            "pointers": self.counts["pointers"],
            "broken": self.counts["broken"],
            "disabled": self.counts["disabled"],
            "policies": self.od.authdata > 0,
            "global_policy": {escape(key): escape(str(value)) for key, value in (self.domain.policy or {}).items()},
            "judged": self.at is not None,
            "account_policies": [
                {"category": each.category, "identifier": escape(each.identifier), "predicate": escape(each.predicate)}
                for each in (policies.policies if policies is not None else ())
            ],
            "slots_checked": self._state.slots is not None,
            "principals_checked": self._state.inventory is not None,
        }
