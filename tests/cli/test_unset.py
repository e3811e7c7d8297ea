"""A word that is empty, since a variable of the shell is not set: as a path it would be the folder in which the command is started."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import odkit as odkit_library
from cli.started import EXPORT
from commandline import odkit


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["inspect", ""], "the argument behind inspect"), (["verify", "", EXPORT], "the argument behind verify"), ([""], "the first argument"),
        (["report", EXPORT, "-o", ""], "the value of -o"), (["purge-principals", EXPORT, "--retire="], "the value of --retire"),
    ],
)  # fmt: skip
def test_it_is_refused_and_said_where_it_stands(tmp_path: Path, words: list[str], what: str) -> None:
    (tmp_path / "empty").mkdir()
    done = odkit(*words, cwd=tmp_path / "empty")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"Error: {what} is empty: a variable of the shell may not be set\n"
    assert list((tmp_path / "empty").iterdir()) == []


@pytest.mark.parametrize("call", [odkit_library.open, odkit_library.inspect, odkit_library.read_principals, odkit_library.verify])
def test_in_a_script_it_is_refused_too(call: Callable[[str], object]) -> None:
    with pytest.raises(odkit_library.UsageError, match="a file: the name is empty"):
        call("")
