"""Profiles held against Apple's schema: what is written is valid, and what the schema calls deprecated or removed is said."""

from __future__ import annotations

import base64
import plistlib
from pathlib import Path
from typing import Any

import pytest

import odkit
from build_mcx import forced, managed, managed_domain, record
from conftest import MART
from odkit.mcx import Profiles, profiles
from profile_oracle import FACTS, sample, wrong

PROFILES = [row for row in FACTS["payloads"] if row["file"].startswith("mdm/") and row["type"] != "com.apple.ManagedClient.preferences"]


def native(*settings: tuple[str, dict[str, Any]], computers: bool = False) -> Profiles:
    """Profiles with native payloads, of as many users, or computers, as there are settings."""
    container, kind = ("computers", "cn") if computers else ("users", "uid")
    records = [
        record(
            f"{kind}=r{n}",
            container,
            100 + n,
            {"apple-mcxflags": [b"<plist><dict/></plist>"], "apple-mcxsettings": [forced(keys, domain=domain)]},
        )
        for n, (domain, keys) in enumerate(settings)
    ]
    return profiles(managed_domain(None, None, None, None, *records), native=True)


def payloads(found: Profiles) -> list[tuple[bool, dict[str, Any]]]:
    """Every payload, and whether its profile is for users."""
    contents = [plistlib.loads(profile.data) for profile in found.profiles]
    return [(content["PayloadScope"] == "User", payload) for content in contents for payload in content["PayloadContent"]]


def codes(found: Profiles) -> list[tuple[str, str]]:
    return [(each.code, each.what.partition(": ")[2]) for each in found.findings]


def settings_from_schema() -> list[tuple[str, dict[str, Any]]]:
    """Of every key of every payload, one of those that differ in nothing but their name: a value that the schema takes, and odd ones."""
    made: dict[str, tuple[str, dict[str, Any]]] = {}
    for row in PROFILES:
        required = {key["key"]: sample(row, key) for key in row["keys"] if key.get("required")}
        for key in row["keys"]:
            facts = f"{row['file']} { {name: fact for name, fact in key.items() if name != 'key'} }"
            values = [sample(row, key), True, 10**6, 2.0, 2.5, "odd", b"x", [{}], {"odd": 1}]
            made |= {f"{facts} {value!r}": (row["type"], required | {key["key"]: value}) for value in values}
    return list(made.values())


@pytest.mark.whole
@pytest.mark.parametrize("computers", [False, True])
def test_every_payload_that_is_written_is_valid_by_apples_schema(computers: bool) -> None:
    made = payloads(native(*settings_from_schema(), computers=computers))
    own = [payload for _, payload in made if payload["PayloadType"] != "com.apple.ManagedClient.preferences"]
    assert len(made) > 700
    assert len({payload["PayloadType"] for payload in own}) >= (20 if computers else 14)
    assert [problem for user, payload in made for problem in wrong(payload, user=user)] == []


def test_so_is_every_payload_of_the_fixture() -> None:
    found = profiles(odkit.open(MART / "after" / "export.ldif"), native=True)
    assert [problem for user, payload in payloads(found) for problem in wrong(payload, user=user)] == []
    assert {payload["PayloadType"] for _, payload in payloads(found)} > {"com.apple.ManagedClient.preferences"}


def test_a_value_that_the_schema_takes_goes_native_in_one_of_the_channels() -> None:
    wanted = [(row["type"], {key["key"]: sample(row, key) for key in row["keys"]}) for row in PROFILES if not row.get("removed")]
    wanted = [(kind, keys) for kind, keys in wanted if kind != "com.apple.screensaver.user"]  # MCX has its keys in com.apple.screensaver
    there = {payload["PayloadType"] for both in (False, True) for _, payload in payloads(native(*wanted, computers=both))}
    assert {kind for kind, _ in wanted} <= there


def test_the_oracle_sees_what_is_wrong() -> None:
    dock = {"PayloadType": "com.apple.dock"}
    assert wrong(dock | {"tilesize": 36}) == []
    assert wrong(dock | {"tilesize": 500}) == ["com.apple.dock tilesize: 500 is not allowed"]
    assert wrong(dock | {"tilesize": 36.0}) == ["com.apple.dock tilesize: 36.0 is no integer"]
    assert wrong(dock | {"odd": 1}) == ["com.apple.dock: unknown odd"]
    assert wrong({"PayloadType": "com.apple.DiscRecording", "x": 1}) == ["com.apple.DiscRecording: unknown x"]
    assert wrong(dock | {"static-apps": [{"tile-type": "file-tile"}]}) == ["com.apple.dock static-apps: tile-data missing"]
    assert wrong({"PayloadType": "com.apple.loginwindow", "SHOWFULLNAME": True}, user=True) == [
        "com.apple.loginwindow: not for this channel"
    ]


APPS = "payload com.apple.applicationaccess.new"
APPS_FILE = "mdm/profiles/com.apple.applicationaccess.new.yaml (macOS 27, an early state, 97a11a861f4e)"


