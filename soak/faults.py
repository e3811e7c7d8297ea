"""What goes wrong while a script runs: drawn from a seed, done to what the script starts and to nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from odkit.rehearsal.programs import SYSTEM_PATH, program, run
from odkit.rehearsal.terminal import run_on_terminal

__all__ = ["FAULTS", "Fault", "Run", "run_with"]

FAULTS = ("a tool fails", "a tool fails behind its work", "a tool's output is cut", "full disk", "killed", "clock jumps", "two at once")
_TOOLS = (
    "awk",
    "sed",
    "sort",
    "comm",
    "cat",
    "cp",
    "mv",
    "grep",
    "cmp",
    "mkdir",
    "ldapsearch",
    "ldapmodify",
    "kadmin.local",
    "kdb5_util",
    "dscl",
    "mkpassdb",
)
# without a first line for the kernel, because a kadmin.local that is a script is not touched; the shell runs it all the same
_WRAPPER = """read -r n < @FOLDER@/calls
n=$((n + 1))
echo $n > @FOLDER@/calls
if [ $n -ne @AT@ ]; then exec @REAL@ "$@"; fi
case @HOW@ in
    before) exit @STATUS@ ;;
    behind) @REAL@ "$@"; exit @STATUS@ ;;
    cut) @REAL@ "$@" > @FOLDER@/whole; head -c $(($(wc -c < @FOLDER@/whole) * @PART@ / 100)) @FOLDER@/whole; exit @STATUS@ ;;
esac
"""
_CLOCKS = ("-30y", "-1d", "+1d", "+10y", "+60y")
_FAKETIME = ("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Attributes:
        kind: of `FAULTS`.
        tool: that fails, where one does.
        at: the number of its call.
        status: with which it ends.
        part: of its output that comes through, in percent; of a disk what is free, in KiB; of a kill the moment, in milliseconds.
        clock: how far it jumps.
    """

    kind: str
    tool: str
    at: int
    status: int
    part: int
    clock: str

    @classmethod
    def drawn(cls, random: Random, kind: str) -> Fault:
        """Return one of a kind."""
        part = {"full disk": random.choice((0, 4, 16, 40, 100, 200, 400)), "killed": random.randrange(700)}.get(kind, random.randrange(100))
        statuses = (0, 1, 2, 127) if kind == "a tool's output is cut" else (1, 2, 5, 127)
        at = random.choice((1, 1, 2, 3, random.randrange(1, 30)))
        return cls(kind, random.choice(_TOOLS), at, random.choice(statuses), part, random.choice(_CLOCKS))


@dataclass(frozen=True, slots=True)
class Run:
    """How a script ended.

    Attributes:
        statuses: of its runs, two where two ran at once.
        text: everything that they said.
    """

    statuses: tuple[int, ...]
    text: str


def run_with(fault: Fault | None, words: Sequence[str], env: Mapping[str, str], folder: Path, password: str, scratch: Path) -> Run:
    """Run a script with a fault.

    Args:
        fault: what goes wrong; None for nothing.
        words: the script and its options.
        env: its environment.
        folder: of the plan, to which it writes.
        password: typed where a script asks for one.
        scratch: an empty folder for what the fault needs.
    """
    if fault is not None and fault.kind == "killed":
        # the whole process group, itself with it, and nothing that was not started here
        words = ("sh", "-c", f'(sleep {fault.part / 1000}; kill -KILL 0) & exec "$@"', "sh", *words)
    with _prepared(fault, dict(env), folder, scratch) as made, ThreadPoolExecutor(2) as pool:
        count = 2 if fault is not None and fault.kind == "two at once" else 1
        both = [pool.submit(run_on_terminal, words, env=made, password=password, cwd=scratch, timeout=300) for _ in range(count)]
        ended = [each.result() for each in both]
    return Run(tuple(each.status for each in ended), "".join(each.output for each in ended))


@contextmanager
def _prepared(fault: Fault | None, env: dict[str, str], folder: Path, scratch: Path) -> Iterator[dict[str, str]]:
    env["TMPDIR"] = str(scratch)
    if fault is None:
        yield env
    elif fault.kind.startswith("a tool"):
        yield env | {"PATH": f"{_wrapped(fault, env, scratch)}:{env['PATH']}"}
    elif fault.kind == "clock jumps":
        library = next((path for path in _FAKETIME if Path(path).exists()), None)
        if library is None:
            program("faketime", "libfaketime faketime")
        yield env | {"LD_PRELOAD": library or "", "FAKETIME": fault.clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    elif fault.kind == "full disk":
        with _full(folder, fault.part):
            yield env | {"TMPDIR": str(folder)}
    else:
        yield env


def _wrapped(fault: Fault, env: Mapping[str, str], scratch: Path) -> Path:
    """Put a tool that fails once in front of the real one."""
    place = scratch / "wrapped"
    place.mkdir()
    (place / "calls").write_text("0\n")
    real = shutil.which(fault.tool, path=env["PATH"] + ":" + SYSTEM_PATH)
    if real is not None:
        how = {"a tool fails": "before", "a tool fails behind its work": "behind"}.get(fault.kind, "cut")
        words = {"HOW": how, "AT": fault.at, "STATUS": fault.status, "PART": fault.part, "REAL": real, "FOLDER": place}
        text = _WRAPPER
        for word, meant in words.items():
            text = text.replace(f"@{word}@", str(meant))
        (place / fault.tool).write_text(text)
        (place / fault.tool).chmod(0o755)
    return place


@contextmanager
def _full(folder: Path, free: int) -> Iterator[None]:
    """Lay the plan's folder on a small file system with so many KiB free."""
    kept = folder.with_name(folder.name + ".kept")
    folder.rename(kept)
    folder.mkdir(mode=0o700)
    run("mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "odkit-soak", str(folder))
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True, symlinks=True)
        state = os.statvfs(folder)
        with (folder / ".filler").open("wb") as filler:
            filler.write(bytes(max(0, state.f_bavail * state.f_frsize - free * 1024)))
        yield
    finally:
        (folder / ".filler").unlink(missing_ok=True)
        shutil.rmtree(kept)
        shutil.copytree(folder, kept, symlinks=True)
        run("umount", "-l", str(folder))
        folder.rmdir()
        kept.rename(folder)
