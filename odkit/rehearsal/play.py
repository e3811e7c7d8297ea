"""`rehearse`: a plan's generated scripts, really run on a throw-away copy of the domain, and what that proves."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

from odkit.directory import Directory
from odkit.errors import LiveError, RefusedError, UsageError
from odkit.files import OutputFolder
from odkit.kerberos import PrincipalStore
from odkit.purge import PurgePlan
from odkit.purge.bundle import read_plan_id, write_plan
from odkit.rehearsal.programs import program
from odkit.rehearsal.report import RehearsalReport
from odkit.rehearsal.scratch import Scratch
from odkit.rehearsal.stage import Rehearsal
from odkit.releases import RELEASES
from odkit.text import escape

__all__ = ["rehearse"]


_PACKAGES = "slapd ldap-utils krb5-kdc krb5-admin-server krb5-user"


def rehearse(
    od: Directory, plan: PurgePlan, *, target: str, scripts: Path | None = None, dscl: bool = False, left: Path | None = None
) -> RehearsalReport:
    """Run a plan's scripts on a scratch slapd with the export's records and a scratch realm with the inventory's principals.

    Nothing outside the scratch folder and loopback is touched, and all of it is gone at the end.

    Args:
        od: the directory that the plan was made of.
        plan: of `odkit.plan_purge`.
        target: name of the release of the Open Directory master; one that has a `sample`.
        scripts: a folder with the plan's scripts, written by `odkit.write_plan`; they are written for the rehearsal when it is None.
        dscl: change the records by dscl's stand-in instead of ldapmodify.
        left: a folder, made here, for what is left: scripts, their output, and the directory before, after, and put back.

    Raises:
        LiveError: a program or package is missing, or a scratch server does not start.
        UsageError: a plan that cannot be rehearsed, or the scripts of another one.
        InputError: the ``plan.json`` of the scripts is damaged.
    """
    release = RELEASES.get(target)
    if release is None or not release.sample or plan.store is PrincipalStore.HEIMDAL:
        raise UsageError("a rehearsal is for the releases 10.4 to 10.7+; for a Heimdal KDC of its own there is none")
    if plan.store is None and plan.candidates:  # its script would ask the KDC of this machine, if there is one
        raise UsageError("a rehearsal needs the list of principals that the plan is for: give it with --principals")
    if not od.suffix:
        raise UsageError("the export has no suffix: nothing to rehearse on")
    if scripts is not None:
        _of_plan(scripts, plan)
    _needs(plan)
    kept = _folder(left) if left is not None else None
    with ExitStack() as stack:
        scratch = stack.enter_context(Scratch())
        folder = scratch.folder / "plan"
        if scripts is not None:
            try:  # in a copy: the scripts put their backups beside themselves
                shutil.copytree(scripts, folder, symlinks=True, ignore=shutil.ignore_patterns("backup-*"))
            except (OSError, shutil.Error) as error:
                raise UsageError(f"{escape(str(scripts))} cannot be copied: {getattr(error, 'strerror', None) or error}") from error
        play = Rehearsal(od, plan, folder, scratch.folder, release, dscl=dscl)
        play.set_up(stack)
        if scripts is None:
            write_plan(play.as_repaired(), folder, target=target)
        play.perform()
        if kept is not None:
            play.save_artifacts(kept)
        return play.report()


def _of_plan(scripts: Path, plan: PurgePlan) -> None:
    """Refuse the scripts of another plan: every comparison would fail; a folder without plan.json is looked at later."""
    found = read_plan_id(scripts)
    if found is not None and found != plan.id:
        raise UsageError(
            f"{escape(str(scripts))}: these are the scripts of the plan {escape(found)}; the exports, lists and options given now "
            f"give the plan {plan.id}: give those that the scripts were planned with, or plan again"
        )


def _folder(path: Path) -> OutputFolder:
    try:
        return OutputFolder(path)
    except RefusedError as error:
        raise UsageError(f"{escape(str(path))}: the folder is not empty: give a new or empty one for what is kept") from error


def _needs(plan: PurgePlan) -> None:
    """Say in one line what is missing."""
    wanted = ["slapd", "ldapmodify", "ldapsearch"]
    if plan.store is PrincipalStore.MIT:
        wanted += ["kadmin.local", "kdb5_util", "krb5kdc"]
        if find_spec("gssapi") is None:
            raise LiveError("a rehearsal needs gssapi: apt-get install libkrb5-dev gcc, then pip install '.[kerberos]' in odkit's source")
    for name in wanted:
        program(name, _PACKAGES)
