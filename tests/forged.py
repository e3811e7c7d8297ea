"""Forged databases of MIT KDCs: dumps and stashes in their real forms, made without any server, to be damaged by tests."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from odkit.kerberos import Principal, parse_principal
from odkit.kerberos.kdb.dump import HEADER, DumpEntry, SealedKey, TaggedData, write_entry
from odkit.kerberos.kdb.master import KEY_LENGTHS, MasterKey, seal_mit

REALM = "MEDICALMART.EXAMPLE.COM"
MASTER = MasterKey(18, bytes(range(32)), 1)
TARGET = MasterKey(18, bytes(range(32, 64)), 1)


def key(number: int, enctype: int) -> bytes:
    return struct.pack(">I", number) * (KEY_LENGTHS.get(enctype, 8) // 4)


def sealed(number: int, enctype: int, master: MasterKey = MASTER, kvno: int = 1) -> SealedKey:
    return SealedKey(kvno, enctype, seal_mit(key(number, enctype), master))


@dataclass
class Database:
    """A realm's dump, record by record."""

    realm: str = REALM
    master: MasterKey = MASTER
    records: list[DumpEntry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.records.insert(0, self.entry("K/M", [SealedKey(1, self.master.enctype, seal_mit(self.master.key, self.master))]))
        self.add(f"krbtgt/{self.realm}", 16)

    def principal(self, name: str) -> Principal:
        return parse_principal(name, realm=self.realm.encode())

    def entry(self, name: str, keys: Iterable[SealedKey], attributes: int = 0, tagged: Iterable[TaggedData] = ()) -> DumpEntry:
        return DumpEntry(b"", self.principal(name), attributes, 36000, 604800, 0, 0, tuple(tagged), tuple(keys))

    def add(self, name: str, *enctypes: int, attributes: int = 0, tagged: Iterable[TaggedData] = ()) -> None:
        keys = [sealed(len(self.records), enctype, self.master) for enctype in enctypes]
        self.records.append(self.entry(name, keys, attributes, tagged))

    def dump(self) -> bytes:
        return HEADER + b"".join(map(write_entry, self.records))

    def stash(self) -> bytes:
        return struct.pack("<Hi", self.master.enctype, len(self.master.key)) + self.master.key

    def write(self, folder: Path, name: str = "old") -> tuple[Path, Path]:
        """The dump and the stash as files."""
        dump, stash = folder / f"{name}.dump", folder / f"{name}.stash"
        dump.write_bytes(self.dump())
        stash.write_bytes(self.stash())
        return dump, stash


def company(users: Iterable[str]) -> Database:
    """A database in which each of these names has keys."""
    made = Database()
    for name in users:
        made.add(name, 18, 17)
    return made
