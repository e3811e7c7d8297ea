"""A plan for FreeIPA: who arrives under which name, with which password, and the exact command."""

from __future__ import annotations

import plistlib
import subprocess
from pathlib import Path
from typing import Any

import pytest

import lint
import odkit
from build_carry import carry as carry_with_keys
from build_carry import domain, group, kerberos_user, user
from conftest import MART, each_in_turn
from forged import company
from odkit.carrying import CarryPlan
from odkit.errors import RefusedError, UsageError
from odkit.ldif import Attributes, Entry, read

CRYPT = b"{CRYPT}abJnggxhB/yWI"


def planned(*entries: Entry, **options: Any) -> tuple[CarryPlan, dict[str, Attributes]]:
    plan = odkit.carry(odkit.open(domain(*entries)), to="freeipa", **options)
    return plan, staged(plan)


def staged(plan: CarryPlan) -> dict[str, Attributes]:
    """What the staging server holds, by DN without the suffix."""
    entries = [e for e in read(content(plan, "staging.ldif")) if isinstance(e, Entry)]
    return {e.dn.removesuffix(",dc=staging"): e.attributes for e in entries}


def content(plan: CarryPlan, name: str) -> bytes:
    return b"".join(next(file for file in plan.files if file.name == name).content())


def words(plan: CarryPlan) -> list[str]:
    """Words of the command as load.sh holds them."""
    return content(plan, "load.sh").decode().partition("\nwords() {\n    cat <<'ODKIT_END'\n")[2].partition("\nODKIT_END")[0].split("\n")


