#!/bin/sh
# Subject: DuckDB, Polars, PyArrow (PyPI) on a column that is in the file and in the folder's name
# Version: 2.0.1, 2.1.0, 26.0.1
# Behaviour: Where a file has a column domain and lies in a folder domain=example.com, DuckDB, Polars and PyArrow's dataset give the folder's value in every row, without a word, and PyArrow's read_table refuses the table; what the file holds is seen only when the folders are left unread.
# For a user of odkit: No column of odkit tables is called domain or taken; a table of your own beside them must not have such a column either.
# Date: 2026-11-28
# Seen:
#   DuckDB: example.com example.com
#   DuckDB, folders unread: com.apple.dock com.apple.mcx
#   Polars: example.com example.com
#   Polars, folders unread: com.apple.dock com.apple.mcx
#   PyArrow read_table: ArrowTypeError
#   PyArrow dataset: example.com example.com
#   PyArrow dataset, folders unread: com.apple.dock com.apple.mcx

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

pypi duckdb==2.0.1 polars==2.1.0 pyarrow==26.0.1

observe() {
    "$python" -c '
import pathlib
import duckdb, polars, pyarrow as pa, pyarrow.dataset as ds, pyarrow.parquet as pq
folder = pathlib.Path("t/domain=example.com")
folder.mkdir(parents=True)
pq.write_table(pa.table({"domain": ["com.apple.dock", "com.apple.mcx"]}), folder / "a.parquet")
files = "t/*/*.parquet"
for said, hive in (("", True), (", folders unread", False)):
    sql = f"SELECT domain FROM read_parquet({files!r}, hive_partitioning = {str(hive).lower()}) ORDER BY 1"
    print(f"DuckDB{said}:", *[row[0] for row in duckdb.sql(sql).fetchall()])
for said, hive in (("", True), (", folders unread", False)):
    print(f"Polars{said}:", *polars.scan_parquet(files, hive_partitioning=hive).collect()["domain"])
try:
    pq.read_table("t")
except pa.ArrowTypeError as error:
    print("PyArrow read_table:", type(error).__name__)
for said, hive in (("", "hive"), (", folders unread", None)):
    print(f"PyArrow dataset{said}:", *ds.dataset("t", partitioning=hive).to_table()["domain"].to_pylist())'
}

compare observe
