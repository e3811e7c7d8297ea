"""Composition and profiles."""

from __future__ import annotations

import plistlib
from collections.abc import Iterable
from typing import Any

import pytest

import odkit
from build_mcx import UNION, guid, managed, managed_domain, record
from conftest import MART
from odkit import ldif
from odkit.errors import UsageError
from odkit.mcx import Composer, Effective, against_export, differences, profiles, read_export, survey, unmatched
from odkit.plist import PlistError


def keys(found: Iterable[Effective]) -> dict[str, Any]:
    return {e.key: (e.value, e.winner.level, e.frequency, e.ambiguous) for e in found}


class TestEffective:
    def test_the_most_specific_level_wins(self) -> None:
        od = managed_domain(
            managed({"a": 1}, state="Set-Once"),
            managed({"a": 2, "b": 2}),
            managed({"a": 3, "b": 3, "c": 3}),
            managed({"a": 4, "b": 4, "c": 4, "d": 4}),
        )
        found = Composer(od).effective("ann", "mac1$").keys
        assert keys(found) == {
            "a": (1, "user", "often", False),
            "b": (2, "computer", "always", False),
            "c": (3, "computer group", "always", False),
            "d": (4, "workgroup", "always", False),
        }
        assert [loser.level for loser in found[0].losers] == ["computer", "computer group", "workgroup"]

    def test_nobody_without_a_policy_gets_anything(self) -> None:
        assert Composer(managed_domain()).effective("bob", "mac1$").keys == ()
        for stage in ("before", "after"):
            assert Composer(odkit.open(MART / stage / "export.ldif")).effective("root", None).keys == ()

    def test_settings_without_flags_are_not_loaded(self) -> None:
        dead = managed({"a": 1})
        del dead["apple-mcxflags"]
        assert Composer(managed_domain(dead)).effective("ann", None).keys == ()

    def test_unions_combine(self) -> None:
        od = managed_domain(
            managed({"AppItems-Raw": ["x", "y"]}, mcx_union_policy_keys=UNION),
            None,
            None,
            managed({"AppItems-Raw": ["y", "z"]}, mcx_union_policy_keys=UNION),
        )
        [found] = Composer(od).effective("ann", None).keys
        assert (found.key, found.value, found.ambiguous) == ("static-apps", ("x", "y", "z"), True)
        assert "order is not documented" in found.rule

    def test_computer_groups_that_disagree_are_ambiguous(self) -> None:
        other = record("cn=others", "computer_groups", 9, {"memberUid": [b"mac1$"]} | managed({"a": 2}))
        [found] = Composer(managed_domain(None, None, managed({"a": 1}), None, other)).effective(None, "mac1$").keys
        assert found.ambiguous
        same = record("cn=others", "computer_groups", 9, {"memberUid": [b"mac1$"]} | managed({"a": 1}))
        [found] = Composer(managed_domain(None, None, managed({"a": 1}), None, same)).effective(None, "mac1$").keys
        assert not found.ambiguous

    def test_a_child_group_overrides_its_parent_and_a_loop_ends(self) -> None:
        parent = record("cn=all", "groups", 9, {"apple-group-nestedgroup": [guid(5)]} | managed({"a": 2, "b": 2}))
        od = managed_domain(None, None, None, managed({"a": 1}) | {"apple-group-nestedgroup": [guid(9)]}, parent)
        assert {k: v[0] for k, v in keys(Composer(od).effective("ann", None).keys).items()} == {"a": 1, "b": 2}

    def test_several_workgroups_must_be_chosen_from(self) -> None:
        second = record("cn=second", "groups", 9, {"memberUid": [b"ann"]} | managed({"a": 2}))
        composer = Composer(managed_domain(None, None, None, managed({"a": 1}), second))
        with pytest.raises(UsageError, match="staff, second; say which"):
            composer.effective("ann", None)
        assert keys(composer.effective("ann", None, "second").keys)["a"][0] == 2

    def test_a_computer_list_counts_without_computer_groups(self) -> None:
        listed = record("cn=old", "computer_lists", 9, {"apple-computers": [b"mac2$"]} | managed({"a": 1}))
        mac2 = record("cn=mac2$", "computers", 10)
        assert keys(Composer(managed_domain(None, None, None, None, listed, mac2)).effective(None, "mac2$").keys)["a"][1] == "computer list"

    def test_unknown_names(self) -> None:
        composer = Composer(managed_domain())
        for name, words in (("user", ("zoe", None, None)), ("computer", (None, "zoe", None)), ("group", ("ann", None, "zoe"))):
            with pytest.raises(UsageError, match=f"no {name} zoe"):
                composer.effective(*words)


