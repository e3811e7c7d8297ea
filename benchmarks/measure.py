"""Run whole processes of a build of odkit, or of another program, and take their CPU seconds, wall seconds and peak memory."""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["NEW", "PYTHON", "ROOT", "Build", "Row", "Run", "inputs_of", "middle", "run"]

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
_CLI = "import sys; from odkit_cli import main; main(sys.argv[1:])"


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took: CPU and wall seconds, peak MiB, and what it printed."""

    cpu: float
    wall: float
    peak: float
    printed: str


@dataclass(frozen=True, slots=True)
class Row:
    """One piece of work that is measured.

    Attributes:
        name: as the tables have it.
        words: of odkit's command line, with ``{export}`` and the like for inputs; of the program where there is one.
        code: a Python program instead of the command line.
        goal: the most that it may take; of what, the table says.
        memory: the most MiB that it may take.
        printed: the program prints the CPU seconds of a phase itself.
    """

    name: str
    words: str
    code: str = _CLI
    goal: float | None = None
    memory: int | None = None
    printed: bool = False

    def value(self, found: Run) -> float:
        """Return the CPU seconds that count."""
        return float(found.printed) if self.printed else found.cpu


@dataclass(frozen=True, slots=True)
class Build:
    """A checkout of odkit.  All builds run in one Python with the same dependencies, and with bytecode that was compiled before."""

    name: str
    root: Path

    def compile(self) -> Build:
        """Compile its modules and return it."""
        for folder in ("odkit", "cli"):
            if not compileall.compile_dir(self.root / folder, quiet=1):
                sys.exit(f"{self.root / folder}: cannot be compiled")
        return self

    def run(self, row: Row, inputs: Mapping[str, str]) -> Run:
        """Run a row in a new process."""
        return run([PYTHON, "-P", "-c", row.code, *(word.format_map(inputs) for word in row.words.split())], build=self)

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which Python finds this build, and no other that is installed; it keeps what it compiles, templates too."""
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return kept | {"PYTHONPATH": f"{self.root}:{self.root / 'cli'}"}


NEW = Build("odkit", ROOT)


def run(words: Sequence[str], *, build: Build = NEW, folder: Path | None = None, keep: bool = True) -> Run:
    """Run a whole process.

    Args:
        words: the program and its arguments.
        build: whose odkit it finds.
        folder: in which it runs.
        keep: read what it prints; else it goes nowhere: a child's peak memory counts from what this process ever weighed.
    """
    start = time.perf_counter()
    out = subprocess.PIPE if keep else subprocess.DEVNULL
    process = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL, cwd=folder, env=build.environment, text=True
    )
    printed = process.stdout.read() if process.stdout is not None else ""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:  # 1: findings, or names that are left to a person
        sys.exit(f"{build.name}: {' '.join(words)[:300]}: status {process.returncode}")
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, printed)


def middle(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def inputs_of(**paths: Path | str) -> dict[str, str]:
    """Return the inputs of rows by name."""
    return {name: str(path) for name, path in paths.items()}
