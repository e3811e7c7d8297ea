"""What ``mkpassdb -list`` or ``-dump`` printed: the slots in it.

No source documents the form of that output.  A line that holds ``0x`` and 32 hex digits names a slot; all other lines are only
counted, and the report says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from odkit.dataclass import dataclass
from odkit.errors import InputError
from odkit.findings import Finding, finding
from odkit.ldif import Source
from odkit.passwords.rules import SLOTS_UNDOCUMENTED
from odkit.patterns import regex
from odkit.sources import blocks, open_source, source_name
from odkit.text import plural

__all__ = ["SlotList", "read_slots"]

_SLOT = regex(rb"(?<![0-9A-Za-z])0[xX]([0-9A-Fa-f]{32})(?![0-9A-Za-z])")
_MAX = 1 << 28


@dataclass(frozen=True, slots=True)
class SlotList:
    """Slots of a Password Server.

    Attributes:
        path: the file.
        slots: 32 hex digits in lower case -> the first line that names the slot.
        other: number of lines without a slot, blank ones left out.
    """

    path: str
    slots: Mapping[str, int]
    other: int

    def findings(self) -> list[Finding]:
        """Return the finding that the form is undocumented, with how many lines were left aside."""
        message = f"{plural(len(self.slots), 'slot')}, {plural(self.other, 'other line')}"
        return [finding(SLOTS_UNDOCUMENTED, self.path, message, path=self.path)]


def read_slots(source: Source) -> SlotList:
    """Read a list of slots.

    Args:
        source: a path, a binary file, or bytes.

    Raises:
        InputError: it cannot be read, is LDIF, or no line holds a slot.
    """
    name = source_name(source)
    file, own = open_source(source)
    parts: list[bytes] = []
    size = 0
    try:
        for block in blocks(file, name):
            parts.append(block)
            size += len(block)
            if size > _MAX:
                raise InputError(name, None, f"larger than {_MAX >> 20} MiB; this is no list of slots")
    finally:
        if own:
            file.close()
    slots: dict[str, int] = {}
    other = 0
    for number, line in enumerate(b"".join(parts).split(b"\n"), 1):
        if line.startswith((b"dn: ", b"dn:: ")):
            raise InputError(
                name,
                number,
                "this is LDIF, which holds the slots that records point at, and not those that are there: give what mkpassdb -list prints",
            )
        found = _SLOT.findall(line)
        for digits in found[:1]:  # a line is about one slot; others in it may be those of its administrators
            slots.setdefault(digits.decode("ascii").lower(), number)
        other += not found and bool(line.strip())
    if not slots:
        raise InputError(name, None, "no line holds '0x' and 32 hex digits: not what mkpassdb -list or -dump prints")
    return SlotList(name, MappingProxyType(slots), other)
