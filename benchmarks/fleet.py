"""Measure many domains at once: their tables, `--each`, and the ready questions."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import NEW, PYTHON, ROOT, Row, Run
from benchmarks.report import Report
from benchmarks.rows import READ

__all__ = ["fleet"]

_BARE = Row("every value", "{export}", READ)
_SMALLER = 10  # times: the domains of the tables and questions, beside those of --each
_MANY, _EACH, _JOBS = 10, 8, 2  # exports of which tables are made, exports of --each, and its processes
_ALONE = 2  # single runs that are measured: all exports of --each are of one size
_ASKED = 100
_QUESTION = Row(
    "",
    "{tables} {question}",
    """
import odkit, sys, time
from odkit.asking import all_questions
folder, name = sys.argv[1:]
given = {"host": "xserve-hq1.medicalmart.example.com", "record": "root"}
own = {each.name: given[each.name] for each in all_questions()[name].parameters if each.name in given}
start = time.perf_counter()
rows = odkit.ask(folder, name, **own).rows
print(time.perf_counter() - start, len(rows))
""",
)


def _exports(folder: Path, count: int, users: int) -> list[Path]:
    """Write exports of as many domains: one that is generated, and copies with another name of the domain."""
    folder.mkdir()
    words = [PYTHON, "fixtures/generate.py", "export", str(users), str(folder / "0.ldif")]
    subprocess.run(words, check=True, cwd=ROOT)
    _copies("exports", folder, count).wait()
    return sorted(folder.glob("*.ldif"), key=lambda path: int(path.stem))


def _copies(what: str, folder: Path, count: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([PYTHON, "-m", "benchmarks.copies", what, str(folder), str(count)], cwd=ROOT)


def _odkit(*words: str | Path) -> Run:
    return NEW.run(Row("", " ".join(map(str, words))), {})


def fleet(report: Report, folder: Path, *, users: int) -> None:
    """Measure everything.

    Args:
        report: takes the tables.
        folder: for exports and tables.
        users: of an export of `--each`; those of tables and questions have a tenth.
    """
    paths = _exports(folder / "many", _MANY, users // _SMALLER)
    _tables(report, folder, paths, users // _SMALLER)
    _questions(report, folder, paths[0], users // _SMALLER)
    shutil.rmtree(folder / "many")
    _each(report, folder, users)


def _tables(report: Report, folder: Path, paths: Sequence[Path], users: int) -> None:
    bare = sum(NEW.run(_BARE, {"export": str(path)}).cpu for path in paths)
    out = folder / "all"
    whole = [_odkit("-q", "tables", "--no-findings", path, "-o", out) for path in paths]
    size = sum(path.stat().st_size for path in out.rglob("*.parquet")) / sum(path.stat().st_size for path in paths)
    table = report.table(f"Tables of {len(paths)} exports of {users:,} users, without findings", "work", "measured", "must be")
    table.row("CPU over a bare read of every value", sum(each.cpu for each in whole) / bare, "<= 8")
    table.row("size over that of the LDIF", size, "<= 0.3")
    table.row("MiB of a job", round(max(each.peak for each in whole)), "<= 256")
    shutil.rmtree(out)


def _questions(report: Report, folder: Path, export: Path, users: int) -> None:
    domains, dates = folder / "domains", folder / "dates"
    making = []
    for out in (domains, dates):
        _odkit("-q", "tables", "--no-findings", export, "-o", out)
        making.append(_copies(out.name, out, _ASKED))
    if any(each.wait() for each in making):
        sys.exit("benchmarks.copies: tables cannot be copied")
    copied = "whose tables are copies of one with other names and GUIDs (changes: other dates)"
    title = f"Questions to {_ASKED} exports of {users:,} users, {copied}, wall"
    table = report.table(title, "work", "s", "CPU s", "MiB", "rows", "must be")
    for name in _names():
        found = NEW.run(_QUESTION, {"tables": str(dates if name == "changes" else domains), "question": name})
        seconds, rows = found.printed.split()
        table.row(f"odkit ask {name}", float(seconds), found.cpu, round(found.peak), int(rows), "< 10")
    for out in (domains, dates):
        shutil.rmtree(out)


def _names() -> Sequence[str]:
    from odkit.asking import all_questions

    return list(all_questions())


def _each(report: Report, folder: Path, users: int) -> None:
    paths = _exports(folder / "large", _EACH, users)
    title = f"--each --jobs {_JOBS}, {_EACH} exports of {users:,} users, over {_EACH} single runs, reckoned from {_ALONE}"
    table = report.table(title, "work", "CPU", "must be", "wall", "must be", "MiB")
    for words in (("inspect",), ("verify",), ("tables", "--no-findings")):
        alone, out = [], folder / "out"
        for path in paths[:_ALONE]:
            alone.append(_odkit("-q", *words, path, *(("-o", out) if words[0] == "tables" else ())))
        shutil.rmtree(out, ignore_errors=True)
        many = _odkit("-q", *words, "--each", "--jobs", str(_JOBS), *paths, *(("-o", out) if words[0] == "tables" else ()))
        shutil.rmtree(out, ignore_errors=True)
        cpu, wall = (sum(each) / _ALONE * _EACH for each in zip(*((run.cpu, run.wall) for run in alone), strict=True))
        table.row(f"odkit {words[0]}", many.cpu / cpu, "<= 1.1", many.wall / wall, "<= 0.6", round(many.peak))
