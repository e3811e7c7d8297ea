"""Functions of the shell fragments, each called alone in six shells."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, needs

LIB = ROOT / "odkit" / "shell" / "lib"
SHELLS = {"dash": ["dash"], "bash": ["bash"], "zsh": ["zsh"], "posh": ["posh"], "busybox": ["busybox", "sh"], "mksh": ["mksh"]}
START = (
    "SELF=x.sh PLAN=1234 TARGET=10.5 STEPS=3 REALM=EX.COM MARK='' REHEARSAL=no LC_ALL=C\nexport LC_ALL\nset -u\nusage() { echo usage; }\n"
)
Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(params=SHELLS)
def call(request: pytest.FixtureRequest, tmp_path: Path) -> Call:
    """Source fragments behind common.sh and run a piece of sh, in an empty folder."""
    shell = SHELLS[request.param]
    needs(shell[0])

    def run(code: str, *fragments: str, **files: str) -> subprocess.CompletedProcess[str]:
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        text = "".join((LIB / name).read_text() for name in ("common.sh", *fragments))
        return subprocess.run(
            [*shell, "-c", f"{START}{text}\n{code}"], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60
        )

    return run
