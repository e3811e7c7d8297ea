"""`plan_purge`: from an export and an inventory to a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace

from odkit.arguments import a_text, an_instance, some_texts
from odkit.dataclass import dataclass
from odkit.directory import Directory, Export, Need, as_directories, as_directory
from odkit.directory.reliance import made_from
from odkit.errors import UsageError
from odkit.hosts import NEEDS as NEEDS_OF_HOSTS
from odkit.hosts import Evidence, HostVerdict, Kind, Verdict, judge_hosts
from odkit.kerberos import SERVICES, Inventory, PrincipalStore, as_inventories, is_lkdc, protected
from odkit.kerberos.heimdal import heimdal_text, manual_delete_command, why_undeletable_in_heimdal
from odkit.kerberos.kadmin import check_realm, why_undeletable
from odkit.names import is_fqdn
from odkit.purge.aliases import decide_aliases
from odkit.purge.authdata import plan_authdata
from odkit.purge.domains import check_domains
from odkit.purge.exports import check_exports
from odkit.purge.identity import plan_id
from odkit.purge.inventories import MergedInventories, merge_inventories
from odkit.purge.keytabs import held_by_keytabs, held_by_logs, plan_keytabs
from odkit.purge.limits import check_cut, check_krbtgt, check_size
from odkit.purge.model import KeytabPlan, PurgePlan, RecordChange
from odkit.purge.options import PurgeOptions, encoded
from odkit.purge.principals import ManualCommand, PrincipalDecisions, WhyUndeletable, candidates, sort_principals
from odkit.purge.records import RecordPlan, plan_records
from odkit.purge.remarks import remarks
from odkit.purge.seen import ListDate, oldest
from odkit.sources import Source, date_of
from odkit.text import decode, escape

__all__ = ["NEEDS", "decide_purge", "plan_purge"]

NEEDS: tuple[Need, ...] = (*NEEDS_OF_HOSTS, "joined", "lines", "digest")  # the plan's id needs the digests, at the end

_MANUAL_COMMANDS: dict[PrincipalStore, ManualCommand] = {
    PrincipalStore.HEIMDAL: manual_delete_command,
    PrincipalStore.DIRECTORY: lambda realm, text: None,  # it goes with its record
}
_WHY_UNDELETABLE: dict[PrincipalStore, WhyUndeletable] = {
    PrincipalStore.MIT: why_undeletable,
    PrincipalStore.HEIMDAL: why_undeletable_in_heimdal,
    PrincipalStore.DIRECTORY: lambda principal, text: None,  # LDIF carries every value
}


@dataclass(frozen=True, slots=True)
class _Realm:
    """What is known of the realm that is cleaned."""

    name: bytes
    services: frozenset[bytes]
    hosts: Mapping[str, HostVerdict]
    options: PurgeOptions


@dataclass(frozen=True, slots=True)
class _Principals:
    """The Kerberos side of a plan."""

    decided: PrincipalDecisions = field(default_factory=PrincipalDecisions)
    authdata: tuple[RecordChange, ...] = ()
    candidates: tuple[bytes, ...] = ()
    keytabs: tuple[KeytabPlan, ...] = ()
    store: PrincipalStore | None = None
    names: tuple[bytes, ...] | None = None
    size: int = 0
    lists: tuple[ListDate, ...] = ()
    as_of: int | None = None


def plan_purge(
    od: Export,
    inventory: Inventory | Source | Sequence[Inventory | Source] | None = None,
    *,
    retire: str | Iterable[str] = (),
    keep: str | Iterable[str] = (),
    before: Export | Sequence[Export] = (),
    realm: str | None = None,
    options: PurgeOptions | None = None,
) -> PurgePlan:
    """Plan the removal of retired servers' principals and records.

    Args:
        od: the directory that will be changed: opened, or a path (`odkit.directory.Export`).
        inventory: the KDC's principals (`read_principals`, or a path), or several inventories: lists of the KDC are united, keytabs give
            what goes from them and hold back what a live host may answer to; without one the plan gives candidates.  On 10.7
            and later the directory's own ``cn=authdata`` is the inventory.
        retire: fully qualified names of servers that are retired; a text is one of them.
        keep: names of servers that must stay.
        before: older exports of the domain, read for names of servers only.
        realm: the realm to clean; the export's by default.
        options: all else.

    Returns:
        The plan; nothing has been changed or written.

    Raises:
        UsageError: an invalid name, no realm where one is needed, or an older export of another domain.
        InputError: an export is incomplete or damaged, and that was not accepted.
        RefusedError: the realm cannot be carried by scripts.
        BrakeError: a limit stopped the plan.
    """
    chosen = an_instance(options, PurgeOptions, "options", "odkit.PurgeOptions") if options is not None else PurgeOptions()
    od = as_directory(od, needs=NEEDS)
    before = as_directories(before, "before")
    retire, keep = some_texts(retire, "retire"), some_texts(keep, "keep")
    exports = [od, *before]
    check_exports(exports, accept_incomplete=chosen.accept_incomplete)
    for each in exports:
        each.prefetch(NEEDS)
    check_domains(od, before, chosen.former_realms)
    name = _realm(od, a_text(realm, "realm") if realm is not None else None)
    plan, digests = _decided(_Asked(od, as_inventories(inventory), before, name, chosen), retire, keep)
    return replace(plan, id=plan_id(plan, od, before, digests))


def decide_purge(od: Directory, retire: Sequence[str], *, addresses: Mapping[str, str] = {}) -> PurgePlan:
    """Decide what a purge of servers does with each place of an export: the decisions of `plan_purge`, without its limits and its id.

    Args:
        od: the export.
        retire: names of the servers.
        addresses: see `PurgeOptions`.

    Raises:
        UsageError: an invalid name.
        RefusedError: the realm cannot be carried by scripts.
        BrakeError: the list of principals is not one of the realm.
    """
    od.prefetch(NEEDS_OF_HOSTS)
    options = PurgeOptions(addresses=addresses, allow_large=True, accept_incomplete=True)
    return _decided(_Asked(od, [], (), _realm(od, None), options), retire, ())[0]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a plan is made from."""

    od: Directory
    given: Sequence[Inventory]
    before: Sequence[Directory]
    realm: str | None
    options: PurgeOptions


