"""`references`: finds every place of an export that holds a server's name, address or Local KDC."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, overload

from odkit.arguments import some_texts, text_pairs
from odkit.dataclass import dataclass
from odkit.directory import Export, Need, as_directory
from odkit.findings import Finding
from odkit.hostrefs._decide import Decisions
from odkit.hostrefs._judge import Judge
from odkit.hostrefs._judged import PlacesOf, Row, Spotted
from odkit.hostrefs._match import HitKind
from odkit.hostrefs._places import Handling
from odkit.hostrefs._search import Search
from odkit.hosts import NEEDS as NEEDS_OF_HOSTS
from odkit.text import escape, plural, shorten

__all__ = ["NEEDS", "Found", "Reference", "References", "references"]

NEEDS: tuple[Need, ...] = (*NEEDS_OF_HOSTS, "joined")  # what a purge would do rests on the verdicts on hosts


@dataclass(frozen=True, slots=True)
class Reference:
    """One place that names a server.

    Attributes:
        host: the server, as it was asked for.
        kind: which of the server's names it is.
        handling: how it is to be handled.
        dn: of the record.
        type: of the record, as dscl spells it.
        attribute: as written; "dn" for the name of the record itself.
        index: of the value.
        inside: path inside a property list, "" for a plain value.
        before, hit, after: the text around it; secrets are hidden.
        path, line: of the value.
        usual: how such a place is usually handled.
        why: why this one is not, for people; else empty.
    """

    host: str
    kind: HitKind
    handling: Handling
    dn: str
    type: str
    attribute: str
    index: int
    inside: str
    before: str
    hit: str
    after: str
    path: str
    line: int
    usual: Handling
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``references``."""
        return {
            "host": self.host,
            "kind": self.kind.value,
            "handling": self.handling.value,
            "why": self.why,
            "dn": escape(self.dn),
            "type": self.type,
            "attribute": self.attribute,
            "index": self.index,
            "inside": self.inside,
            "text": [self.before, self.hit, self.after],
            "path": self.path,
            "line": self.line,
        }


class Found(Sequence[Reference]):
    """Places in the order of the export; each is made when it is asked for: a server may stand in a hundred thousand.

    Args:
        rows: the records that have them.

    Attributes:
        rows: the same, as they are kept: of each record its DN, path, places, and a number that is added to their lines.
    """

    __slots__ = ("_ends", "rows")

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows
        self._ends: tuple[int, ...] | None = None

    @property
    def records(self) -> tuple[PlacesOf, ...]:
        """The same places, by record."""
        return tuple(
            PlacesOf(dn, path, tuple((*spotted[:4], spotted[4] + line) for spotted in places)) for dn, path, places, line in self.rows
        )

    def _until(self) -> tuple[int, ...]:
        """Return for each record how many places it and those before it have."""
        if self._ends is None:
            self._ends = tuple(accumulate(len(row[2]) for row in self.rows))
        return self._ends

    def __repr__(self) -> str:
        return f"<Found: {plural(len(self), 'place')}>"

    def __len__(self) -> int:
        return self._until()[-1] if self.rows else 0

    def __iter__(self) -> Iterator[Reference]:
        for row in self.rows:
            for spotted in row[2]:
                yield _reference(row, spotted)

    @overload
    def __getitem__(self, index: int) -> Reference: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Reference, ...]: ...
    def __getitem__(self, index: int | slice) -> Reference | tuple[Reference, ...]:
        if isinstance(index, slice):
            return tuple(self[place] for place in range(*index.indices(len(self))))
        place = range(len(self))[index]
        ends = self._until()
        number = bisect_right(ends, place)
        row = self.rows[number]
        return _reference(row, row[2][place - ends[number]])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Found) and self.records == other.records

    def __hash__(self) -> int:
        return hash(self.records)


def _reference(row: Row, spotted: Spotted) -> Reference:
    dn, path, _, first = row
    place, index, before, after, line = spotted
    return Reference(
        place.host, place.kind, place.handling, dn, place.type, place.attribute, index, place.inside, before, place.hit, after,
        path, first + line, place.usual, place.why,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class References:
    """All places that name the servers.

    Attributes:
        hosts: what was asked for.
        found: in the order of the export.
        findings: of reading the export.
    """

    hosts: tuple[str, ...]
    found: Found
    findings: tuple[Finding, ...]

    def __iter__(self) -> Iterator[Reference]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    @property
    def records(self) -> tuple[PlacesOf, ...]:
        """The same, by record."""
        return self.found.records

    def __repr__(self) -> str:
        return f"<References to {shorten(', '.join(self.hosts))}: {plural(len(self.found), 'place')}>"

    def _repr_html_(self) -> str:
        from odkit.notebook import page  # in notebooks alone

        rows = ((each.host, each.handling.value, each.dn, each.attribute, f"{each.path}:{each.line}") for each in self.found)
        return page(repr(self)[1:-1], headers=("host", "what becomes of it", "DN", "attribute", "where"), rows=rows)

    def counts(self) -> Counter[tuple[str, str]]:
        """Return the number of places by host and handling."""
        found: Counter[tuple[str, str]] = Counter()
        same = {id(row[2]): row[2] for row in self.found.rows}  # many records have the same places
        for key, count in Counter(id(row[2]) for row in self.found.rows).items():
            for spotted in same[key]:
                found[spotted[0].host, spotted[0].handling.value] += count
        return found

    def as_json(self) -> dict[str, Any]:
        """Return the object of schema ``odkit/references/1``."""
        counts = sorted(self.counts().items())
        hosts = {host: {h: n for (each, h), n in counts if each == host} for host in self.hosts}
        return {
            "schema": "odkit/references/1",
            "summary": {"hosts": hosts, "found": len(self.found)},
            "references": [each.as_json() for each in self.found],
            "findings": [f.as_json() for f in self.findings],
        }


def references(od: Export, hosts: str | Iterable[str], *, addresses: Mapping[str, str] = {}) -> References:
    """Find every place that names one of the servers.

    Args:
        od: the export: opened, or a path (`odkit.directory.Export`).
        hosts: full names, short names, addresses or Local KDC realms; a text is one of them.  A full name is also sought by its short
            name and by the addresses that the export gives for it.
        addresses: host -> a further address.

    Raises:
        UsageError: not a host.
    """
    names, addresses = some_texts(hosts, "hosts"), text_pairs(addresses, "addresses")
    od = as_directory(od, needs=NEEDS)
    search = Search(od, names, {host: [address] for host, address in addresses.items()})
    rows = Judge(od, search, Decisions(od, search, addresses)).rows()
    od.note_joined_lines()  # also of the records that name none, which are not parsed
    return References(tuple(search.matcher.hosts), Found(rows), tuple(od.findings))
