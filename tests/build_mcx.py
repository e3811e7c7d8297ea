"""MCX of users, computers and groups: policies, the attributes that carry them, and domains in which they meet."""

from __future__ import annotations

import plistlib
from collections.abc import Iterable
from typing import Any

import odkit
from odkit import ldif
from odkit.mcx import Effective

__all__ = ["FLAGS", "UNION", "composed", "forced", "guid", "keys", "managed", "managed_domain", "policy", "record", "users_with"]

FLAGS = [plistlib.dumps({"has_mcx_settings": True})]
UNION = [{"mcx_input_key_names": ["AppItems-Raw"], "mcx_output_key_name": "static-apps", "mcx_remove_duplicates": True}]


def policy(domain: str, **states: list[dict[str, Any]]) -> bytes:
    """A value of apple-mcxsettings with one domain; ``Set_Once`` is the state Set-Once."""
    return plistlib.dumps({"mcx_application_data": {domain: {state.replace("_", "-"): each for state, each in states.items()}}})


def keys(**values: Any) -> dict[str, Any]:
    """The settings of a state."""
    return {"mcx_preference_settings": values}


def forced(values: dict[str, Any], *, domain: str = "com.apple.dock", **more: Any) -> bytes:
    """A value of apple-mcxsettings whose keys are all Forced."""
    return policy(domain, Forced=[keys(**values) | more])


def managed(values: dict[str, Any], *, domain: str = "com.apple.dock", state: str = "Forced", **more: Any) -> dict[str, list[bytes]]:
    """The attributes of a record with settings that clients load."""
    return {"apple-mcxflags": FLAGS, "apple-mcxsettings": [policy(domain, **{state: [keys(**values) | more]})]}


def guid(number: int) -> bytes:
    """A GeneratedUID."""
    return b"6F1AF1A2-0000-4000-8000-%012d" % number


def record(rdn: str, container: str, number: int, more: dict[str, list[bytes]] | None = None, **values: list[bytes]) -> ldif.Entry:
    """A record of a container below dc=x, with a GUID."""
    kind, _, name = rdn.partition("=")
    attributes: dict[str, list[bytes]] = {kind: [name.encode()], "apple-generateduid": [guid(number)]}
    attributes |= {key.replace("_", "-"): each for key, each in values.items()} | (more or {})
    return ldif.Entry(f"{rdn},cn={container},dc=x", attributes)


def managed_domain(
    user: dict[str, list[bytes]] | None = None,
    computer: dict[str, list[bytes]] | None = None,
    macs: dict[str, list[bytes]] | None = None,
    staff: dict[str, list[bytes]] | None = None,
    *more: ldif.Entry,
) -> odkit.Directory:
    """Ann of the group staff on mac1 of the computer group macs, each with these attributes, and bob."""
    entries = [
        ldif.Entry("cn=users,dc=x", {"cn": [b"users"]}),
        record("uid=ann", "users", 1, user),
        record("uid=bob", "users", 2),
        record("cn=mac1$", "computers", 3, computer),
        record("cn=macs", "computer_groups", 4, {"memberUid": [b"mac1$"]} | (macs or {})),
        record("cn=staff", "groups", 5, {"memberUid": [b"ann"]} | (staff or {})),
    ]
    return odkit.open(ldif.dump([*entries, *more]))


def users_with(*users: tuple[str, str, bytes | None], groups: list[ldif.Entry] | None = None) -> odkit.Directory:
    """Users by name, GUID and value of apple-mcxsettings, and further records."""
    entries = [ldif.Entry("cn=users,dc=x", {"cn": [b"users"]})]
    for name, own, value in users:
        more = {"apple-mcxflags": FLAGS, "apple-mcxsettings": [value]} if value is not None else {}
        entries.append(ldif.Entry(f"uid={name},cn=users,dc=x", {"uid": [name.encode()], "apple-generateduid": [own.encode()]} | more))
    return odkit.open(ldif.dump([*entries, *(groups or [])]))


def composed(found: Iterable[Effective]) -> dict[str, Any]:
    """What a user gets: value, level, frequency and whether it is certain, by key."""
    return {e.key: (e.value, e.winner.level, e.frequency, e.ambiguous) for e in found}
