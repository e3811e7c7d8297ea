"""`plan_purge`: from an export and an inventory to a plan."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from odkit.directory import Directory
from odkit.directory.reliance import require_whole
from odkit.errors import InputError, UsageError
from odkit.findings import Finding, Hides, finding
from odkit.hosts import Evidence, HostVerdict, Kind, Verdict, judge_hosts
from odkit.kerberos import SERVICES, Inventory, Principal, is_lkdc, protected
from odkit.kerberos.heimdal import delete_by_hand, heimdal_refusal, heimdal_text
from odkit.kerberos.kadmin import check_realm, refusal
from odkit.kerberos.kdclog import KdcLog
from odkit.names import address_of, is_fqdn
from odkit.purge.aliases import decide_aliases
from odkit.purge.authdata import plan_authdata
from odkit.purge.inventories import Inventories, unite
from odkit.purge.keytabs import hold_back, hold_back_requested, plan_keytabs
from odkit.purge.model import Flavour, Plan
from odkit.purge.principals import ByHand, Refusal, Sorted, brake, candidates, sort_principals
from odkit.purge.records import plan_records
from odkit.text import decode, escape
from odkit.values.schema import HOME_ATTRIBUTES

__all__ = ["plan_purge"]

_BY_HAND: dict[Flavour, ByHand] = {
    Flavour.HEIMDAL: delete_by_hand,
    Flavour.AUTHDATA: lambda realm, text: None,  # it goes with its record
}
_REFUSALS: dict[Flavour, Refusal] = {
    Flavour.MIT: refusal,
    Flavour.HEIMDAL: heimdal_refusal,
    Flavour.AUTHDATA: lambda principal, text: None,  # LDIF carries every value
}


def plan_purge(
    od: Directory,
    inventory: Inventory | Sequence[Inventory] | None = None,
    *,
    retire: Sequence[str] = (),
    keep: Sequence[str] = (),
    before: Sequence[Directory] = (),
    realm: str | None = None,
    services: Iterable[str] = (),
    addresses: Mapping[str, str] = {},
    allow_large: bool = False,
    accept_incomplete: bool = False,
    kdc_logs: Sequence[KdcLog] = (),
    aliases: Mapping[str, str] = {},
) -> Plan:
    """Plan the removal of retired servers' principals and records.

    Args:
        od: the directory that will be changed.
        inventory: the KDC's principals, or several inventories: lists of the KDC are united, keytabs give what goes from them and hold back
            what a live host may answer to; without one the plan gives candidates.  On 10.7 and later the directory's own
            ``cn=authdata`` is the inventory.
        retire: fully qualified names of servers that are retired.
        keep: names of servers that must stay.
        before: older exports of the domain, read for names of servers only.
        realm: the realm to clean; the export's by default.
        services: service names beside the known ones.
        addresses: host -> address, where the exports leave open which host an address is.
        allow_large: release the brakes on the size of the plan.
        accept_incomplete: plan although an export is incomplete.
        kdc_logs: logs of the KDC; a name that is still asked for is left to a person.
        aliases: further names of servers that stay -> their names; what would go as one of them is left to a person.

    Returns:
        The plan; nothing has been changed or written.

    Raises:
        UsageError: names that cannot be meant, no realm where one is needed.
        InputError: the export is incomplete and that was not accepted.
        RefusedError: the realm cannot be carried by scripts.
        BrakeError: a brake stopped the plan.
    """
    _check_complete([od, *before], accept_incomplete=accept_incomplete)
    for each in (od, *before):
        for source in each.sources:
            source.start_digest()  # the plan's id needs it, at the end
    for host, address in addresses.items():
        if not host or address_of(address) is None:
            raise UsageError(f"not a host and its address: {escape(host)}={escape(address)}")
    known = SERVICES | {_service(name) for name in services}
    chosen = od.realm if realm is None else realm
    if chosen is not None:
        check_realm(_encoded(chosen))
        if is_lkdc(chosen):
            raise UsageError(f"{escape(chosen)} is a Local KDC's realm; this command cleans the realm of a domain")
    given = [inventory] if isinstance(inventory, Inventory) else list(inventory or ())
    if given and chosen is None:
        raise UsageError("the export names no Kerberos realm; give it with --realm")
    united = unite(given, od)
    principals = united.principals if chosen is not None else None
    seen = _seen(principals, known) if principals is not None else []
    hosts = judge_hosts(od, retire=retire, keep=keep, before=before, addresses=addresses, seen=seen, aliases=aliases)
    records = plan_records(od, hosts)
    _check_complete([od, *before], accept_incomplete=accept_incomplete)  # again: values are decoded when they are read
    findings = [*od.findings, *united.findings]
    plan = Plan("", chosen, hosts, findings=findings, records=records.changes, slots=records.slots, suffix=od.suffix or "")
    if chosen is not None:
        plan.keytabs = plan_keytabs(united.keytabs, _encoded(chosen), known, hosts, kdc_logs)
        if principals is None:
            plan.candidates = candidates(_encoded(chosen), known, hosts)
        else:
            sorted_ = _principals(plan, od, united, _encoded(chosen), known, kdc_logs)
            brake(principals, _encoded(chosen), hosts, sorted_, allow_large=allow_large, whole=plan.flavour is not Flavour.AUTHDATA)
            _take(plan, sorted_, principals)
    plan.review += records.review
    plan.refused += records.refused
    plan.findings += _remarks(plan, principals, hosts)
    plan.id = _identity(plan, od, before, [*united.digests, *(log.digest for log in kdc_logs)])
    return plan


def _principals(
    plan: Plan, od: Directory, united: Inventories, realm: bytes, known: frozenset[bytes], kdc_logs: Sequence[KdcLog]
) -> Sorted:
    """What becomes of each principal of the inventory; those of ``cn=authdata`` become changes of the plan."""
    assert united.principals is not None
    assert united.flavour is not None
    plan.flavour = united.flavour
    listed = united.principals.listed
    out = sort_principals(listed, realm, known, plan.hosts, _REFUSALS[united.flavour], _BY_HAND.get(united.flavour))
    hold_back(united.keytabs, plan.hosts, out)
    hold_back_requested(kdc_logs, out)
    decide_aliases(listed, united.flavour, realm, out)
    if plan.flavour is Flavour.AUTHDATA:
        out, plan.authdata = plan_authdata(od, listed, out, plan.records)
    return out


def _check_complete(exports: Sequence[Directory], *, accept_incomplete: bool) -> None:
    for od in exports:
        relied = [source.reliance for source in od.sources]
        require_whole(relied, "what is missing would look retired", accept_incomplete=accept_incomplete)
        damage = _damage(od)
        if damage is not None and not accept_incomplete:
            raise InputError(
                damage.path,
                damage.line,
                f"the export is damaged: {damage.message} What cannot be read would look retired; "
                "give --accept-incomplete if you know that nothing that matters is missing",
            )


def _damage(od: Directory) -> Finding | None:
    """The first finding after which an export says less than it seems to: records or server lists that could not be read."""
    list(od.config.trees())  # each is read when it is first asked for, and finds then what is wrong with it
    list(od.config.kdc_hosts())
    return next((f for f in od.findings if _may_hide_a_server(f)), None)


def _may_hide_a_server(found: Finding) -> bool:
    """Whether what could not be read after a finding can name a server: a record, a value of a config record, or a user's home."""
    hides = found.rule.hides
    if hides is Hides.VALUE:
        # in the normal form a comma always separates two names; a record whose name is not a DN may be a config record
        in_config = found.key is None or "cn=config" in found.key.split(",")[1:]
        return in_config or found.attribute in HOME_ATTRIBUTES
    return hides is Hides.RECORDS


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise UsageError(f"cannot be written as UTF-8: {escape(text)!r}") from error


