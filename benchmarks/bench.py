"""Measure odkit: against commit b9c9424 and against other programs, in one run.

script/bench --quick       b9c9424 against itself and odkit against it, medians of five: the status is 1 when a row is slower
                           than b9c9424 is against itself (about two minutes)
script/bench               all tables, on exports of 10,000 and 100,000 users and of 1 GB (less than 20 minutes)
script/bench --write-docs  the same, and writes docs/benchmarks.md
script/bench --base DIR    take b9c9424 from a checkout; else it is taken out of this repository
script/bench --users N     make the larger domain smaller, to try the program out
script/bench --fleet       many domains at once: tables, --each, questions, and Spark where it and Java are installed
                           (less than 20 minutes); with --write-docs its section
script/bench --kept        print the figures of b9c9424 at 100,000 users that docs/benchmarks.md keeps (half an hour)
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks import tables, versus
from benchmarks.base import base_build
from benchmarks.carry import to_mit, to_openldap
from benchmarks.domain import company, domain
from benchmarks.fleet import fleet
from benchmarks.measure import NEW, ROOT, Build, Row
from benchmarks.pages import pages
from benchmarks.peers import Peers
from benchmarks.reading import growth, lists, memory, peers_of, ratios
from benchmarks.report import Report
from benchmarks.rows import COMPANY, READING, SMALL_DOMAIN
from benchmarks.spark import spark

LARGE, SMALL, FEW = 100_000, 10_000, 1_000
_ROUNDS = 5
_QUICK = frozenset({"odkit principals", "odkit purge-principals", "odkit mounts", "odkit topology", "odkit init", "odkit runbook"})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write-docs", action="store_true")
    parser.add_argument("--base", metavar="DIR")
    parser.add_argument("--users", type=int, default=LARGE)
    parser.add_argument("--kept", action="store_true")
    parser.add_argument("--fleet", action="store_true")
    given = parser.parse_args()
    if given.write_docs and (given.quick or given.users != LARGE):
        parser.error("--write-docs needs the whole run")
    return given


def quick(report: Report, base: Build, folder: Path) -> int:
    """Tell whether anything is slower than the base; return the exit status."""
    slower: list[str] = []

    def measure(rows: Iterable[Row], inputs: dict[str, str], title: str) -> None:
        slower.extend(versus.against_itself(report, base, tuple(rows), inputs, title, rounds=_ROUNDS))

    measure([versus.VERSION, *READING], domain(SMALL, folder), "10,000 users")
    measure(SMALL_DOMAIN, domain(FEW, folder), "1,000 users")
    with versus.in_company():
        measure((row for row in COMPANY if row.name in _QUICK), company(folder), "120 users")
    print(f"\nslower than {base.name} is against itself: {', '.join(slower) or 'nothing'}")
    return 1 if slower else 0


def full(report: Report, base: Build, folder: Path, users: int) -> None:
    """Measure everything."""
    peers = Peers(ROOT / ".bench")
    small, large = domain(min(SMALL, users), folder), domain(users, folder)
    tables.starting(report, rounds=7)
    versus.over_version(report, folder, rounds=_ROUNDS)
    versus.goals(report, base, small, large, rounds=3, keep=users == LARGE)
    runs = ratios(report, peers_of(peers, large), large, rounds=3)
    growth(report, small, runs, rounds=6)
    memory(report, large, runs, folder)
    lists(report, large, rounds=3)
    pages(report, peers.browser(), large, rounds=3)
    tables.differing(report, peers.ldifdiff, large, rounds=3)
    to_mit(report, small)
    to_openldap(report, large)
    tables.inventories(report, folder)
    tables.trees(report)
    tables.deletions(report, min(users, 1_000), folder)
    tables.rehearsals(report, base, small, folder)


def main() -> int:
    """Run, and return the exit status."""
    given = _arguments()
    start = time.monotonic()
    NEW.compile()
    if given.fleet:
        report = Report()
        with tempfile.TemporaryDirectory(prefix="odkit-bench-") as name:
            fleet(report, Path(name), users=given.users)
            spark(report, Path(name), users=min(FEW, given.users))
        if given.write_docs:
            report.write_fleet((time.monotonic() - start) / 60)
        return 0
    base = base_build(ROOT / ".bench", given.base)
    report = Report()
    with tempfile.TemporaryDirectory(prefix="odkit-bench-") as name:
        if given.kept:
            versus.measure_kept(base, domain(given.users, Path(name)))
            return 0
        status = 0
        if given.quick:
            status = quick(report, base, Path(name))
        else:
            full(report, base, Path(name), given.users)
    minutes = (time.monotonic() - start) / 60
    print(f"\n{minutes:.1f} minutes")
    if given.write_docs:
        report.write(minutes)
    return status


if __name__ == "__main__":
    sys.exit(main())
