"""`write_plan`: a plan as a folder of scripts, change files and the way back."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path

from odkit.errors import BrakeError, UsageError
from odkit.files import OutputFolder
from odkit.retire import Plan
from odkit.retire.report import plan_text
from odkit.scripts.dscl import dscl_script
from odkit.scripts.kadmin import purge_script, restore_script
from odkit.scripts.ldifchange import changes_ldif, ldif_script, restore_ldif

__all__ = ["TARGETS", "check_target", "write_plan"]

_MIT = ("10.4", "10.5", "10.6")
TARGETS = (*_MIT, "10.7+", "heimdal")


def check_target(target: str) -> None:
    """Stop a target for which there are no scripts.

    Raises:
        UsageError: not a target.
        BrakeError: "10.7+" and "heimdal", which are not there yet.
    """
    if target not in TARGETS:
        raise UsageError(f"not a target: {target!r} ({', '.join(TARGETS)})")
    if target not in _MIT:
        raise BrakeError(
            f"scripts for --target {target} are not there yet: from 10.7 on principals are attributes of directory records, "
            "and deleting one can blank a live server's keys. Nothing was written"
        )


def write_plan(plan: Plan, folder: str | PathLike[str], *, target: str, force: bool = False) -> list[Path]:
    """Write a plan's scripts.

    Args:
        plan: of `odkit.plan_purge`.
        folder: new or empty.
        target: release of the Open Directory master: "10.4", "10.5" or "10.6".  Never guessed: an export does not tell.
        force: clear odkit's own files of an earlier plan from the folder first, also when this plan is empty.

    Returns:
        The files, ``plan.json`` first.

    Raises:
        UsageError: not a target.
        BrakeError: "10.7+" and "heimdal", which are not there yet.
        RefusedError: the folder is not empty, a file cannot be written, a name cannot be carried.
    """
    check_target(target)
    files: list[tuple[str, bytes]] = [
        ("plan.json", (json.dumps(plan.as_json(target), indent=2, ensure_ascii=True) + "\n").encode()),
        ("PLAN.txt", plan_text(plan, full=True).encode("utf-8", "backslashreplace")),
    ]
    if plan.delete or plan.candidates:
        files.append(("purge-principals.sh", purge_script(plan, target)))
        files.append(("restore/restore-principals.sh", restore_script(plan, target)))
    if plan.records:
        files.append(("delete-records.sh", dscl_script(plan, target)))
        files.append(("delete-records.ldif", changes_ldif(plan)))
        files.append(("delete-records-ldif.sh", ldif_script(plan, target)))
        files.append(("restore/restore-records.ldif", restore_ldif(plan)))
    output = OutputFolder(Path(folder), force=force)
    return [output.write(name, data) for name, data in files]
