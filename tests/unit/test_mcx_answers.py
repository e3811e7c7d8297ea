"""`verify-mcx` and `mcx effective` give one answer: what one calls without effect the other does not show as certain."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, get_type_hints

import pytest
from click.testing import CliRunner

import odkit
from build_mcx import UNION, forced
from conftest import each_in_turn, in_turn
from odkit import ldif
from odkit.directory import Record
from odkit.mcx import Composer, McxRecord
from odkit.values.mcx import FLAGS
from odkit_cli import cli


def xml(inner: str) -> bytes:
    return f"<plist>{inner}</plist>".encode()


def one_key(element: str) -> bytes:
    """A policy whose one key is an element as written."""
    return forced({"k": "x"}).replace(b"<string>x</string>", element.encode())


GOOD = forced({"k": 1})
IN_A_FILE = b"FILE"  # written as ldapsearch -t writes a value
# values of apple-mcxflags, and what a person would call them
SOME_FLAGS: dict[str, bytes | None] = {
    "flags": xml("<dict><key>has_mcx_settings</key><true/></dict>"), "none": None, "false": xml("<dict><key>has_mcx_settings</key><false/></dict>"), "without the key": xml("<dict/>"),
    "no dictionary": xml("<array/>"), "damaged": b"<plist>", "of later releases": xml("<dict><key>has_mcx_settings</key><true></true></dict>"), "in a file": IN_A_FILE,
}  # fmt: skip
SOME_VALUES: dict[str, list[bytes]] = {
    "good": [GOOD], "nothing": [], "damaged": [b"<plist>"], "refused by every Mac": [one_key("<integer>7 </integer>")], "refused by 10.3 and 10.4": [one_key("<true></true>")],
    "an odd form": [b"\n" + GOOD], "good and damaged": [GOOD, b"x"], "one domain twice": [GOOD, forced({"l": 1}, domain="com.apple.Dock")], "empty": [forced({})],
    "union in an array": [forced({"AppItems-Raw": ["x"], "DocItems-Raw": []}, mcx_union_policy_keys=[UNION, UNION])], "input without union": [forced({"AppItems-Raw": ["x"]})],
    "union": [forced({"AppItems-Raw": ["x"]}, mcx_union_policy_keys=UNION)], "in a file": [GOOD, IN_A_FILE], "two documents": [GOOD + GOOD],
}  # fmt: skip
NO_EFFECT = {"OD401", "OD403", "OD409"}


def export(flags: bytes | None, values: list[bytes]) -> odkit.Directory:
    ann: dict[str, list[bytes]] = {"uid": [b"ann"], "apple-generateduid": [b"6F1AF1A2-0000-4000-8000-000000000001"]}
    ann |= {FLAGS: [flags]} if flags is not None else {}
    ann |= {"apple-mcxsettings": values} if values else {}
    data = ldif.dump([ldif.Entry("cn=users,dc=x", {"cn": [b"users"]}), ldif.Entry("uid=ann,cn=users,dc=x", ann)])
    return odkit.open(data.replace(b": FILE\n", b":< file:///tmp/ldapsearch-mcx\n"))


@each_in_turn("flags", SOME_FLAGS)
def test_one_answer(flags: str) -> None:
    for values in in_turn(SOME_VALUES):
        od = export(SOME_FLAGS[flags], SOME_VALUES[values])
        report = odkit.verify_mcx(od)
        composed = Composer(od).effective("ann", None)
        found = {f.code for f in report.findings if f.code.startswith("OD4") and f.severity.value != "info"}
        reasons = {reason.code for reason in composed.reasons if reason.fault}
        assert reasons - {"OD006"} == found - {"OD407"}
        assert ("OD006" in reasons) == ("in a file" in (flags, values))
        if found & {"OD403", "OD409"}:
            assert composed.keys == ()
        if not composed.keys:
            assert composed.reasons
        if found - {"OD401", "OD402"}:
            assert all(each.ambiguous for each in composed.keys)
        if not reasons and composed.keys:
            assert not any(each.ambiguous for each in composed.keys) or "OD407" in found
        assert composed.doubtful == bool(reasons or "OD407" in found)


@pytest.mark.whole
@each_in_turn("flags", SOME_FLAGS)
def test_preserved_is_said_beside_no_finding_that_says_otherwise(flags: str) -> None:
    """The same export twice, and each one after the good one."""
    for values in in_turn(SOME_VALUES):
        after = export(SOME_FLAGS[flags], SOME_VALUES[values])
        for before in (export(SOME_FLAGS["flags"], [GOOD]), export(SOME_FLAGS[flags], SOME_VALUES[values])):
            report = odkit.verify_mcx(before, after)
            answer = report.summary["answer"]
            errors = {f.code for f in report.findings if f.severity.value == "error"}
            if "in a file" in (flags, values):
                assert "preserved" not in answer
                assert "0 findings" not in odkit.verify_mcx(after).summary["answer"]
            elif errors:
                assert "of 1 record preserved" not in answer or "the MCX of 0 of 1 record preserved" in answer
                assert "nothing lost" not in answer
            if "nothing lost" in answer:
                assert not [f for f in report.findings if f.severity.value != "info"]


def test_an_incomplete_export_is_no_proof() -> None:
    whole = ldif.dump(export(SOME_FLAGS["flags"], [GOOD]).users["ann"].entry for _ in range(1))
    limited = (
        b"dn: cn=users,dc=x\ncn: users\n\n# search result\nsearch: 2\nresult: 4 Size limit exceeded\n\n# numResponses: 2\n# numEntries: 1\n"
    )
    before, after = odkit.open(b"dn: cn=users,dc=x\ncn: users\n\n" + whole), odkit.open(limited)
    report = odkit.verify_mcx(before, after)
    assert "OD451" not in {f.code for f in report.findings}
    assert report.summary["answer"].startswith("the MCX of 0 of 1 record the same (1 setting); 1 not compared")
    assert "an export is incomplete" in report.summary["answer"]
    assert "0 findings" not in odkit.verify_mcx(after).summary["answer"]
    assert "OD463" not in {f.code for f in odkit.verify_mcx(after, before).findings}


@pytest.mark.parametrize(
    ("attributes", "reasons"),
    [("uid apple-generateduid apple-mcxsettings ", {"the export was not asked for apple-mcxflags"}), ("uid apple-mcxflags ", {"the export was not asked for apple-mcxsettings"}),
     ("uid ", {"the export was not asked for apple-mcxsettings", "the export was not asked for apple-mcxflags"})],
)  # fmt: skip
def test_what_was_not_asked_for_is_not_absent(attributes: str, reasons: set[str]) -> None:
    asked = {name.lower() for name in attributes.split()}
    whole = export(SOME_FLAGS["flags"], [GOOD])
    records = ldif.dump(
        ldif.Entry(record.dn, {name: values for name, values in record.attributes.items() if name.lower() in asked})
        for record in [whole.users["ann"]]
    )
    head = f"# extended LDIF\n#\n# LDAPv3\n# base <dc=x> with scope subtree\n# filter: (objectclass=*)\n# requesting: {attributes}\n#\n\n".encode()
    narrow = odkit.open(
        head + records + b"dn: cn=users,dc=x\n\n# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: 3\n# numEntries: 2\n"
    )
    composed = Composer(narrow).effective("ann", None)
    assert {reason.text for reason in composed.reasons} == reasons
    assert all(each.ambiguous for each in composed.keys)
    assert composed.unknown
    for report in (odkit.verify_mcx(narrow), odkit.verify_mcx(whole, narrow), odkit.verify_mcx(narrow, whole)):
        assert not [f for f in report.findings if f.code.startswith("OD4") and f.code not in {"OD463"} and f.severity.value != "info"]
        assert "preserved" not in report.summary["answer"]
        assert "0 findings" not in report.summary["answer"]


@each_in_turn(
    "was, now, releases",
    [
        ("<true/>", "<true></true>", "10.3 and 10.4"), ("<false/>", "<false></false >", "10.3 and 10.4"), ("<integer>1</integer>", "<integer>9223372036854775808</integer>", "10.3 and 10.4"),
        ("<date>2010-01-01T00:00:00Z</date>", "<date>-0001-01-01T00:00:00Z</date>", "10.3 to 10.6"), ("<string>A</string>", "<string>&#x000000041;</string>", "10.11 and later"),
        ("<data></data>", "<data>\u00e9</data>", "10.13 and later"),
    ],
)  # fmt: skip
def test_a_policy_that_fewer_releases_read_is_not_preserved(was: str, now: str, releases: str) -> None:
    before, after = (export(SOME_FLAGS["flags"], [one_key(element)]) for element in (was, now))
    report = odkit.verify_mcx(before, after)
    [said] = [f.message for f in report.findings if f.code == "OD469"]
    assert f"Mac OS X {releases}." in said
    assert any(f.code == "OD402" and f"Mac OS X {releases} refuse the whole value" in f.message for f in report.findings)
    assert "the MCX of 0 of 1 record preserved" in report.summary["answer"]
    back = odkit.verify_mcx(after, before)
    assert "OD469" not in {f.code for f in back.findings}


@each_in_turn(
    "element",
    ["<date>0000-12-30T00:00:00Z</date>", "<date>1-01-01T00:00:00Z</date>", "<date>12010-01-01T00:00:00Z</date>", "<integer>-0x1F</integer>", "<integer>+ 7</integer>", "<integer>0x1F</integer>"],
)  # fmt: skip
def test_a_form_that_every_mac_reads_is_no_fault(element: str) -> None:
    od = export(SOME_FLAGS["flags"], [one_key(element)])
    report = odkit.verify_mcx(od)
    assert {f.code for f in report.findings if f.code.startswith("OD4")} <= {"OD419"}
    assert report.summary["answer"] == "1 MCX value on 1 record; 0 findings"
    assert [each.ambiguous for each in Composer(od).effective("ann", None).keys] == [False]
    assert (
        odkit.verify_mcx(od, export(SOME_FLAGS["flags"], [one_key(element)]))
        .summary["answer"]
        .startswith("the MCX of 1 of 1 record preserved")
    )


@pytest.mark.parametrize(
    ("flags", "values", "words", "status"),
    [
        ("none", "good", "user ann: has 1 value of settings and no flags (OD403)", 1), ("no dictionary", "good", "user ann: is no dictionary (OD409)", 1),
        ("flags", "empty", "user ann: value 1: domain com.apple.dock (OD408)", 0), ("flags", "nothing", "user ann: has_mcx_settings, and no settings (OD405)", 1),
        ("none", "nothing", "no record that takes part has settings that clients load (records that take part: user ann)", 0),
    ],
)  # fmt: skip
def test_the_command_gives_the_reason_where_nothing_is_managed(flags: str, values: str, words: str, status: int, tmp_path: Any) -> None:
    path = tmp_path / "export.ldif"
    entries = list(ldif.read(b"dn: cn=users,dc=x\ncn: users\n\n"))
    path.write_bytes(ldif.dump([*entries, export(SOME_FLAGS[flags], SOME_VALUES[values]).users["ann"].entry]))
    done = CliRunner().invoke(cli, ["mcx", "effective", str(path), "--user", "ann"])
    assert f"Nothing is managed:\n  {words}\n" in done.output
    assert done.exit_code == status
    as_json = json.loads(CliRunner().invoke(cli, ["mcx", "effective", str(path), "--user", "ann", "--json"]).output)
    assert as_json["keys"] == []
    assert len(as_json["reasons"]) == 1


class TestFrozenValues:
    @pytest.mark.parametrize(
        "change",
        [
            lambda mcx: mcx["com.apple.dock"][0].keys.__setitem__("k", 99), lambda mcx: mcx["com.apple.dock"][0].keys["n"].__setitem__("a", 99), lambda mcx: mcx["com.apple.dock"][0].keys["l"].append(1),
            lambda mcx: setattr(mcx["com.apple.dock"][0], "domain", "x"), lambda mcx: mcx.values.append(1), lambda mcx: setattr(mcx, "values", ()), lambda mcx: mcx.flags.update(a=1),
            lambda mcx: mcx.values[0].settings.clear(), lambda mcx: mcx["com.apple.dock"][0].others.__setitem__("k", 1),
        ],
        ids=["key", "key of a dictionary", "array", "domain", "values", "record", "flags", "settings", "others"],
    )  # fmt: skip
    def test_what_one_user_has_cannot_be_changed(self, change: Callable[[Any], None]) -> None:
        od = export(SOME_FLAGS["flags"], [forced({"k": 1, "n": {"a": 1}, "l": [1]})])
        with pytest.raises((TypeError, AttributeError)):
            change(od.users["ann"].mcx)
        assert od.users["ann"].mcx["com.apple.dock"][0].keys == {"k": 1, "n": {"a": 1}, "l": (1,)}

    def test_equal_values_are_read_once_for_each_directory(self) -> None:
        first, second = (export(SOME_FLAGS["flags"], [GOOD]) for _ in range(2))
        assert first.users["ann"].mcx.values[0] is first.users["ann"].mcx.values[0]
        assert first.users["ann"].mcx.values[0] is not second.users["ann"].mcx.values[0]

    def test_the_type_is_known(self) -> None:
        assert get_type_hints(Record.mcx.fget)["return"] is McxRecord  # type: ignore[attr-defined]


def test_diff_shows_a_value_that_fewer_releases_read() -> None:
    before, after = (export(SOME_FLAGS["flags"], [one_key(element)]) for element in ("<true/>", "<true></true>"))
    assert len(odkit.diff(before, after).records) == 1
    assert odkit.diff(after, export(SOME_FLAGS["flags"], [b"\n" + one_key("<true></true>")])).records == ()
