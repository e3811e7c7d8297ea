"""Whether the identities of records can be trusted: invalid GUIDs, group numbers that occur twice, servers with two GUIDs."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.directory import Directory, ListedServer, Need, Record
from odkit.findings import About, Finding, Rule, Severity, record_finding
from odkit.names import host_key
from odkit.patterns import regex
from odkit.text import decode, escape, plural

__all__ = ["DUPLICATE_GUID", "NEEDS", "check_identities", "check_servers", "shared_guids"]

DUPLICATE_GUID = Rule(
    "OD107",
    "duplicate-guid",
    Severity.ERROR,
    "Give one of the two records a new GUID. Until then each has the access rights and memberships of the other.",
)
GUID_MALFORMED = Rule(
    "OD111",
    "guid-malformed",
    Severity.WARNING,
    "Give the record a GUID of the usual form. Access rights and memberships by GUID fail until then.",
    about=About(own=True),
)
GUID_MISSING = Rule(
    "OD112",
    "guid-missing",
    Severity.INFO,
    "Give the record a GUID. Access rights and memberships by GUID do not reach it until then.",
    about=About(("apple-generateduid",)),
)
GROUP_NUMBER_SHARED = Rule(
    "OD113",
    "group-number-shared",
    Severity.WARNING,
    "Give one of the groups another number. Until then each group owns the files of the other.",
    about=About(own=True),
)
SERVER_GUID_DIFFERS = Rule(
    "OD114",
    "server-guid-differs",
    Severity.WARNING,
    "Correct the GUID with slapconfig, or in Workgroup Manager. An older archive was restored.",
)
MASTER_AMONG_REPLICAS = Rule(
    "OD115", "master-among-replicas", Severity.WARNING, "Remove the master from the list of replicas; slapconfig -getmasterconfig shows it."
)


NAME_SHARED = Rule(
    "OD116",
    "name-shared",
    Severity.WARNING,
    "Remove the name from one of the two records. Which of them logs in by it is not certain.",
    about=About(own=True),
)

NEEDS: tuple[Need, ...] = ("guids", "names", "readable")

_GUID = regex(r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}\Z")
_KINDS = ("Users", "Groups", "Computers", "ComputerLists", "ComputerGroups")
_SERVERS = "com.apple.opendirectory.group"  # the computer group in which 10.8 and later keep the domain's servers


def check_identities(od: Directory) -> list[Finding]:
    """Check the identities of an export's records.

    Returns:
        Findings OD111 to OD116.
    """
    return [*_guids(od), *_group_numbers(od), *_shared_names(od), *check_servers(od)]


def _at(rule: Rule, record: Record, message: str, attribute: str = "", index: int = 0) -> Finding:
    line = record.entry.line_of(attribute, index) if attribute else record.line
    return record_finding(rule, record.dn, message, attribute=attribute or None, path=record.path, line=line)


def shared_guids(od: Directory) -> Iterator[Finding]:
    """Yield findings OD107: records whose GUID another record has, too.  Two exports match such records by their DNs alone."""
    guids: list[str] = od.column("guids")
    record_ids = [record_id for kind in _KINDS for record_id in od.record_ids(kind) if guids[record_id]]
    if len({guids[record_id] for record_id in record_ids}) == len(record_ids):
        return
    first: dict[str, int] = {}
    for record_id in record_ids:
        other = first.setdefault(guids[record_id], record_id)
        if other != record_id:
            record = od.view(record_id, od.kind_of(record_id))
            message = f"GUID {escape(guids[record_id])} is on {escape(od.entry(other).dn)}, too"
            yield _at(DUPLICATE_GUID, record, message, "apple-generateduid")


def _shared_names(od: Directory) -> Iterator[Finding]:
    """Yield findings OD116: users, and groups, that answer to a short name of another one.  Two exports match them by GUID or DN alone."""
    columns = dict(zip(("Users", "Groups"), od.column("names"), strict=True))
    readable: bytearray = od.column("readable")
    for kind, attribute in (("Users", "uid"), ("Groups", "cn")):
        first: dict[str, int] = {}
        for record_id in od.record_ids(kind):
            known = columns[kind][record_id] if readable[record_id] else None
            if known and b"\n" not in known and first.setdefault(decode(known).lower(), record_id) == record_id:
                continue
            record = od.view(record_id, kind)
            for index, name in enumerate(record.texts(attribute)):
                other = first.setdefault(name.lower(), record_id)
                if other != record_id:
                    message = f"{escape(record.dn)} answers to {escape(name)}, as {escape(od.entry(other).dn)} does"
                    yield _at(NAME_SHARED, record, message, attribute, index)


def _guids(od: Directory) -> Iterator[Finding]:
    guids: list[str] = od.column("guids")
    asked = any(guids)  # an export without a single one was not asked for them
    for kind in _KINDS:
        for record_id in od.record_ids(kind):
            guid = guids[record_id]
            if not guid and asked:
                record = od.view(record_id, kind)
                yield _at(GUID_MISSING, record, f"{escape(record.name)} has no GUID")
            elif guid and _GUID.match(guid) is None:
                record = od.view(record_id, kind)
                yield _at(GUID_MALFORMED, record, f"{escape(record.name)}: {escape(record.guid or guid)} is no GUID", "apple-generateduid")


def _group_numbers(od: Directory) -> Iterator[Finding]:
    first: dict[str, Record] = {}
    for group in od.groups.records():
        number = group.text("gidNumber")
        other = first.setdefault(number, group) if number is not None else group
        if other is not group:
            message = f"group {escape(group.name)}: number {escape(number or '')} belongs to {escape(other.dn)}, too"
            yield _at(GROUP_NUMBER_SHARED, group, message, "gidNumber")


def check_servers(od: Directory) -> Iterator[Finding]:
    """Check the servers that cn=ldapreplicas lists since 10.7: OD114 and OD115.

    A restored archive can leave one GUID there, and another on the server's own record and in the servers' group; and the master in the
    list of its own replicas.
    """
    record = od.config.record("ldapreplicas")
    group = next((each for each in od.computer_groups.records() if _SERVERS in each.names), None)
    members = {guid.upper() for guid in group.member_guids} if group is not None else set()
    computers = {host_key(name.removesuffix("$")): each for each in od.computers.records() for name in each.names}
    listed = list(od.config.listed_servers())
    for server in listed:
        if record is not None and server is not listed[0] and _same(server, listed[0]):
            message = f"the master {escape(next(iter(server.names + server.addresses), server.guid))} is among its own replicas"
            yield _at(MASTER_AMONG_REPLICAS, record, message, "apple-xmlplist")
            continue
        names = [host_key(name) for name in server.names]
        own = next((computers[name] for name in names if name in computers), None)
        if record is None or not server.guid or own is None or not own.guid or own.guid.upper() == server.guid.upper():
            continue
        where = f", which {_SERVERS} holds, too" if own.guid.upper() in members else ""
        message = (
            f"{escape(own.name)} has the GUID {escape(own.guid)}{where}; cn=ldapreplicas gives it {escape(server.guid)}: "
            f"set that of cn=ldapreplicas to {escape(own.guid)}"
        )
        yield _at(SERVER_GUID_DIFFERS, record, message, "apple-xmlplist")
    if group is not None and members and listed:
        known = {(each.guid or "").upper() for each in od.computers.records()}
        lost = sorted(members - known)
        if lost:
            message = f"{escape(group.name)} holds {plural(len(lost), 'GUID')} that no computer record has: {escape(lost[0])}"
            yield _at(SERVER_GUID_DIFFERS, group, message, "apple-group-memberguid")


def _same(one: ListedServer, other: ListedServer) -> bool:
    def keys(server: ListedServer) -> set[str]:
        return {host_key(each) for each in (*server.names, *server.addresses, server.guid) if each}

    return not keys(one).isdisjoint(keys(other))
