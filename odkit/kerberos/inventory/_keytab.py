"""Keytab files, ``05 02`` (big-endian) and ``05 01`` (the byte order of the machine that wrote it).

    file  = 05 version *( int32 size, entry | hole of -size bytes )
    entry = u16 components, data realm, components * data, u32 name type, u32 time, u8 kvno, u16 enctype, data key [, u32 kvno]

``data`` is a u16 length and bytes; version 1 counts the realm among the components and has no name type.  A hole is what ``ktremove``
leaves.  Keys are passed over.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from odkit.errors import InputError, InputReason
from odkit.kerberos.inventory._model import Listed
from odkit.values.enctypes import ENCTYPES
from odkit.values.principal import Principal

__all__ = ["looks_like", "read"]


def looks_like(head: bytes) -> bool:
    """Tell whether it is a keytab."""
    return head.startswith((b"\x05\x01", b"\x05\x02"))


def read(data: bytes, path: str) -> Iterator[Listed]:
    """Read the entries, each key version and type once a name, in the file's order.

    Raises:
        InputError: a size that leads out of the file, an entry whose parts do not fit into it.
    """
    found: dict[Principal, tuple[int, int, dict[str, None]]] = {}
    for number, (principal, kvno, enctype) in enumerate(_entries(data, path), 1):
        first, newest, kinds = found.get(principal, (number, kvno, {}))
        if kvno > newest:
            newest, kinds = kvno, {}
        if kvno == newest:
            kinds[ENCTYPES.get(enctype, str(enctype))] = None
        found[principal] = (first, newest, kinds)
    for principal, (first, newest, kinds) in found.items():
        yield Listed(bytes(principal), principal, first, newest, tuple(kinds))


def _entries(data: bytes, path: str) -> Iterator[tuple[Principal, int, int]]:
    old = data[1] == 1
    order = ">"
    if old:  # the writer's order: the one in which the first size makes sense
        order = next((o for o in "<>" if len(data) >= 6 and 0 < abs(struct.unpack_from(f"{o}i", data, 2)[0]) <= len(data) - 6), ">")
    at, number = 2, 0
    while at + 4 <= len(data):
        (size,) = struct.unpack_from(f"{order}i", data, at)
        at += 4
        if size == 0:
            return
        end = at + abs(size)
        if end > len(data):
            message = f"entry {number + 1} at byte {at - 4} reaches {end - len(data)} bytes beyond the file: it is cut"
            raise InputError(path, None, message, InputReason.CUT)
        if size > 0:
            number += 1
            try:
                yield _entry(data[at:end], order, old=old)
            except (struct.error, ValueError):
                raise InputError(path, None, f"entry {number} at byte {at - 4}: its parts do not fit into it") from None
        at = end
    if data[at:].strip(b"\0"):
        raise InputError(path, None, f"{len(data) - at} bytes behind the last entry: it is cut", InputReason.CUT)


def _entry(data: bytes, order: str, *, old: bool) -> tuple[Principal, int, int]:
    at = 0

    def number(form: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from(order + form, data, at)
        at += struct.calcsize(order + form)
        return int(value)

    def counted() -> bytes:
        nonlocal at
        size = number("H")
        part = data[at : at + size]
        if len(part) != size:
            raise ValueError
        at += size
        return part

    count = number("H") - old
    if count < 0:
        raise ValueError
    realm = counted()
    parts = tuple(counted() for _ in range(count))
    at += (0 if old else 4) + 4  # name type, time
    kvno = number("B")
    enctype = number("H")
    counted()  # the key
    if len(data) - at >= 4:
        kvno = number("I") or kvno
    return Principal(parts, realm), kvno, enctype
