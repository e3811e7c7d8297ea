"""What programs print of a keytab: MIT's ``klist -k`` with ``-t``, ``-e`` and ``-K``, Heimdal's ``ktutil list`` and ``klist``.

Keys that ``-K`` shows are passed over and never kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from odkit.errors import InputError, InputReason
from odkit.kerberos.inventory._input import Input
from odkit.kerberos.inventory._model import Listed
from odkit.kerberos.inventory._name import listed_name
from odkit.values.principal import Principal

__all__ = ["klist_like", "ktutil_like", "read_klist", "read_ktutil"]

# the time has no fixed form: it is the locale's date and time, without letters in C
_ROW = re.compile(rb" *(\d{1,10}) (?:(\d[\d/.-]* \d[\d:]*(?: [AP]M)?) )?(.*)", re.DOTALL)
_ENCTYPE = re.compile(rb" \(((?:DEPRECATED:)?[a-z0-9-]+|etype \d+|(?:Triple |Exportable )?(?:DES|ArcFour|AES)[A-Za-z0-9 /-]*)\) ?\Z")
# what MIT before 1.7 prints (10.4 to 10.6), by krb5's enctype table of those releases
_OLD = {
    "DES cbc mode with CRC-32": "des-cbc-crc",
    "DES cbc mode with RSA-MD4": "des-cbc-md4",
    "DES cbc mode with RSA-MD5": "des-cbc-md5",
    "Triple DES cbc mode with HMAC/sha1": "des3-cbc-sha1",
    "ArcFour with HMAC/md5": "arcfour-hmac",
    "Exportable ArcFour with HMAC/md5": "arcfour-hmac-exp",
    "AES-128 CTS mode with 96-bit SHA-1 HMAC": "aes128-cts-hmac-sha1-96",
    "AES-256 CTS mode with 96-bit SHA-1 HMAC": "aes256-cts-hmac-sha1-96",
}
_KEY = re.compile(rb" \(0x[0-9A-Fa-f]*\)\Z")
_KTUTIL = re.compile(rb"(?:[A-Z]+:)?\S*:\n\nVno +Type +Principal")


def klist_like(head: bytes) -> bool:
    """Tell whether it is ``klist -k``."""
    return head.startswith(b"Keytab name:")


def ktutil_like(head: bytes) -> bool:
    """Tell whether it is Heimdal's ``ktutil list``."""
    return _KTUTIL.match(head) is not None


def _united(rows: Iterator[tuple[int, int, bytes, Principal, str | None]]) -> Iterator[Listed]:
    """One for each name: its newest version with the types of that."""
    found: dict[Principal, tuple[int, bytes, int, dict[str, None]]] = {}
    for number, kvno, text, principal, enctype in rows:
        first, spelling, newest, kinds = found.get(principal, (number, text, kvno, {}))
        if kvno > newest:
            newest, kinds = kvno, {}
        if kvno == newest and enctype is not None:
            kinds[enctype] = None
        found[principal] = (first, spelling, newest, kinds)
    for principal, (first, spelling, newest, kinds) in found.items():
        yield Listed(spelling, principal, first, newest, tuple(kinds))


def read_klist(file: Input) -> Iterator[Listed]:
    """Read ``klist -k``.

    Raises:
        InputError: a line that is no row, a cut end.
    """
    return _united(_klist(file))


def _klist(file: Input) -> Iterator[tuple[int, int, bytes, Principal, str | None]]:
    stamped = False
    for number, line in file.lines():
        if number <= 3:
            stamped |= number == 2 and b"Timestamp" in line
            continue
        if file.cut:
            raise InputError(file.path, number, "the list ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        if not line:
            continue
        row = _ROW.fullmatch(line)
        if row is None or (stamped and row[2] is None):
            raise InputError(file.path, number, "not a row of klist -k")  # it is not shown: with -K it holds a key
        name = row[3] if stamped or row[2] is None else row[2] + b" " + row[3]
        name = _KEY.sub(b"", name)
        kind = _ENCTYPE.search(name)
        enctype = kind[1].decode("ascii").removeprefix("DEPRECATED:").removeprefix("etype ") if kind is not None else None
        text = name[: kind.start()] if kind is not None else name
        # an encryption type in a spelling that is not known would become part of the realm
        principal = listed_name(text, file, number, raw_blanks=True)
        yield number, int(row[1]), text, principal, _OLD.get(enctype, enctype) if enctype is not None else None


def read_ktutil(file: Input) -> Iterator[Listed]:
    """Read Heimdal's ``ktutil list``, with or without ``--timestamp`` and ``--keys``.

    Raises:
        InputError: a line that is no row, a cut end.
    """
    return _united(_ktutil(file))


def _ktutil(file: Input) -> Iterator[tuple[int, int, bytes, Principal, str | None]]:
    columns: tuple[int, int, int] | None = None
    for number, line in file.lines():
        if file.cut:
            raise InputError(file.path, number, "the list ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        if columns is None:
            if line.startswith(b"Vno "):
                ends = [at for word in (b" Date ", b" Key ", b" Aliases") if (at := line.find(word)) >= 0]
                columns = (line.index(b"Type"), line.index(b"Principal"), min(ends, default=len(line)) + 1)
            continue
        if not line:
            continue
        kvno, enctype, name = line[: columns[0]].strip(), line[columns[0] : columns[1]].strip(), line[columns[1] : columns[2]]
        text = name.rstrip(b" ")
        if (len(text) - len(text.rstrip(b"\\"))) % 2:
            text += b" "
        if not kvno.isdigit() or len(kvno) > 10 or not text:
            raise InputError(file.path, number, "not a row of Heimdal's ktutil list")
        yield number, int(kvno), text, listed_name(text, file, number), enctype.decode("ascii", "replace")
