"""Tables (Parquet): what was read is there, byte for byte, for every engine; nothing secret is; and no file is torn or doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

import odkit
from build_secrets import everywhere
from build_tables import EXPORTS, odd_export, rows, write
from conftest import MART, in_turn
from odkit.ldif import Entry, UnfetchedURL, dump
from odkit.redaction import Sensitivity, sensitivity_of
from odkit.tables import NEEDS, TABLES, DigestKey, ExportTables, Store, arrow_schema


def expected_values(od: odkit.Directory) -> Iterator[tuple[Any, ...]]:
    """What the table of values holds of an export, value by value."""
    for record in od.records():
        for attribute, values in record.attributes.items():
            for ordinal, value in enumerate(values):
                is_open = sensitivity_of(attribute, value) is Sensitivity.OPEN
                yield record.record_id, attribute, ordinal, bytes(value) if is_open else None, len(value), isinstance(value, UnfetchedURL)


def written_value(row: dict[str, Any]) -> tuple[Any, ...]:
    value = row["text"].encode() if row["text"] is not None else row["bytes"]
    assert (value is None) == (row["withheld"] is not None)
    return row["entry"], row["attribute"], row["ordinal"], value, row["length"], row["is_url"]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The tables of every fixture that holds an entry, by its name."""
    top = tmp_path_factory.mktemp("tables")
    found = {}
    for name, paths in EXPORTS.items():
        with suppress(odkit.InputError):  # it holds no entry, and the command says so
            write(top / name, *paths)
            found[name] = top / name
    return found


def test_every_value_is_read_back_byte_for_byte_with_its_place(written: dict[str, Path], tmp_path: Path) -> None:
    odd = odd_export(tmp_path / "odd.ldif")
    write(tmp_path / "odd", odd, findings=False)
    exports = EXPORTS | {"odd": (odd,)}
    for name, folder in in_turn((written | {"odd": tmp_path / "odd"}).items()):
        paths = exports[name]
        od = odkit.open(*paths)
        found = rows(folder, "values")
        assert Counter(map(written_value, found)) == Counter(expected_values(od))
        lines = {str(path): path.read_bytes().split(b"\n") for path in paths}
        for row in found:
            if row["line"] is not None:  # the line begins with the name, in whatever case
                start = lines[row["file"]][row["line"] - 1].lower()
                assert start.startswith(row["attribute"].lower().encode() + b":"), row
        assert all(row["line"] for row in found) or name not in {"before", "lion", "odd"}


def test_no_column_is_hidden_by_those_that_the_folders_name(written: dict[str, Path]) -> None:
    assert not [column for table in TABLES.values() for column in table.columns if column.name in {"domain", "taken"}]
    assert {"com.apple.dock", "com.apple.finder"} <= {row["preference_domain"] for row in rows(written["before"], "policies")}


def test_a_file_has_the_schema_of_its_table_whatever_its_texts_came_as(written: dict[str, Path]) -> None:
    for name, table in TABLES.items():
        for path in Store(written["before"], make=False).files(name) + Store(written["leftover"], make=False).files(name):
            file = pq.ParquetFile(path)
            found = {each.name: str(each.type).replace("element", "item") for each in file.schema_arrow}  # Parquet's name for it
            assert found == {each.name: str(each.type) for each in arrow_schema(table)}
            assert file.schema_arrow.metadata == arrow_schema(table).metadata
            assert set(file.metadata.metadata) == {b"ARROW:schema", b"odkit.schema", b"odkit.table"}


def test_the_batches_of_an_export_are_the_rows_that_are_written(written: dict[str, Path]) -> None:
    made = ExportTables(odkit.open(*EXPORTS["lion"], needs=NEEDS))
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    last = ""
    for table, batch in made.batches():
        assert batch.schema.equals(arrow_schema(table), check_metadata=True)
        found[table.name] += batch.to_pylist()
        last = table.name
    assert last == "exports"
    assert found == {name: rows(written["lion"], name) for name in TABLES}
    folder = Path(f"domain={made.folders['domain']}") / f"taken={made.folders['taken']}" / f"{made.export}.parquet"
    assert (written["lion"] / "records" / folder).is_file()


