"""Ratios, side by side in one run: odkit against its peers.  Absolute times are of this machine and say little.

script/bench             exports of 10,000 and 100,000 users, 1 GB, 20,000 principals (about a quarter of an hour)
script/bench --quick     10,000 users (less than two minutes)
script/bench --markdown  the tables in Markdown, as the README has them
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import peers as p
from benchmarks.carry import carrying, carrying_records
from benchmarks.measure import PYTHON, ROOT, Run, Table, run
from benchmarks.peers import Peers
from benchmarks.tables import differing, inventories, rehearsals, trees

REALM = "MEDICALMART.EXAMPLE.COM"

READ = "import odkit.ldif, sys\nfor entry in odkit.ldif.read(sys.argv[1]): entry.attributes"
LAZY = "import odkit.ldif, sys\nfor entry in odkit.ldif.read(sys.argv[1], lazy=True): pass"
FIND = """
import odkit.ldif, sys
found = [e for e in odkit.ldif.read(sys.argv[1], lazy=True, holding=b'apple-computer') if b'apple-computer' in e.attributes['objectClass']]
"""
WRITE = """
import io, sys, time, odkit.ldif
entries = [odkit.ldif.Entry(e.dn, e.attributes) for e in odkit.ldif.read(sys.argv[1])]
start = time.process_time()
odkit.ldif.write(entries, io.BytesIO())
print(time.process_time() - start)
"""
COPY = """
import odkit.ldif, sys
with open(sys.argv[2], 'wb') as file: odkit.ldif.write(odkit.ldif.read(sys.argv[1], lazy=True), file)
"""


@dataclass
class Work:
    """One row: odkit's command, another program's, and the ratio that must hold at 100,000 users.

    Attributes:
        limit: None where the issue is only what it costs.
        measure: "cpu" seconds, "wall" seconds, or "printed": the CPU seconds of a phase, which the program prints itself.
        removed: files that are removed before each run.
    """

    what: str
    peer: str
    ours: Sequence[str]
    theirs: Sequence[str]
    limit: float | None
    measure: str = "cpu"
    removed: Sequence[str] = ()


def paired(work: Work, rounds: int) -> tuple[float, float, float, Run]:
    """Ours and theirs in turn; medians of both and of the ratios, and the one of our runs that took the least CPU."""

    def value(of: Run) -> float:
        return float(of.printed) if work.measure == "printed" else of.wall if work.measure == "wall" else of.cpu

    ours: list[Run] = []
    theirs: list[Run] = []
    for _ in range(rounds):
        for words, runs in ((work.ours, ours), (work.theirs, theirs)):
            for name in work.removed:
                Path(name).unlink(missing_ok=True)
            runs.append(run(words))
    ratios = [value(a) / value(b) for a, b in zip(ours, theirs, strict=True)]
    best = min(ours, key=lambda each: each.cpu)
    return statistics.median(map(value, ours)), statistics.median(map(value, theirs)), statistics.median(ratios), best


def works(peers: Peers, path: Path, folder: Path) -> list[Work]:
    """All rows for an export; the purge has an inventory of 20,000 principals, 2,000 of them of retired hosts."""
    names, retired = inventory(folder, 20_000, 2_000)
    odkit = [PYTHON, "-c", "import sys; from odkit_cli import main; main(sys.argv[1:])"]
    purge = ["purge-principals", str(path), "--principals", str(names), "--retire-from", str(retired), "--allow-large"]
    export = str(path)
    ldif, python_ldap = [peers.ldif, "-c"], [peers.python_ldap, "-c"]
    read = [PYTHON, "-c", READ, export]
    c = [peers.c, export]
    copied = [str(folder / "copy-ours"), str(folder / "copy-theirs")]
    copy, cp = [PYTHON, "-c", COPY, export, copied[0]], ["cp", export, copied[1]]
    return [
        Work("every value", "ldif 4.3 (PyPI)", read, [*ldif, p.LDIF, export], 0.30),
        Work("every value", "python-ldap 3.4", read, [*python_ldap, p.PYTHON_LDAP, export], 0.30),
        Work("every value", "Net::LDAP::LDIF", read, [*peers.perl, export], 0.20),
        Work("every value", "slapadd -u -q -s", read, [*peers.slapadd, export], 1.4),
        Work("entries, attributes untouched", "ldif 4.3 (PyPI)", [PYTHON, "-c", LAZY, export], [*ldif, p.LDIF, export], 0.07),
        Work("find objectClass apple-computer", "C, libldap", [PYTHON, "-c", FIND, export], c, 1.0),
        Work("odkit inspect --json", "C, libldap", [*odkit, "inspect", "--json", export], c, 2.0, "wall"),
        Work("odkit purge-principals", "C, libldap", [*odkit, *purge], c, 3.0, "wall"),
        Work("write from memory", "ldif 4.3 (PyPI)", [PYTHON, "-c", WRITE, export], [*ldif, p.LDIF_WRITE, export], 0.5, "printed"),
        Work(
            "write from memory",
            "python-ldap 3.4",
            [PYTHON, "-c", WRITE, export],
            [*python_ldap, p.PYTHON_LDAP_WRITE, export],
            0.5,
            "printed",
        ),
        # cp of Linux lets the kernel copy the pages: into a new file nothing that sees the bytes comes near it
        Work("copy unmodified, new file", "cp", copy, cp, None, "wall", copied),
        Work("copy unmodified, over an old one", "cp", copy, cp, 3.0, "wall"),
    ]


def inventory(folder: Path, count: int, retired: int) -> tuple[Path, Path]:
    """A listing of principals, and the names of the retired hosts in it."""
    hosts = [f"old{i}.medicalmart.example.com" for i in range(retired)]
    names = [f"host/{host}@{REALM}" for host in hosts] + [f"user{i}@{REALM}" for i in range(count - retired - 3)]
    names += [f"krbtgt/{REALM}@{REALM}", f"kadmin/admin@{REALM}", f"K/M@{REALM}"]
    (folder / "listprincs.txt").write_text("".join(f"{name}\n" for name in sorted(names)))
    (folder / "retired.txt").write_text("".join(f"{host}\n" for host in hosts))
    return folder / "listprincs.txt", folder / "retired.txt"


def export(users: int, folder: Path) -> Path:
    """Generate the export of a domain."""
    path = folder / f"{users}.ldif"
    subprocess.run([PYTHON, "fixtures/generate.py", "export", str(users), str(path)], check=True, cwd=ROOT)
    return path


def ratios(peers: Peers, path: Path, folder: Path, rounds: int, *, markdown: bool) -> dict[str, Run]:
    """The table of ratios; returns our runs."""
    title = f"{path.stem} users, {path.stat().st_size / 1e6:.0f} MB, {rounds} rounds"
    table = Table(title, ("work", "peer", "odkit s", "peer s", "ratio", "must be", "odkit MiB"), (32, 23, 8, 8, 6, 8, 9), markdown=markdown)
    out: dict[str, Run] = {}
    for work in works(peers, path, folder):
        # the writers' programs read everything into memory first: one round of them takes as long as all others together
        ours, theirs, ratio, best = paired(work, 1 if work.measure == "printed" and path.stat().st_size > 10**8 else rounds)
        out[work.what] = best
        unit = "wall" if work.measure == "wall" else "CPU"
        # the limits are for 100,000 users: with fewer, starting Python outweighs the work
        limit = f"<= {work.limit}" if work.limit is not None and path.stat().st_size > 10**8 else "-"
        table.row(work.what, f"{work.peer} ({unit})", ours, theirs, ratio, limit, round(best.peak))
    return out


def growth(small: Sequence[Work], large: Sequence[Work], *, markdown: bool) -> None:
    """Ten times the users must cost at most eleven times the time, over what starting Python costs.

    What a small export takes is hardly more than starting: only the best of several runs, in turn with those of the large one, is
    not noise.
    """
    table = Table("Ten times the users", ("work", "10,000: s", "100,000: s", "times", "must be"), (32, 10, 11, 6, 8), markdown=markdown)
    done: set[str] = set()
    for a, b in zip(small, large, strict=True):
        if a.measure == "printed" or a.what in done:
            continue
        done.add(a.what)
        took = [tuple(run(words).cpu for words in ([PYTHON, "-c", "import odkit.ldif"], a.ours, b.ours)) for _ in range(6)]
        start, of_small, of_large = (min(each) for each in zip(*took, strict=True))
        table.row(a.what, of_small - start, of_large - start, (of_large - start) / (of_small - start), "<= 11")


def memory(path: Path, folder: Path, large: dict[str, Run], *, markdown: bool) -> None:
    """Peak memory over the bare interpreter, at 100,000 users and at 1 GB."""
    bare = run([PYTHON, "-c", "pass"]).peak
    giga = folder / "giga.ldif"
    with giga.open("wb") as out:
        while out.tell() < 10**9:
            with path.open("rb") as file:
                shutil.copyfileobj(file, out, 1 << 20)
    table = Table("Peak memory", ("work", "MiB", "over Python", "must be"), (32, 6, 12, 24), markdown=markdown)
    rows = [
        ("every value", large["every value"], "<= 32 over Python"),
        ("every value, 1 GB", run([PYTHON, "-c", READ, str(giga)]), "<= 32 over Python"),
    ]
    rows += [("odkit purge-principals", large["odkit purge-principals"], "<= 128")]
    for what, each, limit in rows:
        table.row(what, round(each.peak), round(each.peak - bare), limit)
    giga.unlink()


def verifying(path: Path, *, markdown: bool) -> None:
    """The verify commands over two exports (the same one twice: everything is compared, nothing differs)."""
    table = Table("Verifying two exports", ("work", "s", "MB/s", "must be", "odkit MiB", "must be"), (32, 8, 8, 8, 9, 8), markdown=markdown)
    odkit = [PYTHON, "-c", "import sys; from odkit_cli import main; main(sys.argv[1:])", "-q"]
    for command, speed, limit in (("verify-passwords", "", 256), ("verify-mcx", ">= 20", 512)):
        found = run([*odkit, command, str(path), str(path)])
        table.row(f"odkit {command}", found.wall, 2 * path.stat().st_size / 1e6 / found.wall, speed, round(found.peak), f"<= {limit}")


def starting(rounds: int, *, markdown: bool) -> None:
    """``odkit --version`` against importing click."""
    odkit = str(Path(PYTHON).with_name("odkit"))
    work = Work("odkit --version", "python -c 'import click'", [odkit, "--version"], [PYTHON, "-c", "import click"], 1.5)
    ours, theirs, ratio, best = paired(work, rounds)
    table = Table(
        "Starting", ("work", "peer", "odkit s", "peer s", "ratio", "must be", "odkit MiB"), (16, 24, 8, 8, 6, 8, 9), markdown=markdown
    )
    table.row(work.what, work.peer, ours, theirs, ratio, f"<= {work.limit}", round(best.peak))


def timed(work: Callable[[], object]) -> float:
    """Wall seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def principals(count: int, folder: Path, *, markdown: bool) -> None:
    """One batch, as purge-principals.sh gives it, against one kadmin.local for each principal."""
    import odkit
    from odkit.rehearsal.kdc import ScratchRealm
    from odkit.rehearsal.standins import Machine, install

    realm = "EXAMPLE.COM"
    names = [f"host/old{i}.example.com".encode() for i in range(count)]
    after = (ROOT / "fixtures" / "medical-mart" / "after" / "export.ldif").read_bytes()
    with ScratchRealm(realm) as kdc:
        kdc.add([*names, b"host/odmaster.medicalmart.example.com"], "-nokey")
        (folder / "list").write_bytes(kdc.listing())
        retire = [f"old{i}.example.com" for i in range(count)]
        plan = odkit.plan_purge(odkit.open(after), odkit.read_principals(folder / "list"), retire=retire, realm=realm)
        odkit.write_plan(plan, folder / "purge", target="10.5")
        env = kdc.env | {"PATH": f"{install(folder / 'standins', Machine('10.5.8'))}:{kdc.env['PATH']}"}
        script = ["sh", str(folder / "purge" / "purge-principals.sh"), "--apply", "--rehearsal"]
        ours = timed(lambda: subprocess.run(script, env=env, check=True, capture_output=True))
        left = sum(name + b"@EXAMPLE.COM" in kdc.names() for name in names[:10])
        kdc.add(names, "-nokey")
        loop = 'while read -r p; do kadmin.local -r EXAMPLE.COM -q "delprinc -force $p"; done'
        theirs = timed(
            lambda: subprocess.run(["sh", "-c", loop], env=env, input=b"".join(n + b"\n" for n in names), check=True, capture_output=True)
        )
    if left:
        sys.exit("purge-principals.sh left principals over")
    head = ("purge-principals.sh s", "one kadmin.local each s", "times faster")
    table = Table(f"{count:,} principals deleted, wall", head, (22, 24, 12), markdown=markdown)
    table.row(ours, theirs, theirs / ours)


