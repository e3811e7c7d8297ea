"""Binary property lists, changed in place: every object keeps its place and its size (CoreFoundation, ``CFBinaryPList.c``)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

__all__ = ["BinaryError", "Objects", "rewrite_binary"]

_TRAILER, _UNUSED = 32, 5
_ASCII, _UTF16, _DATA, _INTEGER, _REAL, _ARRAY, _DICT, _SET = 0x5, 0x6, 0x4, 0x1, 0x2, 0xA, 0xD, 0xC
_SIGNED = 8  # bytes from which on an integer has a sign
_FLOATS = {2: ">f", 3: ">d"}
_FILL = 0xF
_MAX_OBJECTS = 1 << 20


class BinaryError(ValueError):
    """It is not a binary property list that can be walked."""


class Objects(NamedTuple):
    """What stands for the objects of a list.

    Attributes:
        text: gives a string of the same length for a string and its key; the key is None for a string that is a key itself.
        blob: gives as many bytes.
        integer: gives an integer for an integer and its key.
        real: the same for a number that may have a fraction.
    """

    text: Callable[[str, str | None], str]
    blob: Callable[[bytes], bytes]
    integer: Callable[[int, str], int]
    real: Callable[[float, str], float]


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
        self.behind = table + count * width  # what is there up to the trailer belongs to nothing

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


def rewrite_binary(data: bytes, new: Objects) -> bytes:
    """Return a binary property list with its strings, data and numbers replaced.

    Args:
        data: the list.
        new: what stands for its objects.

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
        _exchange(plist, index, role, new)
    unused = [n for n in range(len(plist.places)) if n not in roles and n not in keys]
    if unused:  # an object that nothing refers to: nobody reads it, and it may hold anything
        _blank(plist, unused, new.blob)
    _gaps(plist, new.blob)
    return bytes(plist.data)


def _exchange(plist: _List, index: int, role: str | None, new: Objects) -> None:
    kind, at, count = plist.object(index)
    if kind in {_ASCII, _UTF16}:
        width = 1 if kind == _ASCII else 2
        code = "latin-1" if kind == _ASCII else "utf-16-be"
        old = bytes(plist.data[at : at + width * count])
        text = new.text(old.decode(code, "surrogatepass"), role).encode(code, "surrogatepass" if width == 2 else "replace")
        plist.data[at : at + width * count] = (text + b"x" * len(old))[: len(old)]
    elif kind == _DATA:
        plist.data[at : at + count] = new.blob(bytes(plist.data[at : at + count]))[:count].ljust(count, b"\0")
    elif kind == _INTEGER and role is not None and count <= 4:
        width = 1 << count
        number = new.integer(int.from_bytes(plist.data[at : at + width], "big", signed=width >= _SIGNED), role)
        if number >= 1 << 8 * width:  # of three digits, and more than a byte
            number = 100 + number % 100
        plist.data[at : at + width] = number.to_bytes(width, "big", signed=width >= _SIGNED)
    elif kind == _REAL and role is not None and count in _FLOATS:
        form, width = _FLOATS[count], 1 << count
        plist.data[at : at + width] = struct.pack(form, new.real(struct.unpack(form, plist.data[at : at + width])[0], role))


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
    trailer = len(plist.data) - _TRAILER
    for start, end in ((at, plist.end), (plist.behind, trailer)):
        if start < end:
            plist.data[start:end] = blob(b"gap" + bytes(plist.data[start:end]))[3:]
    plist.data[trailer : trailer + _UNUSED] = bytes(_UNUSED)
