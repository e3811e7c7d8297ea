"""The hosts of all users' homes and mail: those that are named, taken on the way, and those of the mounts on which a home lies."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from odkit.dataclass import dataclass
from odkit.directory._views import Mount, Record
from odkit.ldif import Entry, UnfetchedURL
from odkit.names import host_key
from odkit.text import decode

__all__ = ["HomeHost", "MountedHomes", "home_hosts", "mounted_homes"]


@dataclass(frozen=True, slots=True)
class HomeHost:
    """A host that serves homes, or the mail, of users.

    Attributes:
        host: as first written.
        path: of the export, with line and dn of the first user.
        count: number of users whose home, or mail account, names it.
    """

    host: str
    path: str
    line: int
    dn: str
    count: int


def home_hosts(hosts: Sequence[tuple[str, ...]], entry_of: Callable[[int], Entry]) -> dict[str, HomeHost]:
    """Return hosts of homes, or of mail accounts, of users and of whatever else has one, by the name without ASCII case and trailing dot.

    Args:
        hosts: of every record, by its id.
        entry_of: gives the entry with a record id.
    """
    first: dict[str, tuple[str, Entry]] = {}
    counts: Counter[str] = Counter()
    # every record counts, wherever it is: a home that is overlooked would let a live server look retired
    for names, count in Counter(hosts).items():  # in the order in which they come first
        for host in names:
            key = host_key(host)
            if key not in first:
                first[key] = (host, entry_of(hosts.index(names)))
            counts[key] += count
    return {key: HomeHost(host, entry.path, entry.line, entry.dn, counts[key]) for key, (host, entry) in first.items()}


@dataclass(frozen=True, slots=True)
class MountedHomes:
    """Homes that lie below the directory of a mount and do not name its host themselves.

    Attributes:
        host: that serves the mount, as written.
        directory: of the mount, as written.
        path, line: of the first user whose home lies there.
        dn: of that user.
        count: number of homes.
    """

    host: str
    directory: str
    path: str
    line: int
    dn: str
    count: int


def mounted_homes(mounts: Iterable[Mount], records: Callable[[], Iterable[Record]]) -> list[MountedHomes]:
    """Return homes by the mounts on which they lie.

    A mount without the option ``net`` is at its mountDirectory (autofs-109.8 ns_fstab.c), so that a home such as
    ``/Homes/ann`` lies on its server although it names none.  Case counts for nothing here, as on the volumes of most Macs.

    Args:
        mounts: all mounts.
        records: gives all records that may have a home; it is called only when there is such a mount.
    """
    served = [
        (_normal(directory), directory, host)
        for mount in mounts
        for directory in mount.texts("mountDirectory")
        for host in mount.hosts
        if directory.startswith("/") and _normal(directory) != "/network/servers"  # what is behind it is the name of the server itself
    ]
    if not served:
        return []
    found: dict[tuple[str, str], list[tuple[Record, str, str]]] = {}
    for record in records():
        for home in _paths(record):
            for folder, directory, host in served:
                if _lies_below(home, folder):
                    found.setdefault((host_key(host), folder), []).append((record, directory, host))
    return [
        MountedHomes(host, directory, record.path, record.line, record.dn, len(homes))
        for homes in found.values()
        for record, directory, host in homes[:1]
    ]


def _normal(path: str) -> str:
    return posixpath.normpath("/" + path.strip().lstrip("/")).lower()


def _paths(record: Record) -> Iterator[str]:
    for name, values in record.attributes.items():
        if name.partition(";")[0].lower() == "homedirectory":
            yield from (_normal(decode(v)) for v in values if not isinstance(v, UnfetchedURL) and v.lstrip()[:1] == b"/")


def _lies_below(home: str, folder: str) -> bool:
    return home == folder or home.startswith(f"{folder.rstrip('/')}/")
