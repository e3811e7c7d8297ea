"""One user of each kind of key or value that a domain can hold, and what becomes of him at each target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keymaking import AES128, AES256, key_set, nt_hash

import odkit
from build_carry import directory, kerberos_user
from conftest import MART
from forged import REALM, Database, key
from odkit.kerberos.kdb.ciphers import cipher
from odkit.kerberos.kdb.master import read_master_keys
from odkit.ldif import Entry, dump

__all__ = ["KINDS", "verdicts_of"]

# what the pages call each, in the order of the table -> name of the user
KINDS = {
    "AES-256 and AES-128": "aes", "AES-128 alone": "aes128", "triple DES alone": "des3", "RC4 alone": "rc4", "single DES alone": "des",
    "NT hash alone": "nt", "key set in clear": "clear", "sealed, with `--m-key`": "opened", "sealed, without": "sealed", "crypt": "crypt",
    "`********`": "marker", "disabled": "disabled", "must change": "change",
}  # fmt: skip
Keys = list[tuple[int, bytes, bytes | None, int | None]]
_OPTIONS: dict[str, dict[str, str]] = {"samba": {"base_dn": "DC=ad,DC=example,DC=com", "target_realm": "AD.EXAMPLE.COM"}}
_POSIX = {"cn": "x", "sn": "x", "gidNumber": "1030", "homeDirectory": "/Users/x"}
_LION = "dc=lion,dc=example,dc=com"
_M_KEY = MART / "lion" / "m-key"


def verdicts_of(target: str, folder: Path) -> dict[str, str]:
    """The verdict on each kind at a target, by the names of `KINDS`."""
    folder.mkdir(exist_ok=True)
    options: dict[str, Any] = dict(_OPTIONS.get(target, {}))
    old, stash = _database().write(folder)
    people = [
        kerberos_user(name, 1100 + number, **_POSIX)
        for number, name in enumerate(("aes", "aes128", "des3", "rc4", "des", "disabled", "change"))
    ]
    people += [_by_value("crypt", 1200, "{CRYPT}abOOeeF/zReOA"), _by_value("marker", 1201, "********")]
    found = _words(odkit.carry(directory(*people), to=target, kdc_dump=old, stash=stash, **options))
    lion = odkit.open(_lion())
    found |= _words(odkit.carry(lion, to=target, m_key=_M_KEY, **options))
    found["sealed"] = _words(odkit.carry(lion, to=target, **options))["opened"]
    return {kind: found[name] for kind, name in KINDS.items()}


def _words(plan: odkit.CarryPlan) -> dict[str, str]:
    late = {user.name for user in plan.users if any(reason.why.value == "must_change" for reason in user.reasons)}
    return {user.name: user.verdict.value + (", must change" if user.name in late else "") for user in plan.users}


def _by_value(name: str, uid: int, value: str) -> Entry:
    entry = kerberos_user(name, uid, userPassword=value, **_POSIX)
    del entry.attributes["authAuthority"]
    return entry


def _database() -> Database:
    made = Database()
    for name, enctypes in (("aes", (18, 17)), ("aes128", (17,)), ("des3", (16,)), ("rc4", (23,)), ("des", (1,))):
        made.add(name, *enctypes)
    made.add("disabled", 18, 17, attributes=64)
    made.add("change", 18, 17, attributes=512)
    return made


def _lion() -> bytes:
    """A domain of 10.8: a key set in clear, one that is sealed with the m-key, and an NT hash alone."""
    master = read_master_keys(_M_KEY)[0]
    plain: Keys = [(each, key(7, each), f"{REALM}x".encode(), None) for each in (AES256, AES128)]
    shut: Keys = [(each, cipher(master.enctype, master.key, 0x484442).encrypt(value), salt, 1) for each, value, salt, _ in plain]
    values = {
        "clear": ("draft-krbKeySet", key_set(1, plain)),
        "opened": ("draft-krbKeySet", key_set(1, shut)),
        "nt": ("cmusaslsecretSMBNT", nt_hash("x").hex().upper().encode()),
    }
    tops = [Entry(_LION, {"objectClass": [b"domain"], "dc": [b"lion"]}), Entry(f"cn=users,{_LION}", {"cn": [b"users"]})]
    return dump([*tops, *(entry for number, (name, held) in enumerate(values.items()) for entry in _pair(number, name, *held))])


def _pair(number: int, name: str, attribute: str, value: bytes) -> tuple[Entry, Entry]:
    """A user, and his entry in ``cn=authdata``."""
    guid = f"00000000-9a4c-11e1-8a00-00000000000{number}"
    main: dict[str, list[bytes]] = {
        "objectClass": [b"apple-user", b"posixAccount"], "uid": [name.encode()], "uidNumber": [str(1300 + number).encode()],
        "authAuthority": [f";ApplePasswordServer;0x{guid.replace('-', '')},1024 35 1 root@x:10.0.0.1".encode()],
    }  # fmt: skip
    kept = {
        "objectClass": [b"pwsAuthdata"], "authGUID": [guid.encode()], "uid": [name.encode()], "disableReason": [b"none"],
        "draft-krbPrincipalName": [f"{name}@{REALM}".encode()], attribute: [value],
    }  # fmt: skip
    more = {posix: [text.encode()] for posix, text in _POSIX.items()}
    return Entry(f"uid={name},cn=users,{_LION}", main | more), Entry(f"authGUID={guid},cn=users,cn=authdata", kept)
