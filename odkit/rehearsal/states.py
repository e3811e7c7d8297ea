"""States of a scratch directory: what a plan means to change, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odkit.dn import dn_key
from odkit.ldif import Entry
from odkit.patterns import regex
from odkit.purge import PurgePlan
from odkit.text import escape

__all__ = ["State", "difference", "slots_of", "wanted_state"]

State = dict[str, dict[str, list[bytes]]]
_SLOT = regex(rb"(?i)0x[0-9a-f]{32}")


def slots_of(entries: Iterable[Entry]) -> set[str]:
    """Return every slot that a record points at: none but the plan's may go."""
    values = (v for entry in entries for v in entry.attributes.get("authAuthority", ()))
    return {match.decode().lower() for value in values for match in _SLOT.findall(value)}


def difference(wanted: State, found: State) -> Iterator[str]:
    """Yield what differs, by name; values may be secret and are not shown."""
    for dn in sorted(wanted.keys() | found.keys()):
        if dn not in found:
            yield f"missing: {escape(dn)}"
        elif dn not in wanted:
            yield f"left over: {escape(dn)}"
        else:
            names = sorted(n for n in wanted[dn].keys() | found[dn].keys() if wanted[dn].get(n) != found[dn].get(n))
            yield from (f"another value: {escape(dn)} {name}" for name in names)


def wanted_state(before: State, plan: PurgePlan) -> State:
    """Return the state that the plan means, computed from the plan alone."""
    wanted = {dn: {name: list(values) for name, values in each.items()} for dn, each in before.items()}
    for change in (*plan.records, *plan.authdata):
        key = dn_key(change.entry.dn) or ""
        if change.attribute is None:
            wanted.pop(key, None)
            continue
        values = wanted.get(key, {}).get(change.attribute.lower(), [])
        if change.value in values:
            values.remove(change.value)
        if not values:
            wanted.get(key, {}).pop(change.attribute.lower(), None)
    return wanted
