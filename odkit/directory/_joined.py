"""Which records may have taken in a line that a blank has made a part of another one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence

from odkit.directory._index import Index
from odkit.ldif import EntryMaker
from odkit.sources import OpenSource

__all__ = ["STRETCH", "suspects"]

STRETCH = 1 << 19  # bytes that are read at once where all records are looked at


def suspects(index: Index, stores: Sequence[OpenSource], make: Sequence[EntryMaker], among: Collection[int] | None) -> Iterator[int]:
    """Yield the ids of records that may have taken in another line, some of them more than once; parsing them tells.

    Args:
        index: of the records.
        stores: the sources.
        make: for each source, how it folds.
        among: ids of the records that are looked at; all for None.

    Raises:
        InputError: a file was changed since it was opened.
    """
    if among is not None and 2 * len(among) < len(index):
        for record_id in among:
            source, offset, length = index.place(record_id)
            if next(make[source].folding.suspects(stores[source].read(offset, length)), None) is not None:
                yield record_id
        return
    wanted = None if among is None else frozenset(among)
    for source, record_ids in index.stretches(STRETCH):
        starts = [index.place(record_id)[1] for record_id in record_ids]
        _, offset, length = index.place(record_ids[-1])
        data = stores[source].read(starts[0], offset + length - starts[0])
        for at in make[source].folding.suspects(data):
            record_id = record_ids[bisect_right(starts, starts[0] + at) - 1]
            if wanted is None or record_id in wanted:
                yield record_id
