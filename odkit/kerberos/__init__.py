"""Kerberos: principals, services, inventories, and the database of a KDC."""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
    from odkit.kerberos.inventory import (
        DatedBy,
        Inventory,
        InventoryKind,
        LastSeen,
        Listed,
        PrincipalStore,
        as_inventories,
        read_principals,
    )
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

# where each name lives
_HOMES = {
    "odkit.kerberos.inventory": (
        "DatedBy",
        "Inventory",
        "InventoryKind",
        "LastSeen",
        "Listed",
        "PrincipalStore",
        "as_inventories",
        "read_principals",
    ),
    "odkit.kerberos.kdclog": ("KdcLog", "as_kdc_logs", "read_kdc_log"),
    "odkit.kerberos.services": ("SERVICES", "protected"),
    "odkit.values.principal": ("Principal", "is_lkdc", "parse_principal"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)
