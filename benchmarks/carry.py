"""Measure what it costs to carry a domain: against the load of the result and a mere look at the export."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.domain import REALM
from benchmarks.measure import NEW, PYTHON, ROOT, Row, run
from benchmarks.report import Report
from benchmarks.rows import KDC, READ

__all__ = ["to_mit", "to_openldap"]

_LOAD = """
import subprocess, sys, time
from pathlib import Path
from odkit.rehearsal.kdc import ScratchRealm
dump, stash, planned = map(Path, sys.argv[1:])
with ScratchRealm("MEDICALMART.EXAMPLE.COM", restored=(dump, stash)) as kdc:
    start = time.perf_counter()
    subprocess.run(["kdb5_util", "-r", kdc.realm, "load", "-update", str(planned)], env=kdc.env, check=True)
    print(time.perf_counter() - start)
"""
_TO_MIT = Row("odkit carry --to mit", f"-q carry {{export}} --to mit {KDC} -o {{kdc}}/carry --force", goal=6)
_TO_OPENLDAP = Row("odkit carry --to openldap", "-q carry {export} --to openldap -o {out} --force", goal=8, memory=256)
_INSPECT = Row("odkit inspect", "inspect {export}")
_BARE = Row("every value", "{export}", READ)


def _databases(export: str, folder: Path) -> None:
    """Write two KDCs: one with two AES keys for each user, and an empty one."""
    import odkit

    names = [user.name.encode() for user in odkit.open(export).users.records()]
    _database(iter(names), 1, folder, "old")
    _database(iter(()), 2, folder, "new")


def _database(names: Iterator[bytes], seed: int, folder: Path, name: str) -> None:
    """Write a dump with two AES keys for each name, and its stash."""
    from odkit.kerberos import Principal
    from odkit.kerberos.kdb.dump import HEADER, DumpEntry, SealedKey, TaggedData, write_entry
    from odkit.kerberos.kdb.master import MasterKey, seal_mit
    from odkit.kerberos.keytab import KeytabKey, write_keytab

    realm = REALM.encode()
    master = MasterKey(18, bytes([seed]) * 32, 1, realm)
    modified = TaggedData(2, bytes(4) + b"K/M@" + realm + b"\0")
    keys = (SealedKey(1, 18, seal_mit(bytes(range(32)), master)), SealedKey(1, 17, seal_mit(bytes(range(16)), master)))

    def entry(*components: bytes, own: tuple[SealedKey, ...] = keys) -> bytes:
        return write_entry(DumpEntry(b"", Principal(components, realm), 0, 36000, 604800, 0, 0, (modified,), own))

    records = [entry(b"K", b"M", own=(SealedKey(1, 18, seal_mit(master.key, master)),)), entry(b"krbtgt", realm)]
    (folder / f"{name}.dump").write_bytes(HEADER + b"".join([*records, *(entry(each) for each in names)]))
    (folder / f"{name}.stash").write_bytes(write_keytab([KeytabKey(Principal((b"K", b"M"), realm), 1, 18, master.key)]))


def to_mit(report: Report, inputs: Mapping[str, str], *, rounds: int = 2) -> None:
    """Measure `odkit carry --to mit -o` of an export, in seconds of the wall."""
    if shutil.which("kdb5_util", path=os.environ.get("PATH", "") + ":/usr/sbin") is None:
        return
    folder = Path(inputs["out"]).with_name("mit")
    folder.mkdir(exist_ok=True)
    subprocess.run([PYTHON, "-m", "benchmarks.carry", inputs["export"], str(folder)], check=True, cwd=ROOT)
    here = {**inputs, "kdc": str(folder)}
    ours = min(NEW.run(_TO_MIT, here).wall for _ in range(rounds))
    words = [str(folder / "new.dump"), str(folder / "new.stash"), str(folder / "carry" / "principals.dump")]
    theirs = float(run([PYTHON, "-P", "-c", _LOAD, *words]).printed) + min(NEW.run(_INSPECT, here).wall for _ in range(rounds))
    users = Path(inputs["export"]).stem
    table = report.table(f"{users} users carried to MIT, wall", "work", "odkit carry s", "load -update + inspect s", "ratio", "must be")
    table.row(_TO_MIT.name, ours, theirs, ours / theirs, f"<= {_TO_MIT.goal}")
    report.summary(
        f"`{_TO_MIT.name}`, {users} users, over `kdb5_util load` and `inspect`, wall", f"{ours / theirs:.1f}", f"<= {_TO_MIT.goal}"
    )
    shutil.rmtree(folder)


def to_openldap(report: Report, inputs: Mapping[str, str]) -> None:
    """Measure `odkit carry --to openldap -o` of an export, in seconds of CPU, against reading every value of it."""
    out = Path(inputs["out"]).with_name("ldap")
    here = {**inputs, "out": str(out)}
    bare, ours = min(NEW.run(_BARE, here).cpu for _ in range(2)), NEW.run(_TO_OPENLDAP, here)
    users = Path(inputs["export"]).stem
    head = ("work", "odkit carry s", "bare read s", "ratio", "must be", "odkit MiB", "must be MiB")
    table = report.table(f"{users} users carried to OpenLDAP, CPU", *head)
    limits = f"<= {_TO_OPENLDAP.goal}", f"<= {_TO_OPENLDAP.memory}"
    table.row(_TO_OPENLDAP.name, ours.cpu, bare, ours.cpu / bare, limits[0], round(ours.peak), limits[1])
    measured = f"{ours.cpu / bare:.1f}, {ours.peak:.0f} MiB"
    report.summary(f"`{_TO_OPENLDAP.name}`, {users} users, over a bare read, CPU", measured, f"{limits[0]}, {limits[1]} MiB")
    shutil.rmtree(out)


if __name__ == "__main__":
    _databases(sys.argv[1], Path(sys.argv[2]))
