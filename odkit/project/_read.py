"""Reads odkit.toml, the facts of a migration in one place, which commands use when no export is given.

    [domain]                                         # all optional
    realm = "OD.EXAMPLE.COM"
    suffix = "dc=od,dc=example,dc=com"
    administrator = "diradmin"
    target = "..."                                   # release of the Open Directory master, such as 10.5

    [exports]
    before = "before.ldif"                           # or a list: the main LDIF and that of cn=authdata
    after = ["after.ldif", "authdata.ldif"]
    principals = "listprincs.txt"
    keytabs = ["mail.keytab"]

    [retired]
    hosts = ["xserve1.example.com"]

    [ignore]
    OD012 = "exports by slapcat, counted by hand"    # a finding's code and why it is left out of every answer

    [leave]                                          # for odkit runbook --leave
    carry = "samba"                                  # target of odkit carry
    server = "dc1.ad.example.org"                    # which takes over
    clients = "unbind"                               # or "rebind": what becomes of the Macs
    homes = "local"                                  # or "smb": what becomes of homes on servers
    realm = "AD.EXAMPLE.ORG"                         # of the new server; the old one's by default
    base = "DC=ad,DC=example,DC=org"                 # its base DN, where the target asks for one
    shares = "shares.txt"                            # map of shares for odkit afp, with homes = "smb"

    [[server]]
    name = "odmaster.example.com"
    role = "master"                                  # master, relay, replica or member
    address = "10.0.0.10"

Paths are relative to the file.  Unknown keys, wrong types and what contradicts itself are errors with their line: a misspelt key must not
silently take a list away.
"""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

from odkit.dn import dn_key
from odkit.errors import InputError
from odkit.files import read_whole
from odkit.names import address_of
from odkit.patterns import regex
from odkit.project._model import NAME, ROLES, Backup, Export, Leave, Project, Server
from odkit.project._tables import Tables, close
from odkit.releases import RELEASES, mac_releases
from odkit.text import escape, shorten

__all__ = ["find", "load"]

_MAX = 1 << 20
_CODE = regex(r"[A-Z]{2}[0-9]{3}")


def find(start: Path) -> Path | None:
    """Return the nearest odkit.toml in a folder or above it."""
    folder = start.resolve()
    for each in (folder, *folder.parents):
        if (each / NAME).is_file():
            return each / NAME
    return None


def load(path: Path) -> Project:
    """Read odkit.toml.

    Raises:
        InputError: it cannot be read, is not TOML, or holds a key or value that is not allowed; with the line.
    """
    import tomllib

    data = read_whole(path, most=_MAX, what=NAME)
    try:
        text = data.decode("utf-8")
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        raise InputError(str(path), int(found[1]) if found else None, f"is no TOML: {shorten(str(error), 200)}") from error
    return _Reader(path, text).project(content)


