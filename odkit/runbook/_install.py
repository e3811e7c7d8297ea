"""Before the directory: preflight, archive, clones, install, updates."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.project import Project, Server
from odkit.releases import PrincipalStore
from odkit.runbook._model import ARCHIVE, Step
from odkit.runbook._steps import change, confirm, person, read, release_after, release_now, step

__all__ = ["archive_steps", "clone_step", "find_step", "from_disk_step", "install_step", "preflight_step", "updates_step"]

_SYSTEM = "/System/Library/CoreServices"
_PACKAGE = "/System/Installation/Packages/OSInstall.mpkg"


def preflight_step(s: Server) -> Step:
    """Return the step that checks names, clock, room and role of a server."""
    commands = [read("sw_vers"), read("changeip", "-checkhostname"), read("host", s.name)]
    commands += [read("host", s.address)] if s.address else []
    commands += [read("date", "-u"), read("df", "-k"), read("slapconfig", "-getstyle")]
    commands.append(person("the install disc is in the drive; somebody can reach the machine if it does not come back"))
    return step(
        "names, clock, room, role", s, commands, ("S1", "S5"), expect="The names match; the clock differs by less than five minutes"
    )


def archive_steps(project: Project, master: Server) -> Iterator[Step]:
    """Yield the steps that archive the domain and check the export."""
    commands = [change("mkdir", "-m", "700", ARCHIVE), change("slapcat", "-l", f"{ARCHIVE}/before.ldif")]
    if release_now(master).store is PrincipalStore.DIRECTORY:
        commands.append(change("slapcat", "-b", "cn=authdata", "-l", f"{ARCHIVE}/authdata.ldif"))
    else:
        commands += [change("mkpassdb", "-backupdb", f"{ARCHIVE}/passwords", probe="-backupdb")]
        commands += [change("kdb5_util", *(("-r", project.realm) if project.realm else ()), "dump", f"{ARCHIVE}/kdc.dump")]
    commands += [confirm(master.name, "slapconfig", "-backupdb", f"{ARCHIVE}/archive", probe="-backupdb")]
    commands.append(person("copy the folder to another machine; it holds every password of the domain"))
    expect = "odkit inspect: completeness is not incomplete; odkit verify-passwords and odkit verify-mcx end with 0"
    yield step("archive the domain, passwords and policies with it", master, commands, ("S2",), expect=expect)
    checks = [person("odkit inspect before.ldif"), person("odkit verify-passwords before.ldif"), person("odkit verify-mcx before.ldif")]
    yield step("check what was exported", None, checks, ("S2",), expect="each ends with 0")


def clone_step(s: Server) -> Step:
    """Return the step that clones the system to the backup volume."""
    target = f"/Volumes/{s.backup or 'serverbak'}"
    words = ("asr", "restore", "--source", "/", "--target", target, "--erase", "--noprompt") if release_now(s).asr_has_verbs else (
        "asr", "-source", "/", "-target", target, "-erase", "-noprompt")  # fmt: skip
    commands = [read("df", "-k", target), read("diskutil", "info", target), confirm(s.backup or "serverbak", *words)]
    commands.append(person("stop the services before, or archive them: databases that run are copied as they stand"))
    return step(f"clone / to {target}, which is erased", s, commands, ("S6",), "medium", "the clone can be chosen as start-up disk")


def from_disk_step(s: Server) -> Step:
    """Return the step that starts a server from its install disk."""
    volume = f"/Volumes/{s.install or 'Install Mac OS X Server'}{_SYSTEM}"
    commands = [read("ls", volume), change("systemsetup", "-setstartupdisk", volume), confirm(s.name, "shutdown", "-r", "now")]
    return step(
        "next start from the install disk, then restart", s, commands, ("S7", "S8"), "medium", "it answers to sa_srchr after some minutes"
    )


def find_step(servers: list[Server]) -> Step:
    """Return the step that finds servers that started from their install disks."""
    commands = [person(f"on a machine of the same subnet as {s.name}: /System/Library/ServerSetup/sa_srchr 224.0.0.1") for s in servers]
    commands.append(
        person("ssh root@ADDRESS; the password is the first 8 characters of the hardware serial number, capitals as printed on the machine")
    )
    commands.append(person("the ssh host key is another one than before: compare the address with the one that sa_srchr shows"))
    return step("find the machines that started from the install disk", None, commands, ("S9", "S10"), "low", "every machine is found")


def install_step(s: Server) -> Step:
    """Return the step that erases and installs a server."""
    disk, volume = s.disk or "disk1", s.boot or "server"
    commands = [read("diskutil", "list"), person(f"is {disk} the internal disk? the order differs after a start from the disc")]
    commands.append(confirm(disk, "diskutil", "eraseDisk", "Journaled HFS+", volume, disk))
    target = f"/Volumes/{volume}"
    commands.append(confirm(volume, "installer", "-verboseR", "-pkg", _PACKAGE, "-lang", "en", "-target", target))
    commands.append(confirm(s.name, "shutdown", "-r", "now"))
    return step(f"erase {disk}, install on {target}", s, commands, ("S11", "S12"), "medium", "it starts from its own disk")


def updates_step(s: Server) -> Step:
    """Return the step that installs the updates."""
    commands = [read("softwareupdate", "-l"), change("softwareupdate", "-i", "-a"), read("sw_vers")]
    return step("all updates; again until none is left", s, commands, ("S13",), expect=f"Mac OS X Server {release_after(s).name}")
