"""Keytab files: the names, versions and types of their keys; the keys are passed over."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.findings import Finding
from odkit.kerberos.inventory.formats import Copied, Format
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore
from odkit.kerberos.inventory.names import Key, newest, null_entries
from odkit.kerberos.keytab import read_keytab
from odkit.values.enctypes import enctype_name

__all__ = ["FORMAT"]

_MAX = 1 << 28  # bytes; a keytab of a million entries has 100 MB


def _looks_like(file: Input) -> bool:
    return file.head.startswith((b"\x05\x01", b"\x05\x02"))


def _read(file: Input) -> Iterator[Listed | Finding]:
    """Read the entries.

    Raises:
        InputError: a size that leads out of the file, an entry whose parts do not fit into it.
    """
    return newest(_keys(file.whole(_MAX), file.path), file)


def _keys(data: bytes, path: str) -> Iterator[Key | Finding]:
    nulls, first_null = 0, 0
    for number, key in enumerate(read_keytab(data, path), 1):
        principal = key.principal
        if not any(principal.components) and not principal.realm:
            nulls, first_null = nulls + 1, first_null or number
            continue
        yield Key(number, key.kvno, bytes(principal), principal, enctype_name(key.enctype))
    if nulls:
        yield null_entries(nulls, path, first_null)


FORMAT = Format("keytab", InventoryKind.KEYTAB, PrincipalStore.MIT, _looks_like, _read, copied=Copied.KEYTAB)
