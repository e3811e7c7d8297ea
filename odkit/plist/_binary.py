"""The binary form, as CoreFoundation's ``CFBinaryPList.c`` reads it.  An LDAP directory does not hold it; files do."""

from __future__ import annotations

import math
import struct
from datetime import datetime
from typing import Any, NoReturn

from odkit.plist._model import PlistError, Reading, deviation
from odkit.plist._scalars import calendar
from odkit.text import shorten

__all__ = ["BinaryReader"]

_TRAILER = struct.Struct(">5sxBBQQQ")
_SIMPLE: dict[int, Any] = {0x00: None, 0x08: False, 0x09: True}


class BinaryReader:
    """Reads one binary document.

    Args:
        data: the document.
        reading: the notes and the budget.
    """

    def __init__(self, data: bytes, reading: Reading) -> None:
        self._data = data
        self._reading = reading
        self._offsets: list[int] = []
        self._width = 0
        self._end = 0

    def read(self) -> Any:
        """Return the value of the top object.

        Raises:
            PlistError: it is damaged, or exceeds a limit.
        """
        self._note("binary")
        if len(self._data) < 8 + 1 + 32:
            self._refuse("binary-damaged")
        self._header()
        unused, size, self._width, count, top, table = _TRAILER.unpack(self._data[-32:])
        if unused.strip(b"\0"):
            self._note("binary-trailer")
        end = table + size * count
        if not (1 <= size <= 8 and 1 <= self._width <= 8 and table >= 9 and top < count and end <= len(self._data) - 32):
            self._refuse("binary-damaged")
        if end != len(self._data) - 32:
            self._note("binary-length")
        self._reading.count(0)
        self._reading.budget += 1
        if count > self._reading.budget:
            raise PlistError("holds too many values")
        self._end = table
        self._offsets = [self._number(table + index * size, size) for index in range(count)]
        return self._object(top, 0)

    def _header(self) -> None:
        version = self._data[6:8]
        if version != b"00":
            if version[:1] != b"0":
                self._refuse("binary-damaged")
            self._note("binary-header" if version == b"01" else "binary-header-late")

    def _note(self, code: str, detail: str = "") -> None:
        self._reading.note(deviation(code), 0, 0, detail)

    def _refuse(self, code: str) -> NoReturn:
        self._note(code)
        raise PlistError(deviation(code).what)  # not reached: no release reads it

    def _number(self, at: int, size: int) -> int:
        return int.from_bytes(self._data[at : at + size], "big")

    def _bytes(self, at: int, size: int) -> bytes:
        if at + size > self._end:
            self._refuse("binary-damaged")
        return self._data[at : at + size]

    def _count(self, at: int, low: int) -> tuple[int, int]:
        """Return the number of elements, and where they begin; 15 in the marker means that an integer follows."""
        if low < 15:
            return low, at + 1
        marker = self._bytes(at + 1, 1)[0]
        size = 1 << (marker & 15)
        if marker >> 4 != 1 or size > 8:
            self._refuse("binary-damaged")
        return int.from_bytes(self._bytes(at + 2, size), "big"), at + 2 + size

    def _object(self, index: int, depth: int) -> Any:
        self._reading.count(depth)
        at = self._offsets[index]
        if not 8 <= at < self._end:
            self._refuse("binary-damaged")
        marker = self._data[at]
        kind, low = marker >> 4, marker & 15
        if marker in _SIMPLE:
            if marker == 0:
                self._note("binary-null")
            return _SIMPLE[marker]
        if kind == 1:
            return self._integer(at, low)
        if kind == 2 and low in {2, 3}:
            return struct.unpack(">f" if low == 2 else ">d", self._bytes(at + 1, 1 << low))[0]
        if marker == 0x33:
            return self._date(struct.unpack(">d", self._bytes(at + 1, 8))[0])
        if kind == 8 and low < 4:
            return {"CF$UID": int.from_bytes(self._bytes(at + 1, low + 1), "big")}
        if kind in {4, 5, 6, 10, 13}:
            count, start = self._count(at, low)
            return self._sized(kind, count, start, depth)
        return self._refuse("binary-type" if kind in {0, 11, 12} else "binary-damaged")

    def _integer(self, at: int, low: int) -> int:
        if low > 4:
            self._refuse("binary-damaged")
        data = self._bytes(at + 1, 1 << low)
        if low == 4:
            self._note("binary-integer")
            return int.from_bytes(data[8:], "big")
        return int.from_bytes(data, "big", signed=low == 3)

    def _date(self, seconds: float) -> Any:
        if not math.isfinite(seconds) or abs(seconds) > 1e15:
            raise PlistError("holds a date that is no date")
        found = calendar(math.floor(seconds))
        fraction = min(int((seconds - math.floor(seconds)) * 1_000_000), 999_999)  # a moment before a second rounds up to it
        return found.replace(microsecond=fraction) if isinstance(found, datetime) else found

    def _sized(self, kind: int, count: int, start: int, depth: int) -> Any:
        if kind == 4:
            return self._bytes(start, count)
        if kind == 5:
            data = self._bytes(start, count)
            if not data.isascii():
                self._refuse("binary-damaged")
            return data.decode("ascii")
        if kind == 6:
            data = self._bytes(start, count * 2)
            text = data.decode("utf-16-be", "replace")
            if "\ufffd" in text and data.decode("utf-16-be", "surrogatepass") != text:
                self._note("binary-surrogate")
            return text
        references = [self._number(start + index * self._width, self._width) for index in range(self._checked(kind, count, start))]
        if any(each >= len(self._offsets) for each in references):
            self._refuse("binary-damaged")
        if kind == 10:
            return [self._object(each, depth + 1) for each in references]
        out: dict[str, Any] = {}
        for name, each in zip(references[:count], references[count:], strict=True):
            key, value = self._object(name, depth + 1), self._object(each, depth + 1)
            if not isinstance(key, str):
                self._refuse("binary-type")
            if key in out:
                self._note("binary-key-twice", shorten(key, 60))
            out.setdefault(key, value)
        return out

    def _checked(self, kind: int, count: int, start: int) -> int:
        """Return the number of the references of a container, all of which are there."""
        number = count * 2 if kind == 13 else count
        if start + number * self._width > self._end:
            self._refuse("binary-damaged")
        if number > self._reading.budget:
            raise PlistError("holds too many values, or itself")
        return number
