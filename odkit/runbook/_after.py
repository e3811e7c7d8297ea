"""After the directory: child servers, clients, backups, verification, the first morning."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.project import Project, Server
from odkit.runbook._model import Step
from odkit.runbook._steps import call, change, person, read, release_after, step
from odkit.shell import shown_word

__all__ = ["backups_steps", "clients_step", "member_step", "monday_steps", "verify_steps"]


def member_step(project: Project, s: Server, master: Server) -> Step:
    """Return the step that binds a member to the master."""
    parent = s.parent or master.name
    new, short = release_after(s), s.name.partition(".")[0]
    commands = [read("host", parent), read("dscl", "/Search", "-read", "/", "CSPSearchPath")]
    if project.retired:
        commands.append(call("unbound from each retired server, and out of both search paths (dsconfigldap -r, dscl)", "leave_retired"))
    else:
        words = f"dsconfigldap -f -r OLDMASTER -u {project.administrator} -i"
        commands.append(person(f"unbind: {words}; take it out of /Search and /Search/Contacts"))
    shown = f"bound to {parent} as {short}, where it is not yet (dsconfigldap -a), with both search paths, DirectoryService started anew"
    commands.append(call(shown, "bind_to", parent, short))
    if project.realm:
        commands.append(change("sso_util", "configure", "-r", project.realm, "-a", project.administrator, "all"))
    commands += [read("id", project.administrator), read("klist", "-k")]
    commands += [
        person(f"share {share.path} by {share.type.upper()} again; NFS and automounts are not taken over by an update")
        for share in s.shares
    ]
    commands += [change("automount", "-vc")] if new.automount_has_cache else [person("restart, or send automount a HUP")]
    return step(f"bind to {parent}", s, commands, ("S20", "S25", "S26"), "medium", "id finds users; klist -k shows the network realm",
                f"dsconfigldap -f -r {parent} -u {project.administrator} -i")  # fmt: skip


def clients_step(project: Project) -> Step:
    """Return the step that binds the Macs of the offices."""
    commands = [person("on every Mac of an office: sh clients/rebind-SERVER.sh of that office, then with --apply")]
    commands += [person("sh clients/check-client.sh: status 0, no retired server is named any more")] if project.retired else []
    commands.append(person("tick them off in clients/CHECKLIST.md"))
    return step("the Macs of the offices", None, commands, ("S26",), "medium", "one Mac of each office logs its users in",
                "bind to the old server again; its clone must run")  # fmt: skip


def backups_steps(servers: list[Server]) -> Iterator[Step]:
    """Yield the steps of the backup jobs and the archive."""
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
            yield step("backup jobs", s, commands, ("S27",), "medium", "the dry run ends with 0")
    yield step("long-term archive", None, [person("tape is set up by its own software; odkit writes nothing for it")], ("S28",))


def verify_steps(project: Project, servers: list[Server]) -> Iterator[Step]:
    """Yield the steps that verify the domain and each site."""
    commands = [person("export the directory once more: slapcat -l after.ldif on the master")]
    commands += [
        person("odkit verify before.ldif after.ldif with every retired name: the verdict is that everything came through, status 0")
    ]
    commands += [
        person("odkit diff before.ldif after.ldif: every difference is one that was meant"),
        person("odkit mcx effective before.ldif --after after.ldif"),
    ]
    yield step("the whole domain, before and after", None, commands, ("S4", "S29"), "high", "status 0")
    for s in servers:
        own = [read("id", project.administrator), read("klist", "-k"), read("changeip", "-checkhostname")]
        own.append(person("log in with one user of this site; look at the home, the mail and the Dock"))
        yield step("logins, tickets, homes, mail, policies at the site", s, own, ("S4", "S16", "S29"), "high", "as before for everybody")


def monday_steps(servers: list[Server]) -> Iterator[Step]:
    """Yield the steps of the first working day."""
    sites = list(dict.fromkeys(s.site for s in servers if s.site)) or ["the office"]
    commands = [person(f"{site}: one login, one file saved in the home, one mail, one print") for site in sites]
    commands.append(person("the logs: slapconfig.log, kdc.log (odkit purge-principals --kdc-log finds who still asks for old names)"))
    yield step("before anybody calls", None, commands, ("S30",), "high", "not a single call")
