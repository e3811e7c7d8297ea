"""One side of a comparison: its records by number, read again when they are asked for."""

from __future__ import annotations

import os
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

from odkit.directory import Directory, read_folder
from odkit.directory._store import Progress, Store
from odkit.errors import InputError
from odkit.findings import DAMAGE, Finding, finding
from odkit.ldif import ChangeRecord, Completeness, Entry, Reader, Source
from odkit.ldif._source import source_name
from odkit.text import escape

__all__ = ["Side"]

_WINDOW = 1 << 18


class Side:
    """The records of some files, or of an opened directory.

    Args:
        given: a directory, or sources of LDIF.
        progress: see `odkit.directory.open_directory`.

    Attributes:
        findings: complete after `records` has ended.
        path: for messages.
        incomplete: why the export is known to be incomplete; empty otherwise.
    """

    def __init__(self, given: Directory | Sequence[Source], progress: Progress | None = None) -> None:
        self.findings: list[Finding] = []
        self.incomplete = ""
        self._od = given if isinstance(given, Directory) else None
        self._progress = progress
        self._stores: list[Store] = []
        self._readers: list[Reader] = []
        self._starts: list[int] = []
        self._offsets = array("Q")
        self._lengths = array("L")
        self._source = -1
        self._window = (0, b"")
        if self._od is not None:
            self.path = ", ".join(escape(info.path) for info in self._od.sources)
            self.findings = [f for f in self._od.findings if f.code in DAMAGE | {"OD011"}]
            self.incomplete = next((info.reason for info in self._od.sources if info.completeness is Completeness.INCOMPLETE), "")
        else:
            assert not isinstance(given, Directory)
            for source in _files(given):
                name = source_name(source)
                self._stores.append(Store(source, name))
                self._readers.append(Reader(b"", strict=False, lazy=True, name=name))
            self.path = ", ".join(escape(store.name) for store in self._stores)

    def records(self) -> Iterator[Entry]:
        """All entries in order; the first has number 0.

        Raises:
            InputError: a source that cannot be read.
        """
        if self._od is not None:
            for number in range(len(self._od)):
                yield self._od.entry(number)
            return
        append_offset, append_length = self._offsets.append, self._lengths.append
        for store, reader in zip(self._stores, self._readers, strict=True):
            self._starts.append(len(self._offsets))
            for record in reader.records(store.stream(self._progress), store.peek):
                if isinstance(record, ChangeRecord):
                    message = f"changetype {record.changetype} of {escape(record.dn)}"
                    self.findings.append(finding("OD009", record.dn, message, path=store.name, line=record.line))
                    continue
                assert record.raw is not None
                append_offset(record._offset)
                append_length(len(record.raw))
                yield record
            state, reason = reader.completeness()
            self.findings += [f for f in reader.findings if f not in self.findings]
            if state is Completeness.INCOMPLETE:
                self.incomplete = self.incomplete or reason
                self.findings.append(finding("OD011", store.name, f"incomplete: {reason}", path=store.name))
        if not self._offsets:
            raise InputError(self.path, None, "holds no entry: not an LDIF export, or an empty one")

    def raw(self, number: int) -> bytes:
        """The bytes of an entry, read again: with its neighbours, because who asks goes through the file in order.

        Raises:
            InputError: the file was changed in the meantime.
        """
        if self._od is not None:
            return self._od.entry(number).raw or b""
        source = bisect_right(self._starts, number) - 1
        offset, length = self._offsets[number], self._lengths[number]
        at, window = self._window
        if source != self._source or offset < at or offset + length > at + len(window):
            store = self._stores[source]
            window = store.read(offset, min(max(length, _WINDOW), store.size - offset))
            self._source, self._window, at = source, (offset, window), offset
        return window[offset - at : offset - at + length]

    def entry(self, number: int) -> Entry:
        """An entry, read again.

        Raises:
            InputError: the file was changed in the meantime, or the entry cannot be parsed.
        """
        if self._od is not None:
            return self._od.entry(number)
        source = bisect_right(self._starts, number) - 1
        offset = self._offsets[number]
        return self._readers[source].entry(self._stores[source].read(offset, self._lengths[number]), offset)


def _files(given: Sequence[Source]) -> Iterator[Source]:
    """The files themselves; of a folder of collect.sh, the exports in it."""
    for source in given:
        if isinstance(source, (str, os.PathLike)) and Path(source).is_dir():
            yield from (each.path for each in read_folder(Path(source)).exports())
        else:
            yield source
