"""The scripts of docs/examples/: each runs as its first lines say, and does what they say."""

from __future__ import annotations

import csv
import json
import runpy
import sys
from pathlib import Path

import pytest

import odkit
from build_api import GONE, NAMES, small_domain
from build_authdata import auth, main
from build_mcx import FLAGS, forced
from conftest import ROOT, in_turn

OF_TARGETS = {"spark_tables.py"}  # tests/targets/test_spark.py runs it
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.py"))


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("export.ldif").write_bytes(small_domain())
    Path("listprincs.txt").write_bytes(NAMES)


def run(name: str, *words: str) -> int:
    """Run a script in this process; its status."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [name, *words])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(ROOT / "docs" / "examples" / name), run_name="__main__")
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_users_without_a_verifier_are_listed_and_what_is_not_shown_is_no_absence(capsys: pytest.CaptureFixture[str]) -> None:
    Path("main.ldif").write_bytes(main())
    Path("authdata.ldif").write_bytes(auth())
    assert run("users_without_verifier.py", "main.ldif", "authdata.ldif") == 1
    assert capsys.readouterr().out == "ann\thas no verifier: set the password\n"
    assert run("users_without_verifier.py", "export.ldif") == 1
    assert capsys.readouterr().out.splitlines()[0] == "ann\tnot known: its entry in cn=authdata was not given"


def test_a_purge_is_planned_and_its_json_is_that_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("purge_plan.py", "export.ldif", "listprincs.txt", "plan.json", GONE) == 0
    plan = json.loads(Path("plan.json").read_text())
    assert plan["schema"] == "odkit/purge-plan/1"
    assert [each["principal"] for each in plan["delete"]] == [f"host/{GONE}@EXAMPLE.COM"]
    assert f"{GONE}: 1 principals go, because: named as retired" in capsys.readouterr().out
    assert run("purge_plan.py", "export.ldif", "listprincs.txt", "plan.json", "old") == 1  # a short name is left to a person
    Path("listprincs.txt").write_bytes(NAMES.replace(b"krbtgt", b"x"))
    assert run("purge_plan.py", "export.ldif", "listprincs.txt", "other.json", GONE) == 3
    assert not Path("other.json").exists()


def test_records_are_edited_and_all_others_are_written_as_they_were() -> None:
    text = small_domain().replace(b"uid: ann\n", b"uid: ann\nloginShell: /bin/bash\n")
    Path("export.ldif").write_bytes(text)
    assert run("edit_records.py", "export.ldif", "new.ldif", "/bin/bash", "/bin/zsh") == 0
    assert Path("new.ldif").read_bytes() == text.replace(b"/bin/bash", b"/bin/zsh")
    assert run("edit_records.py", "export.ldif", "new.ldif", "/bin/bash", "/bin/zsh") == 2  # a file that is there is left alone


def test_policies_are_compared_into_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    changed = odkit.ldif.dump(
        each.replace("apple-mcxsettings", forced({"size": 9})).replace("apple-mcxflags", *FLAGS) if each.name == "ann" else each
        for each in odkit.open("export.ldif").records()
    )
    Path("after.ldif").write_bytes(changed)
    assert run("policies_to_csv.py", "export.ldif", "after.ldif", "mac1$") == 1
    rows = list(csv.reader(capsys.readouterr().out.splitlines()))
    assert rows == [["user", "what", "domain", "key"], ["ann", "changed", "com.apple.dock", "size"]]
    assert run("policies_to_csv.py", "export.ldif", "export.ldif", "mac1$") == 0


def test_a_domain_is_carried_and_the_folder_written(capsys: pytest.CaptureFixture[str]) -> None:
    run("carry_and_rehearse.py", "export.ldif", "out")
    assert json.loads(Path("out/carry.json").read_text())["counts"]["users"] == 2
    assert capsys.readouterr().out.startswith("<CarryPlan ")


def test_an_input_that_cannot_be_read_is_said_and_nothing_is_written() -> None:
    words = {
        "users_without_verifier.py": ["none.ldif"],
        "purge_plan.py": ["none.ldif", "listprincs.txt", "out", GONE],
        "edit_records.py": ["none.ldif", "out", "a", "b"],
        "policies_to_csv.py": ["none.ldif", "export.ldif", "mac1$"],
        "carry_and_rehearse.py": ["none.ldif", "out"],
    }
    assert {path.name for path in EXAMPLES} == set(words) | OF_TARGETS
    for name, rest in in_turn(words.items()):
        assert run(name, *rest) == 2
