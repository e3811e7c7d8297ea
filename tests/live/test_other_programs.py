"""What odkit writes, other programs read back to equal values; what they write, odkit reads."""

from __future__ import annotations

import base64
import json
import subprocess
import tracemalloc
from pathlib import Path

import pytest

import odkit
from conftest import MART, ROOT, needs
from odkit import ldif
from odkit.ldif import Entry
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.slapd import ScratchDirectory, state

pytestmark = pytest.mark.live

NASTY = [
    b" lead",
    b"trail ",
    b":colon",
    b"<less",
    b"a\nb",
    b"caf\xc3\xa9",
    b"\xe2\x80\xa8",
    b"x" * 500,
    b"a\rb",
    b"\x1b[1m",
    b"plain",
    b"#hash",
    b"-",
]

PYTHON_LDAP = """
import base64, json, ldif, sys
class Reader(ldif.LDIFParser):
    def handle(self, dn, entry):
        json.dump([dn, {k: [base64.b64encode(v).decode() for v in vs] for k, vs in entry.items()}], sys.stdout); print()
Reader(sys.stdin.buffer).parse()
"""


def test_slapadd() -> None:
    """slapadd reads, slapcat writes, and every value is what it was."""
    needs("slapd")
    entries = [Entry("cn=a,dc=x", {"objectClass": [b"device"], "cn": [b"a"], "description": NASTY})]
    with ScratchDirectory(entries, "dc=x", "cn=admin,dc=x") as directory:
        assert directory.refused == []
        found = state(directory.entries())["cn=a,dc=x"]
    assert sorted(found["description"]) == sorted(NASTY)


def test_the_whole_company_through_slapd() -> None:
    needs("slapd")
    od = odkit.open(MART / "after" / "export.ldif")
    with ScratchDirectory((r.entry for r in od.records()), od.suffix or "", f"uid=diradmin,cn=users,{od.suffix}") as directory:
        assert (directory.repairs, directory.refused) == ([], [])
        assert state(directory.entries()) == state(r.entry for r in od.records())


def test_python_ldap() -> None:
    if subprocess.run(["/usr/bin/python3", "-c", "import ldap"], capture_output=True, check=False).returncode:
        needs("python3-ldap")
    entries = [Entry(f"cn=é{i},dc=x", {"cn": [b"a"], "description": NASTY[i:]}) for i in range(len(NASTY))]
    done = subprocess.run(["/usr/bin/python3", "-c", PYTHON_LDAP], input=ldif.dump(entries), capture_output=True, check=True)
    read = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(dn, {k: [base64.b64decode(v) for v in vs] for k, vs in a.items()}) for dn, a in read] == [
        (e.dn, dict(e.attributes)) for e in entries
    ]


@pytest.mark.parametrize("stage", ["before", "leftover", "after"])
def test_the_fixtures_dumps_are_read_by_kdb5_util(stage: str) -> None:
    """The made-up dumps have the form of real ones: kdb5_util loads them, and kadmin.local lists the same names."""
    needs("kdb5_util")
    names = (MART / stage / "listprincs.txt").read_bytes().split(b"\n")[1:-1]
    with ScratchRealm("MEDICALMART.EXAMPLE.COM") as realm:
        lines = (MART / stage / "kdb5.dump").read_bytes().split(b"\n")
        text = b"\n".join(line for line in lines if b"\tK/M@" not in line)  # its own master key stays
        target = realm.folder / "dump"
        target.write_bytes(text)
        subprocess.run(["kdb5_util", "load", "-update", str(target)], env=realm.env, check=True, capture_output=True)
        assert realm.names() == set(names)


def test_a_large_export_is_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.ldif"
    subprocess.run(["python3", "fixtures/generate.py", "export", "8000", str(path)], check=True, cwd=ROOT)
    size = path.stat().st_size
    assert size > 20_000_000
    tracemalloc.start()
    try:
        od = odkit.open(path)
        assert len(od.users) == 8004
        held, peak = tracemalloc.get_traced_memory()
        for _ in ldif.read(path):
            pass
        _, streaming = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < size / 8
    assert max(peak, streaming) < size / 4
