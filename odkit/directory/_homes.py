"""The hosts of all users' homes, from what was taken from the records on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from odkit.ldif import Entry
from odkit.names import host_key

__all__ = ["HomeHost", "home_hosts"]


@dataclass(slots=True)
class HomeHost:
    """A host that serves homes of users.

    Attributes:
        host: as first written.
        path: of the export, with line and dn of the first user.
        count: number of users whose home names it.
    """

    host: str
    path: str
    line: int
    dn: str
    count: int = 0


def home_hosts(hosts: Sequence[tuple[str, ...]], entry_of: Callable[[int], Entry]) -> dict[str, HomeHost]:
    """Hosts of homes, of users and of whatever else has one, by the name without ASCII case and trailing dot.

    Args:
        hosts: of every record, by its number.
        entry_of: gives the entry with a number.
    """
    found: dict[str, HomeHost] = {}
    # every record counts, wherever it stands: a home that is overlooked would let a live server look retired
    for names, count in Counter(hosts).items():  # in the order in which they come first
        for host in names:
            key = host_key(host)
            if key not in found:
                entry = entry_of(hosts.index(names))
                found[key] = HomeHost(host, entry.path, entry.line, entry.dn)
            found[key].count += count
    return found