class TestWhatTheSchemaSays:
    PREFERENCES = (
        "payload com.apple.systempreferences: deprecated since macOS 13.0, mdm/profiles/com.apple.systempreferences.yaml"
        " (macOS 15.1, b6202ca2fbd3); its key DisabledSystemSettings takes its place"
    )
    MEDIA = (
        "payload com.apple.systemuiserver: deprecated since macOS 11.0, mdm/profiles/com.apple.systemuiserver.yaml"
        " (macOS 15.1, b6202ca2fbd3); com.apple.configuration.diskmanagement.settings takes its place in part, as odkit reads both files"
    )
    DASHBOARD = (
        "payload com.apple.dashboard: removed in macOS 10.15, mdm/profiles/com.apple.dashboard.yaml"
        " (macOS 15.1, b6202ca2fbd3); nothing takes its place"
    )
    DOCK = "com.apple.dock odd: not a key of Apple's payload, mdm/profiles/com.apple.dock.yaml (macOS 15.1, b6202ca2fbd3)"

    @pytest.mark.parametrize(
        ("domain", "keys", "said"),
        [
            ("com.apple.systempreferences", {"DisabledPreferencePanes": []}, ("OD751", PREFERENCES)),
            ("com.apple.systemuiserver", {"mount-controls": {"dvd": ["deny"]}}, ("OD751", MEDIA)),
            ("com.apple.dashboard", {"whiteListEnabled": True}, ("OD752", DASHBOARD)),
            ("com.apple.dock", {"odd": 1}, ("OD754", DOCK)),
        ],
        ids=["payload-deprecated", "payload-deprecated-in-part", "payload-removed", "payload-key-unknown"],
    )
    def test_a_finding_names_the_release_the_file_and_what_takes_its_place(
        self, domain: str, keys: dict[str, Any], said: tuple[str, str]
    ) -> None:
        found = native((domain, keys))
        assert codes(found) == [said]
        assert f"{found.findings[0].message} [{said[0]}]" in found.report()

    def test_keys_too(self) -> None:
        found = native(
            ("com.apple.applicationaccess.new", {"familyControlsEnabled": True, "pathBlackList": ["/Games"], "pathDenyList": []})
        )
        place = f"deprecated since macOS 10.15, {APPS_FILE}; pathDenyList takes its place"
        assert codes(found)[1:] == [("OD753", f"{APPS}, key pathBlackList: {place}")]
        assert [payload["PayloadType"] for _, payload in payloads(found)] == ["com.apple.applicationaccess.new"]

    def test_a_removed_payload_is_written_as_custom_settings_alone(self) -> None:
        found = native(("com.apple.SoftwareUpdate", {"AutomaticDownload": True}), computers=True)
        assert "custom settings: Apple's payload was removed in macOS 27.0\n" in found.report()
        assert [code for code, _ in codes(found)] == ["OD752"]

    def test_without_native_payloads_nothing_is_said(self) -> None:
        found = profiles(managed_domain(managed({"x": 1}, domain="com.apple.systempreferences")))
        assert (found.findings, found.schema, found.wrong) == ((), "", False)
        assert "Apple's schema" not in found.report()

    def test_a_record_that_may_be_cut_has_no_profile_and_its_findings_all_the_same(self, tmp_path: Path) -> None:
        value = base64.b64encode(forced({"DisabledPreferencePanes": []}, domain="com.apple.systempreferences")).decode()
        export = tmp_path / "export.ldif"
        export.write_text(f"dn: cn=computers,dc=x\ncn: computers\n\ndn: cn=m,cn=computers,dc=x\ncn: m\napple-mcxsettings:: {value}\n")
        found = profiles(export, native=True)
        assert (found.profiles, [(each.code, each.line) for each in found.findings]) == ((), [("OD751", 6)])


class TestTurned:
    def test_numbers_get_the_type_that_the_schema_wants(self) -> None:
        found = native(("com.apple.dock", {"tilesize": 64.0}), (".GlobalPreferences", {"com.apple.autologout.AutoLogOutDelay": 600}))
        [(_, dock), (_, logout)] = payloads(found)
        assert (repr(dock["tilesize"]), repr(logout["com.apple.autologout.AutoLogOutDelay"])) == ("64", "600.0")
        assert "com.apple.dock tilesize: the number was written as Apple's payload wants it" in found.report()

    def test_the_lock_of_the_screen_saver_is_said_by_one(self) -> None:
        keys = {"askForPassword": 1, "askForPasswordDelay": 5, "moduleName": "Flurry"}
        found = native(("com.apple.screensaver", keys), ("com.apple.screensaver", {"askForPassword": 1, "moduleName": "x"}), computers=True)
        [(_, first), (_, second)] = payloads(found)
        assert first["askForPassword"] is True
        assert second["PayloadType"] == "com.apple.ManagedClient.preferences"
        assert "Apple's payload needs askForPasswordDelay, too" in found.report()

    def test_login_items_have_a_payload_of_their_own(self) -> None:
        items = {"AutoLaunchedApplicationDictionary-managed": [{"Path": "/Applications/Mail.app", "Hide": False}]}
        found = native(("loginwindow", items), ("loginwindow", items | {"DisableLoginItemsSuppression": True}), computers=True)
        made = [payload["PayloadType"] for _, payload in payloads(found)]
        assert made == ["com.apple.loginitems.managed", "com.apple.loginitems.managed", "loginwindow"]
        assert len({payload["PayloadUUID"] for _, payload in payloads(found)}) == 3

    def test_mobile_accounts_go_to_users_too(self) -> None:
        [(user, payload)] = payloads(native(("com.apple.MCX", {"com.apple.cachedaccounts.CreateAtLogin": True})))
        assert (user, payload["PayloadType"]) == (True, "com.apple.MCX")
