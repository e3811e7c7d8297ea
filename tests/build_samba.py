"""Domains to be carried to Samba, and what their plans add."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import odkit
from forged import REALM, Database
from odkit.carrying import CarryPlan
from odkit.ldif import Attributes, Entry, dump, read
from odkit.values.attributes import text_of

SUFFIX = "dc=od,dc=example,dc=com"

BASE = "DC=ad,DC=example,DC=com"


def user(name: str, uid: int = 1100, **attributes: str | list[str]) -> Entry:
    values = {
        "objectClass": [b"apple-user", b"posixAccount"],
        "uid": [name.encode()],
        "uidNumber": [str(uid).encode()],
        "authAuthority": [f";Kerberosv5;;{name}@{REALM};{REALM};".encode()],
    }
    given = {key: [value] if isinstance(value, str) else value for key, value in attributes.items()}
    return Entry(f"uid={name},cn=users,{SUFFIX}", values | {key: [each.encode() for each in found] for key, found in given.items()})


def directory(*entries: Entry) -> odkit.Directory:
    tops = [Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"od"]})]
    tops += [Entry(f"cn={name},{SUFFIX}", {"cn": [name.encode()]}) for name in ("users", "groups", "config")]
    kdc = Entry(f"cn=KerberosKDC,cn=config,{SUFFIX}", {"cn": [b"KerberosKDC"], "apple-config-realname": [REALM.encode()]})
    return odkit.open(dump([*tops, kdc, *entries]))


def carry(folder: Path, database: Database, *entries: Entry, **options: Any) -> CarryPlan:
    old, stash = database.write(folder)
    given = {"base_dn": BASE, "target_realm": "AD.EXAMPLE.COM"} | options
    return odkit.carry(directory(*entries), to="samba", kdc_dump=old, stash=stash, **given)


def added(plan: CarryPlan) -> dict[str, Attributes]:
    """What add.ldif makes, by name."""
    data = b"".join(next(planned for planned in plan.files if planned.name == "add.ldif").content())
    return {text_of(e.attributes, "sAMAccountName") or "": e.attributes for e in read(data) if isinstance(e, Entry)}
