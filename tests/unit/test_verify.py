"""The whole verification of two exports."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import odkit
from build import few
from conftest import MART, ROOT
from odkit.errors import UsageError
from odkit.rulebook import all_rules
from shown import all_shown

PAIRS = Path("fixtures/medical-mart/damaged/pairs")
EXPECTED = json.loads((ROOT / PAIRS / "expected.json").read_text())
RULES = all_rules()


@pytest.mark.parametrize("name", EXPECTED)
def test_damaged(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each finding once, with its exact message, and nothing more serious beside it."""
    monkeypatch.chdir(ROOT)
    wanted = EXPECTED[name]
    report = odkit.verify(*(odkit.open(PAIRS / f"{name}{end}.ldif") for end in ("", "-after")))
    rule = RULES[wanted["code"]]
    assert [f.message for f in report.findings if f.code == rule.code] == [f"{wanted['message']}. {rule.advice}"]
    assert all(f.severity.weight <= rule.severity.weight for f in report.findings if f.code[:3] == "OD6")


def test_every_rule_of_two_exports_is_shown() -> None:
    # OD613 is of a name that --retire gives: test_references.py
    rules = [rule for code, rule in RULES.items() if code[:3] == "OD6" and code != "OD613"]
    all_shown(rules, {case["code"] for case in EXPECTED.values()} - {"OD731"}, "fixtures/damaged_pairs.py")


class TestWhatWasCompared:
    TOP = b"dn: dc=x\nobjectClass: domain\ndc: x\n\ndn: cn=users,dc=x\ncn: users\n\n"
    USER = b"dn: uid=ann,cn=users,dc=x\nobjectClass: apple-user\nuid: ann\nauthAuthority: ;Kerberosv5;;ann@X;X;\napple-generateduid: 6F1AF1A2-0000-4000-8000-000000000001\ndescription: one\n\n"

    def test_a_change_that_no_check_judges_is_counted_and_named(self) -> None:
        report = odkit.verify(odkit.open(self.TOP + self.USER), odkit.open(self.TOP + self.USER.replace(b"one", b"two")))
        assert report.summary["answer"] == "everything came through"
        assert report.summary["not_judged"] == {"changes": 1, "attributes": {"description": 1}, "records": {}}
        assert str(report.not_judged) == "1 other attribute change (description 1): not judged; odkit diff shows them"

    def test_what_an_export_was_not_asked_for_is_no_change(self) -> None:
        head = b"# extended LDIF\n#\n# LDAPv3\n# base <dc=x> with scope subtree\n# filter: (objectClass=*)\n# requesting: %s\n#\n\n"
        end = b"# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: 4\n# numEntries: 3\n"
        whole = head % b"ALL" + self.TOP + self.USER + end
        narrow = (
            head % b"objectClass dc cn uid authAuthority apple-generateduid"
            + self.TOP
            + self.USER.replace(b"description: one\n", b"")
            + end
        )
        report = odkit.verify(odkit.open(whole), odkit.open(narrow))
        assert report.summary["not_judged"] == {
            "changes": 0,
            "attributes": {},
            "records": {"with attributes that an export does not show": 1},
        }
        assert report.summary["answer"] != "everything came through"

    def test_a_secret_shows_its_length_alone(self) -> None:
        before, after = (self.TOP + self.USER.replace(b"description: one", b"userPassword: " + each) for each in (b"hunter2", b"swordfish"))
        report = odkit.verify(odkit.open(before), odkit.open(after))
        assert any(f.code in {"OD618", "OD367"} for f in report.findings)
        assert "hunter2" not in str(report.as_json())

    @pytest.mark.parametrize("verdict", [odkit.verify, odkit.verify_passwords, odkit.verify_mcx])
    def test_passwords_alone_are_no_newer_export(self, verdict: object) -> None:
        lion = MART / "lion"
        with pytest.raises(UsageError, match="holds only cn=authdata, the passwords of another export"):
            verdict(odkit.open(lion / "export.ldif"), odkit.open(lion / "authdata.ldif"))  # type: ignore[operator]

    @pytest.mark.parametrize("question", [odkit.verify, odkit.verify_passwords, lambda od: odkit.carry(od, to="mit")])
    def test_passwords_alone_are_no_export_of_which_anything_could_be_fine(self, question: Callable[[odkit.Directory], object]) -> None:
        with pytest.raises(UsageError, match="holds only cn=authdata, the passwords of another export"):
            question(odkit.open(MART / "lion" / "authdata.ldif"))


class TestValuesThatAreNotShown:
    """`ldapsearch -A` gives names of attributes alone, -t puts values into files of their own: neither is an empty value, or a lost one."""

    TRUE = frozenset({"OD006", "OD011", "OD013", "OD619"})  # computers whose DNs are shown, and not there, are missing

    @staticmethod
    def without_values(data: bytes, form: bytes) -> bytes:
        lines = data.replace(b"\n ", b"").split(b"\n")
        shown = (each if each.startswith(b"dn:") or not each else each.split(b":")[0] + form for each in lines)
        return b"\n".join(shown).rstrip(b"\n") + b"\n\n"

    @pytest.mark.whole
    @pytest.mark.parametrize(("stage", "form"), [("before", b":"), ("leftover", b":< file:///tmp/x")])
    def test_nothing_is_missing_empty_or_twice_by_them(self, stage: str, form: bytes) -> None:
        older = few(stage)
        newer = self.without_values(few("after"), form)
        found = odkit.verify(odkit.open(older), odkit.open(newer)).findings
        assert {f.code for f in found if f.severity is not odkit.Severity.INFO} <= self.TRUE


