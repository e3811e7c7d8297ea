"""What both servers take that a record passes: the staging slapd, and FreeIPA's 389-DS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from odkit.carrying.ds389.passwords import PAM
from odkit.carrying.ds389.syntaxes import syntaxes_389
from odkit.carrying.ldap.server import Server
from odkit.carrying.ldap.syntaxes import SLAPD
from odkit.carrying.openldap.server import slapd

__all__ = ["staging_server"]


@cache
def staging_server() -> Server:
    """Return the server: the schema of the staging slapd, and of values what it and 389-DS take."""
    theirs = syntaxes_389()
    checks = {oid: _both(check, theirs.checks[oid]) if oid in theirs.checks else check for oid, check in SLAPD.checks.items()}
    syntaxes = replace(
        SLAPD,
        checks=MappingProxyType(checks),
        equal_bytes=True,
        refusal="FreeIPA would refuse the whole record",
    )
    return Server("FreeIPA", slapd("openldap-2307bis").model, syntaxes, PAM)


def _both(one: Callable[[bytes], bool], other: Callable[[bytes], bool]) -> Callable[[bytes], bool]:
    return lambda value: one(value) and other(value)
