"""`inspect`: what an export holds, counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from odkit.findings import Finding, Report, finding
from odkit.plist import PlistError, load
from odkit.text import escape

if TYPE_CHECKING:
    from odkit.directory._directory import Directory
    from odkit.directory._views import Record

__all__ = ["inspect"]

_MCX_TYPES = (
    "Users",
    "Groups",
    "Computers",
    "ComputerLists",
    "ComputerGroups",
    "PresetUsers",
    "PresetGroups",
    "PresetComputers",
    "PresetComputerLists",
    "PresetComputerGroups",
)


def inspect(od: Directory) -> Report:
    """Count what an export holds.

    Returns:
        A report whose summary has: ``sources``, ``completeness``, ``generation``, ``suffix``, ``realm``, ``entries``,
        ``records`` by type, ``authdata``, ``servers``, ``authentication`` methods of users, ``mcx`` (records and domains).
    """
    findings: list[Finding] = []
    methods: Counter[str] = Counter()
    for user in od.users.records():
        tags = {value.split(";")[1] or "basic" for value in user.authorities if value.count(";") >= 2}
        methods.update(tags or {"none (basic)"})
    servers = _servers(od, findings)
    kdc, client = od.config.kdc_realm, od.config.client_realm
    if kdc and client and kdc != client:
        message = f"realm {escape(kdc)} in cn=KerberosKDC, {escape(client)} in cn=KerberosClient"
        findings.append(_at(od.config.record("KerberosKDC"), "OD105", message))
    if od.suffix_key and od.realm is None:
        findings.append(finding("OD104", od.suffix or "", "the export names no Kerberos realm", path=od.sources[0].path))
    mcx = _mcx(od, findings)
    findings += _duplicate_guids(od)
    summary: dict[str, Any] = {
        "sources": [
            {
                "path": escape(s.path),
                "entries": s.entries,
                "bytes": s.size,
                "completeness": s.completeness.value,
                "reason": s.reason,
            }
            for s in od.sources
        ],
        "completeness": od.completeness.value,
        "generation": od.generation,
        "suffix": od.suffix,
        "realm": od.realm,
        "entries": len(od),
        "records": od.counts(),
        "authdata": od.authdata,
        "servers": servers,
        "authentication": dict(sorted(methods.items())),
        "mcx": mcx,
    }
    return Report(summary, [*od.findings, *findings])


def _at(record: Record | None, code: str, message: str, attribute: str = "", index: int = 0) -> Finding:
    if record is None:
        return finding(code, "", message)
    line = record.entry.line_of(attribute, index) if attribute else record.line
    return finding(code, record.dn, message, path=record.path, line=line)


def _servers(od: Directory, findings: list[Finding]) -> list[dict[str, Any]]:
    """The servers of the replica tree, else of ldapreplicas."""
    out: list[dict[str, Any]] = []
    for tree, place in od.config.trees():
        for odd in tree.odd:
            findings.append(finding("OD110", place.what, odd, path=place.path, line=place.line))
        for server in tree.servers():
            out.append(
                {
                    "role": server.role,
                    "name": server.dns,
                    "addresses": list(server.addresses),
                    "replica": server.name,
                    "tier": server.tier,
                }
            )
    if not out:
        hosts = dict.fromkeys(place.host for place in od.config.ldap_replicas())
        out = [{"role": "unknown", "name": host, "addresses": [], "replica": "", "tier": None} for host in hosts]
    return out


def _mcx(od: Directory, findings: list[Finding]) -> dict[str, Any]:
    records: Counter[str] = Counter()
    domains: Counter[str] = Counter()
    for kind in _MCX_TYPES:
        for record in od.of_type(kind).records():
            values = record.attributes.get("apple-mcxsettings", []) + record.attributes.get("apple-mcxsettings2", [])
            if values:
                records[kind] += 1
            for index, value in enumerate(values):
                try:
                    data = load(value)
                except PlistError as error:
                    message = f"MCX settings, value {index + 1}: {error}"
                    findings.append(_at(record, "OD108", message, "apple-mcxsettings", index))
                    continue
                inner = data.get("mcx_application_data") if isinstance(data, dict) else None
                domains.update(list(inner) if isinstance(inner, dict) else ())
    return {"records": dict(sorted(records.items())), "domains": dict(sorted(domains.items()))}


def _duplicate_guids(od: Directory) -> list[Finding]:
    seen: dict[str, str] = {}
    out = []
    for kind in ("Users", "Groups", "Computers", "ComputerLists", "ComputerGroups"):
        for record in od.of_type(kind).records():
            guid = (record.guid or "").upper()
            if not guid:
                continue
            if guid in seen:
                message = f"GUID {escape(guid)} stands on {escape(seen[guid])}, too"
                out.append(_at(record, "OD107", message, "apple-generateduid"))
            else:
                seen[guid] = record.dn
    return out
