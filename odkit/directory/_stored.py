"""`Stored`: the records of an export as they are in their files, by id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from operator import eq

from odkit.directory._index import Index
from odkit.directory._joined import STRETCH
from odkit.directory._stretch import Stretch, stretches
from odkit.ldif import Attributes, Entry, EntryMaker
from odkit.sources import OpenSource

__all__ = ["Stored"]

_LARGE = 1 << 20  # bytes of an entry that is kept parsed
_LARGE_IN_ALL = 1 << 24
_FEW = 8  # records that are read one by one
_SMALL = 1 << 20  # bytes of an export whose shared entries are kept: each check asks for nearly all of them


class Stored:
    """Reads records again where they are."""

    def __init__(self) -> None:
        self._index = Index()
        self._stores: list[OpenSource] = []
        self._make: list[EntryMaker] = []  # for each source
        self._large: dict[int, tuple[bytes, tuple[str, Attributes]]] = {}
        self._shared: dict[int, Entry] = {}
        self._runs: dict[int, Sequence[tuple[int, int]]] = {}  # where records have many members, see `odkit.ldif.Batch`

    def __len__(self) -> int:
        return len(self._index)

    def entry(self, record_id: int) -> Entry:
        """Return the entry with a record id.

        Raises:
            InputError: the file was changed since it was opened.
        """
        source, offset, length = self._index.place(record_id)
        raw, make = self._stores[source].read(offset, length), self._make[source]
        return make(raw, offset) if length < _LARGE else make(raw, offset, self._large_content(record_id, make(raw, offset)))

    def shared_entry(self, record_id: int) -> Entry:
        """Return the same for who changes nothing in it: an entry of a small export is made once for all who ask.

        Raises:
            InputError: the file was changed since it was opened.
        """
        found = self._shared.get(record_id)
        if found is None:
            found = self.entry(record_id)
            if self.is_small:
                self._shared[record_id] = found
        return found

    @cached_property
    def is_small(self) -> bool:
        """Whether its files, all of which were read, are small."""
        return sum(store.size for store in self._stores) <= _SMALL

    def entries(self) -> Iterator[Entry]:
        """Return the entries of all records, in the order of their ids; many are read at a time.

        Raises:
            InputError: a file was changed since it was opened.
        """
        return self._entries(None)

    def entries_of(self, record_ids: Sequence[int]) -> Iterator[Entry]:
        """Return the entries of records by their ids, which ascend; those that follow each other are read many at a time.

        Raises:
            InputError: a file was changed since it was opened.
        """
        for run in _runs(record_ids):
            yield from self._entries(run)

    def large_entry(self, record_id: int, size: int) -> tuple[Entry, EntryMaker, Sequence[tuple[int, int]]] | None:
        """Return the entry with a record id unparsed, what makes entries of its input, and where it is known to have many members.

        None for one of fewer bytes.

        Raises:
            InputError: the file was changed since it was opened.
        """
        source, offset, length = self._index.place(record_id)
        make = self._make[source]
        if length < size:
            return None
        return make(self._stores[source].read(offset, length), offset), make, self._runs.get(record_id, ())

    def _entries(self, record_ids: range | None) -> Iterator[Entry]:
        for stretch in stretches(self._index, self._stores, self._make, STRETCH, record_ids):
            for record_id, raw, offset in zip(stretch.numbers, stretch.raws, stretch.offsets, strict=True):
                yield stretch.make(raw, offset) if len(raw) < _LARGE else self.entry(record_id)

    def stretches(self, size: int = STRETCH) -> Iterator[Stretch]:
        """Return all records as they are in their files, many at a time.

        Args:
            size: bytes that are read at once, if no single record is larger.

        Raises:
            InputError: the file was changed since it was opened.
        """
        return stretches(self._index, self._stores, self._make, size)

    def same(self, first: int, count: int, other: Stored, other_first: int) -> bytes:
        """Compare records by their bytes with those of another export.

        Args:
            first: id of the first one.
            count: how many, with ids that follow each other on both sides.
            other: the other export.
            other_first: id of the first one there.

        Returns:
            For each record 1 where it is the same, else 0.

        Raises:
            InputError: a file was changed since it was opened.
        """
        old, new = list(self._raws(first, count)), list(other._raws(other_first, count))
        return b"\1" * count if old == new else bytes(map(eq, old, new))

    def _raws(self, first: int, count: int) -> Iterator[bytes]:
        for each in stretches(self._index, self._stores, self._make, STRETCH, range(first, first + count)):
            yield from each.raws

    def raw(self, record_id: int) -> bytes:
        """Return the bytes of a record, without making an entry of them.

        Raises:
            InputError: the file was changed since it was opened.
        """
        source, offset, length = self._index.place(record_id)
        return self._stores[source].read(offset, length)

    def raws_of(self, record_ids: Sequence[int]) -> Iterator[bytes]:
        """Return the bytes of records by their ids, which ascend; those that follow each other are read many at a time.

        Raises:
            InputError: a file was changed since it was opened.
        """
        for run in _runs(record_ids):
            yield from map(self.raw, run) if len(run) < _FEW else self._raws(run.start, len(run))

    def _large_content(self, record_id: int, entry: Entry) -> tuple[str, Attributes]:
        """Parse a large entry only once while several ask for it: a group of all users takes a tenth of a second."""
        known = self._large.pop(record_id, None)
        if known is None or known[0] != entry.raw:
            assert entry.raw is not None
            known = entry.raw, (entry.dn, entry.attributes)
        self._large[record_id] = known  # as the last one: the first is dropped when there are too many
        while sum(len(each) for each, _ in self._large.values()) > _LARGE_IN_ALL:
            del self._large[next(iter(self._large))]
        dn, attributes = known[1]
        return dn, Attributes(attributes)  # lists of its own: a caller who changes them changes nobody else's


def _runs(record_ids: Sequence[int]) -> Iterator[range]:
    """Yield runs of ids that follow each other."""
    start = 0
    while start < len(record_ids):
        first, stop = record_ids[start], len(record_ids)
        if record_ids[-1] - first != stop - start - 1:  # not all that are left follow each other
            stop = next(n for n in range(start + 1, stop + 1) if n == stop or record_ids[n] - first != n - start)
        yield range(first, first + stop - start)
        start = stop
