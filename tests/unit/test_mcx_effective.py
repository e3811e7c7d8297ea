"""Composition and profiles."""

from __future__ import annotations

import plistlib
from base64 import b64encode

import pytest

import odkit
from build_mcx import UNION, composed, guid, managed, managed_domain, record
from conftest import MART
from odkit import ldif
from odkit.errors import UsageError
from odkit.mcx import Composer, differences, profiles, survey, unmatched


class TestEffective:
    def test_the_most_specific_level_wins(self) -> None:
        od = managed_domain(
            managed({"a": 1}, state="Set-Once"),
            managed({"a": 2, "b": 2}),
            managed({"a": 3, "b": 3, "c": 3}),
            managed({"a": 4, "b": 4, "c": 4, "d": 4}),
        )
        found = Composer(od).effective("ann", "mac1$").keys
        assert composed(found) == {
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
        assert {k: v[0] for k, v in composed(Composer(od).effective("ann", None).keys).items()} == {"a": 1, "b": 2}

    def test_several_workgroups_must_be_chosen_from(self) -> None:
        second = record("cn=second", "groups", 9, {"memberUid": [b"ann"]} | managed({"a": 2}))
        composer = Composer(managed_domain(None, None, None, managed({"a": 1}), second))
        with pytest.raises(UsageError, match="staff, second; say which"):
            composer.effective("ann", None)
        assert composed(composer.effective("ann", None, "second").keys)["a"][0] == 2

    def test_a_computer_list_counts_without_computer_groups(self) -> None:
        listed = record("cn=old", "computer_lists", 9, {"apple-computers": [b"mac2$"]} | managed({"a": 1}))
        mac2 = record("cn=mac2$", "computers", 10)
        assert (
            composed(Composer(managed_domain(None, None, None, None, listed, mac2)).effective(None, "mac2$").keys)["a"][1]
            == "computer list"
        )

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

    def test_users_in_any_spelling_are_taken_as_their_records_say(self) -> None:
        """A survey does not parse most users; whoever is written otherwise is still in his groups, by name, GUID or number."""
        spellings = (
            b"uid: %b\ncn: Some Body\ngidNumber: 77",
            b"uid:: %b\ncn:: QsOpYQ==\ngidNumber:: Nzc=",
            b"uid: %b\ncn: A\ncn: B\ngidNumber: 7\n 7",
            b"uid: %b\nGIDNUMBER: 77\ngidNumber: 20",
            b"uid: %b\ncn: C\ngidNumber;x-a: 20\ngidNumber: 77",
            b"uid: %b\ncn: listed\ngidNumber: 20",
            b"uid: %b\nuid: alias\ncn: D\ngidNumber: 20",
            b"uid: %b\ncn: E\ngidNumber: 20\napple-generateduid: " + guid(5).lower(),
            b"cn: of %b",
            b"uid: %b\ncn: F\ngidNumber: 021",
        )

        def export(value: int) -> odkit.Directory:
            lines = []
            for number, spelling in enumerate(spellings):
                name = b"u%d" % number
                written = b64encode(name) if b"uid:: " in spelling else name
                lines.append(b"dn: uid=%b,cn=users,%b\nobjectClass: apple-user\n%b\n\n" % (name, b"dc=x", spelling % written))
            staff = {"gidNumber": [b"77"], "memberUid": [b"listed", b"alias"], "apple-group-memberguid": [guid(5)]}
            groups = [record("cn=staff", "groups", 9, staff | managed({"a": value})), record("cn=old", "groups", 8, {"gidNumber": [b"21"]})]
            return odkit.open(b"version: 1\n\n" + b"".join(lines) + ldif.dump(groups))

        before, after = Composer(export(1)), Composer(export(2))
        one_by_one = [
            (user.name, differences(before.effective(user.name, None).keys, after.effective(user.name, None).keys))
            for user in before.od.users.records()
        ]
        [outcome] = survey(before, after)
        managed_ones = [name for name, changed in one_by_one if changed]
        assert outcome.users == len(managed_ones)
        assert managed_ones == [f"u{number}" for number in (0, 1, 2, 3, 4, 5, 6, 7)]
        assert unmatched(before, after) == ([], [])

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


class TestWhatIsNotShown:
    """A group that an export was not asked for has lost no policy, and may take part."""

    @staticmethod
    def users_of(data: bytes) -> bytes:
        base = b"cn=users,dc=medicalmart,dc=example,dc=com"
        records = [each for each in data.replace(b"\n ", b"").split(b"\n\n") if each.split(b"\n", 1)[0].endswith(base)]
        head = b"# extended LDIF\n#\n# LDAPv3\n# base <%s> with scope subtree\n# filter: (objectclass=*)\n# requesting: * + \n#\n\n" % base
        tail = b"\n\n# search result\nsearch: 2\nresult: 0 Success\n\n# numEntries: %d\n" % len(records)
        return head + b"\n\n".join(records) + tail

    def test_nothing_is_lost_or_gained_by_it(self) -> None:
        data = (MART / "after" / "export.ldif").read_bytes()
        whole, part = Composer(odkit.open(data)), Composer(odkit.open(self.users_of(data)))
        for sides in ((whole, part), (part, whole)):
            assert {each.what for outcome in survey(*sides) for each in outcome.differences} == {"unknown"}

    def test_what_a_user_gets_is_not_all_known(self) -> None:
        data = (MART / "after" / "export.ldif").read_bytes()
        assert Composer(odkit.open(self.users_of(data))).effective("aabbott0", None).unknown
        assert not Composer(odkit.open(data)).effective("aabbott0", None).unknown


class TestUnions:
    def test_each_part_goes_where_its_own_record_says(self) -> None:
        persistent = [{"mcx_input_key_names": ["AppItems-Raw"], "mcx_output_key_name": "persistent-apps", "mcx_remove_duplicates": True}]
        user = managed({"AppItems-Raw": ["USER"]}, state="Set-Once", mcx_union_policy_keys=persistent)
        group = managed({"AppItems-Raw": ["GROUP"]}, mcx_union_policy_keys=UNION)
        found = composed(Composer(managed_domain(user, staff=group)).effective("ann", None).keys)
        assert {key: value[0] for key, value in found.items()} == {"persistent-apps": ("USER",), "static-apps": ("GROUP",)}

    def test_the_table_stands_in_for_a_missing_policy(self) -> None:
        found = composed(
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


class TestGuestComputers:
    def test_the_guest_record_stands_for_computers_without_one(self) -> None:
        guest = record("cn=guest", "computers", 30, managed({"g": 1}))
        composer = Composer(managed_domain(None, managed({"g": 2}), None, None, guest))
        assert composed(composer.effective("ann", None).keys) == {"g": (1, "guest computer", "always", False)}
        assert composed(composer.effective("ann", "mac1$").keys) == {"g": (2, "computer", "always", False)}
        [outcome] = survey(composer, Composer(managed_domain(None, managed({"g": 2}))))
        assert (outcome.users, outcome.computers) == (2, 1)
