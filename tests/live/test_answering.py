"""A program that is asked line by line."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from odkit.errors import LiveError
from odkit.rehearsal.programs import Answering

pytestmark = pytest.mark.live


@contextlib.contextmanager
def asked(folder: Path, script: str) -> Iterator[Answering]:
    program = Answering("/bin/sh", "-c", script, env=os.environ, cwd=folder)
    try:
        yield program
    finally:
        program.close()


def test_each_line_has_its_answer_however_long_it_is(tmp_path: Path) -> None:
    with asked(tmp_path, "exec cat") as program:
        assert program.ask(b"one\n", 60) == b"one\n"
    with asked(tmp_path, 'while read -r line; do echo "${#line}"; done') as program:
        assert [program.ask(b"x" * length + b"\n", 60) for length in (1, 300_000, 2)] == [b"1\n", b"300000\n", b"2\n"]


def test_one_that_ends_or_does_not_answer_is_told(tmp_path: Path) -> None:
    with asked(tmp_path, "read -r line; echo part; echo 'no keytab' >&2; exit 2") as program:
        assert program.ask(b"x\n", 60) == b"part\n"
        with pytest.raises(LiveError, match=r"^/bin/sh ends with 2: no keytab$"):
            program.ask(b"x\n", 60)
    silent = asked(tmp_path, "read -r line; printf part; exec sleep 60")
    with silent as program, pytest.raises(LiveError, match=r"^/bin/sh does not answer within 0\.2 seconds$"):
        program.ask(b"x\n", 0.2)
    with pytest.raises(LiveError, match="No such file or directory"):
        Answering("/nonexistent", env={}, cwd=tmp_path)
