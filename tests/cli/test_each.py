"""``--each``: many exports, each a domain of its own: the answers are those of single calls, and one bad export stops no other.

The command runs in a process of its own: it copies itself, and a copy of a process of the tests, which has threads, could wait for ever.
"""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

import build_authdata
from commandline import odkit
from conftest import MART, ROOT, each_in_turn, in_turn, needs_proc
from processes import CLI, children_of, wait_until
from schemas import loaded

LION, LION_AUTHDATA = MART / "lion" / "export.ldif", MART / "lion" / "authdata.ldif"
EXPORTS = [MART / "before" / "export.ldif", LION, MART / "after" / "export.ldif"]


def started(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*CLI, *words], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=600)


def each(command: str, *words: object) -> dict[str, Any]:
    done = started(command, "--each", "--json", "--jobs", "2", *map(str, words))
    found: dict[str, Any] = loaded(done.stdout)
    assert found["schema"] == "odkit/each/1"
    assert found["command"] == command
    assert done.returncode == max(one["status"] for one in found["exports"])
    return found


@pytest.mark.parametrize("command", ["inspect", "verify"])
def test_the_answers_are_those_of_single_calls_in_the_order_of_the_exports(command: str) -> None:
    found = each(command, *EXPORTS, LION_AUTHDATA)
    expected = [[str(EXPORTS[0])], [str(LION), str(LION_AUTHDATA)], [str(EXPORTS[2])]]
    assert [one["files"] for one in found["exports"]] == expected
    for one in in_turn(found["exports"]):
        alone = odkit(command, "--json", *(["--with", one["files"][1]] if one["files"][1:] else []), one["files"][0])
        assert one["answer"] == json.loads(alone.stdout)
        assert one["status"] == alone.returncode
        assert one["messages"] == []


@pytest.mark.whole
def test_the_text_has_a_block_for_each_and_a_sum() -> None:
    done = started("inspect", "--each", *map(str, EXPORTS))
    alone = [odkit("inspect", str(path)) for path in EXPORTS]
    blocks = [f"==> {path} <==\n{one.stdout}\n" for path, one in zip(EXPORTS, alone, strict=True)]
    assert done.stdout == "".join(blocks) + "3 exports: 3 fine, 0 with findings, 0 unreadable, damaged or incomplete.\n"
    assert done.stderr == "".join(one.stderr for one in alone)
    assert started("-q", "inspect", "--each", *map(str, EXPORTS)).stdout == ""
    assert started("inspect", "--each", "--format", "markdown", str(LION)).stdout.startswith(f"# {LION}\n\n```text\n")


def test_a_bad_export_is_said_with_its_path_and_the_others_are_answered(tmp_path: Path) -> None:
    bad, gone, cut = tmp_path / "bad.ldif", tmp_path / "gone.ldif", tmp_path / "cut.ldif.gz"
    bad.write_bytes(b"\0\1\2 not an export")
    cut.write_bytes(b"\x1f\x8b\x08\x00")
    found = each("inspect", bad, EXPORTS[0], gone, cut, tmp_path, EXPORTS[2])
    assert [one["status"] for one in found["exports"]] == [2, 0, 2, 2, 2, 0]
    for one in found["exports"]:
        assert (one["answer"] is None) == (one["status"] == 2)
        assert not one["messages"] or one["files"][0] in one["messages"][0]
    assert found["sum"] == {"exports": 6, "fine": 2, "findings": 0, "trouble": 4}
    shown = started("inspect", "--each", str(bad), str(EXPORTS[0]))
    assert shown.returncode == 2
    assert f"{bad}" in shown.stderr
    assert "1 fine, 0 with findings, 1 unreadable" in shown.stdout


def test_a_collected_folder_is_a_domain_and_so_is_an_export_that_is_given_twice(tmp_path: Path) -> None:
    folder = tmp_path / "collected"
    folder.mkdir()
    lines = []
    for path in (LION, LION_AUTHDATA):
        data = path.read_bytes()
        (folder / path.name).write_bytes(data)
        lines.append(f"file {path.name} status 0 entries {data.count(b'dn:')} bytes {len(data)} sha1 -")
    (folder / "MANIFEST").write_text("\n".join(["odkit-collect 1", *lines, "end", ""]))
    found = each("inspect", folder, LION, LION)
    assert [one["files"] for one in found["exports"]] == [[str(folder)], [str(LION)]]
    assert found["exports"][0]["answer"]["summary"]["authdata"] > 0


