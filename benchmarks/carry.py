"""What it costs to carry a domain: against the load of the result and a mere look at the export."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import PYTHON, Table, run

REALM = b"MEDICALMART.EXAMPLE.COM"
_READ = "import odkit.ldif, sys\nfor entry in odkit.ldif.read(sys.argv[1]): entry.attributes"
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


def _database(names: Iterator[bytes], seed: int, folder: Path, name: str) -> tuple[Path, Path]:
    """A dump with two AES keys for each name, and its stash."""
    from odkit.kerberos import Principal
    from odkit.kerberos.kdb.dump import HEADER, DumpEntry, SealedKey, TaggedData, write_entry
    from odkit.kerberos.kdb.master import MasterKey, seal_mit
    from odkit.kerberos.keytab import KeytabKey, write_keytab

    master = MasterKey(18, bytes([seed]) * 32, 1, REALM)
    modified = TaggedData(2, bytes(4) + b"K/M@" + REALM + b"\0")
    keys = (SealedKey(1, 18, seal_mit(bytes(range(32)), master)), SealedKey(1, 17, seal_mit(bytes(range(16)), master)))

    def entry(*components: bytes, own: tuple[SealedKey, ...] = keys) -> bytes:
        return write_entry(DumpEntry(b"", Principal(components, REALM), 0, 36000, 604800, 0, 0, (modified,), own))

    dump, stash = folder / f"{name}.dump", folder / f"{name}.stash"
    records = [entry(b"K", b"M", own=(SealedKey(1, 18, seal_mit(master.key, master)),)), entry(b"krbtgt", REALM)]
    dump.write_bytes(HEADER + b"".join([*records, *(entry(each) for each in names)]))
    stash.write_bytes(write_keytab([KeytabKey(Principal((b"K", b"M"), REALM), 1, 18, master.key)]))
    return dump, stash


def carrying(export: Path, folder: Path, *, markdown: bool) -> None:
    """`odkit carry --to mit -o` of an export, in seconds of the wall."""
    import odkit

    if shutil.which("kdb5_util", path=os.environ.get("PATH", "") + ":/usr/sbin") is None:
        return
    names = [user.name.encode() for user in odkit.open(export).users.records()]
    dump, stash = _database(iter(names), 1, folder, "old")
    new, new_stash = _database(iter(()), 2, folder, "new")
    odkit_words = [PYTHON, "-m", "odkit_cli"]
    words = ["carry", str(export), "--to", "mit", "--kdc-dump", str(dump), "--stash", str(stash), "--target-dump", str(new)]
    words += ["--target-stash", str(new_stash), "-o", str(folder / "carry"), "--force"]
    ours = min(run([*odkit_words, *words]).wall for _ in range(2))
    load = run([PYTHON, "-c", _LOAD, str(new), str(new_stash), str(folder / "carry" / "principals.dump")])
    theirs = float(load.printed) + min(run([*odkit_words, "inspect", str(export)]).wall for _ in range(2))
    head = ("odkit carry s", "load -update + inspect s", "ratio", "must be")
    table = Table(f"{len(names):,} users carried to MIT, wall", head, (14, 24, 8, 8), markdown=markdown)
    table.row(ours, theirs, ours / theirs, "<= 6")


def carrying_records(export: Path, folder: Path, *, markdown: bool) -> None:
    """`odkit carry --to openldap -o` of an export, in seconds of CPU, against reading every value of it."""
    bare = min(run([PYTHON, "-c", _READ, str(export)]).cpu for _ in range(2))
    ours = run([PYTHON, "-m", "odkit_cli", "-q", "carry", str(export), "--to", "openldap", "-o", str(folder / "ldap"), "--force"])
    head = ("odkit carry s", "bare read s", "ratio", "must be", "odkit MiB", "must be")
    table = Table("Carrying to OpenLDAP, CPU", head, (14, 12, 8, 8, 10, 8), markdown=markdown)
    table.row(ours.cpu, bare, ours.cpu / bare, "<= 8", round(ours.peak), "<= 256")


if __name__ == "__main__":
    carrying(Path(sys.argv[1]), Path(sys.argv[2]), markdown=False)
