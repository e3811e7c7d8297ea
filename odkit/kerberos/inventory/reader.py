"""`read_principals`: the format is recognised by the file's content."""

from __future__ import annotations

from odkit.errors import InputError, InputReason
from odkit.findings import Finding, Rule, Severity, finding
from odkit.foreign import recognise
from odkit.kerberos.inventory.formats import Format, all_formats
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import DatedBy, Inventory, InventoryKind, Listed
from odkit.sources import Source

__all__ = ["read_principals"]

DUPLICATE_PRINCIPAL = Rule("OD206", "duplicate-principal", Severity.INFO, "The inventory lists it more than once; it counts once.")


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
        InputError: unreadable, empty, cut, or none of these formats.  The message never shows a line that may hold a key.
    """
    with Input(source, realm=realm) as file:
        if not file.head.strip():
            raise InputError(file.path, None, "is empty: a list of principals has at least the KDC's own", InputReason.EMPTY)
        foreign = recognise(file.head)
        if foreign is not None and not foreign.lists_principals:
            raise InputError(file.path, 1, f"this is {foreign.what}; {foreign.for_principals}")
        for each in all_formats():
            if each.looks_like(file):
                return _inventory(file, each)
    raise AssertionError  # the last format takes every text


def _inventory(file: Input, form: Format) -> Inventory:
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
    date, dated_by = _date(file, listed)
    return Inventory(file.path, form.name, tuple(listed), file.digest, tuple(findings), form.kind, form.store, date, dated_by)


def _date(file: Input, listed: list[Listed]) -> tuple[int | None, DatedBy | None]:
    """Return when it was made: not before the newest change that it shows; a file that shows none has only its own date."""
    changes = [row.modified for row in listed if row.modified is not None]
    if changes:
        return max(changes), DatedBy.CONTENT
    return (file.date, DatedBy.FILE) if file.date is not None else (None, None)
