"""What odkit writes, other programs read back to equal values; what they write, odkit reads."""

from __future__ import annotations

import base64
import json
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

import odkit
from conftest import MART, in_turn, needs
from odkit import ldif
from odkit.dn import dn_key, escape_value
from odkit.ldif import Attributes, ChangeRecord, Entry
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
import base64, json, sys
try:
    import ldif
except ImportError:
    sys.exit(77)
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
    entries = [Entry(f"cn=é{i},dc=x", {"cn": [b"a"], "description": NASTY[i:]}) for i in range(len(NASTY))]
    done = subprocess.run(["/usr/bin/python3", "-c", PYTHON_LDAP], input=ldif.dump(entries), capture_output=True, check=False)
    if done.returncode == 77:
        needs("python3-ldap")
    assert done.returncode == 0, done.stderr
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
    from generate import main as generate

    path = tmp_path / "x.ldif"
    assert generate(["export", "2000", str(path)]) == 0
    size = path.stat().st_size
    assert size > 5_000_000
    tracemalloc.start()
    try:
        od = odkit.open(path)
        assert len(od.users) == 2004
        held, peak = tracemalloc.get_traced_memory()
        for _ in ldif.read(path):
            pass
        _, streaming = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < size / 8
    assert max(peak, streaming) < size / 4


# which names slapd takes for one, found out by adding both
ONE_NAME = [("STRA\xdfE", "stra\xdfe"), ("\u03a3", "\u03c3"), ("a  b", "a b"), ("i", "\u0130"), ("\xe5", "\u212b"), ("fi", "\ufb01"), ("A", "\uff21"),
            ("E\u0301", "\xe9"), ("viii", "\u2177"), ("s", "\u017f"), ("\u03bc", "\xb5"), ("a\xa0b", "a b"), ("a#b", "A#b")]  # fmt: skip
TWO_NAMES = [
    ("stra\xdfe", "strasse"),
    ("\u03c2", "\u03c3"),
    ("\u1e9e", "\xdf"),
    ("a\tb", "a b"),
    ("i", "\u0131"),
    ("\u2121", "tel"),
    ("a\xadb", "ab"),
]


def test_names_are_one_where_slapd_says_so() -> None:
    """Each pair is added below a record of its own; all by one ldapmodify, which goes on where slapd refuses."""
    needs("slapd", "ldapmodify")
    pairs = ONE_NAME + TWO_NAMES
    added = []
    for number, pair in enumerate(pairs):
        for name, above in ((f"p{number}", "dc=x"), *((name, f"cn=p{number},dc=x") for name in pair)):
            attributes = Attributes({"objectClass": [b"container"], "cn": [name.encode()]})
            added.append(ChangeRecord(f"cn={escape_value(name)},{above}", "add", attributes=attributes))
    with ScratchDirectory([Entry("dc=x", {"objectClass": [b"domain", b"top"], "dc": [b"x"]})], "dc=x", "cn=admin,dc=x") as directory:
        said = directory.modify(ldif.dump(added), go_on=True).stderr
        there = [entry.dn.rpartition(",cn=")[2] for entry in directory.entries()]
    assert said.count(b"Already exists (68)") == said.count(b"ldap_add:") == len(ONE_NAME)
    for number, pair in in_turn(enumerate(pairs)):
        assert there.count(f"p{number},dc=x") == (1 if pair in ONE_NAME else 2)
        one, other = (dn_key(f"cn={escape_value(name)},dc=x") for name in pair)
        assert (one == other) == (pair in ONE_NAME)


class TestLdapsearch:
    """Whether an export is complete, by what the real program writes."""

    @pytest.fixture(scope="class")
    @staticmethod
    def url() -> Iterator[str]:
        needs("slapd", "ldapsearch")
        entries = [Entry("dc=x", {"objectClass": [b"domain", b"top"], "dc": [b"x"]})]
        entries += [Entry(f"cn=c{i},dc=x", {"objectClass": [b"container", b"top"], "cn": [f"c{i}".encode()]}) for i in range(4)]
        with ScratchDirectory(entries, "dc=x", "cn=admin,dc=x") as directory:
            yield directory.url

    def search(self, url: str, *words: str) -> bytes:
        return subprocess.run(
            ["ldapsearch", "-x", "-H", url, "-b", "dc=x", *words, "(objectClass=*)", "*", "+"], capture_output=True, check=False
        ).stdout

    def judge(self, data: bytes) -> tuple[str, int, list[str]]:
        reader = ldif.Reader(data, strict=False)
        count = len(list(reader))
        opened = odkit.open(data)
        assert opened.sources[0].completeness == reader.completeness()[0]
        return reader.completeness()[0].value, count, [f.code for f in reader.findings]

    @pytest.mark.parametrize(
        ("words", "verdict", "count"),
        [
            ([], "complete", 5), (["-z", "2"], "incomplete", 2), (["-L"], "unknown", 5), (["-L", "-z", "2"], "unknown", 2), (["-LLL"], "unknown", 5),
            (["-E", "pr=2/noprompt"], "complete", 5), (["-L", "-E", "pr=2/noprompt"], "unknown", 5), (["-E", "sss=cn"], "complete", 5),
        ],
    )  # fmt: skip
    def test_forms(self, url: str, words: list[str], verdict: str, count: int) -> None:
        assert self.judge(self.search(url, *words)) == (verdict, count, [])

    def test_several_in_one_file(self, url: str) -> None:
        one, cut, paged = self.search(url), self.search(url, "-z", "2"), self.search(url, "-E", "pr=2/noprompt")
        for data, verdict in [
            (one + one, "complete"),
            (one + cut, "incomplete"),
            (cut + one, "incomplete"),
            (one[: one.index(b"# search result")] + one, "incomplete"),
            (paged[: paged.rindex(b"# extended LDIF")], "incomplete"),
            (paged[: paged.rindex(b"# numResponses")].replace(b"pagedresults: cookie=\n", b""), "incomplete"),
            (paged.replace(b"cookie=\n", b"cookie=QUJD\n") + paged, "incomplete"),
            (one + b"dn: cn=more,dc=x\ncn: more\nentryCSN: 1\n\n", "unknown"),
        ]:
            assert self.judge(data)[0] == verdict, data[-300:]
