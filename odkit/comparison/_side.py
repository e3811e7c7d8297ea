"""One side of a comparison: its records by id, read again when they are asked for."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from operator import sub
from typing import TYPE_CHECKING

from odkit.directory import CollectedFile, Directory, Export, export_files, given_sources
from odkit.directory.reliance import Reliance, reliance_of
from odkit.directory.rules import INCOMPLETE_EXPORT
from odkit.dn import dn_key
from odkit.errors import InputError
from odkit.findings import Finding, finding, record_finding
from odkit.foreign import why_no_export
from odkit.ldif import Answer, Asked, ChangeRecord, Completeness, Entry, Unknown, torn, unknowns
from odkit.ldif.rules import CHANGE_RECORD
from odkit.patterns import regex
from odkit.sources import BLOCK, OpenSource, Progress, source_name
from odkit.text import escape

if TYPE_CHECKING:
    from odkit.ldif import Chunk, Walk

__all__ = ["Side"]

_SMALL = 1 << 20  # bytes of a side whose entries are kept: what differs is asked for several times
_HEAD = 1 << 12  # bytes that tell what a file is
# a dn, and behind it only continuations, attributes, and nothing that makes another record of it
_LINES = regex(rb"dn:[^\n]*+(?:\n(?: |(?!(?i:dn|changetype)[:;])[A-Za-z][A-Za-z0-9_-]*+(?:;[A-Za-z0-9_-]++)*+:)[^\n]*+)*+")


class Side:
    """The records of some files, or of an opened directory.

    Args:
        given: a directory, or sources of LDIF.
        what: it is, for messages.
        progress: see `odkit.directory.open_directory`.
        shared: nobody changes the entries, so that those of a directory may be what others have, too.

    Attributes:
        path: for messages.
    """

    def __init__(self, given: Export, what: str = "the export", progress: Progress | None = None, *, shared: bool = False) -> None:
        self._torn: set[tuple[str, int]] = set()
        self._found: list[Finding] = []
        self._od = given if isinstance(given, Directory) else None
        self._progress = progress
        self._stores: list[OpenSource] = []
        self._readers: list[Walk] = []
        self._promises: list[CollectedFile | None] = []
        self._users = 0  # counted where a manifest says how many there were
        self._counting = False
        self._starts: list[int] = []
        self._offsets = array("Q")
        self._lengths = array("L")
        self._kept: dict[int, Entry] = {}
        self._shared = shared
        if self._od is not None:
            self.path = ", ".join(escape(info.path) for info in self._od.sources)
            self._torn = self._od.torn
        else:
            assert not isinstance(given, Directory)
            from odkit.ldif import Walk  # of files that nobody has opened

            for source, promise in export_files(given_sources(given, what)):
                name = source_name(source)
                self._stores.append(OpenSource(source, name))
                self._readers.append(Walk(b"", strict=False, lazy=True, name=name))
                self._promises.append(promise)
            self.path = ", ".join(escape(store.name) for store in self._stores)

    def reliances(self) -> tuple[Reliance, ...]:
        """Return how far each input can be relied on; to be asked when all records that differ have been read."""
        if self._od is not None:
            return tuple(info.reliance for info in self._od.sources)
        starts = [*self._starts, len(self._offsets)]
        out = []
        for number, (reader, promise) in enumerate(zip(self._readers, self._promises, strict=True)):
            last = self.entry(starts[number + 1] - 1).dn if starts[number + 1] > starts[number] else ""
            out.append(reliance_of(reader, promise.judge(reader.entries, self._users) if promise is not None else None, last))
        return tuple(out)

    def unknown(self, entry: Entry) -> str:
        """Return what of an entry of this side cannot be known, with its place; empty when all can."""
        found = unknowns(entry)
        if not found and (entry.path, entry.offset) in self._torn:
            found = (Unknown(Answer.CUT, "", entry.line),)
        if not found:
            search = self._asked(entry).search_at(entry.offset)
            if search is not None and not search.every_attribute:
                found = (Unknown(Answer.NOT_ASKED, "", entry.line),)
        return f"{escape(entry.path)}:{found[0].line}: {found[0]}" if found else ""

    def _asked(self, entry: Entry) -> Asked:
        if self._od is not None:
            return next((info.reliance.asked for info in self._od.sources if info.path == entry.path), Asked())
        return next((reader.asked for reader in self._readers if reader.path == entry.path), Asked())

    @property
    def findings(self) -> list[Finding]:
        """What was noticed so far: records are parsed, and damage in them is found, when they are asked for."""
        if self._od is not None:
            return [f for f in self._od.findings if f.rule.is_damage or f.rule in {CHANGE_RECORD, INCOMPLETE_EXPORT}]
        return list(dict.fromkeys([*self._found, *(f for reader in self._readers for f in reader.findings)]))

    @property
    def is_walked(self) -> bool:
        """Whether it is read by `chunks`; else it is a directory."""
        return self._od is None

    @property
    def is_copied(self) -> bool:
        """Whether a source is copied while it is read, because it cannot be read twice: perhaps its writer waits for another reader."""
        return any(store.is_copied for store in self._stores)

    @property
    def is_counting(self) -> bool:
        """Whether each record of the source that is being read must be given to `took`."""
        return self._counting

    def records(self, *, check: bool = False) -> Iterator[Entry]:
        """Yield all entries in order; the first has the id 0.  For ``check`` see `took`.

        Raises:
            InputError: a source that cannot be read.
        """
        if self._od is not None:
            for record_id in range(len(self._od)):
                yield self._od.entry(record_id)
            return
        for chunk in self.chunks():
            while (record := chunk.next()) is not None:
                if self.took(record, check=check) and isinstance(record, Entry):
                    yield record

    def chunks(self) -> Iterator[Chunk]:
        """Yield the chunks of all files in order: every record must be taken from each of them, and given to `took` or `took_all`.

        Raises:
            InputError: a source that cannot be read.
        """
        for store, reader, promise in zip(self._stores, self._readers, self._promises, strict=True):
            self._starts.append(len(self._offsets))
            self._counting = promise is not None and promise.held > 0
            yield from reader.chunks(store.stream(self._progress), store.peek)
            self._torn |= {(store.name, offset) for offset in torn(self._offsets[self._starts[-1] :], reader.torn)}
            state, reason = promise.judge(reader.entries, self._users) if promise is not None else reader.completeness()
            if state is Completeness.INCOMPLETE:
                self._found.append(finding(INCOMPLETE_EXPORT, store.name, f"incomplete: {reason}", path=store.name))
        if not self._offsets:
            changes = any(f.rule is CHANGE_RECORD for f in self._found)
            raise InputError(self.path, None, why_no_export(self._stores[0].peek(0, _HEAD), changes=changes))

    def took(self, record: Entry | ChangeRecord, *, check: bool = False) -> bytes:
        """Give the next id to an entry; return its bytes, none for a change record, which is a finding.

        Args:
            record: the next one.
            check: look at every line; an invalid one is a finding.
        """
        if isinstance(record, ChangeRecord):
            message = f"changetype {record.changetype} of {escape(record.dn)}"
            name = self._stores[len(self._starts) - 1].name
            self._found.append(record_finding(CHANGE_RECORD, record.dn, message, path=name, line=record.line))
            return b""
        raw = record.raw
        assert raw is not None
        self._offsets.append(record.offset)
        self._lengths.append(len(raw))
        if self._counting and ",cn=users," in (dn_key(record.dn) or ""):
            self._users += 1
        if check and _LINES.fullmatch(raw) is None:
            _ = record.attributes  # parsed by the grammar, which says what is wrong
        return raw

    def took_all(self, offset: int, starts: Sequence[int], ends: Sequence[int]) -> None:
        """Give the next ids to regular entries whose lines need no look; not where `is_counting`.

        Args:
            offset: of a chunk.
            starts: where each starts in it.
            ends: where each ends.
        """
        self._offsets.extend([offset + start for start in starts])
        self._lengths.extend(map(sub, ends, starts))

    def __len__(self) -> int:
        return len(self._od) if self._od is not None else len(self._offsets)

    def raws(self, record_ids: Sequence[int]) -> Iterator[bytes]:
        """Yield the bytes of entries, read again, by their ids, which ascend: with their neighbours.

        Raises:
            InputError: the file was changed in the meantime.
        """
        if self._od is not None:
            yield from self._od.raws_of(record_ids)
            return
        offsets, lengths = self._offsets, self._lengths
        first = last = at = end = 0  # the ids of a source, and where the bytes stand in it
        window = b""
        for record_id in record_ids:
            offset = offsets[record_id]
            stop = offset + lengths[record_id]
            if not first <= record_id < last or offset < at or stop > end:
                source = bisect_right(self._starts, record_id) - 1
                first, last = self._starts[source], [*self._starts, len(offsets)][source + 1]
                store = self._stores[source]
                window = store.read(offset, min(max(stop - offset, BLOCK), store.size - offset))
                at, end = offset, offset + len(window)
            yield window[offset - at : stop - at]

    def guids(self) -> list[str] | None:
        """Return the GUIDs of all records of a directory, "" for none; None for files, whose records must be read for that."""
        if self._od is None:
            return None
        guids: list[str] = self._od.column("guids")
        readable: bytearray = self._od.column("readable")
        for record_id, guid in enumerate(guids):
            if guid and not readable[record_id]:
                _ = self._od.entry(record_id).attributes  # what is wrong with it is noted
        return [guid for guid in guids if guid]

    def entry(self, record_id: int) -> Entry:
        """Return an entry, read again; those of a small side are kept when they were read.

        Raises:
            InputError: the file was changed in the meantime, or the entry cannot be parsed.
        """
        found = self._kept.get(record_id)
        if found is None:
            found = self._read(record_id)
            if self._is_small:
                self._kept[record_id] = found
        return found

    @cached_property
    def _is_small(self) -> bool:
        """Whether its sources, all of which were read, are small."""
        sizes = (info.size for info in self._od.sources) if self._od is not None else (store.size for store in self._stores)
        return sum(sizes) <= _SMALL

    def _read(self, record_id: int) -> Entry:
        if self._od is not None:
            return self._od.shared_entry(record_id) if self._shared else self._od.entry(record_id)
        source = bisect_right(self._starts, record_id) - 1
        offset = self._offsets[record_id]
        return self._readers[source].entry(self._stores[source].read(offset, self._lengths[record_id]), offset)
