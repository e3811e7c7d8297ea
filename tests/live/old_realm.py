"""An old realm as a Mac OS X Server of 10.4 to 10.6 held it: made by the real tools once a run, then only copied."""

from __future__ import annotations

import fcntl
import shutil
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import odkit
from conftest import MART
from odkit.kerberos import Principal
from odkit.kerberos.kdb.master import MasterKey, read_master_keys
from odkit.kerberos.keytab import KeytabKey, write_keytab
from odkit.ldif import dump
from odkit.live.kerberos import initial
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.programs import run

REALM = "MEDICALMART.EXAMPLE.COM"
EXPORT = MART / "after" / "export.ldif"
LIVE, GONE = "host/odmaster.medicalmart.example.com", "afpserver/gone.example.com"

# what the old KDC made, by turns: encryption types with their kinds of salt
KINDS = (
    "aes256-cts:normal,aes128-cts:normal,des3-cbc-sha1:normal", "des3-cbc-sha1:normal", "arcfour-hmac:normal", "aes128-cts:norealm",
    "aes256-cts:special", "aes256-cts:onlyrealm", "des3-cbc-sha1:normal,arcfour-hmac:normal",
)  # fmt: skip


def password(name: str) -> str:
    return f"old password of {name} é"


def user_names() -> list[str]:
    return [user.name for user in odkit.open(EXPORT).users.records()]


def small_export(path: Path, *names: str) -> Path:
    """The company with these users; without names with twelve, one of each case."""
    names = names or tuple(user_names()[6:18])
    records = [record for record in odkit.open(EXPORT).records() if record.kind != "Users" or record.name in names]
    path.write_bytes(dump([record.entry for record in records]))
    return path


# what the KDC knows of some users beside their keys: options of modprinc
SPECIAL = {13: "-allow_tix", 14: '-expire "2010-01-01 UTC"', 15: "+needchange", 16: '-pwexpire "2010-01-01 UTC"', 17: "+requires_preauth"}


@dataclass(frozen=True)
class OldRealm:
    """The files that an administrator brings along."""

    dump: Path
    stash: Path
    special: Mapping[str, str]

    def stash_as(self, form: str, folder: Path) -> Path:
        """The stash in another of its forms: "keytab", "raw little-endian", "raw big-endian"."""
        [key] = read_master_keys(self.stash)
        path = folder / "stash"
        path.write_bytes(stash_bytes(key, form))
        return path


def stash_bytes(key: MasterKey, form: str) -> bytes:
    if form == "keytab":
        return write_keytab([KeytabKey(Principal((b"K", b"M"), key.realm or b""), key.kvno or 1, key.enctype, key.key)])
    return struct.pack("<Hi" if form == "raw little-endian" else ">Hi", key.enctype, len(key.key)) + key.key


def dumped(realm: ScratchRealm, path: Path) -> Path:
    """``kdb5_util dump -r13``."""
    run("kdb5_util", "-r", realm.realm, "dump", "-r13", str(path), env=realm.env)
    path.with_name(f"{path.name}.dump_ok").unlink(missing_ok=True)
    return path


def commands(names: Sequence[str]) -> Iterator[str]:
    for number, name in enumerate(names):
        yield f'addprinc -pw "{password(name)}" -e {KINDS[number % len(KINDS)]} "{name}"'
        if number in SPECIAL:
            yield f'modprinc {SPECIAL[number]} "{name}"'
    for service in (LIVE, GONE, "jdoe/admin", "root/admin", "krbtgt/OTHER.EXAMPLE.COM"):
        yield f'addprinc -randkey "{service}"'


def make_old_realm(folder: Path) -> OldRealm:
    """The realm, from a folder that all workers share: the first one makes it."""
    folder.mkdir(exist_ok=True)
    names = user_names()
    special = {names[number]: option for number, option in SPECIAL.items()}
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "old.dump").exists():
            with ScratchRealm(REALM, master="des3-cbc-sha1") as old:
                old.kadmin(command.encode() for command in commands(names))
                shutil.copy(old.folder / "stash", folder / "old.stash")
                dumped(old, folder / "making.dump").rename(folder / "old.dump")
    return OldRealm(folder / "old.dump", folder / "old.stash", special)


@contextmanager
def new_realm(realm: str, folder: Path, *, listen: bool = True) -> Iterator[tuple[ScratchRealm, Path, Path]]:
    """A fresh realm whose KDC runs where somebody logs in, its dump and a copy of its stash."""
    with ScratchRealm(realm, listen=listen) as made:
        stash = folder / "new.stash"
        shutil.copy(made.folder / "stash", stash)
        yield made, dumped(made, folder / "new.dump"), stash


def logins(realm: ScratchRealm, secrets: Mapping[str, str]) -> dict[str, int]:
    """Typed passwords, many at once: the code of each, 0 for a ticket."""
    with pytest.MonkeyPatch.context() as patch:  # libkrb5 reads it for each request anew
        for name, value in realm.env.items():
            if name.startswith("KRB5"):
                patch.setenv(name, value)
        return {name: initial(f"{name}@{realm.realm}", secret).code for name, secret in secrets.items()}
