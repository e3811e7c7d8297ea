"""Inventories: principals as the administrator has them."""

from odkit.kerberos.inventory.formats import Format, all_formats
from odkit.kerberos.inventory.model import Inventory, InventoryKind, Listed, PrincipalStore
from odkit.kerberos.inventory.reader import read_principals

__all__ = ["Format", "Inventory", "InventoryKind", "Listed", "PrincipalStore", "all_formats", "read_principals"]
