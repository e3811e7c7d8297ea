"""Further files of one domain: ``--with`` and ``--after-with`` mean the same at every command, and a second file means one thing."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import click
import pytest

import build_authdata
from commandline import odkit
from conftest import in_turn
from manual import commands

MAIN, AUTHDATA = "export.ldif", "authdata.ldif"
GONE = "old.example.com"

# every command that takes an export, with what it needs beside it
COMMANDS: dict[str, list[str]] = {
    "afp": [],
    "diff": [],
    "init": [],
    "inspect": ["--json"],
    "list": [],
    "lkdc check": [],
    "mcx effective": ["--user", "ann"],
    "mounts": [],
    "references": [GONE],
    "show": ["ann"],
    "topology": [],
    "verify": [],
    "verify-mcx": [],
    "verify-passwords": [],
}
# these take what the words of the others show to be taken, and are long
ELSEWHERE = {"anonymize", "carry", "check-live", "mcx profiles", "mcx show", "purge-principals", "rehearse", "report", "tables"}


ALL = dict(commands())


@pytest.fixture(autouse=True)
def domain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A domain of 10.7 in two files, in the folder in which the commands run."""
    monkeypatch.chdir(tmp_path)
    Path(MAIN).write_bytes(build_authdata.main())
    Path(AUTHDATA).write_bytes(build_authdata.auth())


def run(*words: str, data: bytes | None = b"") -> subprocess.CompletedProcess[str]:
    return odkit(*words, data=data, cwd=Path.cwd())


def options(command: click.Command) -> set[str]:
    return {name for each in command.params for name in each.opts}


def test_every_command_that_takes_an_export_takes_further_files_of_it() -> None:
    of_exports = {
        name
        for name, command in ALL.items()
        if any(each.name in {"export", "exports", "before"} and isinstance(each, click.Argument) for each in command.params)
        or name in {"check-live", "topology"}
    }
    having = {name for name, command in ALL.items() if "--with" in options(command)}
    assert not of_exports - having, "the command takes an export, and lacks with_option() of odkit_cli.options"
    assert not having - of_exports, "the command has --with, and takes no export"
    assert not of_exports - {*COMMANDS, *ELSEWHERE}, "COMMANDS has no row that runs the command with two files of an export"


def test_the_newer_export_has_further_files_where_there_is_one() -> None:
    newer = {
        name for name, command in ALL.items() if any(each.name == "after" or each.metavar == "[BEFORE [AFTER]]" for each in command.params)
    }
    assert {name for name, command in ALL.items() if "--after-with" in options(command)} == newer


def words(command: str, *exports: str) -> list[str]:
    """The words of a command with its exports; of two they are the older and the newer one."""
    rest = COMMANDS[command]
    if command == "list":
        return ["list", "users", *exports, *rest]
    if command == "diff":
        return ["diff", *exports, MAIN, "--after-with", AUTHDATA]
    return [*command.split(), *exports, *rest]


class TestOneDomain:
    def test_a_file_is_taken_with_the_export(self) -> None:
        """What a command says of both files is what it says of one that holds both."""
        for command in in_turn(COMMANDS):
            done = run(*words(command, MAIN, "--with", AUTHDATA))
            assert done.returncode in {0, 1}, done.stderr
            assert "Traceback" not in done.stderr

    def test_positional_files_are_the_same(self) -> None:
        for command in in_turn(["inspect", "afp", "list"]):
            both, further = run(*words(command, MAIN, AUTHDATA)), run(*words(command, MAIN, "--with", AUTHDATA))
            assert (both.stdout, both.returncode) == (further.stdout, further.returncode)
        assert json.loads(run("inspect", MAIN, "--with", AUTHDATA, "--json").stdout)["summary"]["authdata"] > 0

    def test_it_is_given_again_for_each_file(self) -> None:
        parts = Path(AUTHDATA).read_text().rstrip("\n").split("\n\n")
        Path("a.ldif").write_text("\n\n".join(parts[:3]) + "\n\n")
        Path("b.ldif").write_text("\n\n".join(parts[3:]) + "\n\n")
        done = run("inspect", MAIN, "--with", "a.ldif", "--with", "b.ldif", "--json")
        assert json.loads(done.stdout)["summary"]["authdata"] == len(parts) - 1  # the suffix itself is none of those below it

    def test_it_goes_with_what_is_piped_in(self) -> None:
        data = Path(MAIN).read_bytes()
        for command in in_turn(["inspect", "verify-passwords"]):
            piped, given = run(command, "--with", AUTHDATA, "--json", data=data), run(command, MAIN, "--with", AUTHDATA, "--json")
            assert json.loads(piped.stdout)["summary"].get("authdata") == json.loads(given.stdout)["summary"].get("authdata")

    def test_it_needs_an_export(self) -> None:
        for command in in_turn(["inspect", "verify", "topology", "check-live"]):
            done = run(command, "--with", AUTHDATA, data=None)
            assert done.returncode == 2
            assert "--with names further files of an export: give the path of the export" in done.stderr