class TestSurvey:
    def test_equal_outcomes_are_one_line(self) -> None:
        before, after = managed_domain(managed({"a": 1})), managed_domain(managed({"a": 2}))
        [outcome] = survey(Composer(before), Composer(after))
        assert (outcome.users, outcome.computers, outcome.example) == (1, 2, ("ann", "(no record)"))
        assert [(d.what, d.domain, d.key) for d in outcome.differences] == [("changed", "com.apple.dock", "a")]
        assert survey(Composer(before), Composer(before)) == []

    def test_types_and_frequencies_count(self) -> None:
        was = Composer(managed_domain(managed({"a": True, "b": 1}))).effective("ann", None).keys
        now = Composer(managed_domain(managed({"a": 1, "b": 1}, state="Set-Once"))).effective("ann", None).keys
        assert [(d.what, d.key) for d in differences(was, now)] == [("changed", "a"), ("frequency", "b")]

    def test_medical_mart(self) -> None:
        before, after = (Composer(odkit.open(MART / stage / "export.ldif")) for stage in ("before", "after"))
        assert survey(before, after) == []

    def test_lost_flags_and_lost_workgroups_are_lost_policies(self) -> None:
        own, group = managed({"a": 1}), managed({"g": 1})
        bare = {name: values for name, values in own.items() if name != "apple-mcxflags"}
        for before, after, lost in [
            (managed_domain(own), managed_domain(bare), "a"),
            (managed_domain(staff=group), managed_domain(), "g"),
            (managed_domain(own, staff=group), managed_domain(own), "g"),
        ]:
            [outcome] = survey(Composer(before), Composer(after))
            assert [(d.what, d.key) for d in outcome.differences] == [("lost", lost)]
            [back] = survey(Composer(after), Composer(before))
            assert [(d.what, d.key) for d in back.differences] == [("gained", lost)]

    def test_who_is_not_compared(self) -> None:
        more = record("uid=zoe", "users", 9, managed({"a": 1}))
        before, after = Composer(managed_domain()), Composer(managed_domain(None, None, None, None, more))
        assert survey(before, after) == []
        assert unmatched(before, after) == (["zoe"], [])

    def test_many_policies(self) -> None:
        def company(extra: int) -> Composer:
            users = [record(f"uid=u{i}", "users", 100 + i, managed({"a": i})) for i in range(60)]
            macs = [record(f"cn=c{i}$", "computers", 300 + i, managed({"b": i + (extra if i == 0 else 0)})) for i in range(60)]
            return Composer(managed_domain(None, None, None, None, *users, *macs))

        found = survey(company(0), company(1))
        assert sum(o.users * o.computers for o in found) == 62  # everybody on the one computer that changed


