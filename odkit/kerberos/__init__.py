"""Kerberos: names, services, inventories."""

from odkit.kerberos.inventory import Inventory, InventoryKind, Listed, read_principals
from odkit.kerberos.principal import Principal, is_lkdc, parse_principal
from odkit.kerberos.services import SERVICES, protected

__all__ = [
    "SERVICES",
    "Inventory",
    "InventoryKind",
    "Listed",
    "Principal",
    "is_lkdc",
    "parse_principal",
    "protected",
    "read_principals",
]
