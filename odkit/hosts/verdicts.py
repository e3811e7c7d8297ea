"""Judges each host by its evidence: live, stale, review or unknown.

The order of the rules is the order of safety: a doubt wins over everything, hard evidence of life over every retirement, an
explicit retirement over a mere listing, a listing over an inference.  What no rule decides is unknown, and kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from odkit.dataclass import dataclass
from odkit.directory import Directory
from odkit.errors import UsageError
from odkit.hosts.addresses import AddressBook, computer_hosts
from odkit.hosts.evidence import NEEDS, Evidence, Kind, of_directory
from odkit.names import address_of, host_key, is_fqdn, is_host_name, is_label, short_name
from odkit.text import escape

__all__ = ["HostVerdict", "Verdict", "judge_hosts"]


class Verdict(StrEnum):
    """The verdict on a host."""

    LIVE = "live"
    STALE = "stale"
    REVIEW = "review"
    UNKNOWN = "unknown"


_SIDES = frozenset({Kind.LIVE, Kind.RETIRED, Kind.INFERRED, Kind.ALIAS, Kind.SERVES})
_LEFT = frozenset({Kind.RETIRED, Kind.INFERRED})
_THERE = frozenset({Kind.LIVE, Kind.LISTED, Kind.SERVES})


@dataclass(frozen=True, slots=True)
class HostVerdict:
    """A host, the verdict on it, and the evidence.

    Attributes:
        host: its name in normal form (ASCII lower case, no trailing dot).
        verdict: live, stale, review, unknown.
        evidence: all of it, the deciding piece first.
        named: whether somebody named it as retired; then its deletion does not rest on inference.
        listed: whether a replica list still names it.
        addresses: all that the inputs give for it.
    """

    host: str
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    named: bool = False
    listed: bool = False
    addresses: frozenset[str] = frozenset()

    @property
    def why(self) -> str:
        """The deciding piece of evidence, and what prevents it, each with its source."""
        first = self.evidence[0]
        sides = [first, *(e for e in self.evidence if e.kind is not first.kind and e.kind in _SIDES)][:2]
        return ", but also: ".join(each.because for each in sides)


def judge_hosts(
    od: Directory,
    *,
    retire: Sequence[str] = (),
    keep: Sequence[str] = (),
    before: Sequence[Directory] = (),
    addresses: Mapping[str, str] = {},
    seen: Iterable[Evidence] = (),
    aliases: Mapping[str, str] = {},
) -> Mapping[str, HostVerdict]:
    """Judge every host that the inputs name.

    Args:
        od: the directory that will be changed.
        retire: hosts that the administrator retires.
        keep: hosts that must stay.
        before: older exports, read for names of servers only.
        addresses: host -> address, where the exports leave open which is which.
        seen: further places where host names occur (the inventory).
        aliases: further names of servers that stay -> their names.

    Returns:
        Verdicts by the host's normal form, sorted.

    Raises:
        UsageError: an empty name, or a text that is not one host name, such as a URL or a list.
    """
    for name in (*retire, *keep, *aliases):
        if not host_key(name):
            raise UsageError("an empty host name; give the fully qualified name of a server")
        if not is_host_name(name):
            raise UsageError(f"not the name of one host: {escape(name)!r}; give the fully qualified name of each server by itself")
    for export in (od, *before):
        export.prefetch(NEEDS)
    book = AddressBook([od, *before], addresses)
    evidence = [Evidence(name, Kind.RETIRED, "named as retired", given="--retire or odkit.toml") for name in retire]
    evidence += [Evidence(name, Kind.LIVE, "named to be kept", given="--keep or odkit.toml") for name in keep]
    evidence += [
        Evidence(name, Kind.ALIAS, f"an alias of {escape(server)}, which stays", given="odkit.toml") for name, server in aliases.items()
    ]
    own = of_directory(od)
    evidence += own
    evidence += _missing_servers(od, own, before)
    evidence += seen
    evidence += _computers(od)
    known = {e.key for e in evidence if is_fqdn(e.host)} | {key for each in before for key in _fqdns(each)}
    evidence = [*_resolved(evidence, book, known)]
    by_host: dict[str, list[Evidence]] = {}
    for each in evidence:
        by_host.setdefault(each.key, []).append(each)
    for host, doubt in _doubts(by_host, evidence, book):
        by_host[host].insert(0, doubt)
    return MappingProxyType({host: _verdict(host, by_host[host], book.addresses(host)) for host in sorted(by_host)})


def _computers(od: Directory) -> list[Evidence]:
    out = []
    for computer in od.computers.records():
        bound = [name for name in computer.names if name.endswith("$")]
        for host in dict.fromkeys(computer_hosts(bound)):
            out.append(Evidence(host, Kind.SEEN, "has a computer record", computer.path, computer.line))
    return out


def _fqdns(od: Directory) -> set[str]:
    names = {host_key(e.host) for e in of_directory(od) if is_fqdn(e.host)}
    for computer in od.computers.records():
        names.update(host_key(h) for h in computer_hosts([*computer.names, *computer.texts("apple-realname")]))
    return names


def _missing_servers(od: Directory, own: Sequence[Evidence], before: Sequence[Directory]) -> list[Evidence]:
    """Return servers of older exports that the domain no longer has; one that still serves a mount is left to a person."""
    still = {e.key for e in own if e.kind in {Kind.LIVE, Kind.LISTED}}
    tells = any(True for _ in od.config.trees()) or od.config.password_server is not None or bool(list(od.config.ldap_replicas()))
    serving = {host_key(host) for mount in od.mounts.records() for host in mount.hosts} if before else set()
    out = []
    for older in before:
        servers = [e for e in of_directory(older) if e.kind in {Kind.LIVE, Kind.LISTED}]
        servers += [
            Evidence(host, Kind.LISTED, "serves a mount", mount.path, mount.line)
            for mount in older.mounts.records()
            for host in mount.hosts
        ]
        for e in servers:
            if e.key in serving and e.key not in still:
                why = f"{e.reason} of the older export; no longer a server of the domain, but a mount still points there"
                out.append(replace(e, kind=Kind.UNSURE, reason=why))
            elif e.key not in still and not tells:
                why = f"{e.reason} of the older export; this export lists no servers at all, so that nothing follows from its silence"
                out.append(replace(e, kind=Kind.UNSURE, reason=why))
            elif e.key not in still:
                out.append(replace(e, kind=Kind.INFERRED, reason=f"{e.reason} of the older export; the domain no longer has it"))
    return list(dict.fromkeys(out))


def _resolved(evidence: Sequence[Evidence], book: AddressBook, known: set[str]) -> Iterable[Evidence]:
    """Replace addresses and short names by full names where the inputs settle which is meant."""
    by_short: dict[str, list[str]] = {}
    for name in sorted(known):
        by_short.setdefault(short_name(name), []).append(name)
    for e in evidence:
        address = address_of(host_key(e.host))
        if address is not None:
            # what a computer record of today says of an address proves nothing about a host that is gone: addresses are given again
            names = book.names(address, sure=e.kind in _LEFT)
            if len(names) == 1:
                name = next(iter(names))
                yield replace(e, host=name, reason=f"{e.reason}, as {address}")
            elif e.kind in _LEFT:
                yield replace(e, host=address, kind=Kind.DOUBT, reason=f"{e.reason}, known by address only")
            else:
                yield replace(e, host=address)
        elif (e.kind in _THERE or e.kind is Kind.INFERRED) and not is_fqdn(e.host):
            yield from _full_names(e, by_short)
        elif e.kind in _THERE and _is_bonjour_name(e.host):
            yield e
            others = (name for name in by_short.get(short_name(e.host), ()) if name != e.key)
            yield from (replace(e, host=name, reason=f"{e.reason}, as {escape(e.host)}") for name in others)
        elif e.kind is Kind.RETIRED and is_label(e.host):
            # every full name that it matches is left to a person, too
            for name in [e.host, *by_short.get(host_key(e.host), [])]:
                yield replace(
                    e,
                    host=name,
                    kind=Kind.DOUBT,
                    reason=f"named as retired, but only as the short name {escape(e.host)}; give the full name",
                )
        else:
            yield e


def _is_bonjour_name(host: str) -> bool:
    """Tell whether a name is one of Bonjour, by which a Mac has the first label of its full name (RFC 6762 section 3)."""
    label, _, rest = host_key(host).partition(".")
    return bool(label) and rest == "local"


def _full_names(e: Evidence, by_short: Mapping[str, list[str]]) -> Iterable[Evidence]:
    """Yield the evidence about a short name for full names: a live one for every match, a retired one only for a single match."""
    full = by_short.get(host_key(e.host), []) if is_label(e.host) else []
    why = f"{e.reason}, as {escape(e.host)}"
    if e.kind is not Kind.INFERRED:
        yield e
        yield from (replace(e, host=name, reason=why) for name in full)
    elif len(full) == 1:
        yield replace(e, host=full[0], reason=why)
    else:
        yield replace(e, kind=Kind.DOUBT, reason=f"{e.reason}, known only as a short name")


def _doubts(by_host: Mapping[str, list[Evidence]], evidence: Sequence[Evidence], book: AddressBook) -> Iterable[tuple[str, Evidence]]:
    """Yield retired hosts that may be the live server which the export knows by its address only."""
    for e in evidence:
        if e.kind not in {Kind.LIVE, Kind.LISTED}:
            continue
        address = address_of(host_key(e.host))
        if address is None:
            continue
        names = book.names(address)
        for host, pieces in by_host.items():
            kinds = {piece.kind for piece in pieces}
            named = Kind.RETIRED in kinds
            if not named and Kind.INFERRED not in kinds:
                continue
            if named and e.kind is Kind.LISTED:
                continue  # an explicit retirement wins over a listing
            own = book.addresses(host)
            if host in names or (not names and (not named or not own or address in own)):
                why = f"may be the live server at {address} ({e.reason}); say which host that is with --address HOST={address}"
                yield host, replace(e, host=host, kind=Kind.DOUBT, reason=why)


def _verdict(host: str, pieces: list[Evidence], addresses: frozenset[str]) -> HostVerdict:
    kinds = {piece.kind for piece in pieces}
    named = Kind.RETIRED in kinds
    listed = Kind.LISTED in kinds
    if Kind.DOUBT in kinds or (named and Kind.LIVE in kinds):
        verdict = Verdict.REVIEW
        order: tuple[Kind, ...] = (Kind.DOUBT, Kind.LIVE, Kind.RETIRED)
    elif Kind.LIVE in kinds:
        verdict = Verdict.LIVE
        order = (Kind.LIVE,)
    elif Kind.ALIAS in kinds and kinds & {Kind.RETIRED, Kind.INFERRED, Kind.UNSURE}:
        verdict = Verdict.REVIEW
        order = (Kind.ALIAS, Kind.RETIRED, Kind.INFERRED, Kind.UNSURE)
    elif named:
        verdict = Verdict.STALE
        order = (Kind.RETIRED,)
    elif Kind.UNSURE in kinds:
        verdict = Verdict.REVIEW
        order = (Kind.UNSURE,)
    elif Kind.INFERRED in kinds:
        # being decommissioned as a replica does not switch a machine off: one that a list or a mount still names is for a person
        verdict = Verdict.REVIEW if listed or Kind.SERVES in kinds else Verdict.STALE
        order = (Kind.INFERRED, Kind.LISTED, Kind.SERVES)
    elif listed:
        verdict = Verdict.LIVE
        order = (Kind.LISTED,)
    else:
        verdict = Verdict.UNKNOWN
        order = (Kind.ALIAS, Kind.SERVES, Kind.SEEN)
    rank = {kind: i for i, kind in enumerate(order)}
    unique = dict.fromkeys(pieces)
    ordered = tuple(sorted(unique, key=lambda piece: rank.get(piece.kind, len(rank))))
    return HostVerdict(host, verdict, ordered, named, listed, addresses)
