#!/bin/sh
# Subject: Spark (pyspark), mapInArrow
# Version: 4.3.0, with PyArrow 26.0.1
# Behaviour: The metadata of an Arrow schema and of its fields, which a function of mapInArrow gives with its batches, is dropped without a word: neither toArrow nor the Parquet file that Spark writes has it, while PyArrow keeps both in the file that it writes of the same batch.
# For a user of odkit: What the tables of odkit say about themselves in the metadata of their files does not come through Spark: carry it in a column or in a file of its own.
# Date: 2026-11-28
# Seen:
#   PyArrow's file: schema made=2026, field unit=person
#   Spark, toArrow: schema nothing, field nothing
#   Spark's file: schema nothing of it, field nothing

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/spark.sh
. "$here/lib/spark.sh"

cat > metadata.py << 'END'
import pathlib
import pyarrow as pa, pyarrow.parquet as pq
from spark_session import spark

def described(batches):
    import pyarrow
    field = pyarrow.field("name", pyarrow.string(), metadata={"unit": "person"})
    for batch in batches:
        yield pyarrow.RecordBatch.from_arrays(batch.columns, schema=pyarrow.schema([field], metadata={"made": "2026"}))

def said(metadata):
    ours = {name: value for name, value in (metadata or {}).items() if name in (b"made", b"unit")}
    if not ours:
        return "nothing of it" if metadata else "nothing"
    return " ".join(f"{name.decode()}={value.decode()}" for name, value in ours.items())

def show(name, schema):
    print(f"{name}: schema {said(schema.metadata)}, field {said(schema.field('name').metadata)}")

(batch,) = described([pa.record_batch({"name": ["ann"]})])
pq.write_table(pa.Table.from_batches([batch]), "own.parquet")
show("PyArrow's file", pq.read_schema("own.parquet"))
table = spark.createDataFrame([("ann",)], "name string").mapInArrow(described, "name string")
show("Spark, toArrow", table.toArrow().schema)
table.write.parquet("table")
(file,) = pathlib.Path("table").glob("*.parquet")
show("Spark's file", pq.read_schema(file))
END

observe() {
    "$python" metadata.py 2> log
}

compare observe
