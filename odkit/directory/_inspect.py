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
        for number in od.numbers(kind):
            census.take(od, number, kind)
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
        self._tags: Counter[tuple[str, ...]] = Counter()
        self.mcx_records: Counter[str] = Counter()
        self.mcx_domains: Counter[str] = Counter()
        self._guids: dict[bytes, int] = {}

    def take(self, od: Directory, number: int, kind: str) -> None:
        """Count one record; only those with MCX settings are read again."""
        columns = od.columns
        if kind == "Users":
            self._tags[columns.tags[number]] += 1
        if number in columns.mcx and kind in _MCX_TYPES:
            self._mcx(od.view(number, kind), kind)
        if kind in _GUID_TYPES and columns.guids[number]:
            first = self._guids.setdefault(columns.guids[number], number)
            if first != number:
                record = od.view(number, kind)
                message = f"GUID {escape(columns.guids[number])} stands on {escape(od.entry(first).dn)}, too"
                self.findings.append(_at(record, "OD107", message, "apple-generateduid"))

    @property
    def methods(self) -> Counter[str]:
        """Number of users by authentication method; a user with several counts for each."""
        out: Counter[str] = Counter()
        for tags, count in self._tags.items():
            for tag in tags or ("none (basic)",):
                out[tag] += count
        return out

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
