"""The build that odkit is measured against: commit b9c9424 of this repository."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.measure import ROOT, Build

__all__ = ["COMMIT", "base_build"]

COMMIT = "b9c9424"


def base_build(folder: Path, given: str | None) -> Build:
    """Return the base, ready to run.

    Args:
        folder: where it is taken out of the repository, once.
        given: a checkout of it that is there already.
    """
    if given is not None:
        return Build(COMMIT, Path(given).resolve()).compile()
    home = folder / COMMIT
    if not (home / "complete").exists():
        home.mkdir(parents=True, exist_ok=True)
        words = ["git", "archive", COMMIT, "odkit", "cli"]
        found = subprocess.run(words, cwd=ROOT, capture_output=True, check=False)
        if found.returncode:
            sys.exit(f"commit {COMMIT} is not in this clone: give a checkout of it with --base DIR")
        subprocess.run(["tar", "-x", "-C", str(home)], input=found.stdout, check=True)
        (home / "complete").touch()
    return Build(COMMIT, home).compile()
