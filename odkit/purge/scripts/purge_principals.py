"""``purge-principals.sh``: deletes a plan's principals from a KDC's database.

MIT (Mac OS X Server 10.4 to 10.6) and a plain Heimdal KDC take the same steps; what differs are the tools, in mit.sh and heimdal.sh.
"""

from __future__ import annotations

import time

from odkit.errors import UsageError
from odkit.kerberos.heimdal import heimdal_text
from odkit.purge import PurgePlan
from odkit.purge.script import Place, Script
from odkit.purge.scripts import plan_script
from odkit.releases import PrincipalStore, Release
from odkit.shell import encode_name, heredoc, status_lines
from odkit.text import plural, utc

__all__ = ["SCRIPT", "has_principals", "values_of"]


def has_principals(plan: PurgePlan) -> bool:
    """Tell whether a plan deletes principals from a KDC's database, by its list or by unverified names."""
    return bool(plan.delete or plan.candidates) and not plan.authdata


def values_of(plan: PurgePlan, release: Release) -> dict[str, str]:
    """Return what both scripts for the database are told.

    Raises:
        UsageError: the plan names no realm.
    """
    if plan.realm is None:
        raise UsageError("the plan names no realm")
    return {"REALM": plan.realm, "TARGET": release.name}


def _digits(seconds: int) -> str:
    """Return a time as ``YYYYMMDDHHMMSS`` (UTC), which scripts compare and people can read."""
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(seconds))


def _as_seen(plan: PurgePlan, *, heimdal: bool) -> list[str]:
    """Return lines ``CHANGED VERSION USED NAME``, ``-`` for what the list did not show."""
    lines = []
    for each in plan.delete:
        seen = each.seen
        modified, used = ("-" if value is None else _digits(value) if value else "0" for value in (seen.modified, seen.used))
        name = encode_name(heimdal_text(each.principal) if heimdal else each.text)
        lines.append(f"{modified} {'-' if seen.kvno is None else seen.kvno} {used} {name}")
    return sorted(lines)


def _write(plan: PurgePlan, release: Release) -> bytes:
    heimdal = plan.store is PrincipalStore.HEIMDAL  # its own spelling, with the realm
    deletions = [heimdal_text(d.principal) if heimdal else d.text for d in plan.delete]
    names = [encode_name(name) for name in (plan.candidates if plan.names is None else deletions)]
    what = "unverified names, deleted where the KDC lists them" if plan.names is None else plural(len(names), "principal")
    head = (
        *plan.made_from,
        f"Deletes the service principals of retired servers from the KDC of {plan.realm}: {what}.",
        f"{release.place}. Without --apply it changes nothing.",
        "Names stand in it with everything but printable ASCII, and %, as %XX.",
        *status_lines("deleted"),
    )
    data = [heredoc("deletions", sorted(names)), heredoc("as_seen", _as_seen(plan, heimdal=heimdal))]
    data.append(heredoc("planned", sorted(map(encode_name, plan.names or []))))
    data.append(heredoc("stale", sorted(encode_name(v.host.encode("utf-8", "surrogateescape")) for v in plan.stale_hosts())))
    values = values_of(plan, release) | {"INVENTORY": "no" if plan.names is None else "yes"}
    values |= {"ASOF": "-", "LISTED": "-"} if plan.as_of is None else {"ASOF": _digits(plan.as_of), "LISTED": utc(plan.as_of)}
    values |= {"DELETIONS": str(len(names)), "NAMES": str(len(plan.names or []))}
    return plan_script(plan, "purge-principals.sh", head, values, ("common.sh", "principals.sh", *release.kdc_tools), data)


SCRIPT = Script(
    "purge-principals.sh",
    order=50,
    listed=20,
    what="principals of the KDC",
    detail="it compares the KDC with the plan, stops for names that changed since, makes a backup, deletes, lists again",
    fits=lambda release: bool(release.kdc_tools),
    needed=has_principals,
    write=_write,
    restored_by="restore/restore-principals.sh",
    place=Place.KDC,
)
