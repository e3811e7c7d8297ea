"""Binary property lists, changed in place: every object keeps its place and its size (CoreFoundation, ``CFBinaryPList.c``)."""

from __future__ import annotations

import struct
from collections.abc import Callable

__all__ = ["BinaryError", "rewrite_binary"]

_TRAILER = 32
_ASCII, _UTF16, _DATA, _INTEGER, _ARRAY, _DICT, _SET = 0x5, 0x6, 0x4, 0x1, 0xA, 0xD, 0xC
_FILL = 0xF
_MAX_OBJECTS = 1 << 20


class BinaryError(ValueError):
    """It is not a binary property list that can be walked."""


class _List:
    def __init__(self, data: bytes) -> None:
        if len(data) < 8 + _TRAILER or not data.startswith(b"bplist"):
            raise BinaryError
        width, self.ref, count, self.top, table = struct.unpack(">6xBBQQQ", data[-_TRAILER:])
        if not (1 <= width <= 8 and 1 <= self.ref <= 8 and 0 < count <= _MAX_OBJECTS and table + count * width <= len(data) - _TRAILER):
            raise BinaryError
        self.data = bytearray(data)
        self.places = [int.from_bytes(data[table + i * width : table + (i + 1) * width], "big") for i in range(count)]
        self.end = table

    def object(self, number: int) -> tuple[int, int, int]:
        """Return kind, where the content starts, and the count of an object."""
        if number >= len(self.places) or not 8 <= self.places[number] < self.end:
            raise BinaryError
        at = self.places[number]
        kind, size = self.data[at] >> 4, self.data[at] & 0xF
        at += 1
        if kind not in {_ASCII, _UTF16, _DATA, _ARRAY, _DICT, _SET} or size != _FILL:
            return kind, at, size
        marker = self.data[at]
        if marker >> 4 != _INTEGER or marker & 0xF > 3:
            raise BinaryError
        width = 1 << (marker & 0xF)
        return kind, at + 1 + width, int.from_bytes(self.data[at + 1 : at + 1 + width], "big")

    def references(self, at: int, count: int) -> list[int]:
        """Return the numbers of objects that stand from a place on."""
        if at + count * self.ref > self.end:
            raise BinaryError
        return [int.from_bytes(self.data[at + i * self.ref : at + (i + 1) * self.ref], "big") for i in range(count)]


def rewrite_binary(
    data: bytes, text: Callable[[str, str | None], str], blob: Callable[[bytes], bytes], number: Callable[[int, str], int]
) -> bytes:
    """Return a binary property list with its strings, data and integers replaced.

    Args:
        data: the list.
        text: gives a string of the same length for a string and its key; the key is None for a string that is a key itself.
        blob: gives as many bytes.
        number: gives an integer of the same width for an integer and its key.

    Raises:
        BinaryError: it cannot be walked.
    """
    plist = _List(data)
    roles: dict[int, str | None] = {}
    keys: set[int] = set()
    stack: list[tuple[int, str]] = [(plist.top, "")]
    while stack:
        here, key = stack.pop()
        if here in roles:
            continue
        roles[here] = key
        kind, at, count = plist.object(here)
        if kind == _DICT:
            found = plist.references(at, 2 * count)
            keys.update(found[:count])
            stack += [(value, _string(plist, name)) for name, value in zip(found[:count], found[count:], strict=True)]
        elif kind in {_ARRAY, _SET}:
            stack += [(value, key) for value in plist.references(at, count)]
    used: dict[int, str | None] = {**roles, **dict.fromkeys(keys)}
    for index, role in used.items():
        kind, at, count = plist.object(index)
        if kind in {_ASCII, _UTF16}:
            width = 1 if kind == _ASCII else 2
            code = "latin-1" if kind == _ASCII else "utf-16-be"
            old = bytes(plist.data[at : at + width * count])
            new = text(old.decode(code, "surrogatepass"), role).encode(code, "surrogatepass" if width == 2 else "replace")
            plist.data[at : at + width * count] = (new + b"x" * len(old))[: len(old)]
        elif kind == _DATA:
            plist.data[at : at + count] = blob(bytes(plist.data[at : at + count]))[:count].ljust(count, b"\0")
        elif kind == _INTEGER and role is not None:
            width = 1 << (count & 3)
            old_value = int.from_bytes(plist.data[at : at + width], "big")
            plist.data[at : at + width] = number(old_value, role).to_bytes(width, "big")
    unused = [n for n in range(len(plist.places)) if n not in roles and n not in keys]
    if unused:  # an object that nothing refers to: nobody reads it, and it may hold anything
        _blank(plist, unused, blob)
    _gaps(plist, blob)
    return bytes(plist.data)


def _string(plist: _List, number: int) -> str:
    kind, at, count = plist.object(number)
    if kind == _ASCII:
        return plist.data[at : at + count].decode("latin-1")
    return plist.data[at : at + 2 * count].decode("utf-16-be", "replace") if kind == _UTF16 else ""


def _size(plist: _List, number: int) -> tuple[int, int]:
    """Return where an object starts, and where it ends."""
    start = plist.places[number]
    kind, at, count = plist.object(number)
    size = {
        _ASCII: count,
        _UTF16: 2 * count,
        _DATA: count,
        _ARRAY: count * plist.ref,
        _SET: count * plist.ref,
        _DICT: 2 * count * plist.ref,
    }.get(kind)
    if size is None:
        size = 1 << (count & 0x7) if kind in {_INTEGER, 0x2, 0x3} else count + 1 if kind == 0x8 else 0
    return start, at + size


def _blank(plist: _List, numbers: list[int], blob: Callable[[bytes], bytes]) -> None:
    for number in numbers:
        kind, at, _ = plist.object(number)
        if kind in {_ASCII, _UTF16, _DATA}:
            _, end = _size(plist, number)
            plist.data[at:end] = blob(b"unused" + bytes(plist.data[at:end]))[6:]


def _gaps(plist: _List, blob: Callable[[bytes], bytes]) -> None:
    """Replace bytes that belong to no object."""
    at = 8
    for start, end in sorted(_size(plist, number) for number in range(len(plist.places))):
        if start > at:
            plist.data[at:start] = blob(b"gap" + bytes(plist.data[at:start]))[3:]
        at = max(at, end)
    if at < plist.end:
        plist.data[at : plist.end] = blob(b"gap" + bytes(plist.data[at : plist.end]))[3:]
