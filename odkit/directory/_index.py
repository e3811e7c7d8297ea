"""The index of an opened export: where each record is, by parent and RDN.

Two dictionary levels instead of one with whole DNs: the parents are few, so that a record costs its RDN and four integers.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby
from operator import add, le

from odkit.dn import dn_key
from odkit.ldif import Batch
from odkit.values.schema import AUTHDATA, CONTAINERS

__all__ = ["BAD", "Index"]

BAD = "\\bad="  # starts the key of a record whose DN cannot be read; no real RDN starts with a backslash
_WAITING = 1 << 15  # records whose DNs are taken in together


class Index:
    """Positions of records.

    Attributes:
        parents: normal form of a parent's DN -> normal form of the RDN -> record id.
    """

    def __init__(self) -> None:
        self.parents: dict[str, dict[str, int]] = {}
        self._sources: list[int] = []  # id of the first record of each source
        self._offset = array("Q")
        self._below: dict[bytes, dict[str, int]] = {}  # parents as written, if the RDN before them was a simple one
        self._length = array("L")
        self._unsettled: list[tuple[bytes, list[bytes]]] = []  # parents as written, and RDNs in lower case, joined by line feeds
        self._waiting = 0  # number of these RDNs

    def __len__(self) -> int:
        return len(self._offset)

    def start(self) -> None:
        """Start the next source: the records added from now on are its records."""
        self._sources.append(len(self))

    def add(self, key: str, offset: int, length: int) -> bool:
        """Add a record.  Returns False if the index has its DN already; the first record keeps it."""
        rdn, _, parent = key.partition(",")
        below = self.parents.get(parent)
        if below is None:
            below = self.parents[parent] = {}
        record_id = len(self._offset)
        self._offset.append(offset)
        self._length.append(length)
        return below.setdefault(rdn, record_id) == record_id

    def knows(self, parent: bytes) -> bool:
        """Tell whether `add_regular` can take records with this rest of the DN, as written."""
        if parent not in self._below:
            key = dn_key(f"x=y,{parent.decode('ascii')}") if parent.isascii() else None
            if key is None:
                return False
            self._below[parent] = self.parents.setdefault(key.partition(",")[2], {})
        return True

    def add_regular(self, batch: Batch) -> bool:
        """Add records by their DNs as written, whose parents are all known.

        They can be found by their places from now on, and by their DNs when `settle` was called: a dictionary that is looked at now and
        then is not in the cache any more, and each look costs twice as much.

        Returns:
            Whether so many wait for that, that it should be called.
        """
        self._offset.extend(batch.offsets)
        self._length.extend(batch.lengths)
        if batch.parents.count(batch.parents[0]) == len(batch.parents):
            self._wait(batch.parents[0], batch.rdns)
        else:
            for parent, group in groupby(range(len(batch.rdns)), batch.parents.__getitem__):
                indices = list(group)
                self._wait(parent, batch.rdns[indices[0] : indices[-1] + 1])
        return self._waiting >= _WAITING

    def _wait(self, parent: bytes, rdns: list[bytes]) -> None:
        if not self._unsettled or self._unsettled[-1][0] != parent:
            self._unsettled.append((parent, []))
        self._unsettled[-1][1].append(b"\n".join(rdns).lower())
        self._waiting += len(rdns)

    def settle(self) -> list[int]:
        """Let the records be found that `add_regular` has added.  To be called before another one is added, or looked for.

        Returns:
            The ids of those whose DN the index had already; the first record keeps it.
        """
        record_id = len(self) - self._waiting
        repeated: list[int] = []
        for parent, texts in self._unsettled:
            rdns = b"\n".join(texts).decode("ascii").split("\n")
            ids = [*range(record_id, record_id + len(rdns))]
            kept = [*map(self._below[parent].setdefault, rdns, ids)]
            if kept != ids:
                repeated += [own for own, known in zip(ids, kept, strict=True) if own != known]
            record_id += len(rdns)
        self._unsettled.clear()
        self._waiting = 0
        return repeated

    def is_of_earlier_source(self, key: str) -> bool:
        """Tell whether a DN that the index has, in normal form, came with another source than the one that is being read."""
        rdn, _, parent = key.partition(",")
        return self.parents[parent][rdn] < self._sources[-1]

    def place(self, record_id: int) -> tuple[int, int, int]:
        """Return source, offset and length of a record."""
        return bisect_right(self._sources, record_id) - 1, self._offset[record_id], self._length[record_id]

    def stretches(self, size: int, record_ids: range | None = None) -> Iterator[tuple[int, range]]:
        """Yield runs of consecutive records that lie within so many bytes of one source, or are one record: the source, their ids.

        Args:
            size: number of bytes.
            record_ids: which records; all by default.
        """
        wanted = range(len(self)) if record_ids is None else record_ids
        ends = [*self._sources[1:], len(self)]
        for source, (first, behind) in enumerate(zip(self._sources, ends, strict=True)):
            record_id, end = max(first, wanted.start), min(behind, wanted.stop)
            starts = self._offset[record_id:end]
            stops = array("Q", map(add, starts, self._length[record_id:end]))
            in_order = all(map(le, starts, starts[1:])) and all(map(le, stops, stops[1:]))
            at = 0
            while at < len(starts):
                limit, one = starts[at] + size, at
                at += 1
                if in_order:
                    at = bisect_right(stops, limit, at)
                else:
                    while at < len(starts) and starts[one] <= starts[at] and stops[at] <= limit:
                        at += 1
                yield source, range(record_id + one, record_id + at)

    def spans(self, record_ids: range) -> tuple[list[int], list[int]]:
        """Return the offsets at which consecutive records begin and end."""
        offsets = self._offset[record_ids.start : record_ids.stop]
        return offsets.tolist(), [*map(add, offsets, self._length[record_ids.start : record_ids.stop])]

    def offsets(self, record_id: int) -> array[int]:
        """Return the offsets of the records from an id on."""
        return self._offset[record_id:]

    def find(self, key: str) -> int | None:
        """Return the id of the record with this DN, None if there is none."""
        rdn, _, parent = key.partition(",")
        return self.parents.get(parent, {}).get(rdn)

    def below(self, parent: str) -> list[int]:
        """Return the ids of the direct children of a DN, in file order."""
        return sorted(self.parents.get(parent, {}).values())

    def users(self) -> int:
        """Return the number of records below a ``cn=users`` of a domain."""
        return sum(len(below) for parent, below in self.parents.items() if ",cn=users," in f",{parent}," and not _foreign(parent))

    def suffixes(self) -> dict[str, int]:
        """Return the candidates for the domain's suffix, each with the number of records in containers below it."""
        counts: dict[str, int] = {}
        for parent, below in self.parents.items():
            rdn, _, rest = parent.partition(",")
            if rest and not _foreign(rest) and rdn in _CONTAINER_RDNS:
                counts[rest] = counts.get(rest, 0) + len(below)
            if parent and not _foreign(parent):
                containers = sum(1 for each in _CONTAINER_RDNS if each in below)
                if containers:
                    counts[parent] = counts.get(parent, 0) + containers
        return counts

    def outside(self, suffix: str) -> Iterator[tuple[str, int]]:
        """Yield the parents, with the number of their records, that are neither the suffix, below it, nor cn=authdata."""
        for parent, below in self.parents.items():
            if parent in {suffix, AUTHDATA} or parent.endswith(("," + suffix, "," + AUTHDATA)):
                continue
            own = sum(1 for rdn in below if rdn.startswith(BAD) or _inside(f"{rdn},{parent}" if parent else rdn, suffix))
            if len(below) > own:
                yield parent, len(below) - own


def _inside(key: str, suffix: str) -> bool:
    return key in {suffix, AUTHDATA} or suffix.endswith("," + key)


_CONTAINER_RDNS = frozenset(f"cn={name}" for name in CONTAINERS)


def _foreign(key: str) -> bool:
    """Return whether a DN belongs to slapd's configuration or to the password database, which are no domains."""
    return key in {AUTHDATA, "cn=config"} or key.endswith((",cn=config", "," + AUTHDATA))
