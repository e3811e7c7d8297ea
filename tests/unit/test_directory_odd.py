"""Records that are odd or damaged: nothing of them is silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import odkit
from build import GROUP, HEAD
from conftest import MART, each_in_turn
from odkit import inspection, mcx, passwords, purge, verification
from odkit.directory import Need
from odkit.errors import InputError, UsageError
from odkit.ldif import Entry, UnfetchedURL
from odkit.sources import BLOCK, OpenSource


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

    @each_in_turn(
        "record", [b"dn: cn=z,dc=x\n uid: z\ncn: z\n\n", b"dn: cn=z,dc=x\ncn: z\n sn: y\ncn: y\n\n", b"dn: cn=z,dc=x\ncn: z\n y\n\n"]
    )
    def test_a_line_that_became_a_part_of_another_is_told_with_cr_lf_as_with_lf(self, record: bytes) -> None:
        folded = b"".join(b"dn: cn=u%d,dc=x\ncn: u\ndescription: %s\n y\n\n" % (number, b"x" * 63) for number in range(30))
        told = []
        for data in (folded + record, (folded + record).replace(b"\n", b"\r\n")):
            od = odkit.open(data)
            for each in od.records():
                _ = each.attributes
            told.append({(each.code, each.line, each.message) for each in od.findings})
        assert told[0] == told[1]
        assert {"OD001", "OD014"} & {code for code, _, _ in told[0]}

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

    @pytest.mark.parametrize("end", [b"", b"\n", b"\n\n", b"\n\n\n", b"\nuid: a\n", b"\n\ndn: uid=last,cn=users,dc=x\nuid: last\n"])
    @pytest.mark.parametrize("begin", [b"", b"\xef\xbb\xbf"])
    def test_a_file_of_many_blocks_reads_as_its_bytes_do(self, begin: bytes, end: bytes, tmp_path: Path) -> None:
        users = [b"\n\ndn: uid=u%d,cn=users,dc=x\nuid: u%d\ncn: U%b" % (n, n, b"x" * (n % 400)) for n in range(4 * BLOCK // 200)]
        large = b"\n\ndn: cn=large,cn=groups,dc=x" + b"".join(b"\nmemberUid: u%d" % n for n in range(2 * BLOCK // 15))
        path = tmp_path / "export.ldif"
        path.write_bytes(begin + HEAD.encode().rstrip() + b"".join(users[:-9]) + large + b"\n\ngarbage" + b"".join(users[-9:]) + end)
        assert path.stat().st_size > 5 * BLOCK
        opened = odkit.open(path), odkit.open(path.read_bytes())
        one, other = [
            (
                [(r.dn, r.line, r.entry.raw) for r in od.records()],
                [(f.code, f.line) for f in od.findings],
                [(each.entries, each.size, each.completeness, each.reason) for each in od.sources],
            )
            for od in opened
        ]
        assert one == other
        assert len(one[0]) > len(users)

    @pytest.mark.parametrize("odd", [b": no GUID", b":: YQpi", b":: w7x1", b": 10254642-5e40-4ccf-8016-c1f180f37566"])
    def test_a_guid_stands_where_its_record_does_also_where_that_is_read_by_itself(self, odd: bytes) -> None:
        usual = b"dn: uid=%b,cn=users,dc=x\nuid: %b\napple-generateduid: 54DCD8EB-169D-4978-88C3-4C41429CF2F%b\n\n"
        first, last = usual % (b"ann", b"ann", b"3"), usual % (b"zoe", b"zoe", b"4")
        by_itself = b"dn: uid=ben\\,b,cn=users,dc=x\nuid: ben\napple-generateduid%b\n\n" % odd
        od = odkit.open(HEAD.encode() + first + by_itself + last, needs=["guids"])
        expected = [(r.guid or "").upper() for r in od.records()]
        assert od.column("guids") == expected
        assert od.users[expected[-1]].name == "zoe"
        assert od.users[expected[-2]].name == "ben"

    def test_what_cannot_be_asked_for(self) -> None:
        od = odkit.open(HEAD.encode())
        with pytest.raises(UsageError, match="not a column: nonsense; there are guids, stamps"):
            od.prefetch(["nonsense"])  # type: ignore[list-item]

    def test_what_the_grammar_read_is_read_once_and_is_still_each_callers_own(self) -> None:
        """A URL is a value that the grammar reads; the same record is there twice, and both are named."""
        data = b"dn: cn=users,dc=x\n\n" + b"dn: uid=a,cn=users,dc=x\nuid: a\nmail:< file:///x\n\n" * 2
        od = odkit.open(data)
        for _ in range(2):
            first, second = (entry.attributes for entry in [*od.entries()][1:])
            assert first == second == {"uid": [b"a"], "mail": [UnfetchedURL(b"file:///x")]}
            first["mail"].clear()
            del second["uid"]
            assert [f.line for f in od.findings if f.code == "OD006"] == [5, 9]

    def test_many_bad_values_of_one_record(self) -> None:
        data = b"dn: cn=users,dc=x\n\ndn: uid=a,cn=users,dc=x\n" + b"".join(b"apple-mcxsettings: x%d\n" % i for i in range(4_000)) + b"\n"
        found = [f for f in odkit.inspect(odkit.open(data)).findings if f.code == "OD108"]
        assert [f.line for f in found] == list(range(4, 4_004))


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
