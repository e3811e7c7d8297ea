"""`odkit ask --sql`: a query of somebody else reads the tables and nothing else; and what the command prints."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import odkit
from build_fleet import NORTH, SOUTH, fleet
from build_secrets import everywhere
from build_tables import EXPORTS, odd_export, write
from commandline import odkit as run
from conftest import MART, ROOT, in_turn
from odkit.asking import all_questions, ask_sql
from odkit.errors import RefusedError, UsageError
from odkit.tables import TABLES, DigestKey, Store
from odkit_cli.commands import ask as command
from schemas import validate

EVERY = {name: {"host": "files.north.example.com", "record": "ann"} for name in all_questions()}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fleet(tmp_path_factory.mktemp("fleet"))


def parameters(question: str) -> dict[str, object]:
    return {each.name: EVERY[question][each.name] for each in all_questions()[question].parameters if each.needed}


def state(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")}


REFUSED = {
    "writing a file": "COPY (SELECT 1) TO '{folder}/out.csv'",
    "writing a file inside a query": "WITH a AS (COPY (SELECT 1) TO '{folder}/out.csv') FROM a",
    "writing over a table": "COPY (SELECT 1 AS a) TO '{table}' (FORMAT parquet, USE_TMP_FILE false)",
    "writing over a table inside a query": "WITH a AS (COPY (SELECT 1 AS a) TO '{table}' (FORMAT parquet, USE_TMP_FILE false)) FROM a",
    "exporting": "EXPORT DATABASE '{folder}/exported'",
    "reading text": "SELECT * FROM read_text('{folder}/secret')",
    "reading bytes of a table": "SELECT * FROM read_blob('{table}')",
    "reading a file by its name": "SELECT * FROM '{folder}/secret.csv'",
    "reading another table": "SELECT * FROM read_parquet('{folder}/north-1.ldif')",
    "reading in a subquery": "SELECT (SELECT content FROM read_text('{folder}/secret'))",
    "reading in a union": "SELECT 'a' UNION ALL SELECT content FROM read_text('{folder}/secret')",
    "reading through a query in a text": "SELECT * FROM query('SELECT content FROM read_text(''{folder}/secret'')')",
    "listing a folder": "SELECT * FROM glob('{folder}/*')",
    "installing": "INSTALL httpfs",
    "loading": "LOAD httpfs",
    "attaching": "ATTACH '{folder}/new.db' AS new",
    "attaching memory": "ATTACH ':memory:' AS new",
    "a setting": "SET enable_external_access = true",
    "resetting": "RESET lock_configuration",
    "a pragma": "PRAGMA enable_logging",
    "a pragma that asks": "PRAGMA database_list",
    "logging": "SELECT * FROM enable_logging(storage => 'file', storage_path => '{folder}/log')",
    "a call": "CALL enable_profiling()",
    "a secret": "CREATE SECRET (TYPE s3)",
    "secrets": "SELECT * FROM duckdb_secrets()",
    "a table": "CREATE TABLE x AS SELECT 1",
    "changing": "DELETE FROM timeline",
    "changing inside a query": "WITH a AS (DELETE FROM timeline RETURNING 1) FROM a",
    "two queries": "SELECT 1; SELECT 2",
    "nothing": "-- SELECT 1",
    "explaining": "EXPLAIN ANALYZE SELECT 1",
    "preparing": "PREPARE a AS SELECT 1",
    "a variable of Python": "SELECT * FROM hidden_from_sql",
    "what is no text": "SELECT '\udcff'",
    "a depth that nobody reads": f"SELECT {'[' * 900}1{']' * 900}",
}


@pytest.mark.parametrize("query", REFUSED.values(), ids=list(REFUSED))
def test_what_does_more_than_read_the_tables_is_refused(query: str, tables: Path) -> None:
    folder = tables.parent
    (folder / "secret").write_text("c4n4ry")
    (folder / "secret.csv").write_text("c4n4ry\n1\n")
    table = Store(tables, make=False).files("records")[0]
    before = state(folder)
    hidden_from_sql = [{"a": "c4n4ry"}]
    with pytest.raises(UsageError, match=r"\Aq\.sql:") as error:
        ask_sql(tables, query.format(folder=folder, table=table), name="q.sql")
    assert "c4n4ry" not in str(error.value)
    assert hidden_from_sql
    assert state(folder) == before


def test_the_engine_itself_is_shut_in_when_nobody_reads_the_query(tables: Path) -> None:
    """The second wall: what is refused though the first one, which reads the query, was passed."""
    from odkit.asking.engine import Engine

    folder = tables.parent
    (folder / "secret").write_text("c4n4ry")
    before = state(folder)
    with Engine(Store(tables, make=False)) as engine:
        engine.show("main", list(Store(tables, make=False).exports()))
        engine.lock()
        for name in in_turn(("writing a file", "exporting", "reading text", "listing a folder", "installing", "loading", "attaching",
                             "a setting", "resetting", "logging", "a call", "reading another table")):  # fmt: skip
            with pytest.raises(RefusedError):
                engine.run(REFUSED[name].format(folder=folder, table=folder))
    assert state(folder) == before


def test_a_query_reads_all_exports_the_newest_ones_and_their_order(tables: Path) -> None:
    found = ask_sql(tables, "SELECT domain, count(*) AS n FROM records WHERE kind = 'Users' GROUP BY domain ORDER BY domain")
    assert [column.name for column in found.columns] == ["domain", "n"]
    assert found.rows == ((NORTH, 13), (SOUTH, 4))
    assert ask_sql(tables, "SELECT count(*) FROM newest.records WHERE kind = 'Users'").rows == ((11,),)
    assert ask_sql(tables, "SELECT max(step) FROM timeline").rows == ((1,),)
    for table in in_turn(TABLES):
        assert ask_sql(tables, f'SELECT count(*) >= 0 FROM newest."{table}"').rows == ((True,),)
    recursive = (
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT list(i), {'a': 1}, 1.5, 0.1::DOUBLE FROM n"
    )
    assert ask_sql(tables, recursive).rows == ((("1", "2", "3"), '{"a": 1}', "1.5", 0.1),)


def test_what_is_wrong_with_a_query_is_said_with_its_place(tables: Path, tmp_path: Path) -> None:
    query = tmp_path / "q.sql"
    for text, said in in_turn((("SELECT 1,\nFROM FROM x", "q.sql:2: is no SQL"), ("SELECT nothing FROM records", "q.sql: the query is wrong"),
                               ("SELECT 1/'a'::INT", "q.sql: the query is wrong"), ("SELECT * FROM recordz", "recordz"))):  # fmt: skip
        query.write_text(text)
        done = run("ask", str(tables), "--sql", str(query))
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    query.write_bytes(b"\xff")
    assert "is no text in UTF-8" in run("ask", str(tables), "--sql", str(query)).stderr


def test_the_status_tells_whether_something_was_found(tmp_path: Path) -> None:
    write(tmp_path / "t", *EXPORTS["lion"], findings=False)
    assert run("ask", str(tmp_path / "t"), "same-uid").returncode == 0
    assert run("ask", str(tmp_path / "t"), "host-places", "--host", "files.medicalmart.example.com").returncode == 1
    assert run("ask", str(tmp_path / "t"), "disabled-with-principals").returncode == 1  # there is no list: it cannot be judged
    query = tmp_path / "q.sql"
    query.write_text("SELECT * FROM records")
    assert run("ask", str(tmp_path / "t"), "--sql", str(query)).returncode == 0
    assert run("ask", str(tmp_path), "same-uid").returncode == 2
    (tmp_path / "new").mkdir()
    assert "give the path of one that odkit tables has written" in run("ask", str(tmp_path / "new"), "same-uid").stderr


def test_an_incomplete_export_makes_the_status_two_and_is_named(tables: Path) -> None:
    done = run("ask", str(tables), "same-uid", "--json")
    assert done.returncode == 2
    assert "west.example.com, 20110309T000000Z: the export is incomplete" in done.stderr
    assert json.loads(done.stdout)["incomplete"] == ["west.example.com, 20110309T000000Z"]


def test_wrong_words_are_named(tables: Path) -> None:
    for words, said in in_turn(((["host-places"], "needs host"), (["same-uid", "--host", "x"], "no parameter of the question same-uid"), ([], "same-uid"),
                                (["unused-accounts", "--at", "soon"], "YYYY-MM-DD"), (["host-places", "--host", "a b"], "neither a host name"))):  # fmt: skip
        done = run("ask", str(tables), *words)
        assert done.returncode == 2
        assert said in done.stderr


def test_the_command_names_every_question_and_what_it_is_asked_with() -> None:
    assert list(command._QUESTIONS) == list(all_questions())
    help_text = run("ask", "--help").stdout
    for question in all_questions().values():
        assert f"  {question.name} " in help_text
        assert all(f"--{each.name}" in help_text for each in question.parameters)


def cells(tables: Path, question: str, form: str) -> Iterator[str]:
    words = [word for name, value in parameters(question).items() for word in (f"--{name}", str(value))]
    yield run("ask", str(tables), question, *words, "--format", form).stdout


@pytest.mark.parametrize("form", ["text", "csv", "markdown", "json"])
def test_every_form_has_the_rows_of_the_answer(form: str, tables: Path) -> None:
    for question in in_turn(all_questions() if form == "json" else ("changes", "policy-differences")):
        found = odkit.ask(tables, question, **parameters(question))
        [out] = cells(tables, question, form)
        if form == "json":
            body = json.loads(out)
            validate(body)
            assert (body["question"], len(body["rows"])) == (question, len(found.rows))
            assert all(len(row) == len(body["columns"]) for row in body["rows"])
        elif form == "csv":
            rows = list(csv.reader(io.StringIO(out)))
            assert rows[0] == [column.name for column in found.columns]
            assert len(rows) == 1 + len(found.rows)
        else:
            assert out.splitlines()[-1] == f"{len(found.rows)} row{'s' * (len(found.rows) != 1)}"


def test_hostile_values_stay_values_in_every_form_and_in_every_path(tmp_path: Path) -> None:
    """The folder's name means something to SQL, to patterns, and to readers of folders with values."""
    top = tmp_path / "a='x' [1]*"
    top.mkdir()
    write(top / "t", odd_export(tmp_path / "odd.ldif"), findings=False)
    query = tmp_path / "q.sql"
    query.write_text("SELECT text, domain FROM values WHERE attribute = 'description'")
    out = run("ask", str(top / "t"), "--sql", str(query), "--format", "csv").stdout
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[0] == ["text", "domain"]
    assert {row[1] for row in rows[1:]} == {"odd.example.com"}
    assert ["'=1+1", "odd.example.com"] in rows
    markdown = run("ask", str(top / "t"), "--sql", str(query), "--format", "markdown").stdout
    assert "\u202e" not in markdown
    assert len(markdown.splitlines()) == len(rows) + 3
    for host in in_turn(("'; DROP TABLE values; --", "d'or", "%")):
        with pytest.raises(UsageError):
            odkit.ask(top / "t", "host-places", host=host)
    assert odkit.ask(top / "t", "changes", record="'; DROP TABLE values; --").rows == ()