def test_records_and_counts_are_those_of_inspect(written: dict[str, Path]) -> None:
    for name, folder in in_turn(written.items()):
        summary = odkit.inspect(odkit.open(*EXPORTS[name])).summary
        found = rows(folder, "records")
        (export,) = rows(folder, "exports")
        kinds = Counter(row["kind"] for row in found if row["kind"])
        first = {row["dn_key"]: row for row in reversed(found)}
        assert len(found) == summary["entries"] == export["entries"]
        assert {kind: sum(row["kind"] == kind for row in first.values()) for kind in kinds} == summary["records"]
        assert (export["suffix"], export["realm"], export["generation"]) == (summary["suffix"], summary["realm"], summary["generation"])
        assert (export["completeness"], export["authdata"]) == (summary["completeness"], summary["authdata"])


def test_findings_are_those_of_inspect_and_of_verify(written: dict[str, Path]) -> None:
    for name, folder in in_turn(written.items()):
        paths = EXPORTS[name]
        od = odkit.open(*paths)
        found = rows(folder, "findings")
        for column, analysis in (("in_inspect", odkit.inspect), ("in_verify", odkit.verify)):
            if column == "in_verify" and not od.has_domain:
                continue
            said = Counter((f.code, f.where, f.severity.value, f.what) for f in dict.fromkeys(analysis(odkit.open(*paths)).findings))
            there = Counter(
                (row["code"], f"{row['file']}:{row['line']}" if row["line"] else row["file"] or "", row["severity"], row["what"])
                for row in found
                if row[column]
            )
            assert there == said, column


def test_places_of_hosts_are_those_of_references(tmp_path: Path) -> None:
    for name in in_turn(("before", "leftover", "lion")):
        write(tmp_path / name, *EXPORTS[name], findings=False)
        od = odkit.open(*EXPORTS[name])
        hosts = {row["target"] for row in rows(tmp_path / name, "edges") if row["edge"] == "names-host"}
        said = Counter((r.host, r.dn, r.attribute, r.index, r.line, r.kind.value) for r in odkit.references(od, sorted(hosts)))
        there = Counter(
            (row["target"], row["dn"], row["attribute"], row["ordinal"], row["line"], row["how"])
            for row in rows(tmp_path / name, "edges")
            if row["edge"] == "names-host"
        )
        assert hosts
        assert there == said


def test_edges_lead_to_the_records_that_they_name(tmp_path: Path) -> None:
    write(tmp_path / "t", *EXPORTS["lion"], findings=False)
    records = {row["entry"]: row for row in rows(tmp_path / "t", "records")}
    edges = rows(tmp_path / "t", "edges")
    assert {row["edge"] for row in edges} >= {
        "member",
        "slot",
        "server-key",
        "principal-of",
        "home-on",
        "mount-of",
        "names-host",
        "primary-group",
    }
    for row in edges:
        assert (row["target_entry"] is not None) == (row["target_is"] == "found")
        if row["edge"] == "slot" and row["target_is"] == "found":
            assert row["target"][2:] in records[row["target_entry"]]["dn"].lower().replace("-", "")
        if row["edge"] == "member" and row["attribute"] == "memberUid" and row["target_is"] == "found":
            assert row["target"].lower() in [each.lower() for each in records[row["target_entry"]]["names"]]


def test_what_the_export_does_not_show_is_named_and_not_taken_for_absent(tmp_path: Path) -> None:
    write(tmp_path / "t", MART / "lion" / "export.ldif", findings=False)
    users = [row for row in rows(tmp_path / "t", "records") if row["kind"] == "Users"]
    assert any("last_login" in (row["unknown"] or ()) for row in users)
    assert all(row["last_login"] is None for row in users)
    assert {row["target_is"] for row in rows(tmp_path / "t", "edges") if row["edge"] == "slot"} == {"unknown"}