def _decided(asked: _Asked, retire: Sequence[str], keep: Sequence[str]) -> tuple[PurgePlan, list[str]]:
    """Make a plan, without its id; with the digests of the inventories and logs."""
    od, given, before, name, chosen = asked.od, asked.given, asked.before, asked.realm, asked.options
    exports = [od, *before]
    if given and name is None:
        raise UsageError("the export names no Kerberos realm; give it with --realm")
    services = SERVICES | {encoded(service) for service in chosen.services}
    merged = merge_inventories(given, od)
    listed = merged.principals if name is not None else None
    seen = _seen(listed, services) if listed is not None else []
    hosts = judge_hosts(od, retire=retire, keep=keep, before=before, addresses=chosen.addresses, seen=seen, aliases=chosen.aliases)
    records = plan_records(od, hosts)
    if not chosen.accept_incomplete:
        check_exports(exports, accept_incomplete=False)
        if any(v.verdict is Verdict.STALE for v in hosts.values()):
            check_cut(od, listed, None if name is None else encoded(name))
    noticed = [*od.findings, *merged.findings]
    own = _Principals() if name is None else _principals(od, merged, _Realm(encoded(name), services, hosts, chosen), records)
    plan = _assembled(exports, name, hosts, records, own)
    findings = (*noticed, *remarks(plan, asked=listed is not None))
    digests = [*merged.digests, *(log.digest for log in chosen.kdc_logs)]
    return replace(plan, findings=findings), digests