class TestUnions:
    def test_each_part_goes_where_its_own_record_says(self) -> None:
        persistent = [{"mcx_input_key_names": ["AppItems-Raw"], "mcx_output_key_name": "persistent-apps", "mcx_remove_duplicates": True}]
        user = managed({"AppItems-Raw": ["USER"]}, state="Set-Once", mcx_union_policy_keys=persistent)
        group = managed({"AppItems-Raw": ["GROUP"]}, mcx_union_policy_keys=UNION)
        found = keys(Composer(managed_domain(user, staff=group)).effective("ann", None).keys)
        assert {key: value[0] for key, value in found.items()} == {"persistent-apps": ("USER",), "static-apps": ("GROUP",)}

    def test_the_table_stands_in_for_a_missing_policy(self) -> None:
        found = keys(
            Composer(managed_domain(managed({"AppItems-Raw": ["U"]}), staff=managed({"AppItems-Raw": ["G"]}))).effective("ann", None).keys
        )
        assert found["static-apps"] == (("U", "G"), "user", "always", True)

    def test_types_count_when_duplicates_are_removed(self) -> None:
        policy = [{"mcx_input_key_names": ["In"], "mcx_output_key_name": "Out", "mcx_remove_duplicates": True}]
        od = managed_domain(managed({"In": [True, "x", "x"], "Out": [1, "x"]}, domain="com.example.app", mcx_union_policy_keys=policy))
        [e] = Composer(od).effective("ann", None).keys
        [profile] = profiles(od).profiles
        [payload] = plistlib.loads(profile.data)["PayloadContent"]
        written = payload["PayloadContent"]["com.example.app"]["Forced"][0]["mcx_preference_settings"]["Out"]
        assert sorted(map(repr, e.value)) == sorted(map(repr, written)) == ["'x'", "1", "True"]


class TestOrderOfTheDirectoryDoesNotCount:
    def test_one_record_with_two_frequencies(self) -> None:
        once, always = managed({"a": 1}, state="Set-Once"), managed({"a": 1})
        for values in (once["apple-mcxsettings"] + always["apple-mcxsettings"], always["apple-mcxsettings"] + once["apple-mcxsettings"]):
            [found] = Composer(managed_domain({**once, "apple-mcxsettings": values})).effective("ann", None).keys
            assert found.ambiguous
            assert "one user sets it twice" in found.rule

    def test_a_member_of_a_group_and_of_its_parent(self) -> None:
        parent = {"memberUid": [b"mac1$"], "apple-group-nestedgroup": [guid(4)]} | managed({"a": "parent"})
        for first in (True, False):
            child = record("cn=macs", "computer_groups", 4, {"memberUid": [b"mac1$"]} | managed({"a": "child"}))
            both = [record("cn=aparent", "computer_groups", 8, parent), child]
            od = odkit.open(
                ldif.dump(
                    [ldif.Entry("cn=users,dc=x", {"cn": [b"users"]}), record("cn=mac1$", "computers", 3), *(both if first else both[::-1])]
                )
            )
            [found] = Composer(od).effective(None, "mac1$").keys
            assert (found.value, found.ambiguous) == ("child", False)


def test_allowed_workgroups_of_a_list_that_became_a_group() -> None:
    old = record(
        "cn=macs", "computer_lists", 4, {"apple-computers": [b"mac1$"], "apple-computer-list-groups": [b"staff"]} | managed({"a": 1})
    )
    new = record("cn=macs", "computer_groups", 4, {"memberUid": [b"mac1$"]} | managed({"a": 1}))
    base = [ldif.Entry("cn=users,dc=x", {"cn": [b"users"]}), record("cn=mac1$", "computers", 3), record("cn=staff", "groups", 5)]
    found = odkit.verify_mcx(odkit.open(ldif.dump([*base, old])), odkit.open(ldif.dump([*base, new])))
    assert any(f.code in {"OD466", "OD468"} and "apple-computer-list-groups staff" in f.message for f in found.findings)


