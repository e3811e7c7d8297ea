"""`write_plan`: a plan as a folder of scripts, change files and the way back."""

from __future__ import annotations

import json
from collections.abc import Collection
from os import PathLike
from pathlib import Path

from odkit.arguments import a_bool, a_path, a_text, an_instance
from odkit.errors import InputError, InputReason, PrincipalsUnknown, UsageError
from odkit.files import OutputFolder
from odkit.purge import PurgePlan
from odkit.purge.report import plan_text
from odkit.purge.script import Place, Script
from odkit.purge.scripts import all_scripts
from odkit.releases import PrincipalStore, Release, release_of

__all__ = ["plan_json", "read_plan_id", "run_order", "to_do", "write_plan"]

_PLAN = "plan.json"
_ADVICE = {
    PrincipalStore.MIT: "the list is of an MIT KDC (10.4 to 10.6)",
    PrincipalStore.HEIMDAL: "the list is of Heimdal's kadmin; from 10.7 on plan from the export with its cn=authdata, without --principals",
    PrincipalStore.DIRECTORY: "the export has principals in cn=authdata, as 10.7 and later do",
}


def run_order(release: Release, names: Collection[str] | None = None) -> list[Script]:
    """Return the scripts that are run at the KDC or the Open Directory master, in order; one that another can stand in for is run itself.

    Args:
        release: of the master, or Heimdal's.
        names: files of the plan; all that can be by default.
    """
    found = [script for script in all_scripts() if script.place in {Place.MASTER, Place.KDC} and script.fits(release)]
    found = sorted((script for script in found if names is None or script.name in names), key=lambda script: script.order)
    there = {script.name for script in found}
    return [script for script in found if script.stands_in_for not in there]


def _phrase(script: Script) -> str:
    """Return what a script does, and which other one does the same."""
    others = [other for other in all_scripts() if other.stands_in_for == script.name]
    return script.what + "".join(f" (or {other.name}, the same with {other.tool})" for other in others)


def to_do(names: Collection[str], target: str) -> list[str]:
    """Return what a person does with the files of a plan, in order: lines of text.

    Args:
        names: of the files.
        target: see `write_plan`.
    """
    scripts = run_order(release_of(target), names)
    lines = []
    if scripts:
        lines.append(
            "First, where odkit is: odkit rehearse with the same exports and options (without -o), and --scripts with this folder; --dscl"
        )
        lines.append(
            "plays delete-records.sh instead of delete-records-ldif.sh. Then, on the Open Directory master, as root, with the whole folder"
        )
        lines.append("copied there, in this order, each first without --apply, which shows what it would change:")
    for script in scripts:
        lines += [f"  {f'sh {script.name}':<32}  {_phrase(script)}", f"  sh {script.name} --apply"]
    members = sorted(name for script in all_scripts() if script.place is Place.MEMBER for name in names if script.is_file(name))
    if members:
        lines += [f"O{Place.MEMBER.value[1:]}, the same way:", *(f"  sh {name}" for name in members)]
    return lines or ["There is nothing to run."]


def _check_fit(plan: PurgePlan, release: Release) -> None:
    if plan.store is not None and release.store is not plan.store:
        raise UsageError(f"--target {release.name} does not fit: {_ADVICE[plan.store]}. Nothing was written")
    if plan.store is None and plan.candidates and release.store is PrincipalStore.DIRECTORY:
        raise PrincipalsUnknown(
            "from 10.7 on principals are attributes of directory records, and deleting one by name can blank a live server's keys: "
            "give the export of cn=authdata (slapcat -b cn=authdata) beside the main one. Nothing was written"
        )


def plan_json(plan: PurgePlan, target: str) -> bytes:
    """Return the content of ``plan.json``: the plan as JSON, in ASCII."""
    return (json.dumps(plan.as_json(target), indent=2, ensure_ascii=True) + "\n").encode()


def read_plan_id(folder: Path) -> str | None:
    """Return which plan the scripts of a folder belong to: `PurgePlan.id`, as its ``plan.json`` says; None without that file.

    Raises:
        InputError: the file cannot be read, or is not as `write_plan` writes it.
    """
    path = folder / _PLAN
    try:
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise InputError(str(path), None, f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise _no_plan(path) from error
    if not isinstance(found, dict) or not isinstance(found.get("id"), str):
        raise _no_plan(path)
    return str(found["id"])


def _no_plan(path: Path) -> InputError:
    message = "is cut or damaged, so that nothing says which plan the scripts belong to: write them again with odkit purge-principals -o"
    return InputError(str(path), None, message, InputReason.DAMAGED)


def write_plan(plan: PurgePlan, folder: str | PathLike[str], *, target: str, force: bool = False) -> list[Path]:
    """Write a plan's scripts.

    Args:
        plan: of `odkit.plan_purge`.
        folder: new or empty.
        target: name of the release of the Open Directory master, or of a Heimdal KDC with a database of its own, one of
            `odkit.releases.RELEASES`.  Never guessed: an export does not tell.
        force: clear odkit's own files of an earlier plan from the folder first, also when this plan is empty.

    Returns:
        The files, ``plan.json`` first.

    Raises:
        UsageError: not a target, or not that of the inventory.
        PrincipalsUnknown: 10.7+ without the directory's own principals.
        RefusedError: the folder is not empty, a file cannot be written, a name cannot be carried.
    """
    plan = an_instance(plan, PurgePlan, "plan", "odkit.plan_purge")
    path, force = a_path(folder, "folder"), a_bool(force, "force")
    release = release_of(a_text(target, "target"))
    _check_fit(plan, release)
    files: list[tuple[str, bytes]] = [(_PLAN, plan_json(plan, target))]
    for script in all_scripts():
        files += script.written(plan, release)
    text = "\n".join([plan_text(plan, full=True), "What to do", *to_do([name for name, _ in files], target), ""])
    files.insert(1, ("PLAN.txt", text.encode("utf-8", "backslashreplace")))
    output = OutputFolder(path, force=force)
    return output.write_all(files)
