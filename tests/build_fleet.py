"""A small fleet: exports of three domains, one of them at two dates, with what each ready question finds and what it must not find."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

import odkit
from build_mcx import managed
from odkit.ldif import Entry, dump
from odkit.tables import NEEDS, DigestKey, Store, write_tables

KEY = "1024 35 1234567890 root@od.{domain}"
ROOT_GUID = "FFFFEEEE-DDDD-CCCC-BBBB-AAAA00000000"


def guid(number: int) -> str:
    return str(uuid.UUID(int=number << 64)).upper()


def user(domain: str, name: str, uid: int, own: str | None, *authorities: str, **more: str) -> Entry:
    """A user; `own` is the GUID."""
    values = {
        "objectClass": ["inetOrgPerson", "posixAccount", "apple-user"],
        "uid": [name],
        "cn": [f"{name} of {domain}"],
        "uidNumber": [str(uid)],
        "gidNumber": ["20"],
        **({"apple-generateduid": [own]} if own is not None else {}),
        **({"authAuthority": list(authorities)} if authorities else {}),
        **{key: [value] for key, value in more.items()},
    }
    return Entry(f"uid={name},cn=users,{suffix(domain)}", {key: [each.encode() for each in value] for key, value in values.items()})


def suffix(domain: str) -> str:
    return ",".join(f"dc={label}" for label in domain.split("."))


def authorities(domain: str, name: str, number: int, key: str = "") -> tuple[str, str]:
    """Those of a user of a Password Server and of Kerberos."""
    key = key or f"1024 35 {int.from_bytes(domain.encode())} root@od.{domain}"
    slot, realm = f"0x{number << 64:032x}", domain.upper()
    return f";ApplePasswordServer;{slot},{key}:10.0.0.1", f";Kerberosv5;{slot};{name}@{realm};{realm};{key}"


def login(number: int, name: str, last: str | None) -> Entry:
    """The password record of such a user."""
    own = str(uuid.UUID(int=number << 64))
    values = {"objectClass": [b"pwsAuthdata"], "authGUID": [own.encode()], "uid": [name.encode()]}
    return Entry(f"authGUID={own},cn=users,cn=authdata", values | ({"lastLoginTime": [last.encode()]} if last else {}))


def group(domain: str, name: str, number: int, *members: str, more: dict[str, list[bytes]] | None = None) -> Entry:
    values = {
        "objectClass": [b"apple-group"],
        "cn": [name.encode()],
        "gidNumber": [b"%d" % (500 + number)],
        "memberUid": [m.encode() for m in members],
    }
    return Entry(f"cn={name},cn=groups,{suffix(domain)}", {key: value for key, value in (values | (more or {})).items() if value})


def base(domain: str) -> list[Entry]:
    realm = {"objectClass": [b"apple-configuration"], "cn": [b"KerberosKDC"], "apple-config-realname": [domain.upper().encode()]}
    return [
        Entry(suffix(domain), {"objectClass": [b"domain"], "dc": [domain.partition(".")[0].encode()]}),
        *(
            Entry(f"cn={name},{suffix(domain)}", {"objectClass": [b"container"], "cn": [name.encode()]})
            for name in ("users", "groups", "config")
        ),
        Entry(f"cn=KerberosKDC,cn=config,{suffix(domain)}", realm),
    ]


def policies(**keys: object) -> dict[str, list[bytes]]:
    return managed(dict(keys))


NORTH, SOUTH, WEST = "north.example.com", "south.example.com", "west.example.com"
SHARED = KEY.format(domain=NORTH)


def north(*, later: bool = True) -> list[Entry]:
    """The domain of 10.7, whole with its cn=authdata; before and after some changes."""
    afp = "<home_dir><url>afp://files.north.example.com/Homes</url><path>ann</path></home_dir>"
    return [
        *base(NORTH),
        user(NORTH, "root", 0, ROOT_GUID),
        user(
            NORTH,
            "ann",
            1001,
            guid(1),
            *authorities(NORTH, "ann", 1, SHARED),
            **{"apple-user-homeurl": afp, "description": "moved to Bern" if later else "in Basel"},
        ),
        user(
            NORTH,
            "bob" if not later else "robert",
            1002,
            guid(2),
            *authorities(NORTH, "bob", 2),
            ";DisabledUser;",
            userPassword="new-secret" if later else "old-secret",
        ),
        user(NORTH, "cy", 1003, guid(3), *authorities(NORTH, "cy", 3), ";DisabledUser;", createTimestamp="20100601000000Z"),
        user(NORTH, "dee", 1004, guid(4), *authorities(NORTH, "dee", 4), createTimestamp="20090101000000Z"),
        user(
            NORTH,
            "eve",
            1005,
            guid(5),
            *authorities(NORTH, "eve", 5),
            description="see http://files.north.example.com.evil.org and xfiles.north.example.com",
        ),
        *([user(NORTH, "new", 1006, guid(6), *authorities(NORTH, "new", 6), createTimestamp="20110201000000Z")] if later else []),
        group(NORTH, "staff1", 1, "ann", "ghost", "sam", more=policies(autohide=True, tilesize=48)),
        group(
            NORTH,
            "staff2",
            2,
            "dee",
            more={"apple-group-memberguid": [ROOT_GUID.encode(), guid(99).encode()]} | policies(autohide=False, tilesize=48),
        ),
        login(1, "ann", "20110308120000Z"),
        login(2, "bob", "20090101120000Z"),
        login(3, "cy", None),
        login(4, "dee", None),
        login(5, "eve", "20100309120000Z"),
        login(6, "new", None),
    ]


def south() -> list[Entry]:
    """A domain of 10.6: what counts its logins is not in the export."""
    return [
        *base(SOUTH),
        user(SOUTH, "root", 0, ROOT_GUID),
        user(SOUTH, "ann", 1001, guid(1), *authorities(SOUTH, "ann", 11, SHARED)),
        user(SOUTH, "sam", 1002, guid(12), *authorities(SOUTH, "sam", 12), description="afpserver/x@Y and _afpovertcp"),
        user(SOUTH, "sue", 1013, None, description="backup of files.north.example.com is afp://FILES.south.example.com/backup"),
        group(SOUTH, "staff1", 1, "ann", "sam", more=policies(autohide=True, tilesize=48)),
    ]


def west() -> list[Entry]:
    """A domain whose export was asked for its groups alone: their members are not known."""
    return [*base(WEST), group(WEST, "crew", 1, "nobody-knows")]


_ASKED_GROUPS = f"""\
# extended LDIF
#
# LDAPv3
# base <cn=groups,{suffix(WEST)}> with scope subtree
# filter: (objectclass=*)
# requesting: ALL
#

""".encode()


def fleet(folder: Path, *, key: DigestKey | None = None) -> Path:
    """The folder of tables of all of them."""
    store = Store(folder / "tables")
    listed = odkit.read_principals(
        b"".join(f"{name}@{NORTH.upper()}\n".encode() for name in ("ann", "bob", "krbtgt/X", "dee")), realm=NORTH.upper()
    )
    for name, data, date in (
        ("north-1", dump(north(later=False)), datetime.fromisoformat("2010-03-01T00:00:00Z")),
        ("north-2", dump(north()), datetime.fromisoformat("2011-03-09T00:00:00Z")),
        ("south", dump(south()), datetime.fromisoformat("2011-03-09T00:00:00Z")),
        ("west", _ASKED_GROUPS + dump(west()[-1:]), datetime.fromisoformat("2011-03-09T00:00:00Z")),
    ):
        path = folder / f"{name}.ldif"
        path.write_bytes(data)
        inventories = [listed] if name == "north-2" else []
        write_tables(odkit.open(path, needs=NEEDS), store, at=date, key=key, inventories=inventories, findings=False)
    return store.path
