"""A portion as Spark writes it, from tables of odkit: its layout and names, several exports in one file, no file of a table without rows."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from odkit.tables import TABLES, Store, UnreadExport, arrow_schema

__all__ = ["as_spark_writes"]


def as_spark_writes(tables: Path, folder: Path, unread: UnreadExport | None = None) -> Path:
    """Write it into a new folder; `unread` is an export that could not be read."""
    store = Store(tables, make=False)
    for name, table in TABLES.items():
        (folder / name).mkdir(parents=True)
        homes: dict[Path, list[pa.Table]] = {}
        for path in store.files(name):
            rows = pq.read_table(path, partitioning=None).replace_schema_metadata()  # Spark does not keep it
            if rows.num_rows:
                homes.setdefault(path.parent.relative_to(tables), []).append(rows)
        if unread is not None and name == "exports":
            [(_, batch)] = unread.batches()
            nowhere = Path(name, "domain=__HIVE_DEFAULT_PARTITION__", "taken=__HIVE_DEFAULT_PARTITION__")
            homes.setdefault(nowhere, []).append(pa.Table.from_batches([batch], arrow_schema(table)).replace_schema_metadata())
        for number, (home, parts) in enumerate(homes.items()):
            (folder / home).mkdir(parents=True, exist_ok=True)
            part = f"part-{number:05}-3f0c2b64-6a4b-4bb1-9f53-a6f1f7f0b2c1.c000.zstd.parquet"
            pq.write_table(pa.concat_tables(parts), folder / home / part)
            (folder / home / f".{part}.crc").write_bytes(b"crc")
        (folder / name / "_SUCCESS").touch()
        (folder / name / "._SUCCESS.crc").write_bytes(b"crc")
    return folder
