"""``cn=authdata`` of an LDIF export (10.7+)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, cast

from odkit.dn import at_or_below, dn_key
from odkit.errors import InputError, InputReason
from odkit.findings import Finding
from odkit.foreign import HOW_TO_LIST
from odkit.kerberos.authdata import names_of
from odkit.kerberos.inventory.formats import Copied, Format
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore
from odkit.ldif import ChangeRecord, Entry, read
from odkit.patterns import regex
from odkit.values.schema import AUTHDATA

__all__ = ["FORMAT"]

_LDIF = regex(rb"(?:#[^\n]*\n|[ \t\r]*\n)*(?i:dn|version):")


def _looks_like(file: Input) -> bool:
    return _LDIF.match(file.head) is not None


def _read(file: Input) -> Iterator[Listed | Finding]:
    """Read the names and aliases of the entries below ``cn=authdata``.

    Raises:
        InputError: no entry there holds a principal; change records instead of entries; a cut end.
    """
    findings: list[Finding] = []
    changes: ChangeRecord | None = None
    any_name = False
    stream = file.stream()
    for record in read(cast("IO[bytes]", stream), lazy=True):
        if isinstance(record, ChangeRecord):
            changes = changes or record
        if not isinstance(record, Entry) or not at_or_below(dn_key(record.dn), AUTHDATA):
            continue
        for text, principal, alias in names_of(record, file.path, findings):
            any_name = True
            yield Listed(text, principal, record.line, record=record.dn, alias=alias)
        yield from findings
        findings.clear()
    if stream.last not in {b"\n", b""}:
        raise InputError(file.path, None, "the export ends in the middle of a line: it is cut; make it again", InputReason.CUT)
    if any_name:
        return
    if changes is not None:
        message = f"change records (changetype: …), which list no principals; {HOW_TO_LIST}"
        raise InputError(file.path, changes.line, message, InputReason.EMPTY)
    message = f"LDIF, but no entry below cn=authdata holds a principal (10.4 to 10.6 keep them in the KDC's own database); {HOW_TO_LIST}"
    raise InputError(file.path, None, message, InputReason.EMPTY)


FORMAT = Format("authdata", InventoryKind.DIRECTORY, PrincipalStore.DIRECTORY, _looks_like, _read, copied=Copied.LDIF)
