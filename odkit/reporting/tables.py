"""Users, groups, computers and lists for the search: a few rows in the page itself, and all of them as data, in pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from odkit.directory import Directory
from odkit.listing import KINDS, Column, Kind, Sources, listing
from odkit.listing.cells import Cell, is_unknown, shown
from odkit.reporting.data import as_json
from odkit.reporting.model import Row, Written
from odkit.text import shorten

__all__ = ["tables_of"]

_FIRST = 50  # rows that are read without scripts
_KEPT = 1000  # rows that are made once, for those first ones and for the data; more take memory
_CELL = 200  # characters of a cell
_MIB = 1 << 20
_BUDGETS = {"users": 12 * _MIB, "groups": 2 * _MIB, "computers": 3 * _MIB, "lists": _MIB}  # of the rows: a page stays below 25 MB
_COLUMNS = {
    "users": ("name", "full-name", "uid", "guid", "primary-group", "groups", "home-host", "verifiers", "disabled", "managed", "line"),
    "groups": ("name", "full-name", "gid", "guid", "members", "nested", "home-host", "managed", "line"),
    "computers": ("name", "full-name", "guid", "mac", "ip", "lists", "managed", "line"),
    "lists": ("name", "kind", "guid", "members", "access", "managed", "line"),
}
_BRIEF = frozenset({"full-name", "uid", "gid", "kind", "primary-group", "home-host", "members", "mac", "ip", "lists"})  # beside the name
_UNKNOWN = "the export does not show it"
# of other columns, each different cell is in the data once
_OWN = frozenset({"name", "full-name", "uid", "gid", "guid", "mac", "ip", "line"})


def tables_of(od: Directory, *, budget: int | None = None) -> tuple[Written, ...]:
    """Return a table for each kind of which the export has records.

    Args:
        od: the export.
        budget: about how many bytes the rows of a kind may take in the page; each kind has its own by default.
    """
    types = {"users": ("Users",), "groups": ("Groups",), "computers": ("Computers",), "lists": ("ComputerLists", "ComputerGroups")}
    out = []
    for name, record_types in types.items():
        count = sum(len(od.record_ids(each)) for each in record_types)
        if count:
            out.append(_table(od, KINDS[name], count, _BUDGETS[name] if budget is None else budget))
    return tuple(out)


def _table(od: Directory, kind: Kind[Any], count: int, budget: int) -> Written:
    make = partial(listing, Sources(od, at=od.newest_change), kind, _COLUMNS[kind.name])
    found = make()
    head = tuple((column.name.replace("-", " "), column.what) for column in found.columns)
    rows: Callable[[], Iterator[tuple[Cell, ...]]] = tuple(found.rows()).__iter__ if count <= _KEPT else lambda: make().rows()
    first: tuple[Row, ...] = tuple(tuple(map(_text, row)) for row in islice(rows(), _FIRST))
    return Written(kind.name, head, first, count, partial(_data, found.columns, rows, kind.name, budget))


def _text(cell: Cell) -> str:
    return _UNKNOWN if is_unknown(cell) else shorten(shown(cell), _CELL)


def _data(of: Sequence[Column[Any]], rows: Callable[[], Iterator[tuple[Cell, ...]]], name: str, budget: int) -> Iterator[str]:
    """Yield an object with ``kind``, ``columns``, ``brief`` (indexes of those that tell most), ``rows``, ``pools`` and ``left``.

    A row is a list of texts; null stands for what is absent.  A column with a pool holds indexes into it.  What no longer fits is counted
    in ``left``.
    """
    names = [column.name for column in of]
    pools: list[dict[str, int] | None] = [None if each in _OWN else {} for each in names]
    columns = [[column.name.replace("-", " "), column.what] for column in of]
    brief = [index for index, each in enumerate(names) if each in _BRIEF]
    yield f'{{"kind":{as_json(name)},"columns":{as_json(columns)},"brief":{as_json(brief)},"rows":['
    size = left = 0
    chunk: list[str] = []
    for number, row in enumerate(rows()):
        if size > budget:
            left += 1
            continue
        known = [0 if pool is None else len(pool) for pool in pools]
        text = as_json([_coded(cell, pool) for cell, pool in zip(row, pools, strict=True)])
        grown = [pool for pool, before in zip(pools, known, strict=True) if pool is not None and len(pool) > before]
        size += _size(text) + sum(_size(as_json(next(reversed(pool)))) for pool in grown)
        chunk.append(("," if number else "") + "\n" + text)
        if len(chunk) == 1000:
            yield "".join(chunk)
            chunk.clear()
    yield "".join(chunk)
    yield f'],"pools":{as_json([None if pool is None else list(pool) for pool in pools])},"left":{left}}}'


def _size(text: str) -> int:
    """Return the number of bytes of a text and of what parts it from the next one."""
    return len(text.encode("utf-8", "backslashreplace")) + 2


def _coded(cell: Cell, pool: dict[str, int] | None) -> str | int | None:
    if cell is None or cell == ():
        return None
    if pool is None:
        return cell if isinstance(cell, int) and not isinstance(cell, bool) else _text(cell)
    return pool.setdefault(_text(cell), len(pool))
