"""``odkit list`` opens in DuckDB and pandas: a column has its type, and every cell is what the JSON holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from build import SUFFIX
from commandline import odkit
from conftest import MART
from odkit.ldif import Entry, dump
from odkit.listing import KINDS

LION = (str(MART / "lion" / "export.ldif"), str(MART / "lion" / "authdata.ldif"))
LEFTOVER = (str(MART / "leftover" / "export.ldif"),)
DUMP = str(MART / "after" / "kdb5.dump")
SEPARATORS = {"csv": ",", "tsv": "\t"}
USERS = "name,names,full-name,uid,guid,last-login,password-set,failed-logins,disabled,changed,line,unknown"
# as DuckDB calls what it takes from a file of text without being told
TYPES = {
    **dict.fromkeys(["uid", "gid", "failed-logins", "members", "nested", "homes", "places", "mounts", "kvno", "line"], "BIGINT"),
    **dict.fromkeys(["changed", "last-login", "password-set"], "TIMESTAMP WITH TIME ZONE"),
    "disabled": "BOOLEAN",
}


def table(folder: Path, form: str, *words: str) -> Path:
    path = folder / f"table.{'json' if form == 'ndjson' else form}"
    path.write_text(odkit("list", *words, "--format", form).stdout)
    return path


def relation(path: Path) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """What DuckDB makes of a file: the types of its columns, and its rows, with times as seconds."""
    with duckdb.connect() as database:
        types = {name: kind for name, kind, *_ in database.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()}
        cells = [f'epoch("{name}")' if kind.startswith("TIMESTAMP") else f'"{name}"' for name, kind in types.items()]
        rows = database.execute(f"SELECT {', '.join(cells)} FROM '{path}'").fetchall()
    return types, [dict(zip(types, row, strict=True)) for row in rows]


def objects(*words: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(odkit("list", *words, "--json").stdout)["rows"]
    return rows


def in_text(name: str, value: Any) -> Any:
    """A cell of the JSON as a reader of csv has it."""
    if value in (None, "", []) or isinstance(value, Mapping):
        return None
    if TYPES.get(name, "").startswith("TIMESTAMP"):
        return datetime.fromisoformat(value).timestamp()
    if isinstance(value, bool) and TYPES.get(name) != "BOOLEAN":
        return "true" if value else "false"  # a policy, whose column holds all kinds of values
    return "; ".join(value) if isinstance(value, list) else value


@pytest.mark.parametrize("form", ["csv", "tsv", "ndjson"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_column_that_holds_a_value_has_its_type_in_duckdb_and_every_cell_is_that_of_the_json(
    tmp_path: Path, kind: str, form: str
) -> None:
    words = (kind, *LION, "--columns", ",".join(KINDS[kind].columns), *(["--principals", DUMP] if kind == "principals" else []))
    wanted = objects(*words)
    types, rows = relation(table(tmp_path, form, *words))
    filled = {name for name in types for row in wanted if in_text(name, row[name]) is not None}
    assert {name: types[name] for name in TYPES.keys() & filled} == {name: TYPES[name] for name in TYPES.keys() & filled}
    assert len(rows) == len(wanted) > 0
    if form != "ndjson":
        for name in types:
            assert [str(row[name]) for row in rows] == [str(in_text(name, row[name])) for row in wanted], name


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_pandas_reads_whole_numbers_flags_and_times(tmp_path: Path, form: str) -> None:
    words = ("users", *LION, "--columns", USERS)
    frame = pd.read_csv(
        table(tmp_path, form, *words), sep=SEPARATORS[form], dtype_backend="numpy_nullable", parse_dates=["password-set", "changed"]
    )
    found = {name: str(kind).partition("[")[0] for name, kind in frame.dtypes.items()}
    assert {found[name] for name in ("uid", "failed-logins", "line")} == {"Int64"}
    assert found["disabled"] == "boolean"
    assert {found[name] for name in ("password-set", "changed")} == {"datetime64"}
    assert {str(frame[name].dt.tz) for name in ("password-set", "changed")} == {"UTC"}
    wanted = objects(*words)
    assert list(frame["uid"]) == [row["uid"] for row in wanted]
    assert list(frame["disabled"]) == [row["disabled"] for row in wanted]


def test_pandas_reads_lines_of_json(tmp_path: Path) -> None:
    frame = pd.read_json(table(tmp_path, "ndjson", "users", *LION, "--columns", USERS), lines=True)
    assert {name: str(frame[name].dtype) for name in ("uid", "disabled")} == {"uid": "int64", "disabled": "bool"}
    assert frame["unknown"].map(len).sum() == 0


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_what_cannot_be_known_is_an_empty_cell_and_its_column_is_named_in_the_row(tmp_path: Path, form: str) -> None:
    words = ("users", *LEFTOVER, "--columns", USERS)
    types, rows = relation(table(tmp_path, form, *words))
    assert types["uid"] == "BIGINT"
    wanted = objects(*words)
    for row, known in zip(rows, wanted, strict=True):
        missing = [name for name, value in known.items() if isinstance(value, Mapping)]
        assert {"last-login", "disabled"} <= set(missing)
        assert all(row[name] is None for name in missing)
        assert set(missing) <= set(row["unknown"].split("; "))


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_no_text_of_an_export_moves_a_cell(tmp_path: Path, form: str) -> None:
    names = ['a,b;"c"', "tab\there", "two\nlines", "'quoted", '""', "\\", "é\u2028ü", "#comment", "x|y"]
    export = tmp_path / "export.ldif"
    people = [
        Entry(
            f"uid=u{number},cn=users,{SUFFIX}",
            {"objectClass": [b"posixAccount"], "uid": [b"u%d" % number], "cn": [name.encode()], "uidNumber": [b"%d" % (number - 2)]},
        )
        for number, name in enumerate(names)
    ]
    export.write_bytes(dump([Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"example"]}), *people]))
    words = ("users", str(export), "--columns", "name,full-name,uid", "--raw")
    wanted = [(row["name"], row["full-name"], row["uid"]) for row in objects(*words)]
    assert [uid for _, _, uid in wanted] == list(range(-2, len(names) - 2))
    path = table(tmp_path, form, *words)
    types, rows = relation(path)
    assert types["uid"] == "BIGINT"
    assert [tuple(row.values()) for row in rows] == wanted
    frame = pd.read_csv(path, sep=SEPARATORS[form])
    assert list(frame.itertuples(index=False, name=None)) == wanted
