"""Principals of ``cn=authdata`` in a 10.7+ export, where each is a value of a directory record.

``draft-krbPrincipalName`` is the canonical name, one value; ``draft-krbPrincipalAliases`` are further names of the same keys (Apple's
authdata schema, OpenLDAP-499.27).
"""

from __future__ import annotations

from collections.abc import Iterator

from odkit.errors import InputError
from odkit.findings import Finding, record_finding
from odkit.kerberos.rules import NOT_A_PRINCIPAL
from odkit.ldif import Entry
from odkit.values.principal import Principal, parse_principal

__all__ = ["ALIASES", "NAME", "names_of"]

NAME = "draft-krbPrincipalName"
ALIASES = "draft-krbPrincipalAliases"


def names_of(entry: Entry, path: str, findings: list[Finding] | None = None) -> Iterator[tuple[bytes, Principal, bool]]:
    """Yield the principals of an entry: value, name, whether it is an alias; a value that is not a principal becomes a finding."""
    for attribute, alias in ((NAME, False), (ALIASES, True)):
        for value in entry.attributes.get(attribute, ()):
            raw = bytes(value)
            try:
                yield raw, parse_principal(raw, path=path, line=entry.line), alias
            except InputError as error:
                if findings is not None:
                    findings.append(
                        record_finding(
                            NOT_A_PRINCIPAL, entry.dn, f"{attribute}: {error.message}", attribute=attribute, path=path, line=entry.line
                        )
                    )