def main() -> None:
    """Run."""
    if sys.argv[1:2] == ["--principals"]:
        principals(int(sys.argv[2]), Path(sys.argv[3]), markdown="--markdown" in sys.argv)
        return
    quick, markdown = "--quick" in sys.argv, "--markdown" in sys.argv
    peers = Peers(ROOT / ".bench")
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {system}, Python {platform.python_version()}.")
    print("Seconds of CPU, of the wall for whole commands; medians; the ratio is odkit over peer: smaller is better.")
    with tempfile.TemporaryDirectory(prefix="odkit-bench-") as name:
        folder = Path(name)
        starting(7, markdown=markdown)
        # in a process of its own: what this one weighs would count as the peak memory of all that it starts
        words = [PYTHON, "-m", "benchmarks.bench", "--principals", "1000" if quick else "5000", str(folder), *sys.argv[1:]]
        subprocess.run(words, check=True, cwd=ROOT)
        inventories(folder, markdown=markdown)
        trees(markdown=markdown)
        path = export(10_000, folder)
        ratios(peers, path, folder, 2 if quick else 3, markdown=markdown)
        carrying(path, folder, markdown=markdown)
        rehearsals(path, *inventory(folder, 5_000, 500), quick=quick, markdown=markdown)
        differing(peers.ldifdiff, path, quick=quick, markdown=markdown)
        if not quick:
            small = works(peers, path, folder)
            path = export(100_000, folder)
            large = ratios(peers, path, folder, 3, markdown=markdown)
            growth(small, works(peers, path, folder), markdown=markdown)
            memory(path, folder, large, markdown=markdown)
            verifying(path, markdown=markdown)
            carrying_records(path, folder, markdown=markdown)
            differing(peers.ldifdiff, path, markdown=markdown)


if __name__ == "__main__":
    main()
