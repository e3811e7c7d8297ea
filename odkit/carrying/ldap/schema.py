"""Schema files, in the form of slapd.conf: Apple's, and what every LDAP server brings.

Apple's definitions are there once, in ``apple.schema``; the forms that other servers take are made from it.
"""

from __future__ import annotations

from odkit.resources import resource_text

__all__ = ["apple_schema", "builtin_schema", "nis_schema", "standard_schema"]


def _file(name: str) -> str:
    return resource_text("odkit.carrying.ldap", name)


def apple_schema() -> str:
    """Return Apple's schema, to be included behind core, cosine, nis (or rfc2307bis) and inetorgperson."""
    return _file("apple.schema")


def builtin_schema() -> str:
    """Return what every slapd knows without a schema file."""
    return _file("builtin.schema")


def nis_schema() -> str:
    """Return RFC 2307."""
    return _file("nis.schema")


def standard_schema() -> str:
    """Return core, cosine and inetorgperson."""
    return _file("standard.schema")
