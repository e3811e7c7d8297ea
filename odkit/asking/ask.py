"""`ask`: a question in, its answer out."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from operator import itemgetter
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from odkit.asking.engine import Engine, need_duckdb
from odkit.asking.model import Column, Found, Question
from odkit.asking.questions import find_question
from odkit.asking.timeline import HALFWAY, Timeline
from odkit.errors import RefusedError, UsageError
from odkit.ldif import Answer
from odkit.listing import Cell
from odkit.listing.cells import is_unknown
from odkit.tables import SCHEMA, Portion, Store, open_tables
from odkit.text import decode, escape

__all__ = ["ask", "ask_sql"]


def ask(store: Store | Portion | str | PathLike[str], question: Question | str, **parameters: object) -> Found:
    """Ask a ready question of the tables that `odkit tables` wrote, or Spark.

    All questions but ``changes`` look at the newest export of each domain.  What is measured is this one call: it opens the engine, asks,
    and closes it again.

    Args:
        store: the folder of tables, or its path.
        question: its name, one of `odkit.asking.all_questions`.
        parameters: what it is asked about, by name: ``host`` of ``host-places``, ``record`` of ``changes``, ``at`` of ``unused-accounts``
            (a time in UTC, or a text such as "2011-03-09").

    Raises:
        UsageError: there is no such question, a parameter is missing, unknown or wrong, or DuckDB is missing.
        RefusedError: the folder holds no tables, or a file of it cannot be read.
    """
    asked = find_question(question) if isinstance(question, str) else question
    values = _values(asked, parameters)
    with _engine(store) as (engine, timeline):
        engine.lock()
        _, rows = engine.run(asked.common + asked.sql, values)
        plain = _is_plain(asked.columns, engine.types)
        counts = {each.what: int(engine.run(asked.common + each.sql, values)[1][0][0]) for each in asked.unjudged if each.sql}
    cells = tuple(row[:-1] if plain(row) else _row(asked.columns, row) for row in rows)
    for each in asked.unjudged:
        if each.column:
            place = next(number for number, column in enumerate(asked.columns) if column.name == each.column)
            counts[each.what] = sum(is_unknown(row[place]) for row in cells)
    return Found(
        asked,
        asked.columns,
        cells,
        MappingProxyType({what: count for what, count in counts.items() if count}),
        timeline.notes,
        timeline.incomplete,
    )


def ask_sql(store: Store | Portion | str | PathLike[str], sql: str, *, name: str = "<sql>") -> Found:
    """Ask a question that is written in SQL, as DuckDB speaks it.

    The tables of all exports have their names (``records``), those of the newest export of each domain are in a schema
    (``newest.records``); ``timeline`` has the exports of each domain by date.  The query reads them and nothing else: no file, no
    extension, no setting.

    Args:
        store: the folder of tables, or its path.
        sql: one SELECT.
        name: of its file, for messages.

    Raises:
        UsageError: it is no query, does more than read, or is wrong; or DuckDB is missing.
        RefusedError: the folder holds no tables, or a file of it cannot be read.
    """
    with _engine(store) as (engine, timeline):
        engine.lock()
        names, rows = engine.run_foreign(sql, escape(name))
    return Found(
        None, tuple(map(Column, names)), tuple(tuple(map(_cell, row)) for row in rows), notes=timeline.notes, incomplete=timeline.incomplete
    )


@contextmanager
def _engine(store: Store | Portion | str | PathLike[str]) -> Iterator[tuple[Engine, Timeline]]:
    need_duckdb()
    opened = store if isinstance(store, Store | Portion) else open_tables(Path(store))
    with Engine(opened) as engine:
        engine.show("main")
        _, rows = engine.run("SELECT export, domain, taken, entries, completeness, digest_key, schema FROM exports ORDER BY export")
        if any(row[-1] != SCHEMA for row in rows):
            raise RefusedError(f"{engine.path}: was written by another release of odkit; write the tables anew, into a new folder")
        halfway = opened.halfway if isinstance(opened, Store) else 0
        timeline = Timeline.of(rows, by_spark=isinstance(opened, Portion), halfway=halfway)
        if not timeline.newest:
            nothing = f"holds no export yet: {HALFWAY}" if halfway else "holds no export; run odkit tables first"
            what = "holds no export that can be read: the table exports says why" if rows else nothing
            raise UsageError(f"{engine.path}: {what}")
        engine.insert("timeline", Timeline.COLUMNS, timeline.rows)
        engine.show("newest", timeline.newest)
        yield engine, timeline


def _values(question: Question, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the values for the SQL of a question."""
    names = [each.name for each in question.parameters]
    for name in parameters:
        if name not in names:
            has = f"it is asked with {', '.join(names)}" if names else "it is asked with none"
            raise UsageError(f"{escape(name)!r} is no parameter of the question {question.name}; {has}")
    found: dict[str, object] = {}
    for each in question.parameters:
        value = parameters.get(each.name)
        if value is None and each.needed:
            raise UsageError(f"the question {question.name} needs {each.name}: {each.what}")
        found.update(each.values(value))
    return found


_PLAIN = frozenset(("VARCHAR", "BIGINT", "INTEGER", "BOOLEAN", '"NULL"'))  # types of the engine whose values are cells as they are


def _is_plain(columns: Sequence[Column], types: Sequence[str]) -> Callable[[Sequence[object]], bool]:
    """Return what tells whether the cells of a row are as the engine gave them, as most are: an answer can have a million rows.

    Args:
        columns: of the question.
        types: of the columns of the answer, the last of which names what is not shown.
    """
    if not _PLAIN.issuperset(types[:-1]):
        return lambda row: False
    always = [number for number, column in enumerate(columns) if column.always]
    if not always:
        return lambda row: row[-1] is None
    looked_at = itemgetter(*always, *always[:1])  # two or more: a tuple
    return lambda row: row[-1] is None and None not in looked_at(row)


def _row(columns: Sequence[Column], row: Sequence[object]) -> tuple[Cell, ...]:
    """Return a row of a question; its last cell names what is not shown."""
    *cells, unknown = row
    hidden = frozenset(unknown) if isinstance(unknown, Iterable) else frozenset()
    return tuple(
        Answer.NOT_ASKED if each.name in hidden or (each.always and cell is None) else _cell(cell)
        for each, cell in zip(columns, cells, strict=True)
    )


def _cell(value: object) -> Cell:
    """Return what the engine gave as a cell: what has no type of its own there is text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if isinstance(value, bytes):
        return decode(value)
    if isinstance(value, list | tuple):
        return tuple(_text(each) for each in value)
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return decode(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if value is None or isinstance(value, Decimal | UUID | timedelta | int | float):
        return "-" if value is None else str(value)
    return json.dumps(value, default=_text, ensure_ascii=False)