def _service(name: str) -> bytes:
    service = _encoded(name)
    if not name or "/" in name or "@" in name:
        raise UsageError(f"not the name of a service: {escape(name)!r}")
    return service


def _seen(inventory: Inventory, services: frozenset[bytes]) -> list[Evidence]:
    """Hosts of service principals, each with the first line that names it."""
    found: dict[str, Evidence] = {}
    for listed in inventory.listed:
        p = listed.principal
        if p.service in services and p.host is not None and protected(p) is None:
            host = decode(p.host)
            if is_fqdn(host):
                evidence = Evidence(host, Kind.SEEN, "has service principals", inventory.path, listed.line)
                found.setdefault(evidence.key, evidence)
    return list(found.values())


def _take(plan: Plan, found: Sorted, inventory: Inventory) -> None:
    plan.delete, plan.keep, plan.review, plan.refused = found.delete, found.keep, found.review, found.refused
    spelling = heimdal_text if plan.flavour is Flavour.HEIMDAL else bytes
    own = plan.flavour is Flavour.MIT  # the KDC's own spelling, which its scripts compare byte for byte
    names = [x for x in inventory.listed if len(x.principal.components) > 1 and (own or x.target is None)]  # `list` shows no aliases
    plan.names = sorted(x.text if own else spelling(x.principal) for x in names)
    plan.inventory_size = len(inventory)


def _remarks(plan: Plan, inventory: Inventory | None, hosts: Mapping[str, HostVerdict]) -> list[Finding]:
    out: list[Finding] = []
    stale = [v for v in hosts.values() if v.verdict is Verdict.STALE]
    if inventory is None:
        out.append(finding("OD201", "", "no list of the KDC's principals was given: what stands under candidates is unverified"))
    if not stale and not any(v.named for v in hosts.values()):
        out.append(finding("OD203", "", "no host is known to be retired"))
    touched = {d.host for d in plan.delete} | {c.host for c in plan.records}
    for v in stale:
        if v.listed:
            there = next(e for e in v.evidence if e.kind is Kind.LISTED)
            out.append(finding("OD202", v.host, f"{escape(v.host)} still stands in a replica list", path=there.path, line=there.line))
        if v.named and v.host not in touched and inventory is not None:
            out.append(finding("OD204", v.host, f"{escape(v.host)} was named as retired, but no principal and no record bears its name"))
    if plan.empty and stale:
        out.append(finding("OD207", "", "no principal and no record of a retired host is left"))
    return out


def _plain(value: object) -> str:
    """Names for the digest."""
    return bytes(value).hex() if isinstance(value, (bytes, Principal)) else str(value)


def _identity(plan: Plan, od: Directory, before: Sequence[Directory], inventories: Sequence[str]) -> str:
    """Digest of the inputs and the decisions: two plans with one id do the same to the same."""
    hosts = [[escape(v.host), v.verdict.value] for v in plan.hosts.values()]
    inputs = {
        "exports": [s.digest for s in od.sources],
        "before": [s.digest for each in before for s in each.sources],
        "inventories": list(inventories),
    }
    # names and not reasons: those hold the inputs' paths, and a plan is the same wherever they lie
    lists = {
        "delete": [d.text for d in plan.delete],
        "candidates": plan.candidates,
        "keytabs": [[each.remove, each.names] for each in plan.keytabs],
        **{name: [[d.principal, d.record, d.command] for d in getattr(plan, name)] for name in ("keep", "review", "refused")},
    }
    decisions = {"realm": plan.realm, "records": [r.as_json() for r in (*plan.records, *plan.authdata)], **lists}
    text = json.dumps([inputs, decisions, hosts], sort_keys=True, ensure_ascii=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
