r"""Writes a principal for MIT's kadmin.local, and tells what its command line cannot express.

The ss parser (the same in Apple's 10.4-10.6, MIT and e2fsprogs): blanks separate words, ``"`` toggles quoting, ``""`` inside
quotes is one quote, backslash and single quote are ordinary, a leading ``!`` is a shell escape, a line of BUFSIZ-1 bytes (1023 on
Mac OS X) or more is split and its rest run as a command.  kadmin then parses the name; it takes an ``@`` behind a backslash *character*
for part of the name, so that a last component that ends in a backslash cannot be written with its realm.
"""

from __future__ import annotations

from odkit.errors import RefusedError
from odkit.patterns import regex
from odkit.values.principal import Principal, plain_principal

__all__ = ["MAX_LINE", "check_realm", "delprinc_line", "why_undeletable"]

MAX_LINE = 1000  # bytes of a command: below the 1023 that Apple's reader takes
_REALM = regex(rb"[^\\/@\x00-\x20\x7f]+\Z")
_CONTROL = regex(rb"[\x00-\x1f\x7f]")


def check_realm(realm: bytes) -> None:
    """Refuse a realm that scripts cannot carry.

    Raises:
        RefusedError: empty, or with a backslash, slash, at sign, blank or control.
    """
    if not _REALM.match(realm):
        raise RefusedError("the realm is empty or holds a backslash, slash, '@', blank or control character")


def why_undeletable(principal: Principal, text: bytes) -> str | None:
    """Return why a listed principal cannot be deleted (and put back) by name, None when it can.

    Args:
        principal: the name.
        text: its spelling in the inventory; kadmin's own is required, because the script acts on the spelling it finds.
    """
    if plain_principal(text) == principal:  # nearly every one: only its length is left to be looked at
        return _too_long(text)
    if text != bytes(principal):
        return "its spelling is not the one that kadmin.local prints"
    if any(b"\0" in part for part in principal.components):
        return "a NUL in the name"
    if _CONTROL.search(text):
        return "a control character in the name"
    if not _REALM.match(principal.realm):
        return "a backslash, slash, '@', blank or control character in the realm"
    if principal.components == (b"",):
        return "an empty name"
    if principal.components[-1].endswith(b"\\"):
        return "kadmin cannot read a name that ends in a backslash before its realm"
    if text.startswith(b" "):
        return "kdb5_util load drops a leading space, so that it could not be put back"
    return _too_long(text)


def _too_long(text: bytes) -> str | None:
    return f"longer than the {MAX_LINE} bytes that kadmin on Mac OS X reads safely" if len(delprinc_line(text)) > MAX_LINE else None


def delprinc_line(text: bytes) -> bytes:
    """Return the kadmin.local command that deletes a principal, without asking, given its unparsed form."""
    return b'delprinc -force "' + text.replace(b'"', b'""') + b'"'
