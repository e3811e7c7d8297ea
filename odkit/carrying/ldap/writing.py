"""Records as slapcat and db2ldif print them, so that what was loaded compares line by line with what was planned.

Both write ``userPassword``, and whatever has the option ``;binary``, in base64 always (libldap ldif.c); those are last here.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterable, Iterator
from itertools import chain

from odkit.carrying.pieces import pieces
from odkit.errors import RefusedError
from odkit.ldif import Entry, format_record
from odkit.values.verifier import OPENLDAP_SCHEMES, why_unfit

__all__ = ["WRAP", "encoded_line", "ldif_pieces"]

WRAP = 78  # of OpenLDAP's tools


def ldif_pieces(head: bytes, entries: Iterable[Entry | bytes], schemes: frozenset[str] = OPENLDAP_SCHEMES) -> Iterator[bytes]:
    """Yield LDIF in pieces.

    Args:
        head: a comment.
        entries: in order, or what is written of one; all values of an attribute are together.  Each is used up.
        schemes: of passwords that the server knows.

    Raises:
        RefusedError: a value that another server would take as a password in clear.
    """
    return pieces(chain((head, b"\n"), (entry if isinstance(entry, bytes) else _record(entry, schemes) for entry in entries)))


def _record(entry: Entry, schemes: frozenset[str]) -> bytes:
    encoded = {n: v for n, v in entry.attributes.items() if n == "userPassword" or n[-7:].lower() == ";binary"}
    for name, values in entry.attributes.items():
        if name == "userPassword" or name.startswith("cmusaslsecret"):
            for value in values:
                _check(name, value, schemes)
    if not encoded:
        return format_record(entry, wrap=WRAP)
    for name in encoded:
        del entry.attributes[name]
    lines = [encoded_line(name, value, schemes) for name, values in encoded.items() for value in values]
    return format_record(entry, wrap=WRAP)[:-1] + b"\n".join(lines) + b"\n\n"


def encoded_line(name: str, value: bytes, schemes: frozenset[str]) -> bytes:
    """Return a value in base64, folded, without the line feed.

    Raises:
        RefusedError: another server would take it as a password in clear.
    """
    _check(name, value, schemes)
    line = name.encode() + b":: " + b2a_base64(value, newline=False)
    rest = range(WRAP, len(line), WRAP - 1)
    return b"\n ".join([line[:WRAP], *(line[at : at + WRAP - 1] for at in rest)])


def _check(name: str, value: bytes, schemes: frozenset[str]) -> None:
    unfit = why_unfit(name, value, schemes)
    if unfit is not None:
        raise RefusedError(f"{name} of a record would be {unfit}")
