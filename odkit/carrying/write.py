"""`write_carry`: a plan as a folder of files."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path

from odkit.carrying.model import CarryPlan
from odkit.carrying.report import carry_text
from odkit.errors import UsageError
from odkit.files import OutputFolder

__all__ = ["write_carry"]


def write_carry(plan: CarryPlan, folder: str | PathLike[str], *, force: bool = False) -> list[Path]:
    """Write a plan's files: ``CARRY.txt``, ``carry.json`` and those of its target, all 0600 in a folder 0700.

    Args:
        plan: of `odkit.carry`.
        folder: new or empty.
        force: clear odkit's own files of an earlier plan from the folder first.

    Returns:
        The files, ``carry.json`` first.

    Raises:
        UsageError: an option is missing without which nothing can be written.
        RefusedError: the folder is not empty, or a file cannot be written.
    """
    if plan.why_unwritable is not None:
        raise UsageError(plan.why_unwritable)
    output = OutputFolder(Path(folder), force=force)
    text = carry_text(plan, full=True)
    files = [
        output.write("carry.json", (json.dumps(plan.as_json(), indent=2, ensure_ascii=True) + "\n").encode()),
        output.write("CARRY.txt", text.encode("utf-8", "backslashreplace")),
    ]
    return [*files, *(output.write(planned.name, planned.content()) for planned in plan.files)]
