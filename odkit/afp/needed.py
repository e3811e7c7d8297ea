"""Whether homes and mounts of a domain need a client for AFP: a look that costs little, beside checks of other things.

AFP in a directory is no fault of it, and nothing that a migration has broken: it is a note (info).  Who says that his Macs have no client
for AFP gets a warning, and who says that they have one gets nothing.
"""

from __future__ import annotations

from collections import Counter

from odkit.afp.places import urls_in
from odkit.directory import Directory, Need, User, host_of_url
from odkit.directory.dwellings import Dwelling
from odkit.errors import UsageError
from odkit.findings import Finding, Rule, Severity, finding
from odkit.names import host_key
from odkit.text import escape, plural

__all__ = ["FIRST_WITHOUT", "NEEDS", "check_afp", "has_client"]

FIRST_WITHOUT = 27  # the first release of macOS that has no client for AFP, as announced
NEEDS: tuple[Need, ...] = ("dwellings",)

AFP_NEEDED = Rule(
    "OD742",
    "afp-needed",
    Severity.INFO,
    "Run 'odkit afp': it shows every place, and writes the way to SMB. macOS 27 has no client for AFP, as announced.",
)


def has_client(release: str) -> bool:
    """Tell whether a release of macOS has a client for AFP.

    Args:
        release: such as ``15.5`` or ``10.13``.

    Raises:
        UsageError: it is no release.
    """
    first = release.partition(".")[0]
    if not (first.isascii() and first.isdigit() and len(first) <= 3):
        raise UsageError(f"{escape(release)!r} is no release of macOS, such as 15.5")
    return int(first) < FIRST_WITHOUT


def check_afp(od: Directory, *, clients: str | None = None) -> list[Finding]:
    """Look for homes and mounts that are reached by AFP; `odkit.afp.afp` finds every other place, too.

    Args:
        od: the export.
        clients: newest macOS of the clients; None for the newest there is, of which nobody has said that it is in use.

    Returns:
        One finding OD742 at most: a note, or a warning where ``clients`` have no client for AFP; none where they have one.

    Raises:
        UsageError: ``clients`` is no release.
    """
    if clients is not None and has_client(clients):
        return []
    homes, (path, line) = _homes(od)
    mounts: Counter[str] = Counter()
    for mount in od.mounts.records():
        found = [url for option in mount.texts("mountOption") for url in urls_in(option)]
        if found or (mount.text("mountType") or "").lower() == "afp":
            mounts[host_key(host_of_url(found[0]) or "") if found else host_key(mount.name.partition(":")[0])] += 1
            if line is None:
                path, line = mount.path, mount.line
    servers = {host for host in (*homes, *mounts) if host}
    if not homes and not mounts:
        return []
    of = f" on {plural(len(servers), 'server')}" if servers else ""
    what = f"{plural(homes.total(), 'home')} and {plural(mounts.total(), 'mount')}{of} are reached by AFP"
    return [finding(AFP_NEEDED, "", what, path=path, line=line, severity=Severity.WARNING if clients is not None else None)]


def _homes(od: Directory) -> tuple[Counter[str], tuple[str, int | None]]:
    """Return how many homes each server gives by AFP, and the place of the first user who has one."""
    dwellings: list[Dwelling | None] = od.column("dwellings")
    hosts: dict[Dwelling, str | None] = {}  # of those by AFP
    found: Counter[str] = Counter()
    first: int | None = None
    for record_id in od.record_ids("Users"):
        dwelling = dwellings[record_id]
        if dwelling is not None:
            if dwelling not in hosts:
                hosts[dwelling] = _host(dwelling.url)
            host = hosts[dwelling]
        else:
            odd = od.view(record_id, "Users")
            assert isinstance(odd, User)
            host = _host(odd.home.url)
        if host is not None:
            found[host] += 1
            if first is None:
                first = record_id
    user = od.view(first, "Users") if first is not None else None
    return found, (user.path, user.line) if user is not None else ("", None)


def _host(url: str) -> str | None:
    """Return the server of a home by AFP, "" for one that is not named; None for a home by something else."""
    return host_key(host_of_url(url) or "") if url and urls_in(url) else None
