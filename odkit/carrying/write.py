"""`write_carry`: a plan as a folder of files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
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
        output.write("carry.json", _json(plan)),
        output.write("CARRY.txt", text.encode("utf-8", "backslashreplace")),
    ]
    return [*files, *(output.write(planned.name, planned.content()) for planned in plan.files)]


def _json(plan: CarryPlan) -> Iterator[bytes]:
    """Yield the plan as `json.dumps` writes it with an indent of two, the users one by one.

    100,000 of them are not in memory as text.
    """
    rest = replace(plan, users=()).as_json() | {"counts": plan.counts, "forms": plan.forms_json()}
    before, empty, after = json.dumps(rest, indent=2, ensure_ascii=True).partition(_NO_USERS)
    yield before.encode()
    if not plan.users:
        yield empty.encode()
    else:
        yield b'\n  "users": [\n    '
        for number, user in enumerate(plan.users):
            text = json.dumps(user.as_json(), indent=2, ensure_ascii=True).replace("\n", "\n    ")
            yield (",\n    " if number else "").encode() + text.encode()
        yield b"\n  ],"
    yield after.encode() + b"\n"


_NO_USERS = '\n  "users": [],'  # no text of the plan can hold it: line ends are escaped there
