"""Which DNs occur more than once on a side, as they are written."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Container, Iterable

from odkit.ldif import Entry

__all__ = ["Names"]


class Names:
    """The DNs of a side."""

    __slots__ = ("_again", "_keys")

    def __init__(self) -> None:
        self._keys = array("q")
        self._again: frozenset[int] | None = None

    def add(self, raw: bytes) -> None:
        """Count a record."""
        end = raw.find(b"\n")
        self._keys.append(_name(raw) if raw[end + 1 : end + 2] == b" " else hash(raw[:end].lower()))

    def add_lines(self, lines: Iterable[bytes]) -> list[int]:
        """Count records by their first lines, none of which is continued; return what each is known by."""
        keys = [hash(line.lower()) for line in lines]
        self._keys.extend(keys)
        return keys

    def add_keys(self, keys: Iterable[int]) -> None:
        """Count records by what `add_lines` gave for their like."""
        self._keys.extend(keys)

    def again(self) -> frozenset[int]:
        """Return what those are known by that occur more than once."""
        if self._again is None:
            self._again = frozenset(key for key, count in Counter(self._keys).items() if count > 1)
        return self._again

    def ids(self, keys: Container[int]) -> list[int]:
        """Return the ids of the records that are known by some of these."""
        return [record_id for record_id, key in enumerate(self._keys) if key in keys]

    def twice(self, entry: Entry) -> bool:
        """Tell whether the side holds several records of this DN."""
        assert entry.raw is not None
        return _name(entry.raw) in self.again()


def _name(raw: bytes) -> int:
    """Return what is equal for equal first lines, however they are folded."""
    end = raw.find(b"\n")
    while end > 0 and raw[end + 1 : end + 2] == b" ":
        end = raw.find(b"\n", end + 1)
    return hash(raw[:end].lower())
