"""Tables on a terminal fit its width; in a pipe every cell is whole."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import sys
import termios
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import MART
from odkit_cli.main import run
from odkit_cli.screen import fitted

EXPORT = str(MART / "leftover" / "export.ldif")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")


def started_on_terminal(columns: int, *words: str) -> list[str]:
    """Start odkit on a terminal of its own, of so many columns, and return the lines that it prints."""
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        # not execv: readline puts the columns into the environment behind Python's back
        os.execve(sys.executable, [sys.executable, "-m", "odkit_cli", *words], dict(os.environ))
    found = _printed(terminal)
    os.waitpid(child, 0)
    return found


def on_terminal(columns: int, *words: str) -> list[str]:
    """Run odkit on a terminal, in this process, and return the lines that it prints."""
    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with ThreadPoolExecutor(1) as beside, pytest.MonkeyPatch.context() as patch:
        printed = beside.submit(_printed, terminal)
        with os.fdopen(end, "r+b", buffering=0) as device, io.TextIOWrapper(device, "utf-8", line_buffering=True) as screen:
            for name in ("stdout", "stderr", "__stdout__"):
                patch.setattr(sys, name, screen)
            run(list(words))
        return printed.result(300)


def _printed(terminal: int) -> list[str]:
    """Return the lines that are printed on a terminal until nobody has it open any more."""
    found = b""
    while True:
        try:
            piece = os.read(terminal, 1 << 16)
        except OSError:  # Linux tells so that the other end is closed
            break
        if not piece:
            break
        found += piece
    os.close(terminal)
    return found.decode().replace("\r\n", "\n").rstrip("\n").split("\n")


@pytest.mark.parametrize("columns", [60, 100, 200])
def test_a_list_fits_and_says_which_columns_do_not(columns: int) -> None:
    lines = on_terminal(columns, "list", "users", EXPORT)
    table = lines[: next(n for n, line in enumerate(lines) if line.startswith(("Not on this screen", "1")) and "row" in "".join(lines[n:]))]
    assert table[0].startswith("NAME")
    assert max(map(len, table)) <= columns
    assert max(map(len, lines)) <= columns
    shown, rest = table[0].split("  "), " ".join(" ".join(lines[len(table) :]).split())
    hidden = "Not on this screen: " in rest
    assert ("MANAGED" in shown[-1]) == (not hidden)
    assert not hidden or ("managed" in rest and "Choose with --columns." in rest)


@pytest.mark.whole
def test_a_record_is_folded_and_loses_nothing() -> None:
    wide, narrow = ("".join(" ".join(on_terminal(columns, "show", EXPORT, "Users/cjansen5")).split()) for columns in (400, 70))
    lines = on_terminal(70, "show", EXPORT, "Users/cjansen5")
    assert max(len(line) for line in lines[3:]) <= 70
    assert sorted(wide) == sorted(narrow)


@pytest.mark.whole
@pytest.mark.parametrize(
    "words",
    [
        ["verify", EXPORT, "--all"],
        ["purge-principals", EXPORT, "--retire", "xserve-hq1.medicalmart.example.com"],
    ],
    ids=lambda words: words[0],
)
def test_what_is_said_fits_and_loses_nothing(words: list[str]) -> None:
    narrow, wide = on_terminal(72, *words), on_terminal(2000, *words)
    assert narrow == started_on_terminal(72, *words)
    assert [line for line in narrow if len(line) > 72 and " " in line.strip()] == []
    assert " ".join(" ".join(narrow).split()) == " ".join(" ".join(wide).split())
    assert max(map(len, wide)) > 72, "there is something to fold"


def test_a_pipe_gets_every_cell_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = [sys.executable, "-m", "odkit_cli", "list", "users", EXPORT]
    status = os.spawnle(os.P_WAIT, "/bin/sh", "sh", "-c", 'exec "$@" > "$0" 2>&1', str(out), *words, os.environ | {"COLUMNS": "60"})
    text = out.read_text()
    assert status == 0
    assert "…" not in text
    assert "Not on this screen" not in text
    assert text.split("\n", 1)[0].endswith("MANAGED")


@pytest.mark.parametrize(
    ("widths", "room", "least", "found"),
    [
        ([4, 6], 12, [2, 2], [4, 6]),
        ([4, 40], 22, [2, 2], [4, 16]),
        ([30, 30], 41, [2, 2], [20, 19]),
        ([30, 30], 10, [8, 6], [8, 6]),
        ([5], 3, [4], [4]),
    ],
)
def test_the_widest_columns_are_narrowed_first(widths: list[int], room: int, least: list[int], found: list[int]) -> None:
    assert fitted(widths, room, least) == found
