"""Builders of records, trees and whole directories for tests: the domain example.com with as little in it as a test needs."""

from __future__ import annotations

import plistlib
from typing import Any

import odkit
from conftest import MART
from odkit.hosts import judge_hosts
from odkit.ldif import Entry, dump
from odkit.servers import Node, Tree

SUFFIX = "dc=example,dc=com"
REALM = "EXAMPLE.COM"
SLOT = "0x4d2c1f0a4d2c1f0a0000000500000005"

# LDIF as text, for tests that damage it
HEAD = "dn: dc=od,dc=example,dc=com\nobjectClass: domain\ndc: od\n\n"
GROUP = "dn: cn=staff,cn=groups,dc=od,dc=example,dc=com\nobjectClass: apple-group\ncn: staff\n"


def _named(values: dict[str, str | list[str]]) -> dict[str, list[bytes]]:
    """Attributes from keyword arguments: ``apple_generateduid`` is apple-generateduid."""
    return {
        key.replace("_", "-"): [each.encode() for each in ([value] if isinstance(value, str) else value)] for key, value in values.items()
    }


def plist(value: dict[str, Any]) -> bytes:
    """A property list in XML."""
    return plistlib.dumps(value)


def user(name: str, host: str) -> Entry:
    """A user with a home on a server."""
    values = {"objectClass": [b"apple-user"], "uid": [name.encode()], "apple-user-homeurl": [home_url(host, name, "Homes")]}
    return Entry(f"uid={name},cn=users,{SUFFIX}", values)


def computer(*names: str, suffix: str = SUFFIX, **more: str | list[str]) -> Entry:
    """A computer; its first name is that of its DN."""
    values = {"objectClass": [b"apple-computer"], "cn": [name.encode() for name in names]} | _named(more)
    return Entry(f"cn={names[0]},cn=computers,{suffix}", values)


def authority(slot: str = SLOT) -> str:
    """The authAuthority of a record whose password is in a slot of a password server of 10.4 to 10.6."""
    return f";ApplePasswordServer;{slot},1024 35 1 root@h:10.0.0.1"


def config(name: str, **more: bytes | list[bytes]) -> Entry:
    """A record in cn=config."""
    values = {key.replace("_", "-"): value if isinstance(value, list) else [value] for key, value in more.items()}
    return Entry(f"cn={name},cn=config,{SUFFIX}", {"objectClass": [b"apple-configuration"], "cn": [name.encode()], **values})


def mount(host: str, path: str = "/Homes") -> Entry:
    """A mount of a share over NFS."""
    name = f"{host}:{path}"
    return Entry(f"cn={name},cn=mounts,{SUFFIX}", {"objectClass": [b"mount"], "cn": [name.encode()], "mountType": [b"nfs"]})


def tree(master: str = "od.example.com", ip: str = "192.0.2.1", gone: list[str] | None = None, **replicas: str) -> Entry:
    """The record of the password servers: a master, replicas by name (``r1_example_com="192.0.2.2"``), keys of servers that are gone."""
    parent: dict[str, Any] = {"IP": ip, "DNS": master, "Replicas": [{"DNS": k.replace("_", "."), "IP": v} for k, v in replicas.items()]}
    value = plist({"ID": "x", "Parent": parent, "DecommissionedReplicas": gone or []})
    return config("passwordserver", apple_password_server_location=ip.encode(), apple_password_server_list=value)


def od(*entries: Entry) -> odkit.Directory:
    """The domain with its suffix, its realm, and these records."""
    top = [Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"example"]}), config("KerberosKDC", apple_config_realname=REALM.encode())]
    return odkit.open(dump([*top, *entries]))


def bare(*entries: Entry) -> odkit.Directory:
    """Records below dc=x and a container of users, without a realm or any other configuration."""
    return odkit.open(dump([Entry("dc=x", {"dc": [b"x"]}), Entry("cn=users,dc=x", {"cn": [b"users"]}), *entries]))


def few(stage: str, every: int = 6) -> bytes:
    """An export of the company with every sixth user, or so many: each of them is read as the others are."""
    records = (MART / stage / "export.ldif").read_bytes().split(b"\n\n")
    users = [each for each in records if each.startswith(b"dn: uid=")]
    gone = set(users) - set(users[::every])
    return b"\n\n".join(each for each in records if each not in gone)


def inventory(*names: str) -> odkit.Inventory:
    """What listprincs shows of the realm: the KDC's own principals and these."""
    return odkit.read_principals("".join(f"{name}@{REALM}\n" for name in ("K/M", f"krbtgt/{REALM}", *names)).encode())


def home_url(host: str, name: str, share: str = "H") -> bytes:
    """A value of apple-user-homeurl."""
    return f"<home_dir><url>afp://{host}/{share}</url><path>{name}</path></home_dir>".encode()


def mounted(*mounts: tuple[str, dict[str, list[bytes]]], users: tuple[tuple[bytes, bytes], ...] = ()) -> odkit.Directory:
    """Mounts, by name with their attributes, and users, by home URL and home directory."""
    entries = [
        Entry(f"cn=m{index},cn=mounts,dc=x", {"objectClass": [b"mount"], "cn": [name.encode()], **values})
        for index, (name, values) in enumerate(mounts)
    ]
    for index, (url, nfs) in enumerate(users):
        values = {"uid": [b"u%d" % index], "apple-user-homeurl": [url], "homeDirectory": [nfs]}
        entries.append(Entry(f"uid=u{index},cn=users,dc=x", values))
    return bare(*entries)


def planned_tree(*rows: str, realm: str = "R") -> Tree:
    """A tree of servers, by rows of ``name role parent [release]``; names get a domain."""
    nodes = []
    for row in rows:
        name, role, parent, *rest = [*row.split(), *[""] * 2]
        above = "" if parent in {"-", ""} else f"{parent}.example.com"
        nodes.append(Node(f"{name}.example.com" if name != "short" else name, role, parent=above, release=rest[0], ntp=role == "master"))
    return Tree("odkit.toml", realm, tuple(nodes))


def with_slot(name: str) -> Entry:
    """A computer whose password is in a slot."""
    return computer(f"{name}$", authAuthority=authority(), apple_generateduid=name)


def verdicts(directory: odkit.Directory, **options: Any) -> dict[str, str]:
    """The verdict on each host."""
    return {h: v.verdict.value for h, v in judge_hosts(directory, **options).items()}
