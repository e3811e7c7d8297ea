"""Reads inventories: lists of principals in every form that an administrator can have."""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
    from odkit.kerberos.inventory.formats import Format, all_formats
    from odkit.kerberos.inventory.model import DatedBy, Inventory, InventoryKind, LastSeen, Listed, PrincipalStore
    from odkit.kerberos.inventory.reader import as_inventories, read_principals

__all__ = [
    "DatedBy",
    "Format",
    "Inventory",
    "InventoryKind",
    "LastSeen",
    "Listed",
    "PrincipalStore",
    "all_formats",
    "as_inventories",
    "read_principals",
]

# where each name lives
_HOMES = {
    "odkit.kerberos.inventory.formats": ("Format", "all_formats"),
    "odkit.kerberos.inventory.model": ("DatedBy", "Inventory", "InventoryKind", "LastSeen", "Listed", "PrincipalStore"),
    "odkit.kerberos.inventory.reader": ("as_inventories", "read_principals"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)
