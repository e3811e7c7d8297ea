"""Kerberos: principals, services, inventories, and the database of a KDC."""

from odkit.kerberos.inventory import DatedBy, Inventory, InventoryKind, LastSeen, Listed, PrincipalStore, as_inventories, read_principals
from odkit.kerberos.kdclog import KdcLog, as_kdc_logs, read_kdc_log
from odkit.kerberos.services import SERVICES, protected
from odkit.values.principal import Principal, is_lkdc, parse_principal

__all__ = [
    "SERVICES",
    "DatedBy",
    "Inventory",
    "InventoryKind",
    "KdcLog",
    "LastSeen",
    "Listed",
    "Principal",
    "PrincipalStore",
    "as_inventories",
    "as_kdc_logs",
    "is_lkdc",
    "parse_principal",
    "protected",
    "read_kdc_log",
    "read_principals",
]
