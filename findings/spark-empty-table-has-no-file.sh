#!/bin/sh
# Subject: Spark (pyspark), Parquet
# Version: 4.3.0
# Behaviour: A table without rows that is written with partitionBy is a folder with _SUCCESS and no file: no schema is left, and reading it, also by Spark itself, is an error. Without partitionBy the table without rows has a file, and its schema is there.
# For a user of odkit: A table of a fleet in which nothing was found may be such a folder: give the schema to the reader; the folder is no sign of a writing that went wrong while _SUCCESS is in it.
# Date: 2026-11-28
# Seen:
#   partitioned, with a row: _SUCCESS domain=example.com; Spark reads name domain
#   partitioned, without rows: _SUCCESS; Spark says UNABLE_TO_INFER_SCHEMA
#   partitioned, without rows, schema given: Spark reads name domain
#   not partitioned, without rows: _SUCCESS part; Spark reads name domain

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/spark.sh
. "$here/lib/spark.sh"

cat > tables.py << 'END'
import pathlib
from pyspark.errors import AnalysisException
from spark_session import spark

COLUMNS = "name string, domain string"
row = spark.createDataFrame([("ann", "example.com")], COLUMNS)
none = row.where("name = 'nobody'")

def files(folder):
    return " ".join(sorted(each.name.split("-")[0] for each in pathlib.Path(folder).iterdir() if not each.name.startswith(".")))

def read(folder, **schema):
    try:
        return "Spark reads " + " ".join(spark.read.load(folder, format="parquet", **schema).columns)
    except AnalysisException as error:
        return "Spark says " + error.getCondition()

row.write.partitionBy("domain").parquet("row")
none.write.partitionBy("domain").parquet("none")
none.write.parquet("flat")
print(f"partitioned, with a row: {files('row')}; {read('row')}")
print(f"partitioned, without rows: {files('none')}; {read('none')}")
print(f"partitioned, without rows, schema given: {read('none', schema=COLUMNS)}")
print(f"not partitioned, without rows: {files('flat')}; {read('flat')}")
END

observe() {
    "$python" tables.py 2> log
}

compare observe
