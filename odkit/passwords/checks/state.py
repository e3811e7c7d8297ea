"""What the checks of one export share."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from odkit.dataclass import dataclass
from odkit.directory import Directory, Record
from odkit.directory.absence import Absences
from odkit.dn import dn_key
from odkit.findings import Finding, Rule, Severity, record_finding
from odkit.passwords._domain import Domain
from odkit.passwords._slots import SlotList
from odkit.values.authority import PublicKey
from odkit.values.password import Password
from odkit.values.slot import SlotID

if TYPE_CHECKING:
    from odkit.kerberos import Inventory

__all__ = ["Account", "State", "slot_key"]


@dataclass(frozen=True, slots=True)
class Account:
    """One account.

    Attributes:
        record_id: of its record.
        record: a user or a computer.
        password: what the record and ``cn=authdata`` hold of its password.
    """

    record_id: int
    record: Record
    password: Password

    @property
    def is_user(self) -> bool:
        """Whether it is a user, not a computer."""
        return self.record.kind == "Users"


class State:
    """The export, what it is judged by, and what the checks have found so far.

    Attributes:
        domain: of the export; `odkit.passwords.checks.slots.check_keys` adds the server's key to it.
        listed: exact principals that the KDC lists.
        findings: in the order of the export.
        counts: users, pointers, broken, disabled.
        broken: ids of the records of accounts with an error.
        needs_reset: keys of accounts whose password does not work by this export.
        by_slot, by_uid: id of the first account with a slot, or with a user number.
        by_key, by_address: ids of the accounts whose pointers name a key, or an address.
        claimed: digits of the slots that any authority points at; of those of ordinary users only where something lists slots.
        pointed: ids of the records of accounts that have a pointer, also one that cannot be read.
        stopped: ids of the records of users who cannot log in.
        principals: exact principals that accounts name.
        placeholders: ids of the records of accounts whose userPassword is a placeholder.
    """

    def __init__(self, od: Directory, at: datetime | None, slots: SlotList | None, inventory: Inventory | None) -> None:
        self.od = od
        self.domain = Domain.of(od)
        self.at = at
        self.slots = slots
        self.inventory = inventory
        self.listed = {bytes(listed.principal) for listed in inventory.listed} if inventory is not None else set()
        self.users = frozenset(od.record_ids("Users"))
        self.findings: list[Finding] = []
        self.absences = Absences(od)
        self.counts: Counter[str] = Counter()
        self.broken: set[int] = set()
        self.needs_reset: set[str | None] = set()
        self.by_slot: dict[str, int] = {}
        self.by_uid: dict[str, int] = {}
        self.by_key: dict[tuple[int, str], tuple[PublicKey, list[int]]] = {}
        self.by_address: dict[str, list[int]] = {}
        self.claimed: set[str] = set()
        self.pointed: set[int] = set()
        self.stopped: set[int] = set()
        self.principals: set[bytes] = set()
        self.placeholders = array("L")

    def add(
        self, rule: Rule, record: Record, message: str, attribute: str = "", index: int = 0, *, severity: Severity | None = None
    ) -> None:
        """Add a finding on a record, unless the export does not show what it is about."""
        if self.absences.withholds(rule, dn_key(record.dn), attribute):
            return
        line = record.entry.line_of(attribute, index) if attribute else record.line
        self.findings.append(
            record_finding(rule, record.dn, message, attribute=attribute or None, path=record.path, line=line, severity=severity)
        )

    def forget(self) -> None:
        """Give back what only the checks themselves need, and what grows with the accounts."""
        for each in (self.by_slot, self.by_uid, self.by_key, self.by_address, self.claimed, self.principals):
            each.clear()
        del self.placeholders[:]

    def records(self, record_ids: Iterable[int]) -> Iterable[Record]:
        """Return the records of the accounts with these ids."""
        return (self.od.view(record_id, "Users" if record_id in self.users else "Computers") for record_id in record_ids)


def slot_key(digits: str) -> str:
    """Return the normal form of the RDN in ``cn=authdata`` that a slot points at."""
    return f"authguid={SlotID(digits).auth_guid}"
