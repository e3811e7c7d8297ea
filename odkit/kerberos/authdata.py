"""``cn=authdata`` of a 10.7+ export: there a principal is a value of a directory record.

``draft-krbPrincipalName`` is the canonical name, one value; ``draft-krbPrincipalAliases`` are further names of the same keys (Apple's
authdata schema, OpenLDAP-499.27).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, cast

from odkit.dn import at_or_below, dn_key
from odkit.errors import InputError, InputReason
from odkit.findings import Finding, finding, record_finding
from odkit.kerberos.inventory._input import Input
from odkit.kerberos.inventory._model import Inventory, InventoryKind, Listed, PrincipalStore
from odkit.ldif import Entry, read
from odkit.values.principal import Principal, parse_principal
from odkit.values.schema import AUTHDATA

__all__ = ["ALIASES", "NAME", "names_of", "read_authdata"]

NAME = "draft-krbPrincipalName"
ALIASES = "draft-krbPrincipalAliases"


def names_of(entry: Entry, path: str, findings: list[Finding] | None = None) -> Iterator[tuple[bytes, Principal, bool]]:
    """The principals of an entry: value, name, whether it is an alias; a value that is none becomes a finding."""
    for attribute, alias in ((NAME, False), (ALIASES, True)):
        for value in entry.attributes.get(attribute, ()):
            raw = bytes(value)
            try:
                yield raw, parse_principal(raw, path=path, line=entry.line), alias
            except InputError as error:
                if findings is not None:
                    findings.append(
                        record_finding("OD210", entry.dn, f"{attribute}: {error.message}", attribute=attribute, path=path, line=entry.line)
                    )


def read_authdata(file: Input) -> Inventory:
    """The principals of an LDIF export's ``cn=authdata``.

    Raises:
        InputError: it is no LDIF, or holds no principal.
    """
    path = file.path
    listed: list[Listed] = []
    findings: list[Finding] = []
    seen: set[Principal] = set()
    stream = file.stream()
    for record in read(cast("IO[bytes]", stream), lazy=True):
        if not isinstance(record, Entry) or not at_or_below(dn_key(record.dn), AUTHDATA):
            continue
        for text, principal, alias in names_of(record, path, findings):
            if principal in seen:
                findings.append(finding("OD206", str(principal), f"{principal} is listed again", path=path, line=record.line))
                continue
            seen.add(principal)
            listed.append(Listed(text, principal, record.line, record=record.dn, alias=alias))
    if stream.last not in {b"\n", b""}:
        raise InputError(path, None, "the export ends in the middle of a line: it is cut; make it again", InputReason.CUT)
    if not listed:
        message = "LDIF, but no entry below cn=authdata holds a principal (10.4 to 10.6 keep them in the KDC's own database)"
        raise InputError(path, None, message, InputReason.EMPTY)
    return Inventory(path, "authdata", listed, file.digest, findings, InventoryKind.DIRECTORY, PrincipalStore.DIRECTORY)
