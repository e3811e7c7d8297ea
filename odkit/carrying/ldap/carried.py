"""A directory as it arrives at a target."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from odkit.carrying.ldap.logins import Logins
from odkit.carrying.model import CarriedGroup, LeftOut
from odkit.carrying.remarks import Remarks
from odkit.dataclass import dataclass
from odkit.findings import Finding
from odkit.ldif import Entry

__all__ = ["Carried"]


@dataclass(frozen=True, slots=True)
class Carried:
    """A directory as it arrives.

    Attributes:
        logins: the users.
        groups: every group and computer group.
        remarks: findings, and what changes.
        entries: makes what is written, parents first; anew each time.
        records: likewise, and where an entry is written nearly as it was read, the bytes of it.
        left_out: records that do not arrive and are neither users nor groups.
        count: how many entries are written.
        user_dn: DN of a user at the target, by record id.
    """

    logins: Logins
    groups: tuple[CarriedGroup, ...]
    remarks: Remarks
    entries: Callable[[], Iterator[Entry]]
    records: Callable[[], Iterator[Entry | bytes]]
    user_dn: Callable[[int], str]
    left_out: tuple[LeftOut, ...] = ()
    count: int = 0

    def witnesses(self) -> tuple[str, str | None]:
        """Return DNs of a user who has a CRAM-MD5 secret, and of another one; None where there is no other."""
        holder = next(record_id for record_id, login in self.logins.logins.items() if login.cram is not None)
        reader = next((record_id for record_id in self.logins.logins if record_id != holder), None)
        return self.user_dn(holder), None if reader is None else self.user_dn(reader)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of the checks."""
        return tuple(self.remarks.findings)
