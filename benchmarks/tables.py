"""Measure what stands beside reading: inventories, differences, the tree of servers, rehearsals, deletions by the KDC."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.domain import MART, listing, made
from benchmarks.measure import NEW, PYTHON, ROOT, Build, Row, middle, run
from benchmarks.report import Report

__all__ = ["deletions", "differing", "inventories", "rehearsals", "starting", "trees"]

_PRINCIPALS = Row("", "{dump}", "import odkit, sys\nprint(len(odkit.read_principals(sys.argv[1])))")
_BYTES = """
import sys
with open(sys.argv[1], 'rb', buffering=0) as file:
    while file.read(1 << 18): pass
"""


def starting(report: Report, *, rounds: int) -> None:
    """Measure ``odkit --version`` against importing click."""
    version = Row("odkit --version", "--version")
    took = [(NEW.run(version, {}), run([PYTHON, "-P", "-c", "import click"])) for _ in range(rounds)]
    ratio = middle([ours.cpu / theirs.cpu for ours, theirs in took])
    table = report.table("Starting, CPU", "work", "peer", "odkit s", "peer s", "ratio", "must be", "odkit MiB")
    seconds = middle([ours.cpu for ours, _ in took]), middle([theirs.cpu for _, theirs in took])
    table.row(version.name, "python -c 'import click'", *seconds, ratio, "<= 1.5", round(took[0][0].peak))


def dump(count: int, folder: Path) -> Path:
    """Write a kdb5_util dump (version 5) of host principals with two keys each."""
    path = folder / f"{count}.dump"
    key = "1\t1\t18\t62\t" + "20" * 62 + "\t1\t1\t17\t46\t" + "10" * 46
    with path.open("w") as file:
        file.write("kdb5_util load_dump version 5\n")
        for number in range(count):
            name = f"host/server{number}.example.com@EXAMPLE.COM"
            tls = "1\t4\t00000000\t2\t29\t" + "00" * 29
            file.write(f"princ\t38\t{len(name)}\t2\t2\t0\t{name}\t0\t86400\t604800\t0\t0\t0\t0\t0\t{tls}\t{key}\t-1;\n")
    return path


def inventories(report: Report, folder: Path) -> None:
    """Measure 200,000 principals of a dump, beside reading its bytes."""
    head = ("work", "s", "bytes s", "more s", "must be", "odkit MiB", "bytes/name")
    table = report.table("Principals of a kdb5_util dump, wall", *head)
    bare = run([PYTHON, "-P", "-c", "import odkit"]).peak
    for count, limit in ((20_000, ""), (200_000, "< 3 more")):
        path = dump(count, folder)
        ours, plain = NEW.run(_PRINCIPALS, {"dump": str(path)}), run([PYTHON, "-c", _BYTES, str(path)])
        each = round((ours.peak - bare) * 1048576 / count)
        table.row(f"{count:,}", ours.wall, plain.wall, ours.wall - plain.wall, limit, round(ours.peak), each)
        path.unlink()


def differing(report: Report, ldifdiff: Sequence[str], inputs: Mapping[str, str], *, rounds: int) -> None:
    """Measure ``odkit diff`` against PyPI's ldifdiff, which runs once."""
    head = ("work", "odkit s", "ldifdiff s", "times faster", "must be", "odkit MiB", "must be MiB")
    table = report.table(f"Differences of two exports, {Path(inputs['export']).stem} users, CPU", *head)
    other = Path(inputs["export"]).with_suffix(".rewritten")
    made("rewritten", inputs["export"], other)
    works = (
        (Row("1 % of the users changed", "-q diff {export} {changed}", memory=96), inputs["changed"], 20),
        (Row("another order and folding", f"-q diff {{export}} {other}", memory=128), str(other), 8),
    )
    for row, second, limit in works:
        took = [NEW.run(row, inputs) for _ in range(rounds)]
        theirs = run([*ldifdiff, inputs["export"], second], keep=False).cpu
        mine = middle([each.cpu for each in took])
        table.row(row.name, mine, theirs, theirs / mine, f">= {limit}", round(max(each.peak for each in took)), f"<= {row.memory}")
        report.summary(f"`odkit diff`, {row.name}, 100,000 users, times faster than ldifdiff, CPU", f"{theirs / mine:.1f}", f">= {limit}")
    other.unlink()


