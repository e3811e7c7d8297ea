"""Which principals a plan deletes: the selector, applied to an inventory.

A principal goes only if its realm equals the planned realm byte for byte, it has exactly two components, the first is a known
service and the second equals a stale host, compared as whole names.  `grep` over listprincs takes `veryold.example.com` and
`old.example.com.evil.org` for `old.example.com`, and misses `OLD.EXAMPLE.COM`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from odkit.errors import BrakeError
from odkit.hosts import HostVerdict, Verdict
from odkit.kerberos import Inventory, Listed, Principal, is_lkdc, protected
from odkit.kerberos.kadmin import delprinc_line, refusal
from odkit.names import host_key, is_fqdn, short_name
from odkit.purge.model import Decision, DecisionKind, Deletion
from odkit.text import decode, escape, plural

__all__ = ["ByHand", "Refusal", "Sorted", "brake", "candidates", "sort_principals"]

_SHARE = 0.20  # of the host principals: what inference alone may delete


Refusal = Callable[[Principal, bytes], str | None]
ByHand = Callable[[bytes, bytes], str | None]


@dataclass(slots=True)
class Sorted:
    """The principals of an inventory, each in exactly one list."""

    delete: list[Deletion] = field(default_factory=list)
    keep: list[Decision] = field(default_factory=list)
    review: list[Decision] = field(default_factory=list)
    refused: list[Decision] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Question:
    realm: bytes
    services: frozenset[bytes]
    hosts: Mapping[str, HostVerdict]
    short: Mapping[str, str]  # first label of a stale host -> the host
    refuse: Refusal
    by_hand: ByHand


def sort_principals(
    inventory: Sequence[Listed],
    realm: bytes,
    services: frozenset[bytes],
    hosts: Mapping[str, HostVerdict],
    refuse: Refusal = refusal,
    by_hand: ByHand | None = None,
) -> Sorted:
    """Sort an inventory into delete, keep, review and refused.

    Args:
        inventory: the principals.
        realm: the one that is cleaned.
        services: first components that are services.
        hosts: the verdicts.
        refuse: why a name cannot be deleted and put back, given the name and its spelling; the rules of MIT's kadmin by default.
        by_hand: the command with which a person deletes a name, given realm and spelling; kadmin.local's by default.
    """
    stale = {v.host for v in hosts.values() if v.verdict is Verdict.STALE}
    question = _Question(realm, services, hosts, {short_name(host): host for host in sorted(stale)}, refuse, by_hand or _delprinc_by_hand)
    out = Sorted()
    for listed in inventory:
        _sort(listed, question, out)
    return out


def _sort(listed: Listed, q: _Question, out: Sorted) -> None:
    p, text = listed.principal, listed.text
    if p.realm != q.realm:
        if is_lkdc(p.realm):
            out.keep.append(Decision(DecisionKind.LOCAL_KDC, "a Local KDC's realm", text))
        else:
            out.keep.append(Decision(DecisionKind.OTHER_REALM, "another realm than the one that is cleaned", text))
        return
    reason = protected(p)
    if reason is not None:
        machine = _computer_account(p, q)
        if machine is not None:
            why = f"the computer account of {escape(machine)}; delete it after its record"
            # only a person runs this, after looking; what no command line carries safely gets no command
            command = None if q.refuse(p, text) else q.by_hand(q.realm, text)
            out.review.append(Decision(DecisionKind.COMPUTER_ACCOUNT, why, text, command=command, host=machine))
        else:
            out.keep.append(Decision(DecisionKind.PROTECTED, reason, text))
        return
    if p.service is None or p.host is None:
        related = next((part for part in p.components if host_key(part) in q.hosts and _stale(q, part)), None)
        if related is None:
            out.keep.append(Decision(DecisionKind.NO_SERVICE, "not of the form service/host", text))
        else:
            why = f"more than two components, one of them the stale host {escape(related)}"
            out.review.append(Decision(DecisionKind.MORE_COMPONENTS, why, text, host=host_key(related)))
        return
    _sort_service(listed, p.service, p.host, q, out)


def _stale(q: _Question, part: bytes) -> bool:
    found = q.hosts.get(host_key(part))
    return found is not None and found.verdict is Verdict.STALE


def _sort_service(listed: Listed, service: bytes, host: bytes, q: _Question, out: Sorted) -> None:
    text = listed.text
    verdict = q.hosts.get(host_key(host))
    if verdict is None or verdict.verdict in {Verdict.LIVE, Verdict.UNKNOWN}:
        full = q.short.get(host_key(host))
        if full is not None and (verdict is None or verdict.verdict is Verdict.UNKNOWN):
            why = f"a short name; perhaps the stale host {escape(full)}"
            out.review.append(Decision(DecisionKind.SHORT_NAME, why, text, host=full))
        elif verdict is not None and verdict.verdict is Verdict.LIVE:
            why = f"{escape(verdict.host)} is live: {verdict.evidence[0].reason}"
            out.keep.append(Decision(DecisionKind.LIVE_HOST, why, text, host=verdict.host))
        else:
            why = f"nothing says that {escape(host)} is retired"
            out.keep.append(Decision(DecisionKind.NOT_RETIRED, why, text, host=host_key(host)))
    elif verdict.verdict is Verdict.REVIEW:
        why = f"{escape(verdict.host)} needs a decision: {verdict.why}"
        out.review.append(Decision(DecisionKind.HOST_IN_DOUBT, why, text, host=verdict.host))
    elif service not in q.services:
        why = f"{escape(service)} is not a known service; add it with --service"
        out.review.append(Decision(DecisionKind.UNKNOWN_SERVICE, why, text, host=verdict.host))
    else:
        undeletable = q.refuse(listed.principal, text)
        if undeletable is not None:
            out.refused.append(Decision(DecisionKind.INEXPRESSIBLE, undeletable, text, host=verdict.host))
        else:
            out.delete.append(Deletion(text, listed.principal, verdict.host, verdict.evidence[0].because))


def _computer_account(p: Principal, q: _Question) -> str | None:
    """The stale host whose computer account ``name$`` this is."""
    if len(p.components) != 1 or not p.components[0].endswith(b"$"):
        return None
    name = host_key(p.components[0][:-1])
    found = q.hosts.get(name)
    if found is not None and found.verdict is Verdict.STALE:
        return found.host
    return q.short.get(name)


def _delprinc_by_hand(realm: bytes, text: bytes) -> str | None:
    name = decode(delprinc_line(text))
    quoted = name.replace("'", "'\\''")
    command = f"kadmin.local -r '{decode(realm)}' -q '{quoted}'"
    return command if command.isprintable() else None


def _of_host(p: Principal) -> bool:
    return p.host is not None and is_fqdn(decode(p.host)) and protected(p) is None


def candidates(realm: bytes, services: frozenset[bytes], hosts: Mapping[str, HostVerdict]) -> list[bytes]:
    """Names service x stale host, for a KDC whose list nobody has given: unverified."""
    stale = [v.host.encode("utf-8", "surrogateescape") for v in hosts.values() if v.verdict is Verdict.STALE]
    named = [Principal((service, host), realm) for host in stale for service in sorted(services)]
    return [bytes(p) for p in named if refusal(p, bytes(p)) is None and protected(p) is None]


def brake(
    inventory: Inventory, realm: bytes, hosts: Mapping[str, HostVerdict], out: Sorted, *, allow_large: bool, whole: bool = True
) -> None:
    """Stop a plan that would do more than anybody can have meant.

    Args:
        inventory: the principals.
        realm: the one that is cleaned.
        hosts: the verdicts.
        out: what is to be deleted, and what not.
        allow_large: do not look at the size.
        whole: whether the inventory must hold the realm's krbtgt; that of a directory need not.

    Raises:
        BrakeError: no krbtgt in the inventory; no principal of a live host would be left; inference alone would delete more
            than a fifth of the host principals.
    """
    if whole and not any(x.principal == Principal((b"krbtgt", realm), realm) for x in inventory.listed):
        name = escape(realm)
        raise BrakeError(
            f"{escape(inventory.path)} has no krbtgt principal of its realm (krbtgt/{name}@{name}): it is not the whole list of the "
            f"KDC of {name}. Make it again with: LC_ALL=C kadmin.local -r {name} -q listprincs"
        )
    if allow_large or not out.delete:
        return
    host_principals = [x for x in inventory.listed if x.principal.realm == realm and _of_host(x.principal)]
    gone = {d.text for d in out.delete}
    left = [x for x in host_principals if x.text not in gone]
    live = [x for x in left if (v := hosts.get(host_key(x.principal.host or b""))) is not None and v.verdict is Verdict.LIVE]
    if not live:
        raise BrakeError(
            f"the plan deletes {plural(len(gone), 'principal')} and leaves none of a host that is known to be live. "
            "Name the live servers with --keep, or give --allow-large if that is meant"
        )
    inferred = [d for d in out.delete if not hosts[d.host].named]
    if len(inferred) > _SHARE * len(host_principals):
        share = 100 * len(inferred) / len(host_principals)
        raise BrakeError(
            f"{len(inferred)} of {len(host_principals)} host principals ({share:.0f} %) would go on inference alone, more than 20 %. "
            "Name the retired servers with --retire, or give --allow-large if that is meant"
        )
