"""The directory over an export, and what inspect says of it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import odkit
from conftest import MART, ROOT, each_in_turn, in_turn
from odkit.directory import Need, host_of_url
from odkit.errors import InputError, UsageError
from odkit.rulebook import all_rules
from shown import all_shown

RULES = all_rules()

DAMAGED = json.loads((MART / "damaged" / "expected.json").read_text())

SMALL = b"dn: dc=x\ndc: x\n\n"
LARGE = SMALL + b"# " + b"x" * (1 << 20) + b"\n"


class TestMedicalMart:
    @pytest.mark.parametrize(("stage", "computers", "servers"), [("before", 35, 5), ("leftover", 44, 6), ("after", 35, 6)])
    def test_counts(self, stage: str, computers: int, servers: int) -> None:
        od = odkit.open(MART / stage / "export.ldif")
        assert (od.suffix, od.realm, od.generation) == ("dc=medicalmart,dc=example,dc=com", "MEDICALMART.EXAMPLE.COM", 1)
        assert (len(od.users), len(od.computers), len(od.mounts) > 0) == (
            124,
            computers,
            True,
        )
        report = odkit.inspect(od)
        assert len(report.summary["servers"]) == servers
        assert [f.code for f in report.findings] == ["OD012"]

    def test_the_relay_is_seen(self) -> None:
        od = odkit.open(MART / "after" / "export.ldif")
        [(tree, place)] = od.config.trees()
        roles = [(s.role, s.tier, s.dns.partition(".")[0]) for s in tree.servers()]
        assert roles == [
            ("master", 0, "odmaster"), ("relay", 1, "odrelay"), ("replica", 2, "od-store"), ("replica", 2, "od-dartmouth"),
            ("replica", 2, "od-windsor"), ("replica", 2, "od-edmonton"),
        ]  # fmt: skip
        assert len(tree.decommissioned) == 4
        assert place.line > 0

    def test_records_by_any_name_and_guid(self) -> None:
        od = odkit.open(MART / "after" / "export.ldif")
        ann = next(od.users.records())
        for name in (*ann.names, ann.guid or "", (ann.guid or "").lower(), ann.name.upper()):
            assert od.users[name].dn == ann.dn
        with pytest.raises(KeyError):
            od.users["nobody"]
        assert od.get("UID=root, CN=users, " + (od.suffix or "")) is not None
        assert od.get("not a dn") is None
        assert (
            len(list(od.records())) == len(od) == sum(od.counts().values()) + len([*od.rdns_below("dc=medicalmart,dc=example,dc=com")]) + 1
        )
        with pytest.raises(UsageError):
            od.of_type("Nonsense")

    def test_iterating_passes_over_the_records_of_other_types_that_stand_between(self) -> None:
        kinds = ["users", "users", "groups", "users", "groups", "groups", "users", "users", "users"]
        text = "".join(f"dn: cn=n{n},cn={kind},dc=x\ncn: n{n}\n\n" for n, kind in enumerate(kinds))
        od = odkit.open(f"dn: dc=x\ndc: x\n\n{text}".encode())
        for records, kind in ((od.users, "users"), (od.groups, "groups"), (od.computers, "computers")):
            assert [each.name for each in records] == [f"n{n}" for n, each in enumerate(kinds) if each == kind]
            assert [each.record_id for each in records] == od.record_ids(records.kind)

    def test_iterating_gives_every_record_also_two_of_one_name(self) -> None:
        computer = "dn: cn=c{0},cn=computers,dc=x\nobjectClass: apple-computer\ncn: same\ncn: c{0}\napple-generateduid: 0000000{0}-AAAA\n\n"
        od = odkit.open(("dn: dc=x\ndc: x\nobjectClass: domain\n\n" + computer.format(1) + computer.format(2)).encode())
        assert (
            [each.dn for each in od.computers]
            == [each.dn for each in od.computers.records()]
            == [f"cn=c{n},cn=computers,dc=x" for n in (1, 2)]
        )
        assert len(od.computers) == 2
        assert od.computers["Same"].dn == "cn=c1,cn=computers,dc=x"
        second = od.computers.get("C2")
        assert second is not None
        assert second.dn == "cn=c2,cn=computers,dc=x"
        assert "c2" in od.computers
        assert "00000002-aaaa" in od.computers
        assert "c3" not in od.computers
        assert od.computers.get("c3") is None
        assert not isinstance(od.computers, Mapping)

    def test_lines(self) -> None:
        od = odkit.open(MART / "after" / "export.ldif")
        text = (MART / "after" / "export.ldif").read_bytes().split(b"\n")
        for record in list(od.records())[::20]:
            assert text[record.line - 1].startswith(b"dn: " + record.dn.encode()[:20])

    def test_views(self) -> None:
        od = odkit.open(MART / "leftover" / "export.ldif")
        user = list(od.users.records())[10]
        assert len(user.home.hosts) == 1
        assert user.home.url.startswith("afp://")
        assert user.home.path == user.name
        assert len(user.authorities) == 2
        mount = next(od.mounts.records())
        assert len(mount.hosts) == 1
        assert od.computer_lists["servers"].members
        assert od.computer_groups["servers"].member_guids
        assert host_of_url("afp://;AUTH=NO%20USER%20AUTHENT@h.example.com:548/S") == "h.example.com"
        assert host_of_url("nonsense") is None

    @pytest.mark.whole
    def test_sources(self, tmp_path: Path) -> None:
        data = (MART / "after" / "export.ldif").read_bytes()
        packed = tmp_path / "x.ldif.gz"
        packed.write_bytes(gzip.compress(data))
        plain = odkit.open(MART / "after" / "export.ldif")
        records = [(r.dn, r.line, r.attributes) for r in plain.records()]
        path = MART / "after" / "export.ldif"
        both: list[tuple[object, tuple[Need, ...]]] = [(path, ("digest", "lines", "homes"))]
        wanted: tuple[Need, ...]
        for wanted in ((), ("digest", "lines")):
            both += [(each, wanted) for each in (data, packed, io.BytesIO(data), gzip.compress(data))]
        for source, needs in both:
            od = odkit.open(source, needs=needs)  # type: ignore[arg-type] # every kind of source
            assert [(r.dn, r.line, r.attributes) for r in od.records()] == records
            assert od.sources[0].digest == plain.sources[0].digest
            assert od.column("guids") == plain.column("guids")

    def test_the_digest_of_a_source_is_that_of_its_bytes(self, tmp_path: Path) -> None:
        """A thread computes that of a large one while it is read."""
        path = tmp_path / "x.ldif"
        needs: tuple[Need, ...]
        for data in in_turn((SMALL, LARGE)):
            path.write_bytes(data)
            for needs in ((), ("digest",)):
                for source in (path, data, io.BytesIO(data)):
                    assert odkit.open(source, needs=needs).sources[0].digest == hashlib.sha256(data).hexdigest()

    @each_in_turn("data", (SMALL, LARGE))
    def test_a_file_that_changes(self, tmp_path: Path, data: bytes) -> None:
        path = tmp_path / "x.ldif"
        needs: tuple[Need, ...]
        for needs in ((), ("digest",)):
            path.write_bytes(data)
            od = odkit.open(path, needs=needs)
            path.write_bytes(data + b"dn: cn=new,dc=x\n\n")
            with pytest.raises(odkit.InputError, match="the file was changed while odkit was reading it"):
                _ = od.sources[0].digest
            with pytest.raises(odkit.InputError, match="the file was changed while odkit was reading it"):
                od.prefetch(["guids"])

    @pytest.mark.whole
    def test_a_large_entry_is_parsed_once_and_is_still_its_own(self, tmp_path: Path) -> None:
        members = b"".join(b"memberUid: %0120d\n" % i for i in range(9_000))  # more than 1 MiB
        data = b"dn: cn=groups,dc=x\n\n" + b"".join(b"dn: cn=g%d,cn=groups,dc=x\ncn: g%d\n%s\n" % (i, i, members) for i in range(20))
        od = odkit.open(data)
        first, again = od.groups["g3"], od.groups["g3"]
        first.attributes["memberUid"].clear()
        first.attributes["cn"].append(b"x")
        assert (len(again.attributes["memberUid"]), again.names) == (9_000, ("g3",))
        assert od.groups["g3"].attributes == again.attributes
        assert sum(len(raw) for raw, _ in od._large.values()) <= 1 << 24

    def test_several_files(self) -> None:
        data = (MART / "after" / "export.ldif").read_bytes()
        authdata = (
            b"dn: cn=authdata\ncn: authdata\n\ndn: cn=users,cn=authdata\ncn: users\n\ndn: authGUID=x,cn=users,cn=authdata\nauthGUID: x\n\n"
        )
        od = odkit.open(data, authdata)
        assert (od.authdata, od.generation, od.suffix) == (2, 2, "dc=medicalmart,dc=example,dc=com")
        assert [f for f in od.findings if f.code not in {"OD012"}] == []

    def test_a_file_changed_meanwhile(self, tmp_path: Path) -> None:
        path = tmp_path / "x.ldif"
        path.write_bytes((MART / "after" / "export.ldif").read_bytes())
        od = odkit.open(path)
        path.write_bytes(b"dn: cn=x\n")
        with pytest.raises(InputError, match="changed while odkit was reading"):
            list(od.records())

    def test_empty_and_foreign(self) -> None:
        for data in (b"", b"\n\n", b"# comment\n"):
            with pytest.raises(InputError, match="holds no entry"):
                odkit.open(data)
        with pytest.raises(UsageError):
            odkit.open()


@each_in_turn("name", DAMAGED)
def test_damaged(name: str) -> None:
    """Each finding once, with its exact message and line."""
    path = MART / "damaged" / f"{name}.ldif"
    wanted = DAMAGED[name]
    report = odkit.inspect(odkit.open(path), check_values=wanted["code"] > "OD110")
    found = [f for f in report.findings if f.code == wanted["code"]]
    message = f"{wanted['message']}. {RULES[wanted['code']].advice}"
    assert [(f.line, f.message, f.path) for f in found] == [(wanted["line"], message, str(path))]
    others = {f.code for f in report.findings} - {wanted["code"]}
    assert others <= {"OD011", "OD012", "OD103", "OD104"}  # a value in another file makes the export incomplete


def test_every_rule_of_reading_has_a_damaged_export() -> None:
    # OD117 takes two exports: test_domain_twice.py
    rules = [rule for code, rule in RULES.items() if code < "OD2" and code != "OD117"]
    all_shown(rules, {case["code"] for case in DAMAGED.values()}, "fixtures/damaged.py")


@pytest.mark.whole
def test_the_fixtures_are_what_the_generator_writes(tmp_path: Path) -> None:
    code = "import sys; sys.path.insert(0, 'fixtures'); import generate, pathlib; generate.write_medical_mart(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, cwd=ROOT)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    kept = {p.relative_to(MART): p.read_bytes() for p in MART.rglob("*") if p.is_file() and p.name != "README.md"}
    other = sorted(str(name) for name in {*made, *kept} if made.get(name) != kept.get(name))
    assert not other, "fixtures/medical-mart is not what the generator writes: run script/generate, and git rm what it makes no more"
