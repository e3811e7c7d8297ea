"""`odkit carry --to 389`: what the plan decides and writes; tests/targets/test_carry_389.py loads it into the real server."""

from __future__ import annotations

import plistlib
import re
from typing import Any

import pytest

import odkit
from build_carry import GROUP, domain, group, user, verdicts
from conftest import MART, each_in_turn
from odkit.carrying import CarryPlan, Verdict
from odkit.errors import RefusedError, UsageError
from odkit.ldif import Entry, dump, read
from odkit.values.verifier import DS389_SCHEMES, why_unfit

CRYPT = b"{CRYPT}abQTpvVsbLDEw"
SALT, ENTROPY = bytes(range(32)), bytes(range(128))
BASIC = [b";basic;"]


def shadow(**changed: Any) -> bytes:
    """What a local node of 10.8 and later keeps of a password."""
    verifier = {"salt": SALT, "entropy": ENTROPY, "iterations": 30_000} | changed
    return plistlib.dumps({"SALTED-SHA512-PBKDF2": verifier}, fmt=plistlib.FMT_BINARY)


def files(plan: CarryPlan) -> dict[str, bytes]:
    return {each.name: b"".join(each.content()) for each in plan.files}


def written(*entries: Entry, **options: Any) -> tuple[CarryPlan, dict[str, Entry]]:
    """The plan of a domain, and the records that it writes, by DN."""
    plan = odkit.carry(odkit.open(domain(*entries)), to="389", **options)
    return plan, {entry.dn: entry for entry in read(files(plan)["directory.ldif"]) if isinstance(entry, Entry)}


