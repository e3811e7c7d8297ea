"""Inventories: principals as the administrator has them, the format recognised by its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from odkit.errors import InputError, InputReason
from odkit.findings import Finding, finding
from odkit.kerberos.authdata import ALIASES, NAME, names_of, read_authdata
from odkit.kerberos.inventory import _dump, _heimdal, _keytab, _klist, _listprincs
from odkit.kerberos.inventory._input import Input
from odkit.kerberos.inventory._model import Inventory, InventoryKind, Listed, PrincipalStore
from odkit.kerberos.inventory._name import HOW, NoNameError
from odkit.sources import Source
from odkit.values.enctypes import ENCTYPES

__all__ = [
    "ALIASES",
    "ENCTYPES",
    "NAME",
    "Inventory",
    "InventoryKind",
    "Listed",
    "PrincipalStore",
    "names_of",
    "read_principals",
]

_MAX = 1 << 28  # bytes of what must be read at once; a keytab of a million entries has 100 MB
_LDIF = re.compile(rb"(?:#[^\n]*\n|[ \t\r]*\n)*(?i:dn|version):")

# what the file may be instead, by its first bytes
_FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"bplist00", "a binary property list"),
    (b"<?xml", "XML"),
    (b"{", "JSON"),
    (b"\x05\x04", "a credential cache"),
)


def read_principals(source: Source, *, realm: str | None = None) -> Inventory:
    """Read principals, from whatever lists them.

    MIT's ``kadmin.local listprincs`` in any of its forms, or one name per line; ``kdb5_util dump``; Heimdal's ``kadmin -l`` ``list``,
    ``get`` and ``dump``; keytab files; ``klist -k``; Heimdal's ``ktutil list``; LDIF with ``cn=authdata`` (10.7+).

    Args:
        source: a path, a binary file object, or bytes; plain or gzip.
        realm: of names without one (Heimdal's lists leave the default realm away); by default the one of the list's own krbtgt.

    Returns:
        The inventory.  Whether it is that of the right KDC is judged by the plan.

    Raises:
        InputError: unreadable, empty, cut, or none of these formats.
    """
    with Input(source) as file:
        head = file.head
        if not head.strip():
            raise InputError(file.path, None, "is empty: a list of principals has at least the KDC's own")
        for start, what in _FOREIGN:
            if head.startswith(start):
                raise InputError(file.path, 1, f"this is {what}; {HOW}")
        if _LDIF.match(head):
            return read_authdata(file)
        if _keytab.looks_like(head):
            data = file.whole(_MAX)
            return _inventory(file, "keytab", _keytab.read(data, file.path), InventoryKind.KEYTAB)
        for looks_like, name, kind, store, reader in _text_formats(realm):
            if looks_like(head):
                return _inventory(file, name, reader(file), kind, store)
        return _names(file, realm)


_Format = tuple[Callable[[bytes], bool], str, InventoryKind, PrincipalStore, Callable[[Input], Iterator[Listed]]]


def _text_formats(realm: str | None) -> Iterator[_Format]:
    given = realm.encode("utf-8", "surrogateescape") if realm is not None else None

    def heimdal(reader: Callable[[Input, bytes | None], Iterator[Listed]]) -> Callable[[Input], Iterator[Listed]]:
        return lambda file: reader(file, given if given is not None else _heimdal.bare_realm(file.peek(_MAX)))

    yield _dump.looks_like, "kdb5_util dump", InventoryKind.KDC, PrincipalStore.MIT, _dump.read
    yield _klist.klist_like, "klist", InventoryKind.KEYTAB, PrincipalStore.MIT, _klist.read_klist
    yield _klist.ktutil_like, "ktutil", InventoryKind.KEYTAB, PrincipalStore.HEIMDAL, _klist.read_ktutil
    yield _heimdal.short_like, "heimdal list", InventoryKind.KDC, PrincipalStore.HEIMDAL, heimdal(_heimdal.read_short)
    yield _heimdal.long_like, "heimdal list", InventoryKind.KDC, PrincipalStore.HEIMDAL, heimdal(_heimdal.read_long)
    yield _heimdal.dump_like, "heimdal dump", InventoryKind.KDC, PrincipalStore.HEIMDAL, _heimdal.read_dump


def _inventory(
    file: Input, name: str, rows: Iterator[Listed], kind: InventoryKind, store: PrincipalStore = PrincipalStore.MIT
) -> Inventory:
    listed: list[Listed] = []
    findings: list[Finding] = []
    seen: set[bytes] = set()
    for row in rows:
        key = row.text if b"\\" not in row.text else bytes(row.principal)  # one name can be escaped in more ways than one
        if key in seen:
            principal = row.principal
            findings.append(finding("OD206", str(principal), f"{principal} is listed again", path=file.path, line=row.line))
            continue
        seen.add(key)
        listed.append(row)
    if not listed:
        message = f"holds no principal ({name}): a KDC has at least its own, a keytab one entry"
        raise InputError(file.path, None, message, InputReason.EMPTY)
    return Inventory(file.path, name, listed, file.digest, findings, kind, store)


def _names(file: Input, realm: str | None) -> Inventory:
    """``listprincs``, Heimdal's plain list, or one name per line."""
    head = file.head
    if _listprincs.looks_like(head):
        return _inventory(file, "listprincs", _listprincs.read(file), InventoryKind.KDC)
    whole = file.peek(_MAX)
    bare = _heimdal.bare_realm(whole)
    if bare is None and realm is None and b"@" not in whole and len(re.findall(rb"(?m)^krbtgt/", whole)) > 1:
        raise InputError(file.path, None, "names without a realm, and several krbtgt/REALM among them; say which is the KDC's with --realm")
    first = next((line for line in head.split(b"\n") if line), b"")
    plain = re.fullmatch(rb"(?:[^@\\]|\\.)*", first) is not None  # no realm
    try:
        if bare is not None or (plain and realm is not None):
            given = realm.encode("utf-8", "surrogateescape") if realm is not None else bare
            return _inventory(file, "heimdal list", _heimdal.read_plain(file, given), InventoryKind.KDC, PrincipalStore.HEIMDAL)
        return _inventory(file, "names", _listprincs.read(file), InventoryKind.KDC)
    except NoNameError as error:
        message = f"neither a list of principals that odkit knows nor names, one per line: {error.message}; {HOW}"
        raise InputError(file.path, error.line, message) from None
