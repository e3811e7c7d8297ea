"""The directory over an export, and what inspect says of it."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

import odkit
from build import GROUP, HEAD
from conftest import MART, ROOT
from odkit import inspection, mcx, passwords, purge, verification
from odkit.directory import Need, host_of_url
from odkit.errors import InputError, UsageError
from odkit.ldif import Entry
from odkit.rulebook import all_rules
from odkit.sources import OpenSource

RULES = all_rules()

DAMAGED = json.loads((MART / "damaged" / "expected.json").read_text())


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

    def test_sources(self, tmp_path: Path) -> None:
        data = (MART / "after" / "export.ldif").read_bytes()
        packed = tmp_path / "x.ldif.gz"
        packed.write_bytes(gzip.compress(data))
        plain = odkit.open(MART / "after" / "export.ldif")
        path = MART / "after" / "export.ldif"
        both: list[tuple[object, tuple[Need, ...]]] = [(path, ("digest", "lines", "homes"))]
        wanted: tuple[Need, ...]
        for wanted in ((), ("digest", "lines")):
            both += [(each, wanted) for each in (data, packed, io.BytesIO(data), gzip.compress(data))]
        for source, needs in both:
            od = odkit.open(source, needs=needs)  # type: ignore[arg-type] # every kind of source
            assert [(r.dn, r.line, r.attributes) for r in od.records()] == [(r.dn, r.line, r.attributes) for r in plain.records()]
            assert od.sources[0].digest == plain.sources[0].digest
            assert od.column("guids") == plain.column("guids")

    def test_a_file_that_changes(self, tmp_path: Path) -> None:
        path = tmp_path / "x.ldif"
        data = (MART / "after" / "export.ldif").read_bytes()
        needs: tuple[Need, ...]
        for needs in ((), ("digest",)):
            path.write_bytes(data)
            od = odkit.open(path, needs=needs)
            path.write_bytes(data + b"dn: cn=new,dc=x\n\n")
            with pytest.raises(odkit.InputError, match="the file was changed while odkit was reading it"):
                _ = od.sources[0].digest
            with pytest.raises(odkit.InputError, match="the file was changed while odkit was reading it"):
                od.prefetch(["guids"])

    def test_a_large_entry_is_parsed_once_and_is_still_its_own(self, tmp_path: Path) -> None:
        members = b"".join(b"memberUid: u%d\n" % i for i in range(80_000))
        data = b"dn: cn=groups,dc=x\n\n" + b"".join(b"dn: cn=g%d,cn=groups,dc=x\ncn: g%d\n%s\n" % (i, i, members) for i in range(20))
        od = odkit.open(data)
        first, again = od.groups["g3"], od.groups["g3"]
        first.attributes["memberUid"].clear()
        first.attributes["cn"].append(b"x")
        assert (len(again.attributes["memberUid"]), again.names) == (80_000, ("g3",))
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


@pytest.mark.parametrize("name", DAMAGED)
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
    assert {case["code"] for case in DAMAGED.values()} == {code for code in RULES if code < "OD2"}


def test_the_fixtures_are_what_the_generator_writes(tmp_path: Path) -> None:
    code = "import sys; sys.path.insert(0, 'fixtures'); import generate, pathlib; generate.write_medical_mart(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, cwd=ROOT)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    kept = {p.relative_to(MART): p.read_bytes() for p in MART.rglob("*") if p.is_file() and p.name != "README.md"}
    assert made == kept


class TestOddRecords:
    @pytest.mark.parametrize("head", [b"version: 1\n", b"# c\nversion: 1\n", b"version: 1\n# c\n", b"\xef\xbb\xbfversion: 1\n"])
    def test_a_version_line_directly_before_the_first_dn(self, head: bytes) -> None:
        od = odkit.open(head + b"dn: dc=x,dc=y\ndc: x\n\ndn: cn=users,dc=x,dc=y\ncn: users\n\n")
        assert od.suffix == "dc=x,dc=y"
        assert [r.dn for r in od.records()] == ["dc=x,dc=y", "cn=users,dc=x,dc=y"]
        assert odkit.inspect(od).summary["entries"] == 2

    @pytest.mark.parametrize(
        "record",
        [
            b"dn: uid=a,cn=users,dc=x\nuid: a\n\ndn: uid=a,cn=users,dc=x\n",
            b'dn: uid=a"b,cn=users,dc=x\n',
            b"dn: uid=a,cn=users,dc=z\n",
            b"dn: uid=a,ou=staff,cn=users,dc=x\n",
            b"# comment\ndn: uid=a,cn=users,dc=x\n",
        ],
    )
    def test_a_home_counts_wherever_its_record_stands(self, record: bytes) -> None:
        od = odkit.open(
            b"dn: cn=users,dc=x\ncn: users\n\n" + record + b"uid: a\nhomeDirectory: /Network/Servers/old.x.y /Users/a\n\n",
            needs=("homes",),
        )
        assert list(od.home_hosts) == ["old.x.y"]

    @pytest.mark.parametrize(
        "line",
        [
            b"homeDirectory;lang-en: /Network/Servers/old.x.y/Users/a",
            b"apple-user-homeurl: <home_dir><url>afp://old%2ex.y/U</url></home_dir>",
            b"HOMEDIRECTORY:: L05ldHdvcmsvU2VydmVycy9vbGQueC55IA==",
        ],
    )
    def test_a_home_counts_however_it_is_spelled(self, line: bytes) -> None:
        needs: tuple[Need, ...]
        for needs in (("homes",), ()):
            od = odkit.open(b"dn: cn=users,dc=x\ncn: users\n\ndn: uid=a,cn=users,dc=x\nuid: a\n" + line + b"\n\n", needs=needs)
            assert list(od.home_hosts) == ["old.x.y"]

    def test_columns_that_share_an_attribute(self) -> None:
        data = b"dn: cn=users,dc=x\n\ndn: uid=a,cn=users,dc=x\napple-mcxsettings: x\n\ndn: uid=b,cn=users,dc=x\napple-mcxsettings:< file:///x\n\n"
        od = odkit.open(data, needs=("mcx", "managed"))
        assert od.column("mcx") == [(), (None,), ()]
        assert od.column("managed") == [False, True, True]  # a value in another file is one, too
        assert "OD006" in {f.code for f in od.findings}

    @pytest.mark.parametrize(
        ("analysis", "needs"),
        [
            (odkit.inspect, inspection.NEEDS),
            (odkit.verify, verification.NEEDS),
            (odkit.verify_mcx, mcx.NEEDS),
            (odkit.verify_passwords, passwords.NEEDS),
            (lambda od: odkit.plan_purge(od, retire=["old.example.com"]), purge.NEEDS),
        ],
    )
    def test_an_analysis_reads_an_export_once_more_at_most_and_parses_no_more_records_for_it(
        self, analysis: Callable[[odkit.Directory], object], needs: tuple[Need, ...], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Who opens an export without a word of what follows pays one further pass, and no more."""
        counts: Counter[str] = Counter()
        again, entry = OpenSource.stream_again, odkit.Directory.entry

        def count_pass(source: OpenSource) -> Iterator[bytes]:
            counts["passes"] += 1
            return again(source)

        def count_entry(od: odkit.Directory, number: int) -> Entry:
            counts["entries"] += 1
            return entry(od, number)

        monkeypatch.setattr(OpenSource, "stream_again", count_pass)
        monkeypatch.setattr(odkit.Directory, "entry", count_entry)
        path = MART / "leftover" / "export.ldif"
        analysis(odkit.open(path, needs=needs))
        announced = counts["entries"]
        assert counts["passes"] == 0
        counts.clear()
        analysis(odkit.open(path))
        assert counts["passes"] == 1
        assert counts["entries"] == announced

    def test_what_cannot_be_asked_for(self) -> None:
        od = odkit.open(HEAD.encode())
        with pytest.raises(UsageError, match="not a column: nonsense; there are guids, stamps"):
            od.prefetch(["nonsense"])  # type: ignore[list-item]

    def test_many_bad_values_of_one_record(self) -> None:
        data = b"dn: cn=users,dc=x\n\ndn: uid=a,cn=users,dc=x\n" + b"".join(b"apple-mcxsettings: x%d\n" % i for i in range(20_000)) + b"\n"
        found = [f for f in odkit.inspect(odkit.open(data)).findings if f.code == "OD108"]
        assert [f.line for f in found] == list(range(4, 20_004))


