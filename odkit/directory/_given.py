"""An export as a caller of the library gives it: opened, or as the files that are to be opened."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from odkit.arguments import kind_of
from odkit.directory._columns import Need
from odkit.directory._directory import Directory
from odkit.directory._open import open_directory
from odkit.errors import UsageError
from odkit.ldif import Source

__all__ = ["Export", "as_directories", "as_directory", "given_sources"]

Export = Directory | Source | Sequence[Source]  # several sources are the files of one domain, such as the main LDIF and cn=authdata

_WANTED = "an opened export (odkit.open), or the path, the bytes or the binary file of one"


def as_directory(export: Export, what: str = "the export", *, needs: Iterable[Need] = ()) -> Directory:
    """Return an export as a directory; one that is not open yet is opened.

    Args:
        export: a directory, a source (see `open_directory`), or several sources of one domain.
        what: it is, for messages.
        needs: what will be asked of all records, for one that is opened here.

    Raises:
        InputError: a source cannot be read or is no export.
        UsageError: it is nothing of that.
    """
    if isinstance(export, Directory):
        return export
    return open_directory(*given_sources(export, what), needs=needs)


def given_sources(export: Source | Sequence[Source], what: str) -> Sequence[Source]:
    """Return the sources of one export that is not open yet.

    Raises:
        UsageError: one is no source, or there is none.
    """
    sources: Sequence[Source] = export if isinstance(export, (list, tuple)) else [export]  # type: ignore[list-item]
    for each in sources:
        if not isinstance(each, (str, os.PathLike, bytes, bytearray, memoryview)) and not hasattr(each, "read"):
            raise UsageError(f"{what}: expected {_WANTED}, not {kind_of(each)}")
    if not sources:
        raise UsageError(f"{what}: expected {_WANTED}, not an empty list")
    return sources


def as_directories(exports: Export | Sequence[Export], what: str) -> tuple[Directory, ...]:
    """Return exports of which each is a domain of its own; one alone is one of them.

    Args:
        exports: directories or sources; a source alone is one export, and several sources of one domain are a list in the list.
        what: they are, for messages.

    Raises:
        InputError, UsageError: as `as_directory` does.
    """
    several: Sequence[Export] = exports if isinstance(exports, (list, tuple)) else (exports,)
    return tuple(as_directory(each, what) for each in several)
