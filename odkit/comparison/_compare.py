"""`diff`: from two exports to their difference.

Three sieves, each for what the one before has left: records of the same bytes; of the same lines in any order and folding; of the
same meaning.  Only what passes all three is compared attribute by attribute, so that memory grows with the records that differ.  Python's
own hash of bytes is keyed at random for each process (PEP 456), so that no export can be made to collide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import partial

from odkit.arguments import a_bool, some_texts
from odkit.comparison._meant import ByMeaning
from odkit.comparison._model import Diff, Kind, RecordDifference
from odkit.comparison._names import Names, dn_of
from odkit.comparison._side import Side
from odkit.directory import DSCL_TYPES, Export
from odkit.directory.matching import Matching, Roll, pair_up
from odkit.dn import key_or_text, parent_key
from odkit.errors import UsageError
from odkit.ldif import Entry
from odkit.patterns import compiled
from odkit.sources import Progress
from odkit.text import decode, escape
from odkit.values.schema import OPERATIONAL

__all__ = ["diff", "diff_matched"]

_TYPES = (*DSCL_TYPES, "AuthData")

_GUID = "apple-generateduid"
_GUID_LINE = compiled(rb"(?i)\napple-generateduid[:;]").search
_FOLD = compiled(rb"\n ").sub
# "auth" in any case: the beginning of authAuthority, whatever its spelling; more lines than those do no harm but a closer look
_AUTH = compiled(rb"\n([aA][uU][tT][hH][^\n]*+)").findall


def diff(
    before: Export,
    after: Export,
    *,
    ignore: str | Iterable[str] = (),
    only_types: str | Iterable[str] = (),
    only_kinds: Kind | Iterable[Kind] = (),
    operational: bool = False,
    progress: Progress | None = None,
) -> Diff:
    """Compare two exports by meaning.

    Records are matched by the rule of `odkit.directory.matching`.

    Args:
        before: the older side (`odkit.directory.Export`): a directory, or LDIF (a path, a binary file, bytes, or several of them: main and
            ``cn=authdata``).
        after: the newer side.
        ignore: attributes that do not count.
        only_types: record types as dscl spells them; all by default.
        only_kinds: of `Kind`; all by default.
        operational: let the operational attributes count, too.
        progress: see `odkit.directory.open_directory`.

    Raises:
        InputError: a side that cannot be read, or changes while it is read.
        UsageError: a name that is no attribute.
    """
    types, kinds = some_texts(only_types, "only_types"), some_texts(only_kinds, "only_kinds")
    for given, known in ((types, _TYPES), (kinds, [each.value for each in Kind])):
        for name in given:
            if name not in known:
                raise UsageError(f"{escape(name)!r} is none of {', '.join(known)}")
    operational = a_bool(operational, "operational")
    compared = _Comparison(
        Side(before, "before", progress), Side(after, "after", progress), some_texts(ignore, "ignore"), operational=operational
    )
    return compared.run(types, [Kind(each) for each in kinds])


def diff_matched(matching: Matching) -> Diff:
    """Compare two directories by meaning whose records are matched: what is the same byte for byte is not read again.

    Nobody changes the entries of the answer: others have them, too.

    Args:
        matching: of the records of both.

    Raises:
        InputError: an export was changed while it was read.
    """
    return _Comparison(Side(matching.before, shared=True), Side(matching.after, shared=True), (), operational=False, matching=matching).run(
        (), ()
    )


class _Comparison:
    def __init__(self, before: Side, after: Side, ignore: Iterable[str], *, operational: bool, matching: Matching | None = None) -> None:
        self.before, self.after = before, after
        self.matching = matching
        self.ignored = {name.lower() for name in ignore}
        for name in self.ignored:
            if not name or not name.replace("-", "").replace(";", "").replace(".", "").isalnum():
                raise UsageError(f"not an attribute: {escape(name)!r}")
        if not operational:
            self.ignored |= OPERATIONAL
        self._before = self._after = 0  # records on each side
        self._names = Names(), Names()
        self._meant = ByMeaning(before, after, self.ignored)
        self._differing: set[int] = set()  # ids of the older side

    def run(self, only_types: Collection[str], only_kinds: Collection[Kind]) -> Diff:
        """Compare the two sides, cheapest method first."""
        left = self._by_lines(*self._by_bytes())
        left = self._meant.left(*left)
        records = [
            each
            for each in self._matched(*left)
            if (not only_types or each.type in only_types) and (not only_kinds or each.kind in only_kinds)
        ]
        return Diff(
            tuple(sorted(records, key=lambda each: (each.type, key_or_text(each.dn), each.kind))),
            self._before,
            self._after,
            self._meant.operational,
            (*self.before.findings, *self.after.findings),
            (self.before.reliances(), self.after.reliances()),
            partial(_occupied, self.before, self._differing),
        )

    def _by_bytes(self) -> tuple[list[int], list[int]]:
        """Return numbers of records that are not on the other side byte for byte."""
        if self.matching is not None:
            self._before, self._after = len(self.before), len(self.after)
            return self._by_hash(*self.matching.changed_ids())
        from odkit.comparison._bytes import different, left_by_hash  # for files that nobody has opened

        if self.before.is_walked and self.after.is_walked:
            found = different(self.before, self.after, self._names)
        else:
            # what is on both sides byte for byte is damaged on both, and what differs is parsed: one side is enough to look at
            before = self._hashes(self.before.records(check=True), self._names[0])
            found = left_by_hash(before, self._hashes(self.after.records(), self._names[1]))
        self._before, self._after = len(self.before), len(self.after)
        return found

    @staticmethod
    def _hashes(records: Iterable[Entry], names: Names) -> Iterator[tuple[int, int]]:
        """Yield the id of each record, and the hash of its bytes."""
        for record_id, entry in enumerate(records):
            raw = entry.raw
            assert raw is not None
            names.add(entry)
            yield record_id, hash(raw)

    def _by_hash(self, before: list[int], after: list[int]) -> tuple[list[int], list[int]]:
        """Return the same of records that were matched otherwise: a second one with a DN may be there, too."""
        return _sieve(before, after, *(map(hash, side.raws(ids)) for side, ids in ((self.before, before), (self.after, after))))

    def _by_lines(self, before: list[int], after: list[int]) -> tuple[list[int], list[int]]:
        """Return the same for their lines, unfolded, in any order."""
        if not before or not after:
            return before, after

        return _sieve(before, after, *(map(_lines_key, side.raws(ids)) for side, ids in ((self.before, before), (self.after, after))))

    def _matched(self, before: list[int], after: list[int]) -> Iterable[RecordDifference]:
        old, new = ({one: _Place(side, one) for one in ids} for side, ids in ((self.before, before), (self.after, after)))
        pairs = pair_up(self._roll(self.before, old), self._roll(self.after, new))
        come = set(pairs.values())
        self._differing |= old.keys() - pairs.keys()
        gone_entries = (each.entry() for record_id, each in old.items() if record_id not in pairs)
        new_entries = (each.entry() for record_id, each in new.items() if record_id not in come)
        yield from (RecordDifference(Kind.REMOVED, entry, None, unknown=self._unknown(entry, None)) for entry in gone_entries)
        yield from (RecordDifference(Kind.ADDED, None, entry, unknown=self._unknown(None, entry)) for entry in new_entries)
        for ids in pairs.items():
            one, other = old[ids[0]], new[ids[1]]
            was, now = one.entry(), other.entry()
            attributes = self._meant.differences(ids, was, now)
            unknown = self._unknown(was, now)
            if one.key != other.key or attributes:
                self._differing.add(ids[0])
            if one.key != other.key:
                yield RecordDifference(Kind.RENAMED, was, now, attributes, unknown)
            elif attributes:
                yield RecordDifference(Kind.CHANGED, was, now, attributes, unknown)

    def _unknown(self, was: Entry | None, now: Entry | None) -> str:
        """Return what of a record cannot be known, with its place; empty when all can."""
        found = (was is not None and self.before.unknown(was)) or (now is not None and self.after.unknown(now)) or ""
        older, newer = self._names
        # on the other side, too: what is twice there, and matches neither of the two, is not gone
        for entry, names in ((was, older), (now, newer), (was, newer), (now, older)):
            if entry is not None and not found and names.twice(entry):
                found = f"{escape(entry.path)}:{entry.line}: its DN is in an export twice: which of the records counts is not known"
        return found

    @staticmethod
    def _roll(side: Side, left: dict[int, _Place]) -> Roll:
        """Return what is left of a side, for the rule that matches records."""
        places: dict[str, dict[str, int]] = {}
        often = Counter(each.key for each in left.values())
        for record_id, each in left.items():
            rdn, _, parent = each.key.partition(",")
            # a DN that occurs twice says nothing: its records match by GUID alone
            places.setdefault(parent, {})[rdn if often[each.key] == 1 else f"{rdn}\n{record_id}"] = record_id

        def twice() -> frozenset[str]:
            if (guids_of := side.guids()) is not None:
                return frozenset(guid for guid, count in Counter(guids_of).items() if count > 1)
            guids = Counter(_Place(side, n).guid for n, raw in enumerate(side.raws(range(len(side)))) if _GUID_LINE(raw) is not None)
            return frozenset(guid for guid, count in guids.items() if count > 1)

        return Roll(places, lambda record_id: left[record_id].guid, twice, lambda record_id: side.entry(record_id).attributes)


def _occupied(side: Side, differing: Collection[int], keys: Collection[str]) -> frozenset[str]:
    """Return the DNs of these, in normal form, below which a record of a side stands that does not differ.

    Raises:
        InputError: the side was changed in the meantime.
    """
    same = [record_id for record_id in range(len(side)) if record_id not in differing] if keys else []
    dns = (dn_of(raw) or side.entry(record_id).dn for record_id, raw in zip(same, side.raws(same), strict=True))
    return frozenset(above for dn in dns if (above := parent_key(dn)) in keys)


def _lines_key(raw: bytes) -> int:
    """Return what is equal for equal lines of an entry, in any order and folding."""
    text = _FOLD(b"", raw)
    lines = text.split(b"\n")
    once = frozenset(lines)
    every = hash(once) if len(once) == len(lines) else sum(map(hash, lines))
    return every + hash(tuple(_AUTH(text)))  # the order of authorities counts, that of all other lines does not


def _sieve(before: list[int], after: list[int], one: Iterable[int], other: Iterable[int]) -> tuple[list[int], list[int]]:
    """Return the ids of records that have no like on the other side.

    Args:
        before: ids of the older side.
        after: ids of the newer one.
        one: what is equal for those that are alike, for each of the older side.
        other: the same for the newer one.
    """
    known: dict[int, list[int]] = {}
    for record_id, key in zip(before, one, strict=True):
        known.setdefault(key, []).append(record_id)
    left = []
    for record_id, key in zip(after, other, strict=True):
        record_ids = known.get(key)
        if record_ids:
            record_ids.pop()
        else:
            left.append(record_id)
    return sorted(record_id for record_ids in known.values() for record_id in record_ids), left


class _Place:
    """A record that is left, by what it is matched by."""

    __slots__ = ("guid", "key", "record_id", "side")

    def __init__(self, side: Side, record_id: int) -> None:
        self.side, self.record_id = side, record_id
        entry = side.entry(record_id)
        guid = entry.attributes.first(_GUID)
        self.guid = decode(guid).upper() if guid else ""
        self.key = key_or_text(entry.dn)

    def entry(self) -> Entry:
        """Return the entry, read again."""
        return self.side.entry(self.record_id)
