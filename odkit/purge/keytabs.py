"""What keytabs and logs say of a plan: keys of retired servers on members, and names that are still asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odkit.hosts import HostVerdict, Verdict
from odkit.kerberos import Inventory, Principal, is_lkdc, protected
from odkit.kerberos.heimdal import heimdal_text
from odkit.kerberos.kadmin import refusal
from odkit.kerberos.kdclog import KdcLog
from odkit.names import host_key, is_fqdn
from odkit.purge.model import Decision, DecisionKind, KeytabPlan
from odkit.purge.principals import Sorted
from odkit.text import decode, escape

__all__ = ["hold_back", "hold_back_requested", "plan_keytabs"]


def _stale(p: Principal, realm: bytes, services: frozenset[bytes], hosts: Mapping[str, HostVerdict]) -> HostVerdict | None:
    if p.realm != realm or p.service not in services or p.host is None or protected(p) is not None or is_lkdc(p.realm):
        return None
    found = hosts.get(host_key(p.host))
    return found if found is not None and found.verdict is Verdict.STALE else None


def plan_keytabs(
    keytabs: Sequence[Inventory],
    realm: bytes,
    services: frozenset[bytes],
    hosts: Mapping[str, HostVerdict],
    logs: Sequence[KdcLog],
) -> list[KeytabPlan]:
    """The keys of stale hosts in each keytab, by the selector of the principals, and held back as those are."""
    out = []
    for keytab in keytabs:
        plan = KeytabPlan(keytab.path, names=[row.principal for row in keytab.listed])
        live = _live_host(keytab, hosts)
        for p in plan.names:
            found = _stale(p, realm, services, hosts)
            if found is None:
                continue
            held = _held(p, logs, live if not found.named else None, keytab)
            if held is None:
                plan.remove.append(p)
            else:
                plan.refused.append(held)
        out.append(plan)
    return out


def _held(p: Principal, logs: Sequence[KdcLog], live: str | None, keytab: Inventory) -> Decision | None:
    """Why the keys of a stale host stay in a keytab; None when they go."""
    text = bytes(p)
    undeletable = refusal(p, text)
    if undeletable is not None:
        return Decision(DecisionKind.INEXPRESSIBLE, undeletable, text)
    requested = _requested(p, logs)
    if requested is not None:
        return Decision(DecisionKind.REQUESTED, requested, text)
    return Decision(DecisionKind.IN_LIVE_KEYTAB, _answers(live, keytab), text, host=live) if live is not None else None


def _live_host(keytab: Inventory, hosts: Mapping[str, HostVerdict]) -> str | None:
    """The live host whose keys stand in a keytab."""
    for row in keytab.listed:
        host = row.principal.host
        found = hosts.get(host_key(host)) if host is not None and is_fqdn(decode(host)) else None
        if found is not None and found.verdict is Verdict.LIVE:
            return found.host
    return None


def hold_back(keytabs: Sequence[Inventory], hosts: Mapping[str, HostVerdict], out: Sorted) -> None:
    """Move to review what inference alone would delete although a live host's keytab holds its keys: it may answer to that name."""
    for keytab in keytabs:
        live = _live_host(keytab, hosts)
        if live is None:
            continue
        held = {row.principal for row in keytab.listed}
        for deletion in [d for d in out.delete if d.principal in held and not hosts[d.host].named]:
            out.delete.remove(deletion)
            out.review.append(Decision(DecisionKind.IN_LIVE_KEYTAB, _answers(live, keytab), deletion.text, host=live))


def hold_back_requested(logs: Sequence[KdcLog], out: Sorted) -> None:
    """Move to review what somebody still asks the KDC for."""
    for deletion in list(out.delete) if logs else ():
        why = _requested(deletion.principal, logs)
        if why is not None:
            out.delete.remove(deletion)
            out.review.append(Decision(DecisionKind.REQUESTED, why, deletion.text, host=deletion.host))


def _answers(live: str, keytab: Inventory) -> str:
    where = f"{escape(live)} ({escape(keytab.path)})"
    return f"a key of it stands in the keytab of the live host {where}; name the host with --retire if it goes"


def _requested(principal: Principal, logs: Sequence[KdcLog]) -> str | None:
    """Why a principal stays that a log shows in use."""
    for log in logs:
        found = log.requests.get(bytes(principal)) or log.requests.get(heimdal_text(principal))
        if found is not None:
            return f"still {found} ({escape(log.path)}:{found.line}); see to that client, then plan without this log"
    return None