def _assembled(
    exports: Sequence[Directory], realm: str | None, hosts: Mapping[str, HostVerdict], records: RecordPlan, own: _Principals
) -> PurgePlan:
    return PurgePlan(
        id="",
        realm=realm,
        hosts=hosts,
        delete=own.decided.delete,
        keep=own.decided.keep,
        review=(*own.decided.review, *records.review),
        refused=(*own.decided.refused, *records.refused),
        candidates=own.candidates,
        records=records.changes,
        names=own.names,
        inventory_size=own.size,
        suffix=exports[0].suffix or "",
        store=own.store,
        authdata=own.authdata,
        keytabs=own.keytabs,
        slots=records.slots,
        made_from=(*made_from(source.reliance for each in exports for source in each.sources), *map(str, own.lists)),
        lists=own.lists,
        as_of=own.as_of,
    )


def _realm(od: Directory, given: str | None) -> str | None:
    name = od.realm if given is None else given
    if name is not None:
        check_realm(encoded(name))
        if is_lkdc(name):
            raise UsageError(f"{escape(name)} is a Local KDC's realm; this command cleans the realm of a domain")
    return name


def _principals(od: Directory, merged: MergedInventories, realm: _Realm, records: RecordPlan) -> _Principals:
    """Return what becomes of each principal of the inventory; those of ``cn=authdata`` become changes of the plan.

    Raises:
        BrakeError: a limit is exceeded.
    """
    keytabs = plan_keytabs(merged.keytabs, realm.name, realm.services, realm.hosts, realm.options.kdc_logs)
    if merged.principals is None or merged.store is None:
        return _Principals(candidates=candidates(realm.name, realm.services, realm.hosts), keytabs=keytabs, as_of=_date(od))
    listed, store = merged.principals.listed, merged.store
    decided = sort_principals(listed, realm.name, realm.services, realm.hosts, _WHY_UNDELETABLE[store], _MANUAL_COMMANDS.get(store))
    decided = decided.held_back(held_by_keytabs(merged.keytabs, realm.hosts, decided.delete))
    decided = decided.held_back(held_by_logs(realm.options.kdc_logs, decided.delete))
    decided = decide_aliases(listed, store, realm.name, decided)
    authdata: tuple[RecordChange, ...] = ()
    if store is PrincipalStore.DIRECTORY:
        decided, authdata = plan_authdata(od, listed, decided, records.changes)
    else:
        check_krbtgt(merged.principals, realm.name)  # the directory need not hold it
    if not realm.options.allow_large:
        check_size(merged.principals, realm.name, realm.hosts, decided)
    names = _names(merged.principals, store)
    return _Principals(decided, authdata, (), keytabs, store, names, len(merged.principals), merged.lists, oldest(merged.lists))


def _date(od: Directory) -> int | None:
    """Return the date of the oldest of an export's files, in seconds since 1970; None where one has none."""
    dates = [date_of(each.path) if each.gathered is None else each.gathered for each in od.sources]
    return min((date for date in dates if date is not None), default=None) if None not in dates else None


def _names(inventory: Inventory, store: PrincipalStore) -> tuple[bytes, ...]:
    """Return the names that a script compares with what it finds: an MIT KDC's in its own spelling, byte for byte."""
    spelling = heimdal_text if store is PrincipalStore.HEIMDAL else bytes
    own = store is PrincipalStore.MIT
    shown = [
        row for row in inventory.listed if len(row.principal.components) > 1 and (own or row.target is None)
    ]  # `list` shows no aliases
    return tuple(sorted(row.text if own else spelling(row.principal) for row in shown))


def _seen(inventory: Inventory, services: frozenset[bytes]) -> list[Evidence]:
    """Return hosts of service principals, each with the first line that names it."""
    found: dict[str, Evidence] = {}
    for listed in inventory.listed:
        p = listed.principal
        if p.pair is not None and p.components[0] in services and protected(p) is None:
            host = decode(p.components[1])
            if is_fqdn(host):
                evidence = Evidence(host, Kind.SEEN, "has service principals", inventory.path, listed.line)
                found.setdefault(evidence.key, evidence)
    return list(found.values())
