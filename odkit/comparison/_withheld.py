"""What a change file must not say: the one brake of `odkit.comparison.diff_ldif`.

An incomplete side gives nothing at all.  A record with something unknown in it gets no change record, and what can only be applied after
its change gets none either.  A side whose completeness nothing proves deletes no record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from odkit.comparison._changes import other_structure
from odkit.comparison._model import Diff, Kind, RecordDifference, kind_of_dn
from odkit.dataclass import dataclass
from odkit.directory.reliance import Reliance, require_whole
from odkit.dn import key_or_text, parent_key
from odkit.errors import UsageError
from odkit.ldif import Answer, Entry, UnfetchedURL, unknowns
from odkit.text import escape

__all__ = ["Withheld", "relied_on"]

_MARKS = frozenset({"apple-generateduid", "uid", "cn", "authauthority", "uidnumber", "gidnumber"})  # by which records are matched


@dataclass(frozen=True, slots=True)
class Withheld:
    """A record that gets no change record: what happened to it, its DN, and why."""

    kind: Kind
    dn: str
    reason: str


def relied_on(diff: Diff, *, accept_incomplete: bool) -> tuple[Diff, list[Withheld]]:
    """Return the part of a difference from which change records may be written.

    Args:
        diff: of all types and kinds.
        accept_incomplete: take what a side lacks as absent.

    Raises:
        InputError: a side is incomplete, and that was not accepted.
        UsageError: the sides are of two domains.
    """
    _require_one_domain(diff)
    require_whole([each for side in diff.sides for each in side], "what it lacks would be deleted", accept_incomplete=accept_incomplete)
    held: dict[int, str] = {}
    for number, each in enumerate(diff.records):
        reason = each.unknown or (_no_proof(diff, each, accept_incomplete=accept_incomplete) if each.kind is Kind.REMOVED else "")
        if reason:
            held[number] = reason
    held |= _perhaps_known(diff.records, held)
    held |= _above_others(diff, held)
    while more := _dependent(diff.records, held):
        held |= more
    out = [Withheld(diff.records[number].kind, diff.records[number].dn, reason) for number, reason in sorted(held.items())]
    return replace(diff, records=tuple(each for number, each in enumerate(diff.records) if number not in held)), out


def _perhaps_known(records: Sequence[RecordDifference], held: Mapping[int, str]) -> dict[int, str]:
    """Return additions that may be records of the older side by another name, because what would tell is not shown there."""
    dark: dict[str, list[Entry]] = {}
    for each in records:
        if each.kind is Kind.REMOVED and each.unknown and each.before is not None:
            dark.setdefault(kind_of_dn(each.dn), []).append(each.before)
    out = {}
    for number, each in enumerate(records) if dark else ():
        if each.kind is Kind.ADDED and number not in held and each.after is not None:
            after = each.after
            one = next((entry for entry in dark.get(kind_of_dn(each.dn), ()) if _may_be_one(entry, after)), None)
            if one is not None:
                out[number] = f"it may be {escape(one.dn)} of the older export by another name: what would tell is not shown there"
    return out


def _above_others(diff: Diff, held: Mapping[int, str]) -> dict[int, str]:
    """Return records that would have to be deleted, or moved, from above a record that stays as it is: no server does that."""
    leaving = {
        key_or_text(each.before.dn): number
        for number, each in enumerate(diff.records)
        if number not in held and each.before is not None and _leaves(each)
    }
    return {leaving[key]: "a record below it stays" for key in diff.occupied(leaving.keys())}


def _leaves(each: RecordDifference) -> bool:
    """Tell whether a record's place is given up, if only for a moment: another structural class is a deletion and an addition."""
    if each.kind is not Kind.CHANGED:
        return True
    assert each.before is not None
    assert each.after is not None
    return other_structure(each.before, each.after)


def _may_be_one(before: Entry, after: Entry) -> bool:
    """Tell whether nothing shows that two records are two: see `odkit.directory.matching`."""
    missing = {each.attribute.partition(";")[0].lower() for each in unknowns(before)}
    guids = [_guid(each) for each in (before, after)]
    if all(guids) and "apple-generateduid" not in missing:
        return guids[0] == guids[1]
    return not missing or "" in missing or not missing.isdisjoint(_MARKS)


def _guid(entry: Entry) -> bytes:
    return next((v.upper() for v in entry.attributes.get("apple-generateduid", ()) if not isinstance(v, UnfetchedURL)), b"")


def _require_one_domain(diff: Diff) -> None:
    """Check that the sides have a suffix in common: the changes from one domain to another would delete all of the first one.

    Raises:
        UsageError: no record is the same, and no suffix is.
    """
    was, now = ([entry.dn for each in diff.records if (entry := getattr(each, side)) is not None] for side in ("before", "after"))
    if len(was) < diff.before or len(now) < diff.after:
        return
    one, other = ({_suffix(dn) for dn in dns} - {""} for dns in (was, now))
    if one and other and not one & other:
        first, second = (escape(", ".join(sorted(each))) for each in (one, other))
        raise UsageError(f"the exports are of two domains: the suffix is {first} in the older one, and {second} in the newer one")


def _suffix(dn: str) -> str:
    """Return the end of a DN that names a domain (dc=…); empty for one without it, such as those of cn=authdata."""
    end = list(takewhile(lambda rdn: rdn.startswith("dc="), reversed(key_or_text(dn).split(","))))
    return ",".join(reversed(end))


def _no_proof(diff: Diff, removed: RecordDifference, *, accept_incomplete: bool) -> str:
    """Return why the newer side does not prove that a record is gone; empty when it does, or when its word was accepted."""
    before, after = diff.sides
    key = key_or_text(removed.dn)
    answers = {each.without(key) for each in after}
    if Answer.ABSENT not in answers and Answer.NOT_ASKED in answers and _questions(before) != _questions(after):
        return "the newer export was not asked for it"
    unproved = next((each.unproved for each in after if each.unproved), "")
    return f"the newer export does not prove that it is complete ({unproved})" if unproved and not accept_incomplete else ""


def _questions(side: Sequence[Reliance]) -> set[tuple[str, str, str]]:
    """Return where and for what its searches looked: the same question, asked again, has the same answer as long as nothing changed."""
    searches = [search for each in side for search in each.asked.searches]
    return {(key_or_text(s.base or ""), str(s.scope), (s.filter or "").lower()) for s in searches}


def _dependent(records: Sequence[RecordDifference], held: dict[int, str]) -> dict[int, str]:
    """Return further records whose change a server would refuse, because that of another one is held."""
    stays = {key_or_text(each.before.dn) for number, each in enumerate(records) if number in held and each.before is not None}
    occupied = {parent_key(key) for key in stays} | stays  # a record that stays keeps its parent, too
    missing = {key_or_text(each.after.dn) for number, each in enumerate(records) if number in held and each.after is not None} - stays
    out = {}
    for number, each in enumerate(records):
        if number in held:
            continue
        old = key_or_text(each.before.dn) if each.before is not None else ""
        new = key_or_text(each.after.dn) if each.after is not None else ""
        if each.kind in {Kind.REMOVED, Kind.RENAMED} and old in occupied:
            out[number] = "a record below it stays"
        elif each.kind in {Kind.ADDED, Kind.RENAMED} and new in stays:
            out[number] = "a record of its new name stays"
        elif each.kind in {Kind.ADDED, Kind.RENAMED} and parent_key(new) in missing:
            out[number] = "the record above it is not written"
    return out
