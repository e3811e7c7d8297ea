"""docs/schemas: one file for each kind of JSON, and what the commands write is valid by it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from commandline import odkit
from conftest import ROOT, in_turn
from odkit.rehearsal.carry.model import Proof, Rehearsal, Row
from odkit.rehearsal.report import Check, RehearsalReport
from schemas import FOLDER, loaded, validate, validator

M = "fixtures/medical-mart"
BEFORE, LEFTOVER, AFTER = (f"{M}/{stage}/export.ldif" for stage in ("before", "leftover", "after"))
LION = (f"{M}/lion/export.ldif", f"{M}/lion/authdata.ldif")
KDC = ("--target-dump", f"{M}/lion/new-kdc.dump", "--target-stash", f"{M}/lion/new-kdc.stash")
LKDC = "1A:9F:C4:9F:1E:49:9B:FD:1A:F6:80:01:C4:54:97:7B:1A:8F:0B:D2"
HOST = "xserve-hq2.medicalmart.example.com"

# in the order of the names of the schemas; what starts or asks servers is held against its schema by tests/live
RUNS = (
    ("odkit/afp/1", ("afp", BEFORE)),
    ("odkit/anonymized/1", ("anonymize", *LION, "-o", "@OUT/copy", "--map", "@OUT/map")),
    ("odkit/carry-plan/1", ("carry", *LION, "--to", "mit", "--m-key", f"{M}/lion/m-key")),
    ("odkit/carry-plan/1", ("carry", *LION, "--to", "freeipa")),
    ("odkit/carry-plan/1", ("carry", BEFORE, "--to", "openldap")),
    ("odkit/columns/1", ("list", "users", AFTER, "--show-columns")),
    ("odkit/diff/1", ("diff", BEFORE, AFTER)),
    ("odkit/diff/1", ("diff", f"{M}/damaged/pairs/record-moved.ldif", f"{M}/damaged/pairs/record-moved-after.ldif")),
    ("odkit/host-map/1", ("references", AFTER, "--all")),
    *(("odkit/list/1", ("list", kind, *LION)) for kind in ("users", "groups", "computers", "lists", "mounts", "hosts", "policies")),
    ("odkit/list/1", ("list", "principals", LEFTOVER, "--principals", f"{M}/leftover/kdb5.dump")),
    ("odkit/lkdc-realm/1", ("lkdc", "realm", "--hash", LKDC)),
    ("odkit/mcx/1", ("mcx", "show", AFTER, "Users/aabbott0")),
    ("odkit/mcx/1", ("mcx", "show", AFTER, "Groups/office-store")),
    ("odkit/mcx-difference/1", ("mcx", "effective", BEFORE, "--after", AFTER)),
    ("odkit/mcx-effective/1", ("mcx", "effective", AFTER, "--user", "aabbott0", "--workgroup", "office-store")),
    ("odkit/mounts/1", ("mounts", AFTER)),
    ("odkit/page/1", ("report", BEFORE, "--after", AFTER, "-o", "@OUT/page.html")),
    ("odkit/principals/1", ("principals", f"{M}/leftover/listprincs.txt", LION[1])),
    ("odkit/purge-plan/1", ("purge-principals", LEFTOVER)),
    ("odkit/purge-plan/1", ("purge-principals", LEFTOVER, "--principals", f"{M}/leftover/kdb5.dump", "--retire-from", f"{M}/retired.txt")),
    ("odkit/record/1", ("show", LEFTOVER, "Groups/office-store")),
    ("odkit/record/1", ("show", *LION, "Users/aabbott0")),
    ("odkit/references/1", ("references", LEFTOVER, HOST)),
    ("odkit/report/1", ("inspect", LEFTOVER)),
    ("odkit/report/1", ("inspect", *LION, "--check-values")),
    ("odkit/report/1", ("lkdc", "check", LEFTOVER)),
    ("odkit/report/1", ("verify", BEFORE, AFTER, "--retire", HOST)),
    ("odkit/report/1", ("verify", LEFTOVER)),
    ("odkit/report/1", ("verify", LEFTOVER, "--ignore", "OD742")),
    ("odkit/report/1", ("verify-mcx", BEFORE, AFTER)),
    ("odkit/report/1", ("verify-mcx", AFTER)),
    ("odkit/report/1", ("verify-passwords", BEFORE, AFTER)),
    ("odkit/report/1", ("verify-passwords", *LION)),
    ("odkit/rules/1", ("explain", "OD201", "bad-base64")),
    ("odkit/topology/1", ("topology", f"{M}/odkit.toml")),
    ("odkit/topology/1", ("topology", LEFTOVER)),
)
ELSEWHERE = {
    "odkit/anonymize-map/1": "a file",
    "odkit/ask/1": "tests/targets",
    "odkit/carry-rehearsal/1": "tests/live",
    "odkit/each/1": "tests/cli/test_each.py",
    "odkit/rehearsal/1": "tests/live",
    "odkit/tables/1": "tests/targets",
}


def test_every_schema_that_the_code_names_is_a_file_and_a_run() -> None:
    named = {
        each
        for folder in ("odkit", "cli")
        for path in (ROOT / folder).rglob("*.py")
        for each in re.findall(r'"(odkit/[a-z-]+/[0-9]+)"', path.read_text())
    }
    files = {f"odkit/{path.stem.rpartition('-')[0]}/{path.stem.rpartition('-')[2]}" for path in FOLDER.glob("*.json")}
    run = {name for name, _ in RUNS} | set(ELSEWHERE)
    assert not named - files, "the code names a schema that is no file of docs/schemas/, NAME-VERSION.json"
    assert not named - run, "nothing runs what writes this schema: add a row to RUNS, in the order of the names"
    assert not (files | run) - named, "the code does not name this schema"
    for name in files:
        body = validator(name).schema
        Draft202012Validator.check_schema(body)
        assert isinstance(body, dict)
        assert (body["title"], body["properties"]["schema"], body["additionalProperties"]) == (name, {"const": name}, False)
        row = f"| `{name}` | {body['description']} |"
        assert row in (FOLDER / "README.md").read_text(), "docs/schemas/README.md lacks the row"


@pytest.mark.whole
def test_what_the_commands_write_is_valid(tmp_path: Path) -> None:
    for name, words in in_turn(RUNS):
        done = odkit(*(word.replace("@OUT", str(tmp_path)) for word in words), "--json")
        assert done.stdout.startswith("{"), done.stderr
        assert loaded(done.stdout)["schema"] == name
    assert loaded((tmp_path / "map").read_text())["schema"] == "odkit/anonymize-map/1"


def test_the_files_of_plans_are_valid(tmp_path: Path) -> None:
    words = ("purge-principals", LEFTOVER, "--principals", f"{M}/leftover/listprincs.txt", "--retire", HOST, "--target", "10.5")
    odkit(*words, "-o", str(tmp_path / "purge"))
    assert loaded((tmp_path / "purge" / "plan.json").read_text())["schema"] == "odkit/purge-plan/1"
    odkit("carry", *LION, "--to", "mit", "--m-key", f"{M}/lion/m-key", *KDC, "-o", str(tmp_path / "carry"))
    assert loaded((tmp_path / "carry" / "carry.json").read_text())["schema"] == "odkit/carry-plan/1"


def test_verdicts_of_rehearsals_are_valid() -> None:
    check = Check("slapd starts", ("one went wrong",), "3 entries", 0.1)
    assert validate(RehearsalReport((check,), ("cn: added",), ("purge.sh",)).as_json()) == "odkit/rehearsal/1"
    rows = tuple(Row("users log in", proof, "3 users", 1.23) for proof in Proof)
    assert validate(Rehearsal("0123456789abcdef", "mit", rows, ("a note",)).as_json()) == "odkit/carry-rehearsal/1"


def test_a_field_that_no_schema_knows_is_noticed() -> None:
    done = odkit("explain", "OD201", "--json")
    with pytest.raises(AssertionError, match=r"odkit/rules/1, \$: Additional properties"):
        validate({**json.loads(done.stdout), "more": 1})
