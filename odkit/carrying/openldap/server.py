"""OpenLDAP's slapd as a target."""

from __future__ import annotations

from functools import cache

from odkit.carrying.ldap.server import Server
from odkit.carrying.ldap.syntaxes import SLAPD
from odkit.carrying.openldap.passwords import SASL
from odkit.carrying.openldap.schema import schema_of

__all__ = ["slapd"]


@cache
def slapd(shape: str) -> Server:
    """Return the server of a shape.

    Args:
        shape: "openldap" or "openldap-2307bis".
    """
    return Server("slapd", schema_of(shape), SLAPD, SASL)
