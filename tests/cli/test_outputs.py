"""A file that is written is never one that is read, also with --force; and what a list, a folder or a device lacks is told where it lacks."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from commandline import odkit
from conftest import MART, in_turn
from odkit_cli.endings import status_of

EXPORT, LIST = MART / "leftover" / "export.ldif", MART / "leftover" / "listprincs.txt"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with inputs of every kind, in which the commands run."""
    (tmp_path / "collected").mkdir()
    for name, source in {"e.ldif": EXPORT, "list.txt": LIST, "retired.txt": MART / "retired.txt", "collected/export.ldif": EXPORT}.items():
        (tmp_path / name).write_bytes(source.read_bytes())
    size = EXPORT.stat().st_size
    manifest = f"odkit-collect 2\ndate 20260101000000Z\nfile export.ldif status 0 entries 222 bytes {size} sha1 -\nend\n"
    (tmp_path / "collected" / "MANIFEST").write_text(manifest)
    (tmp_path / "link.ldif").symlink_to("e.ldif")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return odkit(*words, data=None, cwd=Path.cwd())


REPORT = ("report", "e.ldif", "--force", "-o")


def test_an_input_is_never_replaced_by_what_is_made_of_it(here: Path) -> None:
    before = content(here)
    for words in in_turn([
        (*REPORT, "e.ldif"), ("report", "link.ldif", "--force", "-o", "e.ldif"), (*REPORT, "collected/../e.ldif"),
        (*REPORT, "list.txt", "--principals", "list.txt"), (*REPORT, "retired.txt", "--retire-from", "retired.txt"),
        ("report", "e.ldif", "--after", "collected", "--force", "-o", "collected/export.ldif"),
        ("report", "collected", "--force", "-o", "collected/MANIFEST"), ("report", "e.ldif", "--after", "link.ldif", "--force", "-o", "e.ldif"),
        ("init", "e.ldif", "--force", "-o", "e.ldif"), ("init", "e.ldif", "--with", "list.txt", "--force", "-o", "list.txt"),
    ]):  # fmt: skip
        done = run(*words)
        assert done.returncode == 2, done.stdout
        assert f"{words[words.index('-o') + 1]} is read by this command: give another path" in done.stderr, done.stderr
        assert content(here) == before


def test_the_plan_that_is_read_is_not_replaced_either_nor_what_it_names(here: Path) -> None:
    assert run("init", "e.ldif").returncode == 0
    plan = here / "odkit.toml"
    plan.write_text("".join(f"{line}\n" for line in plan.read_text().splitlines() if "DECIDE" not in line))
    before = content(here)
    for output in in_turn(["odkit.toml", "e.ldif"]):
        done = run("report", "--force", "-o", output)
        assert done.returncode == 2, done.stdout
        assert f"{output} is read by this command: give another path" in done.stderr, done.stderr
        assert content(here) == before


def test_what_is_not_read_is_replaced_where_that_is_asked_for(here: Path) -> None:
    assert run(*REPORT, "list.txt").returncode == 0
    assert (here / "list.txt").read_text().startswith("<!doctype html>")
    for _ in range(2):
        assert run("report", "collected", "--force", "-o", "collected/page.html").returncode == 0


def test_a_name_of_a_list_that_is_none_is_told_with_its_place(here: Path) -> None:
    (here / "retired.txt").write_text("old.example.com\n\nafp://older.example.com # comment\n")
    done = run("purge-principals", "e.ldif", "--principals", "list.txt", "--retire-from", "retired.txt")
    assert done.returncode == 2
    assert "retired.txt:3: not the name of one host: 'afp://older.example.com'; give the fully qualified name of each server" in done.stderr


def test_a_line_of_a_list_of_hosts_is_shown_in_part(here: Path) -> None:
    (here / "retired.txt").write_text("x y" * 100_000)
    done = run("purge-principals", "e.ldif", "--principals", "list.txt", "--retire-from", "retired.txt")
    assert "retired.txt:1: not the name of one host: 'x yx" in done.stderr
    assert len(done.stderr) < 400


def test_a_small_input_that_has_no_end_is_refused_before_the_memory_is_full(here: Path) -> None:
    for words in in_turn([
        ("purge-principals", "e.ldif", "--principals", "list.txt", "--retire-from", "/dev/zero"), ("lkdc", "realm", "/dev/zero"),
        ("anonymize", "e.ldif", "-o", "copy", "--key", "/dev/zero"),
    ]):  # fmt: skip
        done = run(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "/dev/zero: larger than 16 MiB; this is no " in done.stderr
    assert not (here / "copy").exists()


def test_lines_of_a_list_of_hosts_end_as_on_any_system(here: Path) -> None:
    told = []
    for end in in_turn(["\n", "\r\n", "\r"]):
        (here / "retired.txt").write_bytes((MART / "retired.txt").read_bytes().replace(b"\n", end.encode()))
        told.append(run("purge-principals", "e.ldif", "--principals", "list.txt", "--retire-from", "retired.txt", "--json").stdout)
    assert told[0] == told[1] == told[2]
    assert '"delete"' in told[0]


def test_a_folder_that_is_gone_is_called_that(tmp_path: Path) -> None:
    for words in in_turn(["topology", f"init {EXPORT}", f"purge-principals {EXPORT} --retire old.example.com"]):
        gone = tmp_path / "gone"
        gone.mkdir()
        line = f"rmdir {gone} && {sys.executable} -m odkit_cli {words}"
        done = subprocess.run(["/bin/sh", "-c", line], cwd=gone, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "odkit: the folder in which odkit is started is gone; change into one that is there\n"


def test_an_error_of_the_system_names_the_file_where_there_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    full, refused = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/x\x1by")
    said = {
        OSError(errno.EIO, os.strerror(errno.EIO)): "cannot write the output: Input/output error",
        full: "cannot write the output, or a temporary file (TMPDIR): No space left on device",
        refused: "/x\\x1by: Permission denied",
    }
    for error, words in in_turn(said.items()):

        def work(error: OSError = error) -> int:
            raise error

        assert status_of(work, debug=False) == 2
        assert capsys.readouterr().err == f"odkit: {words}\n"
