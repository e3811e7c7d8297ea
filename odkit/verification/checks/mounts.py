"""Mounts: those that are gone, moved or changed."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.comparison import differences
from odkit.directory import Directory, Mount
from odkit.findings import About, Finding, Rule, Severity
from odkit.text import escape
from odkit.verification.pair import Pair, changed

__all__ = ["check_mounts"]

MOUNT_MISSING = Rule(
    "OD611",
    "mount-missing",
    Severity.WARNING,
    "Restore the mount; 'odkit mounts' shows what the older export has.",
    about=About(newer=True),
)
MOUNT_DIFFERS = Rule(
    "OD615",
    "mount-differs",
    Severity.WARNING,
    "Check that clients find what the older mount gave.",
    about=About(("cn", "mountOption", "mountDirectory", "mountType")),
)
MOUNT_MOVED = Rule("OD614", "mount-moved", Severity.INFO, "Check that the new mount gives the same share.", about=About(newer=True))


def _shares(od: Directory) -> dict[tuple[str, ...], list[Mount]]:
    """Return mounts by what they give, the host left out."""
    out: dict[tuple[str, ...], list[Mount]] = {}
    for mount in od.mounts.records():
        paths = sorted({name.partition(":")[2] for name in mount.names if ":" in name})
        out.setdefault(tuple(paths), []).append(mount)
    return out


def check_mounts(pair: Pair) -> Iterator[Finding]:
    """Compare the mounts: OD611, OD614, OD615."""
    before, after = pair.before, pair.after
    names = {name for mount in after.mounts.records() for name in mount.names}
    shares = _shares(after)
    nameless = next((mount for mount in after.mounts.records() if after.answers.unknown(mount, "cn")), None)
    by_name = {name: mount for mount in after.mounts.records() for name in mount.names}
    for mount in before.mounts.records():
        if any(name in names for name in mount.names):
            now = next(by_name[name] for name in mount.names if name in by_name)
            for attribute in ("mountDirectory", "mountType", "mountOption"):
                if differences(attribute, mount.attributes.get(attribute, []), now.attributes.get(attribute, [])) is not None:
                    yield changed(MOUNT_DIFFERS, now, f"mount {escape(now.name)}: {attribute} differs", attribute)
            continue
        paths = tuple(sorted({name.partition(":")[2] for name in mount.names if ":" in name}))
        like = shares.get(paths, [])
        if not like:
            yield changed(  # a mount whose names are not shown may be the one, or give the same: nothing is said then
                MOUNT_MISSING,
                nameless or mount,
                f"mount {escape(mount.name)} is missing, and no other server gives {escape(', '.join(paths))}",
            )
        else:
            pair.judge_record(mount)
            hosts_now = ", ".join(sorted({host for each in like for host in each.hosts}))
            yield changed(MOUNT_MOVED, like[0], f"mount {escape(mount.name)} is gone; the same path is given by {escape(hosts_now)}")
