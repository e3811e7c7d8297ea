"""The content of odkit.toml as frozen values."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path

from odkit.dataclass import dataclass
from odkit.dn import dn_key
from odkit.errors import InputError
from odkit.text import escape

__all__ = ["NAME", "ROLES", "Backup", "Export", "Leave", "Project", "Server"]

NAME = "odkit.toml"
ROLES = ("master", "relay", "replica", "member")


@dataclass(frozen=True, slots=True)
class Export:
    """A share that a server gives to clients.

    Attributes:
        type: "afp" or "nfs".
        path: on the server.
        mount: where clients see it; "" for /Network/Servers.
    """

    type: str
    path: str
    mount: str = ""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup job.

    Attributes:
        source: path on the server.
        to: HOST:/path, or a path.
        when: "nightly" or "weekly".
    """

    source: str
    to: str
    when: str = "nightly"


@dataclass(frozen=True, slots=True)
class Server:
    """A server of the new domain.

    Attributes:
        name: full host name.
        role: one of `ROLES`.
        address: IP address, "" where none is given.
        parent: full name of the server it replicates from, or is bound to; "" for the master.
        site: office.
        release: Mac OS X Server it runs today; target: the one it will run.
        serial, boot, backup, install, disk: hardware serial number; names of the boot, backup and install volumes; the disk to erase.
        dns, ntp: what it serves: "primary", "secondary", "" for DNS; whether it is a time server.
        services: service names, as sso_util has them.
        aliases: further full names of it.
        shares, backups: see `Export` and `Backup`.
        line: of its table.
    """

    name: str
    role: str
    address: str = ""
    parent: str = ""
    site: str = ""
    release: str = ""
    target: str = ""
    serial: str = ""
    boot: str = ""
    backup: str = ""
    install: str = ""
    disk: str = ""
    dns: str = ""
    ntp: bool = False
    services: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    shares: tuple[Export, ...] = ()
    backups: tuple[Backup, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Leave:
    """Where the domain goes when Open Directory is left.

    Attributes:
        carry: target of ``odkit carry``.
        server: full name of the server that takes over.
        clients: "unbind" or "rebind", what becomes of the Macs.
        homes: "local" or "smb", what becomes of homes on servers.
        realm, base: of the new server; "" where not given.
        shares: map of shares for homes by SMB.
        line: of its table.
    """

    carry: str
    server: str
    clients: str
    homes: str
    realm: str = ""
    base: str = ""
    shares: Path | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Project:
    """The content of odkit.toml.

    Attributes:
        path: of the file.
        realm, suffix, administrator, target: of the domain; "" where not given.
        before, after: the older and the newer exports of the domain.
        principals, keytabs: inventories.
        retired: full names of retired servers.
        servers: of the new domain, in the file's order.
        ignored: codes of findings that are left out of every answer, each with the reason.
        leave: where it goes when Open Directory is left; None where the file does not say.
    """

    path: Path
    realm: str = ""
    suffix: str = ""
    administrator: str = "diradmin"
    target: str = ""
    before: tuple[Path, ...] = ()
    after: tuple[Path, ...] = ()
    principals: tuple[Path, ...] = ()
    keytabs: tuple[Path, ...] = ()
    retired: tuple[str, ...] = ()
    servers: tuple[Server, ...] = field(default=())
    ignored: tuple[tuple[str, str], ...] = ()
    leave: Leave | None = None

    def check_export(self, realm: str | None, suffix: str | None, export: str) -> None:
        """Check that an export belongs to this domain: another customer's list of retired hosts must never apply.

        Raises:
            InputError: realm or suffix differ.
        """
        if self.realm and realm and self.realm != realm:
            raise InputError(export, None, f"its realm is {escape(realm)}, and {self.path} is for {escape(self.realm)}")
        if self.suffix and suffix and dn_key(self.suffix) != dn_key(suffix):
            raise InputError(export, None, f"its suffix is {escape(suffix)}, and {self.path} is for {escape(self.suffix)}")
