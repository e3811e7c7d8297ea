"""``odkit list``, ``show`` and ``explain`` on the fixtures."""

from __future__ import annotations

import csv
import io
import json

import pytest

from commandline import odkit
from conftest import MART, each_in_turn

LION = [str(MART / "lion" / name) for name in ("export.ldif", "authdata.ldif")]
LEFTOVER = str(MART / "leftover" / "export.ldif")


def test_the_forms_of_a_list_hold_the_same() -> None:
    words = ["list", "users", *LION, "--columns", "name,uid,last-login,disabled,groups"]
    objects = json.loads(odkit(*words, "--json").stdout)["rows"]
    lines = [json.loads(line) for line in odkit(*words, "--format", "ndjson").stdout.splitlines()]
    assert lines == objects
    for separator, form in ((",", "csv"), ("\t", "tsv")):
        rows = list(csv.DictReader(io.StringIO(odkit(*words, "--format", form).stdout), delimiter=separator))
        assert [row["name"] for row in rows] == [each["name"] for each in objects]
        assert [row["uid"] for row in rows] == [str(each["uid"]) for each in objects]
        assert {row["disabled"] for row in rows} == {"true", "false"}
    text = odkit(*words).stdout.splitlines()
    assert text[0].split() == ["NAME", "UID", "LAST", "LOGIN", "DISABLED", "GROUPS"]
    assert text[-1] == f"{len(objects)} rows"


def test_a_file_of_text_names_what_the_export_does_not_show_when_it_is_asked_to() -> None:
    words = ["list", "users", LEFTOVER, "--where", "name=dxu7", "--format", "csv", "--columns"]
    done = odkit(*words, "uid,disabled")
    assert done.stdout == "uid,disabled\n1032,\n"
    assert "disabled is not shown by the export in 1 row: empty\n" in done.stderr
    assert "add the column 'unknown'" in done.stderr
    done = odkit(*words, "uid,disabled,unknown")
    assert next(csv.DictReader(io.StringIO(done.stdout)))["unknown"].split("; ")[-2:] == ["disabled", "prevented"]
    assert "add the column" not in done.stderr
    assert odkit("list", "users", *LION, "--where", "unknown", "--json").returncode == 0


def test_what_a_condition_cannot_know_is_said_and_makes_the_status_1() -> None:
    done = odkit("list", "users", LEFTOVER, "--where", "disabled")
    assert done.returncode == 1
    assert "left out, because the export does not show 'disabled' of them: 124 rows" in done.stderr


def test_columns_are_told() -> None:
    done = odkit("list", "users", "--show-columns")
    assert done.returncode == 0
    assert "home-host" in done.stdout
    assert odkit("list", "users", LEFTOVER, "--columns", "colour").returncode == 2


def test_principals_of_a_list_are_listed() -> None:
    done = odkit(
        "list", "principals", LEFTOVER, "--principals", str(MART / "leftover" / "listprincs.txt"), "--where", "service=host", "--json"
    )
    rows = json.loads(done.stdout)["rows"]
    assert rows
    assert {row["service"] for row in rows} == {"host"}


def test_show_prints_a_record_with_its_meaning() -> None:
    done = odkit("show", *LION, "Users/dxu7")
    assert done.returncode == 0
    assert "prevented      disabled by its policy" in done.stdout
    assert "In cn=authdata" in done.stdout
    body = json.loads(odkit("show", *LION, "dxu7", "--json").stdout)
    assert body["schema"] == "odkit/record/1"
    assert body["meaning"]["disabled"] is True
    assert odkit("show", *LION, "nobody-of-this-name").returncode == 2


@pytest.mark.parametrize("code", ["OD201", "od201", "inventory-missing"])
def test_a_rule_is_explained_by_code_and_by_name(code: str) -> None:
    assert odkit("explain", code).stdout.startswith("OD201 inventory-missing (warning)\n  Give --principals")


def test_a_name_of_several_rules_brings_all_of_them_and_is_not_enough_where_one_is_meant() -> None:
    heads = [line for line in odkit("explain", "user-missing").stdout.splitlines() if line[:1] not in {" ", ""}]
    assert heads == ["OD351 user-missing (error)", "OD602 user-missing (error)"]
    done = odkit("verify", LEFTOVER, "--ignore", "user-missing")
    assert done.returncode == 2
    assert "user-missing is the name of OD351 and of OD602: give the code" in done.stderr


def test_a_code_that_does_not_exist_brings_those_that_are_like_it() -> None:
    done = odkit("explain", "OD3531")
    assert done.returncode == 2
    assert "did you mean OD35" in done.stderr


@each_in_turn(
    "words, heads",
    [
        (("list", "principals", LEFTOVER), "PRINCIPAL SERVICE HOST REALM KVNO ENCTYPES"),
        (("principals", str(MART / "leftover" / "listprincs.txt")), "PRINCIPAL"),
        (("principals", str(MART / "after" / "kdb5.dump")), "PRINCIPAL KEYS ENCRYPTION TYPES, OR RECORD"),
        (("mounts", LEFTOVER), "MOUNT TYPE DIRECTORY"),
        (("purge-principals", LEFTOVER), "VERDICT HOST WHY"),
        (("purge-principals", LEFTOVER, "--retire-from", str(MART / "retired.txt")), "CHANGE RECORD PLACE"),
    ],
)
def test_a_table_has_headings(words: tuple[str, ...], heads: str) -> None:
    assert heads in [" ".join(line.split()) for line in odkit(*words).stdout.splitlines()]


def test_the_passwords_of_an_export_alone_are_no_list_of_users() -> None:
    done = odkit("list", "users", f"{MART}/lion/authdata.ldif")
    assert done.returncode == 2
    assert "holds only cn=authdata, the passwords of another export: give that export with it" in done.stderr
