"""A domain of 10.7 and later: principals as values of records in cn=authdata, one case of each that a plan tells apart."""

from __future__ import annotations

import uuid

from odkit.ldif import Entry, dump

SUFFIX = "dc=lion,dc=example,dc=com"
REALM = "LION.EXAMPLE.COM"
KEYS = b"\x30\x0b\xa1\x03\x02\x01\x01\xa0\x04\x30\x02\x05\x00"


def guid(number: int) -> str:
    return str(uuid.UUID(int=number))


def authdata(number: int, name: str, canonical: str, *aliases: str, linked: bool = True) -> Entry:
    attributes = {
        "objectClass": [b"pwsAuthdata"],
        "authGUID": [guid(number).encode()],
        "uid": [name.encode()],
        "draft-krbPrincipalName": [f"{canonical}@{REALM}".encode()],
        "draft-krbKeySet": [KEYS + bytes([number])],
        "draft-krbTicketPolicy": [b"358"],
    }
    if aliases:
        attributes["draft-krbPrincipalAliases"] = [f"{alias}@{REALM}".encode() for alias in aliases]
    if linked:
        attributes["userLinkage"] = [guid(1000 + number).encode()]
    return Entry(f"authGUID={guid(number)},cn=users,cn=authdata", attributes)


def computer(number: int, name: str) -> Entry:
    return Entry(
        f"cn={name}$,cn=computers,{SUFFIX}",
        {
            "objectClass": [b"apple-computer", b"top"],
            "cn": [f"{name}$".encode()],
            "apple-generateduid": [guid(2000 + number).upper().encode()],
            "macAddress": [b"00:17:f2:00:00:%02x" % number],
            "entryUUID": [guid(1000 + number).encode()],
        },
    )


def main() -> bytes:
    """The main export."""
    home = b"<home_dir><url>afp://od.example.com/Homes</url><path>ann</path></home_dir>"
    entries = [
        Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"lion"]}),
        *(
            Entry(f"cn={name},{SUFFIX}", {"objectClass": [b"container"], "cn": [name.encode()]})
            for name in ("users", "computers", "config")
        ),
        Entry(
            f"cn=KerberosKDC,cn=config,{SUFFIX}",
            {"objectClass": [b"apple-configuration"], "cn": [b"KerberosKDC"], "apple-config-realname": [REALM.encode()]},
        ),
        Entry(
            f"uid=ann,cn=users,{SUFFIX}",
            {
                "objectClass": [b"inetOrgPerson", b"posixAccount", b"apple-user"],
                "uid": [b"ann"],
                "cn": [b"Ann"],
                "sn": [b"A"],
                "uidNumber": [b"1025"],
                "gidNumber": [b"20"],
                "homeDirectory": [b"/Network/Servers/od.example.com/Homes/ann"],
                "apple-user-homeurl": [home],
                "apple-generateduid": [guid(3001).upper().encode()],
                "entryUUID": [guid(1001).encode()],
            },
        ),
        computer(2, "od.example.com"),
        computer(3, "old.example.com"),
        computer(4, "mail.example.com"),
    ]
    return dump(entries)


def auth() -> bytes:
    """The export of cn=authdata."""
    return dump(
        [
            Entry("cn=authdata", {"objectClass": [b"pwAuthData"], "cn": [b"authdata"], "PWSPublicKey": [b"1024 65537 1 root@od:10.0.0.1"]}),
            Entry("cn=users,cn=authdata", {"objectClass": [b"container"], "cn": [b"users"]}),
            authdata(1, "ann", "ann"),
            # live, with a live alias and a stale one that differs from a live one in a letter
            authdata(2, "od.example.com$", "od.example.com$", "host/od.example.com", "host/old.example.com", "ldap/od.example.com"),
            # the stale computer's own: goes with its record
            authdata(3, "old.example.com$", "old.example.com$", "host/gone.example.com"),
            # services as records of their own
            authdata(5, "cifs", "cifs/old.example.com", linked=False),
            authdata(6, "afp", "afpserver/old.example.com", "afpserver/od.example.com", linked=False),
            authdata(7, "cifs", "cifs/od.example.com", linked=False),
            # keys of a live computer under a stale canonical name
            authdata(4, "mail", "imap/old.example.com"),
        ]
    )
