"""The script that deletes the Password Server slots of deleted computer records."""

from __future__ import annotations

from odkit.purge import PurgePlan
from odkit.shell import assemble, encode_name, fragment, heredoc, status_lines
from odkit.text import plural
from odkit.values.dscl import record_path, record_path_raw

__all__ = ["slots_script"]


def slots_script(plan: PurgePlan, target: str) -> bytes:
    """``delete-slots.sh``: after the records are gone, behind a probe of mkpassdb's own help.

    Args:
        plan: with slots.
        target: "10.4", "10.5" or "10.6"; from 10.7 on a slot goes with its record.

    Raises:
        RefusedError: a name that a script cannot carry.
    """
    path = record_path if target == "10.4" else record_path_raw
    head = (
        f"odkit plan {plan.id}: delete-slots.sh",
        f"Deletes {plural(len(plan.slots), 'Password Server slot')} of retired servers, after delete-records.sh. They cannot be put back.",
        f"For the Open Directory master, Mac OS X Server {target}. Without --apply it changes nothing.",
        "The verb of mkpassdb is documented by its man page alone (medium confidence): the script asks mkpassdb -help for it first.",
        *status_lines("deleted"),
    )
    lines = [f"{each.slot.lower()} {encode_name(path(each.kind, each.name).encode())}" for each in plan.slots]
    values = {"PLAN": plan.id, "TARGET": target, "STEPS": str(len(lines)), "SUFFIX": plan.suffix}
    return assemble(
        head, values, ("common.sh", "records.sh"), [heredoc("slots", lines)], own=(fragment("odkit.purge.scripts", "delete-slots.sh"),)
    )
