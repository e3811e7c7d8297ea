"""Automount maps of shape ``openldap-2307bis``: what Linux clients can mount of an Open Directory's mounts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from odkit.carrying.remarks import Remark, Remarks
from odkit.directory import Mount
from odkit.dn import escape_value
from odkit.findings import Rule, Severity
from odkit.ldif import Entry
from odkit.patterns import regex
from odkit.text import escape
from odkit.values.home import host_of_url

__all__ = ["automount_entries"]

MOUNT_NOT_FOR_LINUX = Rule(
    "OD930", "mount-not-for-linux", Severity.WARNING, "Share the folder by SMB or NFS, and write an automount entry for it."
)


_MASTER = "auto_master"
_PLACE = regex(r"(/[^\s\\\"'#]*)\Z")
_WORD = regex(r"[^\s\\\"'#:]+\Z")


def automount_entries(mounts: list[Mount], suffix: str, remarks: Remarks | None) -> Iterator[Entry]:
    """Yield maps for the mounts by NFS: ``/Network/Servers`` -> HOST -> PATH, as automount(5) reads them from RFC 2307bis.

    Args:
        mounts: of the directory.
        suffix: of the target.
        remarks: collects what Linux cannot mount; None to collect nothing.
    """
    base = f"ou=automount,{suffix}"
    places: dict[str, dict[str, list[str]]] = {}
    for mount in mounts:
        why = _take(mount, places)
        if why is not None and remarks is not None:
            remarks.add(mount, [Remark(MOUNT_NOT_FOR_LINUX, why)])
    yield _map(_MASTER, base)
    for place, hosts in places.items():
        name = "auto_" + re.sub(r"[^a-z0-9]+", "_", place.strip("/").lower())
        yield _key(place, name, _MASTER, base)
        yield _map(name, base)
        for host, paths in hosts.items():
            yield _key(host, " ".join(paths), name, base)


def _take(mount: Mount, places: dict[str, dict[str, list[str]]]) -> str | None:
    """Put a mount in its map; the reason where no Linux client can mount it."""
    kind = (mount.text("mountType") or "nfs").lower()
    if kind != "nfs":
        urls = [option[5:] for option in mount.texts("mountOption") if option[:5] == "url=="]
        scheme = next((url.partition(":")[0] for url in urls if ":" in url), kind)
        host = next((found for url in urls if (found := host_of_url(url)) is not None), None)
        where = f" on {escape(host)}" if host is not None else ""
        return f"a mount by {escape(scheme)}{where}, which nothing but a Mac mounts; no automount entry is made"
    place, name = (mount.text("mountDirectory") or "/Network/Servers").rstrip("/"), mount.name
    host, colon, path = name.partition(":")
    if not colon or not _WORD.match(host) or not _PLACE.match(path) or not _PLACE.match(place) or place == "":
        return "its name or directory is none that an automount map can hold; no automount entry is made"
    places.setdefault(place, {}).setdefault(host, []).append(f"{path} -fstype=nfs {host}:{path}")
    return None


def _map(name: str, base: str) -> Entry:
    return Entry(f"automountMapName={name},{base}", {"objectClass": [b"automountMap", b"top"], "automountMapName": [name.encode()]})


def _key(key: str, information: str, map_name: str, base: str) -> Entry:
    dn = f"automountKey={escape_value(key)},automountMapName={map_name},{base}"
    values = {"automountKey": [key.encode()], "automountInformation": [information.encode()]}
    return Entry(dn, {"objectClass": [b"automount", b"top"], **values})
