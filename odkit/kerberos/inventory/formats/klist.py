"""What MIT's ``klist -k`` prints of a keytab, with ``-t``, ``-e`` and ``-K``; keys that ``-K`` shows are passed over and never kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from odkit.errors import InputError, InputReason
from odkit.findings import Finding
from odkit.kerberos.inventory.formats import Copied, Format
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore
from odkit.kerberos.inventory.names import Key, listed_name, newest
from odkit.patterns import regex
from odkit.values.enctypes import same_enctype

__all__ = ["FORMAT", "without_key"]

# the time has no fixed form: it is the locale's date and time, without letters in C
_ROW = regex(rb" *(\d{1,10}) (?:(\d[\d/.-]* \d[\d:]*(?: [AP]M)?) )?(.*)", re.DOTALL)
_ENCTYPE = regex(
    rb" \(((?:DEPRECATED:)?(?:aes|des|rc4|arcfour|camellia|old-des)[a-z0-9-]*|etype \d+|(?:Triple |Exportable )?(?:DES|ArcFour|"
    rb"AES)[A-Za-z0-9 /-]*)\) ?\Z"
)
_KEY = regex(rb" \(0x[0-9A-Fa-f]*\)\Z")
_HEAD_LINES = 3
# what no name is in
_KEPT = regex(
    rb"^Keytab name: (?:[A-Z]+:)?/?|^KVNO (?:Timestamp +)?Principal *$|^---[- ]*$|^ *\d{1,10} (?:\d[\d/.-]* \d[\d:]*(?: [AP]M)? )?|"
    rb" \((?:(?:DEPRECATED:)?(?:aes|des|rc4|arcfour|camellia|old-des)[a-z0-9-]*|etype \d+|"
    rb"(?:Triple |Exportable )?(?:DES|ArcFour|AES)[A-Za-z0-9 /-]*)\)(?= ?\Z| +\(0x)"
)


def _looks_like(file: Input) -> bool:
    return file.head.startswith(b"Keytab name:")


def without_key(text: bytes) -> tuple[bytes, str | None]:
    """Split what is behind version and time: the name and the encryption type; a key is dropped."""
    name = _KEY.sub(b"", text)
    kind = _ENCTYPE.search(name)
    return (name, None) if kind is None else (name[: kind.start()], same_enctype(kind[1].decode("ascii")))


def _read(file: Input) -> Iterator[Listed | Finding]:
    """Read the rows.

    Raises:
        InputError: a line that is no row, a cut end.
    """
    return newest(_rows(file), file)


def _rows(file: Input) -> Iterator[Key]:
    stamped, number = False, 0
    for number, line in file.lines():
        if number <= _HEAD_LINES:
            stamped |= number == 2 and b"Timestamp" in line
            continue
        if file.cut:
            raise InputError(file.path, number, "the list ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        if not line:
            continue
        row = _ROW.fullmatch(line)
        if row is None or (stamped and row[2] is None):
            raise InputError(file.path, number, "not a row of klist -k")  # it is not shown: with -K it holds a key
        text, enctype = without_key(row[3] if stamped or row[2] is None else row[2] + b" " + row[3])
        # an encryption type in an unknown spelling would become part of the realm, which cannot hold a blank
        yield Key(number, int(row[1]), text, listed_name(text, file, number, raw_blanks=True), enctype)
    if number < _HEAD_LINES:
        raise InputError(file.path, number, "klist -k ends in its heading: the list is cut; make it again", InputReason.CUT)


FORMAT = Format("klist", InventoryKind.KEYTAB, PrincipalStore.MIT, _looks_like, _read, copied=Copied.LINES, own=_KEPT)
