"""Reads one name per line, with realms.  Its origin is unknown, so that it is tried last; a blank or tab must be escaped."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.errors import InputError
from odkit.foreign import HOW_TO_LIST
from odkit.kerberos.inventory.formats import Copied, Format
from odkit.kerberos.inventory.formats.listprincs import read_names
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore
from odkit.kerberos.inventory.names import NoNameError

__all__ = ["FORMAT"]


def _looks_like(file: Input) -> bool:
    return True


def _read(file: Input) -> Iterator[Listed]:
    """Read the names.

    Raises:
        InputError: a line that is no name, a cut end.
    """
    try:
        yield from read_names(file, raw_blanks=False)
    except NoNameError as error:
        message = f"neither a list of principals that odkit knows nor names, one per line: {error.message}; {HOW_TO_LIST}"
        raise InputError(file.path, error.line, message) from None


FORMAT = Format("names", InventoryKind.KDC, PrincipalStore.MIT, _looks_like, _read, guess=2, copied=Copied.LINES)
