"""`write_plan`: a plan as a folder of scripts, change files and the way back."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from os import PathLike
from pathlib import Path

from odkit.errors import PrincipalsUnknown, UsageError
from odkit.files import OutputFolder
from odkit.kerberos import PrincipalStore
from odkit.purge import PurgePlan
from odkit.purge.report import plan_text
from odkit.purge.scripts.authdata import aliases_ldif, aliases_script, restore_aliases_ldif
from odkit.purge.scripts.dscl import dscl_script
from odkit.purge.scripts.kadmin import purge_script, restore_script
from odkit.purge.scripts.keytab import keytab_script
from odkit.purge.scripts.ldifchange import changes_ldif, ldif_script, restore_ldif
from odkit.purge.scripts.slots import slots_script

__all__ = ["TARGETS", "check_target", "run_order", "write_plan"]

_MIT = ("10.4", "10.5", "10.6")
TARGETS = (*_MIT, "10.7+", "heimdal")
_FITS = {PrincipalStore.MIT: _MIT, PrincipalStore.HEIMDAL: ("heimdal",), PrincipalStore.DIRECTORY: ("10.7+",)}
_ADVICE = {
    PrincipalStore.MIT: "the list is of an MIT KDC (10.4 to 10.6)",
    PrincipalStore.HEIMDAL: "the list is of Heimdal's kadmin; from 10.7 on plan from the export with its cn=authdata, without --principals",
    PrincipalStore.DIRECTORY: "the export has principals in cn=authdata, as 10.7 and later do",
}


# the order in which a plan's scripts are run (operations.md 1.9): records, then what hung on them, then names in the KDC
_ORDER = ("delete-records.sh", "delete-records-ldif.sh", "delete-slots.sh", "remove-aliases.sh", "purge-principals.sh")


def run_order(target: str, names: Collection[str] = _ORDER) -> list[str]:
    """The scripts of a plan for a release in the order in which they are run; delete-records-ldif.sh stands in for delete-records.sh.

    Args:
        target: see `write_plan`.
        names: files of the plan; all that can be by default.
    """
    own = {"delete-slots.sh": target in _MIT, "remove-aliases.sh": target == "10.7+", "purge-principals.sh": target != "10.7+"}
    found = [name for name in _ORDER if name in names and own.get(name, True)]
    return [name for name in found if name != "delete-records-ldif.sh" or "delete-records.sh" not in found]


_WHAT = {
    "delete-records.sh": "records and values of the directory (or delete-records-ldif.sh, the same with ldapmodify)",
    "delete-records-ldif.sh": "records and values of the directory",
    "delete-slots.sh": "Password Server slots, after their records",
    "remove-aliases.sh": "names in cn=authdata",
    "purge-principals.sh": "principals of the KDC",
}


def to_do(names: Collection[str], target: str) -> list[str]:
    """What a person does with the files of a plan, in order: lines of text.

    Args:
        names: of the files.
        target: see `write_plan`.
    """
    scripts = run_order(target, names)
    lines = []
    if scripts:
        lines.append(
            "First, where odkit is: odkit rehearse with the same exports and options (without -o), and --scripts with this folder; --dscl"
        )
        lines.append(
            "plays delete-records.sh instead of delete-records-ldif.sh. Then, on the Open Directory master, as root, with the whole folder"
        )
        lines.append("copied there, in this order, each first without --apply, which shows what it would change:")
    for name in scripts:
        lines += [f"  {f'sh {name}':<32}  {_WHAT[name]}", f"  sh {name} --apply"]
    keytabs = sorted(name for name in names if name.startswith("clean-keytab"))
    if keytabs:
        lines += ["On the server whose keytab it is, the same way:", *(f"  sh {name}" for name in keytabs)]
    return lines or ["There is nothing to run."]


def check_target(target: str) -> None:
    """Stop what is no target.

    Raises:
        UsageError: not a target.
    """
    if target not in TARGETS:
        raise UsageError(f"not a target: {target!r} ({', '.join(TARGETS)})")


def _check_fit(plan: PurgePlan, target: str) -> None:
    if plan.store is not None and target not in _FITS[plan.store]:
        raise UsageError(f"--target {target} does not fit: {_ADVICE[plan.store]}. Nothing was written")
    if plan.store is None and plan.candidates and target == "10.7+":
        raise PrincipalsUnknown(
            "from 10.7 on principals are attributes of directory records, and deleting one by name can blank a live server's keys: "
            "give the export of cn=authdata (slapcat -b cn=authdata) beside the main one. Nothing was written"
        )


def _principal_files(plan: PurgePlan, target: str) -> Iterator[tuple[str, bytes]]:
    if plan.authdata:
        yield "remove-aliases.sh", aliases_script(plan, target)
        yield "remove-aliases.ldif", aliases_ldif(plan)
        yield "restore/restore-aliases.ldif", restore_aliases_ldif(plan)
    elif target != "10.7+" and (plan.delete or plan.candidates):
        yield "purge-principals.sh", purge_script(plan, target)
        yield "restore/restore-principals.sh", restore_script(plan, target)
    for number, keytab in enumerate(plan.keytabs, 1):
        if keytab.remove:
            name = f"clean-keytab-{number}.sh"
            yield name, keytab_script(plan, keytab, target, name)


def write_plan(plan: PurgePlan, folder: str | PathLike[str], *, target: str, force: bool = False) -> list[Path]:
    """Write a plan's scripts.

    Args:
        plan: of `odkit.plan_purge`.
        folder: new or empty.
        target: release of the Open Directory master, "10.4", "10.5", "10.6" or "10.7+", or "heimdal" for a Heimdal KDC with a database
            of its own.  Never guessed: an export does not tell.
        force: clear odkit's own files of an earlier plan from the folder first, also when this plan is empty.

    Returns:
        The files, ``plan.json`` first.

    Raises:
        UsageError: not a target, or not that of the inventory.
        PrincipalsUnknown: 10.7+ without the directory's own principals.
        RefusedError: the folder is not empty, a file cannot be written, a name cannot be carried.
    """
    check_target(target)
    _check_fit(plan, target)
    files: list[tuple[str, bytes]] = [("plan.json", (json.dumps(plan.as_json(target), indent=2, ensure_ascii=True) + "\n").encode())]
    files += _principal_files(plan, target)
    if plan.records and target != "heimdal":
        files.append(("delete-records.sh", dscl_script(plan, target)))
        files.append(("delete-records-ldif.sh", ldif_script(plan, target)))
    if plan.records:
        files.append(("delete-records.ldif", changes_ldif(plan)))
        files.append(("restore/restore-records.ldif", restore_ldif(plan)))
    if plan.slots and target in _MIT:
        files.append(("delete-slots.sh", slots_script(plan, target)))
    text = "\n".join([plan_text(plan, full=True), "What to do", *to_do([name for name, _ in files], target), ""])
    files.insert(1, ("PLAN.txt", text.encode("utf-8", "backslashreplace")))
    output = OutputFolder(Path(folder), force=force)
    return [output.write(name, data) for name, data in files]