def test_no_secret_is_in_any_table_and_equal_ones_have_equal_digests(tmp_path: Path) -> None:
    for number, host in enumerate(("old.x.com", "other.x.com")):
        export = tmp_path / f"{number}.ldif"
        export.write_bytes(everywhere("c4n4ryS3cret", host))
        write(tmp_path / "t", export, key=DigestKey(b"k" * 32))
    write(tmp_path / "t", *EXPORTS["lion"], key=DigestKey(b"k" * 32))
    for table in in_turn(TABLES):
        for row in rows(tmp_path / "t", table):
            assert "c4n4ry" not in repr(row)
    for path in (tmp_path / "t").rglob("*.parquet"):
        assert b"c4n4ry" not in path.read_bytes()
    withheld = [row for row in rows(tmp_path / "t", "values") if row["withheld"]]
    assert all(row["digest"] and row["text"] is row["bytes"] is None for row in withheld)
    equal = [row for row in withheld if row["digest"] == DigestKey(b"k" * 32).of(b"c4n4ryS3cret")]
    assert {"userPassword", "cmusaslsecretSMBNT"} <= {row["attribute"] for row in equal}
    assert len({row["export"] for row in equal}) == 2
    write(tmp_path / "none", tmp_path / "0.ldif")
    assert {row["digest"] for row in rows(tmp_path / "none", "values")} == {None}


def test_the_engines_agree_and_read_domains_and_dates_from_the_folders(tmp_path: Path) -> None:
    for name in ("before", "lion"):
        write(tmp_path / "t", *EXPORTS[name])
    odd = write(tmp_path / "t", odd_export(tmp_path / "odd.ldif"))
    assert odd.taken is None
    for table in in_turn(TABLES):
        files = f"{tmp_path}/t/{table}/*/*/*.parquet"
        name = TABLES[table].columns[1].name
        with duckdb.connect() as database:
            sql = (
                f"SELECT domain, taken, CAST({name} AS VARCHAR), count(*) FROM read_parquet($1, hive_partitioning=true, hive_types_autocast=false) "
                "GROUP BY ALL"
            )
            by_duckdb = Counter({(d, t, c): n for d, t, c, n in database.execute(sql, [files]).fetchall()})
        scanned = pl.scan_parquet(files, hive_partitioning=True, hive_schema={"domain": pl.String, "taken": pl.String}, cast_options=None)
        counted = scanned.group_by("domain", "taken", pl.col(name).cast(pl.String)).len().collect()
        by_polars = Counter({(d, t, c): n for d, t, c, n in counted.iter_rows()})
        own: Counter[Any] = Counter()
        store = Store(tmp_path / "t", make=False)
        for row in rows(tmp_path / "t", table):
            taken = store.exports()[row["export"]][1].removeprefix("taken=")
            own[
                store.domain_of(row["export"]), None if taken.startswith("__") else taken, None if row[name] is None else str(row[name])
            ] += 1
        assert by_duckdb == own
        assert by_polars == own


def test_hostile_suffixes_stay_inside_the_folder(tmp_path: Path) -> None:
    suffixes = [
        "dc=..,dc=..",
        "o=../../x",
        "o=a/b",
        "o=" + "é" * 300,
        "dc=.,dc=com",
        "o=__HIVE_DEFAULT_PARTITION__",
        "o=%2e%2e",
        "o=a=b",
        "o=x\\00y",
        "o=\\ff\\fe",
        "o=~",
    ]
    for number, suffix in enumerate(in_turn(suffixes)):
        export = tmp_path / f"{number}.ldif"
        values = {"objectClass": [b"person"], "uid": [b"ann"]}
        export.write_bytes(dump([Entry(f"uid=ann,cn=users,{suffix}", values), Entry(f"cn=x,cn=groups,{suffix}", {"cn": [b"x"]})]))
        written = write(tmp_path / "t", export, findings=False)
        assert {path.name for path in tmp_path.iterdir()} == {"t", *(f"{n}.ldif" for n in range(number + 1))}
        with duckdb.connect() as database:
            sql = "SELECT DISTINCT domain FROM read_parquet($1, hive_partitioning=true, hive_types_autocast=false) WHERE export = $2"
            found = database.execute(sql, [f"{tmp_path}/t/records/*/*/*.parquet", written.export]).fetchall()
        assert len(found) == 1
        if len(suffix) < 100:
            assert found == [(written.domain,)]
