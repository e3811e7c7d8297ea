"""What a person does wrong the first time is answered with what is wrong and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.started import EXPORT
from commandline import odkit
from conftest import MART

LIST = str(MART / "leftover" / "listprincs.txt")


class TestCommands:
    @pytest.mark.parametrize("words", [(), ("mcx",), ("lkdc",)])
    def test_the_list_of_commands_cuts_no_sentence(self, words: tuple[str, ...]) -> None:
        text = odkit(*words, "--help").stdout
        assert "..." not in text.split("Commands:")[1]

    def test_a_kind_that_is_none_is_answered_with_the_kinds_once(self) -> None:
        said = odkit("list", "user", EXPORT).stderr
        assert (said.count("'policies'"), "KIND" in said, "|" in said) == (1, True, False)

    def test_a_carry_without_its_target_is_answered_with_the_targets(self) -> None:
        done = odkit("carry", EXPORT)
        assert (done.returncode, "freeipa" in done.stderr) == (2, True)


class TestFiles:
    @pytest.mark.parametrize("command", ["inspect", "purge-principals", "report", "verify"])
    def test_a_list_of_principals_beside_the_export_is_called_what_it_is(self, command: str, tmp_path: Path) -> None:
        """Not damage: 'export again' would send the reader to the server for nothing."""
        output = ["-o", str(tmp_path / "x.html")] if command == "report" else []
        done = odkit(command, EXPORT, LIST, *output)
        assert done.returncode == 2
        assert f"{LIST}: holds no entry: this is a list of kadmin.local; odkit principals and --principals read it" in done.stderr

    @pytest.mark.parametrize(
        ("command", "name", "what"), [("show", "Users/aabbott0", "record"), ("references", "xserve-hq1.example.com", "host")]
    )
    def test_an_export_and_a_name_in_the_wrong_order_are_answered_with_the_line_to_type(self, command: str, name: str, what: str) -> None:
        done = odkit(command, name, EXPORT)
        assert done.returncode == 2
        assert f"the export comes first, then the {what}: odkit {command} {EXPORT} {name}" in " ".join(done.stderr.split())
        assert "cannot be opened" in odkit(command, "no-such-file.ldif", name).stderr

    @pytest.mark.parametrize("output", ["no/such", "file"])
    def test_a_folder_that_cannot_be_written_is_answered_with_what_to_do(self, output: str, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        done = odkit("mcx", "profiles", EXPORT, "-o", str(tmp_path / output))
        assert (done.returncode, "; give " in done.stderr) == (2, True)


def test_a_plan_says_once_why_a_host_is_in_doubt_and_how_to_decide() -> None:
    lines = odkit("purge-principals", EXPORT, "--principals", LIST).stdout.splitlines()
    assert len([line for line in lines if line.startswith("    xserve-dart1.medicalmart.example.com needs a decision: ")]) == 1
    assert len([line for line in lines if line.startswith("  ") and "/xserve-dart1.medicalmart.example.com@" in line]) == 13
    hint = "  What is in review or unknown is kept: plan again with --retire HOST for each that is gone, --keep HOST for what stays."
    assert lines.count(hint) == 1
