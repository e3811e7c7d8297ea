"""Inventories: principals as the administrator has them."""

from odkit.kerberos.inventory.formats import Format, all_formats
from odkit.kerberos.inventory.model import DatedBy, Inventory, InventoryKind, LastSeen, Listed, PrincipalStore
from odkit.kerberos.inventory.reader import read_principals

__all__ = ["DatedBy", "Format", "Inventory", "InventoryKind", "LastSeen", "Listed", "PrincipalStore", "all_formats", "read_principals"]
