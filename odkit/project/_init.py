"""Writes a first odkit.toml from an export: what the export tells, and a mark where a person must decide."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from odkit.directory import Directory, ReplicaServer
from odkit.directory.readable import require_readable
from odkit.directory.reliance import require_whole
from odkit.hosts import Verdict, judge_hosts
from odkit.hosts.addresses import computer_hosts
from odkit.hosts.evidence import Kind
from odkit.names import host_key, is_fqdn
from odkit.releases import mac_releases

__all__ = ["first_plan"]

_ASK = "# DECIDE:"


def _text(value: str) -> str:
    """Return a TOML basic string: as JSON writes it, but only control characters escaped, because TOML has no surrogate pairs.

    Bytes that are not UTF-8 cannot be in TOML: they become U+FFFD.
    """
    import json

    clean = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(f"\\u{ord(char):04X}" if char == "\x7f" else char for char in json.dumps(clean, ensure_ascii=False))


def _comment(value: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in value)


class _Found:
    """A server as the export shows it."""

    def __init__(self, name: str, role: str, parent: str = "", address: str = "") -> None:
        self.name, self.role, self.parent, self.address = name, role, parent, address
        self.shares: list[tuple[str, str]] = []


def _tree(od: Directory) -> tuple[list[_Found], list[str]]:
    servers: list[_Found] = []
    gone: list[str] = []

    def walk(server: ReplicaServer, parent: str) -> None:
        name = host_key(server.dns)
        if is_fqdn(name) and all(each.name != name for each in servers):
            servers.append(_Found(name, server.role, parent, next(iter(server.addresses), "")))
        for child in server.children:
            walk(child, name if is_fqdn(name) else parent)

    for tree, _ in od.config.trees():
        if tree.master is not None:
            walk(tree.master, "")
        gone += [host_key(name) for name in tree.decommissioned if is_fqdn(name)]
        break
    return servers, gone


def _members(od: Directory, servers: list[_Found], gone: Collection[str]) -> dict[str, str]:
    """Add the hosts that give homes, are in no tree, and are not retired: they are servers, too.

    Returns:
        Hosts that only a mount names, each with the first such mount: they may be long gone.
    """
    unsure: dict[str, str] = {}
    known = {server.name: server for server in servers}
    master = next((server.name for server in servers if server.role == "master"), "")
    for home in od.home_hosts.values():
        name = host_key(home.host)
        if is_fqdn(name) and name not in known and name not in gone:
            known[name] = _Found(name, "member", master)
            servers.append(known[name])
    for mount in od.mounts.records():
        for name in mount.names:
            host, colon, path = name.partition(":")
            key = host_key(host)
            if not colon or not is_fqdn(key) or key in gone:
                continue
            if key not in known:
                unsure.setdefault(key, name)
                continue
            kind = "afp" if (mount.text("mountType") or "").lower() == "url" else "nfs"
            if path.startswith("/") and path.isprintable() and (kind, path) not in known[key].shares:
                known[key].shares.append((kind, path))
    for computer in od.computers.records():
        address = next(iter(computer.addresses), "")
        for name in computer_hosts([*computer.names, *computer.texts("apple-realname")]):
            server = known.get(host_key(name))
            if server is not None and not server.address and address:
                server.address = address
    return unsure


def first_plan(od: Directory, exports: Iterable[str | Path], *, accept_incomplete: bool = False) -> str:
    """Write a first odkit.toml.

    Args:
        od: the export.
        exports: its files, as paths relative to the new file.
        accept_incomplete: plan although the export is incomplete.

    Returns:
        TOML; what a person must fill in is a comment that starts with DECIDE.

    Raises:
        InputError: the export is incomplete, and that was not accepted.
    """
    relied = [source.reliance for source in od.sources]
    require_whole(relied, "servers that it lacks would not stand in the plan", accept_incomplete=accept_incomplete)
    if not accept_incomplete:
        _ = od.home_hosts
        require_readable(od, "Servers that it names would not stand in the plan")
    servers, gone = _tree(od)
    # odkit purge-principals finds these without help: a decommissioned server that is listed as one that stays would be kept
    verdicts = [v for v in judge_hosts(od).values() if is_fqdn(v.host) and any(e.kind is Kind.INFERRED for e in v.evidence)]
    gone += [v.host for v in verdicts if v.verdict is Verdict.STALE]
    doubtful = [v for v in verdicts if v.verdict is Verdict.REVIEW]
    live = {server.name for server in servers}
    unsure = _members(od, servers, {*gone, *(v.host for v in doubtful)} - live)
    macs = mac_releases()
    lines = ["# made by odkit init; everything marked DECIDE is for a person to decide", "", "[domain]"]
    lines.append(f"realm = {_text(od.realm)}" if od.realm else f'{_ASK} the export names no realm\n# realm = "OD.EXAMPLE.COM"')
    lines.append(f"suffix = {_text(od.suffix)}" if od.suffix else f"{_ASK} the export shows no suffix")
    lines += [
        f"{_ASK} release of the Open Directory master: {', '.join(macs[:-1])} or {macs[-1]}",
        f'# target = "{macs[1]}"',
        "",
        "[exports]",
    ]
    files = ", ".join(_text(str(each)) for each in exports)
    lines += [f"before = [{files}]", f"{_ASK} the export after the migration, when there is one", '# after = "after.ldif"', ""]
    lines += ["[retired]", f"{_ASK} full names of all servers that go", "hosts = ["]
    lines += [f"    {_text(host)},  # decommissioned, by the password server's list" for host in sorted(set(gone) - live)]
    lines += [f"{_ASK} {_comment(v.host)}: {_comment(v.why)}" for v in doubtful if v.host not in live]
    lines += ["]", ""]
    lines += [
        f"{_ASK} {_comment(host)} is named by the mount {_comment(name)} alone: a [[server]], or retired?" for host, name in unsure.items()
    ]
    for server in servers:
        lines += ["[[server]]", f"name = {_text(server.name)}", f"role = {_text(server.role)}"]
        lines += [f"parent = {_text(server.parent)}"] if server.parent and server.parent != server.name else []
        lines += [f"address = {_text(server.address)}"] if server.address else [f"{_ASK} its address"]
        lines += [f"{_ASK} site, release, target, serial, boot, backup, install, disk, dns, ntp, services, backups"]
        if server.shares:
            shares = ", ".join(f"{{type = {_text(kind)}, path = {_text(path)}}}" for kind, path in server.shares)
            lines.append(f"shares = [{shares}]")
        lines.append("")
    if not servers:
        lines += [f"{_ASK} the export names no server", '# [[server]]\n# name = "odmaster.example.com"\n# role = "master"', ""]
    return "\n".join(_comment(line) if line.startswith("#") and "\n" not in line else line for line in lines)
