"""The folder of tables: an export is there once and whole, whatever happens to its writer; the key of the digests is outside."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import odkit
from build_tables import EXPORTS, assert_whole, rows, write
from commandline import odkit as run
from conftest import MART, ROOT, in_turn
from odkit.errors import InputError, RefusedError
from odkit.tables import TABLES, DigestKey, Store, write_tables
from processes import CLI
from schemas import loaded, validate


def test_the_key_is_made_once_private_and_never_among_the_tables(tmp_path: Path) -> None:
    folder, key = tmp_path / "t", tmp_path / "key"
    words = ["tables", str(MART / "after" / "export.ldif"), "-o", str(folder), "--no-findings", "--digest-key"]
    assert run(*words, str(key)).returncode == 0
    assert key.stat().st_mode & 0o777 == 0o600
    first = DigestKey.load(key, folder)
    assert run(*words, str(key)).returncode == 0
    assert DigestKey.load(key, folder).name == first.name
    assert rows(folder, "exports")[0]["digest_key"] == first.name
    assert key.read_bytes().hex() not in repr(first)
    inside = run(*words, str(folder / "key"))
    assert inside.returncode == 2
    assert "must not be in the folder of the tables" in inside.stderr
    (folder / "link").symlink_to(tmp_path)
    assert run(*words, str(folder / "x" / ".." / "key")).returncode == 2
    key.chmod(0o644)
    assert "chmod 600" in run(*words, str(key)).stderr
    short = tmp_path / "short"
    short.write_bytes(b"abc")
    short.chmod(0o600)
    assert "is no key" in run(*words, str(short)).stderr


def test_an_export_that_is_there_is_replaced_also_when_its_date_changes(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    for at, expected in ((None, "20080916T122000Z"), ("2011-03-09", "20110309T000000Z"), (None, "20080916T122000Z")):
        words = [
            "tables",
            str(MART / "before" / "export.ldif"),
            "-o",
            str(folder),
            "--no-findings",
            "--json",
            *(["--at", at] if at else []),
        ]
        done = run(*words)
        assert done.returncode == 0, done.stderr
        assert loaded(done.stdout)["taken"] == expected
        paths = list(folder.rglob("*.parquet"))
        assert len(paths) == len(TABLES)
        assert {path.parent.name for path in paths} == {f"taken={expected}"}
    assert loaded(done.stdout)["replaced"] is True
    assert not list(folder.glob(".odkit-making*"))


def test_the_order_of_the_files_makes_no_other_export(tmp_path: Path) -> None:
    one = write(tmp_path / "t", *EXPORTS["lion"], findings=False)
    other = write(tmp_path / "t", *reversed(EXPORTS["lion"]), findings=False)
    assert one.export == other.export
    assert len(rows(tmp_path / "t", "exports")) == 1


def test_a_folder_that_is_not_one_of_tables_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("x")
    for folder in in_turn((tmp_path / "mine", tmp_path / "mine" / "letter", tmp_path / "no" / "parent")):
        done = run("tables", str(MART / "after" / "export.ldif"), "-o", str(folder))
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr
        with pytest.raises(RefusedError, match="give the path of one that odkit tables has written"):
            Store(folder, make=False)  # who asks needs no new folder
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter"]
    write(tmp_path / "t", *EXPORTS["after"], findings=False)
    (tmp_path / "t" / "ODKIT-TABLES").write_text("2\n")
    with pytest.raises(RefusedError, match="another release"):
        Store(tmp_path / "t")


SLOW = """
import sys, odkit
from pathlib import Path
from typing import Any
from odkit.tables import NEEDS, Store, write_tables
print("ready", flush=True)
write_tables(odkit.open(*sys.argv[2:], needs=NEEDS), Store(Path(sys.argv[1])), findings=False)
print("done", flush=True)
"""


def start(folder: Path, *paths: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SLOW, str(folder), *map(str, paths)], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_kill_at_any_moment_leaves_no_torn_file_and_the_next_run_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    write(folder, *EXPORTS["after"], findings=False)
    for hundredths in in_turn((0, 8, 25, 60)):
        with start(folder, *EXPORTS["before"]) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(hundredths / 100)
            process.send_signal(signal.SIGKILL)
        assert_whole(folder)
    write(folder, *EXPORTS["before"], findings=False)
    assert_whole(folder)
    assert len(Store(folder).exports()) == 2
    assert not list(folder.glob(".odkit-making*")), "the next run takes away what the killed ones left"


def test_a_kill_between_two_renames_is_mended_by_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "t"
    Store(folder)
    real = Path.replace
    for left in in_turn(range(len(TABLES) + 1)):
        count = 0

        def replace(self: Path, target: Path, left: int = left) -> Path:
            nonlocal count
            count += 1
            if count > left:
                raise KeyboardInterrupt
            return real(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", replace)
            if left <= len(TABLES):
                try:
                    write(folder, *EXPORTS["after"], findings=False)
                except KeyboardInterrupt:
                    assert_whole(folder)
        write(folder, *EXPORTS["after"], findings=False)
        assert_whole(folder)
        assert len(list(folder.rglob("*.parquet"))) == len(TABLES)


def test_two_writers_of_one_export_and_of_two_leave_each_export_once(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    writers = [start(folder, *EXPORTS[name]) for name in ("after", "after", "before")]
    for process in writers:
        out, _ = process.communicate(timeout=600)
        assert process.returncode == 0
        assert out.endswith("done\n")
    assert_whole(folder)
    assert len(Store(folder).exports()) == 2


def test_a_full_disk_is_said_and_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    write(folder, *EXPORTS["after"], findings=False)
    before = {path: path.read_bytes() for path in folder.rglob("*.parquet")}
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, {resource.RLIM_INFINITY}))\n" + SLOW
    done = subprocess.run(
        [sys.executable, "-c", "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n" + code, str(folder), str(EXPORTS["before"][0])],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "RefusedError" in done.stderr
    assert "File too large" in done.stderr
    assert {path: path.read_bytes() for path in folder.rglob("*.parquet")} == before
    assert not list(folder.glob(".odkit-making*"))


def each(folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """``odkit tables --each`` in a process of its own: its status, and its answers by the first file."""
    words = ("tables", "--each", "--json", "--no-findings", "-o", str(folder), *words)
    done = subprocess.run([*CLI, *words], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=600)
    found = loaded(done.stdout)["exports"]
    for one in found:
        assert one["answer"] is None or validate(one["answer"]) == "odkit/tables/1"
    return done.returncode, {Path(one["files"][0]).parent.name: one for one in found}


def test_each_export_is_a_domain_and_what_is_there_is_not_written_again(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    bad = tmp_path / "bad.ldif"
    bad.write_bytes(b"\0")
    names = ("before", "lion", "after")
    words = [str(path) for name in names for path in EXPORTS[name]]
    status, first = each(folder, *words[:1], str(bad))
    assert status == 2
    assert first[tmp_path.name]["answer"] is None
    status, second = each(folder, *words)
    assert status == 0
    assert {name: one["answer"]["skipped"] for name, one in second.items()} == {"before": True, "lion": False, "after": False}
    assert second["lion"]["files"] == list(map(str, EXPORTS["lion"]))
    assert {**second["before"]["answer"], "skipped": False} == first["before"]["answer"]
    assert_whole(folder)
    alone = tmp_path / "alone"
    for name in names:
        write(alone, *EXPORTS[name], findings=False)
    for table in in_turn(TABLES):
        own, single = rows(folder, table), rows(alone, table)
        for row in (*own, *single):
            row.pop("odkit", None)
            for column in ("file", "files"):
                row[column] = None
        assert own == single


def test_what_was_made_in_another_way_is_written_again(tmp_path: Path) -> None:
    folder, export = tmp_path / "t", str(EXPORTS["after"][0])
    for words, skipped in in_turn(
        (
            ([], False),
            ([], True),
            (["--again"], False),
            (["--at", "2011-03-09"], False),
            (["--at", "2011-03-09"], True),
            (["--at", "2011-03-10"], False),
            ([], False),
            (["--digest-key", str(tmp_path / "key")], False),
            (["--digest-key", str(tmp_path / "key")], True),
        )
    ):
        status, found = each(folder, export, *words)
        assert status == 0
        assert found["after"]["answer"]["skipped"] is skipped
        assert found["after"]["answer"]["rows"]["exports"] == 1
    assert run("tables", export, "-o", str(folder), "--no-findings", "--principals", str(MART / "after" / "listprincs.txt")).returncode == 0
    assert each(folder, export)[1]["after"]["answer"]["skipped"] is False


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--again"], "--again is for many exports"),
        (["--each", "--principals", str(MART / "after" / "listprincs.txt")], "--principals is a list of one domain"),
        (["--each", "--with", str(EXPORTS["lion"][1])], "--with is for one domain"),
    ],
)
def test_options_that_contradict_each_other_are_refused(tmp_path: Path, words: list[str], said: str) -> None:
    done = run("tables", str(EXPORTS["lion"][0]), "-o", str(tmp_path / "t"), *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "t").exists()


def test_a_folder_with_a_name_that_is_no_text_is_written_read_and_asked(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/t\xff"))
    assert each(folder, *map(str, EXPORTS["after"]))[0] == 0
    status, found = each(folder, *map(str, EXPORTS["after"]))
    assert (status, [one["answer"]["skipped"] for one in found.values()]) == (0, [True])
    done = run("ask", str(folder), "same-uid")
    assert (done.returncode, done.stdout, done.stderr) == (0, "0 rows\n", "")


def test_two_exports_of_one_domain_are_no_export(tmp_path: Path) -> None:
    both = odkit.open(*(MART / stage / "export.ldif" for stage in ("before", "leftover")))
    with pytest.raises(InputError, match=r"leftover/export.ldif: is a second export of the domain .*; give one of them"):
        write_tables(both, store := Store(tmp_path / "t"))
    assert store.exports() == {}
