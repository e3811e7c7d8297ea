"""Ratios, side by side in one run: odkit against its peers.  Absolute times are of this machine and say little.

script/bench            exports of 10,000 and 100,000 users, 5,000 principals
script/bench --quick    10,000 users, 5,000 principals
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable

READERS = {
    "odkit.ldif.read, all values": "import odkit.ldif,sys\nfor e in odkit.ldif.read(sys.argv[1]): e.attributes",
    "odkit.ldif.read, lazy": "import odkit.ldif,sys\nfor e in odkit.ldif.read(sys.argv[1], lazy=True): pass",
    "odkit inspect --json": "from odkit_cli import main; import sys; main(['inspect', '--json', sys.argv[1]])",
    "odkit purge-principals": "from odkit_cli import main; import sys; main(['-q', 'purge-principals', sys.argv[1]])",
    "ldif 4.3 (PyPI), all values": "import ldif,sys\nfor e in ldif.LDIFParser(open(sys.argv[1],'rb'),encoding=None).parse(): pass",
}


def cpu(words: list[str]) -> tuple[float, float]:
    """CPU seconds and peak MiB of a whole process."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def readers(users: int, folder: Path, rounds: int) -> None:
    """The readers in turn, A B C A B C, medians."""
    path = folder / f"{users}.ldif"
    subprocess.run([PYTHON, "fixtures/generate.py", "export", str(users), str(path)], check=True, cwd=ROOT)
    size = path.stat().st_size / 1e6
    times: dict[str, list[float]] = {name: [] for name in READERS}
    peak: dict[str, float] = {}
    for _ in range(rounds):
        for name, code in READERS.items():
            seconds, mib = cpu([PYTHON, "-c", code, str(path)])
            times[name].append(seconds)
            peak[name] = max(peak.get(name, 0), mib)
    peer = statistics.median(times["ldif 4.3 (PyPI), all values"])
    print(f"\n{users:,} users, {size:.0f} MB, {rounds} rounds: CPU seconds (median), ratio to PyPI ldif, peak MiB")
    for name, each in times.items():
        median = statistics.median(each)
        print(f"  {name:32} {median:8.2f} {median / peer:8.3f} {peak[name]:8.0f}")


def timed(work: Callable[[], object]) -> float:
    """Wall seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def principals(count: int, folder: Path) -> None:
    """One batch, as purge-principals.sh gives it, against one kadmin.local for each principal."""
    import odkit
    from odkit.rehearsal.kdc import ScratchRealm
    from odkit.rehearsal.standins import Machine, install

    realm = "EXAMPLE.COM"
    names = [f"host/old{i}.example.com".encode() for i in range(count)]
    export = (ROOT / "fixtures" / "medical-mart" / "after" / "export.ldif").read_bytes()
    with ScratchRealm(realm) as kdc:
        kdc.add([*names, b"host/odmaster.medicalmart.example.com"], "-nokey")
        (folder / "list").write_bytes(kdc.listing())
        retire = [f"old{i}.example.com" for i in range(count)]
        plan = odkit.plan_purge(odkit.open(export), odkit.read_principals(folder / "list"), retire=retire, realm=realm)
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
    print(f"\n{count:,} principals: wall seconds")
    print(f"  purge-principals.sh --apply (with comparison, backup and check) {ours:8.2f}   left over: {left}")
    print(f"  one 'kadmin.local -q delprinc' for each                         {theirs:8.2f}   ratio {theirs / ours:.1f}")


def main() -> None:
    """Run."""
    quick = "--quick" in sys.argv
    with tempfile.TemporaryDirectory(prefix="odkit-bench-") as name:
        folder = Path(name)
        principals(5000, folder)
        readers(10_000, folder, 3)
        if not quick:
            readers(100_000, folder, 3)


if __name__ == "__main__":
    main()
