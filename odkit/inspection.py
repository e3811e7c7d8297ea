"""`inspect`: what an export holds, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from odkit.arguments import a_bool
from odkit.directory import Directory, Export, Need, Record, as_directory
from odkit.directory.absence import Absences
from odkit.directory.rules import BAD_PLIST
from odkit.findings import About, Finding, Report, Rule, Severity, finding, record_finding
from odkit.identities import DUPLICATE_GUID, check_identities, check_servers
from odkit.ldif import Answer
from odkit.plist import PlistError, load
from odkit.text import escape

__all__ = ["NEEDS", "inspect"]

NO_REALM = Rule(
    "OD104",
    "no-realm",
    Severity.WARNING,
    "Give --realm. cn=KerberosKDC and cn=KerberosClient are missing or name no realm.",
    about=About(whole=True),
)
REALM_DIFFERS = Rule("OD105", "realm-differs", Severity.ERROR, "Give --realm. cn=KerberosKDC and cn=KerberosClient name different realms.")
BAD_REPLICA_TREE = Rule(
    "OD110",
    "bad-replica-tree",
    Severity.WARNING,
    "Check the list with slapconfig -getmasterconfig. Only what was understood is shown.",
)


NEEDS: tuple[Need, ...] = ("guids", "mcx", "tags")

_MCX_ATTRIBUTES = ("apple-mcxsettings", "apple-mcxsettings2")  # two names of one attribute

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


def inspect(od: Export, *, check_values: bool = False) -> Report:
    """Count what an export holds.

    Args:
        od: the export: opened, or a path (`odkit.directory.Export`).
        check_values: decode every value of every record; else only the form of each line is checked, and the values that are
            counted; and check the identities of all records.

    Returns:
        A report whose summary has: ``sources``, ``completeness``, ``values``, ``generation``, ``suffix``, ``realm``, ``entries``,
        ``records`` by type, ``authdata``, ``servers``, ``authentication`` methods of users, ``mcx`` (records and domains).
    """
    check_values = a_bool(check_values, "check_values")
    od = as_directory(od, needs=NEEDS)
    findings: list[Finding] = []
    if check_values:
        for record in od.records():
            _ = record.attributes  # what cannot be decoded is noted
    od.prefetch(NEEDS)
    census = _Census()
    for kind in od.counts():
        census.take(od, kind)
    servers = _servers(od, findings)
    kdc, client = od.config.kdc_realm, od.config.client_realm
    if kdc and client and kdc != client:
        message = f"realm {escape(kdc)} in cn=KerberosKDC, {escape(client)} in cn=KerberosClient"
        findings.append(_at(od.config.record("KerberosKDC"), REALM_DIFFERS, message))
    absences = Absences(od)
    if od.suffix_key and od.realm is None and not absences.withholds(NO_REALM, None):
        findings.append(finding(NO_REALM, od.suffix or "", "the export names no Kerberos realm", path=od.sources[0].path))
    findings += absences.kept([*census.findings, *(check_identities(od) if check_values else check_servers(od))])
    findings += absences.findings()
    summary: dict[str, Any] = {
        "sources": [
            {
                "path": escape(s.path),
                "entries": s.entries,
                "bytes": s.size,
                "completeness": s.completeness.value,
                "reason": s.reason,
                "asked": str(s.reliance.asked),
            }
            for s in od.sources
        ],
        "completeness": od.completeness.value,
        "values": "decoded" if check_values else "decoded where counted",
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


def _at(record: Record | None, rule: Rule, message: str, attribute: str = "", index: int = 0) -> Finding:
    if record is None:
        return finding(rule, "", message)
    line = record.entry.line_of(attribute, index) if attribute else record.line
    return record_finding(rule, record.dn, message, attribute=attribute or None, path=record.path, line=line)


def _servers(od: Directory, findings: list[Finding]) -> list[dict[str, Any]]:
    """Return the servers of the replica tree, else of ldapreplicas."""
    out: list[dict[str, Any]] = []
    for tree, place in od.config.trees():
        for odd in tree.odd:
            findings.append(finding(BAD_REPLICA_TREE, place.what, odd, path=place.path, line=place.line))
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
        self._guids: dict[str, int] = {}

    def take(self, od: Directory, kind: str) -> None:
        """Count the records of a type; only those with MCX settings are read again."""
        record_ids = od.record_ids(kind)
        if kind == "Users":
            tags: list[tuple[str, ...]] = od.column("tags")
            self._tags.update(tags[record_id] or self._untagged(od, record_id) for record_id in record_ids)
        if kind in _MCX_TYPES:
            mcx: list[tuple[tuple[str, ...] | None, ...]] = od.column("mcx")
            for record_id in record_ids:
                if mcx[record_id]:
                    self._mcx(mcx[record_id], od, record_id, kind)
        if kind in _GUID_TYPES:
            self._guid(od, record_ids, kind)

    @staticmethod
    def _untagged(od: Directory, record_id: int) -> tuple[str, ...]:
        """Return the tags of a user without an authority: none, unless the export does not show it."""
        if od.answers.whole:
            return ()
        answer = od.answers.attribute(od.view(record_id, "Users"), "authAuthority")
        return () if answer is Answer.ABSENT else (f"({answer.value})",)

    def _guid(self, od: Directory, record_ids: Sequence[int], kind: str) -> None:
        guids: list[str] = od.column("guids")
        own = {guid for record_id in record_ids if (guid := guids[record_id])}
        if len(own) == sum(1 for record_id in record_ids if guids[record_id]) and self._guids.keys().isdisjoint(own):
            self._guids.update((guids[record_id], record_id) for record_id in record_ids)  # the usual case, in a fraction of the time
            return
        for record_id in record_ids:
            guid = guids[record_id]
            first = self._guids.setdefault(guid, record_id)
            if first != record_id and guid:
                message = f"GUID {escape(guid)} is on {escape(od.entry(first).dn)}, too"
                self.findings.append(_at(od.view(record_id, kind), DUPLICATE_GUID, message, "apple-generateduid"))

    @property
    def methods(self) -> Counter[str]:
        """Number of users by authentication method; a user with several counts for each."""
        out: Counter[str] = Counter()
        for tags, count in self._tags.items():
            for tag in tags or ("none (basic)",):
                out[tag] += count
        return out

    def _mcx(self, policies: Sequence[tuple[str, ...] | None], od: Directory, record_id: int, kind: str) -> None:
        self.mcx_records[kind] += 1
        if None not in policies:
            for domains in policies:
                self.mcx_domains.update(domains or ())
            return
        record = Record(od, od.entry(record_id), kind)
        for attribute in _MCX_ATTRIBUTES:
            for index, value in enumerate(record.attributes.get(attribute, ())):
                try:
                    data = load(value)
                    if not isinstance(data, dict):
                        raise PlistError("is a property list, but no dictionary")
                except PlistError as error:
                    message = f"MCX settings, value {index + 1}: {error}"
                    self.findings.append(_at(record, BAD_PLIST, message, attribute, index))
                    continue
                inner = data.get("mcx_application_data")
                self.mcx_domains.update(
                    list(inner) if isinstance(inner, dict) else ()
                )  # names alone: a dictionary's values would be added up
