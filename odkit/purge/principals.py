"""Which principals a plan deletes: the selector, applied to an inventory.

A principal goes only if its realm equals the planned realm byte for byte, it has exactly two components, the first is a known
service and the second equals a stale host, compared as whole names.  `grep` over listprincs takes `veryold.example.com` and
`old.example.com.evil.org` for `old.example.com`, and misses `OLD.EXAMPLE.COM`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace

from odkit.dataclass import dataclass
from odkit.hosts import HostVerdict, Verdict
from odkit.kerberos import Listed, Principal, is_lkdc, protected
from odkit.kerberos.kadmin import delprinc_line, why_undeletable
from odkit.names import address_of, host_key, idn_twin, short_name
from odkit.purge.model import Decision, DecisionKind, Deletion
from odkit.text import decode, escape

__all__ = ["ManualCommand", "PrincipalDecisions", "WhyUndeletable", "candidates", "sort_principals"]

WhyUndeletable = Callable[[Principal, bytes], str | None]
ManualCommand = Callable[[bytes, bytes], str | None]


@dataclass(frozen=True, slots=True)
class PrincipalDecisions:
    """The principals of an inventory, each in exactly one part."""

    delete: tuple[Deletion, ...] = ()
    keep: tuple[Decision, ...] = ()
    review: tuple[Decision, ...] = ()
    refused: tuple[Decision, ...] = ()

    def held_back(self, held: Iterable[tuple[Deletion, Decision]]) -> PrincipalDecisions:
        """Return the same, with some deletions left to a person instead."""
        moves = list(held)
        gone = {deletion for deletion, _ in moves}
        delete = tuple(d for d in self.delete if d not in gone)
        return replace(self, delete=delete, review=(*self.review, *(decision for _, decision in moves)))


@dataclass(slots=True)
class _Piles:
    """Decisions while they are being made."""

    delete: list[Deletion] = field(default_factory=list)
    keep: list[Decision] = field(default_factory=list)
    review: list[Decision] = field(default_factory=list)
    refused: list[Decision] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Criteria:
    realm: bytes
    services: frozenset[bytes]
    hosts: Mapping[str, HostVerdict]
    kin: Mapping[str, tuple[str, str]]  # other forms of a stale host's name -> what such a form is, and the host
    why_not: WhyUndeletable
    manual_command: ManualCommand


def sort_principals(
    inventory: Sequence[Listed],
    realm: bytes,
    services: frozenset[bytes],
    hosts: Mapping[str, HostVerdict],
    why_not: WhyUndeletable = why_undeletable,
    manual_command: ManualCommand | None = None,
) -> PrincipalDecisions:
    """Sort an inventory into delete, keep, review and refused.

    Args:
        inventory: the principals.
        realm: the one that is cleaned.
        services: first components that are services.
        hosts: the verdicts.
        why_not: why a name cannot be deleted and put back, given the name and its spelling; the rules of MIT's kadmin by default.
        manual_command: the command with which a person deletes a name, given realm and spelling; kadmin.local's by default.
    """
    criteria = _Criteria(realm, services, hosts, _kin(hosts), why_not, manual_command or _manual_delprinc)
    out = _Piles()
    for listed in inventory:
        _sort(listed, criteria, out)
    return PrincipalDecisions(tuple(out.delete), tuple(out.keep), tuple(out.review), tuple(out.refused))


def _kin(hosts: Mapping[str, HostVerdict]) -> dict[str, tuple[str, str]]:
    """Return what else a stale host may be called: its first label, its addresses, the other form of an internationalised name."""
    found: dict[str, tuple[str, str]] = {}
    for v in sorted((v for v in hosts.values() if v.verdict is Verdict.STALE), key=lambda v: v.host):
        forms = {short_name(v.host): "a short name", **dict.fromkeys(sorted(v.addresses), "an address")}
        twin = idn_twin(v.host)
        if twin is not None:
            forms[twin] = "the other form of an internationalised name"
        for form, what in forms.items():
            found.setdefault(form, (what, v.host))
    return found


def _sort(listed: Listed, criteria: _Criteria, out: _Piles) -> None:
    p, text = listed.principal, listed.text
    if p.realm != criteria.realm:
        if is_lkdc(p.realm):
            out.keep.append(Decision(DecisionKind.LOCAL_KDC, "a Local KDC's realm", text))
        else:
            out.keep.append(Decision(DecisionKind.OTHER_REALM, "another realm than the one that is cleaned", text))
        return
    reason = protected(p)
    if reason is not None:
        machine = _computer_account(p, criteria) if p.components[0].endswith(b"$") else None
        if machine is not None:
            why = f"the computer account of {escape(machine)}; delete it after its record"
            # only a person runs this, after looking; what no command line carries safely gets no command
            command = None if criteria.why_not(p, text) else criteria.manual_command(criteria.realm, text)
            out.review.append(Decision(DecisionKind.COMPUTER_ACCOUNT, why, text, command=command, host=machine))
        else:
            out.keep.append(Decision(DecisionKind.PROTECTED, reason, text))
        return
    if p.pair is None:
        related = next((part for part in p.components if host_key(part) in criteria.hosts and _stale(criteria, part)), None)
        if related is None:
            out.keep.append(Decision(DecisionKind.NO_SERVICE, "not of the form service/host", text))
        else:
            why = f"more than two components, one of them the stale host {escape(related)}"
            out.review.append(Decision(DecisionKind.MORE_COMPONENTS, why, text, host=host_key(related)))
        return
    service, host = p.pair
    _sort_service(listed, service, host, criteria, out)


def _stale(criteria: _Criteria, part: bytes) -> bool:
    found = criteria.hosts.get(host_key(part))
    return found is not None and found.verdict is Verdict.STALE


def _sort_service(listed: Listed, service: bytes, host: bytes, criteria: _Criteria, out: _Piles) -> None:
    text = listed.text
    verdict = criteria.hosts.get(host_key(host))
    if verdict is None or verdict.verdict in {Verdict.LIVE, Verdict.UNKNOWN}:
        kin = criteria.kin.get(address_of(host_key(host)) or host_key(host))
        if kin is not None and (verdict is None or verdict.verdict is Verdict.UNKNOWN):
            what, full = kin
            out.review.append(Decision(DecisionKind.SHORT_NAME, f"{what}; perhaps the stale host {escape(full)}", text, host=full))
        elif verdict is not None and verdict.verdict is Verdict.LIVE:
            why = f"{escape(verdict.host)} is live: {verdict.evidence[0].reason}"
            out.keep.append(Decision(DecisionKind.LIVE_HOST, why, text, host=verdict.host))
        else:
            why = f"nothing says that {escape(host)} is retired"
            out.keep.append(Decision(DecisionKind.NOT_RETIRED, why, text, host=host_key(host)))
    elif verdict.verdict is Verdict.REVIEW:
        why = f"{escape(verdict.host)} needs a decision: {verdict.why}"
        out.review.append(Decision(DecisionKind.HOST_IN_DOUBT, why, text, host=verdict.host))
    elif service not in criteria.services:
        why = f"{escape(service)} is not a known service; add it with --service"
        out.review.append(Decision(DecisionKind.UNKNOWN_SERVICE, why, text, host=verdict.host))
    else:
        undeletable = criteria.why_not(listed.principal, text)
        if undeletable is not None:
            out.refused.append(Decision(DecisionKind.INEXPRESSIBLE, undeletable, text, host=verdict.host))
        else:
            out.delete.append(Deletion(text, listed.principal, verdict.host, verdict.evidence[0].because, listed.seen))


def _computer_account(p: Principal, criteria: _Criteria) -> str | None:
    """Return the stale host whose computer account ``name$`` this is."""
    if len(p.components) != 1 or not p.components[0].endswith(b"$"):
        return None
    name = host_key(p.components[0][:-1])
    found = criteria.hosts.get(name)
    if found is not None and found.verdict is Verdict.STALE:
        return found.host
    kin = criteria.kin.get(name)
    return kin[1] if kin is not None else None


def _manual_delprinc(realm: bytes, text: bytes) -> str | None:
    name = decode(delprinc_line(text))
    quoted = name.replace("'", "'\\''")
    command = f"kadmin.local -r '{decode(realm)}' -q '{quoted}'"
    return command if command.isprintable() else None


def candidates(realm: bytes, services: frozenset[bytes], hosts: Mapping[str, HostVerdict]) -> tuple[bytes, ...]:
    """Return names service x stale host, for a KDC whose list nobody has given: unverified."""
    stale = [v.host.encode("utf-8", "surrogateescape") for v in hosts.values() if v.verdict is Verdict.STALE]
    named = [Principal((service, host), realm) for host in stale for service in sorted(services)]
    return tuple(text for p in named if protected(p) is None and why_undeletable(p, text := bytes(p)) is None)
