"""`write_carry`: a plan as a folder of files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from os import PathLike
from pathlib import Path

from odkit.arguments import a_bool, a_path, an_instance
from odkit.carrying.model import CarriedUser, CarryPlan, PlannedFile
from odkit.carrying.report import carry_text
from odkit.errors import UsageError
from odkit.files import OutputFolder
from odkit.text import escape

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
    plan = an_instance(plan, CarryPlan, "plan", "odkit.carry")
    path, force = a_path(folder, "folder"), a_bool(force, "force")
    if plan.why_unwritable is not None:
        raise UsageError(plan.why_unwritable)
    output = OutputFolder(path, force=force)
    text = carry_text(plan, full=True)
    files: list[tuple[str, bytes | Iterable[bytes]]] = [
        ("carry.json", _json(plan)),
        ("CARRY.txt", text.encode("utf-8", "backslashreplace")),
    ]
    return output.write_all([*files, *((planned.name, _pieces(planned)) for planned in plan.files)])


def _pieces(planned: PlannedFile) -> Iterator[bytes]:
    """Yield the content of a file; it is made when its turn comes."""
    yield from planned.content()


def _json(plan: CarryPlan) -> Iterator[bytes]:
    """Yield the plan as `json.dumps` writes it with an indent of two, the users one by one.

    100,000 of them are not in memory as text.
    """
    rest = replace(plan, users=()).as_json() | {"counts": plan.counts, "forms": plan.forms_json()}
    memo: dict[object, str] = {}
    before, empty, after = json.dumps(rest, indent=2, ensure_ascii=True).partition(_NO_USERS)
    yield before.encode()
    if not plan.users:
        yield empty.encode()
    else:
        yield b'\n  "users": [\n    '
        for number, user in enumerate(plan.users):
            yield b",\n    " if number else b""
            yield _user(user, memo).encode()
        yield b"\n  ],"
    yield after.encode() + b"\n"


def _user(user: CarriedUser, memo: dict[object, str]) -> str:
    """``user.as_json()`` as `json.dumps` writes it; of 100,000 users most have the same reasons and the same forms."""
    reasons, forms = memo.get(user.reasons), memo.get(user.forms)
    if reasons is None or forms is None:
        whole = user.as_json()
        reasons = memo[user.reasons] = _member(whole["reasons"])
        forms = memo[user.forms] = _member(whole["forms"])
    until = "" if user.until is None else f',\n      "until": {json.dumps(user.until.isoformat())}'
    name, dn = json.dumps(escape(user.name)), json.dumps(escape(user.dn))
    head = f'"name": {name},\n      "dn": {dn},\n      "verdict": {json.dumps(user.verdict.value)}'
    return f'{{\n      {head},\n      "reasons": {reasons},\n      "forms": {forms}{until}\n    }}'


def _member(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True).replace("\n", "\n      ")


_NO_USERS = '\n  "users": [],'  # no text of the plan can hold it: line ends are escaped there
