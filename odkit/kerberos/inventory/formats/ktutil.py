"""Heimdal's ``ktutil list``, with or without ``--timestamp`` and ``--keys``.

``Vno  Type  Principal  [Date]  [Key]  [Aliases]`` in columns of fixed width; keys are passed over and never kept.
"""

from __future__ import annotations

from collections.abc import Iterator

from odkit.errors import InputError, InputReason
from odkit.findings import Finding
from odkit.kerberos.inventory.formats import Copied, Format
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore
from odkit.kerberos.inventory.names import Key, listed_name, newest, null_entries
from odkit.patterns import regex
from odkit.values.enctypes import same_enctype

__all__ = ["FORMAT"]

_HEAD = regex(rb"(?:[A-Z]+:)?\S*:\n\nVno +Type +Principal")
_NULL = b"@"  # entries of zeros, which a keytab that was emptied by other tools holds
# what no name is in
_KEPT = regex(
    rb"^(?:FILE|WRFILE|MEMORY|ANY):/?|^Vno +Type +Principal(?: +(?:Date|Key|Aliases))* *$|^ *\d{1,10}  (?:aes|des|rc4|arcfour|"
    rb"camellia|old-des)[a-z0-9-]* +|(?<= )\d{4}-\d\d-\d\d(?= |\Z)"
)


def _looks_like(file: Input) -> bool:
    return _HEAD.match(file.head) is not None


def _read(file: Input) -> Iterator[Listed | Finding]:
    """Read the rows.

    Raises:
        InputError: a line that is no row, a cut end.
    """
    return newest(_rows(file), file)


def _rows(file: Input) -> Iterator[Key | Finding]:
    columns: tuple[int, int, int] | None = None
    nulls, first_null = 0, 0
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
        if text == _NULL:
            nulls, first_null = nulls + 1, first_null or number
            continue
        yield Key(number, int(kvno), text, listed_name(text, file, number), same_enctype(enctype.decode("ascii", "replace")))
    if nulls:
        yield null_entries(nulls, file.path, first_null)


FORMAT = Format("ktutil", InventoryKind.KEYTAB, PrincipalStore.HEIMDAL, _looks_like, _read, copied=Copied.LINES, own=_KEPT)
