"""Keytab files: the names, versions and types of their keys; the keys are passed over."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.kerberos.inventory._model import Listed
from odkit.kerberos.keytab import read_keytab
from odkit.values.enctypes import ENCTYPES
from odkit.values.principal import Principal

__all__ = ["looks_like", "read"]


def looks_like(head: bytes) -> bool:
    """Tell whether it is a keytab."""
    return head.startswith((b"\x05\x01", b"\x05\x02"))


def read(data: bytes, path: str) -> Iterator[Listed]:
    """Read the entries, each key version and type once a name, in the file's order.

    Raises:
        InputError: a size that leads out of the file, an entry whose parts do not fit into it.
    """
    found: dict[Principal, tuple[int, int, dict[str, None]]] = {}
    for number, key in enumerate(read_keytab(data, path), 1):
        principal, kvno = key.principal, key.kvno
        first, newest, kinds = found.get(principal, (number, kvno, {}))
        if kvno > newest:
            newest, kinds = kvno, {}
        if kvno == newest:
            kinds[ENCTYPES.get(key.enctype, str(key.enctype))] = None
        found[principal] = (first, newest, kinds)
    for principal, (first, newest, kinds) in found.items():
        yield Listed(bytes(principal), principal, first, newest, tuple(kinds))
