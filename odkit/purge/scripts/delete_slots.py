"""``delete-slots.sh``: deletes the Password Server slots of deleted computer records, behind a probe of mkpassdb's own help."""

from __future__ import annotations

from odkit.purge import PurgePlan
from odkit.purge.script import Script
from odkit.purge.scripts import plan_script
from odkit.releases import Release
from odkit.shell import encode_name, heredoc, status_lines
from odkit.text import plural
from odkit.values.dscl import record_path, record_path_raw

__all__ = ["SCRIPT"]


def _write(plan: PurgePlan, release: Release) -> bytes:
    path = record_path if release.dscl_decodes_read_path else record_path_raw
    head = (
        f"Deletes {plural(len(plan.slots), 'Password Server slot')} of retired servers, after delete-records.sh. They cannot be put back.",
        f"{release.place}. Without --apply it changes nothing.",
        "The verb of mkpassdb is documented by its man page alone (medium confidence): the script asks mkpassdb -help for it first.",
        *status_lines("deleted"),
    )
    lines = [f"{each.slot.lower()} {encode_name(path(each.kind, each.name).encode())}" for each in plan.slots]
    values = {"TARGET": release.name, "STEPS": str(len(lines)), "SUFFIX": plan.suffix}
    return plan_script(plan, "delete-slots.sh", head, values, ("common.sh", "records.sh"), [heredoc("slots", lines)])


SCRIPT = Script(
    "delete-slots.sh",
    order=20,
    listed=60,
    what="Password Server slots, after their records",
    detail="they cannot be put back",
    fits=lambda release: release.has_slots,
    needed=lambda plan: bool(plan.slots),
    write=_write,
    takes_uri=True,
)
