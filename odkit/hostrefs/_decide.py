"""What becomes of each place where a server is named: one answer, which `odkit.references` shows, and which both writers keep to.

What a purge deletes is what `odkit.purge` decides for a server that is retired; what is rewritten is what `plan_rewrite` can change
without changing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from odkit.dataclass import dataclass
from odkit.directory import Directory, Record
from odkit.directory.membership import MEMBERS
from odkit.dn import first_value
from odkit.errors import BrakeError, RefusedError, UsageError
from odkit.hostrefs._hosts import is_host
from odkit.hostrefs._match import Hit, HitKind
from odkit.hostrefs._places import Handling, handling
from odkit.hostrefs._replace import Change, rewritten
from odkit.hostrefs._search import Search, Spot
from odkit.hosts import Verdict
from odkit.kerberos.authdata import ALIASES, NAME
from odkit.kerberos.fates import RecordOwners
from odkit.patterns import regex
from odkit.text import escape
from odkit.values.schema import ASCII_PLACES

if TYPE_CHECKING:
    from odkit.purge import PurgePlan

__all__ = ["PURGED", "Decided", "Decisions", "why_held", "why_value_held"]

_KEY_COMMENT = regex(r"(?<![0-9])[0-9]{3,5} [0-9]{1,10} [0-9]+ [^\s@]*@\Z")  # "1024 35 DIGITS root@" before a host
_PRINCIPALS = frozenset({NAME.lower(), ALIASES.lower()})
PURGED = frozenset({"Computers", "Mounts", "Machines", "", *MEMBERS})  # types of records of which a purge deletes; "" is cn=authdata
_NEW = "new.invalid"  # any name that no export has (RFC 2606): whether a value can be rewritten does not hang on the new name
_REVIEWED = {
    HitKind.SHORT: "a short name may mean another server",
    HitKind.IDN: "a name in letters is not the name that is written for it",
    HitKind.ADDRESS: "an address may be another server's by now; --rewrite-to changes names",
}


@dataclass(frozen=True, slots=True)
class Decided:
    """What becomes of a place.

    Attributes:
        handling: how it is handled.
        usual: how places of its kind are.
        why: why it is not handled as usual, for people; else empty.
    """

    handling: Handling
    usual: Handling
    why: str = ""


def why_held(od: Directory, record: Record) -> str:
    """Return why no change of a record may be written, whatever it is; empty when one may."""
    unknown = od.answers.unknown(record)
    if unknown:
        return unknown
    known = od.get(record.dn)
    if known is None or known.entry.offset != record.entry.offset or known.path != record.path:
        return "a second record of this DN, or one whose DN cannot be read"
    return ""


def why_value_held(attribute: str, value: bytes) -> str:
    """Return why no change of a value may be written, whatever it is; empty when one may.

    slapadd checks no syntax, and LDAP does: a value that it would not take cannot be named to be deleted, either.
    """
    if attribute.partition(";")[0].lower() in ASCII_PLACES and not value.isascii():
        return f"it is not in ASCII, as {attribute} must be, so that LDAP cannot change it by its value"
    return ""


class Decisions:
    """Decides for the servers of one search.

    Args:
        od: the export.
        search: for the servers.
        addresses: host -> a further address.
    """

    def __init__(self, od: Directory, search: Search, addresses: Mapping[str, str]) -> None:
        self._od = od
        self._hosts = [host for host in search.matcher.hosts if not host.startswith("LKDC:")]
        self._addresses = addresses
        self._change = Change(search.matcher, _NEW)
        self._rewritable: dict[tuple[str, str, bytes], bool] = {}

    def of(self, record: Record, attribute: str, index: int, spot: Spot) -> Decided:
        """Decide what becomes of a place."""
        hit = spot.hit
        usual = handling(record.kind, "cn" if attribute == "dn" else attribute)
        moves = usual is Handling.REWRITE
        kept = self._why_not_rewritten(record, attribute, index, spot) if moves else ""
        removed, why = self._removed(record, attribute, index, hit) if record.kind in PURGED else (False, "")
        if removed:
            return Decided(Handling.EITHER if moves and not kept else Handling.DELETE, usual, kept)
        if _KEY_COMMENT.search(spot.text, 0, hit.start):
            return Decided(Handling.KEEP, usual)
        if hit.kind in {HitKind.SHORT, HitKind.IDN}:
            return Decided(Handling.REVIEW, usual, _REVIEWED[hit.kind])
        if kept:
            return Decided(Handling.HAND if hit.kind is HitKind.LKDC else Handling.REVIEW, usual, kept)
        if usual is Handling.DELETE:
            return Decided(Handling.REVIEW, usual, why or "odkit purge-principals deletes no such place")
        return Decided(usual, usual)

    def _why_not_rewritten(self, record: Record, attribute: str, index: int, spot: Spot) -> str:
        """Return why ``--rewrite-to`` leaves a place alone; empty when it changes it."""
        inside, text, hit = spot
        if hit.kind is not HitKind.FQDN:
            return _REVIEWED.get(hit.kind, "the realm of a Local KDC")
        if not is_host(record.kind, attribute, inside, text, hit):
            return "a word that is spelled like the host: a folder, a share, a user, the domain of a mail address"
        held = why_held(self._od, record)
        held = held or (why_value_held(attribute, bytes(record.attributes[attribute][index])) if attribute != "dn" else "")
        if held:
            return held
        if record.kind == "Mounts" and attribute.lower() in {"cn", "dn"}:
            return "" if attribute == "dn" or text == first_value(record.dn) else f"a further name of the mount, {escape(text)}"
        key = (record.kind, attribute, bytes(record.attributes[attribute][index]))
        if key not in self._rewritable:
            self._rewritable[key] = rewritten(*key, self._change) is not None
        return "" if self._rewritable[key] else "its text cannot be rewritten without changing more than the name"

    @cached_property
    def _plan(self) -> PurgePlan | str:
        """The decisions of a purge of these servers; or why there are none."""
        from odkit.purge import decide_purge  # much to load, and few searches find a place that a purge would delete

        try:
            return decide_purge(self._od, self._hosts, addresses=self._addresses)
        except (UsageError, RefusedError, BrakeError) as error:
            return str(error)

    @cached_property
    def _gone(self) -> tuple[set[tuple[str, int]], set[tuple[str, int, str, bytes]], set[bytes]]:
        """What the plan deletes: records, values of records, principals."""
        plan = self._plan
        if isinstance(plan, str):
            return set(), set(), set()
        changes = (*plan.records, *plan.authdata)
        whole = {(c.entry.path, c.entry.offset) for c in changes if c.attribute is None}
        values = {(c.entry.path, c.entry.offset, c.attribute.lower(), c.value or b"") for c in changes if c.attribute is not None}
        return whole, values, {d.text for d in plan.delete}

    @cached_property
    def _owners(self) -> RecordOwners:
        return RecordOwners.of(self._od)

    def _removed(self, record: Record, attribute: str, index: int, hit: Hit) -> tuple[bool, str]:
        """Tell whether the purge deletes a place, and why if it does not."""
        whole, values, principals = self._gone
        place = (record.path, record.entry.offset)
        value = b"" if attribute == "dn" else bytes(record.attributes[attribute][index])
        if place in whole or (*place, attribute.lower(), value) in values:
            return True, ""
        if attribute.lower() in _PRINCIPALS and value in principals:
            owner = self._owners.find(record.entry)
            if owner is not None and (owner.path, owner.entry.offset) in whole:
                return True, ""
        return False, self._why_kept(record, value, hit.host)

    def _why_kept(self, record: Record, value: bytes, host: str) -> str:
        plan = self._plan
        if isinstance(plan, str):
            return plan
        verdict = plan.hosts.get(host)
        if verdict is not None and verdict.verdict is not Verdict.STALE:
            return verdict.evidence[0].because
        for each in (*plan.review, *plan.refused):
            if each.principal == value if each.principal is not None else each.record == record.dn:
                return each.reason
        return "nothing proves that it is this server's"
