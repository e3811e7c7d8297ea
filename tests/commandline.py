"""The command line in this process: the same words, streams and statuses as a process has, without the start of one.

A test starts a process of its own only where the process is the point: signals, closed or broken streams, a terminal, the start.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner

from conftest import ROOT
from odkit_cli.main import run

__all__ = ["odkit"]

_JSON = '{\n  "schema": "odkit/'


def odkit(
    *words: str, data: bytes | None = b"", env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run ``odkit WORDS``.  JSON that it writes is held against its schema, unless it is long.

    Args:
        words: those behind the program's name.
        data: what is piped in; None for /dev/null, which is nothing to a command.
        env: variables over those of this process.
        cwd: folder in which it runs.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(cwd))
        out, err, _both = stack.enter_context(CliRunner().isolation(input=data or b"", env=env))
        if data is None:
            sys.stdin = stack.enter_context(Path(os.devnull).open())
        status = run(list(words))
        sys.stdout.flush()
        sys.stderr.flush()
        written = out.getvalue().decode()
        if written.startswith(_JSON) and len(written) < 50_000:
            from schemas import loaded  # by few tests

            loaded(written)
        return subprocess.CompletedProcess(words, status, written, err.getvalue().decode())
