"""Running whole processes, and printing tables."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable


@dataclass
class Run:
    """What one process took: CPU and wall seconds, peak MiB, and what it printed."""

    cpu: float
    wall: float
    peak: float
    printed: str


def run(words: Sequence[str], *, keep: bool = True) -> Run:
    """Run a whole process; what it prints is read only to be kept: a child's peak memory counts from what this process ever weighed."""
    start = time.perf_counter()
    out = subprocess.PIPE if keep else subprocess.DEVNULL
    process = subprocess.Popen(words, stdout=out, stderr=subprocess.DEVNULL, cwd=ROOT, text=True)
    printed = process.stdout.read() if process.stdout is not None else ""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:  # 1: findings, or names that are left to a person
        sys.exit(f"{words}: status {process.returncode}")
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, printed)


class Table:
    """Rows printed as they come, aligned, or in Markdown."""

    def __init__(self, title: str, head: Sequence[str], widths: Sequence[int], *, markdown: bool) -> None:
        self._widths, self._markdown = widths, markdown
        print(f"\n{'**' if markdown else ''}{title}{'**' if markdown else ''}\n")
        self.row(*head)
        if markdown:
            print("|" + "|".join("---" for _ in head) + "|")

    def row(self, *cells: object) -> None:
        """Print a row."""
        texts = [f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in cells]
        if self._markdown:
            print("| " + " | ".join(texts) + " |", flush=True)
        else:
            print("  " + "  ".join(t.ljust(w) for t, w in zip(texts, self._widths, strict=True)).rstrip(), flush=True)
