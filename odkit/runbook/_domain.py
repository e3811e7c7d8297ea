"""The directory itself: the master without old names, Local KDCs, replicas, services."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.project import Project, Server
from odkit.purge.bundle import run_order
from odkit.releases import PrincipalStore
from odkit.runbook._model import Step
from odkit.runbook._steps import confirm, person, read, release_after, step

__all__ = ["directory_steps", "lkdc_step", "old_names_steps", "replicas_steps", "services_steps"]


def directory_steps(master: Server, *, retired: bool) -> Iterator[Step]:
    """Yield the steps that make the new master and restore or import the directory."""
    text = (
        "restore the archive (slapconfig -restoredb) where realm, suffix and host name stay; else promote a replica that runs the release"
    )
    yield step("the master of the new domain", master, [read("slapconfig", "-getstyle"), person(text)], ("S3",), "low",
               "slapconfig -getstyle says master", "destroy it (slapconfig -destroyldapserver) and restore the archive")  # fmt: skip
    yield from old_names_steps(master, retired=retired)


def old_names_steps(master: Server, *, retired: bool) -> Iterator[Step]:
    """Yield the steps that take the names of retired servers out of the directory and of the KDC."""
    target = release_after(master)
    if target.store is PrincipalStore.DIRECTORY:
        files = "after.ldif authdata.ldif"
        retire = [person("export again: slapcat -l after.ldif; slapcat -b cn=authdata -l authdata.ldif")]
    else:
        files = "after.ldif --principals listprincs.txt"
        retire = [person("export again: slapcat -l after.ldif; kadmin.local -q listprincs > listprincs.txt")]
    retire.append(person("copy them to where odkit is, beside this runbook, and afterwards the folder purge to the master"))
    names = " --retire-from retired.txt" if retired else ""
    retire.append(person(f"odkit purge-principals {files}{names} --target {target.name} -o purge, and read purge/PLAN.txt"))
    retire.append(person(f"odkit rehearse {files}{names} --target {target.name} --scripts purge: passed"))
    retire += [person(f"sh purge/{script.name}, then with --apply") for script in run_order(target)]
    retire.append(person("slapconfig -removereplica ADDRESS for each retired replica that slapconfig -getmasterconfig still lists"))
    retire.append(person("on each server with a clean-keytab-N.sh in purge: that script, then with --apply"))
    yield step("old names out of the directory and of the KDC", master, retire, ("S17", "S18"), "high",
               "a second run of each deletes nothing", "purge/restore/")  # fmt: skip
    checks = [
        person("export once more, as before the scripts"),
        person("odkit references after.ldif OLDNAME for each retired server"),
        person(f"odkit purge-principals {files}{names}: nothing left to delete"),
    ]
    yield step("nothing names them any more", None, checks, ("S17", "S18"), expect="only what is marked keep or review")


def lkdc_step(s: Server) -> Step:
    """Return the step that looks after a server's Local KDC."""
    if release_after(s).local_kdc is None:
        return step(f"{release_after(s).name} has no Local KDC", s, [person("nothing to do")], ("S15", "S19", "S21"))
    commands = [read("dscl", ".", "-read", "/Config/KerberosKDC", "RealName")]
    commands.append(person(f"odkit lkdc teardown --realm LKDC:SHA1.… --target {release_after(s).name} -o lkdc-{s.name}"))
    commands.append(person("sh lkdc-teardown.sh, then with --apply --confirm; each machine has its own realm, unless disks were cloned"))
    commands.append(read("klist", "-k"))
    return step(
        "the Local KDC, by its own realm",
        s,
        commands,
        ("S15", "S19", "S21"),
        "low",
        "no LKDC name in klist -k; the network realm is untouched",
    )


def replicas_steps(project: Project, master: Server, by_role: dict[str, list[Server]]) -> Iterator[Step]:
    """Yield the steps that make relays and replicas, and check the KDC."""
    for s in (*by_role["relay"], *by_role["replica"]):
        parent = s.parent or master.name
        commands = [read("host", parent),
                    confirm(s.name, "slapconfig", "-createreplica", parent, project.administrator, probe="-createreplica")]  # fmt: skip
        commands += [read("slapconfig", "-getstyle"), read("slapconfig", "-getreplicaconfig")]
        story = ("S14", "S16", "S22") if s.role == "replica" else ("S22",)
        yield step(f"{s.role} below {parent}; the next one only when this one is done", s, commands, story, "medium",
                   "slapconfig -getstyle says replica", f"slapconfig -destroyldapserver; -removereplica on {master.name}")  # fmt: skip
    again = [read("slapconfig", "-getmasterconfig")]
    again += (
        [read("kadmin.local", *(("-r", project.realm) if project.realm else ()), "-q", "listprincs")]
        if release_after(master).store is not PrincipalStore.DIRECTORY
        else []
    )
    again.append(
        person("list the principals on every KDC, and compare: odkit principals; names that came back with a replica are purged again")
    )
    yield step("what stands on every KDC now", master, again, ("S14", "S22"), "medium", "no retired name")


def services_steps(master: Server, by_role: dict[str, list[Server]]) -> Iterator[Step]:
    """Yield the steps of DNS, time and further services."""
    for s in (*by_role["relay"], *by_role["replica"]):
        commands = (
            [person("slave zones of the domain, forward and reverse, in Server Admin; the master is the primary")]
            if s.dns == "secondary"
            else []
        )
        commands += [read("host", master.name, "127.0.0.1")] if s.dns == "secondary" else []
        if s.shares:
            commands += [person(f"share {share.path} by {share.type.upper()}, with automount for homes") for share in s.shares]
        if commands:
            yield step(
                "slave name service and shares", s, commands, ("S23", "S24"), "medium", "names resolve at the site without the wide network"
            )
    mounts = [person("odkit mounts after.ldif; what is missing: odkit mounts before.ldif --format ldif, with the new hosts in it")]
    mounts.append(person("odkit afp after.ldif: what stops working on Macs without a client for AFP; --rewrite-to smb plans the change"))
    mounts += [read("dscl", "/LDAPv3/127.0.0.1", "-list", "/Mounts")]
    yield step("mounts as 10.5 and later read them", master, mounts, ("S23", "S24", "S25"), "high", "odkit mounts ends with 0")
