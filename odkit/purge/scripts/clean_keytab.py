"""``clean-keytab-N.sh``: takes the keys of retired servers out of a member's keytab."""

from __future__ import annotations

from odkit.errors import UsageError
from odkit.kerberos.heimdal import heimdal_text
from odkit.purge import KeytabPlan, PurgePlan
from odkit.purge.script import Place, Script
from odkit.purge.scripts import plan_script
from odkit.releases import PrincipalStore, Release
from odkit.shell import encode_name, heredoc, status_lines
from odkit.text import plural

__all__ = ["SCRIPT"]


def _one(plan: PurgePlan, keytab: KeytabPlan, release: Release, name: str) -> bytes:
    if plan.realm is None:
        raise UsageError("the plan names no realm")
    spelling = bytes if release.store is PrincipalStore.MIT else heimdal_text
    head = (
        f"Takes the keys of retired servers out of a keytab ({plural(len(keytab.remove), 'name')}); made from {keytab.path}.",
        f"For the server whose keytab that is, {release.system}. Without --apply it changes nothing.",
        *status_lines("removed"),
    )
    data = [
        heredoc("keys", sorted({encode_name(spelling(p)) for p in keytab.remove})),
        heredoc("planned", sorted({encode_name(spelling(p)) for p in keytab.names})),
    ]
    values = {"TARGET": release.name, "REALM": plan.realm, "KEYS": str(len(set(keytab.remove))), "NAMES": str(len(set(keytab.names)))}
    return plan_script(plan, name, head, values, ("common.sh", "principals.sh", *release.keytab_tools), data, file="clean-keytab.sh")


def _write(plan: PurgePlan, release: Release) -> dict[int, bytes]:
    keytabs = {number: keytab for number, keytab in enumerate(plan.keytabs, 1) if keytab.remove}
    return {number: _one(plan, keytab, release, f"clean-keytab-{number}.sh") for number, keytab in keytabs.items()}


SCRIPT = Script(
    "clean-keytab-N.sh",
    order=60,
    listed=30,
    what="keys of retired servers in a keytab",
    detail="one for each keytab that was given with `--principals`, for the server whose keytab it is",
    fits=lambda release: bool(release.keytab_tools),
    needed=lambda plan: any(keytab.remove for keytab in plan.keytabs),
    write=_write,
    place=Place.MEMBER,
)
