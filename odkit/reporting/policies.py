"""MCX: how many records have settings of a domain, the settings of each record, and what changes for whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from odkit.directory import Directory
from odkit.listing.derived import setting_value
from odkit.mcx import KINDS
from odkit.reporting.model import Block, Outcomes, PolicyRecord
from odkit.text import escape, plural, shorten

__all__ = ["domains_of", "outcomes_of", "policies_of"]

_GROUPS = 300  # of records with the same settings
_RECORDS = 50  # of such a group, that are named
_DOMAINS = 200
_OUTCOMES = 200  # groups of people with the same changes
_WIDTH = 300  # characters of a value
_NAMES = 10
_HEADS = {
    "Users": "Users",
    "Groups": "Groups",
    "Computers": "Computers",
    "ComputerLists": "Computer lists",
    "ComputerGroups": "Computer groups",
}


def domains_of(od: Directory, *, people: bool) -> Block | None:
    """Return the number of records with settings of each domain, by their type; without people of all domains together."""
    od.prefetch(("mcx",))
    column: list[tuple[tuple[str, ...] | None, ...]] = od.column("mcx")
    found: dict[str, Counter[str]] = {}
    for kind in KINDS:
        for record_id in od.record_ids(kind):
            names = {name for each in column[record_id] if each is not None for name in each}
            if None in column[record_id]:
                names |= set(od.view(record_id, kind).mcx.domains)
            for name in names if people else {"all domains"} if names else ():
                found.setdefault(name, Counter())[kind] += 1
    if not found:
        return None
    kinds = [kind for kind in KINDS if any(counts[kind] for counts in found.values())]
    ordered = sorted(found)
    shown = ordered[:_DOMAINS]
    rows = tuple((escape(name), *(f"{found[name][kind]:,}" if found[name][kind] else "" for kind in kinds)) for name in shown)
    head = ("Domain", *(_HEADS.get(kind, kind) for kind in kinds))
    title = f"Records with settings, by domain ({len(ordered):,})" if people else "Records with settings"
    return Block(title, head, rows, len(ordered) - len(rows))


def policies_of(od: Directory) -> tuple[tuple[PolicyRecord, ...], int]:
    """Return settings by key, each with the records of a type that have the same ones, users last, and how many records are left out."""
    od.prefetch(("policies", "managed"))
    policies: list[object] = od.column("policies")
    managed: list[bool] = od.column("managed")
    same: dict[tuple[str, object], list[int]] = {}
    for kind in (*KINDS[1:], KINDS[0]):
        for record_id in od.record_ids(kind):
            if managed[record_id]:
                lines = policies[record_id]  # of the settings and flags; None where the record must be read
                same.setdefault((kind, record_id if lines is None else lines), []).append(record_id)
    groups = list(same.items())
    shown = tuple(_group(od, kind, record_ids) for (kind, _), record_ids in groups[:_GROUPS])
    return shown, sum(len(record_ids) for _, record_ids in groups[_GROUPS:])


def _group(od: Directory, kind: str, record_ids: Sequence[int]) -> PolicyRecord:
    records = [od.shared_view(record_id, kind) for record_id in record_ids[:_RECORDS]]
    settings = records[0].mcx
    rows = [
        (escape(each.domain), escape(key), each.frequency, shorten(str(setting_value(value, key)), _WIDTH))
        for each in settings.settings()
        for key, value in sorted(each.keys.items())
    ]
    read = {each.domain for each in settings.settings()}
    rows += [(escape(name), "", "", "no settings that clients read") for name in settings.domains if name not in read]
    names = tuple(f"{escape(record.name)} (line {record.line})" for record in records)
    first = f"{kind}: {escape(records[0].name)}"
    title = first if len(record_ids) == 1 else f"{first} and {len(record_ids) - 1:,} more with the same settings"
    domains = ", ".join(map(escape, settings.domains)) or "flags alone"
    return PolicyRecord(title, domains, names, len(record_ids) - len(names), tuple(rows))


def outcomes_of(before: Directory, after: Directory) -> Outcomes:
    """Return what changes for users on computers, by equal outcome, and who is in one export only."""
    from odkit.mcx import Composer, survey, unmatched  # for two exports alone

    older, newer = Composer(before), Composer(after)
    groups = []
    found = survey(older, newer)
    for each in found[:_OUTCOMES]:
        user, computer = map(escape, each.example)
        who = f"{plural(each.users, 'user')} on {plural(each.computers, 'computer')}, such as {user} on {computer}"
        groups.append((who, tuple((d.what, escape(d.domain), escape(d.key)) for d in each.differences)))
    left = []
    if len(found) > _OUTCOMES:
        left.append(f"{len(found) - _OUTCOMES:,} more: odkit mcx effective BEFORE --after AFTER")
    for what, names in zip(("user", "computer"), unmatched(older, newer), strict=True):
        if names:
            some = ", ".join(map(escape, names[:_NAMES])) + (", …" if len(names) > _NAMES else "")
            left.append(f"Not compared, because only one export has them: {plural(len(names), what)}: {some}")
    return Outcomes(tuple(groups), tuple(left))