class TestPasswords:
    @each_in_turn(
        "attributes, verdict, value",
        [
            ({"authAuthority": BASIC, "userPassword": [CRYPT]}, "carried", CRYPT),
            ({"userPassword": [b"abQTpvVsbLDEw"]}, "carried", CRYPT),
            ({"authAuthority": [b";ShadowHash;"], "ShadowHashData": [shadow()]}, "carried", b"{PBKDF2-SHA512}30000$"),
            ({"authAuthority": [b";ShadowHash;"], "ShadowHashData": [shadow(salt=SALT[:-1])]}, "reset", None),
            ({"authAuthority": [b";ShadowHash;"], "ShadowHashData": [shadow(entropy=ENTROPY + b"\0")]}, "reset", None),
            ({"authAuthority": [b";ShadowHash;"], "ShadowHashData": [shadow(iterations=0)]}, "reset", None),
            ({"authAuthority": [b";ShadowHash;"], "ShadowHashData": [shadow(salt="text")]}, "reset", None),
            ({"authAuthority": [b";ShadowHash;"], "ShadowHashData": [shadow(), shadow()]}, "reset", None),
            ({"authAuthority": [b";ShadowHash;"], "ShadowHashData": [b"no property list"]}, "reset", None),
            ({"authAuthority": [b";DisabledUser;;ShadowHash;"], "ShadowHashData": [shadow()]}, "disabled", None),
            ({"authAuthority": BASIC, "userPassword": [b"********"]}, "reset", None),
            ({"authAuthority": BASIC, "userPassword": [b"secret"]}, "reset", None),
            ({"authAuthority": BASIC, "userPassword": [b"{SASL}ann@OLD.EXAMPLE.COM"]}, "reset", None),
            ({"authAuthority": BASIC, "userPassword": [b"{SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]}, "reset", None),
            ({"authAuthority": [b";DisabledUser;;basic;"], "userPassword": [CRYPT]}, "disabled", None),
        ],
    )
    def test_each_user_has_one_form_that_389_checks_and_none_for_what_it_would_keep_as_clear_text(
        self, attributes: dict[str, Any], verdict: str, value: bytes | None
    ) -> None:
        plan, records = written(user("ann", **attributes))
        found = records["uid=ann,cn=users,dc=x"].attributes.get("userPassword", [])
        assert plan.users[0].verdict.value == verdict
        assert len(found) == (value is not None)
        assert all(each.startswith(value or b"?") and why_unfit("userPassword", each, DS389_SCHEMES) is None for each in found)
        assert b"ShadowHashData" not in files(plan)["directory.ldif"]

    def test_who_is_checked_by_the_kdc_has_no_value_and_is_asked_for_by_his_uid(self) -> None:
        options = {"realm": "OLD.EXAMPLE.COM", "target_realm": "NEW.EXAMPLE.COM"}
        authority = b";Kerberosv5;;%s@OLD.EXAMPLE.COM;OLD.EXAMPLE.COM;"
        named = [("ann", b"ann"), ("bob", b"robert"), ("carl@y", b"carl@y"), ("dora", b"dora/admin"), ("e f", b"e f")]
        plan, records = written(*(user(n, 1030 + i, authAuthority=[authority % p]) for i, (n, p) in enumerate(named)), **options)
        assert {name: verdict for name, (verdict, _) in verdicts(plan).items()} == {
            "ann": "carried", "bob": "reset", "carl@y": "reset", "dora": "left_out", "e f": "carried",
        }  # fmt: skip
        assert not any("userPassword" in entry.attributes for entry in records.values())
        assert [(form.source, form.target) for form in plan.users[0].forms] == [("Kerberos", "PAM")]
        text = files(plan)
        assert b"pamIDMapMethod: ENTRY\n" in text["config/pam-passthrough.ldif"]
        assert b"pamSecure: TRUE\n" in text["config/pam-passthrough.ldif"]
        assert b" realm=NEW.EXAMPLE.COM " in text["config/pam.d-odkit-389"]
        assert re.search(rb"(?m)^ann@NEW.EXAMPLE.COM$", text["load.sh"])

    def test_who_may_not_log_in_and_who_has_no_password_is_locked_and_nobody_else_is(self) -> None:
        """One whose record has the name of another one's principal would be let in with that one's password."""
        options = {"realm": "OLD.EXAMPLE.COM", "target_realm": "NEW.EXAMPLE.COM"}
        authority = [b";Kerberosv5;;ann@OLD.EXAMPLE.COM;OLD.EXAMPLE.COM;"]
        plan, records = written(
            user("ann", authAuthority=authority),
            user("other", 1026, uid=[b"ann", b"other"]),
            user("crypt", 1027, userPassword=[CRYPT]),
            user("bob", 1028, authAuthority=[b";DisabledUser;;basic;"], nsAccountLock=[b"false"]),
            **options,
        )
        locks = {dn.partition(",")[0]: entry.attributes.get("nsAccountLock") for dn, entry in records.items() if dn.startswith("uid=")}
        assert locks == {"uid=ann": None, "uid=other": [b"true"], "uid=crypt": None, "uid=bob": [b"true"]}
        assert [each.verdict.value for each in plan.users] == ["carried", "reset", "carried", "disabled"]
        assert sum(change.count for change in plan.changed if change.attribute == "nsAccountLock" and "true" in change.what) == 2

    def test_secrets_of_cram_md5_are_refused(self) -> None:
        with pytest.raises(UsageError, match="389-DS cannot check these secrets"):
            written(user("ann"), cram_md5=True)

    @pytest.mark.parametrize("value", [b"{PBKDF2-SHA512}1$AA==$AA==", b"{PBKDF2-SHA512}30000$" + b"A" * 43 + b"=$" + b"A" * 87 + b"="])
    def test_a_verifier_of_another_length_than_apples_is_never_written(self, value: bytes) -> None:
        assert why_unfit("userPassword", value, DS389_SCHEMES) == "a PBKDF2 verifier of a form that is not known"


class TestRecords:
    def test_what_would_be_a_right_a_role_or_a_lock_at_389_is_left_out(self) -> None:
        hostile: dict[str, Any] = {
            "aci": [b'(targetattr="*")(version 3.0; acl "x"; allow(all) userdn="ldap:///uid=ann,cn=users,dc=x";)'],
            "nsRoleDN": [b"cn=x"],
            "passwordPolicySubentry": [b"cn=x"],
        }
        plan, records = written(user("ann", **hostile))
        assert not {name.lower() for name in hostile} & {name.lower() for name in records["uid=ann,cn=users,dc=x"].attributes}
        [rule] = records["dc=x"].attributes["aci"]
        assert b"userPassword" in rule
        assert b"allow (read, search, compare)" in rule
        assert {change.attribute for change in plan.changed if "389-DS itself" in change.what} == set(hostile)

    def test_superiors_and_spellings_that_389_writes_are_written(self) -> None:
        _, records = written(user("ann", manager=[b"UID=bob ,  CN=users,dc=x"], seeAlso=[b'cn="a,b",dc=x']))
        ann = records["uid=ann,cn=users,dc=x"].attributes
        assert {b"inetOrgPerson", b"organizationalPerson", b"person", b"top"} <= set(ann["objectClass"])
        assert (ann["manager"], ann["seeAlso"]) == ([b"uid=bob,cn=users,dc=x"], [b"cn=a\\2Cb,dc=x"])

    def test_what_389_takes_and_slapd_does_not_is_kept(self) -> None:
        """No structural object class, two of them, a certificate without ;binary, a GECOS beyond ASCII, names composed otherwise."""
        plain = [b"posixAccount", b"apple-user", b"extensibleObject"]
        both = [b"inetOrgPerson", b"apple-computer", b"extensibleObject"]
        _, records = written(
            user("ann", objectClass=plain, gecos=["Änn".encode()], userCertificate=[b"x"], cn=["\xe9".encode(), b"e\xcc\x81"]),
            user("bob", 1026, objectClass=both),
        )
        ann, bob = (records[f"uid={name},cn=users,dc=x"].attributes for name in ("ann", "bob"))
        assert ann["objectClass"] == [*plain, b"top"]
        assert (ann["gecos"], ann["userCertificate"], len(ann["cn"])) == (["Änn".encode()], [b"x"], 2)
        assert set(both) < set(bob["objectClass"])

    def test_what_389_would_drop_or_empty_is_left_out_with_a_finding(self) -> None:
        plan, records = written(
            user(
                "ann", manager=[b"nobody at all"], jpegPhoto=[b"same", b"same"], facsimileTelephoneNumber=[b"1$nonsense"], uidNumber=[b"x"]
            )
        )
        ann = records.get("uid=ann,cn=users,dc=x")
        assert ann is None  # without a number he is no POSIX account
        plan, records = written(
            user("ann", manager=[b"nobody at all"], jpegPhoto=[b"same", b"same"], facsimileTelephoneNumber=[b"1$nonsense"])
        )
        ann = records["uid=ann,cn=users,dc=x"]
        assert ann.attributes["jpegPhoto"] == [b"same"]
        assert not {"manager", "facsimileTelephoneNumber"} & set(ann.attributes)
        assert sorted(each.code for each in plan.findings if each.code in {"OD920", "OD921"}) == ["OD920", "OD920", "OD921"]

    def test_a_group_needs_no_structural_class(self) -> None:
        _, records = written(group("makers", 1030, memberUid=[b"ann"]), user("ann"))
        assert set(records["cn=makers,cn=groups,dc=x"].attributes["objectClass"]) == {*GROUP, b"top"}


class TestPlan:
    @pytest.mark.parametrize("stage", ["before", "after"])
    def test_the_counts_add_up(self, stage: str) -> None:
        plan = odkit.carry(odkit.open(MART / stage / "export.ldif"), to="389")
        counts = plan.counts
        assert counts.pop("users") == sum(counts.values()) == len(plan.users)
        directory = files(plan)["directory.ldif"]
        gone = {user.dn for user in plan.users if user.verdict is Verdict.LEFT_OUT}
        there = {entry.dn for entry in read(directory) if isinstance(entry, Entry)}
        assert {user.dn for user in plan.users} - gone == there & {user.dn for user in plan.users}
        assert b"********" not in directory
        assert b"{SASL}" not in directory

    def test_records_written_from_their_lines_are_those_that_are_converted(self) -> None:
        """A DN that is a value, and object classes without their superiors, are never copied from the line."""
        short = [b"inetOrgPerson", b"posixAccount", b"apple-user"]
        people = [user(f"u{n}", 1030 + n, manager=[b"CN=a , dc=x"], objectClass=short, userPassword=[CRYPT]) for n in range(3)]
        _, records = written(*people)
        assert {tuple(records[f"uid=u{n},cn=users,dc=x"].attributes["manager"]) for n in range(3)} == {(b"cn=a,dc=x",)}
        assert all(b"organizationalPerson" in records[f"uid=u{n},cn=users,dc=x"].attributes["objectClass"] for n in range(3))

    @pytest.mark.parametrize("suffix", ["dc=x'y", "o=a\\2Cb"])
    def test_a_suffix_that_the_configuration_cannot_carry_is_refused(self, suffix: str) -> None:
        top = [Entry(suffix, {"objectClass": [b"organization"], "o": [b"a,b"]}), Entry(f"cn=users,{suffix}", {"cn": [b"users"]})]
        with pytest.raises(RefusedError, match="suffix"):
            odkit.carry(odkit.open(dump([*top, user("ann", dn=f"uid=ann,cn=users,{suffix}")])), to="389")

    def test_a_realm_that_pam_cannot_carry_is_refused(self) -> None:
        authority = [b";Kerberosv5;;ann@OLD.EXAMPLE.COM;OLD.EXAMPLE.COM;"]
        with pytest.raises(RefusedError, match="realm"):
            written(user("ann", authAuthority=authority), realm="OLD.EXAMPLE.COM", target_realm="NEW EXAMPLE")

    def test_the_schema_has_no_definition_twice_and_no_syntax_that_389_lacks(self) -> None:
        text = files(written(user("ann"))[0])["schema.ldif"].decode()
        oids = re.findall(r"(?m)^(?:attributeTypes|objectClasses): \( ([\d.]+)", text)
        assert len(oids) == len(set(oids)) > 150
        assert not re.search(r"121\.1\.(?:8|13|19|39) |certificateExactMatch", text)
        assert not re.search(r"'(?:lastLoginTime|automountKey|ttl|sambaSID|posixGroup)'", text)
