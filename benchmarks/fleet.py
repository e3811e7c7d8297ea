"""Measure many domains at once: their tables, `--each`, and the ready questions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.measure import NEW, PYTHON, ROOT, Row, Run, run
from benchmarks.report import Report
from benchmarks.rows import READ

__all__ = ["fleet"]

_BARE = Row("every value", "{export}", READ)
_MANY, _USERS, _JOBS = 10, 10_000, 2
_ASKED, _ASKED_USERS = 100, 1_000
_QUESTION = """
import odkit, sys, time
from odkit.asking import all_questions
given = {"host": "xserve-hq1.medicalmart.example.com", "record": "root"}
for name, question in all_questions().items():
    own = {each.name: given[each.name] for each in question.parameters if each.name in given}
    start = time.perf_counter()
    rows = odkit.ask(sys.argv[1], name, **own).rows
    print(f"{name}\\t{time.perf_counter() - start}\\t{len(rows)}")
"""


def _exports(folder: Path, count: int, users: int) -> list[Path]:
    """Write exports of as many domains: one that is generated, and copies with another name of the domain."""
    folder.mkdir()
    first = folder / "0.ldif"
    subprocess.run([PYTHON, "fixtures/generate.py", "export", str(users), str(first)], check=True, cwd=ROOT)
    data = first.read_bytes()
    for number in range(1, count):
        name = b"mart%07d" % number  # as long as the other one: folded lines stay as long as those of the file
        copy = data.replace(b"medicalmart", name).replace(b"MEDICALMART", name.upper())
        (folder / f"{number}.ldif").write_bytes(copy)
    return sorted(folder.glob("*.ldif"))


def _odkit(*words: str | Path) -> Run:
    return NEW.run(Row("", " ".join(map(str, words))), {})


def fleet(report: Report, folder: Path, *, users: int = _USERS) -> None:
    """Measure everything."""
    paths = _exports(folder / "many", _MANY, users)
    bare = sum(NEW.run(_BARE, {"export": str(path)}).cpu for path in paths)
    alone = [_odkit("-q", "tables", path, "-o", folder / "alone", "--no-findings") for path in paths[: _JOBS * 2]]
    words = ("-q", "tables", "--each", "--no-findings")
    whole = _odkit(*words, *paths, "-o", folder / "all")
    some = _odkit(*words, "--jobs", str(_JOBS), *paths[: _JOBS * 2], "-o", folder / "some")
    size = sum(path.stat().st_size for path in (folder / "all").rglob("*.parquet")) / sum(path.stat().st_size for path in paths)
    table = report.table(f"Tables of {_MANY} exports of {users:,} users, without findings", "work", "measured", "must be")
    table.row("CPU over a bare read of every value", whole.cpu / bare, "<= 8")
    table.row("size over that of the LDIF", size, "<= 0.3")
    table.row("MiB of a job", round(max(each.peak for each in alone)), "<= 256")
    table.row("--each, CPU over single runs", some.cpu / sum(each.cpu for each in alone), "<= 1.1")
    table.row(f"--each --jobs {_JOBS}, wall over single runs", some.wall / sum(each.wall for each in alone), "<= 0.6")
    asked = _exports(folder / "asked", _ASKED, min(users, _ASKED_USERS))
    _odkit(*words, *asked, "-o", folder / "tables")
    answers = report.table(f"Questions to {_ASKED} exports of {min(users, _ASKED_USERS):,} users, wall", "work", "s", "rows", "must be")
    printed = run([PYTHON, "-P", "-c", _QUESTION, str(folder / "tables")]).printed
    if not printed:
        sys.exit("odkit ask: no question was answered")
    for line in printed.splitlines():
        name, seconds, rows = line.split("\t")
        answers.row(f"odkit ask {name}", float(seconds), int(rows), "< 10")
