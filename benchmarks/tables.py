"""What is measured beside the ratios of reading: inventories, differences, plans, rehearsals."""

from __future__ import annotations

import random
import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import PYTHON, ROOT, Table, run

PRINCIPALS = """
import odkit, sys
print(len(odkit.read_principals(sys.argv[1])))
"""
BYTES = """
import sys
with open(sys.argv[1], 'rb', buffering=0) as file:
    while file.read(1 << 18): pass
"""


def dump(count: int, folder: Path) -> Path:
    """A kdb5_util dump (version 5) of host principals with two keys each."""
    path = folder / f"{count}.dump"
    key = "1\t1\t18\t62\t" + "20" * 62 + "\t1\t1\t17\t46\t" + "10" * 46
    with path.open("w") as file:
        file.write("kdb5_util load_dump version 5\n")
        for number in range(count):
            name = f"host/server{number}.example.com@EXAMPLE.COM"
            tls = "1\t4\t00000000\t2\t29\t" + "00" * 29
            file.write(f"princ\t38\t{len(name)}\t2\t2\t0\t{name}\t0\t86400\t604800\t0\t0\t0\t0\t0\t{tls}\t{key}\t-1;\n")
    return path


def inventories(folder: Path, *, markdown: bool) -> None:
    """200,000 principals of a dump, beside reading its bytes."""
    head = ("work", "s", "bytes s", "more s", "must be", "odkit MiB", "bytes/name")
    table = Table("Principals of a kdb5_util dump, wall", head, (16, 8, 8, 8, 8, 9, 10), markdown=markdown)
    bare = run([PYTHON, "-c", "import odkit"]).peak
    for count in (20_000, 200_000):
        path = dump(count, folder)
        ours, plain = run([PYTHON, "-c", PRINCIPALS, str(path)]), run([PYTHON, "-c", BYTES, str(path)])
        limit = "< 3 more" if count == 200_000 else "-"
        table.row(
            f"{count:,}",
            ours.wall,
            plain.wall,
            ours.wall - plain.wall,
            limit,
            round(ours.peak),
            round((ours.peak - bare) * 1048576 / count),
        )
        path.unlink()


def changed(path: Path) -> Path:
    """The same export with 1 % of its users changed, some of them removed."""
    rng = random.Random(3)
    out = []
    for record in path.read_bytes().split(b"\n\n"):
        if record.startswith(b"dn: uid=") and rng.random() < 0.01:
            if rng.random() < 0.1:
                continue
            record += b"\nroomNumber: 12"
        out.append(record)
    target = path.with_suffix(".changed")
    target.write_bytes(b"\n\n".join(out))
    return target


def rewritten(path: Path) -> Path:
    """The same export with its entries and their attributes in another order, and another folding."""
    rng = random.Random(4)
    first, *records = path.read_bytes().rstrip(b"\n").split(b"\n\n")
    out = []
    for record in records:
        dn, *lines = record.replace(b"\n ", b"").split(b"\n")
        # values of one attribute stay in their order: that of authorities has a meaning
        places = {name: rng.random() for name in {line.partition(b":")[0] for line in lines}}
        lines.sort(key=lambda line: places[line.partition(b":")[0]])
        out.append(b"\n".join(b"\n ".join(line[i : i + 100] for i in range(0, len(line), 100)) for line in (dn, *lines)))
    rng.shuffle(out)
    target = path.with_suffix(".rewritten")
    target.write_bytes(b"\n\n".join([first, *out]) + b"\n\n")
    return target


def differing(ldifdiff: Sequence[str], path: Path, *, quick: bool = False, markdown: bool) -> None:
    """``odkit diff`` against PyPI's ldifdiff, whole processes in turn."""
    head = ("work", "odkit s", "ldifdiff s", "times faster", "must be", "odkit MiB", "must be")
    table = Table("Differences of two exports, CPU", head, (36, 8, 10, 12, 8, 9, 8), markdown=markdown)
    odkit = [PYTHON, "-c", "import sys; from odkit_cli import main; main(sys.argv[1:])", "-q", "diff"]
    large = path.stat().st_size > 10**8
    works = (("1 % of the users changed", "changed", 20, 96), ("another order and folding", "rewritten", 8, 128))
    for what, made, limit, memory in works:
        # in a process of its own: what this one weighs would count as the peak memory of all that it starts
        words = [PYTHON, "-c", f"import sys, pathlib, benchmarks.tables as t; t.{made}(pathlib.Path(sys.argv[1]))", str(path)]
        subprocess.run(words, check=True, cwd=ROOT)
        other = path.with_suffix(f".{made}")
        ours: list[float] = []
        ratios: list[float] = []
        peak = 0.0
        for _ in range(2 if quick else 3 if large else 5):
            mine = run([*odkit, str(path), str(other)])
            ours.append(mine.cpu)
            peak = max(peak, mine.peak)
            if len(ratios) < (1 if quick else 2 if large else 3):
                theirs = run([*ldifdiff, str(path), str(other)], keep=False)
                ratios.append(theirs.cpu / mine.cpu)
        times = statistics.median(ratios)
        middle = statistics.median(ours)
        limits = (f">= {limit}", f"<= {memory}") if large else ("-", "-")
        table.row(what, middle, middle * times, times, limits[0], round(peak), limits[1])
        other.unlink()


TREE = """
import time
from odkit.servers import Node, Tree, check_tree, tree_svg
nodes = [Node("m.example.com", "master", ntp=True)]
for relay in range(32):
    nodes.append(Node(f"r{relay}.example.com", "relay", parent="m.example.com"))
    nodes += [Node(f"r{relay}x{i}.example.com", "replica", parent=f"r{relay}.example.com") for i in range(32)]
tree = Tree("odkit.toml", "R", tuple(nodes))
start = time.perf_counter()
check_tree(tree)
tree_svg(tree)
print(time.perf_counter() - start)
"""


def trees(*, markdown: bool) -> None:
    """The largest tree of servers: its checks and its picture."""
    table = Table("1,056 relays and replicas, wall", ("work", "s", "must be"), (20, 8, 8), markdown=markdown)
    table.row("checks and SVG", float(run([PYTHON, "-c", TREE]).printed), "< 2")


def rehearsals(path: Path, names: Path, retired: Path, *, quick: bool, markdown: bool) -> None:
    """``odkit rehearse``: the company's migration, and a larger domain; whole processes."""
    table = Table("Rehearsals, wall", ("work", "s", "must be", "odkit MiB"), (40, 8, 8, 9), markdown=markdown)
    mart = ROOT / "fixtures" / "medical-mart"
    odkit = [PYTHON, "-c", "import sys; from odkit_cli import main; main(sys.argv[1:])", "-q", "rehearse", "--target", "10.5"]
    own = [
        str(mart / "leftover" / "export.ldif"),
        "--principals",
        str(mart / "leftover" / "listprincs.txt"),
        "--retire-from",
        str(mart / "retired.txt"),
    ]
    large = [str(path), "--principals", str(names), "--retire-from", str(retired), "--allow-large"]
    works = [("Medical Mart", own, 10), (f"{path.stem} users, 5,000 principals", large, 60)]
    for what, words, limit in works[:1] if quick else works:
        found = run([*odkit, *words])
        table.row(what, found.wall, f"< {limit}", round(found.peak))
