"""docs/soak.md, made of the sums."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from soak.corpus import ROOT
from soak.state import FOLDER, State, Tally

__all__ = ["write"]

_DOCS = ROOT / "docs" / "soak.md"
_FILES = {"readers": ("reader", "inputs"), "rehearsals": ("fault", "rehearsals"), "large": ("domain", "runs")}
_MARKS = ("<!-- script/soak docs writes from here -->", "<!-- to here -->")


def write(folder: Path = FOLDER, docs: Path = _DOCS) -> None:
    """Write the sums of a folder between the marks of docs/soak.md."""
    before, rest = docs.read_text().split(_MARKS[0])
    after = rest.split(_MARKS[1])[1]
    docs.write_text(f"{before}{_MARKS[0]}\n\n{_tables(folder)}\n{_MARKS[1]}{after}")


def _tables(folder: Path) -> str:
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    lines = [f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {system}, Python {platform.python_version()}.", ""]
    for name, (what, unit) in _FILES.items():
        tallies = State(folder / f"{name}.json").tallies
        if tallies:
            lines += [f"| {what} | {unit} | seconds of CPU | failures | what came out |", "| --- | ---: | ---: | ---: | --- |"]
            lines += [_row(title, each) for title, each in tallies.items()]
            lines += [_row("in all", _sum(tallies.values())), ""] if name != "large" else [""]
    return "\n".join(lines)


def _row(title: str, tally: Tally) -> str:
    came = ", ".join(f"{name}: {count:,}" for name, count in sorted(tally.counts.items()))
    return f"| {title} | {tally.tries:,} | {tally.seconds:,.0f} | {len(tally.failures)} | {came} |"


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for each in tallies:
        total.tries += each.tries
        total.seconds += each.seconds
        total.failures |= {f"{len(total.failures)} {seed}": what for seed, what in each.failures.items()}
    return total
