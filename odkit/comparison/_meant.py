"""The last sieve: which records of two sides mean the same, and how those of one DN differ."""

from __future__ import annotations

from collections.abc import Collection

from odkit.comparison._meaning import Meanings
from odkit.comparison._model import AttributeDifference
from odkit.comparison._side import Side
from odkit.dn import key_or_text
from odkit.ldif import Entry
from odkit.values.schema import OPERATIONAL

__all__ = ["ByMeaning"]


class ByMeaning:
    """Compares records of two sides by what they mean.

    Args:
        before: the older side.
        after: the newer one.
        ignored: attributes that do not count, in lower case.

    Attributes:
        operational: number of records found so far in which nothing differs but what the server writes by itself.
    """

    def __init__(self, before: Side, after: Side, ignored: Collection[str]) -> None:
        self.operational = 0
        self._before, self._after, self._ignored = before, after, ignored
        self._meanings = Meanings()
        self._compared: dict[tuple[int, int], tuple[AttributeDifference, ...]] = {}  # by the ids of two records of one DN that differ

    def left(self, before: list[int], after: list[int]) -> tuple[list[int], list[int]]:
        """Return the ids of those of these records that have no like on the other side.

        Records whose DN is there once on each side are compared with each other; the others by what all of each means.
        """
        if not before or not after:
            return before, after
        old, new = self._by_key(self._before, before), self._by_key(self._after, after)
        left = {record_id for key, ids in old.items() if key not in new for record_id in ids}
        left_new = []
        several: tuple[list[int], list[int]] = [], []
        for key, ids in new.items():
            others = old.get(key, ())
            if not others:
                left_new += ids
            elif len(ids) == len(others) == 1:
                if not self._alike(others[0], ids[0]):
                    left.add(others[0])
                    left_new += ids
            else:
                several[0].extend(others)
                several[1].extend(ids)
        one, other = self._by_hash_of_meaning(*map(sorted, several))
        return sorted({*left, *one}), sorted([*left_new, *other])

    @staticmethod
    def _by_key(side: Side, record_ids: list[int]) -> dict[str, list[int]]:
        """Return records by the normal form of their DN; each is parsed in the order of the file, so that damage is noted in it."""
        found: dict[str, list[int]] = {}
        for record_id in record_ids:
            entry = side.entry(record_id)
            _ = entry.attributes
            found.setdefault(key_or_text(entry.dn), []).append(record_id)
        return found

    def _alike(self, record_id: int, other_id: int) -> bool:
        """Tell whether records of one DN mean the same; how they differ is kept."""
        was, now = self._before.entry(record_id), self._after.entry(other_id)
        if found := self._attributes(was, now):
            self._compared[record_id, other_id] = found
            return False
        self.operational += self._of_server(was) != self._of_server(now)
        return True

    def _of_server(self, entry: Entry) -> int:
        """Return what is equal where the attributes mean the same that do not count because the server writes them."""
        found = set()
        for name, values in entry.attributes.items():
            counts, of_server = self._sort(name)
            if of_server and not counts:
                found.add((name.lower(), self._meanings.meanings(name, values)))
        return hash(frozenset(found))

    def _sort(self, name: str) -> tuple[bool, bool]:
        """Return whether an attribute counts, and whether it is one that the server writes by itself."""
        bare = name.partition(";")[0].lower()
        return bare not in self._ignored, bare in OPERATIONAL

    def _by_hash_of_meaning(self, before: list[int], after: list[int]) -> tuple[list[int], list[int]]:
        known: dict[int, list[tuple[int, int]]] = {}
        for record_id in before:
            key, operational = self._key(self._before, record_id)
            known.setdefault(key, []).append((record_id, operational))
        left = []
        for record_id in after:
            key, operational = self._key(self._after, record_id)
            if like := known.get(key):
                self.operational += like.pop()[1] != operational
            else:
                left.append(record_id)
        return sorted(record_id for each in known.values() for record_id, _ in each), left

    def _key(self, side: Side, record_id: int) -> tuple[int, int]:
        """Return what is equal for entries that mean the same, and what `_of_server` returns."""
        entry = side.entry(record_id)
        counted = {(name.lower(), self._meanings.meanings(name, each)) for name, each in entry.attributes.items() if self._sort(name)[0]}
        return hash((key_or_text(entry.dn), frozenset(counted))), self._of_server(entry)

    def differences(self, ids: tuple[int, int], was: Entry, now: Entry) -> tuple[AttributeDifference, ...]:
        """Return the attributes in which two records differ, by name; to be asked once for each pair.

        Args:
            ids: of the older and of the newer record.
            was: the older one.
            now: the newer one.
        """
        found = self._compared.pop(ids, None)
        return self._attributes(was, now) if found is None else found

    def _attributes(self, before: Entry, after: Entry) -> tuple[AttributeDifference, ...]:
        was, now = before.attributes, after.attributes
        differing = [name for name, values in was.items() if now.get(name) != values]  # by their bytes, as few do
        differing += [name for name, values in now.items() if was.get(name) != values]
        names = {name.lower(): name for name in differing}
        out = []
        for key, name in sorted(names.items()):
            if key.partition(";")[0] in self._ignored:
                continue
            found = self._meanings.differences(name, was.get(name, []), now.get(name, []))
            if found is not None:
                out.append(AttributeDifference(name, *map(tuple, found)))
        return tuple(out)
