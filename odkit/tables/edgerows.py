"""The table of edges, and its rows in the making."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final

from odkit.dataclass import dataclass
from odkit.tables.lots import Cells, Lot
from odkit.tables.parquet import Cell, Columns, Picked, numbers
from odkit.tables.rows import OfRecords, open_texts
from odkit.tables.schema import EXPORT, Column, Table, Type

__all__ = ["EDGES", "EdgeRows", "Pointing"]

EDGES: Final = Table(
    "edges",
    "a record that points at something, and the place that says so",
    (
        EXPORT,
        Column(
            "edge",
            Type.TEXT,
            "member, nested (a group in a group), primary-group, slot (of the password), server-key (digest of the Password Server's "
            "public key), principal-of, home-on (host), mount-of (host), names-host (any place that names a host)",
        ),
        Column("entry", Type.NUMBER, "number of the entry that points"),
        Column("file", Type.TEXT, "the file that it is in, as it was given"),
        Column("line", Type.NUMBER, "physical line of the value, from 1; null where that is not known"),
        Column("dn", Type.TEXT, "DN of the entry that points"),
        Column("kind", Type.TEXT, "its record type, as dscl spells it"),
        Column("attribute", Type.TEXT, "that says so; 'dn' for the record's own name"),
        Column("ordinal", Type.NUMBER, "which of the attribute's values, from 0"),
        Column("target", Type.TEXT, "what it points at, as written; hosts of names-host by the name that was sought"),
        Column("target_entry", Type.NUMBER, "number of the entry that it points at; null for a host, and where there is none"),
        Column("target_is", Type.TEXT, "of edges to records: 'found', 'absent', or 'unknown' where the export does not hold all records"),
        Column("how", Type.TEXT, "of names-host: the kind of name (full name, short name, address, Local KDC)"),
    ),
)


@dataclass(frozen=True, slots=True)
class Pointing:
    """Values of an attribute that point at something in the same way, one for each of several records of a lot.

    Attributes:
        edge: the kind of edge.
        attribute: that says so; "dn" for the record's own name.
        ordinals: which of the attribute's values, for each.
        targets: what they point at.
        entries: numbers of the entries that they point at; None where there are none in any case.
        states: see the column target_is; None where there are none in any case.
        how: see the column how.
    """

    edge: str
    attribute: str
    ordinals: Sequence[int]
    targets: Sequence[str]
    entries: Sequence[int | None] | None = None
    states: Sequence[str | None] | None = None
    how: str | None = None


class EdgeRows:
    """Rows of edges.

    Args:
        export: digest of the export.
    """

    table = EDGES

    def __init__(self, export: str) -> None:
        self._export = export
        self._lot: Lot | None = None
        self._begin()

    def _begin(self) -> None:
        self._first = 0  # place of the first record of the lot
        self._lot = None
        self._records = OfRecords("entry", "file", "dn", "kind")
        self._places, self._sorts = array("i"), array("i")
        self._known: dict[tuple[str, str, str | None], int] = {}  # edge, attribute, how
        self._ordinals, self._lines = array("q"), array("q")
        self._unlined: list[int] = []
        self._targets: list[str] = []
        self._entries: list[int | None] = []
        self._states: list[str | None] = []

    def __len__(self) -> int:
        return len(self._places)

    def add(self, lot: Lot, places: Sequence[int], pointing: Pointing) -> None:
        """Add rows.

        Args:
            lot: of the records.
            places: of the records that point, in the lot; a record may be there more than once.
            pointing: what they point at.
        """
        if not places:
            return
        if self._lot is not lot:
            self._lot, self._first = lot, self._records.add(lot)
        count, first, each = len(places), self._first, pointing
        sort = self._known.setdefault((each.edge, each.attribute, each.how), len(self._known))
        self._places.extend([first + place for place in places] if first else places)
        self._sorts.extend([sort] * count)
        self._ordinals.extend(each.ordinals)
        self._add_lines(lot, places, each)
        self._targets += open_texts([*each.targets])
        self._entries += [None] * count if each.entries is None else each.entries
        self._states += [None] * count if each.states is None else each.states

    def _add_lines(self, lot: Lot, places: Sequence[int], pointing: Pointing) -> None:
        if pointing.attribute == "dn":
            lines = [lot.lines[place] for place in places]
        else:
            cells: Cells = lot.cells[pointing.attribute.lower()]
            all_lines, each = cells.lines, cells.each
            lines = [all_lines[place * each + ordinal] for place, ordinal in zip(places, pointing.ordinals, strict=True)]
        if None in lines:
            start = len(self._lines)
            self._unlined += [start + index for index, line in enumerate(lines) if line is None]
        self._lines.extend([line or 0 for line in lines])

    def flush(self) -> Columns:
        """Return the rows as columns, and begin anew."""
        edges, attributes, hows = zip(*self._known, strict=True) if self._known else ((), (), ())

        def sorts(cells: Sequence[Cell]) -> Picked:
            return Picked(cells, self._sorts)

        columns = {
            "export": Picked([self._export], array("i", bytes(4 * len(self)))),
            "edge": sorts(edges),
            **{name: Picked(cells, self._places) for name, cells in self._records.columns.items()},
            "line": numbers(self._lines, self._unlined),
            "attribute": sorts(attributes),
            "ordinal": self._ordinals,
            "target": self._targets,
            "target_entry": self._entries,
            "target_is": self._states,
            "how": sorts(hows),
        }
        self._begin()
        return columns
