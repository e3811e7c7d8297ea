"""`open_directory`: files, streams, bytes and collected folders as one directory."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence

from odkit.arguments import kind_of, some_texts
from odkit.directory._columns import Need, known_needs
from odkit.directory._directory import Directory
from odkit.directory._folder import export_files
from odkit.errors import UsageError
from odkit.ldif import Source
from odkit.sources import Progress, source_name
from odkit.text import escape

__all__ = ["open_directory"]


def open_directory(*sources: Source | Sequence[Source], needs: Need | Iterable[Need] = (), progress: Progress | None = None) -> Directory:
    """Open the exports of one domain: the main LDIF, and the LDIF of ``cn=authdata`` if there is one.

    Args:
        sources: paths, binary file objects or bytes; plain or gzip; or a folder of collect.sh, whose manifest tells what is complete.  A
            list of them is the same as its members.
        needs: what will be asked of all records, such as `odkit.verification.NEEDS`; it is found on the way.  Without it each analysis
            reads the export once more for what it needs.
        progress: is called every few hundred kilobytes with the source's name, the bytes read so far, and its size or None.

    Returns:
        The directory.  Damage that can be worked around is in its `findings`.

    Raises:
        InputError: a source cannot be read or is no export, or none holds an entry.
        UsageError: there is no source, a file is given twice, or a need is unknown.
    """
    given = [each for one in sources for each in (one if isinstance(one, (list, tuple)) else (one,))]
    if not given:
        raise UsageError("no export given")
    if progress is not None and not callable(progress):
        raise UsageError(f"progress: expected a function, not {kind_of(progress)}")
    files = list(export_files(given))
    _refuse_twice(source for source, _ in files)
    found = Directory(files, known_needs(some_texts(needs, "needs")), progress)
    for each in found.sources:
        each.refuse_foreign()
    return found


def _refuse_twice(sources: Iterable[Source]) -> None:
    """Refuse a file that is given twice, under one name or two: each of its entries would be there twice.

    Raises:
        UsageError: it is.
    """
    seen: dict[tuple[int, int], str] = {}
    for source in sources:
        if not isinstance(source, (str, os.PathLike)):
            continue
        try:
            info = os.stat(source)  # noqa: PTH116 - a source may be any PathLike
        except (OSError, ValueError):
            continue  # said where it is opened
        if not stat.S_ISREG(info.st_mode):
            continue
        name, identity = source_name(source), (info.st_dev, info.st_ino)
        if identity in seen:
            also = "" if seen[identity] == name else f", also as {escape(seen[identity])}"
            raise UsageError(f"{escape(name)}: is given twice{also}. Give each file once")
        seen[identity] = name
