"""MCX: what is read, what is found, what is preserved."""

from __future__ import annotations

import json
import plistlib
from pathlib import Path
from typing import Any

import pytest

import odkit
from build_mcx import keys, policy, users_with
from conftest import MART, ROOT, each_in_turn
from odkit import ldif, mcx
from odkit.errors import UsageError
from odkit.rulebook import all_rules
from shown import all_shown

RULES = all_rules()

FOLDER = Path("fixtures/medical-mart/damaged/mcx")
EXPECTED = json.loads((ROOT / FOLDER / "expected.json").read_text())


@pytest.fixture(autouse=True)
def _at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@each_in_turn("name", EXPECTED)
def test_damaged(name: str) -> None:
    """Each finding once, with its exact message."""
    wanted = EXPECTED[name]
    before, after = FOLDER / f"{name}.ldif", FOLDER / f"{name}-after.ldif"
    report = odkit.verify_mcx(odkit.open(before), odkit.open(after) if after.exists() else None, retire=[wanted["retired"]])
    found = [f.message for f in report.findings if f.code == wanted["code"]]
    assert found == [f"{wanted['message']}. {RULES[wanted['code']].advice}"]
    if after.exists() and wanted["code"] not in {"OD451"}:
        others = {f.code for f in report.findings if "OD45" <= f.code < "OD5"} - {wanted["code"]}
        assert others <= {"OD455", "OD463", "OD467"}, others


def test_every_rule_on_mcx_has_a_damaged_export() -> None:
    rules = [rule for code, rule in RULES.items() if "OD4" <= code < "OD5"]
    all_shown(rules, {case["code"] for case in EXPECTED.values()}, "fixtures/damaged_mcx.py")


class TestRetiredNames:
    @each_in_turn("name", ["xserve", "", "*.example.com", "afp://xserve.example.com", "xserve.example.com:548", "a.example.com,b"])
    def test_what_is_no_full_name_is_refused_and_never_answered_with_no_findings(self, name: str) -> None:
        with pytest.raises(UsageError, match="not the full name of a host"):
            odkit.verify_mcx(odkit.open(MART / "after" / "export.ldif"), retire=[name])


class TestMedicalMart:
    def test_nothing_was_lost(self) -> None:
        before, after = (odkit.open(MART / stage / "export.ldif") for stage in ("before", "after"))
        report = odkit.verify_mcx(before, after)
        assert [f for f in report.findings if f.severity.value != "info"] == []
        assert report.summary["answer"] == "the MCX of 20 of 20 records preserved (45 settings); nothing lost, changed or made inert"

    def test_in_use(self) -> None:
        user = odkit.open(MART / "after" / "export.ldif").users["aabbott0"]
        assert user.mcx.domains == ("com.apple.dock", "com.apple.finder")
        assert [(s.frequency, s.keys["tilesize"]) for s in user.mcx["com.apple.Dock"]] == [("always", 48)]
        with pytest.raises(KeyError):
            user.mcx["com.apple.mail"]


class TestValues:
    def value(self, data: Any) -> mcx.Value:
        return mcx.parse_value(plistlib.dumps({"mcx_application_data": data}))

    def test_many_domains_and_states(self) -> None:
        found = self.value(
            {
                "a": {
                    "Forced": [{"mcx_preference_settings": {"x": 1}}],
                    "Set-Once": [{"mcx_preference_settings": {"y": 1}}, {"mcx_preference_settings": {}}],
                },
                "b": {},
            }
        )
        assert [(s.domain, s.frequency, sorted(s.keys)) for s in found.settings] == [
            ("a", "always", ["x"]),
            ("a", "often", ["y"]),
            ("a", "often", []),
        ]
        assert (found.domains, found.problems) == (("a", "b"), ())

    @each_in_turn(
        "data, problem",
        [
            ({"a": []}, "domain a: no dictionary"),
            ({"a": {"Often": []}}, "domain a: Often is neither Forced nor Set-Once"),
            ({"a": {"Forced": {}}}, "domain a: Forced is no array"),
            ({"a": {"Forced": [{}]}}, "domain a: Forced[0]: no dictionary mcx_preference_settings"),
            ({"a": {"Forced": [{"mcx_preference_settings": {}, "mcx_data_timestamp": "x"}]}}, "domain a: Forced[0]: mcx_data_timestamp is no date"),
            ({"a": {"Forced": [{"mcx_preference_settings": {}, "mcx_union_policy_keys": [1]}]}},
             "domain a: Forced[0]: a union policy without input or output key names"),
        ],
    )  # fmt: skip
    def test_odd_shapes(self, data: Any, problem: str) -> None:
        found = self.value(data)
        assert found.problems + found.union_problems == (problem,)

    def test_the_bytes_are_kept(self) -> None:
        raw = b"  <plist><dict/></plist>"
        found = mcx.parse_value(raw)
        assert (bytes(found), found.problems) == (raw, ("no dictionary mcx_application_data in it",))

    def test_types_count(self) -> None:
        assert len({mcx.canonical(v) for v in (True, 1, 1.0, "1", b"1", [1], {"1": 1})}) == 7
        assert mcx.canonical(float("nan")) == mcx.canonical(float("nan"))
        assert mcx.only_number_type({"a": [1, 2]}, {"a": [True, 2.0]})
        assert not mcx.only_number_type({"a": [1, 2]}, {"a": [True, 3.0]})


