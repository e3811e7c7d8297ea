"""``--each`` when a process of it is killed, a disk is full, or nobody reads its answer: what is lost is said, and no process is left."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import build_authdata
from conftest import ROOT, in_turn, needs_proc
from processes import children_of, odkit_in_session, reader_of, wait_until

pytestmark = pytest.mark.whole  # of processes

COMMANDS = ("inspect", "verify")
DEADLY = (signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGABRT)


def never(folder: Path, count: int) -> list[Path]:
    """Make exports that never come: whoever opens one waits."""
    paths = [folder / f"{number}.ldif" for number in range(count)]
    for path in paths:
        os.mkfifo(path)
    return paths


@pytest.fixture
def pipes(tmp_path: Path) -> list[Path]:
    return never(tmp_path, 2)


@pytest.fixture
def exports(tmp_path: Path) -> list[Path]:
    """Two that are answered at once."""
    paths = [tmp_path / "a.ldif", tmp_path / "b.ldif"]
    for path in paths:
        path.write_bytes(build_authdata.main())
    return paths


@pytest.mark.parametrize("command", COMMANDS)
def test_a_process_that_dies_is_an_error_of_its_export_and_the_others_are_answered(
    command: str, exports: list[Path], tmp_path: Path
) -> None:
    pipes = never(tmp_path, len(DEADLY))
    names = [pipes[0], exports[0], *pipes[1:], exports[1]]
    with odkit_in_session(command, "--each", "--jobs", "2", "--json", *names, temporary=tmp_path / "t") as process:
        for pipe, number in zip(pipes, DEADLY, strict=True):
            with reader_of(pipe, process) as reader:
                os.kill(reader, number)
        out, err = process.communicate(timeout=300)
    assert err == b""
    found = json.loads(out)
    assert [one["files"] for one in found["exports"]] == [[str(path)] for path in names]
    killed = {str(path): number.name for path, number in zip(pipes, DEADLY, strict=True)}
    for one in in_turn(found["exports"]):
        [path] = one["files"]
        if path in killed:
            assert one["messages"] == [f"odkit: {path}: its process was killed ({killed[path]}); run the command again for this export"]
            assert (one["status"], one["answer"]) == (2, None)
        else:
            assert one["answer"] is not None
    assert found["sum"]["trouble"] == len(pipes)
    assert process.returncode == 2


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_the_processes_end_with_the_first_one_whatever_ends_it(number: signal.Signals, pipes: list[Path], tmp_path: Path) -> None:
    with odkit_in_session("inspect", "--each", "--jobs", "2", *pipes, temporary=tmp_path / "t") as process:
        wait_until(lambda: len(children_of(process)) == 2)
        process.send_signal(number)
        assert process.wait(300) == -number


AT_BIRTH = """
import os, signal, sys
from pathlib import Path
def end_all():
    for each in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        os.kill(int(each), signal.SIGTERM)
os.register_at_fork(after_in_parent=end_all)
from odkit_cli import main
main(sys.argv[1:])
"""


def test_a_process_that_is_told_to_end_while_it_is_made_ends(pipes: list[Path], tmp_path: Path) -> None:
    needs_proc()
    words = [sys.executable, "-c", AT_BIRTH, "inspect", "--each", "--jobs", "2", *map(str, pipes)]
    done = subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300)
    assert done.stderr.count("its process was killed (SIGTERM)") == 2
    assert "Traceback" not in done.stderr
    assert done.returncode == 2
    assert list(tmp_path.glob("*/odkit-each-*")) == []


def test_no_process_is_left_when_nobody_reads_the_answer(exports: list[Path], pipes: list[Path], tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        with odkit_in_session("inspect", "--each", "--jobs", "2", exports[0], *pipes, temporary=tmp_path / "t", stdout=write) as process:
            assert process.wait(300) == -signal.SIGPIPE
    finally:
        os.close(write)


def test_no_answer_is_left_when_nobody_reads_it_and_every_process_has_ended(exports: list[Path], tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        with odkit_in_session("inspect", "--each", exports[0], temporary=tmp_path / "t", stdout=write) as process:
            assert process.wait(300) == -signal.SIGPIPE
            assert process.stderr is not None
            said = process.stderr.read()
            assert b"Traceback" not in said
            assert b"Broken pipe" not in said
    finally:
        os.close(write)


FULL = f"""
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), {resource.RLIM_INFINITY}))
from odkit_cli import main
main(sys.argv[2:])
"""


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("room", [40, 400])
def test_an_answer_for_which_the_disk_has_no_room_is_an_error_of_its_export_and_no_part_of_it_is_printed(
    form: str, room: int, exports: list[Path], tmp_path: Path
) -> None:
    small = tmp_path / "small.ldif"
    small.write_bytes(b"\0 no export")
    words = [sys.executable, "-c", FULL, str(room), "inspect", "--each", "--format", form, str(exports[0]), str(small)]
    done = subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 2
    said = f"odkit: {exports[0]}: its answer cannot be written into "
    if form == "text":
        assert said in done.stderr
        assert "1 unreadable" in done.stdout or "2 unreadable" in done.stdout
        assert "Traceback" not in done.stderr
        return
    found = json.loads(done.stdout)
    assert found["exports"][0]["answer"] is None
    assert found["exports"][0]["messages"][-1].startswith(said)
    assert found["sum"]["trouble"] == 2
