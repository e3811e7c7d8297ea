"""What is measured beside the ratios of reading: inventories, differences, plans, rehearsals."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measure import PYTHON, Table, run

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
