"""The phases of a move, in the order of the story (story.md, S1 to S30), for any plan.

Commands by release: operations.md 2.1, 3.1, 3.2, 4, 6.  What no source confirms for a release is printed for a person, or asked of the
program's own -help first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from odkit.errors import UsageError
from odkit.project import Project, Server
from odkit.purge.bundle import run_order
from odkit.releases import PrincipalStore, Release, release_of
from odkit.runbook._model import ARCHIVE, Command, How, Phase, Step
from odkit.shell import shown_word

__all__ = ["phases"]

_SYSTEM = "/System/Library/CoreServices"
_PACKAGE = "/System/Installation/Packages/OSInstall.mpkg"  # the story's OSIntall.pkg is a misspelling


def read(*words: str) -> Command:
    return Command(How.READ, words)


def change(*words: str, probe: str = "") -> Command:
    return Command(How.CHANGE, words, probe=probe)


def confirm(word: str, *words: str, probe: str = "") -> Command:
    return Command(How.CONFIRM, words, word, probe)


def person(text: str) -> Command:
    return Command(How.PERSON, (text,))


def call(shown: str, *words: str) -> Command:
    return Command(How.CALL, words, shown=shown)


def _now(server: Server) -> Release:
    return release_of(server.release or server.target)


def _then(server: Server) -> Release:
    return release_of(server.target or server.release)


def _released(plan: Project) -> list[Server]:
    """The servers, each with the release that it will run: commands differ by it, and a guess would be run as root.

    Raises:
        UsageError: a server of which the plan does not tell.
    """
    out = [replace(s, target=s.target or plan.target or s.release) for s in plan.servers]
    for s in out:
        if not s.target:
            raise UsageError(f"{plan.path}: {s.name} has neither target nor release, and the domain no target: give one")
    return out


def phases(plan: Project) -> list[Phase]:
    """The phases of a plan's migration.

    Args:
        plan: odkit.toml; its servers in the order in which they are to be made.

    Raises:
        UsageError: the plan does not tell which release a server will run.
    """
    servers = _released(plan)
    by_role = {role: [s for s in servers if s.role == role] for role in ("master", "relay", "replica", "member")}
    master = next(iter(by_role["master"]), None)
    if master is None:
        return []
    ordered = [*by_role["master"], *by_role["relay"], *by_role["replica"], *by_role["member"]]
    remote = [s for s in ordered if s.site != master.site] or ordered
    return [
        Phase("0-preflight", "Preflight", ("odkit topology shows no error", "everybody knows the evening and the roll-back points"),
              "nothing was changed", [_preflight(s) for s in ordered]),
        Phase("1-archive", "Archive and export", ("preflight has no trouble left",), "nothing was changed", list(_archive(plan, master))),
        Phase("2-clone", "Clone the boot disks", ("the archive and the exports are checked, and stand on another machine",),
              "boot from the internal disk as before", [_clone(s) for s in ordered]),
        Phase("3-install-disk", "Start from the install disk", ("every clone has been mounted and looked at",),
              "systemsetup -setstartupdisk to the old boot volume", [_from_disk(s) for s in ordered]),
        Phase("4-install", "Erase and install", ("the clones start; the serial numbers are at hand",), "start from the clone",
              [_find(remote), *(_install(s) for s in ordered)]),
        Phase("5-updates", "Software updates", ("every server answers by ssh",), "start from the clone", [_updates(s) for s in ordered]),
        Phase("6-directory", "The directory, without the old names", ("the master has its final name in DNS, both ways",),
              "the archive of phase 1", list(_directory(master, retired=bool(plan.retired)))),
        Phase("7-local-kdc", "Tear down the Local KDCs", ("the network realm answers kinit on the master",),
              "RESTORE-LKDC.txt beside each script", [_lkdc(s) for s in ordered]),
        Phase("8-replicas", "The relay, then the replicas, one at a time", ("no LKDC is left", "ssh from the master to each and back"),
              "slapconfig -destroyldapserver on the replica, -removereplica on the master", list(_replicas(plan, master, by_role))),
        Phase("9-services", "Name service, mounts, homes", ("slapconfig -getmasterconfig lists every relay and replica",),
              "the mount records of the older export: odkit mounts before.ldif --format ldif", list(_services(master, by_role))),
        Phase("10-members", "The child servers", ("mounts are checked: odkit mounts",), "bind to the old master again",
              [*(_member(plan, s, master) for s in by_role["member"]), _clients(plan)]),
        Phase("11-backups", "Backups", ("the child servers are bound",), "the old jobs are on the clones", list(_backups(ordered))),
        Phase("12-verify", "Verification", ("all phases before are done",), "clones and archive", list(_verify(plan, ordered))),
        Phase("13-monday", "Monday morning", ("verification says fine",), "the clones and the archive", list(_monday(ordered))),
    ]  # fmt: skip


def _preflight(s: Server) -> Step:
    commands = [read("sw_vers"), read("changeip", "-checkhostname"), read("host", s.name)]
    commands += [read("host", s.address)] if s.address else []
    commands += [read("date", "-u"), read("df", "-k"), read("slapconfig", "-getstyle")]
    commands.append(person("the install disc is in the drive; somebody can reach the machine if it does not come back"))
    return Step(
        "names, clock, room, role", s, commands, ("S1", "S5"), expect="The names match; the clock differs by less than five minutes"
    )


def _archive(plan: Project, master: Server) -> Iterator[Step]:
    commands = [change("mkdir", "-m", "700", ARCHIVE), change("slapcat", "-l", f"{ARCHIVE}/before.ldif")]
    if _now(master).store is PrincipalStore.DIRECTORY:
        commands.append(change("slapcat", "-b", "cn=authdata", "-l", f"{ARCHIVE}/authdata.ldif"))
    else:
        commands += [change("mkpassdb", "-backupdb", f"{ARCHIVE}/passwords", probe="-backupdb")]
        commands += [change("kdb5_util", *(("-r", plan.realm) if plan.realm else ()), "dump", f"{ARCHIVE}/kdc.dump")]
    commands += [confirm(master.name, "slapconfig", "-backupdb", f"{ARCHIVE}/archive", probe="-backupdb")]
    commands.append(person("copy the folder to another machine; it holds every password of the domain"))
    expect = "odkit inspect: completeness is not incomplete; odkit verify-passwords and odkit verify-mcx end with 0"
    yield Step("archive the domain, passwords and policies with it", master, commands, ("S2",), expect=expect)
    checks = [person("odkit inspect before.ldif"), person("odkit verify-passwords before.ldif"), person("odkit verify-mcx before.ldif")]
    yield Step("check what was exported", None, checks, ("S2",), expect="each ends with 0")


def _clone(s: Server) -> Step:
    target = f"/Volumes/{s.backup or 'serverbak'}"
    words = ("asr", "restore", "--source", "/", "--target", target, "--erase", "--noprompt") if _now(s).asr_has_verbs else (
        "asr", "-source", "/", "-target", target, "-erase", "-noprompt")  # fmt: skip
    commands = [read("df", "-k", target), read("diskutil", "info", target), confirm(s.backup or "serverbak", *words)]
    commands.append(person("stop the services before, or archive them: databases that run are copied as they stand"))
    return Step(f"clone / to {target}, which is erased", s, commands, ("S6",), "medium", "the clone can be chosen as start-up disk")


def _from_disk(s: Server) -> Step:
    volume = f"/Volumes/{s.install or 'Install Mac OS X Server'}{_SYSTEM}"
    commands = [read("ls", volume), change("systemsetup", "-setstartupdisk", volume), confirm(s.name, "shutdown", "-r", "now")]
    return Step(
        "next start from the install disk, then restart", s, commands, ("S7", "S8"), "medium", "it answers to sa_srchr after some minutes"
    )


def _find(servers: list[Server]) -> Step:
    commands = [person(f"on a machine of the same subnet as {s.name}: /System/Library/ServerSetup/sa_srchr 224.0.0.1") for s in servers]
    commands.append(
        person("ssh root@ADDRESS; the password is the first 8 characters of the hardware serial number, capitals as printed on the machine")
    )
    commands.append(person("the ssh host key is another one than before: compare the address with the one that sa_srchr shows"))
    return Step("find the machines that started from the install disk", None, commands, ("S9", "S10"), "low", "every machine is found")


def _install(s: Server) -> Step:
    disk, volume = s.disk or "disk1", s.boot or "server"
    commands = [read("diskutil", "list"), person(f"is {disk} the internal disk? the order differs after a start from the disc")]
    commands.append(confirm(disk, "diskutil", "eraseDisk", "Journaled HFS+", volume, disk))
    target = f"/Volumes/{volume}"
    commands.append(confirm(volume, "installer", "-verboseR", "-pkg", _PACKAGE, "-lang", "en", "-target", target))
    commands.append(confirm(s.name, "shutdown", "-r", "now"))
    return Step(f"erase {disk}, install on {target}", s, commands, ("S11", "S12"), "medium", "it starts from its own disk")


def _updates(s: Server) -> Step:
    commands = [read("softwareupdate", "-l"), change("softwareupdate", "-i", "-a"), read("sw_vers")]
    return Step("all updates; again until none is left", s, commands, ("S13",), expect=f"Mac OS X Server {_then(s).name}")


def _directory(master: Server, *, retired: bool) -> Iterator[Step]:
    text = (
        "restore the archive (slapconfig -restoredb) where realm, suffix and host name stay; else promote a replica that runs the release"
    )
    yield Step("the master of the new domain", master, [read("slapconfig", "-getstyle"), person(text)], ("S3",), "low",
               "slapconfig -getstyle says master", "destroy it (slapconfig -destroyldapserver) and restore the archive")  # fmt: skip
    target = _then(master)
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
    yield Step("old names out of the directory and of the KDC", master, retire, ("S17", "S18"), "high",
               "a second run of each deletes nothing", "purge/restore/")  # fmt: skip
    checks = [
        person("export once more, as before the scripts"),
        person("odkit references after.ldif OLDNAME for each retired server"),
        person(f"odkit purge-principals {files}{names}: nothing left to delete"),
    ]
    yield Step("nothing names them any more", None, checks, ("S17", "S18"), expect="only what is marked keep or review")


def _lkdc(s: Server) -> Step:
    if _then(s).local_kdc is None:
        return Step(f"{_then(s).name} has no Local KDC", s, [person("nothing to do")], ("S15", "S19", "S21"))
    commands = [read("dscl", ".", "-read", "/Config/KerberosKDC", "RealName")]
    commands.append(person(f"odkit lkdc teardown --realm LKDC:SHA1.… --target {_then(s).name} -o lkdc-{s.name}"))
    commands.append(person("sh lkdc-teardown.sh, then with --apply --confirm; each machine has its own realm, unless disks were cloned"))
    commands.append(read("klist", "-k"))
    return Step(
        "the Local KDC, by its own realm",
        s,
        commands,
        ("S15", "S19", "S21"),
        "low",
        "no LKDC name in klist -k; the network realm is untouched",
    )


def _replicas(plan: Project, master: Server, by_role: dict[str, list[Server]]) -> Iterator[Step]:
    for s in (*by_role["relay"], *by_role["replica"]):
        parent = s.parent or master.name
        commands = [read("host", parent),
                    confirm(s.name, "slapconfig", "-createreplica", parent, plan.administrator, probe="-createreplica")]  # fmt: skip
        commands += [read("slapconfig", "-getstyle"), read("slapconfig", "-getreplicaconfig")]
        story = ("S14", "S16", "S22") if s.role == "replica" else ("S22",)
        yield Step(f"{s.role} below {parent}; the next one only when this one is done", s, commands, story, "medium",
                   "slapconfig -getstyle says replica", f"slapconfig -destroyldapserver; -removereplica on {master.name}")  # fmt: skip
    again = [read("slapconfig", "-getmasterconfig")]
    again += (
        [read("kadmin.local", *(("-r", plan.realm) if plan.realm else ()), "-q", "listprincs")]
        if _then(master).store is not PrincipalStore.DIRECTORY
        else []
    )
    again.append(
        person("list the principals on every KDC, and compare: odkit principals; names that came back with a replica are purged again")
    )
    yield Step("what stands on every KDC now", master, again, ("S14", "S22"), "medium", "no retired name")


def _services(master: Server, by_role: dict[str, list[Server]]) -> Iterator[Step]:
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
            yield Step(
                "slave name service and shares", s, commands, ("S23", "S24"), "medium", "names resolve at the site without the wide network"
            )
    mounts = [person("odkit mounts after.ldif; what is missing: odkit mounts before.ldif --format ldif, with the new hosts in it")]
    mounts += [read("dscl", "/LDAPv3/127.0.0.1", "-list", "/Mounts")]
    yield Step("mounts as 10.5 and later read them", master, mounts, ("S23", "S24", "S25"), "high", "odkit mounts ends with 0")


def _member(plan: Project, s: Server, master: Server) -> Step:
    parent = s.parent or master.name
    new, short = _then(s), s.name.partition(".")[0]
    commands = [read("host", parent), read("dscl", "/Search", "-read", "/", "CSPSearchPath")]
    if plan.retired:
        commands.append(call("unbound from each retired server, and out of both search paths (dsconfigldap -r, dscl)", "leave_retired"))
    else:
        words = f"dsconfigldap -f -r OLDMASTER -u {plan.administrator} -i"
        commands.append(person(f"unbind: {words}; take it out of /Search and /Search/Contacts"))
    shown = f"bound to {parent} as {short}, where it is not yet (dsconfigldap -a), with both search paths, DirectoryService started anew"
    commands.append(call(shown, "bind_to", parent, short))
    if plan.realm:
        commands.append(change("sso_util", "configure", "-r", plan.realm, "-a", plan.administrator, "all"))
    commands += [read("id", plan.administrator), read("klist", "-k")]
    commands += [
        person(f"share {share.path} by {share.type.upper()} again; NFS and automounts are not taken over by an update")
        for share in s.shares
    ]
    commands += [change("automount", "-vc")] if new.automount_has_cache else [person("restart, or send automount a HUP")]
    return Step(f"bind to {parent}", s, commands, ("S20", "S25", "S26"), "medium", "id finds users; klist -k shows the network realm",
                f"dsconfigldap -f -r {parent} -u {plan.administrator} -i")  # fmt: skip


def _clients(plan: Project) -> Step:
    commands = [person("on every Mac of an office: sh clients/rebind-SERVER.sh of that office, then with --apply")]
    commands += [person("sh clients/check-client.sh: status 0, no retired server is named any more")] if plan.retired else []
    commands.append(person("tick them off in clients/CHECKLIST.md"))
    return Step("the Macs of the offices", None, commands, ("S26",), "medium", "one Mac of each office logs its users in",
                "bind to the old server again; its clone must run")  # fmt: skip


def _backups(servers: list[Server]) -> Iterator[Step]:
    for s in servers:
        commands = [read("rsync", "--version")] if s.backups else []
        for job in s.backups:
            flags = ("-aE", "--delete") if job.when == "nightly" else ("-a", "--delete")
            commands.append(read("rsync", "-n", *flags, f"{job.source.rstrip('/')}/", job.to))
            when = "30 1 * * *" if job.when == "nightly" else "30 4 * * 6"
            words = " ".join(map(shown_word, ("rsync", *flags, f"{job.source.rstrip('/')}/", job.to)))
            commands.append(person(f"crontab -e: {when} {words}".replace("%", "\\%")))  # a % ends the command in a crontab
        if s.role == "master":
            commands.append(person("nightly: slapconfig -backupdb to a file, and that file by rsync; never the database's own files"))
        if commands:
            commands.append(
                person(
                    "Apple's rsync -E is not rsync 3's: both ends Apple's, or neither with -E; weekly from the store to the off-site one"
                )
            )
            yield Step("backup jobs", s, commands, ("S27",), "medium", "the dry run ends with 0")
    yield Step("long-term archive", None, [person("tape is set up by its own software; odkit writes nothing for it")], ("S28",))


def _verify(plan: Project, servers: list[Server]) -> Iterator[Step]:
    commands = [person("export the directory once more: slapcat -l after.ldif on the master")]
    commands += [
        person("odkit verify before.ldif after.ldif with every retired name: the verdict is that everything came through, status 0")
    ]
    commands += [
        person("odkit diff before.ldif after.ldif: every difference is one that was meant"),
        person("odkit mcx effective before.ldif --after after.ldif"),
    ]
    yield Step("the whole domain, before and after", None, commands, ("S4", "S29"), "high", "status 0")
    for s in servers:
        own = [read("id", plan.administrator), read("klist", "-k"), read("changeip", "-checkhostname")]
        own.append(person("log in with one user of this site; look at the home, the mail and the Dock"))
        yield Step("logins, tickets, homes, mail, policies at the site", s, own, ("S4", "S16", "S29"), "high", "as before for everybody")


def _monday(servers: list[Server]) -> Iterator[Step]:
    sites = list(dict.fromkeys(s.site for s in servers if s.site)) or ["the office"]
    commands = [person(f"{site}: one login, one file saved in the home, one mail, one print") for site in sites]
    commands.append(person("the logs: slapconfig.log, kdc.log (odkit purge-principals --kdc-log finds who still asks for old names)"))
    yield Step("before anybody calls", None, commands, ("S30",), "high", "not a single call")