class _Reader(Tables):
    def project(self, content: dict[str, Any]) -> Project:
        """Return the whole content, checked."""
        self.known(content, ("domain", "exports", "retired", "server", "ignore", "leave"), "")
        domain, exports, retired = (self.table(content, name) for name in ("domain", "exports", "retired"))
        self.known(domain, ("realm", "suffix", "administrator", "target"), "domain")
        self.known(exports, ("before", "after", "principals", "keytabs"), "exports")
        self.known(retired, ("hosts",), "retired")
        realm = self.realm(domain, "domain")
        suffix = self.dn(domain, "suffix", "domain")
        administrator = self.text(domain, "administrator", "domain") or "diradmin"
        if re.fullmatch(r"[A-Za-z0-9._-]+", administrator) is None or administrator.startswith("-"):
            self.stop(f"administrator is a short name: {escape(administrator)!r}", "domain", "administrator")
        hosts = tuple(self.host(each, "a retired host", "retired", "hosts") for each in self.texts(retired, "hosts", "retired"))
        if len(set(hosts)) != len(hosts):
            twice = next(each for each in hosts if hosts.count(each) > 1)
            self.stop(f"{twice} is there twice", "retired", "hosts")
        listed = content.get("server", [])
        if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
            self.stop("server is a list of tables: [[server]]", "server", "server")
        servers = tuple(self.server(each, number) for number, each in enumerate(listed))
        self.together(servers, hosts)
        return Project(
            self.path, realm, suffix, administrator, self.choice(domain, "target", tuple(RELEASES), "domain"),
            self.paths(exports, "before"), self.paths(exports, "after"), self.paths(exports, "principals"), self.paths(exports, "keytabs"),
            hosts, servers, self.ignored(content), self.leave(content, hosts, servers),
        )  # fmt: skip

    def realm(self, table: dict[str, Any], name: str) -> str:
        """Return a realm, or empty."""
        realm = self.text(table, "realm", name)
        if realm and (re.fullmatch(r"[^\\/@\s]+", realm) is None or realm != realm.upper()):
            self.stop(f"realm is in upper case, without blanks, slashes and '@': {escape(realm)}", name, "realm")
        return realm

    def dn(self, table: dict[str, Any], key: str, name: str) -> str:
        """Return a distinguished name, or empty."""
        value = self.text(table, key, name)
        if value and dn_key(value) is None:
            self.stop(f"{key} is a distinguished name, and {escape(value)!r} is none", name, key)
        return value

    def leave(self, content: dict[str, Any], retired: tuple[str, ...], servers: tuple[Server, ...]) -> Leave | None:
        """Return ``[leave]``, checked; None where there is none."""
        if "leave" not in content:
            return None
        table = self.table(content, "leave")
        self.known(table, tuple(f.name for f in fields(Leave) if f.name != "line"), "leave")
        for key in ("carry", "server", "clients", "homes"):
            if not table.get(key):
                self.stop(f"[leave] has no {key}", "leave", key)
        carry = self.text(table, "carry", "leave")
        if re.fullmatch(r"[a-z0-9][a-z0-9-]*", carry) is None:
            self.stop(f"carry is a target of odkit carry, such as samba, and {escape(carry)!r} is none", "leave", "carry")
        server = self.host(self.text(table, "server", "leave"), "server", "leave", "server")
        if server in retired or any(server in {each.name, *each.aliases} for each in servers):
            self.stop(f"server is the one that takes over, and {server} is one of the domain's own", "leave", "server")
        homes = self.choice(table, "homes", ("local", "smb"), "leave")
        shares = self.text(table, "shares", "leave")
        if shares and homes != "smb":
            self.stop('shares is for homes = "smb"', "leave", "shares")
        return Leave(
            carry, server, self.choice(table, "clients", ("unbind", "rebind"), "leave"), homes, self.realm(table, "leave"),
            self.dn(table, "base", "leave"), self.path.parent / shares if shares else None, self.lines.get(("leave", 0, ""), 0),
        )  # fmt: skip

    def ignored(self, content: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        """Return ``[ignore]``: codes of findings, each with the reason why it is left out."""
        table = self.table(content, "ignore")
        for code in table:
            if _CODE.fullmatch(code) is None:
                self.stop(f"{escape(code)!r} is no code of a finding", "ignore", code)
            if not self.text(table, code, "ignore").strip():
                self.stop(f"{code} is ignored without a reason; say why", "ignore", code)
        return tuple(table.items())

    def server(self, table: dict[str, Any], n: int) -> Server:
        """Return one ``[[server]]`` table, checked."""
        self.known(table, tuple(f.name for f in fields(Server) if f.name != "line"), "server", n)
        for key in ("name", "role"):
            if not table.get(key):
                self.stop(f"server {n + 1} has no {key}", "server", key, n)
        address = self.text(table, "address", "server", n)
        if address and address_of(address) is None:
            self.stop(f"address is an IP address, and {escape(address)!r} is none", "server", "address", n)
        ntp = table.get("ntp", False)
        if not isinstance(ntp, bool):
            self.stop("ntp is true or false", "server", "ntp", n)
        parent = self.text(table, "parent", "server", n)
        disk = self.text(table, "disk", "server", n)
        if disk and re.fullmatch(r"disk[0-9]{1,3}", disk) is None:
            self.stop(f"disk is a whole disk such as disk1, and {escape(disk)!r} is none", "server", "disk", n)
        for key in ("boot", "backup", "install"):
            if re.search(r"[/:]", self.text(table, key, "server", n)):
                self.stop(f"{key} is the name of a volume, without slashes and colons", "server", key, n)
        serial = self.text(table, "serial", "server", n)
        if serial and re.fullmatch(r"[A-Za-z0-9]{8,20}", serial) is None:
            self.stop(f"serial is a hardware serial number, letters and digits: {escape(serial)!r}", "server", "serial", n)
        name = self.host(self.text(table, "name", "server", n), "name", "server", "name", n)
        boot, backup, install = (self.text(table, key, "server", n) for key in ("boot", "backup", "install"))
        return Server(
            name=name,
            role=self.choice(table, "role", ROLES, "server", n),
            address=address_of(address) or "",
            parent=self.host(parent, "parent", "server", "parent", n) if parent else "",
            site=self.text(table, "site", "server", n),
            release=self.choice(table, "release", mac_releases(), "server", n),
            target=self.choice(table, "target", mac_releases(), "server", n),
            serial=serial,
            boot=boot,
            backup=backup,
            install=install,
            disk=disk,
            dns=self.choice(table, "dns", ("primary", "secondary"), "server", n),
            ntp=ntp,
            services=self.texts(table, "services", "server", n),
            aliases=tuple(self.host(each, "an alias", "server", "aliases", n) for each in self.texts(table, "aliases", "server", n)),
            shares=self.shares(table, n),
            backups=self.backups(table, n),
            line=self.lines.get(("server", n, ""), 0),
        )

    def _tables(self, table: dict[str, Any], key: str, names: tuple[str, ...], n: int) -> list[dict[str, str]]:
        found = table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            self.stop(f"{key} is a list of tables {{ {', '.join(names)} }}", "server", key, n)
        for each in found:
            for name, value in each.items():
                if name not in names or not isinstance(value, str) or not value.isprintable():
                    self.stop(f"{escape(name)} is not known in {key}, or no text; there are {', '.join(names)}", "server", key, n)
        return found

    def shares(self, table: dict[str, Any], n: int) -> tuple[Export, ...]:
        """Return the shares of a server."""
        out = []
        for each in self._tables(table, "shares", ("type", "path", "mount"), n):
            if each.get("type") not in {"afp", "nfs"} or not each.get("path", "").startswith("/"):
                self.stop('a share has type = "afp" or "nfs" and a whole path', "server", "shares", n)
            out.append(Export(each["type"], each["path"], each.get("mount", "")))
        return tuple(out)

    def backups(self, table: dict[str, Any], n: int) -> tuple[Backup, ...]:
        """Return the backup jobs of a server."""
        out = []
        for each in self._tables(table, "backups", ("source", "to", "when"), n):
            if not each.get("source", "").startswith("/") or not each.get("to") or each.get("when", "nightly") not in {"nightly", "weekly"}:
                self.stop('a backup has a whole path as source, to, and when = "nightly" or "weekly"', "server", "backups", n)
            out.append(Backup(each["source"], each["to"], each.get("when", "nightly")))
        return tuple(out)

    def together(self, servers: tuple[Server, ...], retired: tuple[str, ...]) -> None:
        """Check what no table shows alone."""
        names: dict[str, int] = {}
        addresses: dict[str, int] = {}
        for n, server in enumerate(servers):
            for name in dict.fromkeys((server.name, *server.aliases)):
                if name in names:
                    self.stop(f"{name} is server {names[name] + 1} already", "server", "name" if name == server.name else "aliases", n)
                names[name] = n
                if name in retired:
                    self.stop(f"{name} is retired, by [retired], and a server here", "server", "name", n)
            if server.address:
                if server.address in addresses:
                    other = servers[addresses[server.address]].name
                    self.stop(f"{server.address} is the address of {other} already", "server", "address", n)
                addresses[server.address] = n
        own = {each.name for each in servers}
        for n, server in enumerate(servers):
            if server.parent and server.parent not in own:
                hint = "".join(f"; did you mean {near}?" for near in close(server.parent, list(names), 1))
                self.stop(f"the parent {server.parent} is no server of this file{hint}", "server", "parent", n)
            if server.parent == server.name:
                self.stop(f"{server.name} is its own parent", "server", "parent", n)
