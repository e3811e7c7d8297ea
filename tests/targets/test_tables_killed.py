"""``odkit tables --each`` that is killed at any moment: whole exports only, no process is left, and the next run goes on to the same end."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest

from build_tables import EXPORTS
from conftest import ROOT, in_turn
from odkit.tables import TABLES, Store, read
from processes import CLI, children_of, odkit_in_session, open_files, wait_until

NAMES = ("before", "lion", "leftover", "after")
FILES = [str(path) for name in NAMES for path in EXPORTS[name]]


def words(folder: Path, files: Iterable[str] = FILES) -> list[str]:
    return ["tables", "--each", "--jobs", "2", "--json", "--no-findings", "-o", str(folder), *files]


def finished(folder: Path) -> list[dict[str, Any]]:
    """The answers of a run that nobody disturbs."""
    done = subprocess.run(
        [*CLI, *words(folder)], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["exports"]
    return found


def content(folder: Path) -> dict[str, dict[str, list[Any]]]:
    """All that is in a folder, by path: what no writer leaves, and the rows of each table."""
    return {
        str(path.relative_to(folder)): read(path, [each.name for each in TABLES[path.parts[-4]].columns]) if path.suffix else {}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[Any]]]:
    folder = tmp_path_factory.mktemp("undisturbed") / "t"
    finished(folder)
    return content(folder)


# what comes into the folder, in the order of the moments at which a run is killed
COMING = {
    "the folder is made": "ODKIT-TABLES",
    "a table is begun": ".odkit-making-*/values.parquet",
    "the first table of an export is put in place": "values/*/*/*.parquet",
    "an export is whole": "exports/*/*/*.parquet",
    "another export is whole": "exports/*/*/*.parquet",
    "the tables of an export wait to be put in place": ".odkit-ready-*",
}


def test_runs_that_are_killed_at_any_moment_leave_whole_exports_and_the_next_run_goes_on(
    undisturbed: dict[str, dict[str, list[Any]]], tmp_path: Path
) -> None:
    folder = tmp_path / "t"
    for pattern in in_turn(COMING.values()):
        there = set(folder.glob(pattern))
        with odkit_in_session(*words(folder), temporary=tmp_path / "temporary", stdout=subprocess.DEVNULL) as process:
            wait_until(lambda there=there, pattern=pattern: set(folder.glob(pattern)) - there or process.poll() is not None)  # type: ignore[misc]
            process.send_signal(SIGKILL)
        assert_whole(folder, undisturbed)
    Store(folder, make=False).sweep()  # what was being put in place is there then: the last run would find one more than is counted here
    there = set(folder.glob(COMING["an export is whole"]))
    assert len(there) >= 2
    assert sum(one["answer"]["skipped"] for one in finished(folder)) == len(there)
    assert content(folder) == undisturbed


def assert_whole(folder: Path, undisturbed: dict[str, dict[str, list[Any]]]) -> None:
    """Each export that is there is that of a run that nobody disturbs, in every table."""
    store = Store(folder, make=False)
    for digest, (domain, taken) in store.exports().items():
        for table in TABLES:
            path = f"{table}/{domain}/{taken}/{digest}.parquet"
            assert read(folder / path, [each.name for each in TABLES[table].columns]) == undisturbed[path]


def kill_a_writer(process: subprocess.Popen[bytes]) -> bool:
    """Kill a process that writes tables, if there is one."""
    for each in children_of(process):
        if any(name.endswith("/values.parquet") for name in open_files(each)):
            os.kill(each, SIGKILL)
            return True
    return False


def test_a_process_that_is_killed_costs_its_own_export_and_the_next_run_writes_that_one(
    undisturbed: dict[str, dict[str, list[Any]]], tmp_path: Path
) -> None:
    folder = tmp_path / "t"
    with odkit_in_session(*words(folder), temporary=tmp_path / "temporary") as process:
        wait_until(lambda: kill_a_writer(process))
        out, err = process.communicate(timeout=300)
    assert err == b""
    assert process.returncode == 2
    found = json.loads(out)
    [lost] = [one for one in found["exports"] if one["status"]]
    assert lost["messages"] == [f"odkit: {lost['files'][0]}: its process was killed (SIGKILL); run the command again for this export"]
    assert (lost["status"], lost["answer"], found["sum"]["fine"]) == (2, None, len(NAMES) - 1)
    assert_whole(folder, undisturbed)
    written = [one["answer"] is not None for one in found["exports"]]
    assert [one["answer"]["skipped"] for one in finished(folder)] == written
    assert content(folder) == undisturbed
