#!/bin/sh
# Subject: DuckDB, Polars, PyArrow (PyPI) on folders named column=value
# Version: 2.0.1, 2.1.0, 26.0.1
# Behaviour: A folder taken=20080916T124100Z is text to DuckDB and PyArrow and a time in UTC to Polars; taken=20110309 is a whole number to DuckDB and Polars, and a 32-bit one to PyArrow; taken=2011-03-09 is a date to DuckDB and Polars and text to PyArrow.
# For a user of odkit: Tell the engine that domain and taken are text (hive_types_autocast = false, hive_schema, a partitioning schema), or a join of two engines' results finds nothing.
# Date: 2026-11-28
# Seen:
#   20080916T124100Z: DuckDB VARCHAR, Polars Datetime(time_unit='us', time_zone='UTC'), PyArrow string
#   20110309: DuckDB BIGINT, Polars Int64, PyArrow int32
#   2011-03-09: DuckDB DATE, Polars Date, PyArrow string

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

pypi duckdb==2.0.1 polars==2.1.0 pyarrow==26.0.1

observe() {
    "$python" -c '
import pathlib
import duckdb, polars, pyarrow as pa, pyarrow.dataset as ds, pyarrow.parquet as pq
for number, taken in enumerate(("20080916T124100Z", "20110309", "2011-03-09")):
    folder = pathlib.Path(f"{number}/taken={taken}")
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"entry": [1]}), folder / "a.parquet")
    files = f"{number}/*/*.parquet"
    kind = duckdb.sql(f"SELECT any_value(typeof(taken)) FROM read_parquet({files!r}, hive_partitioning = true)").fetchall()[0][0]
    other = polars.scan_parquet(files, hive_partitioning=True).collect_schema()["taken"]
    third = ds.dataset(str(number), partitioning="hive").schema.field("taken").type
    print(f"{taken}: DuckDB {kind}, Polars {other}, PyArrow {third}")'
}

compare observe
