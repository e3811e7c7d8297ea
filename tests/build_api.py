"""A small domain with something for every analysis, as bytes: a server that goes, one that stays, two users, policies."""

from __future__ import annotations

from build import REALM, SUFFIX, authority, computer, config, home_url, mount, tree
from build_mcx import FLAGS, forced, guid
from odkit.ldif import Entry, dump

__all__ = ["GONE", "NAMES", "STAYS", "small_domain"]

GONE, STAYS = "old.example.com", "od.example.com"
NAMES = f"K/M@{REALM}\nkrbtgt/{REALM}@{REALM}\nhost/{GONE}@{REALM}\nhost/{STAYS}@{REALM}\nann@{REALM}\n".encode()


def small_domain() -> bytes:
    """The LDIF of the domain."""
    users = [
        Entry(
            f"uid={name},cn=users,{SUFFIX}",
            {
                "objectClass": [b"apple-user"],
                "uid": [name.encode()],
                "uidNumber": [b"%d" % (1025 + number)],
                "gidNumber": [b"20"],
                "apple-generateduid": [guid(number)],
                "authAuthority": [authority(f"0x4d2c1f0a4d2c1f0a000000050000000{number}").encode()],
                "apple-user-homeurl": [home_url(host, name)],
                "apple-mcxflags": FLAGS,
                "apple-mcxsettings": [forced({"size": number})],
            },
        )
        for number, (name, host) in enumerate([("ann", STAYS), ("bob", STAYS)], start=1)
    ]
    top = [Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"example"]}), config("KerberosKDC", apple_config_realname=REALM.encode())]
    machines = [computer(f"{GONE}$", apple_generateduid=guid(3).decode()), computer("mac1$", apple_generateduid=guid(4).decode())]
    return dump([*top, tree(STAYS), *users, *machines, mount(STAYS)])
