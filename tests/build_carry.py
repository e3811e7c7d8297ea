"""Domains to be carried: users and groups as slapd of a new server has to take them, and users with principals of an old realm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import odkit
from forged import REALM, Database
from odkit.carrying import CarryPlan
from odkit.ldif import Entry, dump

__all__ = ["GROUP", "SUFFIX", "USER", "carry", "directory", "domain", "group", "kerberos_user", "user", "verdicts"]

SUFFIX = "dc=od,dc=example,dc=com"
USER = [b"inetOrgPerson", b"posixAccount", b"shadowAccount", b"apple-user", b"extensibleObject"]
GROUP = [b"posixGroup", b"apple-group", b"extensibleObject"]


def user(name: str, number: int = 1025, guid: str = "", dn: str = "", **more: list[bytes]) -> Entry:
    """A user below dc=x; ``__`` in a keyword is ``;``, ``_`` is ``-``, and an attribute without values is left out."""
    values: dict[str, list[bytes]] = {
        "objectClass": USER, "uid": [name.encode()], "cn": [name.encode()], "sn": [b"99"], "uidNumber": [str(number).encode()],
        "gidNumber": [b"1030"], "homeDirectory": [b"/Users/x"], "apple-generateduid": [guid.encode()] if guid else [],
    }  # fmt: skip
    values |= {key.replace("__", ";").replace("_", "-"): each for key, each in more.items()}
    return Entry(dn or f"uid={name},cn=users,dc=x", {key: each for key, each in values.items() if each})


def group(name: str, number: int, **more: list[bytes]) -> Entry:
    """A group below dc=x."""
    values = {"objectClass": GROUP, "cn": [name.encode()], "gidNumber": [str(number).encode()]}
    return Entry(f"cn={name},cn=groups,dc=x", values | {key.replace("_", "-"): each for key, each in more.items()})


def domain(*entries: Entry) -> bytes:
    """An export of dc=x with its containers and these records."""
    top = [Entry("dc=x", {"objectClass": [b"domain"], "dc": [b"x"]})]
    names = ("users", "groups", "mounts", "computers")
    return dump([*top, *(Entry(f"cn={n},dc=x", {"objectClass": [b"container"], "cn": [n.encode()]}) for n in names), *entries])


def kerberos_user(name: str, uid: int = 1100, **attributes: str) -> Entry:
    """A user whose authority names a principal of `forged.REALM`."""
    values = {
        "objectClass": [b"apple-user", b"posixAccount"],
        "uid": [name.encode()],
        "uidNumber": [str(uid).encode()],
        "authAuthority": [f";Kerberosv5;;{name}@{REALM};{REALM};".encode()],
    }
    return Entry(f"uid={name},cn=users,{SUFFIX}", values | {key: [value.encode()] for key, value in attributes.items()})


def directory(*users: Entry) -> odkit.Directory:
    """A domain whose realm is `forged.REALM`, with these users."""
    tops = [Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"od"]}), Entry(f"cn=users,{SUFFIX}", {"cn": [b"users"]})]
    kdc = Entry(f"cn=KerberosKDC,cn=config,{SUFFIX}", {"cn": [b"KerberosKDC"], "apple-config-realname": [REALM.encode()]})
    return odkit.open(dump([*tops, kdc, *users]))


def carry(folder: Path, database: Database, *users: Entry, to: str = "mit", **options: Any) -> CarryPlan:
    """A plan, for an MIT KDC if no other target is named."""
    old, stash = database.write(folder)
    return odkit.carry(directory(*users), to=to, kdc_dump=old, stash=stash, **options)


def verdicts(plan: CarryPlan) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The verdict on each user, and why."""
    return {each.name: (each.verdict.value, tuple(reason.why.value for reason in each.reasons)) for each in plan.users}
