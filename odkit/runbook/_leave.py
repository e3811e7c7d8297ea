"""The phases of leaving Open Directory: archive, carry, rehearse, cut over, AFP, Macs, profiles, destroy.

The odkit commands run on the administrator's own machine, in the folder where odkit.toml is; those of a server are of the release that runs
there today.  Confidence follows docs/sources.md, and docs/leaving.md for what is done on Macs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from odkit.carrying.targets import find_target
from odkit.errors import InputError
from odkit.project import Leave, Project, Server
from odkit.releases import TIGER, PrincipalStore
from odkit.runbook._install import archive_steps
from odkit.runbook._model import Command, Phase, Step
from odkit.runbook._steps import call, confirm, odkit, person, phase, read, release_now, running_today, step

__all__ = ["REBOUND", "leave_phases"]

_FIRST, _LAST = "odkit-carry", "odkit-final"  # folders of collect-carry.sh: of the rehearsals, and of the evening
REBOUND = ("openldap", "samba")  # targets that a Mac can be bound to: the tree with Apple's classes, and a domain by dsconfigad
_BEHIND_KDC = ("openldap", "openldap-2307bis", "389")  # whose passwords a carried KDC checks
_OWN_TREE = ("openldap", "389")  # which keep the tree, so that check-live can compare it


def leave_phases(project: Project) -> list[Phase]:
    """Return the phases of leaving.

    Raises:
        InputError: odkit.toml has no [leave], or what it says does not go together.
        UsageError: the plan does not tell which release a server runs today, or has no master; or no such target of ``odkit carry``.
    """
    leave = _checked(project)
    servers = running_today(project)
    by_role = {role: [s for s in servers if s.role == role] for role in ("master", "relay", "replica", "member")}
    if not by_role["master"]:
        return []
    master = by_role["master"][0]
    below = [*by_role["replica"], *by_role["relay"]]
    return [
        phase("0-archive", "Archive and collect", ("everybody knows the day, and who decides to go back",), "nothing was changed",
              _archive(project, master)),
        phase("1-carry", "What is carried, to whom", ("odkit verify names nothing that has to be mended first",), "nothing was changed",
              _carry(leave)),
        phase("2-rehearse", "Rehearse", (f"{leave.server} is set up, and holds nothing of the domain yet",), "nothing was changed",
              _rehearse(leave)),
        phase("3-cut-over", "Cut over", ("the rehearsal passed", "everybody who must have a new password knows how he gets it"),
              f"sh unload.sh --apply on {leave.server}; Open Directory goes on as it was", _cut_over(project, leave, master)),
        phase("4-afp", "The homes: AFP goes", (f"test users log in at {leave.server}",),
              "homes on servers were not changed; smb/undo.sh, or the way back that make-local.sh shows", _afp(project, leave, master)),
        phase("5-clients", f"The Macs and the child servers: {leave.clients}", ("every user has seen his home in its new place",),
              "bind to the old master again: it runs until phase 7", _clients(project, leave, by_role)),
        phase("6-profiles", "Managed preferences become profiles", ("the Macs are enrolled in a device management",),
              "remove the profiles; Macs that are still bound keep their managed preferences", _profiles()),
        phase("7-destroy", "Destroy Open Directory", (
              "for 30 days nobody asked the old servers, by their logs", "the archive was read on another machine: odkit inspect",
              "phases 0 to 6 are done, and somebody other than you has looked"),
              "a new master from the archive (slapconfig -restoredb), on the same release, name and realm", _destroy(leave, master, below)),
    ]  # fmt: skip


def _checked(project: Project) -> Leave:
    """Return what odkit.toml says about leaving, where it goes together."""
    leave = project.leave
    if leave is None:
        raise InputError(str(project.path), None, "has no [leave], which says where the domain goes; docs/leaving.md shows one")
    find_target(leave.carry)
    if leave.carry == "samba" and not (leave.realm and leave.base):
        raise InputError(str(project.path), leave.line, '[leave] needs realm and base for carry = "samba": those of the Samba domain')
    if leave.clients == "rebind" and leave.carry not in REBOUND:
        what = f'[leave] clients = "rebind" is for {" and ".join(REBOUND)}; a Mac is not bound to {leave.carry}: "unbind"'
        raise InputError(str(project.path), leave.line, what)
    return leave


def _archive(project: Project, master: Server) -> Iterator[Step]:
    first = next(archive_steps(project, master))
    yield replace(first, story=())
    commands = [odkit("collect", "--for", "carry", "-o", "collect-carry.sh")]
    commands.append(person(f"on {master.name}, as root: sh collect-carry.sh; it only reads"))
    commands.append(person(f"bring its folder here as {_FIRST}, mode 0700: it holds the keys of every user"))
    yield step("collect what odkit needs", None, commands, expect="its manifest says that the export is whole")
    checks = [odkit("inspect", _FIRST), odkit("verify", _FIRST), odkit("verify-passwords", _FIRST), odkit("verify-mcx", _FIRST)]
    yield step("check it", None, checks, expect="each ends with 0, or every finding is known and written down")


def _words(leave: Leave, folder: str, *more: str) -> tuple[str, ...]:
    """Return the words of ``odkit carry`` for the target."""
    out = ["carry", folder, "--to", leave.carry]
    out += ["--target-dump", "new-kdc.dump", "--target-stash", "new-kdc.stash"] if leave.carry == "mit" else []
    out += ["--target-dump", "new-kdc.dump"] if find_target(leave.carry).kdc is PrincipalStore.HEIMDAL else []
    out += ["--target-realm", leave.realm] if leave.realm else []
    out += ["--base-dn", leave.base] if leave.base else []
    return (*out, *more)


def _realm_words(leave: Leave, folder: str, *more: str) -> tuple[str, ...]:
    """Return those for the KDC behind a directory that checks no password itself."""
    realm = ("--target-realm", leave.realm) if leave.realm else ()
    return ("carry", folder, "--to", "mit", "--target-dump", "new-kdc.dump", "--target-stash", "new-kdc.stash", *realm, *more)


def _carry(leave: Leave) -> Iterator[Step]:
    if leave.carry in {*_BEHIND_KDC, "mit"}:
        made = [person(f"an MIT KDC on {leave.server}, with a new master key (docs/carry.md, 1)")]
        made.append(person("on it: kdb5_util dump new-kdc.dump; bring that and its stash file here, as new-kdc.stash"))
        yield step("the new KDC", None, made, expect="both files are here, mode 0600")
    if find_target(leave.carry).kdc is PrincipalStore.HEIMDAL:
        yield step("the new KDC", None, [person(f"on {leave.server}: kadmin -l dump new-kdc.dump; bring it here")])
    commands = [odkit(*_realm_words(leave, _FIRST))] if leave.carry in _BEHIND_KDC else []
    commands.append(odkit(*_words(leave, _FIRST)))
    commands.append(person("read every user who is reset, disabled or left out, and write down what becomes of him"))
    yield step(
        f"the plan: {find_target(leave.carry).title}",
        None,
        commands,
        expect="status 0, or 1 with every row decided",
        confidence=_sure(leave),
    )


def _sure(leave: Leave) -> str:
    """Return how sure the carry is: FreeIPA was read, and not run."""
    return "low" if leave.carry == "freeipa" else "high"


def _rehearse(leave: Leave) -> Iterator[Step]:
    commands = [person("a file logins, mode 0600: on each line a name, a tab and a password of a test user")]
    if leave.carry in _BEHIND_KDC:
        commands.append(odkit(*_realm_words(leave, _FIRST, "-o", "carry-realm", "--rehearse", "--logins", "logins")))
    commands.append(odkit(*_words(leave, _FIRST, "-o", "carry", "--rehearse", "--logins", "logins")))
    commands.append(person("then destroy carry, carry-realm and logins: they hold keys, and the evening makes new ones"))
    yield step("on scratch servers", None, commands, confidence=_sure(leave), expect="passed, with no row that reads not proved")


def _cut_over(project: Project, leave: Leave, master: Server) -> Iterator[Step]:
    freeze = [person("from now on: no new users, no changed passwords, until phase 5 is done; say so to all")]
    freeze.append(person(f"on {master.name}, as root: sh collect-carry.sh once more; bring its folder here as {_LAST}"))
    yield step("the last state", None, freeze)
    same = [odkit("verify", _FIRST, _LAST), odkit("diff", _FIRST, _LAST)]
    yield step("what changed since the rehearsal", None, same, expect="nothing that the rehearsal had not")
    commands = [odkit(*_realm_words(leave, _LAST, "-o", "carry-realm"))] if leave.carry in _BEHIND_KDC else []
    commands.append(odkit(*_words(leave, _LAST, "-o", "carry")))
    for folder in ("carry-realm", "carry") if leave.carry in _BEHIND_KDC else ("carry",):
        commands.append(person(f"copy {folder} whole to {leave.server}; there: sh load.sh, read it, sh load.sh --apply"))
    if leave.carry == "freeipa":
        commands.append(person("before load.sh, on a machine with slapd: sh stage.sh --apply (docs/carry.md, 7)"))
    yield step(f"load {leave.server}", None, commands, confidence=_sure(leave), expect="a second run of load.sh changes nothing",
               back="sh unload.sh, then with --apply")  # fmt: skip
    realm = leave.realm or project.realm
    checks: list[Command] = []
    if leave.carry in _OWN_TREE:
        checks.append(odkit("check-live", "--ldap", f"ldaps://{leave.server}", "--export", _LAST, "--users-file", "users"))
    checks.append(person(f"log in as a test user of each office: kinit NAME@{realm}" if realm else "log in as a test user of each office"))
    yield step("test users log in", None, checks, confidence=_sure(leave), expect="with the passwords of yesterday")


def _afp(project: Project, leave: Leave, master: Server) -> Iterator[Step]:
    yield step("what AFP serves", None, [odkit("afp", _LAST, "--places")], expect="every place has a row, and somebody who looks after it")
    if leave.homes == "local":
        commands = [person("clients/LOCAL.md: every user, where his home is, and what stands in the way")]
        commands.append(person("on one Mac first: sh make-local.sh, sh make-local.sh NAME, then with --apply; log in, look, log out"))
        commands.append(person("then on the others, before they are taken off the directory and before they are updated to macOS 27"))
        yield step("accounts become the Macs' own", None, commands, confidence="medium", expect="id NAME shows the number of before",
                   back="what make-local.sh shows for each user; the home on the server was not changed")  # fmt: skip
        return
    target = release_now(master)
    dscl = target.name != TIGER
    shares = ("--share-map", _beside(project, leave)) if leave.shares is not None else ()
    words = ("afp", _LAST, "--rewrite-to", "smb", *(("--target", target.name) if dscl else ()), *shares, "-o", "smb")
    commands = [odkit(*words), person("read smb/REWRITE.txt: what is left to a person, and what no source confirms")]
    commands.append(person("give the shares by SMB under those names, and mount one by hand on a Mac"))
    if dscl:
        commands.append(person(f"copy smb whole to {master.name}; there: sh rewrite.sh, then with --apply"))
    else:
        commands.append(person(f"on {master.name}: ldapmodify -H ldapi:/// -f smb/rewrite.ldif, as the administrator of the directory"))
    back = "sh undo.sh in smb, then with --apply" if dscl else "smb/undo.ldif"
    yield step(
        "AFP becomes SMB", None, commands, confidence="low", expect="one Mac of each office mounts the homes of its users", back=back
    )


def _beside(project: Project, leave: Leave) -> str:
    """Return the path of the share map as seen from odkit.toml."""
    assert leave.shares is not None
    folder = project.path.parent
    return str(leave.shares.relative_to(folder) if leave.shares.is_relative_to(folder) else leave.shares)


def _clients(project: Project, leave: Leave, by_role: dict[str, list[Server]]) -> Iterator[Step]:
    servers = [s for role in ("master", "relay", "replica") for s in by_role[role]]
    for s in by_role["member"]:
        commands: list[Command] = [read("dscl", "/Search", "-read", "/", "CSPSearchPath"), read("klist", "-k")]
        commands += [
            call(f"unbound from {each.name}, and out of both search paths, where it is bound", "off", each.name) for each in servers
        ]
        commands.append(read("dscl", "/Search", "-read", "/", "CSPSearchPath"))
        commands.append(person(f"what its services need of {leave.server}: set up by their own means, one at a time"))
        yield step("off the directory", s, commands, confidence="medium", expect="its services log in their users by the new server",
                   back=f"dsconfigldap -f -a {by_role['master'][0].name} -u {project.administrator} -i")  # fmt: skip
    commands = [person("on every Mac: sh leave.sh, then with --apply; it stops while the Mac keeps accounts of the directory")]
    if leave.clients == "rebind" and leave.carry == "samba":
        words = f"dsconfigad -add {(leave.realm or project.realm).lower()} -username ADMINISTRATOR"
        commands.append(person(f"then join the domain: {words}; GUIDs and numbers of accounts that Macs make are their own"))
    commands.append(person("tick them off in clients/CHECKLIST.md"))
    yield step("the Macs of the offices", None, commands, confidence="low" if leave.clients == "rebind" else "medium",
               expect="one Mac of each office logs its users in",
               back=f"dsconfigldap -f -a {by_role['master'][0].name} -u {project.administrator} -i")  # fmt: skip


def _profiles() -> Iterator[Step]:
    commands = [odkit("mcx", "profiles", _LAST, "--native", "-o", "profiles")]
    commands.append(person("read profiles/REPORT.txt: what has no payload of its own, and what is left"))
    commands.append(person("upload them to the device management, first to one Mac; they may hold passwords"))
    yield step("profiles", None, commands, confidence="medium", expect="System Settings shows them, and what they manage is as before",
               back="remove them")  # fmt: skip


def _destroy(leave: Leave, master: Server, below: list[Server]) -> Iterator[Step]:
    for s in below:
        commands = [read("slapconfig", "-getstyle"), confirm(s.name, "slapconfig", "-destroyldapserver", probe="-destroyldapserver")]
        commands += [read("slapconfig", "-getstyle")]
        yield step(f"the {s.role} becomes a plain server", s, commands, confidence="medium", expect="slapconfig -getstyle says standalone",
                   back=f"slapconfig -createreplica {s.parent or master.name} ADMINISTRATOR, while the master runs")  # fmt: skip
    commands = [read("slapconfig", "-getmasterconfig"), read("slapconfig", "-getstyle")]
    commands.append(person("no replica is listed any more; the archive of phase 0 is on another machine, and one made today, too"))
    commands.append(confirm(master.name, "slapconfig", "-destroyldapserver", probe="-destroyldapserver"))
    commands.append(read("slapconfig", "-getstyle"))
    yield step("the master, last", master, commands, confidence="medium", expect="slapconfig -getstyle says standalone",
               back="slapconfig -restoredb of the archive, same release, name, realm and suffix")  # fmt: skip
    keys = [person("what CARRY.txt names under what to destroy, on every machine that it was copied to")]
    keys.append(person(f"{_FIRST}, {_LAST}, carry, new-kdc.dump and new-kdc.stash: every key of every user is in them"))
    keys.append(person("one archive stays, sealed, for as long as the law asks; no Mac is needed to read it with odkit"))
    keys.append(person(f"names of the old servers in DNS, in DHCP (option 95) and in certificates; {leave.server} has its own"))
    yield step("the keys, and what still names the old servers", None, keys)