class TestAuthdata:
    """A file that holds only cn=authdata joins the export beside it, and never one that it may not belong to."""

    def test_it_joins_the_only_export_of_its_folder(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "export.ldif").write_bytes(build_authdata.main())
            (tmp_path / name / "auth.ldif").write_bytes(build_authdata.auth())
        found = each("verify", *sorted(tmp_path.glob("*/*.ldif")))
        assert [[Path(name).relative_to(tmp_path).as_posix() for name in one["files"]] for one in found["exports"]] == [
            ["one/export.ldif", "one/auth.ldif"],
            ["two/export.ldif", "two/auth.ldif"],
        ]

    def test_slots_prove_which_of_several_exports_it_belongs_to(self, tmp_path: Path) -> None:
        paths = copies(tmp_path, {"a.ldif": EXPORTS[0], "b.ldif": LION, "c.ldif": LION_AUTHDATA})
        found = each("inspect", *paths)
        assert [one["files"] for one in found["exports"]] == [[str(paths[0])], [str(paths[1]), str(paths[2])]]

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            ({"a.ldif": LION, "b.ldif": LION, "c.ldif": LION_AUTHDATA}, "have slots of it"),
            ({"a.ldif": LION, "b.ldif": LION_AUTHDATA, "c.ldif": LION_AUTHDATA}, "has slots of accounts of"),
            ({"a.ldif": EXPORTS[0], "b.ldif": EXPORTS[2], "c.ldif": LION_AUTHDATA}, "no account of the 2 exports beside it"),
        ],
    )
    def test_where_it_is_not_proved_that_is_said_and_nothing_is_guessed(self, tmp_path: Path, files: dict[str, Path], said: str) -> None:
        paths = copies(tmp_path, files)
        found = each("inspect", *paths)
        unsure = [one for one in found["exports"] if said in "".join(one["messages"])]
        assert unsure
        for one in unsure:
            assert one["status"] == 2
            assert one["answer"] is None
            assert one["messages"][0].startswith(f"odkit: {one['files'][0]}: holds only cn=authdata, and ")
        assert all(len(one["files"]) == 1 for one in found["exports"])
        assert sum(one["status"] == 0 for one in found["exports"]) == len(files) - len(unsure)

    def test_beside_no_export_it_is_read_by_itself(self, tmp_path: Path) -> None:
        [path] = copies(tmp_path, {"c.ldif": LION_AUTHDATA})
        assert each("inspect", path)["exports"][0]["status"] == 0
        [one] = each("verify", path)["exports"]
        assert "holds only cn=authdata" in one["messages"][0]


def copies(folder: Path, files: dict[str, Path]) -> list[Path]:
    for name, path in files.items():
        (folder / name).write_bytes(path.read_bytes())
    return [folder / name for name in files]


@each_in_turn(
    "words, said",
    [
        (["inspect", "--each"], "--each needs exports: give their paths"),
        (["inspect", "--each", "-"], "standard input ('-') is one export"),
        (["inspect", "--jobs", "2", str(LION)], "--jobs is for many exports: give --each"),
        (["inspect", "--each", str(LION), "--with", str(LION_AUTHDATA)], "--with is for one domain"),
        (["verify", "--each", str(LION), "--after-with", str(LION_AUTHDATA)], "--with is for one domain"),
        (["verify", *map(str, EXPORTS)], "these are 3 exports, and two can be compared"),
    ],
)
def test_what_contradicts_itself_is_refused(words: list[str], said: str) -> None:
    done = odkit(*words)
    assert done.returncode == 2
    assert said in done.stderr


def test_an_interruption_ends_all_processes_and_a_terminal_shows_what_is_in_work(tmp_path: Path) -> None:
    needs_proc()
    pipe = tmp_path / "pipe.ldif"
    os.mkfifo(pipe)
    terminal, end = pty.openpty()
    with subprocess.Popen([*CLI, "inspect", "--each", str(pipe), str(LION)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=end) as process:
        [child, *_] = wait_until(lambda: children_of(process))
        shown = b""
        while b"1 of 2 done; in work: " not in shown:
            shown += os.read(terminal, 1000)
        process.send_signal(signal.SIGINT)
        assert process.wait(300) == 130
    os.close(end)
    os.close(terminal)
    assert not Path(f"/proc/{child}").exists()
    assert "pipe.ldif" in shown.decode()
