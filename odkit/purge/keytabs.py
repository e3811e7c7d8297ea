"""What keytabs and logs say of a plan: keys of retired servers on members, and names that are still asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from odkit.hosts import HostVerdict, Verdict
from odkit.kerberos import Inventory, Principal, is_lkdc, protected
from odkit.kerberos.heimdal import heimdal_text
from odkit.kerberos.kadmin import why_undeletable
from odkit.kerberos.kdclog import KdcLog
from odkit.names import host_key, is_fqdn
from odkit.purge.model import Decision, DecisionKind, Deletion, KeytabPlan
from odkit.text import escape

__all__ = ["held_by_keytabs", "held_by_logs", "plan_keytabs"]


def _stale(p: Principal, realm: bytes, services: frozenset[bytes], hosts: Mapping[str, HostVerdict]) -> HostVerdict | None:
    if p.realm != realm or p.pair is None or p.pair[0] not in services or protected(p) is not None or is_lkdc(p.realm):
        return None
    found = hosts.get(host_key(p.pair[1]))
    return found if found is not None and found.verdict is Verdict.STALE else None


def plan_keytabs(
    keytabs: Sequence[Inventory],
    realm: bytes,
    services: frozenset[bytes],
    hosts: Mapping[str, HostVerdict],
    logs: Sequence[KdcLog],
) -> tuple[KeytabPlan, ...]:
    """Return the keys of stale hosts in each keytab, by the selector of the principals, and held back as those are."""
    return tuple(_plan_keytab(keytab, realm, services, hosts, logs) for keytab in keytabs)


def _plan_keytab(
    keytab: Inventory, realm: bytes, services: frozenset[bytes], hosts: Mapping[str, HostVerdict], logs: Sequence[KdcLog]
) -> KeytabPlan:
    names = tuple(row.principal for row in keytab.listed)
    live = _live_host(keytab, hosts)
    remove: list[Principal] = []
    refused: list[Decision] = []
    for p in names:
        found = _stale(p, realm, services, hosts)
        if found is None:
            continue
        held = _held(p, logs, live if not found.named else None, keytab)
        if held is None:
            remove.append(p)
        else:
            refused.append(held)
    return KeytabPlan(keytab.path, tuple(remove), names, tuple(refused))


def _held(p: Principal, logs: Sequence[KdcLog], live: str | None, keytab: Inventory) -> Decision | None:
    """Return why the keys of a stale host stay in a keytab; None when they go."""
    text = bytes(p)
    undeletable = why_undeletable(p, text)
    if undeletable is not None:
        return Decision(DecisionKind.INEXPRESSIBLE, undeletable, text)
    requested = _requested(p, logs)
    if requested is not None:
        return Decision(DecisionKind.REQUESTED, requested, text)
    return Decision(DecisionKind.IN_LIVE_KEYTAB, _answers(live, keytab), text, host=live) if live is not None else None


def _live_host(keytab: Inventory, hosts: Mapping[str, HostVerdict]) -> str | None:
    """Return the live host whose keys are in a keytab."""
    for row in keytab.listed:
        host = row.principal.host
        found = hosts.get(host_key(host)) if host is not None and is_fqdn(host) else None
        if found is not None and found.verdict is Verdict.LIVE:
            return found.host
    return None


def held_by_keytabs(
    keytabs: Sequence[Inventory], hosts: Mapping[str, HostVerdict], delete: Sequence[Deletion]
) -> Iterator[tuple[Deletion, Decision]]:
    """Yield what inference alone would delete although a live host's keytab holds its keys: that host may answer to the name."""
    held: set[Deletion] = set()
    for keytab in keytabs:
        live = _live_host(keytab, hosts)
        if live is None:
            continue
        names = {row.principal for row in keytab.listed}
        found = [d for d in delete if d not in held and d.principal in names and not hosts[d.host].named]
        held.update(found)
        why = _answers(live, keytab)
        yield from ((d, Decision(DecisionKind.IN_LIVE_KEYTAB, why, d.text, host=live)) for d in found)


def held_by_logs(logs: Sequence[KdcLog], delete: Sequence[Deletion]) -> Iterator[tuple[Deletion, Decision]]:
    """Yield what somebody still asks the KDC for."""
    for deletion in delete if logs else ():
        why = _requested(deletion.principal, logs)
        if why is not None:
            yield deletion, Decision(DecisionKind.REQUESTED, why, deletion.text, host=deletion.host)


def _answers(live: str, keytab: Inventory) -> str:
    where = f"{escape(live)} ({escape(keytab.path)})"
    return f"a key of it is in the keytab of the live host {where}; name the host with --retire if it goes"


def _requested(principal: Principal, logs: Sequence[KdcLog]) -> str | None:
    """Return why a principal stays that a log shows in use."""
    for log in logs:
        found = log.requests.get(bytes(principal)) or log.requests.get(heimdal_text(principal))
        if found is not None:
            return f"still {found} ({escape(log.path)}:{found.line}); see to that client, then plan without this log"
    return None
