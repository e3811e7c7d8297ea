"""Watch a program and all that it starts: their CPU time, the memory of Java and of Python's workers, and what lies in a folder.

python -m benchmarks.watch FOLDER WORD...

In a process of its own, which inherits what outlives its parent, so that its CPU time is counted, too.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Watched", "watched"]

_EVERY = 0.1  # seconds
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Watched:
    """What a program and all that it started took.

    Attributes:
        status: its exit status.
        cpu: seconds of all.
        java: seconds of Java.
        wall: seconds.
        java_peak: MiB of the largest Java.
        worker_peak: MiB of the largest worker.
        disk: the most MB that lay in the folder.
    """

    status: int
    cpu: float
    java: float
    wall: float
    java_peak: float
    worker_peak: float
    disk: float


def watched(folder: Path, words: Sequence[str], environment: dict[str, str]) -> Watched:
    """Run a program and watch it, and the folder."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.watch", str(folder), *words], env=environment, stdout=subprocess.PIPE, check=True
    )
    return Watched(**json.loads(done.stdout))


def _watch(folder: Path, words: Sequence[str]) -> Watched:
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    start = time.perf_counter()
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    java: dict[int, tuple[float, float]] = {}
    workers: dict[int, tuple[float, float]] = {}
    disk = 0
    while process.poll() is None:
        for pid in _below(os.getpid()):
            with suppress(OSError, ValueError, StopIteration):
                name, cpu, peak = _seen(pid)
                if name == "java":
                    java[pid] = cpu, peak
                elif name == "worker":
                    workers[pid] = cpu, peak
        disk = max(disk, sum(_sizes(folder)))
        time.sleep(_EVERY)
    wall = time.perf_counter() - start
    waited = set()
    with suppress(ChildProcessError):
        while True:
            waited.add(os.wait()[0])
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    # the parent of the workers waits for none of them: their time is in nobody's, but where they outlived it
    lost = sum(cpu for pid, (cpu, _) in workers.items() if pid not in waited)
    return Watched(
        process.returncode,
        used.ru_utime + used.ru_stime + lost,
        sum(cpu for cpu, _ in java.values()),
        wall,
        max((peak for _, peak in java.values()), default=0),
        max((peak for _, peak in workers.values()), default=0),
        disk / 1e6,
    )


def _below(process: int) -> Iterator[int]:
    """Yield all processes below one."""
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                yield child
                yield from _below(child)


def _seen(process: int) -> tuple[str, float, float]:
    """Return of a process whether it is "java" or a Python "worker", its CPU seconds and its peak MiB."""
    name, rest = Path(f"/proc/{process}/stat").read_text().split("(", 1)[1].rsplit(") ", 1)
    own = rest.split()[11:13]
    if b"pyspark.daemon" in Path(f"/proc/{process}/cmdline").read_bytes():
        name = "worker"
    peak = next(int(line.split()[1]) for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return name, sum(map(int, own)) / _TICK, peak / 1024


def _sizes(folder: Path) -> Iterator[int]:
    """Yield the sizes of all files in a folder."""
    for top, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                yield Path(top, name).stat().st_size


if __name__ == "__main__":
    print(json.dumps(asdict(_watch(Path(sys.argv[1]), sys.argv[2:]))))
