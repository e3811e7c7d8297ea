"""Whether ``cn=authdata`` is that of the domain."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.directory import Directory, Record
from odkit.findings import Finding, Rule, Severity, finding
from odkit.text import decode, escape
from odkit.values.principal import is_lkdc
from odkit.values.schema import AUTHDATA

__all__ = ["check_authdata"]

FOREIGN_AUTHDATA = Rule("OD624", "authdata-of-other-domain", Severity.ERROR, "Export cn=authdata again, on a server of this domain.")


def check_authdata(od: Directory) -> Iterator[Finding]:
    """Report ``cn=authdata`` of another domain (OD624): it holds principals, and none of the domain's realm."""
    realm = od.realm
    if realm is None or not od.authdata:
        return
    from odkit.kerberos.authdata import names_of  # of 10.7 and later

    foreign: tuple[str, Record] | None = None
    for parent in (f"cn=users,{AUTHDATA}", f"cn=computers,{AUTHDATA}"):
        for rdn in od.rdns_below(parent):
            record = od.by_key(f"{rdn},{parent}")
            for _, principal, _ in () if record is None else names_of(record.entry, record.path):
                other = decode(principal.realm or b"")
                if other == realm:
                    return  # the first one nearly always
                if foreign is None and record is not None and not is_lkdc(other):
                    foreign = (other, record)
    if foreign is not None:
        other, record = foreign
        message = f"cn=authdata holds principals of {escape(other)}, and none of {escape(realm)}, the realm of {escape(od.sources[0].path)}"
        yield finding(FOREIGN_AUTHDATA, other, message, path=record.path, line=record.line)
