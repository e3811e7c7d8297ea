"""Numbers and names of users that a client of today reads otherwise than a Mac."""

from __future__ import annotations

import re
from collections import Counter

from odkit.carrying.accounts import FIRST_FREE, number_of
from odkit.carrying.remarks import Remark, Remarks
from odkit.directory import Record
from odkit.findings import Rule, Severity, finding
from odkit.patterns import regex
from odkit.text import plural

__all__ = ["IdRemarks"]

GROUP_NUMBER_ON_LINUX = Rule(
    "OD926", "group-number-on-linux", Severity.WARNING, "Give Linux clients another number for the group, or carry to openldap-2307bis."
)
NUMBER_BELOW_ZERO = Rule("OD927", "number-below-zero", Severity.WARNING, "Give the record a number from 1000 on.")
NAME_NOT_FOR_CLIENTS = Rule("OD928", "name-not-for-clients", Severity.WARNING, "Rename the account where Linux clients will use it.")


_PLAIN_NAME = regex(r"(?![0-9]+\Z)[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)


class IdRemarks:
    """Looks at users one by one, and tells of low group numbers once for all.

    Args:
        remarks: added to.
        low: whether primary groups with low numbers are kept, and reported.
    """

    def __init__(self, remarks: Remarks, *, low: bool = True) -> None:
        self._keeps_low = low
        self._remarks = remarks
        self._low: Counter[int] = Counter()
        self._first: Record | None = None

    def see(self, record: Record) -> None:
        """Look at a user who is carried."""
        name = record.name
        if not _PLAIN_NAME.fullmatch(name):
            text = "the name has signs that some clients do not take (nslcd's validnames, chown and cron of Linux); kept"
            self._remarks.add(record, [Remark(NAME_NOT_FOR_CLIENTS, text, "uid", 0)])
        gid = number_of(record, "gidNumber")
        if gid is None or gid >= FIRST_FREE or not self._keeps_low:
            return
        if gid < 0:
            text = "a client with sssd stores no record with a negative number, so that the user does not exist there; kept"
            self._remarks.add(record, [Remark(NUMBER_BELOW_ZERO, text, "gidNumber", 0)])
            return
        self._low[gid] += 1
        self._first = self._first or record

    def close(self) -> None:
        """Tell of all numbers at once."""
        if self._first is None:
            return
        numbers = ", ".join(f"{gid} ({plural(count, 'user')})" for gid, count in sorted(self._low.items()))
        text = (
            f"primary groups below {FIRST_FREE} stay, because Macs need them: {numbers}; on Linux the files of the client decide what such "
            "a number is: 20 is dialout on Debian, with access to serial ports"
        )
        first = self._first
        self._remarks.findings.append(finding(GROUP_NUMBER_ON_LINUX, first.dn, text, path=first.path, line=first.line))
