"""Measure the job of docs/examples/spark_tables.py: what Spark takes over the work of odkit, by number and size of the exports."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.measure import NEW, PYTHON, ROOT, Row
from benchmarks.report import Report
from benchmarks.watch import Watched, watched

__all__ = ["spark"]

_JOB = ROOT / "docs" / "examples" / "spark_tables.py"
_SIZES = ((1, 4), (1, 16), (10, 1), (10, 4))  # users over the smaller number, exports
_HEAP = "1g"
_SETTINGS = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.driver.host": "127.0.0.1"}
_ALONE = 2  # exports that odkit writes alone: the one that is generated, and a copy


@dataclass(frozen=True, slots=True)
class _Portion:
    """A portion, and what its job took."""

    count: int
    megabytes: float
    own: float
    found: Watched
    written: float

    @property
    def added(self) -> float:
        """CPU seconds over those of odkit."""
        return self.found.cpu - self.own


def spark(report: Report, folder: Path, *, users: int) -> None:
    """Measure portions of several sizes, on two cores; findings included.

    Args:
        report: takes the tables.
        folder: for exports and tables.
        users: of the smaller exports; the larger ones have ten times as many.
    """
    missing = [name for name in ("pyspark", "pyarrow") if find_spec(name) is None] + ["java"] * (shutil.which("java") is None)
    if missing:
        print(f"\nSpark is not measured: missing: {', '.join(missing)}; script/setup-tests --targets installs them")
        return
    title = "Spark: docs/examples/spark_tables.py, local[2], findings included"
    head = (
        "exports",
        "users of each",
        "LDIF MB",
        "CPU s",
        "of it Java",
        "odkit alone",
        "wall s",
        "MiB of Java",
        "of a worker",
        "MB of rows",
        "MB written",
    )
    table, found = report.table(title, *head), []
    for times, count in _SIZES:
        each = _measured(folder / f"spark{times}x{count}", users * times, count)
        seen = each.found
        size, rows = round(each.megabytes), round(seen.disk)
        table.row(
            count,
            f"{users * times:,}",
            size,
            seen.cpu,
            seen.java,
            each.own,
            seen.wall,
            round(seen.java_peak),
            round(seen.worker_peak),
            rows,
            each.written,
        )
        found.append(each)
    session, of_export, of_megabyte = _fitted(found)
    table = report.table("Spark over odkit's own CPU, fitted to these", "part", "CPU s")
    table.row("a session", session)
    table.row("an export", of_export)
    table.row("a MB of LDIF", of_megabyte)


def _measured(folder: Path, users: int, count: int) -> _Portion:
    given, rows, tables, alone = (folder / name for name in ("exports", "rows", "tables", "alone"))
    for each in (given, rows):
        each.mkdir(parents=True)
    subprocess.run([PYTHON, "fixtures/generate.py", "export", str(users), str(given / "0.ldif")], check=True, cwd=ROOT)
    subprocess.run([PYTHON, "-m", "benchmarks.copies", "exports", str(given), str(count)], check=True, cwd=ROOT)
    paths = sorted(given.glob("*.ldif"))
    settings = " ".join(f"--conf {name}={value}" for name, value in _SETTINGS.items())
    environment = NEW.environment | {
        "PYSPARK_SUBMIT_ARGS": f"--master local[2] --driver-memory {_HEAP} {settings} pyspark-shell",
        "PYSPARK_PYTHON": PYTHON,
        "SPARK_LOCAL_DIRS": str(rows),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    found = watched(rows, [PYTHON, str(_JOB), str(given), str(tables)], environment)
    if found.status != 0:
        sys.exit(f"{_JOB}: {count} exports of {users} users: status {found.status}")
    own = [NEW.run(Row("", f"-q tables {path} -o {alone}"), {}).cpu for path in paths[:_ALONE]]
    portion = _Portion(count, _megabytes(paths), own[0] + own[-1] * (count - 1), found, _megabytes(tables.rglob("*.parquet")))
    shutil.rmtree(folder)
    return portion


def _megabytes(paths: Iterable[Path]) -> float:
    return sum(path.stat().st_size for path in paths) / 1e6


def _fitted(portions: Sequence[_Portion]) -> list[float]:
    """Return what Spark adds by session, by export and by MB, so that the squares of what is left are least."""
    rows = [((1.0, each.count, each.megabytes), each.added) for each in portions]
    return _solved(
        [[sum(row[i] * row[j] for row, _ in rows) for j in range(3)] + [sum(row[i] * added for row, added in rows)] for i in range(3)]
    )


def _solved(equations: list[list[float]]) -> list[float]:
    """Return the unknowns of linear equations, by elimination."""
    for place, pivot in enumerate(equations):
        pivot[:] = [each / pivot[place] for each in pivot]
        for other in equations:
            if other is not pivot:
                other[:] = [a - b * other[place] for a, b in zip(other, list(pivot), strict=True)]
    return [each[-1] for each in equations]
