"""A domain of a million users: read, verified and carried, and what that costs beside a tenth of it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from benchmarks.domain import domain
from benchmarks.measure import PYTHON
from benchmarks.measure import run as measured
from soak.state import State

__all__ = ["run"]

_WORKS = {
    "inspect": ("inspect", "OLD"),
    "every value": ("inspect", "OLD", "--check-values"),
    "verify of two": ("verify", "OLD", "NEW"),
    "carry --to openldap": ("carry", "OLD", "--to", "openldap", "-o", "OUT"),
}


def run(state: State, users: int) -> int:
    """Measure a domain and a tenth of it.

    Args:
        state: whose sums grow.
        users: of the large one; its files take 7 GB for a million.

    Returns:
        0; a command that does not end well ends it with a message.
    """
    for count in (users // 10, users):
        with tempfile.TemporaryDirectory(prefix="odkit-soak-") as folder:
            made = domain(count, Path(folder))
            names = {"OLD": made["export"], "NEW": made["changed"], "OUT": f"{folder}/out"}
            for work, given in _WORKS.items():
                _measured(state, work, count, [names.get(word, word) for word in given])
                shutil.rmtree(names["OUT"], ignore_errors=True)
    return 0


def _measured(state: State, work: str, users: int, words: list[str]) -> None:
    found = measured([PYTHON, "-m", "odkit_cli", *words], folder=Path("/"), keep=False)
    tally = state[f"{work}, {users:,} users"]
    tally.tries += 1
    tally.seconds += found.cpu
    tally.counts["MiB at most"] = max(tally.counts.get("MiB at most", 0), round(found.peak))
    state.save()
    print(f"{work}, {users:,} users: {found.cpu:.1f} s of CPU, {found.peak:.0f} MiB", flush=True)
