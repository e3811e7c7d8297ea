"""MCX as configuration profiles, native payloads, and exported files."""

from __future__ import annotations

import plistlib
from typing import Any

import pytest

import odkit
from build_mcx import UNION, managed, managed_domain, record
from conftest import MART, each_in_turn
from odkit.mcx import against_export, profiles, read_export
from odkit.plist import PlistError


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


class TestNativePayloads:
    def one(
        self, keys: dict[str, Any], domain_: str = "com.apple.dock", *, computer: bool = False, **more: Any
    ) -> tuple[dict[str, Any], str]:
        policy = managed(keys, domain=domain_, **more)
        found = profiles(managed_domain(None, policy) if computer else managed_domain(policy), native=True)
        [payload] = plistlib.loads(found.profiles[0].data)["PayloadContent"]
        return payload, found.report()

    def test_all_keys_map(self) -> None:
        tile = {"tile-type": "file-tile", "tile-data": {"label": "Mail", "file-type": 1}}
        keys = {"tilesize": 48, "autohide": True, "AppItems-Raw": [tile]}
        payload, report = self.one(keys, mcx_union_policy_keys=UNION)
        assert {key: value for key, value in payload.items() if not key.startswith("Payload")} == {
            "tilesize": 48,
            "autohide": True,
            "static-apps": [tile],
        }
        assert payload["PayloadType"] == "com.apple.dock"
        assert "com.apple.dock: native payload" in report

    @each_in_turn(
        "keys, domain_, more, why",
        [
            ({"tilesize": 48, "odd": 1}, "com.apple.dock", {}, "Apple's payload has no key odd"),
            ({"tilesize": True}, "com.apple.dock", {}, "tilesize is no integer, as Apple's payload wants it"),
            (
                {"static-apps": [{"mcx_typehint": 1}]},
                "com.apple.dock",
                {},
                "static-apps, item 1, holds mcx_typehint, which Apple's payload has not",
            ),
            ({"tilesize": 500}, "com.apple.dock", {}, "tilesize is 500, which Apple's payload does not take: it goes from 16 to 128"),
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

    @each_in_turn(
        "content, message",
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
