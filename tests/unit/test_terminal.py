"""Programs on a terminal: nothing of what they say is lost, however late it is looked for."""

from __future__ import annotations

import os
import select
from pathlib import Path

import pytest

from odkit.rehearsal.terminal import run_on_terminal


def test_what_a_program_says_just_before_its_end_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine it says that, and ends, while nobody looks."""
    real = select.select
    looks = 0

    def late(*words: object) -> object:
        nonlocal looks
        looks += 1
        if looks > 1:
            return real(*words)  # type: ignore[arg-type]
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        except ChildProcessError:  # its end is known already
            return real(*words)  # type: ignore[arg-type]
        return [], [], []

    monkeypatch.setattr(select, "select", late)
    done = run_on_terminal(["sh", "-c", "echo said"], env=dict(os.environ), password="", cwd=Path("/"))
    assert (done.status, done.output) == (0, "said\n")
    assert looks > 1
