"""``restore-principals.sh``: puts back what purge-principals.sh deleted, from the backup that it made."""

from __future__ import annotations

from odkit.purge import PurgePlan
from odkit.purge.script import Place, Script
from odkit.purge.scripts import plan_script
from odkit.purge.scripts.purge_principals import has_principals, values_of
from odkit.releases import Release
from odkit.shell import status_lines

__all__ = ["SCRIPT"]


def _write(plan: PurgePlan, release: Release) -> bytes:
    head = (
        f"Puts back the principals that purge-principals.sh deleted from the KDC of {plan.realm}, with their keys, and no others.",
        f"{release.place}. Without --apply it changes nothing.",
        *status_lines("put back"),
    )
    parts = ("common.sh", "principals.sh", *release.kdc_tools)
    return plan_script(plan, "restore-principals.sh", head, values_of(plan, release), parts)


SCRIPT = Script(
    "restore/restore-principals.sh",
    order=70,
    listed=21,
    what="principals of the KDC, put back with their keys from the backup",
    fits=lambda release: bool(release.kdc_tools),
    needed=has_principals,
    write=_write,
    place=Place.WAY_BACK,
)
