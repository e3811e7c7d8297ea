"""A domain whose plan is rehearsed."""

from __future__ import annotations

from pathlib import Path

import odkit
from conftest import needs
from odkit.ldif import Entry, dump

REALM = "OD.EXAMPLE.COM"

OLD, LIVE = "old.example.com", "od.example.com"

NAMES = [
    f"K/M@{REALM}",
    f"ann@{REALM}",
    f"krbtgt/{REALM}@{REALM}",
    f"kadmin/admin@{REALM}",
    f"host/{OLD}@{REALM}",
    f"afpserver/{OLD}@{REALM}",
    f"host/{LIVE}@{REALM}",
    f"ldap/{LIVE}@{REALM}",
]

SLOT = "0x48a1b2c3d4e5f60718293a4b5c6d7e%02x"


def domain() -> odkit.Directory:
    """A domain with a server that is gone, one that lives, two users and their slots."""
    needs("slapd", "ldapmodify", "kadmin.local", "krb5kdc")

    def container(name: str) -> Entry:
        return Entry(f"cn={name},dc=example,dc=com", {"objectClass": [b"container"], "cn": [name.encode()]})

    entries = [
        Entry("dc=example,dc=com", {"objectClass": [b"domain"], "dc": [b"example"]}),
        *map(container, ("users", "computers", "config")),
    ]
    entries.append(
        Entry("cn=KerberosKDC,cn=config,dc=example,dc=com", {"objectClass": [b"apple-configuration"], "cn": [b"KerberosKDC"], "apple-config-realname": [REALM.encode()]})
    )  # fmt: skip
    for name in ("ann", "bob"):
        attributes = {"objectClass": [b"inetOrgPerson", b"posixAccount"], "uid": [name.encode()], "cn": [name.encode()], "sn": [b"x"], "uidNumber": [b"1025"],
                      "gidNumber": [b"20"], "homeDirectory": [b"/Network/Servers/od.example.com/Homes/x"], "noSuchAttribute": [b"needs a repair"],
                      "authAuthority": [f";ApplePasswordServer;{SLOT % 1},1024 35 1 root@od.example.com:10.0.0.1".encode()]}  # fmt: skip
        entries.append(Entry(f"uid={name},cn=users,dc=example,dc=com", attributes))
    for host in (OLD, LIVE):
        attributes = {"objectClass": [b"apple-computer"], "cn": [f"{host}$".encode()], "apple-realname": [host.encode()]}
        if host == OLD:
            attributes["authAuthority"] = [f";ApplePasswordServer;{SLOT % 2},1024 35 1 root@od.example.com:10.0.0.1".encode()]
        entries.append(Entry(f"cn={host}$,cn=computers,dc=example,dc=com", attributes))
    return odkit.open(dump(entries))


def planned(od: odkit.Directory, folder: Path) -> tuple[odkit.PurgePlan, Path]:
    """The plan that retires the server that is gone, written."""
    listing = folder / "listprincs.txt"
    listing.write_text("".join(f"{name}\n" for name in NAMES))
    plan = odkit.plan_purge(od, odkit.read_principals(listing), retire=[OLD])
    odkit.write_plan(plan, folder / "purge", target="10.5")
    return plan, folder / "purge"


def words(od: odkit.Directory, folder: Path) -> list[str]:
    """The command without ``odkit`` that rehearses that plan, and the files that it reads."""
    export, listing = folder / "export.ldif", folder / "listprincs.txt"
    export.write_bytes(dump([record.entry for record in od.records()]))
    listing.write_text("".join(f"{name}\n" for name in NAMES))
    return ["rehearse", str(export), "--principals", str(listing), "--retire", OLD, "--target", "10.5"]


def cut_script(scripts: Path) -> None:
    """Half of a script."""
    path = scripts / "delete-records-ldif.sh"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
