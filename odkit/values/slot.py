"""Slot ids of the Password Server: ``0x`` and 32 hex digits, in the two forms that they have had.

10.3-10.6 (PasswordServer PWFileEntry): four 32-bit words - the second of creation, a random number, the sequence number, the slot.
10.7 and later (slapd's odusers overlay): a version 1 UUID without its dashes, which is the authGUID of the entry in ``cn=authdata``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from odkit.dataclass import dataclass
from odkit.patterns import regex

__all__ = ["SlotID", "parse_slot", "slot_of"]

_SLOT = regex(r"0[xX]([0-9A-Fa-f]{32})\Z", re.ASCII)
_GREGORIAN = datetime(1582, 10, 15, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SlotID:
    """A slot.

    Attributes:
        digits: 32 hex digits in lower case.
    """

    digits: str

    @property
    def is_uuid(self) -> bool:
        """Whether it has the form of a version 1 UUID (RFC 4122), as 10.7 and later make them; else it is four words."""
        return self.digits[12] == "1" and self.digits[16] in "89ab"

    @property
    def auth_guid(self) -> str:
        """The authGUID of its entry in ``cn=authdata``; a slot that came from 10.6 keeps its digits."""
        return str(UUID(hex=self.digits))

    @property
    def sequence(self) -> int | None:
        """Number of passwords that the server had saved; None for a UUID."""
        return None if self.is_uuid else int(self.digits[16:24], 16)

    @property
    def index(self) -> int | None:
        """Index of the record in the server's file; None for a UUID."""
        return None if self.is_uuid else int(self.digits[24:], 16)

    @property
    def created(self) -> datetime | None:
        """When it was made (UTC); None when the UUID's time is out of range."""
        if not self.is_uuid:
            return datetime.fromtimestamp(int(self.digits[:8], 16), UTC)
        try:
            return _GREGORIAN + timedelta(microseconds=UUID(hex=self.digits).time // 10)
        except OverflowError:
            return None

    def __str__(self) -> str:
        return "0x" + self.digits


def slot_of(authority: str, tags: Collection[str] = ("applepasswordserver",)) -> SlotID | None:
    """Return the slot that an ``authAuthority`` value of one of these tags points at; None for any other value.

    Args:
        authority: as text.
        tags: in lower case.
    """
    parts = authority.split(";", 3)
    if len(parts) < 3 or parts[1].lower() not in tags:
        return None
    return parse_slot(parts[2].partition(",")[0].partition(":")[0])


@lru_cache(maxsize=8)  # two authorities of a record name one slot
def parse_slot(text: str) -> SlotID | None:
    """Parse a slot id.  Returns None if the text is not one."""
    match = _SLOT.match(text)
    return SlotID(match[1].lower()) if match else None
