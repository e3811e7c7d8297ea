"""The engine: the only place that imports DuckDB, and where it is shut in.

It reads the files of the exports that are there, by their names, and nothing else; it writes nothing but what does not fit into memory,
into a folder of its own that goes with it.  Its settings are locked before a question is asked.  The engine alone is not enough: it lets a
query write to files that it may read, also from inside a WITH, so that SQL of the caller is parsed first, and is refused unless it only
reads.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from odkit.errors import RefusedError, UsageError
from odkit.tables import TABLES, Portion, Store, Table, Type
from odkit.text import escape, shorten

if TYPE_CHECKING:
    import duckdb

__all__ = ["Engine", "need_duckdb"]

_MEMORY: Final = "1GB"
_DISK: Final = "8GB"  # for what does not fit into memory
_SETTINGS: Final[dict[str, str | int | float | list[str]]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,  # else a name in SQL is looked for among Python's variables
    "memory_limit": _MEMORY,
}
_AFTERWARDS: Final = ("SET enable_external_access = false", "SET lock_configuration = true")
# what a query may be made of, as json_serialize_sql writes it: whatever writes has another name
_QUERIES: Final = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_TYPES: Final = {
    Type.TEXT: "VARCHAR",
    Type.TEXTS: "VARCHAR[]",
    Type.BYTES: "BLOB",
    Type.NUMBER: "BIGINT",
    Type.FLAG: "BOOLEAN",
    Type.TIME: "TIMESTAMP WITH TIME ZONE",
}
_FUNCTIONS: Final = frozenset({"generate_series", "range", "unnest", "repeat", "json_each", "json_tree"})


def need_duckdb() -> None:
    """Check that DuckDB and pyarrow are installed.

    Raises:
        UsageError: one is not.
    """
    if any(find_spec(name) is None for name in ("duckdb", "pyarrow")):
        raise UsageError("questions need DuckDB and pyarrow; run: pip install '.[tables]' in odkit's source")


class Engine:
    """DuckDB with a view of each table, of all exports (``records``), and of the newest one of each domain (``newest.records``).

    Args:
        store: the folder of tables.

    Attributes:
        path: of the folder, for messages.
    """

    def __init__(self, store: Store | Portion) -> None:
        import duckdb

        self._open = contextlib.ExitStack()
        self.path = escape(str(store.path))
        private = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="odkit-ask-")))
        # names without characters that mean something in a pattern, in SQL, or, as in a=b, in the names of folders with values
        self._folder = private / "tables"
        self._files: dict[str, list[str]] = {}
        self._one_each = isinstance(store, Store)  # export in a file, which has its name
        try:
            self._folder.symlink_to(store.path.resolve())
            exports = store.exports() if isinstance(store, Store) else {}  # once: another one may write there
            for name in TABLES:
                paths = store.files(name, exports) if isinstance(store, Store) else store.files(name)
                self._files[name] = [str(self._folder / path.relative_to(store.path)) for path in paths]
        except BaseException as error:
            self._open.close()
            if isinstance(error, OSError):
                raise RefusedError(f"{self.path}: {error.strerror or error}") from error
            raise
        self._connection = self._open.enter_context(contextlib.closing(duckdb.connect(config=_SETTINGS.copy())))
        self._connection.execute("SET allowed_paths = " + _listed([each for files in self._files.values() for each in files]))
        self._connection.execute("SET TimeZone = 'UTC'")
        # without a file as the main program, in a notebook too, it would be drawn into standard output behind two seconds
        self._connection.execute("SET enable_progress_bar = false")
        self._connection.execute(f"SET temp_directory = {_quoted(str(private / 'spilled'))}")
        self._connection.execute(f"SET max_temp_directory_size = '{_DISK}'")

    def show(self, schema: str, exports: Sequence[str] | None = None) -> None:
        """Make views of the tables of some exports.

        Args:
            schema: that they are in.
            exports: their digests; None for all.
        """
        chosen = set(exports or ())
        where = f"WHERE export IN ({_listed(sorted(chosen))[1:-1]})" if exports is not None and not self._one_each else ""
        self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        for name, files in self._files.items():
            if exports is not None and self._one_each:
                files = [each for each in files if each.rpartition("/")[2].partition(".")[0] in chosen]
            source = f"SELECT * FROM read_parquet({_listed(files)}, hive_partitioning = true, hive_types_autocast = false) {where}"  # noqa: S608
            self.run(f'CREATE VIEW {schema}."{name}" AS {source if files else _no_rows(TABLES[name])}')

    def lock(self) -> None:
        """Shut it in: from here on no file but those of the views is read, and no setting is changed."""
        for each in _AFTERWARDS:
            self._connection.execute(each)

    def insert(self, table: str, columns: str, rows: Sequence[Sequence[object]]) -> None:
        """Make a table in memory.

        Args:
            table: its name.
            columns: their names and types, as SQL has them.
            rows: its rows.
        """
        self._connection.execute(f"CREATE TABLE {table} ({columns})")
        if rows:
            marks = ", ".join("?" for _ in rows[0])
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", [list(row) for row in rows])  # noqa: S608

    def run(self, sql: str, values: Mapping[str, object] | None = None) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of the columns, and the rows, of a query of ours.

        Raises:
            RefusedError: a file cannot be read.
        """
        import duckdb

        try:
            return self._fetched(sql, {name: value for name, value in (values or {}).items() if f"${name}" in sql})
        except duckdb.Error as error:
            raise self._failed(error) from error

    @property
    def types(self) -> list[str]:
        """Types of the columns of the last query, as the engine calls them."""
        return [str(each[1]) for each in self._connection.description or ()]

    def run_foreign(self, sql: str, name: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the same of a query that somebody else wrote, if it only reads.

        Args:
            sql: the query.
            name: of its file, for messages.

        Raises:
            UsageError: it is no query, does more than read, or is wrong.
            RefusedError: a file of the tables cannot be read.
        """
        import duckdb

        self._check(sql, name)
        try:
            return self._fetched(sql, {})
        except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InterruptException) as error:
            raise self._failed(error) from error
        except duckdb.PermissionException as error:
            raise UsageError(f"{name}: the query asks for more than the tables, and nothing else is read: {_first_line(error)}") from error
        except duckdb.Error as error:
            raise UsageError(f"{name}: the query is wrong: {_first_line(error)}") from error

    def _fetched(self, sql: str, values: Mapping[str, object]) -> tuple[list[str], list[tuple[Any, ...]]]:
        done = self._connection.execute(sql, dict(values)) if values else self._connection.execute(sql)
        return [each[0] for each in done.description or ()], done.fetchall()

    def _check(self, sql: str, name: str) -> None:
        """Refuse what is no single query that only reads."""
        try:
            written = sql.encode()
            [[text]] = self._connection.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchall()
            parsed = json.loads(text)
        except UnicodeEncodeError as error:
            raise UsageError(f"{name}: is no text that UTF-8 can hold; give a file with one SELECT") from error
        except RecursionError as error:
            raise UsageError(
                f"{name}: the query is too deep; give a file with one SELECT that has fewer operators inside one another"
            ) from error
        if parsed["error"]:
            if parsed.get("error_type") == "parser":
                line = written[: int(parsed.get("position") or 0)].count(b"\n") + 1
                raise UsageError(f"{name}:{line}: is no SQL: {shorten(str(parsed['error_message']))}")
            raise UsageError(f"{name}: is no query that only reads: give a file with one SELECT")
        if len(parsed["statements"]) != 1:
            raise UsageError(f"{name}: has {len(parsed['statements'])} queries; give a file with one SELECT")
        for node in _nodes(parsed["statements"]):
            kind = node.get("type")
            if isinstance(kind, str) and kind.endswith("_NODE") and kind not in _QUERIES:
                raise UsageError(f"{name}: a part of the query does more than read; give a file with one SELECT, made of SELECTs")
            if kind == "TABLE_FUNCTION" and node["function"].get("function_name") not in _FUNCTIONS:
                called = escape(str(node["function"].get("function_name")))
                raise UsageError(
                    f"{name}: {called}() may not be read from; read from {', '.join(TABLES)}, of all exports or as newest.TABLE"
                )

    def _failed(self, error: duckdb.Error) -> Exception:
        import duckdb

        if isinstance(error, duckdb.OutOfMemoryException):
            return RefusedError(
                f"the question needs more than {_MEMORY} of memory and {_DISK} of disk; ask fewer exports, or the files themselves"
            )
        if isinstance(error, duckdb.InterruptException):
            return KeyboardInterrupt()  # type: ignore[return-value] # the caller pressed ^C
        return RefusedError(f"{self.path}: cannot be read: {_first_line(error)}; if tables are being written there, ask again")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()


def _no_rows(table: Table) -> str:
    """Return a query that has the columns of a table, and finds nothing."""
    columns = [*((each.name, _TYPES[each.type]) for each in table.columns), ("domain", "VARCHAR"), ("taken", "VARCHAR")]
    return "SELECT " + ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in columns) + " WHERE false"


def _nodes(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield all objects inside JSON; without recursion, because a query is as deep as somebody likes."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield each
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _listed(texts: Sequence[str]) -> str:
    return "[" + ", ".join(map(_quoted, texts)) + "]"


def _first_line(error: Exception) -> str:
    """Return what an error of the engine says, without the query that it repeats."""
    return shorten(str(error).strip().splitlines()[0], 300)
