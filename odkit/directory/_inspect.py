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

_GUID_TYPES = frozenset({"Users", "Groups", "Computers", "ComputerLists", "ComputerGroups"})

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
    census = _Census()
    for kind in od.counts():
        for record in od.of_type(kind).records():  # one pass: reading a record again costs more than all that is asked of it
            census.take(record, kind)
    servers = _servers(od, findings)
    kdc, client = od.config.kdc_realm, od.config.client_realm
    if kdc and client and kdc != client:
        message = f"realm {escape(kdc)} in cn=KerberosKDC, {escape(client)} in cn=KerberosClient"
        findings.append(_at(od.config.record("KerberosKDC"), "OD105", message))
    if od.suffix_key and od.realm is None:
        findings.append(finding("OD104", od.suffix or "", "the export names no Kerberos realm", path=od.sources[0].path))
    findings += census.findings
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
        "authentication": dict(sorted(census.methods.items())),
        "mcx": {"records": dict(sorted(census.mcx_records.items())), "domains": dict(sorted(census.mcx_domains.items()))},
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


class _Census:
    """What is counted record by record."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.methods: Counter[str] = Counter()
        self.mcx_records: Counter[str] = Counter()
        self.mcx_domains: Counter[str] = Counter()
        self._guids: dict[str, str] = {}

    def take(self, record: Record, kind: str) -> None:
        """Count one record."""
        if kind == "Users":
            values = record.texts("authAuthority")
            tags = {value.split(";")[1] or "basic" for value in values if value.count(";") >= 2}
            self.methods.update(tags or {"none (basic)"})
        if kind in _MCX_TYPES:
            self._mcx(record, kind)
        if kind in _GUID_TYPES:
            self._guid(record)

    def _mcx(self, record: Record, kind: str) -> None:
        values = record.attributes.get("apple-mcxsettings", []) + record.attributes.get("apple-mcxsettings2", [])
        if values:
            self.mcx_records[kind] += 1
        for index, value in enumerate(values):
            try:
                data = load(value)
            except PlistError as error:
                message = f"MCX settings, value {index + 1}: {error}"
                self.findings.append(_at(record, "OD108", message, "apple-mcxsettings", index))
                continue
            inner = data.get("mcx_application_data") if isinstance(data, dict) else None
            self.mcx_domains.update(list(inner) if isinstance(inner, dict) else ())

    def _guid(self, record: Record) -> None:
        guid = (record.guid or "").upper()
        if guid in self._guids:
            message = f"GUID {escape(guid)} stands on {escape(self._guids[guid])}, too"
            self.findings.append(_at(record, "OD107", message, "apple-generateduid"))
        elif guid:
            self._guids[guid] = record.dn
