"""Beside profiles: declarations, the skeleton for application lists, profiles of equal content written once, and who gets which."""

from __future__ import annotations

import csv
import json
import plistlib
from pathlib import Path
from typing import Any

import pytest

import odkit
from build_mcx import guid, managed, managed_domain, record
from commandline import odkit as command
from conftest import MART, each_in_turn
from odkit.errors import UsageError
from odkit.mcx import Declaration, Profiles, assignments, declarations, once, profiles
from profile_oracle import wrong

URL = "https://mdm.example.com/profiles"
TILES = managed({"tilesize": 36})


def declared(keys: dict[str, Any], domain: str, *, computer: bool) -> list[Declaration]:
    policy = managed(keys, domain=domain)
    return list(declarations(profiles(managed_domain(None, policy) if computer else managed_domain(policy)), URL))


def of_kind(made: list[Declaration], kind: str) -> list[Declaration]:
    return [each for each in made if each.type == f"com.apple.configuration.{kind}"]


class TestDeclarations:
    def test_each_profile_has_one_that_carries_it_and_one_that_puts_that_to_work(self) -> None:
        [legacy, activation] = [json.loads(each.data) for each in declarations(profiles(managed_domain(TILES)), URL)]
        assert legacy["Type"] == "com.apple.configuration.legacy"
        assert legacy["Payload"] == {"ProfileURL": f"{URL}/Users-ann.mobileconfig"}
        assert activation["Payload"] == {"StandardConfigurations": [legacy["Identifier"]]}

    def test_all_are_valid_by_apples_schema_and_have_the_members_that_it_requires(self) -> None:
        found = profiles(odkit.open(MART / "after" / "export.ldif"), native=True)
        made = list(declarations(found, URL))
        assert len(made) >= 2 * len(found.profiles) > 0
        for each in made:
            envelope = json.loads(each.data)
            assert list(envelope) == ["Type", "Identifier", "ServerToken", "Payload"]
            assert all(len(envelope[name]) <= 64 for name in ("Identifier", "ServerToken"))
            assert wrong(envelope["Payload"], kind=envelope["Type"]) == []
        assert len({json.loads(each.data)["Identifier"] for each in made}) == len(made)

    def test_the_token_changes_with_the_profile_and_the_identifier_does_not(self) -> None:
        first, second = (
            json.loads(next(declarations(profiles(managed_domain(managed({"tilesize": size}))), URL)).data) for size in (36, 37)
        )
        assert first["Identifier"] == second["Identifier"]
        assert first["ServerToken"] != second["ServerToken"]

    def test_an_odd_name_is_quoted_in_the_url(self) -> None:
        found = profiles(managed_domain(TILES))
        [legacy, _] = declarations(found, f"{URL}/")
        assert legacy.payload == {"ProfileURL": f"{URL}/Users-ann.mobileconfig"}

    @each_in_turn(
        "url",
        ["http://h/x", "https://", "https://h/x?y", "https://ann:pw@h/x", "https://h/ä", "https://h/a b", "https://h:x/", "", "https://[/"],
    )
    def test_what_is_no_https_folder_is_refused(self, url: str) -> None:
        with pytest.raises(UsageError, match="is no https URL of a folder"):
            list(declarations(profiles(managed_domain(TILES)), url))

    def test_a_prefix_that_makes_identifiers_too_long_is_refused(self) -> None:
        with pytest.raises(UsageError, match="too long for declarations: give one of at most 27"):
            list(declarations(profiles(managed_domain(TILES), prefix="a" * 28), URL))
        assert list(declarations(profiles(managed_domain(TILES), prefix="a" * 27), URL))


class TestNativeDeclarations:
    def test_software_update(self) -> None:
        keys = {"AutomaticDownload": True, "restrict-software-update-require-admin-to-install": True, "CatalogURL": "http://x/"}
        [made] = of_kind(declared(keys, "com.apple.SoftwareUpdate", computer=True), "softwareupdate.settings")
        assert made.payload == {"AutomaticActions": {"Download": "AlwaysOn"}, "AllowStandardUserOSUpdates": False}
        assert wrong(json.loads(made.data)["Payload"], kind=made.type) == []
        assert "com.apple.SoftwareUpdate CatalogURL: no counterpart" in made.lines
        assert of_kind(declared(keys, "com.apple.SoftwareUpdate", computer=False), "softwareupdate.settings") == []

    def test_disks_that_must_not_be_mounted(self) -> None:
        keys = {"mount-controls": {"harddisk-external": ["deny", "eject"], "networkdisk": ["deny"], "dvd": ["deny"]}}
        [made] = of_kind(declared(keys, "com.apple.systemuiserver", computer=True), "diskmanagement.settings")
        assert made.payload == {"Restrictions": {"ExternalStorage": "Disallowed", "NetworkStorage": "Disallowed"}}
        assert wrong(json.loads(made.data)["Payload"], kind=made.type) == []

    @pytest.mark.parametrize("page", ["file:///x", 7, "afp://h/x"])
    def test_the_home_page_of_safari(self, page: object) -> None:
        [made] = of_kind(declared({"HomePage": "https://example.com/"}, "com.apple.Safari", computer=False), "safari.settings")
        assert wrong(json.loads(made.data)["Payload"], kind=made.type) == []
        assert made.payload["NewTabStartPage"]["HomepageURL"] == "https://example.com/"
        assert of_kind(declared({"HomePage": page}, "com.apple.Safari", computer=False), "safari.settings") == []


