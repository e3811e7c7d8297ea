"""Records as slapcat prints them, so that what was loaded compares line by line with what was planned.

slapcat writes ``userPassword``, and whatever has the option ``;binary``, in base64 always (libldap ldif.c); those are last here.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from itertools import chain

from odkit.carrying.pieces import pieces
from odkit.errors import RefusedError
from odkit.ldif import Entry, format_record
from odkit.values.verifier import why_unfit

__all__ = ["ldif_pieces"]

_WRAP = 78  # of OpenLDAP's tools


def ldif_pieces(head: bytes, entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield LDIF in pieces.

    Args:
        head: a comment.
        entries: in order; all values of an attribute are together.  Each is used up.

    Raises:
        RefusedError: a value that another server would take as a password in clear.
    """
    return pieces(chain((head, b"\n"), map(_record, entries)))


def _record(entry: Entry) -> bytes:
    encoded = {n: v for n, v in entry.attributes.items() if n == "userPassword" or n[-7:].lower() == ";binary"}
    for name, values in entry.attributes.items():
        if name == "userPassword" or name.startswith("cmusaslsecret"):
            unfit = next((why for value in values if (why := why_unfit(name, value)) is not None), None)
            if unfit is not None:
                raise RefusedError(f"{name} of a record would be {unfit}")
    if not encoded:
        return format_record(entry, wrap=_WRAP)
    for name in encoded:
        del entry.attributes[name]
    lines = [_folded(name.encode() + b":: " + b64encode(value)) for name, values in encoded.items() for value in values]
    return format_record(entry, wrap=_WRAP)[:-1] + b"\n".join(lines) + b"\n\n"


def _folded(line: bytes) -> bytes:
    rest = range(_WRAP, len(line), _WRAP - 1)
    return b"\n ".join([line[:_WRAP], *(line[at : at + _WRAP - 1] for at in rest)])