WIFI = (
    "<?xml version='1.0'?><plist version='1.0'><dict><key>mcx_application_data</key><dict><key>com.example.wifi</key><dict><key>Forced</key>"
    "<array><dict><key>mcx_preference_settings</key><dict><key>Password</key><string>hunter2</string></dict></dict></array></dict></dict></dict></plist>"
)


def test_inspect_counts_domains_and_shows_no_policy() -> None:
    od = odkit.open(f"{HEAD}{GROUP}apple-mcxsettings: junk\napple-mcxsettings: {WIFI}\n\n".encode())
    report = odkit.inspect(od)
    assert report.summary["mcx"]["domains"] == {"com.example.wifi": 1}
    assert "hunter2" not in str(report.as_json())


class TestDamageIsNeverSilent:
    def test_glued_records_are_not_merged(self) -> None:
        od = odkit.open(f"{HEAD}{GROUP}dn: cn=b,cn=groups,dc=od,dc=example,dc=com\ncn: b\n\n".encode())
        assert od.groups["staff"].names == ("staff",)
        assert "b" not in od.groups
        assert "OD001" in {f.code for f in od.findings}

    def test_a_record_that_stands_twice_is_in_records(self) -> None:
        od = odkit.open(f"{HEAD}{GROUP}\n{GROUP}description: second\n\n".encode())
        assert [r.text("description") for r in od.records()] == [None, None, "second"]

    def test_a_file_that_changes_while_it_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "e.ldif"
        path.write_text(HEAD + "".join(GROUP.replace("staff", f"g{i:05}") + "\n" for i in range(3000)))

        def change(_name: str, _done: int, _total: int | None) -> None:
            with path.open("r+b") as file:
                file.seek(5)
                file.write(b"EVIL")

        with pytest.raises(InputError, match="changed while"):
            odkit.open(path, progress=change)