class TestVerify:
    @pytest.mark.parametrize(
        ("was", "now", "code"),
        [
            (b"@files.medicalmart.example.com/Homes\n", b"@nowhere.example.com/No\n", "OD615"),
            (b"dn: cn=office-store,cn=groups", None, "OD616"),
        ],
    )
    def test_what_was_not_seen(self, was: bytes, now: bytes | None, code: str) -> None:
        data = (MART / "after" / "export.ldif").read_bytes().replace(b"\n ", b"")
        assert was in data
        if now is None:
            at = data.index(was)
            other = data[:at] + data[at:].replace(b"gidNumber: ", b"gidNumber: 9", 1)
        else:
            other = data.replace(was, now, 1)
        found = odkit.verify(odkit.open(data), odkit.open(other))
        assert code in {f.code for f in found.findings}
        assert found.summary["answer"] != "everything came through"

    def test_a_login_name_that_is_gone(self) -> None:
        data = (MART / "after" / "export.ldif").read_bytes()
        more = data.replace(b"uid: aabbott0\n", b"uid: aabbott0\nuid: ann\n", 1)
        found = odkit.verify(odkit.open(more), odkit.open(data))
        assert any("does not answer to ann any more" in f.message for f in found.findings)


class TestOrder:
    """The newer export given first: nothing else of the answer can be read then, so that it is said, with the way out."""

    @staticmethod
    def signs(first: bytes, second: bytes, *retired: str) -> list[str]:
        report = odkit.verify(odkit.open(first), odkit.open(second), retire=retired)
        told = [f.message for f in report.findings if f.code == "OD622"]
        assert all(each.endswith("Give the older export first, if the order is wrong.") for each in told)
        assert report.summary["answer"].startswith("the exports may be in the wrong order: ") == bool(told)
        return told

    @staticmethod
    def export(stage: str, *, stamps: bool = True) -> bytes:
        data = few(stage)
        return data if stamps else re.sub(rb"\n(create|modify)Timestamp: [0-9Z]+", b"", data)

    @pytest.mark.whole
    @pytest.mark.parametrize("stamps", [True, False])
    @pytest.mark.parametrize("later", ["leftover", "after"])
    def test_containers_of_a_later_release_are_not_given_up_by_a_move(self, later: str, stamps: bool) -> None:
        before, after = self.export("before", stamps=stamps), self.export(later, stamps=stamps)
        assert self.signs(before, after) == []
        (told,) = self.signs(after, before)
        assert "has no cn=computer_groups and no cn=augments" in told
        assert "which 10.5 brought" in told

    def test_the_second_generation_came_after_the_first(self) -> None:
        first = self.export("after", stamps=False)
        lion = first.replace(b"\n ", b"").replace(b",1024 35 ", b",1024 65537 ")
        assert (odkit.open(first).generation, odkit.open(lion).generation) == (1, 2)
        assert self.signs(first, lion) == []
        (told,) = self.signs(lion, first)
        assert "is of 10.4 to 10.6" in told

    @pytest.mark.parametrize("count", [1, 3])
    def test_records_whose_last_change_was_earlier_in_the_second_export(self, count: int) -> None:
        """All within a day, so that the newest change alone tells nothing."""
        older = self.export("after")
        newer = older
        for n in range(count):
            dn = re.findall(rb"\ndn: uid=[a-z0-9]+,cn=users,[^\n]+\n", older)[n + 2]
            at = newer.index(dn)
            newer = newer[:at] + re.sub(rb"modifyTimestamp: [0-9Z]+", b"modifyTimestamp: 20080916121500Z", newer[at:], count=1)
        assert self.signs(older, newer) == []
        (told,) = self.signs(newer, older)
        assert "last changed at an earlier time in" in told
        assert told.startswith(f"{count} record")

    @pytest.mark.parametrize("container", ["users", "groups", "mounts"])
    def test_what_the_second_export_was_not_asked_for_may_be_the_later_part(self, container: str) -> None:
        older = self.export("before")
        base = f"cn={container},dc=medicalmart,dc=example,dc=com".encode()
        records = [each for each in older.replace(b"\n ", b"").split(b"\n\n") if each.split(b"\n", 1)[0].endswith(base)]
        head = b"# extended LDIF\n#\n# LDAPv3\n# base <%s> with scope subtree\n# filter: (objectclass=*)\n# requesting: * + \n#\n\n" % base
        tail = b"\n\n# search result\nsearch: 2\nresult: 0 Success\n\n# numEntries: %d\n" % len(records)
        part = head + b"\n\n".join(records) + tail
        assert self.signs(older, part) == []

    def test_changes_on_both_sides_say_nothing(self) -> None:
        one = two = self.export("after")
        names = re.findall(rb"\ndn: uid=[a-z0-9]+,cn=users,[^\n]+\n", one)
        at = one.index(names[2])
        one = one[:at] + re.sub(rb"modifyTimestamp: [0-9Z]+", b"modifyTimestamp: 20080916121500Z", one[at:], count=1)
        at = two.index(names[3])
        two = two[:at] + re.sub(rb"modifyTimestamp: [0-9Z]+", b"modifyTimestamp: 20080916121500Z", two[at:], count=1)
        assert self.signs(one, two) == self.signs(two, one) == []

    @pytest.mark.whole
    def test_retired_names_that_the_second_export_alone_has(self) -> None:
        retired = [line for line in (MART / "retired.txt").read_text().split() if line]
        leftover, after = self.export("leftover"), self.export("after")
        older, newer = odkit.open(leftover), odkit.open(after)
        named = [host for host in retired if odkit.references(older, [host]) and not odkit.references(newer, [host])]
        assert named
        assert self.signs(leftover, after, *named) == []
        (told,) = self.signs(after, leftover, *named)
        assert named[0] in told