class TestTwoExports:
    @pytest.mark.parametrize("command", ["verify", "verify-passwords", "verify-mcx", "diff"])
    def test_each_export_has_its_own_files(self, command: str) -> None:
        done = run(command, MAIN, MAIN, "--with", AUTHDATA, "--after-with", AUTHDATA, "--json")
        assert done.returncode in {0, 1}, done.stderr
        assert "taken as a part" not in done.stderr

    @pytest.mark.parametrize("command", ["verify", "verify-passwords", "verify-mcx"])
    def test_a_second_file_that_is_only_authdata_is_a_part_of_the_first_and_that_is_said(self, command: str) -> None:
        taken, given = run(command, MAIN, AUTHDATA, "--json"), run(command, MAIN, "--with", AUTHDATA, "--json")
        note = f"{AUTHDATA} holds only cn=authdata: taken as a part of {MAIN} (--with)"
        assert [line for line in taken.stderr.splitlines() if "taken as" in line] == [f"odkit: {note}"]
        found = json.loads(taken.stdout)
        assert found.pop("notes") == [note]
        assert (found, taken.returncode) == (json.loads(given.stdout), given.returncode)

    def test_a_difference_to_authdata_alone_is_refused(self) -> None:
        done = run("diff", MAIN, AUTHDATA)
        assert done.returncode == 2
        assert f"{AUTHDATA} holds only cn=authdata, a part of an export: give AFTER, too" in done.stderr
        assert run("diff", AUTHDATA, AUTHDATA).returncode == 0

    def test_two_pipes_are_read_once(self) -> None:
        data = Path(MAIN).read_bytes()
        assert len(data) < 1 << 16  # what a pipe holds
        ends = [os.pipe() for _ in range(2)]
        for _, write in ends:
            os.write(write, data)
            os.close(write)
        done = run("diff", *(f"/dev/fd/{read}" for read, _ in ends))
        for read, _ in ends:
            os.close(read)
        assert (done.stderr, done.returncode) == ("", 0)
        assert "0 added, 0 removed, 0 changed, 0 renamed" in done.stdout

    def test_files_of_a_newer_export_need_it(self) -> None:
        for command in in_turn(["verify", "verify-mcx", "mcx effective", "report"]):
            more = {"mcx effective": ["--user", "ann"], "report": ["-o", "never-written.html"]}.get(command, [])
            done = run(*command.split(), MAIN, "--after-with", AUTHDATA, *more)
            assert done.returncode == 2
            assert "--after-with" in done.stderr


class TestOlderNames:
    """Scripts that call the options by the names that they had before."""

    def test_they_mean_the_same(self) -> None:
        pairs = [
            (["verify", MAIN, "--authdata", AUTHDATA], ["verify", MAIN, "--with", AUTHDATA]),
            (["verify", MAIN, MAIN, "--authdata", AUTHDATA], ["verify", MAIN, MAIN, "--after-with", AUTHDATA]),
            (["verify-passwords", MAIN, MAIN, "--authdata-before", AUTHDATA], ["verify-passwords", MAIN, MAIN, "--with", AUTHDATA]),
            (["diff", MAIN, MAIN, "--before-more", AUTHDATA], ["diff", MAIN, MAIN, "--with", AUTHDATA]),
            (["diff", MAIN, MAIN, "--after-more", AUTHDATA], ["diff", MAIN, MAIN, "--after-with", AUTHDATA]),
            (["references", MAIN, GONE, "--more", AUTHDATA], ["references", MAIN, GONE, "--with", AUTHDATA]),
        ]
        for old, new in in_turn(pairs):
            one, other = run(*old), run(*new)
            assert (one.stdout, one.stderr, one.returncode) == (other.stdout, other.stderr, other.returncode)

    def test_they_are_not_in_the_help(self) -> None:
        for command in in_turn(["verify", "verify-passwords", "verify-mcx", "diff", "references"]):
            assert not {"--authdata", "--more", "--after-more", "--before-more"} & set(run(command, "--help").stdout.split())


def test_a_file_that_is_given_twice_is_refused_under_one_name_and_under_two(tmp_path: Path) -> None:
    export, link = tmp_path / "export.ldif", tmp_path / "link.ldif"
    export.write_text("dn: dc=example,dc=com\nobjectClass: domain\ndc: example\n\n")
    link.symlink_to(export)
    same = odkit("inspect", str(export), "--with", str(export))
    assert (same.returncode, same.stderr) == (2, f"odkit: {export}: is given twice. Give each file once\n")
    two = odkit("inspect", str(export), str(link))
    assert (two.returncode, two.stderr) == (2, f"odkit: {link}: is given twice, also as {export}. Give each file once\n")


def test_a_folder_of_exports_is_told_from_one_of_collect(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    for name in in_turn(("", "a.ldif", "b.ldif.gz")):
        if name:
            (folder / name).write_text("")
        told = {
            0: "Give the file of an export",
            1: f"Give the file itself: {folder}/a.ldif\n",
            2: f"{folder}/a.ldif or another of the 2",
        }
        answer = odkit("inspect", str(folder))
        assert answer.returncode == 2
        assert "is a folder without a MANIFEST: not one that collect.sh has made. " in answer.stderr
        assert told[len(list(folder.iterdir()))] in answer.stderr
