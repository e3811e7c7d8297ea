"""The phases of a removal: retired servers out of the domain, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from odkit.errors import UsageError
from odkit.project import Project
from odkit.runbook._after import clients_step, verify_steps
from odkit.runbook._domain import old_names_steps
from odkit.runbook._install import archive_steps
from odkit.runbook._model import Phase, Step
from odkit.runbook._steps import person, phase, running_today, step

__all__ = ["removal_phases"]


def removal_phases(project: Project) -> list[Phase]:
    """Return the phases of taking retired servers out of a domain that stays on its release.

    Raises:
        UsageError: the plan names no retired server, or does not tell which release a server runs.
    """
    if not project.retired:
        raise UsageError(f"{project.path} names no retired server: [retired] hosts")
    servers = running_today(project)
    master = next((s for s in servers if s.role == "master"), None)
    if master is None:
        return []
    gone = [
        person(f"{name}, where it still runs as a replica: slapconfig -destroyldapserver there, with the network up")
        for name in project.retired
    ]
    off = step(
        "the retired servers themselves", None, gone, confidence="medium", expect="slapconfig -getstyle says standalone, or it is off"
    )
    return [
        phase("0-archive", "Archive and export", ("odkit topology shows no error",), "nothing was changed",
              map(_plain, archive_steps(project, master))),
        phase("1-servers", "The retired servers stop", ("the archive and the exports are checked, and stand on another machine",),
              "start them again: the directory still knows them", [off]),
        phase("2-names", "Their names out of the directory", ("nobody asks for a retired server: the KDC's log of a week",),
              "purge/restore/", map(_plain, old_names_steps(master, retired=True))),
        phase("3-clients", "The Macs", ("a second run of each script deletes nothing",), "bind to the old server again, while it runs",
              [_plain(clients_step(project))]),
        phase("4-verify", "Verification", ("all phases before are done",), "the archive", map(_plain, verify_steps(project, servers))),
    ]  # fmt: skip


def _plain(one: Step) -> Step:
    """Return a step of the migration without the story's numbers."""
    return replace(one, story=())
