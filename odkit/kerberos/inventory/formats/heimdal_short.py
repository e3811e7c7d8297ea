"""Heimdal's ``kadmin -l``: ``list -s`` and ``get -s``, a table whose first column holds the names, padded with blanks."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.errors import InputError, InputReason
from odkit.kerberos.inventory.formats import Copied, Format
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore
from odkit.kerberos.inventory.names import heimdal_name, heimdal_realm
from odkit.patterns import regex

__all__ = ["FORMAT"]

_HEAD = regex(rb"Principal +Expiration +PW-exp ")
# what no name is in
_KEPT = regex(
    rb"^Principal +Expiration +PW-exp +(?:Last-login|Last-failed|[A-Z][a-z-]+)?|(?<=  )(?:never|unlimited|\d{4}-\d\d-\d\d|"
    rb"\d{1,2} (?:day|week|month|year|hour)s?)(?= |\Z)"
)


def _looks_like(file: Input) -> bool:
    return _HEAD.match(file.head) is not None


def _read(file: Input) -> Iterator[Listed]:
    """Read the first column.

    Raises:
        InputError: a cut end, a line that is no row.
    """
    realm = heimdal_realm(file)
    width = 0
    for number, line in file.lines():
        if file.cut:
            raise InputError(file.path, number, "the list ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        if not line:
            continue
        if not width:
            width = line.index(b"Expiration")
            continue
        name = line[:width].rstrip(b" ")
        if (len(name) - len(name.rstrip(b"\\"))) % 2:  # the blank at the end belongs to the name
            name += b" "
        if not name or line[width - 2 : width] != b"  ":
            raise InputError(file.path, number, "not a row of the table that Heimdal's kadmin prints")
        yield Listed(name, heimdal_name(name, file, number, realm), number)


FORMAT = Format("heimdal list", InventoryKind.KDC, PrincipalStore.HEIMDAL, _looks_like, _read, copied=Copied.LINES, own=_KEPT)