def test_presets_overlap_with_nobody_and_domains_have_no_case() -> None:
    preset = record("cn=new", "presets_users", 7, managed({"a": 1}))
    lower = managed({"a": 2}, domain="com.apple.Dock")
    assert profiles(managed_domain(managed({"a": 1}), None, None, None, preset)).overlaps == ()
    assert len(profiles(managed_domain(managed({"a": 1}), staff=lower)).overlaps) == 1
    empty = {"apple-mcxsettings": [plistlib.dumps({"mcx_application_data": {"d": {"Forced": []}}})]}
    assert "d holds no settings" in profiles(managed_domain(empty)).report()


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
        assert found.left == ()

    def test_unions_timestamps_and_odd_names(self) -> None:
        more = managed({"AppItems-Raw": [1], "x": b"data"}, state="Set-Once", mcx_union_policy_keys=UNION, mcx_precedence=500)
        odd = record("cn=../../etc/x", "computer_groups", 9, managed({"a": 1}))
        dead = record("uid=cyd", "users", 11, managed({"a": 1}, domain="com.apple.dashboard"))
        found = profiles(managed_domain(more, None, None, None, odd, dead))
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
        broken = managed({"a": 1})
        broken["apple-mcxsettings"].append(b"<plist>")
        huge = managed({"a": "12345"})
        huge["apple-mcxsettings"] = [value.replace(b"12345", b"\x01") for value in huge["apple-mcxsettings"]]
        found = profiles(managed_domain(broken, huge))
        assert "user ann, value 2" in "\n".join(found.left)
        assert "computer mac1$: it cannot be written as a property list" in "\n".join(found.left)
        assert [p.name for p in found.profiles] == ["Users-ann.mobileconfig"]

    def test_overlaps(self) -> None:
        found = profiles(managed_domain(managed({"a": 1}), None, None, managed({"a": 2})))
        assert found.overlaps == ("com.apple.dock a: user ann, group staff",)


class TestGuestComputers:
    def test_the_guest_record_stands_for_computers_without_one(self) -> None:
        guest = record("cn=guest", "computers", 30, managed({"g": 1}))
        composer = Composer(managed_domain(None, managed({"g": 2}), None, None, guest))
        assert keys(composer.effective("ann", None).keys) == {"g": (1, "guest computer", "always", False)}
        assert keys(composer.effective("ann", "mac1$").keys) == {"g": (2, "computer", "always", False)}
        [outcome] = survey(composer, Composer(managed_domain(None, managed({"g": 2}))))
        assert (outcome.users, outcome.computers) == (2, 1)


class TestNativePayloads:
    def one(
        self, keys: dict[str, Any], domain_: str = "com.apple.dock", *, computer: bool = False, **more: Any
    ) -> tuple[dict[str, Any], str]:
        policy = managed(keys, domain=domain_, **more)
        found = profiles(managed_domain(None, policy) if computer else managed_domain(policy), native=True)
        [payload] = plistlib.loads(found.profiles[0].data)["PayloadContent"]
        return payload, found.report()

    def test_all_keys_map(self) -> None:
        keys = {"tilesize": 48, "autohide": True, "AppItems-Raw": [{"mcx_typehint": 1}]}
        payload, report = self.one(keys, mcx_union_policy_keys=UNION)
        assert {key: value for key, value in payload.items() if not key.startswith("Payload")} == {
            "tilesize": 48,
            "autohide": True,
            "static-apps": [{"mcx_typehint": 1}],
        }
        assert payload["PayloadType"] == "com.apple.dock"
        assert "com.apple.dock: native payload" in report

    @pytest.mark.parametrize(
        ("keys", "domain_", "more", "why"),
        [
            ({"tilesize": 48, "odd": 1}, "com.apple.dock", {}, "Apple's payload has no key odd"),
            ({"tilesize": True}, "com.apple.dock", {}, "tilesize is no integer, as Apple's payload wants it"),
            ({"autohide": 1}, "com.apple.dock", {}, "autohide is no boolean, as Apple's payload wants it"),
            ({"tilesize": 48}, "com.apple.dock", {"state": "Set-Once"}, "a native payload is always enforced; this one is not"),
            (
                {"tilesize": 48},
                "com.apple.dock",
                {"mcx_precedence": 1},
                "it holds keys beside the settings that a native payload has no room for",
            ),
            ({"a": 1}, "com.apple.homeSync", {}, "Apple's schema has no payload for this domain"),
            ({"SHOWFULLNAME": True}, "com.apple.loginwindow", {}, "Apple's payload is for devices only, and this profile is for users"),
            ({"familyControlsEnabled": True, "x": 1}, "com.apple.applicationaccess.new", {}, "Apple's payload has no key x"),
            ({"whiteList": []}, "com.apple.applicationaccess.new", {}, "Apple's payload needs familyControlsEnabled, too"),
        ],
    )
    def test_else_custom_settings_and_the_reason(self, keys: dict[str, Any], domain_: str, more: dict[str, Any], why: str) -> None:
        payload, report = self.one(keys, domain_, **more)
        assert payload["PayloadType"] == "com.apple.ManagedClient.preferences"
        assert f"{domain_}: custom settings: {why}\n" in report

    def test_devices(self) -> None:
        payload, _ = self.one({"SHOWFULLNAME": True}, "com.apple.loginwindow", computer=True)
        assert (payload["PayloadType"], payload["SHOWFULLNAME"]) == ("com.apple.loginwindow", True)


