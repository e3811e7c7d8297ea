"""`odkit ask` of a portion that Spark has written: the answers are those of the tables of odkit; one that is not whole is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import odkit
from build_fleet import NORTH, fleet
from build_portion import as_spark_writes
from commandline import odkit as run
from conftest import in_turn
from odkit.asking import all_questions, ask_sql
from odkit.errors import InputError, RefusedError, UsageError
from odkit.tables import DigestKey, Store, UnreadExport, open_tables

PARAMETERS = {"host": "files.north.example.com", "record": "ann"}
UNREAD = UnreadExport({"file:/in/cut.ldif": b"\0"}, InputError("file:/in/cut.ldif", None, "holds no entry"))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fleet(tmp_path_factory.mktemp("fleet"), key=DigestKey(b"k" * 32))


@pytest.fixture(scope="module")
def portion(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_spark_writes(tables, tmp_path_factory.mktemp("spark") / "portion", UNREAD)


def test_every_question_is_answered_as_of_the_tables_of_odkit(tables: Path, portion: Path) -> None:
    for question in in_turn(all_questions().values()):
        given = {each.name: PARAMETERS[each.name] for each in question.parameters if each.needed}
        own, found = odkit.ask(tables, question, **given), odkit.ask(portion, question, **given)
        assert (found.rows, found.unjudged, found.incomplete) == (own.rows, own.unjudged, own.incomplete)
        said = ("a portion that Spark wrote, with 5 exports", "1 export left out that cannot be read: the table exports says why")
        assert found.notes == (*said, *own.notes)


def test_sql_finds_every_table_also_one_without_rows_and_the_exports_that_cannot_be_read(tables: Path, portion: Path) -> None:
    counts = "SELECT " + ", ".join(f'(SELECT count(*) FROM {schema}"{name}")' for schema in ("", "newest.") for name in TABLES_READ)
    assert ask_sql(portion, counts).rows == ask_sql(tables, counts).rows
    assert ask_sql(portion, "SELECT * FROM findings LIMIT 0").columns == ask_sql(tables, "SELECT * FROM findings LIMIT 0").columns
    assert ask_sql(portion, "SELECT files, reasons FROM exports WHERE entries IS NULL").rows == (
        (("file:/in/cut.ldif",), ("file:/in/cut.ldif: holds no entry",)),
    )
    assert ask_sql(portion, "SELECT count(*) FROM newest.exports WHERE entries IS NULL").rows == ((0,),)


TABLES_READ = ("values", "records", "edges", "principals", "policies", "findings")


def test_the_command_says_what_it_reads(portion: Path) -> None:
    done = run("ask", str(portion), "same-uid", "--format", "csv")
    assert done.returncode == 2, "the export of the west is incomplete"
    assert done.stderr.startswith("odkit: a portion that Spark wrote, with 5 exports\n")
    assert f"1002,{NORTH},20110309T000000Z,robert," in done.stdout


def test_a_portion_that_is_not_whole_is_refused_and_no_tables_are_written_into_one(tables: Path, tmp_path: Path) -> None:
    portion = as_spark_writes(tables, tmp_path / "portion")
    with pytest.raises(RefusedError, match="holds files and is no folder of tables"):
        Store(portion)
    (portion / "exports" / "_SUCCESS").unlink()
    with pytest.raises(
        RefusedError, match=r"portion/exports: Spark has not finished this table \(_SUCCESS is missing\); run its job again"
    ):
        odkit.ask(portion, "same-uid")
    for path in portion.glob("*/_SUCCESS"):
        path.unlink()
    with pytest.raises(RefusedError, match="is no folder of tables"):
        open_tables(portion)


def test_a_portion_in_which_no_export_can_be_read_is_said(tmp_path: Path) -> None:
    portion = as_spark_writes(Store(tmp_path / "none").path, tmp_path / "portion", UNREAD)
    with pytest.raises(UsageError, match="holds no export that can be read: the table exports says why"):
        odkit.ask(portion, "same-uid")