def verdicts(plan: CarryPlan) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The verdict on each user, and why; without what is only worth knowing."""
    whys = {each.name: tuple(reason.why.value for reason in each.reasons if reason.why.value != "note") for each in plan.users}
    return {each.name: (each.verdict.value, whys[each.name]) for each in plan.users}


def reasons(plan: CarryPlan, name: str) -> str:
    return "; ".join(reason.text for each in plan.users if each.name == name for reason in each.reasons)


class TestPasswords:
    def test_a_crypt_value_is_the_only_password_that_arrives_and_kerberos_waits_for_a_first_login(self) -> None:
        plan, entries = planned(user("ann", userPassword=[CRYPT]), user("bob", userPassword=[b"abJnggxhB/yWI"]))
        assert verdicts(plan) == dict.fromkeys(("ann", "bob"), ("warned", ("partial",)))
        assert {entries[f"uid={name},ou=people"].first("userPassword") for name in ("ann", "bob")} == {CRYPT}
        assert "migration page" in reasons(plan, "ann")
        assert plan.must_act

    @each_in_turn("value", [b"********", b"*", b"", b"clear", b"{CRYPT}*", b"{X-MADE-UP}abc", b"{SASL}ann@R", b"{CLEAR}x", b"{crypt}short"])
    def test_what_freeipa_would_take_for_a_password_in_clear_never_arrives(self, value: bytes) -> None:
        plan, entries = planned(user("ann", userPassword=[value]))
        assert "userPassword" not in entries["uid=ann,ou=people"]
        assert verdicts(plan)["ann"] == ("reset", ("nothing_usable",))

    def test_the_verifier_of_a_local_node_arrives_in_the_form_of_389_and_one_of_another_length_does_not(self) -> None:
        def shadow(salt: int) -> list[bytes]:
            verifier = {"salt": bytes(salt), "entropy": bytes(128), "iterations": 30_000}
            return [plistlib.dumps({"SALTED-SHA512-PBKDF2": verifier}, fmt=plistlib.FMT_BINARY)]

        people = [user(name, 1025 + n, authAuthority=[b";ShadowHash;"], ShadowHashData=shadow(n)) for n, name in ((32, "ann"), (31, "bob"))]
        plan, entries = planned(*people)
        assert (entries["uid=ann,ou=people"].first("userPassword") or b"").startswith(b"{PBKDF2-SHA512}30000$")
        assert "userPassword" not in entries["uid=bob,ou=people"]
        assert {name: verdict for name, (verdict, _) in verdicts(plan).items()} == {"ann": "warned", "bob": "reset"}

    def test_kerberos_keys_stay_behind_and_their_users_are_reset(self, tmp_path: Path) -> None:
        plan = carry_with_keys(
            tmp_path, company(["jdoe"]), kerberos_user("jdoe", cn="j", gidNumber="1030", homeDirectory="/Users/j"), to="freeipa"
        )
        assert verdicts(plan) == {"jdoe": ("reset", ("nothing_usable",))}
        assert all(form.target == "" for form in plan.users[0].forms)
        assert "takes no keys" in reasons(plan, "jdoe")

    def test_a_disabled_user_is_locked_and_has_no_password(self) -> None:
        plan, entries = planned(user("ann", userPassword=[CRYPT], authAuthority=[b";DisabledUser;;basic;"]))
        assert verdicts(plan) == {"ann": ("disabled", ("disabled",))}
        entry = entries["uid=ann,ou=people"]
        assert entry["nsAccountLock"] == [b"TRUE"]
        assert "userPassword" not in entry
        assert b"extensibleObject" in entry["objectClass"]

    def test_the_five_counts_add_up(self) -> None:
        plan = odkit.carry(odkit.open(MART / "lion" / "export.ldif", MART / "lion" / "authdata.ldif"), to="freeipa")
        counts = plan.counts
        assert counts["users"] == 64 == sum(counts.values()) - counts["users"]
        assert counts["disabled"] == 2


class TestNames:
    def test_names_are_written_in_small_letters_and_that_is_said_by_user(self) -> None:
        plan, entries = planned(user("JDoe", uid=[b"JDoe", b"john.doe"]), group("Sales", 1030, memberUid=[b"JDoe"]))
        assert entries["uid=jdoe,ou=people"]["uid"] == [b"jdoe"]
        assert entries["cn=sales,ou=groups"]["member"] == [b"uid=jdoe,ou=people,dc=staging"]
        assert "its name becomes jdoe" in reasons(plan, "JDoe")
        assert "1 further name (john.doe) left out" in reasons(plan, "JDoe")
        assert [each.new_name for each in plan.groups] == ["sales"]

    def test_two_names_that_differ_in_capitals_alone_are_both_left_out(self) -> None:
        plan, entries = planned(user("JDoe", 1025), user("jdoe", 1026, dn="cn=other,cn=users,dc=x"), user("ann", 1027))
        assert {name: verdict for name, (verdict, _) in verdicts(plan).items()} == {"JDoe": "left_out", "jdoe": "left_out", "ann": "reset"}
        assert [dn for dn in entries if dn.startswith("uid=")] == ["uid=ann,ou=people"]

    @each_in_turn("name", ["a b", "é", "a/b", "1234", "-a", "a'b", "$(touch x)", "a\nb", "a" * 256, "a@b"])
    def test_a_name_that_no_ipa_command_could_handle_is_left_out(self, name: str) -> None:
        dn = "uid=" + odkit.dn.escape_value(name) + ",cn=users,dc=x"
        plan, entries = planned(user(name, dn=dn), user("ann", 1026))
        assert verdicts(plan)[plan.users[0].name] == ("left_out", ("not_expressible",))
        assert [key for key in entries if key.startswith("uid=")] == ["uid=ann,ou=people"]

    @pytest.mark.parametrize("name", ["admin", "ADMIN"])
    def test_what_every_domain_has_is_never_brought(self, name: str, tmp_path: Path) -> None:
        (tmp_path / "accounts").write_text("root:x:0:0::/root:/bin/sh\nroot:x:0:\n")  # the target's list has no admin
        plan, _ = planned(user(name), group("Editors", 1050), target_accounts=tmp_path / "accounts")
        assert verdicts(plan)[name] == ("left_out", ("reserved",))
        assert [each.carried for each in plan.groups] == [False]

    def test_a_long_name_is_told_of_and_arrives(self) -> None:
        plan, entries = planned(user("a" * 33))
        assert "more than 32 letters" in reasons(plan, "a" * 33)
        assert f"uid={'a' * 33},ou=people" in entries

    def test_a_record_without_a_name_in_its_dn_goes_by_its_short_name(self) -> None:
        _, entries = planned(user("ann", dn="cn=Ann Smith,cn=users,dc=x"))
        assert "uid=ann,ou=people" in entries


class TestRecords:
    def test_who_has_no_number_is_left_out_as_migrate_ds_would(self) -> None:
        plan, _ = planned(user("ann", gidNumber=[]), user("bob", 1026, uidNumber=[b"abc"]), user("eve", 1027))
        assert {name: verdict for name, (verdict, _) in verdicts(plan).items()} == {"ann": "left_out", "bob": "left_out", "eve": "reset"}

    def test_a_primary_group_that_nobody_has_is_told_of(self) -> None:
        plan, _ = planned(user("ann"), user("bob", 1026, gidNumber=[b"1050"]), group("sales", 1050))
        assert "no group that arrives has the number of its primary group, 1030" in reasons(plan, "ann")
        assert "primary group" not in reasons(plan, "bob")

    def test_the_primary_group_of_macs_becomes_one_without_rights(self) -> None:
        _, entries = planned(user("ann", gidNumber=[b"20"]), group("OD-Group-20", 1050))
        assert entries["uid=ann,ou=people"]["gidNumber"] == [b"61000"]
        assert entries["cn=od-group-20-x,ou=groups"]["gidNumber"] == [b"61000"]

    def test_guids_stay_and_everything_else_of_apple_goes(self) -> None:
        guid = "AAAAAAAA-0000-4000-8000-000000000001"
        plan, entries = planned(user("ann", guid=guid, apple_mcxflags=[b"x"], apple_user_homeurl=[b"y"]), user("bob", 1026))
        assert entries["uid=ann,ou=people"]["apple-generateduid"] == [guid.encode()]
        assert b"extensibleObject" in entries["uid=ann,ou=people"]["objectClass"]
        assert b"extensibleObject" not in entries["uid=bob,ou=people"]["objectClass"]
        apple = {name for entry in entries.values() for name in entry if name.startswith("apple-")}
        assert apple == {"apple-generateduid"}
        assert {change.attribute for change in plan.changed} >= {"apple-mcxflags", "apple-user-homeurl"}

    def test_a_manager_is_named_by_his_new_dn_and_nobody_who_does_not_arrive(self) -> None:
        named = [b"uid=BOB, cn=users, dc=x", b"uid=root,cn=users,dc=x", b"uid=gone,cn=users,dc=x"]
        plan, entries = planned(user("ann", manager=named), user("bob", 1026), user("root", 0))
        assert entries["uid=ann,ou=people"]["manager"] == [b"uid=bob,ou=people,dc=staging"]
        assert [change.what for change in plan.changed if change.attribute == "manager"] == ["names entries that do not arrive; left out"]

    def test_dns_in_groups_are_left_out_because_migrate_ds_does_not_rewrite_them(self) -> None:
        plan, entries = planned(user("ann"), group("sales", 1050, owner=[b"uid=ann,cn=users,dc=x"]))
        assert "owner" not in entries["cn=sales,ou=groups"]
        assert any(change.attribute == "owner" for change in plan.changed)

    def test_a_value_that_389_alone_would_refuse_is_left_out_and_told_of(self) -> None:
        plan, entries = planned(user("ann", facsimileTelephoneNumber=[b"+1 555$garbage"]))
        assert "facsimileTelephoneNumber" not in entries["uid=ann,ou=people"]
        assert any(found.code == "OD920" for found in plan.findings)

    def test_the_word_that_migrate_ds_marks_entries_with_is_no_description(self) -> None:
        _, entries = planned(user("ann", description=[b"__No_UPG__", b"kept"]), user("bob", 1026, description=[b"__no_upg__"]))
        assert entries["uid=ann,ou=people"]["description"] == [b"kept"]
        assert "description" not in entries["uid=bob,ou=people"]

    def test_groups_stand_behind_those_that_are_in_them(self) -> None:
        ids = {name: f"BBBBBBBB-0000-4000-8000-00000000000{n}" for n, name in enumerate(("outer", "inner"))}
        outer = group("outer", 1050, apple_generateduid=[ids["outer"].encode()], apple_group_nestedgroup=[ids["inner"].encode()])
        inner = group("inner", 1051, apple_generateduid=[ids["inner"].encode()], apple_group_nestedgroup=[ids["outer"].encode()])
        plan, entries = planned(user("ann"), outer, inner)
        order = [dn for dn in entries if dn.startswith("cn=")]
        assert order == ["cn=inner,ou=groups", "cn=outer,ou=groups"]
        assert "member" not in entries["cn=inner,ou=groups"]
        assert any("nested in one another" in found.message for found in plan.findings)

    def test_a_suffix_that_no_server_can_have_is_refused(self) -> None:
        for base in ("uid=x", 'dc="x"', "dc=a\\,b", "no dn", "cn=x"):
            with pytest.raises(UsageError, match="--base-dn"):
                planned(user("ann"), base_dn=base)
        with pytest.raises(UsageError, match="--map-group"):
            planned(user("ann", gidNumber=[b"20"]), map_groups={"20": "a b"})


class TestCommand:
    def test_it_names_containers_classes_and_everybody_who_is_left_out(self) -> None:
        plan, _ = planned(
            user("ann"), user("root", 0), user("A B", 1027), group("sales", 1050), group("admins", 1051), base_dn="o=Old Office"
        )
        assert words(plan) == [
            "migrate-ds", "--bind-dn=cn=admin,o=Old Office", "--base-dn=o=Old Office", "--user-container=ou=people", "--group-container=ou=groups",
            "--user-objectclass=posixAccount", "--group-objectclass=groupOfMembers", "--schema=RFC2307bis", "--group-ignore-objectclass=groupOfMembers",
            "--exclude-users=root", "--exclude-users=a b", "--exclude-groups=admins",
        ]  # fmt: skip

    def test_without_groups_it_goes_on_where_the_search_for_them_finds_nothing(self) -> None:
        assert "--continue" in words(planned(user("ann"))[0])
        assert "--continue" not in words(planned(user("ann"), group("sales", 1050))[0])

    def test_who_arrives_is_never_excluded(self, tmp_path: Path) -> None:
        plan, _ = planned(user("Ann", 1025), user("ann", 0, dn="cn=old,cn=users,dc=x"), group("sales", 1050))
        assert [each.verdict.value for each in plan.users] == ["reset", "left_out"]
        assert not any(word.startswith("--exclude-users") for word in words(plan))

    def test_hostile_names_stand_in_it_as_one_word_each_and_what_it_cannot_hold_is_counted(self, tmp_path: Path) -> None:
        hostile = ["$(touch x)", "`id`", "a'b", 'a"b', "a b", "a\\b", "é", "*", "a;b", "ODKIT_END x", "--x y", "a\nb", " a", "\u202ea"]
        entries = [user(n, 1100 + i, dn=f"uid={odkit.dn.escape_value(n)},cn=users,dc=x") for i, n in enumerate(hostile)]
        plan, _ = planned(*entries, user("ann"), group("sales", 1050))
        excluded = [word.partition("=")[2] for word in words(plan) if word.startswith("--exclude-users=")]
        assert excluded == [name.lower() for name in hostile[:11]]
        assert any("3 names left out cannot be in its --exclude options" in step for step in plan.steps)
        text = content(plan, "load.sh").decode()
        shown = text.partition("\ncommand_line() {\n    cat <<'ODKIT_END'\n")[2].partition("\nODKIT_END")[0] + "\n    ldap://127.0.0.1:3890"
        script = f"ipa() {{ printf '%s\\n' \"$@\"; }}\n{shown}\n"
        pasted = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        assert pasted.split("\n")[:-2] == words(plan)  # what a person pastes is what the script runs
        assert list(tmp_path.iterdir()) == []

    def test_a_file_with_a_value_that_is_unfit_is_never_written(self) -> None:
        from odkit.carrying.ldap.writing import ldif_pieces

        with pytest.raises(RefusedError):
            list(ldif_pieces(b"#", [Entry("uid=a,dc=x", {"userPassword": [b"********"]})]))

    @pytest.mark.whole
    def test_the_scripts_are_posix(self, tmp_path: Path) -> None:
        plan, _ = planned(user("ann"), user("root", 0), group("sales", 1050))
        odkit.write_carry(plan, tmp_path / "out")
        scripts = [tmp_path / "out" / name for name in ("stage.sh", "load.sh")]
        lint.assert_plain_sh(*scripts)
        for script in scripts:
            assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
