"""Hosts by services: what of the domain names which host, and the verdict on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from odkit.directory import Directory
from odkit.hostrefs import host_map
from odkit.hosts import HostVerdict, Kind, Verdict
from odkit.names import is_fqdn
from odkit.reporting.picture import TONES
from odkit.reporting.shapes import HostRow, Marked, Matrix
from odkit.text import escape

__all__ = ["HOSTS", "ORDER", "host_row", "matrix_of"]

ORDER: tuple[Verdict, ...] = (Verdict.STALE, Verdict.REVIEW, Verdict.LIVE, Verdict.UNKNOWN)
HOSTS = 300  # of a matrix, that are shown
_EVIDENCE = 40  # pieces for a host that are shown
_OTHERS = 200  # names without a service that are shown

_COMPUTERS = "Computers"
_OF_KIND = {
    "Mounts": "Mounts",
    "Automount": "Mounts",
    "AutomountMap": "Mounts",
    "Printers": "Printers",
    "Computers": _COMPUTERS,
    "ComputerLists": "Members",
    "ComputerGroups": "Members",
}
_OF_ATTRIBUTE = {
    "apple-ldap-replica": "Directory",
    "apple-ldap-writable-replica": "Directory",
    "apple-password-server-location": "Password Server",
    "apple-password-server-list": "Password Server",
    "homedirectory": "Homes",
    "apple-user-homeurl": "Homes",
    "smbhome": "Homes",
    "sambahomepath": "Homes",
    "profilepath": "Homes",
    "smbprofilepath": "Homes",
    "sambaprofilepath": "Homes",
    "apple-group-homeurl": "Group folders",
    "apple-user-mailattribute": "Mail",
    "memberuid": "Members",
    "apple-mcxsettings": "Policies",
    "apple-mcxsettings2": "Policies",
}
_SERVICES = (
    "Directory", "Password Server", "Config", "Pointers", "Homes", "Group folders", "Mail", "Mounts", "Printers", "Policies",
    "Members", _COMPUTERS, "Other",
)  # fmt: skip


def _service(kind: str, attribute: str) -> str:
    """Return the service for which an attribute of a record type names a host."""
    name = attribute.partition(";")[0].lower()
    if name == "authauthority" and kind != "Computers":
        return "Pointers"
    found = _OF_ATTRIBUTE.get(name) or _OF_KIND.get(kind)
    return found or ("Config" if kind == "Config" else "Other")


def matrix_of(od: Directory, hosts: Mapping[str, HostVerdict], *, people: bool) -> Matrix:
    """Return the hosts of an export by service: the number of places that name them.

    Args:
        od: the export.
        hosts: verdicts.
        people: whether evidence, which names records, and clients are shown.
    """
    counts: dict[str, Counter[str]] = {}
    for (kind, attribute, host), count in host_map(od).edges.items():
        counts.setdefault(host, Counter())[_service(kind, attribute)] += count
    servers: list[HostVerdict] = []
    others: list[HostVerdict] = []
    for verdict in sorted(hosts.values(), key=lambda each: (ORDER.index(each.verdict), each.host)):
        (servers if _is_server(verdict) else others).append(verdict)
    used = {service for verdict in servers for service in counts.get(verdict.host, ())}
    services = tuple(service for service in _SERVICES if service in used)
    rows = []
    for verdict in servers[:HOSTS]:
        own = counts.get(verdict.host, Counter())
        tone = TONES[verdict.verdict]
        cells = tuple(Marked(f"{own[service]:,}", tone) if own[service] else None for service in services)
        rows.append(host_row(verdict, cells, people=people))
    names = tuple(escape(each.host) for each in others[:_OTHERS]) if people else ()
    return Matrix(services, tuple(rows), names, len(others) - len(names), len(servers) - len(rows), "odkit list hosts EXPORT")


def _is_server(verdict: HostVerdict) -> bool:
    """Tell whether more than a computer record, or a list of principals, names the host."""
    return verdict.verdict is not Verdict.UNKNOWN or any(each.kind is not Kind.SEEN for each in verdict.evidence)


def host_row(verdict: HostVerdict, cells: tuple[Marked | None, ...], *, people: bool) -> HostRow:
    """Return the row of a host; without people no evidence, which may name them."""
    evidence = [(each.reason, each.source) for each in verdict.evidence[:_EVIDENCE]] if people else []
    if people and len(verdict.evidence) > _EVIDENCE:
        evidence.append((f"and {len(verdict.evidence) - _EVIDENCE:,} more", ""))
    word = "retired" if verdict.verdict is Verdict.STALE else verdict.verdict.value
    label, dot, domain = verdict.host.partition(".") if is_fqdn(verdict.host) else (verdict.host, "", "")
    return HostRow(escape(label), escape(dot + domain), Marked(word, TONES[verdict.verdict]), tuple(evidence), cells)