class TestApplicationLists:
    LISTS = {  # a case, not state
        "familyControlsEnabled": True,
        "whiteList": [{"bundleID": "com.example.app", "appID": b"x", "subApps": [{"bundleID": "com.example.helper", "appID": b"y"}]}],
        "pathBlackList": ["/Applications/Games", "/a b'; c"],
        "pathWhiteList": ["/Applications"],
    }

    def skeleton(self, keys: dict[str, Any], *, computer: bool = True) -> Declaration:
        [made] = of_kind(declared(keys, "com.apple.applicationaccess.new", computer=computer), "app.settings")
        return made

    def test_every_rule_is_there_and_what_it_lacks_is_said(self) -> None:
        made = self.skeleton(self.LISTS)
        allowed = made.payload["Allowed"]
        assert [each["BinaryIdentifier"].get("SigningID") for each in allowed["AllowedBinaries"]] == [
            "com.example.app",
            "com.example.helper",
            None,
        ]
        assert [each["BinaryIdentifier"]["PathPrefix"] for each in allowed["DeniedBinaries"]] == ["/Applications/Games", "/a b'; c"]
        assert made.lines[0].startswith("AllowedBinaries 1, bundle com.example.app: CDHash or TeamID is missing")
        assert "DeniedBinaries 1, path /Applications/Games: CDHash, TeamID or SigningID is missing" in made.lines
        assert json.loads(made.data)["Missing"] == list(made.lines)

    def test_no_server_takes_it_as_it_is_and_apples_schema_takes_it_filled_in(self) -> None:
        made = self.skeleton(self.LISTS)
        content = json.loads(made.data)
        assert (made.complete, content["ServerToken"]) == (False, None)
        assert wrong(content["Payload"], kind=made.type) != []
        for rules in content["Payload"]["Allowed"].values():
            for rule in rules:
                rule["BinaryIdentifier"] |= {"TeamID": "ABCDE12345", "SigningID": "com.example.app"}
        assert wrong(content["Payload"], kind=made.type) == []

    def test_it_says_that_the_rules_are_for_devices(self) -> None:
        assert any("are for devices" in line for line in self.skeleton(self.LISTS, computer=False).lines)
        assert not any("are for devices" in line for line in self.skeleton(self.LISTS).lines)

    @pytest.mark.parametrize(
        "keys", [{"familyControlsEnabled": False, "pathBlackList": ["/x"]}, {"familyControlsEnabled": True}, {"pathBlackList": [7, {}]}]
    )
    def test_lists_that_say_nothing_have_none(self, keys: dict[str, Any]) -> None:
        assert of_kind(declared(keys, "com.apple.applicationaccess.new", computer=True), "app.settings") == []


