"""Spark writes and reads the tables of many exports: docs/examples/spark_tables.py does what docs/scale.md says of it."""

from __future__ import annotations

import gzip
import re
import runpy
import shutil
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from pyspark.sql import SparkSession

import odkit
from build_secrets import everywhere
from build_tables import EXPORTS, odd_export
from conftest import ROOT, in_turn, needs
from odkit.asking import all_questions
from odkit.tables import NEEDS, TABLES, DigestKey, Store, write_tables

SETTINGS = {
    "spark.master": "local[2]",
    "spark.driver.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "2",
    # the test is short: nothing of it pays for a compiler
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.codegen.wholeStage": "false",
}
KEY = bytes.fromhex("5f" * 16 + "e3" * 16)
CANARY = "c4n4ryS3cret"


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """One session for the module, on loopback."""
    needs("java")
    folder = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Spark 4 warns of pandas 3
        for name, value in {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_DIRS": str(folder)}.items():
            patch.setenv(name, value)
        builder = SparkSession.builder.config(map={**SETTINGS, "spark.sql.warehouse.dir": str(folder)})
        session = builder.getOrCreate()
        yield session
        session.stop()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Exports, a folder for each, and the tables that odkit itself writes of them."""
    top = tmp_path_factory.mktemp("exports")
    given = top / "in"
    for name in ("before", "leftover", "lion"):
        (given / name).mkdir(parents=True)
        for path in EXPORTS[name]:
            shutil.copy(path, given / name)
    (given / "odd").mkdir()
    odd_export(given / "odd" / "odd.ldif")
    (given / "a secret").mkdir()
    (given / "a secret" / "export.ldif.gz").write_bytes(gzip.compress(everywhere(CANARY, "old.x.com")))
    for each in sorted(given.iterdir()):
        od = odkit.open(*sorted(each.iterdir()), needs=NEEDS)
        write_tables(od, Store(top / "own"), key=DigestKey(KEY), release=odkit.__version__)
    shutil.copytree(given / "before", given / "before again")
    (given / "cut").mkdir()
    (given / "cut" / "export.ldif.gz").write_bytes(gzip.compress((given / "before" / "export.ldif").read_bytes())[:5_000])
    (given / "text").mkdir()
    (given / "text" / "notes.ldif").write_bytes(b"Dear John,\n")
    return given, top / "own"


@pytest.fixture(scope="module")
def tables(spark: SparkSession, folders: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one portion that the script has written, by the session that is there."""
    top = tmp_path_factory.mktemp("portion")
    key = top / "key"
    key.write_bytes(KEY)
    key.chmod(0o600)
    words = ["spark_tables.py", str(folders[0]), str(top / "tables"), "--together", "--digest-key", str(key)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(ROOT / "docs" / "examples" / "spark_tables.py"), run_name="__main__")
    assert ended.value.code == 1, "two exports cannot be read"
    assert key.read_bytes() == KEY
    return top / "tables"


def asked(sql: str, folder: Path) -> list[tuple[Any, ...]]:
    files = f"read_parquet('{folder}/**/*.parquet', hive_partitioning=true, hive_types_autocast=false)"
    with duckdb.connect() as database:
        found: list[tuple[Any, ...]] = database.execute(sql.replace("$FILES", files)).fetchall()
    return found


def rows(folder: Path, table: str) -> Counter[tuple[Any, ...]]:
    """The rows of a table as text, of the exports that can be read; paths without the scheme that Spark puts before them."""
    good = "(SELECT * REPLACE (list_transform(files, lambda f: replace(f, 'file:/', '/')) AS files) FROM $FILES WHERE entries IS NOT NULL)"
    source = good if table == "exports" else "$FILES"
    found = asked(f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM {source}", folder / table)
    return Counter(tuple(cell and cell.replace("file:/", "/") for cell in row) for row in found)


def test_the_rows_and_types_are_those_that_odkit_writes(tables: Path, folders: tuple[Path, Path]) -> None:
    for table in in_turn(TABLES):
        assert asked("DESCRIBE SELECT * FROM $FILES", tables / table) == asked("DESCRIBE SELECT * FROM $FILES", folders[1] / table)
        there = rows(tables, table)
        assert there == rows(folders[1], table)
        assert there


def test_what_cannot_be_read_is_a_row_of_exports_with_its_reason(tables: Path) -> None:
    found = asked(
        "SELECT files, reasons, domain, taken, has_findings, export FROM $FILES WHERE entries IS NULL ORDER BY files", tables / "exports"
    )
    assert [(files[0].rpartition("/in/")[2], *rest) for files, _, *rest, _ in found] == [
        ("cut/export.ldif.gz", None, None, False),
        ("text/notes.ldif", None, None, False),
    ]
    assert "the gzip file is cut" in found[0][1][0]
    assert "notes.ldif: holds no entry" in found[1][1][0]


def test_ready_questions_are_answered_as_of_the_tables_of_odkit(tables: Path, folders: tuple[Path, Path]) -> None:
    for question in in_turn(all_questions().values()):
        given = {
            each.name: {"host": "xserve-hq1.medicalmart.example.com", "record": "root"}[each.name]
            for each in question.parameters
            if each.needed
        }
        found, own = odkit.ask(tables, question, **given), odkit.ask(folders[1], question, **given)
        assert Counter(repr(row).replace("file:/", "/") for row in found.rows) == Counter(map(repr, own.rows))
        assert (found.unjudged, found.incomplete) == (own.unjudged, own.incomplete)
    assert found.notes[:2] == (
        "a portion that Spark wrote, with 7 exports",
        "2 exports left out that cannot be read: the table exports says why",
    )


def test_no_secret_and_no_key_is_in_the_folder_and_equal_secrets_have_the_digests_of_odkit(tables: Path) -> None:
    for path in (each for each in tables.rglob("*") if each.is_file()):
        data = path.read_bytes()
        assert KEY not in data
        assert CANARY.encode() not in data
    for table in in_turn(TABLES):
        assert CANARY not in repr(rows(tables, table))
    [(count,)] = asked(f"SELECT count(*) FROM $FILES WHERE digest = '{DigestKey(KEY).of(CANARY.encode())}'", tables / "values")
    assert count


def test_the_statements_of_the_documentation_give_equal_answers(
    spark: SparkSession, tables: Path, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "docs" / "scale.md").read_text()
    [sql] = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    polars, by_spark = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    answers = []
    for folder in in_turn((tables, folders[1])):
        monkeypatch.chdir(folder.parent)
        text = folder.name
        with duckdb.connect() as database:
            answers.append(database.execute(sql.replace("tables/", f"{text}/")).fetchall())
        names: dict[str, Any] = {"pl": pl, "spark": spark.newSession()}  # the settings of the script are those of its session
        exec(polars.replace("tables/", f"{text}/"), names)
        answers.append(names["found"].rows())
        exec(by_spark.replace("tables/", f"{folder}/"), names)
        answers.append([tuple(row) for row in names["found"].collect()])
    assert len(answers) == 6
    assert all(each == answers[0] for each in answers)
    assert any(taken is None for _, taken, *_ in answers[0])
    assert all(isinstance(taken, str | None) for _, taken, *_ in answers[0])
