"""Parquet: the only place that imports pyarrow."""

from __future__ import annotations

from array import array
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from os import fsencode
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from odkit.errors import RefusedError, UsageError
from odkit.tables.schema import SCHEMA, Table, Type
from odkit.text import escape

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Cell", "Columns", "Numbers", "Picked", "Writer", "arrow_schema", "batch_of", "need_pyarrow", "numbers", "read", "row_count"]


Cell = Any  # what a cell may hold depends on the type of its column


class Picked(NamedTuple):
    """A column of few values that stand in many rows.

    Attributes:
        values: each once.
        places: for each row that of its value; of type "i".
    """

    values: Sequence[Cell]
    places: array[int]


class Numbers(NamedTuple):
    """A column of whole numbers.

    Attributes:
        values: of type "q".
        known: for each row whether it has one, one bit after the other from the lowest on; None where all have.
    """

    values: array[int]
    known: bytearray | None


Columns = Mapping[str, Sequence[Cell] | Picked | Numbers]

_VERSION = b"odkit.schema"
_SCHEMA = b"ARROW:schema"  # where Parquet's readers of Arrow look for it: https://arrow.apache.org/docs/cpp/parquet.html
_ROWS = 1 << 16  # of a row group: what a reader takes into memory at once
_LEVEL = 3  # of zstd: a higher one takes twice the time, and saves nothing
_OWN = frozenset({"text"})  # columns of texts that seldom come twice, which a dictionary makes no smaller


def need_pyarrow() -> None:
    """Check that pyarrow is installed.

    Raises:
        UsageError: it is not.
    """
    if find_spec("pyarrow") is None:
        raise UsageError("tables need pyarrow; run: pip install '.[tables]' in odkit's source")


def arrow_schema(table: Table) -> pa.Schema:
    """Return the columns of a table with the types of Arrow; without domain and taken, which are in the names of the folders.

    Raises:
        UsageError: pyarrow is missing.
    """
    need_pyarrow()
    import pyarrow as pa

    types = {
        Type.TEXT: pa.string(),
        Type.TEXTS: pa.list_(pa.string()),
        Type.BYTES: pa.binary(),
        Type.NUMBER: pa.int64(),
        Type.FLAG: pa.bool_(),
        Type.TIME: pa.timestamp("us", tz="UTC"),
    }
    fields = [pa.field(each.name, types[each.type]) for each in table.columns]
    return pa.schema(fields, metadata={_VERSION: str(SCHEMA).encode(), b"odkit.table": table.name.encode()})


def batch_of(table: Table, columns: Columns) -> pa.RecordBatch:
    """Return rows of a table for Arrow.

    Args:
        table: that they are of.
        columns: the values of each of its columns, all of one length.
    """
    return _batch(columns, arrow_schema(table))


def _batch(columns: Columns, schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    return pa.RecordBatch.from_arrays([_array(columns[field.name], field.type) for field in schema], schema=schema)


class Writer:
    """Writes one file of a table, a batch at a time.

    Args:
        path: of a new file.
        table: that it is of.

    Raises:
        RefusedError: it cannot be written.
    """

    def __init__(self, path: Path, table: Table) -> None:
        import pyarrow as pa

        self.rows = 0
        self._path, self._table = path, table
        self._file: Any = None
        self._schema: pa.Schema | None = None
        try:
            self._sink = pa.OSFile(fsencode(path), "wb")  # its name may be no text
        except OSError as error:
            raise self._refused(error) from error

    def _begin(self, columns: Columns) -> None:
        """Write the start of the file; which columns come as dictionaries, those of the first rows tell."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = arrow_schema(self._table)
        texts = [each.name for each in self._table.columns if each.type in {Type.TEXT, Type.TEXTS} and each.name not in _OWN]
        picked = {name for name in texts if isinstance(columns.get(name), Picked)}
        kinds = {name: pa.dictionary(pa.int32(), schema.field(name).type) for name in picked}
        self._schema = pa.schema([pa.field(each.name, kinds.get(each.name, each.type)) for each in schema])
        options = {"compression": "zstd", "compression_level": _LEVEL, "use_dictionary": texts, "write_statistics": True}
        self._file = pq.ParquetWriter(self._sink, self._schema, store_schema=False, **options)
        # readers are to find the schema of the table, and not that its texts came here as dictionaries
        self._file.add_key_value_metadata({**schema.metadata, _SCHEMA: b64encode(schema.serialize())})

    def write(self, columns: Columns) -> None:
        """Write rows.

        Args:
            columns: the values of each column of the table, all of one length.

        Raises:
            RefusedError: the file cannot be written, because the disk is full for example.
        """
        try:
            if self._file is None:
                self._begin(columns)
            batch = _batch(columns, self._schema)
            self._file.write_batch(batch, row_group_size=_ROWS)
        except OSError as error:
            raise self._refused(error) from error
        self.rows += batch.num_rows

    def close(self) -> None:
        """Write the end of the file.

        Raises:
            RefusedError: it cannot be written.
        """
        try:
            with self._sink:
                if self._file is None:
                    self._begin({})
                self._file.close()
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> RefusedError:
        return RefusedError(f"{escape(str(self._path))}: cannot be written: {error.strerror or error}")


def numbers(values: array[int], unknown: Iterable[int] = ()) -> Numbers:
    """Return a column of whole numbers.

    Args:
        values: of type "q".
        unknown: rows that have none.
    """
    known: bytearray | None = None
    for row in unknown:
        if known is None:
            known = bytearray(b"\xff" * (len(values) // 8 + 1))
        known[row >> 3] &= ~(1 << (row & 7))
    return Numbers(values, known)


def _array(column: Sequence[Cell] | Picked | Numbers, kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    if isinstance(column, array):
        column = Numbers(column, None)
    if isinstance(column, Numbers):
        known = None if column.known is None else pa.py_buffer(column.known)
        return pa.Array.from_buffers(pa.int64(), len(column.values), [known, pa.py_buffer(column.values)])
    if not isinstance(column, Picked):
        return pa.array(column, type=kind)
    places = pa.Array.from_buffers(pa.int32(), len(column.places), [None, pa.py_buffer(column.places)])
    if len(column.values) == 1 and column.values[0] is None:
        return pa.nulls(len(places), kind)
    return pa.array(column.values, type=kind).take(places)


def read(path: Path, columns: Iterable[str]) -> dict[str, list[Any]]:
    """Return columns of a file that `Writer` has written.

    Raises:
        RefusedError: it cannot be read, or is of another schema.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pa.OSFile(fsencode(path)) as file:
            found = pq.read_table(file, columns=list(columns), partitioning=None)
    except (OSError, pa.ArrowException) as error:
        raise RefusedError(f"{escape(str(path))}: is no table of odkit: {escape(str(error))}") from error
    version = (found.schema.metadata or {}).get(_VERSION, b"")
    if version != str(SCHEMA).encode():
        raise RefusedError(f"{escape(str(path))}: was written by another release of odkit; write the tables anew, into a new folder")
    made: dict[str, list[Any]] = found.to_pydict()
    return made


def row_count(path: Path) -> int:
    """Return the number of rows of a file that `Writer` has written.

    Raises:
        RefusedError: it cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pa.OSFile(fsencode(path)) as file:
            count: int = pq.read_metadata(file).num_rows
    except (OSError, pa.ArrowException) as error:
        raise RefusedError(f"{escape(str(path))}: is no table of odkit: {escape(str(error))}") from error
    return count
