"""What 389-DS accepts as a value (389-ds-base plugins/syntaxes), as far as it differs from slapd.

``ldif2db`` leaves out a record with a value that it does not accept, and makes an empty value of one that should be a DN and is none,
with a status of 0 both times.  A test gives the same values to the server.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from odkit.carrying.ldap.syntaxes import SLAPD, Syntaxes
from odkit.patterns import compiled

__all__ = ["syntaxes_389"]

_ARC = "1.3.6.1.4.1.1466.115.121.1."
_PRINTABLE = rb"[A-Za-z0-9'()+,\-./:? =]"
_FAX = rb"(?:twoDimensional|fineResolution|unlimitedLength|b4Length|a3Width|b4Width|uncompressed)"
_METHOD = rb"(?:any|mhs|physical|telex|teletex|g3fax|g4fax|ia5|videotex|telephone)"
_PATTERNS = {
    "14": _METHOD + rb"(?: *\$ *" + _METHOD + rb")*",
    "22": _PRINTABLE + rb"+(?:\$" + _FAX + rb")*",
    "38": rb"[A-Za-z][A-Za-z0-9-]*|(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))+",
    "52": _PRINTABLE + rb"+\$" + _PRINTABLE + rb"+\$" + _PRINTABLE + rb"+",
}
_NEVER_EMPTY = (_ARC + "34", _ARC + "41")  # a name with a unique identifier, a postal address
_IMAGES = _ARC + "23"  # of ``photo``: slapd takes no value, 389-DS any


def _matching(pattern: bytes) -> Callable[[bytes], bool]:
    fits = compiled(pattern, re.DOTALL).fullmatch
    return lambda value: fits(value) is not None


def _not_empty(check: Callable[[bytes], bool]) -> Callable[[bytes], bool]:
    return lambda value: value != b"" and check(value)


@cache
def syntaxes_389() -> Syntaxes:
    """Return the syntaxes of 389-DS."""
    checks = {oid: check for oid, check in SLAPD.checks.items() if oid != _IMAGES}
    checks |= {_ARC + number: _matching(pattern) for number, pattern in _PATTERNS.items()}
    checks |= {oid: _not_empty(SLAPD.checks[oid]) for oid in _NEVER_EMPTY}
    return replace(
        SLAPD,
        checks=MappingProxyType(checks),
        any_type=True,
        equal_bytes=True,
        composed=False,
        refusal="389-DS would leave out the whole record, or keep an empty value",
    )
