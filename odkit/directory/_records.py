"""`Records`, the records of one type, and `SourceInfo`, what is known about each input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from odkit.directory._views import Lookup, Record
from odkit.directory.reliance import Reliance
from odkit.ldif import Completeness
from odkit.sources import OpenSource

__all__ = ["Records", "SourceInfo"]

R = TypeVar("R", bound=Record)


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
    """

    path: str
    entries: int
    size: int
    _source: OpenSource
    completeness: Completeness
    reason: str
    reliance: Reliance

    def start_digest(self) -> None:
        """Start to compute the digest in a thread."""
        self._source.start_digest()

    @property
    def digest(self) -> str:
        """SHA-256 of the unpacked bytes, hex.

        Raises:
            InputError: the file was changed since it was opened.
        """
        return self._source.digest


class Records(Mapping[str, R], Generic[R]):
    """The records of one type: iterate over `records`, look one up by any of its names or by its GUID.

    A name given twice finds the first record in the order of the file.  Names compare without case.
    """

    def __init__(self, directory: Lookup, kind: str) -> None:
        self._directory = directory
        self.kind = kind

    def records(self) -> Iterator[R]:
        """All of them, in the order of the file."""
        for number in self._directory.numbers(self.kind):
            yield self._directory.view(number, self.kind)  # type: ignore[misc] # _VIEWS gives the type that `kind` has

    @cached_property
    def _by_name(self) -> dict[str, int]:
        table: dict[str, int] = {}
        for number in self._directory.numbers(self.kind):
            record = self._directory.view(number, self.kind)
            for name in (*record.names, record.guid or record.name):
                table.setdefault(name.lower(), number)
        return table

    def __getitem__(self, name: str) -> R:
        number = self._by_name.get(name.lower())
        if number is None:
            raise KeyError(name)
        return self._directory.view(number, self.kind)  # type: ignore[return-value]

    def __iter__(self) -> Iterator[str]:
        return (record.name for record in self.records())

    def __len__(self) -> int:
        return len(self._directory.numbers(self.kind))
