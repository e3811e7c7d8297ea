"""Which DNs occur more than once on a side, as they are written."""

from __future__ import annotations

from array import array
from collections import Counter

from odkit.ldif import Entry

__all__ = ["Names"]


class Names:
    """The DNs of a side."""

    __slots__ = ("_again", "_keys")

    def __init__(self) -> None:
        self._keys = array("q")
        self._again: set[int] | None = None

    def add(self, raw: bytes) -> None:
        """Count a record."""
        end = raw.find(b"\n")
        self._keys.append(_name(raw) if raw[end + 1 : end + 2] == b" " else hash(raw[:end].lower()))

    def twice(self, entry: Entry) -> bool:
        """Tell whether the side holds several records of this DN."""
        assert entry.raw is not None
        if self._again is None:
            self._again = {key for key, count in Counter(self._keys).items() if count > 1}
        return _name(entry.raw) in self._again


def _name(raw: bytes) -> int:
    """Return what is equal for equal first lines, however they are folded."""
    end = raw.find(b"\n")
    while end > 0 and raw[end + 1 : end + 2] == b" ":
        end = raw.find(b"\n", end + 1)
    return hash(raw[:end].lower())
