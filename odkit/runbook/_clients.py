"""The Macs of the offices: one script an office that binds them anew, a check of what a Mac still names, and a list to tick off.

The steps are those of dsconfigldap(8) and of public deployment scripts, of medium confidence (docs/sources.md, binding a client).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odkit.directory import Computer, Directory
from odkit.names import host_key, is_fqdn, short_name
from odkit.project import Project, Server
from odkit.shell import assemble, encode_name, fragment, heredoc
from odkit.text import escape

__all__ = ["bound_as", "checklist", "client_scripts", "leave_script", "part"]


def client_scripts(project: Project) -> Iterator[tuple[str, bytes]]:
    """Yield the scripts for clients: names below the runbook's folder, and contents.

    Raises:
        RefusedError: a name that a script cannot carry.
    """
    for server, sites in _offices(project):
        yield f"clients/rebind-{server.name}.sh", _rebind(project, server, sites)
    if project.retired:
        yield "clients/check-client.sh", _check(project)


def _offices(project: Project) -> Iterator[tuple[Server, list[str]]]:
    """Yield directory servers with the sites whose Macs they serve: a site's own one, else the master."""
    order = {"replica": 0, "relay": 1, "master": 2}
    servers = [s for s in project.servers if s.role in order]
    by_site: dict[str, Server] = {}
    for server in sorted(servers, key=lambda s: order[s.role]):
        by_site.setdefault(server.site.casefold(), server)
    master = next((s for s in servers if s.role == "master"), None)
    sites = dict.fromkeys(s.site for s in project.servers)
    out: dict[str, tuple[Server, list[str]]] = {}
    for site in sites:
        chosen = by_site.get(site.casefold(), master)
        if chosen is not None:
            out.setdefault(chosen.name, (chosen, []))[1].append(site)
    yield from out.values()


def part(name: str) -> str:
    """Return the text of a part of the runbook's scripts."""
    return fragment("odkit.runbook", name)


def _names(names: Iterable[str]) -> str:
    return heredoc("retired", [encode_name(name.encode("utf-8", "surrogateescape")) for name in names])


def bound_as(project: Project) -> list[str]:
    """Return what a Mac may have been bound to: retired servers by full name, and by short name where no other server has that one."""
    live = {short_name(host_key(name)) for server in project.servers for name in (server.name, *server.aliases)}
    short = [name for name in map(short_name, map(host_key, project.retired)) if name not in live]
    return list(dict.fromkeys([*project.retired, *short]))


def _rebind(project: Project, server: Server, sites: list[str]) -> bytes:
    named = ", ".join(site for site in sites if site)
    head = (
        f"odkit runbook: clients, {server.name}",
        f"For the Macs of: {named or 'every office'}. Binds them to {server.name}. Without --apply it changes nothing. Confidence: medium.",
        "Status: 0 fine; 1 something had trouble; 2 the surroundings are not right; 3 another release.",
    )
    values = {"SERVER": server.name, "ADMIN": project.administrator}
    own = map(part, ("runbook.sh", "binding.sh", "rebind.sh"))
    return assemble(head, values, ("common.sh", "records.sh"), [_names(bound_as(project))], own=own)


def _check(project: Project) -> bytes:
    head = (
        "odkit runbook: check-client.sh",
        "Tells whether a Mac still names a retired server: configured directories, search paths, mounts, Kerberos. It changes nothing.",
        "Status: 0 no; 1 yes; 2 the surroundings are not right.",
    )
    values = {"STEPS": str(len(project.retired))}
    return assemble(head, values, ("common.sh", "records.sh"), [_names(project.retired)], own=(part("check-client.sh"),))


def leave_script(project: Project) -> bytes:
    """Return ``clients/leave.sh``, which takes a Mac off every server of the domain, and binds it to the new one where that is planned.

    Raises:
        RefusedError: a name that a script cannot carry.
    """
    leave = project.leave
    # a domain of Samba is joined by dsconfigad, which a person types
    server = leave.server if leave is not None and leave.clients == "rebind" and leave.carry != "samba" else ""
    names = [name for each in project.servers for name in (each.name, *each.aliases)] + list(project.retired)
    addresses = [each.address for each in project.servers if each.address]
    known = dict.fromkeys([*names, *(short_name(host_key(name)) for name in names), *addresses])
    head = (
        "odkit runbook: leave.sh",
        f"For every Mac: off the domain's servers{f', and bound to {server}' if server else ''}. Without --apply it changes nothing.",
        "Confidence: named at each step.",
        "Status: 0 fine; 1 something had trouble; 2 the surroundings are not right; 3 another release, or accounts of the directory.",
    )
    own = map(part, ("runbook.sh", "binding.sh", "leave.sh"))
    values = {"SERVER": server, "ADMIN": project.administrator}
    return assemble(head, values, ("common.sh", "records.sh"), [_names(known)], own=own)


def checklist(project: Project, od: Directory, *, leaving: bool = False) -> bytes:
    """Return ``clients/CHECKLIST.md``: every computer record that is no server's, with what was done.

    Args:
        project: its servers and retired hosts are left out.
        od: the newest export.
        leaving: for the way out of Open Directory, with leave.sh instead of rebind-SERVER.sh.
    """
    how = "sh leave.sh on each." if leaving else "sh rebind-SERVER.sh on each, then sh check-client.sh."
    known = {host_key(name) for server in project.servers for name in (server.name, *server.aliases)} | set(map(host_key, project.retired))
    known |= {short_name(name) for name in known}
    lists: dict[str, list[str]] = {}
    for record in od.computer_lists.records():
        for member in record.members:
            lists.setdefault(member.casefold(), []).append(record.name)
    rows: dict[str, tuple[str, ...]] = {}
    for computer in od.computers.records():
        name = computer.name.removesuffix("$")
        if host_key(name) in known or short_name(host_key(name)) in known or name.upper().startswith("LKDC:") or computer.name == "guest":
            continue
        key = host_key(name) if is_fqdn(name) else name.casefold()
        rows.setdefault(key, (name, *_of(computer, lists)))
    head = ["# Macs", "", f"{len(rows)} computer records that are no server's. {how}", ""]
    if not rows:
        return "\n".join([*head, "None: bound Macs have computer records only where they were bound with authentication.", ""]).encode()
    done = ("accounts local", "left", "login") if leaving else ("rebound", "check-client: 0", "login")
    head += [f"| Mac | Ethernet | address | lists | {' | '.join(done)} |", "|---|---|---|---|---|---|---|"]
    body = [f"| {' | '.join(map(_cell, rows[key]))} | [ ] | [ ] | [ ] |" for key in sorted(rows)]
    return "\n".join([*head, *body, ""]).encode("utf-8", "backslashreplace")


def _of(computer: Computer, lists: dict[str, list[str]]) -> tuple[str, str, str]:
    found = dict.fromkeys(each for name in computer.names for each in lists.get(name.casefold(), ()))
    return computer.text("macAddress") or "", computer.text("ipHostNumber") or "", ", ".join(found)


def _cell(text: str) -> str:
    return "".join(f"\\{char}" if char in r"\`*_{}[]<>#|!~&$" else char for char in escape(text))
