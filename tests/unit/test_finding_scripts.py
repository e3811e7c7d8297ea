"""findings/: each script states what it saw in its head, and the table of README.md is made from these heads.

Run as a program, this file writes the table anew. The scripts themselves install packages, so script/findings runs them outside CI.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

import lint
from conftest import each_in_turn

FOLDER = Path(__file__).parents[2] / "findings"
SCRIPTS = sorted(FOLDER.glob("*.sh"))
FIELDS = ("Subject", "Version", "Behaviour", "For a user of odkit", "Date")
TABLE = "| script | subject | version | behaviour | for a user of odkit | date |\n|---|---|---|---|---|---|\n"


def head(script: Path) -> dict[str, str]:
    """The fields of a script's head; "Seen" holds the lines that it has to print."""
    lines = script.read_text().splitlines()
    fields = dict(line[2:].split(": ", 1) for line in lines[1 : 1 + len(FIELDS)])
    seen = lines.index("# Seen:") + 1
    fields["Seen"] = "\n".join(line for line in lines[seen : lines.index("", seen)])
    return fields


def table() -> str:
    """The table of README.md."""
    rows = ""
    for script in SCRIPTS:
        fields = {name: value.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*") for name, value in head(script).items()}
        rows += f"| [{script.stem}]({script.name}) | {' | '.join(fields[name] for name in FIELDS)} |\n"
    return TABLE + rows


def test_the_readme_lists_each_script_as_its_head_says() -> None:
    assert (FOLDER / "README.md").read_text().endswith("\n" + table())


@each_in_turn("script", SCRIPTS)
def test_the_head_is_whole(script: Path) -> None:
    assert script.stat().st_mode & 0o111 == 0o111
    fields = head(script)
    assert tuple(fields) == (*FIELDS, "Seen")
    assert all(fields.values())
    assert re.search(r"\d", fields["Version"])
    assert fields["Behaviour"].endswith(".")
    assert date.fromisoformat(fields["Date"]) >= date(2026, 11, 28)
    assert all(line.startswith("#   ") for line in fields["Seen"].splitlines())
    assert script.read_text().endswith("\n\ncompare observe\n")


def test_no_two_scripts_state_the_same() -> None:
    stated = [head(script)["Seen"] for script in SCRIPTS]
    assert len(set(stated)) == len(stated)


def test_no_script_uses_odkit_or_names_a_host_of_a_registry() -> None:
    for script in (*SCRIPTS, *(FOLDER / "lib").glob("*.sh")):
        commands = "\n".join(line for line in script.read_text().splitlines() if not line.startswith("#"))
        assert "odkit" not in commands, script
        assert not re.search(r"https?://(?!example\.com)", commands), script


def test_packages_are_pinned() -> None:
    for script in (*SCRIPTS, *(FOLDER / "lib").glob("*.sh")):
        text = script.read_text().replace("\\\n", " ")
        for line in re.findall(r"^(?:debian|pypi|npm_packages) (.*)$", text, re.M):
            for package in line.split():
                assert re.fullmatch(r"@?[a-z0-9./-]+(=|==|@)[$0-9a-z][^ ]*", package), (script, package)


SOURCED = re.compile(r"^# shellcheck source=.*\n\. .*\n", re.M)


def together(scripts: Iterable[Path], folder: Path) -> list[Path]:
    """Scripts that source the same files as one, each in a subshell of it: what is sourced is most of what shellcheck would read again."""
    parts: dict[str, list[str]] = {}
    for script in scripts:
        text = script.read_text()
        own = SOURCED.sub("", text).removesuffix("compare observe\n") + "observe\n"
        parts.setdefault("".join(SOURCED.findall(text)), []).append(f"(\n{own})\n")
    made = [folder / f"{number}.sh" for number in range(len(parts))]
    for path, (sourced, those) in zip(made, parts.items(), strict=True):
        path.write_text(f"#!/bin/sh\n{sourced}{''.join(those)}compare :\n")
    return made


def shellcheck(scripts: Iterable[Path]) -> str:
    return lint.shellcheck(scripts, "-x", "-P", "findings", beside=sorted((FOLDER / "lib").glob("*.sh")))


@pytest.mark.whole
def test_shellcheck_finds_nothing(tmp_path: Path) -> None:
    made = together(SCRIPTS, tmp_path)
    assert len(made) < len(SCRIPTS) / 5
    found = shellcheck([*made, FOLDER.parent / "script" / "findings"])
    assert found == "", shellcheck(SCRIPTS)  # which names the script


ONE_OF_THEM = """#!/bin/sh
# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

observe() {
    PLANTED
}

compare observe
"""


@pytest.mark.whole
def test_what_is_wrong_with_one_of_them_is_seen_among_the_others(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    of_the_other = "of_the_other=1"  # a variable that it does not use itself; alone that is SC2034
    one.write_text(
        ONE_OF_THEM.replace(
            "PLANTED", f'{of_the_other}; unused=1; echo $root "$nowhere"; if [[ -n $root ]]; then exit; fi; exit 1; echo never'
        )
    )
    other.write_text(ONE_OF_THEM.replace("PLANTED", 'echo "$of_the_other"'))
    found = shellcheck(together([one, other], tmp_path))
    assert {*re.findall(r"SC\d{4}", found)} >= {"SC2030", "SC2034", "SC2086", "SC2154", "SC2317", "SC3010"}
    other.write_text(ONE_OF_THEM.replace("PLANTED", "of_the_other=2"))
    assert "SC2034" in shellcheck(together([one, other], tmp_path))


if __name__ == "__main__":
    readme = FOLDER / "README.md"
    readme.write_text(readme.read_text().partition(TABLE)[0].rstrip("\n") + "\n\n" + table())
