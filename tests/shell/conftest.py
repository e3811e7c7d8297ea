"""Functions of the shell fragments, each called alone in six shells."""

from __future__ import annotations

import functools
import os
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from conftest import ROOT, needs
from odkit.rehearsal.programs import Answering

LIB = ROOT / "odkit" / "shell" / "lib"
SHELLS = {"dash": ["dash"], "bash": ["bash"], "zsh": ["zsh"], "posh": ["posh"], "busybox": ["busybox", "sh"], "mksh": ["mksh"]}
START = (
    "SELF=x.sh PLAN=1234 TARGET=10.5 STEPS=3 REALM=EX.COM MARK='' REHEARSAL=no LC_ALL=C\nexport LC_ALL\nset -u\nusage() { echo usage; }\n"
)
# each piece in a copy of the shell that has read the fragments, which is as good as one of its own, and made in a fifth of the time
_EACH = '. "$1"; shift; while IFS= read -r piece; do (. "$piece") > "$piece.out" 2> "$piece.err" < /dev/null; echo $?; done'
_MANY = "records.sh"  # which many pieces need: a shell of its own has read it
Call = Callable[..., subprocess.CompletedProcess[str]]
Reading = Callable[[str, bool], Answering]


@pytest.fixture(scope="session")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    """A shell that has read common.sh, and records.sh or not, and runs what is in each file that it is told of."""
    folder = tmp_path_factory.mktemp("fragments")
    with ExitStack() as stack:

        @functools.cache
        def made(name: str, records: bool) -> Answering:
            needs(SHELLS[name][0])
            fragments = ("common.sh", *((_MANY,) if records else ()))
            text = folder / "-".join(fragments)
            text.write_text(START + "".join((LIB / each).read_text() for each in fragments))
            shell = Answering(*SHELLS[name], "-c", _EACH, name, str(text), env=os.environ, cwd=folder)
            stack.callback(shell.close)
            return shell

        yield made


@pytest.fixture(params=SHELLS)
def call(request: pytest.FixtureRequest, reading: Reading, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Call:
    """Run a piece of sh behind common.sh and further fragments, in an empty folder."""
    piece = tmp_path_factory.mktemp("piece") / "piece"

    def run(code: str, *fragments: str, **files: str) -> subprocess.CompletedProcess[str]:
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        further = "".join((LIB / each).read_text() for each in fragments if each != _MANY)
        piece.write_text(f"{further}cd {shlex.quote(str(tmp_path))}\n{code}\n")
        status = reading(request.param, _MANY in fragments).ask(f"{piece}\n".encode(), 60)
        said, complained = (piece.with_name(f"piece.{end}").read_text() for end in ("out", "err"))
        return subprocess.CompletedProcess([*SHELLS[request.param], code], int(status), said, complained)

    return run
