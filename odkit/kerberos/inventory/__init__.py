"""Inventories: the principals of a KDC, read from what the administrator has."""

from __future__ import annotations

import hashlib

from odkit.errors import InputError
from odkit.kerberos.inventory import _listprincs
from odkit.kerberos.inventory._model import Inventory, Listed
from odkit.ldif._source import Source, blocks, open_source, source_name
from odkit.text import shorten

__all__ = ["Inventory", "Listed", "read_principals"]

_MAX = 1 << 28  # bytes; a listing of a million names has 60 MB

# what the file may be instead, by its first bytes, with the way out
_FOREIGN = (
    (b"\x05\x01", "a keytab, which is no list of a KDC"),
    (b"\x05\x02", "a keytab, which is no list of a KDC"),
    (b"kdb5_util load_dump", "a kdb5_util dump, which this release does not read yet"),
    (b"Keytab name:", "klist output, which is no list of a KDC"),
    (b"dn:", "LDIF; the export is the command's argument, not --principals"),
    (b"version:", "LDIF; the export is the command's argument, not --principals"),
    (b"%PDF", "a PDF"),
    (b"bplist00", "a binary property list"),
    (b"<?xml", "XML"),
    (b"{", "JSON"),
)


def read_principals(source: Source) -> Inventory:
    """Read the principals of a KDC: ``kadmin.local listprincs`` in any of its forms, or one name per line.

    Args:
        source: a path, a binary file object, or bytes; plain or gzip.

    Returns:
        The inventory.  Whether it is that of the right KDC is judged by the plan.

    Raises:
        InputError: unreadable, empty, cut, or none of these formats.
    """
    path = source_name(source)
    file, own = open_source(source)
    try:
        parts = []
        size = 0
        for block in blocks(file, path):
            parts.append(block)
            size += len(block)
            if size > _MAX:
                raise InputError(path, None, f"is larger than {_MAX >> 20} MiB; this is no list of principals")
    finally:
        if own:
            file.close()
    data = b"".join(parts)
    text = data.removeprefix(b"\xef\xbb\xbf")
    if not text.strip():
        raise InputError(path, None, "is empty: a list of principals has at least the KDC's own")
    for start, what in _FOREIGN:
        if text.startswith(start):
            raise InputError(path, 1, f"this is {what}; make the list with: LC_ALL=C kadmin.local -q listprincs")
    if b"\0" in text:
        at = text.index(b"\0")
        raise InputError(path, text.count(b"\n", 0, at) + 1, "a NUL byte: neither listprincs output nor names, one per line")
    kind = "listprincs" if _listprincs.looks_like(text) else "names"
    try:
        listed, findings = _listprincs.read(text, path)
    except InputError as error:
        if kind == "listprincs" or "cut" in error.message:
            raise
        message = f"neither listprincs output nor names, one per line: {error.message}"
        raise InputError(path, error.line, shorten(message, 300)) from error
    if not listed:
        raise InputError(path, None, "holds no principal: a list of principals has at least the KDC's own")
    return Inventory(path, kind, listed, hashlib.sha256(data).hexdigest(), findings)
