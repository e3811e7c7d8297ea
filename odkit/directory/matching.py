"""Which record of an older export is which record of a newer one: the one rule of every command that compares two exports.

1. GUID, where it is on one record of each export.  A GUID that an export has twice says nothing.
2. DN, relative to the suffix.  A computer list of 10.4 also matches the computer group of 10.5 that has its name.
3. For what is left, container by container: a short name of both, then a password slot of both, then the number of both, each where it
   is unique among the records that are left; the number only where the GUIDs do not show two different records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from odkit.dataclass import dataclass
from odkit.directory._directory import Directory
from odkit.directory._views import Record
from odkit.directory.readable import require_domain
from odkit.ldif import Attributes
from odkit.namedtuple import NamedTuple
from odkit.values.attributes import texts_of
from odkit.values.password import Password
from odkit.values.schema import CONTAINERS

__all__ = ["Matching", "Roll", "match_records", "pair_up"]

_RUN = 128  # records that are read and compared at once
_LISTS, _GROUPS = "cn=computer_lists", "cn=computer_groups"  # Workgroup Manager of 10.5 turns the one into the other


@dataclass(frozen=True, slots=True)
class Roll:
    """The records of one side, by what they are matched by.

    Attributes:
        places: normal form of a parent's DN, relative to the suffix -> normal form of the RDN -> record id.
        guids: returns the GUID of a record in upper case, "" for none.
        twice: returns the GUIDs that more than one record of the whole side has, also of records that are not in `places`.
        attributes: reads the attributes of a record that GUID and DN do not match.
    """

    places: Mapping[str, Mapping[str, int]]
    guids: Callable[[int], str]
    twice: Callable[[], frozenset[str]]
    attributes: Callable[[int], Attributes]


class _Known(NamedTuple):
    """What else is known of a record."""

    record_id: int
    guid: str
    names: tuple[str, ...]
    slots: tuple[str, ...]
    numbers: tuple[str, ...]


_Marks = Callable[[_Known], tuple[str, ...]]
# in this order; a number is given again to other accounts
_MARKS: tuple[tuple[_Marks, bool], ...] = (
    (lambda each: each.names, False),
    (lambda each: each.slots, False),
    (lambda each: each.numbers, True),
)


def pair_up(old: Roll, new: Roll) -> dict[int, int]:
    """Match the records of two sides.

    Returns:
        For each record of the older side that has a like on the newer one: its id, and that of the like.
    """
    found = _by_guid(old, new)
    taken = set(found.values())
    left: dict[str, dict[str, int]] = {}
    for parent, below in old.places.items():
        others = new.places.get(parent, {})
        for rdn, record_id in below.items():
            if record_id in found:
                continue
            other = others.get(rdn)
            if other is None or other in taken:
                left.setdefault(parent, {})[rdn] = record_id
            else:
                found[record_id] = other
                taken.add(other)
    _became_groups(left, new, found, taken)
    for parent, below in left.items():
        kind = CONTAINERS.get(parent.partition(",")[0].removeprefix("cn="), "")
        ones = [record_id for record_id in below.values() if record_id not in found] if kind else []
        others_left = [record_id for record_id in new.places.get(parent, {}).values() if record_id not in taken] if ones else []
        if ones and others_left:
            found |= _by_rest([_known(old, each, kind) for each in ones], [_known(new, each, kind) for each in others_left])
    return found


def _by_guid(old: Roll, new: Roll) -> dict[int, int]:
    """Match the records whose GUID is at another DN now; where DN and GUID are the same, the DN is enough."""
    moved: dict[str, int] = {}
    for parent, below in old.places.items():
        others = new.places.get(parent, {})
        for rdn, record_id in below.items():
            guid = old.guids(record_id)
            other = others.get(rdn)
            if guid and (other is None or new.guids(other) != guid):
                moved[guid] = record_id
    if not moved:
        return {}
    wanted = {guid: record_id for below in new.places.values() for record_id in below.values() if (guid := new.guids(record_id)) in moved}
    if not wanted:
        return {}
    twice = old.twice() | new.twice()
    return {moved[guid]: record_id for guid, record_id in wanted.items() if guid not in twice}


def _became_groups(left: dict[str, dict[str, int]], new: Roll, found: dict[int, int], taken: set[int]) -> None:
    for parent, below in left.items():
        first, comma, rest = parent.partition(",")
        if first != _LISTS:
            continue
        groups = new.places.get(_GROUPS + comma + rest, {})
        for rdn, record_id in below.items():
            other = groups.get(rdn)
            if other is not None and other not in taken:
                found[record_id] = other
                taken.add(other)


def _known(roll: Roll, record_id: int, kind: str) -> _Known:
    attributes = roll.attributes(record_id)
    names = texts_of(attributes, "uid" if kind == "Users" else "cn")
    numbers = texts_of(attributes, "gidNumber" if kind in {"Groups", "ComputerGroups"} else "uidNumber")
    slots = Password.read(attributes, lambda _: None).pointers
    return _Known(record_id, roll.guids(record_id), tuple(name.lower() for name in names), tuple(slots), tuple(numbers))


def _by_rest(old: Sequence[_Known], new: Sequence[_Known]) -> dict[int, int]:
    """Match by one mark after the other."""
    out: dict[int, int] = {}
    for marks, weak in _MARKS:
        taken = set(out.values())
        ones = _unique((each for each in old if each.record_id not in out), marks)
        others = _unique((each for each in new if each.record_id not in taken), marks)
        pairs = {(ones[mark], others[mark]) for mark in ones.keys() & others.keys()}
        often_old, often_new = Counter(one.record_id for one, _ in pairs), Counter(other.record_id for _, other in pairs)
        for one, other in pairs:
            two_records = weak and one.guid and other.guid and one.guid != other.guid
            if often_old[one.record_id] == 1 == often_new[other.record_id] and not two_records:
                out[one.record_id] = other.record_id
    return out


def _unique(records: Iterable[_Known], marks: _Marks) -> dict[str, _Known]:
    """Return the records by those of their marks that no other one has."""
    out: dict[str, _Known] = {}
    counts: Counter[str] = Counter()
    for each in records:
        for mark in dict.fromkeys(marks(each)):
            counts[mark] += 1
            out[mark] = each
    return {mark: each for mark, each in out.items() if counts[mark] == 1}


class Matching:
    """The records of two exports, matched.  Made by `match_records`.

    Args:
        before: the older export.
        after: the newer one.
    """

    def __init__(self, before: Directory, after: Directory) -> None:
        self.before, self.after = before, after
        self._newer = pair_up(_roll(before), _roll(after))
        self._matched = bytearray(len(after))
        for record_id in self._newer.values():
            self._matched[record_id] = True

    def newer(self, record_id: int) -> int | None:
        """Return the id in the newer export of a record of the older one; None when it is not there."""
        return self._newer.get(record_id)

    def older(self, record_id: int) -> int | None:
        """Return the id in the older export of a record of the newer one; None when it was not there."""
        return self._older.get(record_id)

    @cached_property
    def _older(self) -> dict[int, int]:
        return {newer: older for older, newer in self._newer.items()}

    def is_new(self, record_id: int) -> bool:
        """Tell whether the older export has no record that a record of the newer one matches."""
        return not self._matched[record_id]

    def unchanged(self, record_id: int) -> bool:
        """Tell whether a record of the older export is in the newer one byte for byte, below the same suffix.

        Args:
            record_id: of the older export.
        """
        return bool(self._unchanged[0][record_id])

    @property
    def unchanged_ids(self) -> bytearray:
        """For each record of the older export 1 where it is `unchanged`, else 0."""
        return self._unchanged[0]

    def changed_ids(self) -> tuple[list[int], list[int]]:
        """Return the ids of all records on both sides but those that are `unchanged`."""
        before, after = self._unchanged
        return [n for n, same in enumerate(before) if not same], [n for n, same in enumerate(after) if not same]

    @cached_property
    def _unchanged(self) -> tuple[bytearray, bytearray]:
        """A byte for each record on both sides: memory does not grow with what is the same."""
        before, after = bytearray(len(self.before)), bytearray(len(self.after))
        if self.before.suffix_key == self.after.suffix_key:
            for one, other, count in _runs(self._newer):
                same = self.before.same(one, count, self.after, other)
                before[one : one + count] = after[other : other + count] = same
        return before, after

    def id_pairs(self, kind: str) -> Iterator[tuple[int | None, int | None]]:
        """Yield the ids of the records of a type, as `pairs` yields the records."""
        others = set(self.after.record_ids(kind))
        own = self.before.record_ids(kind)
        for record_id in own:
            other = self._newer.get(record_id)
            yield record_id, None if other is None or other not in others else other
        others.difference_update(self._newer[record_id] for record_id in own if record_id in self._newer)
        for other in sorted(others):
            yield None, other

    def pairs(self, kind: str, *, skip: Callable[[int], object] = lambda _: False) -> Iterator[tuple[Record | None, Record | None]]:
        """Yield the records of a type with their likes of that type: those of the older export in its order, then those that are new.

        Args:
            kind: record type as dscl spells it.
            skip: tells by something true which records of the older export to leave out, by their ids.
        """
        for one, other in self.id_pairs(kind):
            if one is None or not skip(one):
                yield (
                    None if one is None else self.older_view(one, kind),
                    None if other is None else self.newer_view(other, kind),
                )

    def older_view(self, record_id: int, kind: str) -> Record:
        """Return the view of a record of the older export; who asks changes nothing in it."""
        return self.before.shared_view(record_id, kind)

    def newer_view(self, record_id: int, kind: str) -> Record:
        """Return the view of a record of the newer export; who asks changes nothing in it."""
        return self.after.shared_view(record_id, kind)


def _runs(pairs: Mapping[int, int]) -> Iterator[tuple[int, int, int]]:
    """Yield runs of pairs whose ids follow each other on both sides: the first of them, and how many."""
    start = other = count = 0
    for one in sorted(pairs):
        if count and one == start + count and pairs[one] == other + count and count < _RUN:
            count += 1
            continue
        if count:
            yield start, other, count
        start, other, count = one, pairs[one], 1
    if count:
        yield start, other, count


def match_records(before: Directory, after: Directory) -> Matching:
    """Match the records of two exports, all types at once.

    Raises:
        InputError: an export was changed while it was read.
        UsageError: one of them holds only ``cn=authdata``, which is a part of an export.
    """
    for od in (before, after):
        require_domain(od)
    return Matching(before, after)


def _roll(od: Directory) -> Roll:
    guids: list[str] = od.column("guids")

    def twice() -> frozenset[str]:
        return frozenset(guid for guid, count in Counter(guids).items() if count > 1)

    return Roll(od.places(), guids.__getitem__, twice, lambda record_id: od.shared_entry(record_id).attributes)
