"""Keytab files, ``05 02`` (big-endian) and ``05 01`` (the byte order of the machine that wrote it), read and written with their keys.

    file  = 05 version *( int32 size, entry | hole of -size bytes )
    entry = u16 components, data realm, components * data, u32 name type, u32 time, u8 kvno, u16 enctype, data key [, u32 kvno]

``data`` is a u16 length and bytes; version 1 counts the realm among the components and has no name type.  A hole is what ``ktremove``
leaves.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import field

from odkit.dataclass import dataclass
from odkit.errors import InputError, InputReason
from odkit.values.principal import Principal

__all__ = ["KeytabKey", "read_keytab", "write_keytab"]


@dataclass(frozen=True, slots=True)
class KeytabKey:
    """One entry.

    Attributes:
        principal: the name.
        kvno: version.
        enctype: number.
        key: secret.
    """

    principal: Principal
    kvno: int
    enctype: int
    key: bytes = field(repr=False)


def read_keytab(data: bytes, path: str) -> Iterator[KeytabKey]:
    """Yield the keys of a keytab in the order of the file.

    Raises:
        InputError: no keytab, a size that leads out of the file, an entry whose parts do not fit into it.
    """
    if data[:2] not in {b"\x05\x01", b"\x05\x02"}:
        raise InputError(path, None, "is no keytab: it does not begin with 05 01 or 05 02")
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
    if data[at:].strip(b"\0") or 2 == at < len(data):
        raise InputError(path, None, f"the keytab ends in {len(data) - at} bytes that are no entry: it is cut", InputReason.CUT)


def _entry(data: bytes, order: str, *, old: bool) -> KeytabKey:
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
    key = counted()
    if len(data) - at >= 4:
        kvno = number("I") or kvno
    return KeytabKey(Principal(parts, realm), kvno, enctype, key)


def write_keytab(keys: Iterable[KeytabKey]) -> bytes:
    """Return a keytab of version ``05 02``."""
    out = b"\x05\x02"
    for key in keys:
        parts = key.principal.components
        entry = struct.pack(">H", len(parts))
        for text in (key.principal.realm, *parts):
            entry += struct.pack(">H", len(text)) + text
        entry += struct.pack(">IIBHH", 1, 0, key.kvno & 0xFF, key.enctype, len(key.key)) + key.key + struct.pack(">I", key.kvno)
        out += struct.pack(">i", len(entry)) + entry
    return out