def lost(before: odkit.Directory, after: odkit.Directory) -> list[str]:
    return [f.code for f in odkit.verify_mcx(before, after).findings if f.code > "OD45"]


class TestWhatReviewFound:
    ONE = policy("com.apple.dock", Forced=[keys(a=1)])
    A, B = "6F1AF1A2-0000-4000-8000-000000000001", "6F1AF1A2-0000-4000-8000-000000000002"

    def test_a_name_that_was_given_to_somebody_else(self) -> None:
        before, after = users_with(("ann", self.A, self.ONE)), users_with(("anna", self.A, None), ("ann", self.B, self.ONE))
        assert sorted(lost(before, after)) == ["OD452", "OD462", "OD463"]
        assert "preserved" in odkit.verify_mcx(before, after).summary["answer"]
        assert "nothing lost" not in odkit.verify_mcx(before, after).summary["answer"]

    def test_forced_and_set_once_changed_places(self) -> None:
        was = policy("d", Forced=[keys(k="a")], Set_Once=[keys(k="b")])
        now = policy("d", Forced=[keys(k="b")], Set_Once=[keys(k="a")])
        assert lost(users_with(("ann", self.A, was)), users_with(("ann", self.A, now))) == ["OD456"]

    def test_a_union_policy_lost_in_one_of_two_states(self) -> None:
        union = {"mcx_union_policy_keys": [{"mcx_input_key_names": ["k"], "mcx_output_key_name": "o", "mcx_remove_duplicates": True}]}
        was = policy("d", Forced=[keys(k=[1]) | union], Set_Once=[keys(k=[2]) | union])
        now = policy("d", Forced=[keys(k=[1]) | union], Set_Once=[keys(k=[2])])
        assert lost(users_with(("ann", self.A, was)), users_with(("ann", self.A, now))) == ["OD460"]

    def test_a_secret_number_is_not_shown(self) -> None:
        was, now = (policy("d", Forced=[keys(PIN=number, tilesize=number)]) for number in (4321, 9876))
        messages = " ".join(
            f.message for f in odkit.verify_mcx(users_with(("ann", self.A, was)), users_with(("ann", self.A, now))).findings
        )
        assert "PIN: a number" in messages or "d PIN." in messages
        assert messages.count("4321") == 1  # that of tilesize

    def test_groups_nested_in_each_other(self) -> None:
        guids = [f"6F1AF1A2-0000-4000-8000-{i:012d}" for i in range(150)]
        groups = [
            ldif.Entry(
                f"cn=g{i},cn=groups,dc=x",
                {"cn": [b"g%d" % i], "apple-generateduid": [guid.encode()], "apple-group-nestedgroup": [g.encode() for g in guids]},
            )
            for i, guid in enumerate(guids)
        ]
        found = [f.code for f in odkit.verify_mcx(users_with(groups=groups)).findings]
        assert 1 <= found.count("OD412") <= 150

    @pytest.mark.whole
    def test_many_domains(self) -> None:
        value = plistlib.dumps({"mcx_application_data": {f"d{i}": {"Forced": [keys(a=i)]} for i in range(4000)}})
        other = plistlib.dumps({"mcx_application_data": {f"d{i}": {"Forced": [keys(a=-i)]} for i in range(4000)}})
        assert lost(users_with(("ann", self.A, value)), users_with(("ann", self.A, other))).count("OD456") == 3999