class TestExportFiles:
    """Files of ``dscl -mcxexport``."""

    def file(self, **domains: Any) -> bytes:
        return plistlib.dumps({name.replace("_", "."): keys for name, keys in domains.items()})

    def test_a_record_that_holds_what_its_backup_holds(self) -> None:
        upk = {"mcx_input_key_names": ["AppItems-Raw"], "mcx_output_key_name": "static-apps", "mcx_remove_duplicates": True}
        data = self.file(com_apple_dock={"AppItems-Raw": {"state": "always", "value": [1], "upk": upk}, "gone": {"state": "unset"}})
        od = managed_domain(managed({"AppItems-Raw": [1]}, mcx_union_policy_keys=UNION))
        [exported] = read_export(data)
        assert (exported.domain, exported.key, exported.state, exported.value) == ("com.apple.dock", "AppItems-Raw", "always", (1,))
        assert list(against_export(od.users["ann"].mcx, [exported])) == []

    def test_each_difference(self) -> None:
        upk = {"mcx_input_key_names": ["b"], "mcx_output_key_name": "c"}
        data = self.file(
            com_apple_dock={
                "a": {"state": "once", "value": 1},
                "b": {"state": "always", "value": 1.0, "upk": upk},
                "lost": {"state": "often", "value": "x"},
            }
        )
        od = managed_domain(managed({"a": 2, "b": 1, "new": "secret"}))
        assert list(against_export(od.users["ann"].mcx, read_export(data))) == [
            "com.apple.dock a: always; the file says once",
            "com.apple.dock a: integer 2; the file has integer 1",
            "com.apple.dock b: only the type of a number differs: integer 1; the file has real 1.0",
            "com.apple.dock b: the union policy of the file is not there",
            "com.apple.dock lost: missing; the file has it, often",
            "com.apple.dock new: the file does not have it",
        ]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ([], "is no dictionary of domains"),
            ({"d": 1}, "domain d: no dictionary of keys"),
            ({"d": {"k": {"state": "always"}}}, "domain d, key k: no value"),
            ({"d": {"k": {"state": "forever", "value": 1}}}, "domain d, key k: no state"),
            ({"d": {"k": {"state": "once", "value": 1, "extra": 1}}}, "domain d, key k: unknown: extra"),
            ({"d": {"k": {"state": "once", "value": 1, "upk": 1}}}, "domain d, key k: its upk names no input"),
        ],
    )
    def test_other_files(self, content: Any, message: str) -> None:
        with pytest.raises(PlistError, match=message):
            read_export(plistlib.dumps(content))
