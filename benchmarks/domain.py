"""Make the inputs of rows: domains of any size, and the company of the fixtures.

In processes of their own: what this one weighs would count as the peak memory of all that it starts.
"""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

from benchmarks.measure import PYTHON, ROOT, inputs_of

__all__ = ["REALM", "changed", "company", "domain", "listing", "rewritten"]

REALM = "MEDICALMART.EXAMPLE.COM"
MART = ROOT / "fixtures" / "medical-mart"
_HOST = "xserve-hq1.medicalmart.example.com"


def made(function: str, *arguments: Path | str | int) -> None:
    """Call a function of this module in a process of its own."""
    words = [PYTHON, "-c", f"import sys, benchmarks.domain as d; d.{function}(*sys.argv[1:])", *map(str, arguments)]
    subprocess.run(words, check=True, cwd=ROOT)


def domain(users: int, folder: Path) -> dict[str, str]:
    """Return the inputs of a domain: an export, the same with 1 % of the users changed, a listing of principals."""
    export, after = folder / f"{users}.ldif", folder / f"{users}.changed"
    if not export.exists():
        subprocess.run([PYTHON, "fixtures/generate.py", "export", str(users), str(export)], check=True, cwd=ROOT)
        made("changed", export, after)
    names, retired = listing(folder, 20_000, 2_000)
    with export.open("rb") as file:
        user = next(line for line in file if line.startswith(b"dn: uid=") and b"root" not in line)[8:].partition(b",")[0].decode()
    return inputs_of(export=export, changed=after, principals=names, retired=retired, host=_HOST, user=user, out=folder / "out")


def company(folder: Path) -> dict[str, str]:
    """Return the inputs of the rows for the company of 120 users."""
    kdc = folder / "kdc"
    if not kdc.exists():
        kdc.mkdir()
        words = [PYTHON, "-m", "benchmarks.carry", str(MART / "after" / "export.ldif"), str(kdc)]
        subprocess.run(words, check=True, cwd=ROOT)
    return inputs_of(
        kdc=kdc,
        before=MART / "before" / "export.ldif",
        leftover=MART / "leftover" / "export.ldif",
        after=MART / "after" / "export.ldif",
        kdb_dump=MART / "after" / "kdb5.dump",
        listprincs=MART / "leftover" / "listprincs.txt",
        gone=MART / "retired.txt",
        server=_HOST,
        master="odmaster.medicalmart.example.com",
        person="cjansen5",
        out=folder / "out",
    )


def listing(folder: Path, count: int, retired: int) -> tuple[Path, Path]:
    """Make a listing of principals, and the names of the retired hosts in it; return both."""
    lists = folder / f"listprincs-{count}.txt", folder / f"retired-{count}.txt"
    if not lists[0].exists():
        hosts = [f"old{i}.medicalmart.example.com" for i in range(retired)]
        names = [f"host/{host}@{REALM}" for host in hosts] + [f"user{i}@{REALM}" for i in range(count - retired - 3)]
        names += [f"krbtgt/{REALM}@{REALM}", f"kadmin/admin@{REALM}", f"K/M@{REALM}"]
        lists[0].write_text("".join(f"{name}\n" for name in sorted(names)))
        lists[1].write_text("".join(f"{host}\n" for host in hosts))
    return lists


def changed(export: str, target: str) -> None:
    """Write an export with 1 % of its users changed, some of them removed."""
    rng = random.Random(3)
    out = []
    for record in Path(export).read_bytes().split(b"\n\n"):
        if record.startswith(b"dn: uid=") and rng.random() < 0.01:
            if rng.random() < 0.1:
                continue
            record += b"\nroomNumber: 12"
        out.append(record)
    Path(target).write_bytes(b"\n\n".join(out))


def rewritten(export: str, target: str) -> None:
    """Write an export with its entries and their attributes in another order, and another folding."""
    rng = random.Random(4)
    first, *records = Path(export).read_bytes().rstrip(b"\n").split(b"\n\n")
    out = []
    for record in records:
        dn, *lines = record.replace(b"\n ", b"").split(b"\n")
        # values of one attribute stay in their order: that of authorities has a meaning
        places = {name: rng.random() for name in {line.partition(b":")[0] for line in lines}}
        lines.sort(key=lambda line: places[line.partition(b":")[0]])
        out.append(b"\n".join(b"\n ".join(line[i : i + 100] for i in range(0, len(line), 100)) for line in (dn, *lines)))
    rng.shuffle(out)
    Path(target).write_bytes(b"\n\n".join([first, *out]) + b"\n\n")
