"""Composition and profiles."""

from __future__ import annotations

import plistlib
from typing import Any

import pytest

import odkit
from conftest import MART
from odkit import ldif
from odkit.errors import UsageError
from odkit.mcx import Composer, Effective, differences, profiles, survey

UNION = [{"mcx_input_key_names": ["AppItems-Raw"], "mcx_output_key_name": "static-apps", "mcx_remove_duplicates": True}]


def settings(keys: dict[str, Any], *, domain: str = "com.apple.dock", state: str = "Forced", **more: Any) -> dict[str, list[bytes]]:
    inner = {"mcx_preference_settings": keys, **more}
    value = plistlib.dumps({"mcx_application_data": {domain: {state: [inner]}}})
    return {"apple-mcxflags": [plistlib.dumps({"has_mcx_settings": True})], "apple-mcxsettings": [value]}


def record(rdn: str, container: str, number: int, more: dict[str, list[bytes]] | None = None, **values: list[bytes]) -> ldif.Entry:
    kind, _, name = rdn.partition("=")
    attributes: dict[str, list[bytes]] = {kind: [name.encode()], "apple-generateduid": [b"6F1AF1A2-0000-4000-8000-%012d" % number]}
    attributes |= {key.replace("_", "-"): each for key, each in values.items()} | (more or {})
    return ldif.Entry(f"{rdn},cn={container},dc=x", attributes)


def guid(number: int) -> bytes:
    return b"6F1AF1A2-0000-4000-8000-%012d" % number


def domain(
    user: dict[str, list[bytes]] | None = None,
    computer: dict[str, list[bytes]] | None = None,
    macs: dict[str, list[bytes]] | None = None,
    staff: dict[str, list[bytes]] | None = None,
    *more: ldif.Entry,
) -> odkit.Directory:
    return odkit.open(
        ldif.dump(
            [
                ldif.Entry("cn=users,dc=x", {"cn": [b"users"]}),
                record("uid=ann", "users", 1, user),
                record("uid=bob", "users", 2),
                record("cn=mac1$", "computers", 3, computer),
                record("cn=macs", "computer_groups", 4, {"memberUid": [b"mac1$"]} | (macs or {})),
                record("cn=staff", "groups", 5, {"memberUid": [b"ann"]} | (staff or {})),
                *more,
            ]
        )
    )


def keys(found: list[Effective]) -> dict[str, Any]:
    return {e.key: (e.value, e.winner.level, e.frequency, e.ambiguous) for e in found}


class TestEffective:
    def test_the_most_specific_level_wins(self) -> None:
        od = domain(
            settings({"a": 1}, state="Set-Once"),
            settings({"a": 2, "b": 2}),
            settings({"a": 3, "b": 3, "c": 3}),
            settings({"a": 4, "b": 4, "c": 4, "d": 4}),
        )
        found = Composer(od).effective("ann", "mac1$")
        assert keys(found) == {
            "a": (1, "user", "often", False),
            "b": (2, "computer", "always", False),
            "c": (3, "computer group", "always", False),
            "d": (4, "workgroup", "always", False),
        }
        assert [loser.level for loser in found[0].losers] == ["computer", "computer group", "workgroup"]

    def test_nobody_without_a_policy_gets_anything(self) -> None:
        assert Composer(domain()).effective("bob", "mac1$") == []
        for stage in ("before", "after"):
            assert Composer(odkit.open(MART / stage / "export.ldif")).effective("root", None) == []

    def test_settings_without_flags_are_not_loaded(self) -> None:
        dead = settings({"a": 1})
        del dead["apple-mcxflags"]
        assert Composer(domain(dead)).effective("ann", None) == []

    def test_unions_combine(self) -> None:
        od = domain(
            settings({"AppItems-Raw": ["x", "y"]}, mcx_union_policy_keys=UNION),
            None,
            None,
            settings({"AppItems-Raw": ["y", "z"]}, mcx_union_policy_keys=UNION),
        )
        [found] = Composer(od).effective("ann", None)
        assert (found.key, found.value, found.ambiguous) == ("static-apps", ["x", "y", "z"], True)
        assert "order is not documented" in found.rule

    def test_computer_groups_that_disagree_are_ambiguous(self) -> None:
        other = record("cn=others", "computer_groups", 9, {"memberUid": [b"mac1$"]} | settings({"a": 2}))
        [found] = Composer(domain(None, None, settings({"a": 1}), None, other)).effective(None, "mac1$")
        assert found.ambiguous
        same = record("cn=others", "computer_groups", 9, {"memberUid": [b"mac1$"]} | settings({"a": 1}))
        [found] = Composer(domain(None, None, settings({"a": 1}), None, same)).effective(None, "mac1$")
        assert not found.ambiguous

    def test_a_child_group_overrides_its_parent_and_a_loop_ends(self) -> None:
        parent = record("cn=all", "groups", 9, {"apple-group-nestedgroup": [guid(5)]} | settings({"a": 2, "b": 2}))
        od = domain(None, None, None, settings({"a": 1}) | {"apple-group-nestedgroup": [guid(9)]}, parent)
        assert {k: v[0] for k, v in keys(Composer(od).effective("ann", None)).items()} == {"a": 1, "b": 2}

    def test_several_workgroups_must_be_chosen_from(self) -> None:
        second = record("cn=second", "groups", 9, {"memberUid": [b"ann"]} | settings({"a": 2}))
        composer = Composer(domain(None, None, None, settings({"a": 1}), second))
        with pytest.raises(UsageError, match="staff, second; say which"):
            composer.effective("ann", None)
        assert keys(composer.effective("ann", None, "second"))["a"][0] == 2

    def test_a_computer_list_counts_without_computer_groups(self) -> None:
        listed = record("cn=old", "computer_lists", 9, {"apple-computers": [b"mac2$"]} | settings({"a": 1}))
        mac2 = record("cn=mac2$", "computers", 10)
        assert keys(Composer(domain(None, None, None, None, listed, mac2)).effective(None, "mac2$"))["a"][1] == "computer list"

    def test_unknown_names(self) -> None:
        composer = Composer(domain())
        for name, words in (("user", ("zoe", None, None)), ("computer", (None, "zoe", None)), ("group", ("ann", None, "zoe"))):
            with pytest.raises(UsageError, match=f"no {name} zoe"):
                composer.effective(*words)


