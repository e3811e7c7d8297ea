"""`read_principals`: the format is recognised by the file's content."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from odkit.arguments import a_text
from odkit.errors import InputError, InputReason
from odkit.findings import Finding, Rule, Severity, finding
from odkit.foreign import recognise
from odkit.kerberos.inventory.formats import Format, all_formats
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import DatedBy, Inventory, InventoryKind, Listed
from odkit.sources import Source
from odkit.text import plural

if TYPE_CHECKING:
    from odkit.directory import CollectedFile

__all__ = ["as_inventories", "read_principals"]

DUPLICATE_PRINCIPAL = Rule(
    "OD206", "duplicate-principal", Severity.INFO, "Do nothing: the inventory lists the principal more than once, and it counts once."
)


def read_principals(source: Source, *, realm: str | None = None) -> Inventory:
    """Read principals from a file of any format.

    MIT's ``kadmin.local listprincs`` in any of its forms, or one name per line; ``kdb5_util dump``; Heimdal's ``kadmin -l`` ``list``,
    ``get`` and ``dump``; keytab files; ``klist -k`` and MIT's ``ktutil list``; Heimdal's ``ktutil list``; LDIF with ``cn=authdata``
    (10.7+).

    Args:
        source: a path, a binary file object, or bytes; plain or gzip.
        realm: of names without one (Heimdal's lists leave the default realm away); by default the one of the list's own krbtgt.

    Returns:
        The inventory.  `odkit.plan_purge` checks whether it is that of the right KDC.

    Raises:
        InputError: unreadable, empty, cut (shorter than the manifest of collect.sh beside it says), or none of these formats.  The message
            never shows a line that may hold a key.
    """
    if realm is not None:
        realm = a_text(realm, "realm")
    promise = _promise(source)
    with Input(source, realm=realm) as file:
        if not file.head.strip():
            raise InputError(file.path, None, "is empty: a list of principals has at least the KDC's own", InputReason.EMPTY)
        foreign = recognise(file.head)
        if foreign is not None and not foreign.lists_principals:
            raise InputError(file.path, 1, f"this is {foreign.what}; {foreign.for_principals}")
        for each in all_formats():
            if each.looks_like(file):
                return _inventory(file, each, promise)
    raise AssertionError  # the last format takes every text


def as_inventories(given: Inventory | Source | Sequence[Inventory | Source] | None) -> list[Inventory]:
    """Return inventories as a caller gives them: read or to be read, one or several, or None for none.

    Raises:
        InputError, UsageError: as `read_principals` does.
    """
    if given is None:
        return []
    several: Sequence[Inventory | Source] = given if isinstance(given, (list, tuple)) else [given]  # type: ignore[list-item]
    return [each if isinstance(each, Inventory) else read_principals(each) for each in several]


def _inventory(file: Input, form: Format, promise: CollectedFile | None) -> Inventory:
    listed: list[Listed] = []
    findings: list[Finding] = []
    seen: set[bytes] = set()
    for row in form.read(file):
        if isinstance(row, Finding):
            findings.append(row)
            continue
        key = row.text if b"\\" not in row.text else bytes(row.principal)  # one name can be escaped in more ways than one
        if key in seen:
            principal = row.principal
            findings.append(finding(DUPLICATE_PRINCIPAL, str(principal), f"{principal} is listed again", path=file.path, line=row.line))
            continue
        seen.add(key)
        listed.append(row)
    if not listed and form.kind is not InventoryKind.KEYTAB:
        raise InputError(file.path, None, f"holds no principal ({form.name}): a KDC has at least its own", InputReason.EMPTY)
    if promise is not None and len(listed) < promise.held:
        why = (
            f"lists {plural(len(listed), 'principal')}, and the KDC's database held {promise.held:,} on the server: it is cut; gather again"
        )
        raise InputError(file.path, None, why, InputReason.CUT)
    date, dated_by = _date(file, listed, promise)
    return Inventory(file.path, form.name, tuple(listed), file.digest, tuple(findings), form.kind, form.store, date, dated_by)


def _promise(source: Source) -> CollectedFile | None:
    """Return what the manifest of collect.sh beside a file says of it.

    Raises:
        InputError: the file is not as it was on the server, or the program that wrote it had trouble.
    """
    if not isinstance(source, (str, os.PathLike)) or not (Path(source).parent / "MANIFEST").exists():
        return None
    from odkit.directory import collected_file  # most lists of principals lie nowhere near one

    found = collected_file(Path(source))
    if found is not None and found.status:
        raise InputError(
            str(found.path), None, f"its program ended with {found.status} on the server: gather again", InputReason.TOOL_FAILED
        )
    return found


def _date(file: Input, listed: list[Listed], promise: CollectedFile | None) -> tuple[int | None, DatedBy | None]:
    """Return when it was made: not before the newest change that it shows; without one, the manifest's date, or its own."""
    changes = [row.modified for row in listed if row.modified is not None]
    if changes:
        return max(changes), DatedBy.CONTENT
    if promise is not None and promise.date is not None:
        return promise.date, DatedBy.MANIFEST
    return (file.date, DatedBy.FILE) if file.date is not None else (None, None)
