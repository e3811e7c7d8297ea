"""The phases of a move, in the order in which they are done, for any project.

A command that no source confirms for a release is printed for a person, or its verb is looked up in the program's own -help first.
"""

from __future__ import annotations

from dataclasses import replace

from odkit.errors import UsageError
from odkit.project import Project, Server
from odkit.runbook._after import backups_steps, clients_step, member_step, monday_steps, verify_steps
from odkit.runbook._domain import directory_steps, lkdc_step, replicas_steps, services_steps
from odkit.runbook._install import archive_steps, clone_step, find_step, from_disk_step, install_step, preflight_step, updates_step
from odkit.runbook._leave import leave_phases
from odkit.runbook._model import Phase, Purpose
from odkit.runbook._removal import removal_phases
from odkit.runbook._steps import phase

__all__ = ["phases"]


def _released(project: Project) -> list[Server]:
    """Return the servers, each with the release that it will run: commands differ by it, and a guess would be run as root.

    Raises:
        UsageError: a server of which the plan does not tell.
    """
    out = [replace(s, target=s.target or project.target or s.release) for s in project.servers]
    for s in out:
        if not s.target:
            raise UsageError(f"{project.path}: {s.name} has neither target nor release, and the domain no target: give one")
    return out


def phases(project: Project, purpose: Purpose = Purpose.MIGRATION) -> list[Phase]:
    """Return the phases of a plan: its migration, the way out of Open Directory, or the removal of retired servers.

    Args:
        project: odkit.toml; its servers in the order in which they are to be made.
        purpose: what the runbook is for.

    Returns:
        No phase where the plan has no master.

    Raises:
        UsageError: the plan does not tell which release a server will run, or runs.
        InputError: odkit.toml does not say what the purpose needs.
    """
    if purpose is Purpose.LEAVE:
        return leave_phases(project)
    if purpose is Purpose.REMOVAL:
        return removal_phases(project)
    return _migration(project)


def _migration(project: Project) -> list[Phase]:
    servers = _released(project)
    by_role = {role: [s for s in servers if s.role == role] for role in ("master", "relay", "replica", "member")}
    master = next(iter(by_role["master"]), None)
    if master is None:
        return []
    ordered = [*by_role["master"], *by_role["relay"], *by_role["replica"], *by_role["member"]]
    remote = [s for s in ordered if s.site != master.site] or ordered
    return [
        phase("0-preflight", "Preflight", ("odkit topology shows no error", "everybody knows the evening and the roll-back points"),
              "nothing was changed", [preflight_step(s) for s in ordered]),
        phase("1-archive", "Archive and export", ("preflight has no trouble left",), "nothing was changed", archive_steps(project, master)),
        phase("2-clone", "Clone the boot disks", ("the archive and the exports are checked, and stand on another machine",),
              "boot from the internal disk as before", [clone_step(s) for s in ordered]),
        phase("3-install-disk", "Start from the install disk", ("every clone has been mounted and looked at",),
              "systemsetup -setstartupdisk to the old boot volume", [from_disk_step(s) for s in ordered]),
        phase("4-install", "Erase and install", ("the clones start; the serial numbers are at hand",), "start from the clone",
              [find_step(remote), *(install_step(s) for s in ordered)]),
        phase("5-updates", "Software updates", ("every server answers by ssh",), "start from the clone",
              [updates_step(s) for s in ordered]),
        phase("6-directory", "The directory, without the old names", ("the master has its final name in DNS, both ways",),
              "the archive of phase 1", directory_steps(master, retired=bool(project.retired))),
        phase("7-local-kdc", "Tear down the Local KDCs", ("the network realm answers kinit on the master",),
              "RESTORE-LKDC.txt beside each script", [lkdc_step(s) for s in ordered]),
        phase("8-replicas", "The relay, then the replicas, one at a time", ("no LKDC is left", "ssh from the master to each and back"),
              "slapconfig -destroyldapserver on the replica, -removereplica on the master", replicas_steps(project, master, by_role)),
        phase("9-services", "Name service, mounts, homes", ("slapconfig -getmasterconfig lists every relay and replica",),
              "the mount records of the older export: odkit mounts before.ldif --format ldif", services_steps(master, by_role)),
        phase("10-members", "The child servers", ("mounts are checked: odkit mounts",), "bind to the old master again",
              [*(member_step(project, s, master) for s in by_role["member"]), clients_step(project)]),
        phase("11-backups", "Backups", ("the child servers are bound",), "the old jobs are on the clones", backups_steps(ordered)),
        phase("12-verify", "Verification", ("all phases before are done",), "clones and archive", verify_steps(project, ordered)),
        phase("13-monday", "Monday morning", ("verification says fine",), "the clones and the archive", monday_steps(ordered)),
    ]  # fmt: skip
