"""Writes the tables of many exports with Spark; docs/scale.md says how it is run, what it costs, and how its tables are read.

spark-submit spark_tables.py EXPORTS TABLES [--together] [--no-findings] [--digest-key FILE]

EXPORTS is a folder of one portion of the exports (.ldif, .ldif.gz), TABLES the new folder of its tables: paths or URLs that every
worker reaches.  A portion that failed is run again as it is.  The status is 1 where an export cannot be read.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql.pandas.types import from_arrow_schema

import odkit
from odkit.tables import NEEDS, TABLES, DigestKey, ExportTables, UnreadExport, arrow_schema

SETTINGS: dict[str, bool | float | int | str | None] = {
    "spark.sql.files.maxPartitionBytes": "1",  # an export is a task: what fails is tried again alone
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1",  # a worker holds one export
    "spark.sql.maxConcurrentOutputFileWriters": "16",  # rows are written as they come, without a sort
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.session.timeZone": "UTC",
}
ROW_GROUP = 16 << 20  # bytes that a writer gathers in memory
Batches = Iterator[pa.RecordBatch]
# a row of any table: the columns that become folders, and the columns of its table as one
ROW = pa.schema(
    [(name, pa.string()) for name in ("table", "domain", "taken")]
    + [(name, pa.struct(list(arrow_schema(table)))) for name, table in TABLES.items()]
)


class File(io.BytesIO):
    """A file in memory, with the name that messages and tables give it."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(data)
        self.name = name


def tables_of(files: dict[str, bytes], key: DigestKey | None, findings: bool) -> ExportTables | UnreadExport:
    """Return the tables of an export, or the row that says why it cannot be read."""
    try:
        od = odkit.open([File(name, data) for name, data in files.items()], needs=NEEDS)
        return ExportTables(od, key=key, findings=findings, release=odkit.__version__)
    except odkit.InputError as error:
        return UnreadExport(files, error, release=odkit.__version__)


def worker(tables: str, digest_key: str | None, findings: bool) -> Callable[[Batches], Batches]:
    """Return what a worker does with batches of exports: it yields the rows of all tables."""

    def rows(exports: Batches) -> Batches:
        # read here: the key is in no task, no plan and no log
        key = DigestKey.load(Path(digest_key), Path(tables), make=False) if digest_key else None
        for batch in exports:
            for files in batch.column("files"):
                made = tables_of({each["path"]: each["content"] for each in files.as_py()}, key, findings)
                for table, part in made.batches():
                    folders = {"table": table.name, **made.folders}
                    cells = {field.name: pa.nulls(part.num_rows, field.type) for field in ROW}
                    cells |= {name: pa.repeat(pa.scalar(value, pa.string()), part.num_rows) for name, value in folders.items()}
                    cells[table.name] = pa.StructArray.from_arrays(part.columns, fields=list(part.schema))
                    yield pa.RecordBatch.from_arrays(list(cells.values()), schema=ROW)

    return rows


def exports_in(spark: SparkSession, folder: str, together: bool) -> DataFrame:
    """Return the exports of a folder, each once: each file is one, or all files of a folder."""
    reader = spark.read.format("binaryFile").option("recursiveFileLookup", "true").option("pathGlobFilter", "*.{ldif,ldif.gz}")
    unit = sf.regexp_replace("path", "/[^/]*$", "") if together else sf.col("path")
    found = reader.load(folder).withColumn("unit", unit)
    # a night in which nothing was changed gives the same bytes again
    digests = found.groupBy("unit").agg(sf.sort_array(sf.collect_list(sf.sha2("content", 256))).alias("digests"))
    first = digests.groupBy("digests").agg(sf.min("unit").alias("unit"))
    found = found.join(sf.broadcast(first), "unit", "left_semi")
    file = sf.struct("path", "content")
    if not together:
        return found.select(sf.array(file).alias("files"))
    return found.groupBy("unit").agg(sf.sort_array(sf.collect_list(file)).alias("files")).select("files")  # in one order in each run


def main() -> int:
    """Write the tables; the status is 1 where an export cannot be read."""
    words = argparse.ArgumentParser(description="Writes the tables of many exports with Spark.")
    words.add_argument("exports")
    words.add_argument("tables")
    words.add_argument("--together", action="store_true", help="all files of a folder are one export: the main one, and its cn=authdata")
    words.add_argument("--no-findings", action="store_true", help="do not look for findings")
    words.add_argument("--digest-key", help="file of the key for digests of secrets, on every worker")
    given = words.parse_args()
    spark = SparkSession.builder.appName("odkit tables").config(map=SETTINGS).getOrCreate()
    work = worker(given.tables, given.digest_key, not given.no_findings)
    rows = exports_in(spark, given.exports, given.together).mapInArrow(work, from_arrow_schema(ROW)).persist(StorageLevel.DISK_ONLY)
    for name in TABLES:  # exports is the last one: its _SUCCESS says that the portion is whole
        of_table = rows.where(sf.col("table") == name).select("domain", "taken", f"{name}.*")
        writer = of_table.write.mode("overwrite").partitionBy("domain", "taken").option("parquet.block.size", ROW_GROUP)
        writer.parquet(f"{given.tables}/{name}")
    bad = rows.where("table = 'exports' AND exports.entries IS NULL").count()
    rows.unpersist()
    if bad:
        print(f"{bad} exports cannot be read: the table exports says why (entries is null)", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
