"""`open_directory`: files, streams, bytes and collected folders as one directory."""

from __future__ import annotations

from collections.abc import Iterable

from odkit.directory._columns import COLUMNS, OTHERS
from odkit.directory._directory import Directory
from odkit.directory._folder import export_files
from odkit.errors import UsageError
from odkit.ldif import Source
from odkit.sources import Progress
from odkit.text import escape

__all__ = ["open_directory"]


def open_directory(*sources: Source, gather: Iterable[str] = (), progress: Progress | None = None) -> Directory:
    """Open the exports of one domain: the main LDIF, and the LDIF of ``cn=authdata`` if there is one.

    Args:
        sources: paths, binary file objects or bytes; plain or gzip; or a folder of collect.sh, whose manifest tells what is complete.
        gather: what will be asked of all records; it is read in the same pass instead of one of its own: "guids" and "tags" (of
            authentication authorities) and "mcx" for `inspect`, "homes", "mail", "lines" (physical ones) and "digest" for `plan_purge`,
            "guids" and "stamps" (modifyTimestamp) for `odkit.verify_passwords`, "guids" and "managed" for `odkit.verify_mcx`.
        progress: is called every few hundred kilobytes with the source's name, the bytes read so far, and its size or None.

    Returns:
        The directory.  Damage that can be worked around is in its `findings`.

    Raises:
        InputError: a source cannot be read, or none holds an entry.
        UsageError: there is no source, or ``gather`` has an unknown name.
    """
    if not sources:
        raise UsageError("no export given")
    files = list(export_files(sources))
    wanted = tuple(gather)
    unknown = [name for name in wanted if name not in COLUMNS and name not in OTHERS]
    if unknown:
        raise UsageError(f"not a column: {escape(unknown[0])}; there are {', '.join([*COLUMNS, *sorted(OTHERS)])}")
    return Directory(files, wanted, progress)
