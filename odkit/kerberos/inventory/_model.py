"""What every reader of principals gives: an inventory."""

from __future__ import annotations

from dataclasses import dataclass, field

from odkit.findings import Finding
from odkit.kerberos.principal import Principal

__all__ = ["Inventory", "Listed"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One principal of an inventory.

    Attributes:
        text: its own spelling in the inventory, without prompt or line end.
        principal: the name.
        line: 1-based physical line.
    """

    text: bytes
    principal: Principal
    line: int


@dataclass(slots=True)
class Inventory:
    """The principals of a KDC as one file lists them.

    Attributes:
        path: the file.
        format: "listprincs" or "names".
        listed: in the file's order, each name once.
        digest: SHA-256 of the file, hex.
        findings: what was noticed.
    """

    path: str
    format: str
    listed: list[Listed]
    digest: str
    findings: list[Finding] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.listed)
