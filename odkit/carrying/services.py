"""Principals that belong to no user: services and computers are carried when their host is live by the purge's own judgement.

Names of stale or unknown hosts are left out and listed, so that nobody carries what he has just purged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from odkit.carrying.keys import USABLE, Key, SourcePrincipal, never_carried
from odkit.carrying.model import CarriedService
from odkit.carrying.source import CarrySource
from odkit.carrying.verdicts import Reason, Why
from odkit.dataclass import dataclass
from odkit.hosts import Evidence, HostVerdict, Kind, Verdict, computer_hosts
from odkit.kerberos import SERVICES, Principal, is_lkdc
from odkit.names import host_key, is_fqdn
from odkit.text import decode, escape

__all__ = ["ServiceRuling", "rule_on_services", "seen_hosts"]


@dataclass(frozen=True, slots=True)
class ServiceRuling:
    """What becomes of a principal that belongs to no user.

    Attributes:
        entry: with its keys; None for a name of another realm.
        target: its name at the target; None when it is left out.
        keys: that arrive; secret inside.
        service: the ruling for the plan.
    """

    entry: SourcePrincipal | None
    target: Principal | None
    keys: tuple[Key, ...]
    service: CarriedService


def seen_hosts(principals: Iterable[SourcePrincipal], services: Collection[bytes]) -> Iterator[Evidence]:
    """Yield the hosts of service principals, so that each gets a verdict."""
    for entry in principals:
        principal = entry.principal
        if principal.pair is not None and principal.pair[0] in services and never_carried(principal) is None:
            host = decode(principal.pair[1])
            if is_fqdn(host):
                yield Evidence(host, Kind.SEEN, "has service principals", entry.path, entry.line)


def rule_on_services(
    source: CarrySource,
    claimed: Collection[Principal],
    *,
    usable: frozenset[int] = USABLE,
    misfit: Callable[[Principal], str | None] | None = None,
) -> Iterator[ServiceRuling]:
    """Decide on every principal of the source that no user claims, those of other realms last.

    Args:
        source: of the carry.
        claimed: principals of users.
        usable: encryption types that the target's KDC takes.
        misfit: says why the target's files cannot hold a name; None of it when they can.
    """
    services = SERVICES | {name.encode("utf-8", "surrogateescape") for name in source.options.services}
    for principal, entry in (source.principals or {}).items():
        if principal not in claimed:
            yield _rule(source, entry, services, usable, misfit)
    for principal in source.foreign:
        what = "the Local KDC of one machine" if is_lkdc(principal.realm) else "another realm"
        yield ServiceRuling(None, None, (), CarriedService(bytes(principal), False, Reason(Why.RESERVED, f"of {what}")))


def _rule(
    source: CarrySource,
    entry: SourcePrincipal,
    services: Collection[bytes],
    usable: frozenset[int],
    misfit: Callable[[Principal], str | None] | None,
) -> ServiceRuling:
    principal = entry.principal
    assert source.realm_to is not None
    target = Principal(principal.components, source.realm_to)
    keys = tuple(key for key in entry.keys if key.fits(usable))
    carried, reason = False, never_carried(principal)
    if reason is None:
        carried, reason = _by_host(principal, source.hosts, services)
    if carried and entry.trouble is not None:
        carried, reason = False, entry.trouble
    if carried and not keys:
        carried, reason = False, Reason(Why.NOTHING_USABLE, "it has no key that a KDC of today takes: make new ones")
    if carried and source.target_kdc is not None and target in source.target_kdc.principals:
        carried, reason = False, Reason(Why.COLLISION, "the target has it already; it is not overwritten")
    why = misfit(target) if carried and misfit is not None else None
    if why is not None:
        carried, reason = False, Reason(Why.NOT_EXPRESSIBLE, why)
    names = tuple(dict.fromkeys(key.name for key in keys)) if carried else ()
    service = CarriedService(bytes(principal), carried, reason, entry.kvno, names)
    return ServiceRuling(entry, target if carried else None, keys if carried else (), service)


def _by_host(principal: Principal, hosts: Mapping[str, HostVerdict], services: Collection[bytes]) -> tuple[bool, Reason]:
    if len(principal.components) == 1:
        name = decode(principal.components[0])
        if not name.endswith("$"):
            return False, Reason(Why.NOTE, "no user or computer of the directory has this name")
        if name.startswith("LKDC:"):
            return False, Reason(Why.RESERVED, "the Local KDC of one machine")
        own = computer_hosts([name]) or [name.removesuffix("$")]
    elif principal.pair is not None and principal.pair[0] in services:
        own = [decode(principal.pair[1])]
    elif principal.service is not None:
        return False, Reason(Why.NOTE, f"{escape(principal.service)} is no service that odkit knows; give it with --service")
    else:
        return False, Reason(Why.NOTE, f"a name of {len(principal.components)} parts, which no service of Mac OS X has")
    verdict = hosts.get(host_key(own[0]))
    if verdict is None:
        return False, Reason(Why.NOTE, f"nothing shows that {escape(own[0])} is live; name it with --keep")
    if verdict.verdict is Verdict.LIVE:
        return True, Reason(Why.NOTE, f"{escape(own[0])} is live: {verdict.why}")
    advice = "" if verdict.verdict is Verdict.STALE else "; name it with --keep if it stays"
    return False, Reason(Why.NOTE, f"{escape(own[0])} is {verdict.verdict.value}: {verdict.why}{advice}")