class TestSurvey:
    def test_equal_outcomes_are_one_line(self) -> None:
        before, after = domain(settings({"a": 1})), domain(settings({"a": 2}))
        [outcome] = survey(Composer(before), Composer(after))
        assert (outcome.users, outcome.computers, outcome.example) == (1, 2, ("ann", "(no record)"))
        assert [(d.what, d.domain, d.key) for d in outcome.differences] == [("changed", "com.apple.dock", "a")]
        assert survey(Composer(before), Composer(before)) == []

    def test_types_and_frequencies_count(self) -> None:
        was = Composer(domain(settings({"a": True, "b": 1}))).effective("ann", None)
        now = Composer(domain(settings({"a": 1, "b": 1}, state="Set-Once"))).effective("ann", None)
        assert [(d.what, d.key) for d in differences(was, now)] == [("changed", "a"), ("frequency", "b")]

    def test_medical_mart(self) -> None:
        before, after = (Composer(odkit.open(MART / stage / "export.ldif")) for stage in ("before", "after"))
        assert survey(before, after) == []


class TestProfiles:
    def test_the_content_is_that_of_the_record(self) -> None:
        od = odkit.open(MART / "after" / "export.ldif")
        found = profiles(od, organization="Medical Mart")
        assert profiles(odkit.open(MART / "after" / "export.ldif"), organization="Medical Mart").report() == found.report()
        for profile in found.profiles:
            content = plistlib.loads(profile.data)
            assert content["PayloadType"] == "Configuration"
            settings_of_record = list(profile.record.mcx.settings())
            for payload in content["PayloadContent"]:
                [(name, states)] = payload["PayloadContent"].items()
                carried = [(state, part["mcx_preference_settings"]) for state, parts in states.items() for part in parts]
                assert carried == [(s.state, s.keys) for s in settings_of_record if s.domain == name]
        assert found.left == []

    def test_unions_timestamps_and_odd_names(self) -> None:
        more = settings({"AppItems-Raw": [1], "x": b"data"}, state="Set-Once", mcx_union_policy_keys=UNION, mcx_precedence=500)
        odd = record("cn=../../etc/x", "computer_groups", 9, settings({"a": 1}))
        dead = record("uid=cyd", "users", 11, settings({"a": 1}, domain="com.apple.dashboard"))
        found = profiles(domain(more, None, None, None, odd, dead))
        first = plistlib.loads(found.profiles[0].data)["PayloadContent"][0]["PayloadContent"]["com.apple.dock"]["Set-Once"][0]
        assert first == {"mcx_preference_settings": {"persistent-apps": [1], "x": b"data"}, "mcx_precedence": 500}
        assert [p.name for p in found.profiles] == [
            "Users-ann.mobileconfig",
            "Users-cyd.mobileconfig",
            "ComputerGroups-.._.._etc_x.mobileconfig",
        ]
        assert "AppItems-Raw written as persistent-apps" in found.report()
        assert "com.apple.dashboard: no effect any more: Dashboard was removed in macOS 10.15" in found.report()

    def test_nothing_is_dropped_without_a_line(self) -> None:
        broken = settings({"a": 1})
        broken["apple-mcxsettings"].append(b"<plist>")
        huge = settings({"a": 1 << 62})
        found = profiles(domain(broken, huge))
        assert "user ann, value 2" in "\n".join(found.left)
        assert [p.name for p in found.profiles] == ["Users-ann.mobileconfig", "Computers-mac1_.mobileconfig"]

    def test_overlaps(self) -> None:
        found = profiles(domain(settings({"a": 1}), None, None, settings({"a": 2})))
        assert found.overlaps == ["com.apple.dock a: user ann, group staff"]
