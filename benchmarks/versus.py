"""Measure odkit against the base, commit b9c9424, in one run: whether anything is slower, and the goals that were set."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, chdir
from pathlib import Path

from benchmarks.domain import MART, company
from benchmarks.measure import NEW, Build, Row, Run, middle
from benchmarks.report import DOCS, Report
from benchmarks.rows import COMPANY, OVER_VERSION, VERSUS_BASE

__all__ = ["VERSION", "against_itself", "goals", "in_company", "kept", "measure_kept", "over_version"]

_INSPECT = Row("odkit inspect", "inspect {export}")
_ALL = Row("odkit references EXPORT --all", "references {export} --all")
VERSION = Row("odkit --version", "--version")


def _run(build: Build, row: Row, inputs: Mapping[str, str]) -> Run:
    """Run a row; what an earlier run wrote is removed first."""
    out = Path(inputs["out"])
    if out.is_dir():
        shutil.rmtree(out)
    else:
        out.unlink(missing_ok=True)
    return build.run(row, inputs)


def against_itself(report: Report, base: Build, rows: Sequence[Row], inputs: Mapping[str, str], title: str, *, rounds: int) -> list[str]:
    """Run the base twice and odkit once, in turn.

    Returns:
        Names of the rows that are slower: whose median over the base is larger than what the base ever is over itself.
    """
    table = report.table(f"{title}, CPU, {rounds} rounds", "work", "base s", "odkit s", "base/base", "odkit/base", "verdict")
    slower: list[str] = []
    for row in rows:
        took = [[row.value(_run(build, row, inputs)) for build in (base, NEW, base)] for _ in range(rounds)]
        itself = [max(first, last) / min(first, last) for first, _, last in took]
        over = middle([new / ((first + last) / 2) for first, new, last in took])
        if over > max(itself):
            slower.append(row.name)
        verdict = "slower" if over > max(itself) else "no slower"
        spread = f"{middle(itself):.3f} to {max(itself):.3f}"
        times = middle([each for first, _, last in took for each in (first, last)]), middle([new for _, new, _ in took])
        table.row(row.name, *times, spread, f"{over:.3f}", verdict)
    return slower


def over_version(report: Report, folder: Path, *, rounds: int) -> None:
    """Measure every command that starts no server on the company of 120 users, over ``odkit --version`` beside it."""
    table = report.table(f"Commands on 120 users, {rounds} rounds", "work", "wall s", "over --version", "CPU over it", "must be")
    inputs = company(folder)
    worst = ("", 0.0)
    with in_company():
        for row in COMPANY:
            took = [(_run(NEW, VERSION, inputs), _run(NEW, row, inputs)) for _ in range(rounds)]
            wall = middle([mine.wall / version.wall for version, mine in took])
            cpu = middle([mine.cpu / version.cpu for version, mine in took])
            goal = row.goal or OVER_VERSION
            worst = max(worst, (row.name, wall / goal), key=lambda each: each[1])
            table.row(row.name, middle([mine.wall for _, mine in took]), wall, cpu, f"<= {goal}")
    report.summary(
        "any command on 120 users over `--version`, wall", f"at most {worst[1]:.2f} of the limit ({worst[0]})", "<= 4, runbook 6"
    )


def in_company() -> AbstractContextManager[None]:
    """Run in the folder of the company, where its odkit.toml is."""
    return chdir(MART)


def goals(report: Report, base: Build, small: Mapping[str, str], large: Mapping[str, str], *, rounds: int, keep: bool) -> None:
    """Compare with the base at 10,000 users, beside it, and at 100,000 with what docs/benchmarks.md keeps of it.

    Args:
        report: takes the tables.
        base: the build.
        small: inputs of a domain of 10,000 users.
        large: inputs of a domain of 100,000 users.
        rounds: at 10,000 users.
        keep: whether the large domain is the one that the kept figures are of.
    """
    table = report.table(
        f"Against {base.name} beside it, 10,000 users, CPU, {rounds} rounds", "work", "base s", "odkit s", "ratio", "must be"
    )
    for row in VERSUS_BASE:
        took = [(_run(base, row, small).cpu, _run(NEW, row, small).cpu) for _ in range(rounds)]
        ratio = middle([new / old for old, new in took])
        table.row(row.name, middle([old for old, _ in took]), middle([new for _, new in took]), ratio, _share(row))
    _large(report, base, large, kept() if keep else {})
    _all_hosts(report, small, large)


def _share(row: Row) -> str:
    return f"<= 1/{1 / row.goal:.0f}" if row.goal is not None else ""


def _large(report: Report, base: Build, large: Mapping[str, str], known: Mapping[str, float]) -> None:
    """Run odkit at 100,000 users; the base's times are the kept ones, scaled by what its inspect takes now over what it took then."""
    beside = middle([_run(base, _INSPECT, large).cpu for _ in range(3)])
    scale = beside / known[_INSPECT.name] if _INSPECT.name in known else 1.0
    users = int(Path(large["export"]).stem)
    title = f"Against {base.name} at {users:,} users, CPU; the base's times are the kept ones times {scale:.2f}, the ratio of its inspect"
    table = report.table(title, "work", "base s", "odkit s", "ratio", "must be", "odkit MiB", "must be MiB")
    for row in VERSUS_BASE:
        new = _run(NEW, row, large)
        old = known[row.name] * scale if row.name in known else None
        ratio = new.cpu / old if old is not None else None
        table.row(
            row.name, "-" if old is None else old, new.cpu, "-" if ratio is None else ratio, _share(row), round(new.peak), row.memory or ""
        )
        if ratio is not None:
            report.summary(f"`{row.name}`, 100,000 users, over {base.name}, CPU", f"{ratio:.3f}, {new.peak:.0f} MiB", _share(row))


def _all_hosts(report: Report, small: Mapping[str, str], large: Mapping[str, str]) -> None:
    """Measure ``references --all``: at 100,000 users over inspect beside it, and over its own time at 10,000."""
    inspect, whole = _run(NEW, _INSPECT, large).cpu, _run(NEW, _ALL, large).cpu
    tenth = middle([_run(NEW, _ALL, small).cpu for _ in range(3)])
    table = report.table(f"{_ALL.name}, CPU", "work", "s", "times", "must be")
    table.row("100,000 users over inspect beside it", whole, whole / inspect, "<= 5")
    table.row("100,000 users over 10,000", tenth, whole / tenth, "<= 11")
    report.summary(f"`{_ALL.name}`, 100,000 users, over `inspect` beside it, CPU", f"{whole / inspect:.1f}", "<= 5")


def kept() -> dict[str, float]:
    """Return the base's CPU seconds at 100,000 users that docs/benchmarks.md keeps, by row."""
    _, _, text = DOCS.read_text("utf-8").partition("## Kept figures")
    return {match[1]: float(match[2]) for match in re.finditer(r"(?m)^\| ([^|]+) \| ([0-9.]+) \|", text.partition("\n## ")[0])}


def measure_kept(base: Build, large: Mapping[str, str]) -> None:
    """Print the base's figures at 100,000 users as docs/benchmarks.md keeps them: that takes half an hour, and is done once."""
    for row in (_INSPECT, *VERSUS_BASE):
        found = _run(base, row, large)
        print(f"| {row.name} | {found.cpu:.1f} | {found.peak:.0f} |", flush=True)
