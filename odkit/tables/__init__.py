"""Exports as tables (Parquet) that DuckDB, Polars, pandas and Spark read as one, however many exports there are.

store = Store(Path("tables"))
written = write_tables(odkit.open("export.ldif", needs=NEEDS), store)
"""

from odkit.tables.digests import DigestKey
from odkit.tables.parquet import arrow_schema, need_pyarrow, read
from odkit.tables.portion import Portion, open_tables
from odkit.tables.schema import SCHEMA, Column, Table, Type
from odkit.tables.store import Store
from odkit.tables.write import NEEDS, TABLES, ExportTables, UnreadExport, Written, write_tables, written_before

__all__ = [
    "NEEDS",
    "SCHEMA",
    "TABLES",
    "Column",
    "DigestKey",
    "ExportTables",
    "Portion",
    "Store",
    "Table",
    "Type",
    "UnreadExport",
    "Written",
    "arrow_schema",
    "need_pyarrow",
    "open_tables",
    "read",
    "write_tables",
    "written_before",
]