def test_no_secret_is_in_an_answer(tmp_path: Path) -> None:
    for number, host in enumerate(("old.x.com", "other.x.com")):
        export = tmp_path / f"{number}.ldif"
        export.write_bytes(everywhere("c4n4ryS3cret", host))
        write(tmp_path / "t", export, key=DigestKey(b"k" * 32))
    for question in in_turn(all_questions()):
        given = parameters(question) | ({"host": "old.x.com"} if question == "host-places" else {})
        assert "c4n4ry" not in repr(odkit.ask(tmp_path / "t", question, **given))


def test_half_written_tables_and_those_of_no_export_do_not_count(tables: Path, tmp_path: Path) -> None:
    write(tmp_path / "t", *EXPORTS["after"], findings=False)
    whole = ask_sql(tmp_path / "t", "SELECT count(*) FROM records").rows
    [path] = Store(tmp_path / "t", make=False).files("records")
    (path.parent / ("0" * 64 + ".parquet")).write_bytes(path.read_bytes())  # its row of exports is not there yet
    (path.parent / "notes.parquet").write_bytes(b"PAR1")
    assert ask_sql(tmp_path / "t", "SELECT count(*) FROM records").rows == whole
    path.write_bytes(b"PAR1 cut")
    with pytest.raises(RefusedError, match="cannot be read"):
        odkit.ask(tmp_path / "t", "same-uid")


def test_without_the_engine_the_command_says_what_to_install() -> None:
    code = "import sys; sys.modules['duckdb'] = None\nimport importlib.util as u; u.find_spec = lambda name, *a, _f=u.find_spec: None if name == 'duckdb' else _f(name, *a)\n"
    code += f"from odkit_cli.main import run; sys.exit(run(['ask', {str(MART)!r}, 'same-uid']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install '.[tables]'" in done.stderr


def test_the_commands_of_the_page_print_what_it_shows(tmp_path: Path) -> None:
    """docs/tables.md, the questions: each command with what it prints, and the query."""
    section = (ROOT / "docs" / "tables.md").read_text().partition("## Questions")[2].partition("## Columns")[0]
    [block] = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    [query] = re.findall(r"```sql\n(.*?)```", section, re.DOTALL)
    shown = [each.partition("\n") for each in re.split(r"(?m)^\$ odkit ", block) if each]
    for words, _, expected in in_turn(shown):
        given = [str(tmp_path / "tables") if each == "tables" and number else each for number, each in enumerate(words.split())]
        done = run(*given)
        assert "Error" not in done.stderr
        assert given[0] == "tables" or done.stdout + done.stderr == expected
    assert len(ask_sql(tmp_path / "tables", query).rows) > 5
