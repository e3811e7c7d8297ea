"""Mounts and homes, by server."""

from __future__ import annotations

from collections.abc import Mapping

from odkit.directory import Directory, Mount
from odkit.hosts import HostVerdict
from odkit.names import host_key
from odkit.redaction import mask_urls
from odkit.reporting.model import Block, Section
from odkit.reporting.picture import TONES
from odkit.reporting.shapes import Tone
from odkit.text import escape, plural

__all__ = ["shares_of"]

_MOUNTS = 100  # of a server, that are shown
_HEAD = ("Mount", "Mounted at", "Type", "Options", "Line")


def shares_of(od: Directory, hosts: Mapping[str, HostVerdict], *, people: bool) -> Section | None:
    """Return mounts and numbers of homes by server; without people only the numbers."""
    mounts: dict[str, list[Mount]] = {}
    for mount in od.mounts.records():
        for host in dict.fromkeys(host_key(each) for each in mount.hosts) or [""]:
            mounts.setdefault(host, []).append(mount)
    homes = {key: home.count for key, home in od.home_hosts.items()}
    mounted: dict[str, int] = {}
    for each in od.mounted_homes:
        mounted[host_key(each.host)] = mounted.get(host_key(each.host), 0) + each.count
    names = sorted({*mounts, *homes, *mounted}, key=lambda host: (-homes.get(host, 0) - mounted.get(host, 0), host))
    if not names:
        return None
    counts = [(host, homes.get(host, 0), mounted.get(host, 0), len(mounts.get(host, ()))) for host in names]
    rows = tuple((escape(host) or "(no server)", f"{a:,}", f"{b:,}", f"{c:,}") for host, a, b, c in counts)
    head = ("Server", "Homes that name it", "Homes below its mounts", "Mounts")
    blocks = [Block(f"Servers of homes and mounts ({len(names):,})", head, rows)]
    if people:
        blocks += [_server(host, mounts[host], hosts) for host in names if host in mounts]
    return Section((), tuple(blocks))


def _server(host: str, mounts: list[Mount], hosts: Mapping[str, HostVerdict]) -> Block:
    verdict = hosts.get(host)
    tone = TONES[verdict.verdict] if verdict is not None else Tone.CALM
    rows = tuple(
        (
            escape(mount.name),
            escape(mount.text("mountDirectory") or ""),
            escape(mount.text("mountType") or ""),
            escape(", ".join(map(mask_urls, mount.texts("mountOption")))),
            str(mount.line),
        )
        for mount in mounts[:_MOUNTS]
    )
    title = f"{escape(host) or '(no server)'}: {plural(len(mounts), 'mount')}"
    return Block(title, _HEAD, rows, len(mounts) - len(rows), tone=tone, where="odkit mounts EXPORT")
