r"""Heimdal's ``kadmin -l list`` in its plain form, and ``get -t``: one name a line, mostly without the realm.

The realm is left away where it is the default one; it is then the one of the only ``krbtgt/REALM`` without a realm, or the caller's.
"""

from __future__ import annotations

from collections.abc import Iterator

from odkit.errors import InputError, InputReason
from odkit.foreign import HOW_TO_LIST
from odkit.kerberos.inventory.formats import Copied, Format
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore
from odkit.kerberos.inventory.names import NoNameError, bare_realm, heimdal_name, heimdal_realm, whole_text
from odkit.patterns import regex

__all__ = ["FORMAT"]

_REALMLESS = regex(rb"(?:[^@\\]|\\.)*")
_KRBTGT = regex(rb"(?m)^krbtgt/")


def _looks_like(file: Input) -> bool:
    whole = whole_text(file)
    if bare_realm(whole) is not None:
        return True
    if file.realm is None:
        return b"@" not in whole and len(_KRBTGT.findall(whole)) > 1
    first = next((line for line in file.head.split(b"\n") if line), b"")
    return _REALMLESS.fullmatch(first) is not None


def _read(file: Input) -> Iterator[Listed]:
    """Read the names.

    Raises:
        InputError: a cut end, a line that is no name, several realms that the names could be of.
    """
    realm = heimdal_realm(file)
    if realm is None:
        raise InputError(file.path, None, "names without a realm, and several krbtgt/REALM among them; say which is the KDC's with --realm")
    for number, line in file.lines():
        if file.cut:
            raise InputError(file.path, number, "the list ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        if not line:
            continue
        try:
            yield Listed(line, heimdal_name(line, file, number, realm), number)
        except NoNameError as error:
            message = f"neither a list of principals that odkit knows nor names, one per line: {error.message}; {HOW_TO_LIST}"
            raise InputError(file.path, error.line, message) from None


FORMAT = Format("heimdal list", InventoryKind.KDC, PrincipalStore.HEIMDAL, _looks_like, _read, guess=1, copied=Copied.LINES)
