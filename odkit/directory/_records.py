"""`Records`, the records of one type, and `SourceInfo`, what is known about each input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from odkit.arguments import a_text
from odkit.dataclass import dataclass
from odkit.directory._names import NameTable
from odkit.directory._skimmed import LARGE, skimmed
from odkit.directory._views import Lookup, Record
from odkit.directory.reliance import Reliance
from odkit.foreign import refuse_foreign
from odkit.ldif import Completeness, Entry, EntryMaker
from odkit.sources import OpenSource

__all__ = ["Records", "SourceInfo"]

R = TypeVar("R", bound=Record)
_GROUPS = ("Groups", "ComputerGroups")
_HEAD = 1 << 12  # bytes that tell what a file is


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of one input.

    Attributes:
        path: its name.
        entries: number of them.
        size: bytes, unpacked.
        completeness: whether it holds all that was asked for.
        reason: why it is complete, incomplete or unknown.
        reliance: how far it can be relied on.
        gathered: when collect.sh gathered it, in seconds since 1970 (UTC); None for what it did not, or does not tell.
    """

    path: str
    entries: int
    size: int
    _source: OpenSource
    completeness: Completeness
    reason: str
    reliance: Reliance
    gathered: int | None = None

    def refuse_foreign(self) -> None:
        """Refuse a file that holds no entry because it is something else, such as a list of principals.

        Raises:
            InputError: it is.
        """
        if not self.entries:
            refuse_foreign(self.path, self._source.peek(0, _HEAD))

    @property
    def digest(self) -> str:
        """SHA-256 of the unpacked bytes, hex.

        Raises:
            InputError: the file was changed since it was opened.
        """
        return self._source.digest


class _Directory(Lookup, Protocol):
    def names_of(self, kind: str) -> NameTable:
        """Return who answers to a name among the records of a type."""
        ...

    def large_entry(self, record_id: int, size: int) -> tuple[Entry, EntryMaker, Sequence[tuple[int, int]]] | None:
        """Return the entry with a record id unparsed, and what `skimmed` takes with it; None for one of fewer bytes."""
        ...


class Records(Generic[R]):
    """The records of one type, in the order of the file.

    ``for computer in od.computers`` gives every record, also two of one name.  ``od.computers["mac1"]`` looks one up by any of
    its names or by its GUID, without case; a name given twice finds the first record.
    """

    def __init__(self, directory: _Directory, kind: str) -> None:
        self._directory = directory
        self.kind = kind

    def __iter__(self) -> Iterator[R]:
        record_ids = self._directory.record_ids(self.kind)
        for record_id, entry in zip(record_ids, self._directory.entries_of(record_ids), strict=True):
            yield self._view(record_id, entry)

    def __repr__(self) -> str:
        return f"<Records of {self.kind}: {len(self)}>"

    def _repr_html_(self) -> str:
        from odkit.directory.shown import records_html  # in notebooks alone

        return records_html(f"{self.kind}: {len(self)}", self)

    def records(self) -> Iterator[R]:
        """Return the same as iterating: every record, in the order of the file."""
        return iter(self)

    def skimmed(self) -> Iterator[R]:
        """Yield every record; the members of a large group stay text until they are asked for (`SkimmedGroup`)."""
        for record_id in self._directory.record_ids(self.kind):
            large = self._directory.large_entry(record_id, LARGE) if self.kind in _GROUPS else None
            group = skimmed(self._directory, self.kind, record_id, *large) if large is not None else None
            yield self._view(record_id) if group is None else group  # type: ignore[misc] # the type of the view follows from `kind`

    def __len__(self) -> int:
        return len(self._directory.record_ids(self.kind))

    def __getitem__(self, name: str) -> R:
        record = self.get(name)
        if record is None:
            raise KeyError(name)
        return record

    def __contains__(self, name: object) -> bool:
        """Tell whether a record has this name or GUID."""
        return isinstance(name, str) and self._names.find(name) is not None

    def get(self, name: str) -> R | None:
        """Return the first record with this name or GUID.  Returns None if there is none.

        Raises:
            UsageError: it is no text: records have names, and no number.
        """
        record_id = self._names.find(a_text(name, f"the name of a record of {self.kind}"))
        return None if record_id is None else self._view(record_id)

    def _view(self, record_id: int, entry: Entry | None = None) -> R:
        return self._directory.view(record_id, self.kind, entry)  # type: ignore[return-value] # the type of the view follows from `kind`

    @cached_property
    def _names(self) -> NameTable:
        return self._directory.names_of(self.kind)