_TREE = """
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


def trees(report: Report) -> None:
    """Measure the largest tree of servers: its checks and its picture."""
    table = report.table("1,056 relays and replicas, wall", "work", "s", "must be")
    table.row("checks and SVG", float(run([PYTHON, "-P", "-c", _TREE]).printed), "< 2")


def rehearsals(report: Report, base: Build, small: Mapping[str, str], folder: Path) -> None:
    """Measure ``odkit rehearse``: the company's migration, and a larger domain beside the base."""
    names, retired = listing(folder, 5_000, 500)
    own = Row("Medical Mart", f"-q rehearse {MART / 'leftover' / 'export.ldif'} --principals {MART / 'leftover' / 'listprincs.txt'} "
              f"--retire-from {MART / 'retired.txt'} --target 10.5")  # fmt: skip
    words = f"-q rehearse {{export}} --principals {names} --retire-from {retired} --allow-large --target 10.5"
    large = Row("10,000 users, 5,000 principals", words)
    head = ("work", "odkit wall s", f"{base.name} wall s", "odkit CPU s", f"{base.name} CPU s", "odkit MiB", f"{base.name} MiB", "must be")
    table = report.table("Rehearsals", *head)
    mine = NEW.run(own, small)
    table.row(own.name, mine.wall, "", mine.cpu, "", round(mine.peak), "", "< 10 s")
    mine, old = NEW.run(large, small), base.run(large, small)
    table.row(large.name, mine.wall, old.wall, mine.cpu, old.cpu, round(mine.peak), round(old.peak), "half of both")
    shares = f"{mine.cpu / old.cpu:.2f} of the time, {mine.peak / old.peak:.2f} of the memory"
    report.summary(f"`odkit rehearse`, 10,000 users, 5,000 principals, over {base.name}", shares, "0.5 of both")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def deletions(report: Report, count: int, folder: Path) -> None:
    """Measure one batch, as purge-principals.sh gives it, against one kadmin.local for each principal."""
    words = [PYTHON, "-m", "benchmarks.tables", str(count), str(folder)]
    ours, theirs = json.loads(subprocess.run(words, check=True, cwd=ROOT, capture_output=True, text=True).stdout)
    head = ("work", "purge-principals.sh s", "one kadmin.local each s", "times faster")
    table = report.table("Deletion of principals, wall", *head)
    table.row(f"{count:,} principals", ours, theirs, theirs / ours)


def _delete(count: int, folder: Path) -> tuple[float, float]:
    """Delete principals in both ways; in a process of its own, which may weigh what it likes."""
    import odkit
    from odkit.rehearsal.kdc import ScratchRealm
    from odkit.rehearsal.standins import Machine, install

    realm = "EXAMPLE.COM"
    names = [f"host/old{i}.example.com".encode() for i in range(count)]
    with ScratchRealm(realm) as kdc:
        kdc.add([*names, b"host/odmaster.medicalmart.example.com"], "-nokey")
        (folder / "list").write_bytes(kdc.listing())
        retire = [f"old{i}.example.com" for i in range(count)]
        od, listed = odkit.open(MART / "after" / "export.ldif"), odkit.read_principals(folder / "list")
        plan = odkit.plan_purge(od, listed, retire=retire, realm=realm)
        odkit.write_plan(plan, folder / "purge", target="10.5")
        env = kdc.env | {"PATH": f"{install(folder / 'standins', Machine('10.5.8'))}:{kdc.env['PATH']}"}
        script = ["sh", str(folder / "purge" / "purge-principals.sh"), "--apply", "--rehearsal"]
        ours = _timed(lambda: subprocess.run(script, env=env, check=True, capture_output=True))
        if sum(name + b"@EXAMPLE.COM" in kdc.names() for name in names[:10]):
            sys.exit("purge-principals.sh left principals over")
        kdc.add(names, "-nokey")
        loop = 'while read -r p; do kadmin.local -r EXAMPLE.COM -q "delprinc -force $p"; done'
        every = b"".join(name + b"\n" for name in names)
        theirs = _timed(lambda: subprocess.run(["sh", "-c", loop], env=env, input=every, check=True, capture_output=True))
    return ours, theirs


if __name__ == "__main__":
    print(json.dumps(_delete(int(sys.argv[1]), Path(sys.argv[2]))))
