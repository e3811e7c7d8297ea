"""What MIT's ``ktutil`` prints for ``list``, with ``-t``, ``-e`` and ``-k``, alone or in a whole session with its prompts.

    slot KVNO [Timestamp         ]Principal
    ---- ---- [----------------- ]---------
    %4d  %4d  [time ]             %40s[ (enctype) ][ (0xKEY)]          (krb5 src/kadmin/ktutil/ktutil.c)

Keys are passed over and never kept.  A session with several lists is read as one list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from odkit.errors import InputError, InputReason
from odkit.findings import Finding
from odkit.kerberos.inventory.formats import Copied, Format
from odkit.kerberos.inventory.formats.klist import without_key
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore
from odkit.kerberos.inventory.names import Key, listed_name, newest
from odkit.patterns import regex

__all__ = ["FORMAT"]

_PROMPTS = rb"(?:ktutil:  ?)*"
_SESSION = regex(rb"(?:(?:ktutil:|Password for |Key for )[^\n]*\n)*" + _PROMPTS + rb"slot KVNO ")
_TITLE = regex(_PROMPTS + rb"slot KVNO (Timestamp +)?Principal\Z")
_RULE = regex(rb"---- ---- -[- ]*\Z")
_ROW = regex(rb" *\d{1,10} +(\d{1,10}) (?:(\d[\d/.-]* \d[\d:]*(?: [AP]M)?) )? *(.*)", re.DOTALL)
_TALK = (b"ktutil:", b"Password for ", b"Key for ")
# what no name is in
_KEPT = regex(
    rb"^(?:ktutil: *)*slot KVNO (?:Timestamp +)?Principal *$|^---[- ]*$|^ *\d{1,10} +\d{1,10} (?:\d[\d/.-]* \d[\d:]*(?: [AP]M)? )?|"
    rb"^(?:ktutil: *)+(?:list|l|rkt|quit|q|exit)?(?: -[ket]+)*"
    rb"|^(?:Password|Key) for | \((?:(?:DEPRECATED:)?(?:aes|des|rc4|arcfour|camellia|old-des)[a-z0-9-]*|etype \d+|(?:Triple |"
    rb"Exportable )?(?:DES|ArcFour|"
    rb"AES)[A-Za-z0-9 /-]*)\)(?= *\Z| +\(0x)"
)


def _looks_like(file: Input) -> bool:
    return _SESSION.match(file.head) is not None


def _read(file: Input) -> Iterator[Listed | Finding]:
    """Read the rows.

    Raises:
        InputError: a line that is no row, a cut end.
    """
    return newest(_rows(file), file)


def _rows(file: Input) -> Iterator[Key]:
    stamped = ruled = False
    for number, line in file.lines():
        title = _TITLE.match(line)
        if title is not None:
            stamped, ruled = title[1] is not None, False
            continue
        if line.startswith(_TALK) or not line:  # the last prompt has no line end
            continue
        if file.cut:
            raise InputError(file.path, number, "the list ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        if _RULE.match(line):
            ruled = True
            continue
        row = _ROW.fullmatch(line)
        if row is None or (stamped and row[2] is None) or not ruled:
            raise InputError(file.path, number, "not a row of ktutil's list")  # it is not shown: with -k it holds a key
        text, enctype = without_key(row[3] if stamped or row[2] is None else row[2] + b" " + row[3])
        yield Key(number, int(row[1]), text, listed_name(text, file, number, raw_blanks=True), enctype)
    if not ruled:
        raise InputError(file.path, None, "ktutil's list ends in its heading: it is cut; make it again", InputReason.CUT)


FORMAT = Format("mit ktutil", InventoryKind.KEYTAB, PrincipalStore.MIT, _looks_like, _read, copied=Copied.LINES, own=_KEPT)