class TestOnce:
    def shared(self) -> tuple[odkit.Directory, Profiles]:
        mac = {"apple-serialnumber": [b"W8123"], "macAddress": [b"00:11:22:33:44:55"]}
        more = record("cn=mac2$", "computers", 40, mac | managed({"a": 1}))
        lab = record("cn=lab", "computer_groups", 41, managed({"a": 1}), memberUid=[b"mac2$", b"gone$"])
        od = managed_domain(TILES, managed({"a": 1}), None, None, record("uid=cyd", "users", 42, TILES), more, lab)
        return od, once(profiles(od))

    def test_equal_content_is_written_once_and_nothing_else(self) -> None:
        _, found = self.shared()
        assert [[each.name for each in profile.records] for profile in found.profiles] == [["ann", "cyd"], ["mac1$", "mac2$", "lab"]]
        contents = [plistlib.loads(profile.data) for profile in found.profiles]
        assert [content["PayloadScope"] for content in contents] == ["User", "System"]
        assert len({content["PayloadUUID"] for content in contents}) == 2
        other = profiles(managed_domain(TILES, None, None, None, record("uid=cyd", "users", 42, managed({"tilesize": 37}))))
        assert once(other) == other

    def test_it_is_the_same_each_time_and_holds_what_each_one_held(self) -> None:
        [od, found] = self.shared()
        assert [profile.data for profile in once(profiles(od)).profiles] == [profile.data for profile in found.profiles]
        [first, *_] = [plistlib.loads(profile.data) for profile in profiles(od).profiles]
        [shared, _] = [plistlib.loads(profile.data) for profile in found.profiles]
        assert shared["PayloadContent"][0]["PayloadContent"] == first["PayloadContent"][0]["PayloadContent"]

    def test_the_table_names_computers_with_serial_number_and_address(self) -> None:
        [od, found] = self.shared()
        rows = [(each.kind, each.name, each.through, each.serial, each.mac) for each in assignments(od, found)]
        serial, mac = ("W8123",), ("00:11:22:33:44:55",)
        assert rows == [
            ("Users", "ann", "", (), ()),
            ("Users", "cyd", "", (), ()),
            ("Computers", "mac1$", "", (), ()),
            ("Computers", "mac2$", "", serial, mac),
            ("ComputerGroups", "lab", "", (), ()),
            ("Computers", "mac2$", "ComputerGroups/lab", serial, mac),
            ("", "gone$", "ComputerGroups/lab", (), ()),
        ]

    def test_users_of_a_primary_group_and_of_nested_groups_are_in_the_table_once(self) -> None:
        inner = record("cn=inner", "groups", 51, memberUid=[b"bob", b"cyd"])
        outer = record(
            "cn=outer", "groups", 52, TILES, **{"apple-group-nestedgroup": [guid(51)], "gidNumber": [b"700"], "memberUid": [b"cyd"]}
        )
        cyd = record("uid=cyd", "users", 53, {"gidNumber": [b"700"]})
        od = managed_domain(None, None, None, None, inner, outer, cyd, record("uid=eve", "users", 54, {"gidNumber": [b"700"]}))
        rows = [(each.kind, each.name, each.through) for each in assignments(od, profiles(od))]
        assert rows == [
            ("Groups", "outer", ""),
            ("Users", "cyd", "Groups/outer"),
            ("Groups", "inner", "Groups/outer"),
            ("Users", "bob", "Groups/inner"),
            ("Users", "eve", "Groups/outer"),
        ]


class TestOptions:
    EXPORT = str(MART / "after" / "export.ldif")

    def test_organization_prefix_removal_and_records(self, tmp_path: Path) -> None:
        words = ["--organization", "Example", "--prefix", "com.example.mcx", "--removal", "allow", "--record", "Groups/office-store"]
        assert command("mcx", "profiles", self.EXPORT, "-o", str(tmp_path / "p"), *words).returncode in {0, 1}
        [path] = (tmp_path / "p").glob("*.mobileconfig")
        content = plistlib.loads(path.read_bytes())
        assert (content["PayloadOrganization"], content["PayloadRemovalDisallowed"]) == ("Example", False)
        assert content["PayloadIdentifier"] == f"com.example.mcx.{content['PayloadUUID'].lower()}"
        assert all(each["PayloadIdentifier"].startswith(content["PayloadIdentifier"]) for each in content["PayloadContent"])

    def test_table_and_declarations_are_files_beside_the_profiles(self, tmp_path: Path) -> None:
        done = command("mcx", "profiles", self.EXPORT, "-o", str(tmp_path / "p"), "--once", "--declarations", URL)
        names = {path.name for path in (tmp_path / "p").iterdir()}
        made = {name.removesuffix(".mobileconfig") for name in names if name.endswith(".mobileconfig")}
        assert {f"{name}.{kind}.json" for name in made for kind in ("legacy", "activation")} <= names
        rows = list(csv.DictReader((tmp_path / "p" / "ASSIGNMENTS.csv").read_text().splitlines()))
        assert {row["profile"].removesuffix(".mobileconfig") for row in rows} == made
        assert (tmp_path / "p" / "REPORT.txt").read_text() == done.stdout
        assert "Who gets which, in full in ASSIGNMENTS.csv\n" in done.stdout
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in (tmp_path / "p").iterdir())

    @pytest.mark.parametrize(
        "words", [["--prefix", "a..b"], ["--prefix", ""], ["--record", "Users/nobody"], ["--declarations", "http://h"]]
    )
    def test_what_cannot_be_meant_is_refused_before_anything_is_written(self, words: list[str], tmp_path: Path) -> None:
        assert command("mcx", "profiles", self.EXPORT, "-o", str(tmp_path / "p"), *words).returncode == 2
        assert not (tmp_path / "p").exists()
