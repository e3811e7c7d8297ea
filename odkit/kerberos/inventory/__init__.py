"""Reads inventories: lists of principals in every form that an administrator can have."""

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
