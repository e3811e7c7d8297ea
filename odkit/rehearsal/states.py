"""States of a scratch directory: what a plan means to change, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from odkit.dn import dn_key
from odkit.ldif import Entry, Reader
from odkit.patterns import regex
from odkit.purge import PurgePlan
from odkit.text import escape

__all__ = ["OPERATIONAL", "Snapshot", "Values", "difference", "slots_of", "values_of", "wanted_state"]

# what slapd rewrites when it changes an entry
OPERATIONAL = frozenset({"entrycsn", "modifiersname", "modifytimestamp", "contextcsn", "entryuuid", "creatorsname", "createtimestamp"})
Values = dict[str, list[bytes]]  # by attribute description in lower case, sorted
_SLOT = regex(rb"(?i)0x[0-9a-f]{32}")


def slots_of(entries: Iterable[Entry]) -> set[str]:
    """Return every slot that a record points at: none but the plan's may go."""
    values = (v for entry in entries for v in entry.attributes.get("authAuthority", ()))
    return {match.decode().lower() for value in values for match in _SLOT.findall(value)}


def values_of(entry: Entry) -> Values:
    """Return the values of a record for comparison: sorted, what slapd rewrites left out."""
    return {name.lower(): sorted(values) for name, values in entry.attributes.items() if name.lower() not in OPERATIONAL}


class Snapshot:
    """The state of a scratch directory.

    Args:
        records: by the normal form of their DN, in slapcat's order: their bytes, parsed when their values are asked for, or values.

    Attributes:
        records: as above.
    """

    def __init__(self, records: Mapping[str, bytes | Values]) -> None:
        self.records = records

    def values(self, dn: str) -> Values:
        """Return the values of a record; none for one that is not there."""
        found = self.records.get(dn, {})
        if not isinstance(found, bytes):
            return found
        return values_of(next(record for record in Reader(found, name="slapcat") if isinstance(record, Entry)))

    def below(self, ending: str) -> Snapshot:
        """Return the records whose DN ends so."""
        return Snapshot({dn: record for dn, record in self.records.items() if dn.endswith(ending)})

    def ldif(self) -> bytes:
        """Return it as slapcat wrote it."""
        return b"".join(record + b"\n\n" for record in self.records.values() if isinstance(record, bytes))


def difference(wanted: Snapshot, found: Snapshot) -> Iterator[str]:
    """Yield what differs, by name; values may be secret and are not shown."""
    for dn in sorted(wanted.records.keys() | found.records.keys()):
        if dn not in found.records:
            yield f"missing: {escape(dn)}"
        elif dn not in wanted.records:
            yield f"left over: {escape(dn)}"
        elif wanted.records[dn] != found.records[dn]:  # nearly all are the same bytes
            mine, theirs = wanted.values(dn), found.values(dn)
            names = sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name))
            yield from (f"another value: {escape(dn)} {name}" for name in names)


def wanted_state(before: Snapshot, plan: PurgePlan) -> Snapshot:
    """Return the state that the plan means, computed from the plan alone."""
    wanted: dict[str, bytes | Values] = dict(before.records)
    for change in (*plan.records, *plan.authdata):
        key = dn_key(change.entry.dn) or ""
        if change.attribute is None:
            wanted.pop(key, None)
        elif key in wanted:
            left = dict(Snapshot(wanted).values(key))
            values = list(left.get(change.attribute.lower(), ()))
            if change.value in values:
                values.remove(change.value)
            left[change.attribute.lower()] = values
            wanted[key] = {name: each for name, each in left.items() if each}
    return Snapshot(wanted)
