"""Measure `odkit report`: what the page of a domain costs to make, how large it is, and how soon a reader can use it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measure import NEW, middle, run
from benchmarks.report import Report
from benchmarks.rows import PURGE_OF_TWO, REPORTS, VERIFY

__all__ = ["pages"]

_MEGABYTES = 25
_USABLE = 3.0  # seconds


def pages(report: Report, browser: Sequence[str], inputs: Mapping[str, str], *, rounds: int) -> None:
    """Measure pages of one export, and of two with a plan, in seconds of CPU; the second one is opened in a browser.

    Args:
        report: takes the tables.
        browser: a command that opens a page and prints how long it took (`benchmarks.peers`).
        inputs: of the domain.
        rounds: of the browser.
    """
    users = f"{int(Path(inputs['export']).stem):,} users"
    beside = NEW.run(VERIFY, inputs).cpu + NEW.run(PURGE_OF_TWO, inputs).cpu
    head = ("work", "odkit s", "odkit MiB", "must be MiB", "MB", "must be MB", "over verify + purge", "must be")
    table = report.table(f"Pages of {users}, CPU", *head)
    out = Path(inputs["out"])
    for row in REPORTS:
        out.unlink(missing_ok=True)
        made, size = NEW.run(row, inputs), out.stat().st_size / 1e6
        times = (made.cpu / beside, f"<= {row.goal:g}") if row.goal is not None else ("", "")
        table.row(row.name, made.cpu, round(made.peak), f"<= {row.memory}", f"{size:.1f}", f"< {_MEGABYTES}", *times)
        limits = f"<= {row.memory} MiB, < {_MEGABYTES} MB"
        report.summary(f"`{row.name}`, {users}: memory, size", f"{made.peak:.0f} MiB, {size:.1f} MB", limits)
    page = out.replace(out.with_suffix(".html"))  # by its name a browser knows that it is a page
    took = [json.loads(run([*browser, str(page), inputs["user"]]).printed) for _ in range(rounds)]
    table = report.table(f"The page of {users} in Chromium, wall from opening it, {rounds} rounds", "work", "s", "must be")
    for name, what in (("searched", "a user is found"), ("filtered", "and the findings are filtered")):
        table.row(what, middle([each[name] for each in took]), f"<= {_USABLE:g}")
    searched = middle([each["searched"] for each in took])
    report.summary(f"the page of {users} usable, from opening it in Chromium, wall", f"{searched:.1f} s", f"<= {_USABLE:g} s")
    page.unlink()
