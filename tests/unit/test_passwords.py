"""Password records: authorities, slots, policies, key sets, and every finding on them."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import odkit
from build import HEAD, SLOT
from build import bare as domain
from conftest import MART, ROOT
from odkit import ldif, passwords
from odkit.errors import InputError
from odkit.passwords import Account, Disabled, Kerberos, PasswordServer, Policy, Reason, ShadowHash, effective, login_status, parse_policy
from odkit.rulebook import all_rules
from odkit.values.policy_comparison import compare

RULES = all_rules()

FOLDER = Path("fixtures/medical-mart/damaged/passwords")
EXPECTED = json.loads((ROOT / FOLDER / "expected.json").read_text())
AT = datetime(2026, 1, 15, 12, tzinfo=UTC)


def report_of(name: str) -> odkit.Report:
    before, after = FOLDER / f"{name}.ldif", FOLDER / f"{name}-after.ldif"
    slots, principals = FOLDER / f"{name}-slots.txt", FOLDER / f"{name}-principals.txt"
    return odkit.verify_passwords(
        odkit.open(before),
        odkit.open(after) if after.exists() else None,
        slots=odkit.read_slots(slots) if slots.exists() else None,
        principals=odkit.read_principals(principals) if principals.exists() else None,
        at=AT,
    )


@pytest.fixture(autouse=True)
def _at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("name", EXPECTED)
def test_damaged(name: str) -> None:
    """Each finding with its exact message, once, and nothing worse beside it that its case does not imply."""
    wanted = EXPECTED[name]
    found = [f.message for f in report_of(name).findings if f.code == wanted["code"]]
    assert found == [f"{wanted['message']}. {RULES[wanted['code']].advice}"]


def test_every_rule_on_passwords_has_a_damaged_export() -> None:
    assert {case["code"] for case in EXPECTED.values()} == {code for code in RULES if "OD3" <= code < "OD4"}


class TestMedicalMart:
    def test_nothing_was_lost(self) -> None:
        before, after = (odkit.open(MART / stage / "export.ldif") for stage in ("before", "after"))
        report = odkit.verify_passwords(before, after)
        assert [f for f in report.findings if f.severity.value != "info"] == []
        assert report.summary["answer"].startswith("124 of 124 password pointers preserved, 0 must be reset, 0 disabled; slots not checked")
        assert report.summary["answer"].endswith("policies are not in a 10.4-10.6 export")
        assert report.summary["preservation"]["missing"] == 0

    def test_an_export_is_preserved_in_itself(self) -> None:
        for stage in ("before", "leftover", "after"):
            od = odkit.open(MART / stage / "export.ldif")
            codes = {f.code for f in odkit.verify_passwords(od, od).findings}
            assert codes == {"OD012"}

    def test_in_use(self) -> None:
        od = odkit.open(MART / "after" / "export.ldif")
        password = od.users["diradmin"].password
        assert str(password.slot_id) == "0x43a00001d3d5c4a00000000200000002"
        assert password.kerberos is not None
        assert password.kerberos.principal == "diradmin@MEDICALMART.EXAMPLE.COM"
        assert password.slot_id is not None
        assert (password.slot_id.sequence, password.slot_id.index) == (2, 2)


class TestAuthorities:
    SAMPLES = [
        b";basic;", b"1.0.0;basic;", b"1;ShadowHash;", b";ShadowHash;HASHLIST:<SALTED-SHA-1,SMB-NT>", b";ShadowHash;BetterHashOnly",
        b";DisabledUser;;ShadowHash;", b";DisabledUser;<;ShadowHash;>", b";DisabledUser;", b";Kerberosv5;;a@R;R;",
        b";Kerberosv5;0x40a16e695e4699aa0000000400000004;steve@R;R;", b";Kerberosv5;;a@(null);(null);", b";Kerberosv5;;;R;",
        b";ApplePasswordServer;0x3e5d00000000000000000002000000ab:17.221.41.95;", b"1.0.0;LocalCachedUser;/LDAPv3/x:b:AFE453BF",
        b";ApplePasswordServer;0x45de6abc3dce3ee80000000400000004,1024 35 15613 root@a.example.com:ipv6/fe80::1",
        b";RetinaScan;x;y;z", b";;", b";ApplePasswordServer;nonsense", b";Kerberosv5;", b";LocalCachedUser;x", b";ShadowHash;other",
    ]  # fmt: skip

    @pytest.mark.parametrize("value", SAMPLES)
    def test_written_as_read(self, value: bytes) -> None:
        assert bytes(passwords.parse_authority(value)) == value

    def test_password_server(self) -> None:
        key = "1024 35 15613 root@a.example.com"
        for where, kind, host in (("10.0.0.1", "", "10.0.0.1"), ("ipv4/10.0.0.1", "ipv4", "10.0.0.1"), ("ipv6/fe80::1", "ipv6", "fe80::1"),
                                  ("dns/a.example.com", "dns", "a.example.com"), ("fe80::1", "", "fe80::1")):  # fmt: skip
            detail = passwords.parse_authority(f";ApplePasswordServer;0x{'4' * 32},{key}:{where}").detail
            assert isinstance(detail, PasswordServer)
            assert detail.address is not None
            assert detail.key is not None
            assert (detail.address.kind, detail.address.host, detail.key.exponent, detail.key.comment) == (
                kind,
                host,
                35,
                "root@a.example.com",
            )

    def test_others(self) -> None:
        disabled = passwords.parse_authority(";DisabledUser;<;ShadowHash;HASHLIST:<A,B>>").detail
        assert isinstance(disabled, Disabled)
        assert disabled.previous is not None
        assert disabled.previous.detail == ShadowHash(("A", "B"))
        kerberos = passwords.parse_authority(";Kerberosv5;;a@R;R;1024 35 9 root@x:10.0.0.1").detail
        assert isinstance(kerberos, Kerberos)
        assert kerberos.key is not None
        assert (kerberos.slot, kerberos.principal, kerberos.realm, kerberos.key.modulus) == (None, "a@R", "R", "9")

    @pytest.mark.parametrize("value", [b"", b"basic", b";basic", b"x;basic;", b"1.2.3.4;basic;"])
    def test_no_authority(self, value: bytes) -> None:
        with pytest.raises(InputError):
            passwords.parse_authority(value)

    def test_slots(self) -> None:
        old = passwords.parse_slot("0x3f71f7ed60eb4a19000003dd000003dd")
        new = passwords.parse_slot("0xdb945916625111e39e62000c2928b48d")
        assert old is not None
        assert new is not None
        assert (old.is_uuid, old.created, old.sequence) == (False, datetime(2003, 9, 24, 20, 0, 45, tzinfo=UTC), 989)
        assert (new.is_uuid, new.auth_guid) == (True, "db945916-6251-11e3-9e62-000c2928b48d")
        assert new.created is not None
        assert f"{new.created:%Y-%m-%d %H:%M:%S}" == "2013-12-11 10:49:06"


class TestPolicies:
    def test_both_forms(self) -> None:
        text = b"isDisabled=0 minChars=8 usingHardExpirationDate=1 hardExpireDateGMT=12/31/08 someNewKey=x"
        policy = parse_policy(text)
        assert (policy["minChars"], policy["hardExpireDateGMT"], policy["someNewKey"]) == (8, "12/31/08", "x")
        plist = b"<plist><dict><key>minChars</key><integer>8</integer><key>isDisabled</key><true/><key>odd</key><array/></dict></plist>"
        assert dict(parse_policy(plist)) == {"minChars": 8, "isDisabled": True, "odd": "(list)"}

    @pytest.mark.parametrize("value", [b"minChars", b"=8", b"<plist><array/></plist>", b"<plist>", b"\xff\xfe=1", b"bplist00"])
    def test_unreadable(self, value: bytes) -> None:
        with pytest.raises(InputError):
            parse_policy(value)

    def test_merge(self) -> None:
        everybody = Policy(
            {"minChars": 8, "canModifyPasswordforSelf": 0, "usingHardExpirationDate": 1, "hardExpireDateGMT": 5, "newPasswordRequired": 1}
        )
        merged = effective(Policy({"minChars": 0, "maxChars": 9}), everybody)
        assert (merged["minChars"], merged["maxChars"], merged["hardExpireDateGMT"], merged["newPasswordRequired"]) == (8, 9, 5, 1)
        assert "canModifyPasswordforSelf" not in merged  # zero in the global policy says nothing
        assert effective(Policy({"minChars": 4}), everybody)["minChars"] == 4
        assert effective(Policy({"isAdminUser": 1}), everybody)["newPasswordRequired"] == 0

    @pytest.mark.parametrize(
        ("policy", "account", "reason"),
        [
            ({"isDisabled": 1}, Account(), Reason.DISABLED),
            ({"isDisabled": 1, "isAdminUser": 1}, Account(), None),
            ({"maxFailedLoginAttempts": 3}, Account(failed=3), Reason.FAILED_LOGINS),
            ({"maxFailedLoginAttempts": 3}, Account(failed=2), None),
            ({"usingHardExpirationDate": 1, "hardExpireDateGMT": 1}, Account(), Reason.EXPIRED),
            ({"hardExpireDateGMT": 1}, Account(), None),
            ({"maxMinutesUntilDisabled": 10}, Account(created=AT - timedelta(minutes=11)), Reason.AGE),
            ({"maxMinutesOfNonUse": 10}, Account(last_login=AT - timedelta(minutes=11)), Reason.INACTIVE),
            ({"maxMinutesOfNonUse": 10}, Account(), None),
            ({"validAfter": AT + timedelta(days=1)}, Account(), Reason.NOT_YET),
            ({"newPasswordRequired": 1}, Account(), Reason.MUST_CHANGE),
            ({"maxMinutesUntilChangePassword": 10}, Account(password_set=AT - timedelta(minutes=11)), Reason.OUTDATED),
            ({"usingExpirationDate": 1, "expirationDateGMT": 9}, Account(password_set=AT), None),
            ({"minChars": 12}, Account(), None),
        ],
    )
    def test_standing(self, policy: dict[str, object], account: Account, reason: Reason | None) -> None:
        assert login_status(Policy(policy), account, AT).reason is reason  # type: ignore[arg-type]

    def test_what_ends_first(self) -> None:
        policy = Policy({"maxMinutesOfNonUse": 60, "maxMinutesUntilDisabled": 30})
        found = login_status(policy, Account(created=AT, last_login=AT), AT + timedelta(minutes=5))
        assert (found.reason, found.until, found.why) == (None, AT + timedelta(minutes=30), Reason.AGE)

    def test_account_policies(self) -> None:
        value = (
            b"<plist><dict><key>policyCategoryPasswordAuthentication</key><array><dict><key>policyIdentifier</key><string>a</string>"
            b"<key>policyContent</key><string>policyAttributeFailedAuthentications &lt; 5</string></dict></array><key>new</key><array/></dict></plist>"
        )
        found = passwords.account_policy(value)
        assert [(p.category, p.identifier, p.predicate) for p in found.policies] == [
            ("authentication", "a", "policyAttributeFailedAuthentications < 5")
        ]
        assert [key for key, _ in found.others] == ["new"]


class TestKeySets:
    def test_structure_only(self) -> None:
        od = odkit.open(FOLDER / "verifier-lost.ldif")
        password = od.users["ann"].password
        assert (password.kvno, password.enctypes, password.verifiers) == (1, ("des3-cbc-sha1", "aes256-cts-hmac-sha1-96"), ("CRAM-MD5",))

    def test_damage_says_nothing_of_the_key(self) -> None:
        good = odkit.open(FOLDER / "verifier-lost.ldif").by_key("authguid=5f12ab34-c0de-11e9-a1b2-001122334455,cn=users,cn=authdata")
        assert good is not None
        value = good.attributes["draft-krbKeySet"][0]
        for cut in range(len(value)):
            with pytest.raises(InputError, match=r"^<keys>: not a Kerberos key set \([0-9]+ bytes\): [a-z0-9 ]*$"):
                passwords.parse_keyset(value[:cut])


class TestSlots:
    def test_lines(self, tmp_path: Path) -> None:
        path = tmp_path / "list.txt"
        path.write_bytes(b"header\n\n 1: 0x" + b"Ab" * 16 + b" ann\nx0x" + b"1" * 32 + b"\n0x" + b"2" * 33 + b"\n")
        found = odkit.read_slots(path)
        assert (found.slots, found.other) == ({"ab" * 16: 3}, 3)

    @pytest.mark.parametrize("data", [b"", b"nothing\n", b"\0" * 100])
    def test_none(self, data: bytes) -> None:
        with pytest.raises(InputError, match="no line holds"):
            odkit.read_slots(data)


KEY = "1024 35 15613 root@a.example.com"
SLOTS = ["0x" + f"43a0000{i}" * 4 for i in range(10)]


def person(name: str, *, guid: int = 0, slot: int | None = 0, uid: int | None = None, **more: Any) -> ldif.Entry:
    values = {"uid": [name.encode()], "apple-generateduid": [b"6F1AF1A2-0000-4000-8000-%012d" % guid]} if guid else {"uid": [name.encode()]}
    if uid is not None:
        values["uidNumber"] = [b"%d" % uid]
    if slot is not None:
        values["authAuthority"] = [f";ApplePasswordServer;{SLOTS[slot]},{KEY}:10.0.0.1".encode()]
    return ldif.Entry(f"uid={name},cn=users,dc=x", values | more)


def verdict(before: odkit.Directory, after: odkit.Directory) -> tuple[dict[str, int], list[str]]:
    report = odkit.verify_passwords(before, after)
    counts = report.summary["preservation"]
    assert counts["preserved"] + counts["lost"] + counts["missing"] == counts["before"]
    return counts, sorted(f.code for f in report.findings if f.code > "OD35")


class TestWhatReviewFound:
    @pytest.mark.parametrize("turned", [False, True])
    def test_one_deleted_and_another_renamed_to_that_name(self, turned: bool) -> None:
        people = [person("ann", guid=1, slot=1), person("bea", guid=2, slot=2)]
        counts, codes = verdict(domain(*people[:: -1 if turned else 1]), domain(person("ann", guid=2, slot=2)))
        assert (counts["preserved"], counts["missing"], codes) == (1, 1, ["OD351", "OD352"])

    @pytest.mark.parametrize("turned", [False, True])
    def test_a_shared_slot_is_nobodys(self, turned: bool) -> None:
        before = domain(person("ann", slot=1), person("bea", slot=2))
        people = [person("ann", slot=1), person("bea", slot=1)]
        assert verdict(before, domain(*people[:: -1 if turned else 1]))[0]["preserved"] == 0

    def test_a_shared_number_says_nothing_of_the_password(self) -> None:
        both = domain(person("ann", slot=1, uid=5), person("bea", slot=2, uid=5))
        assert verdict(both, both)[0] == {"before": 2, "matched": 2, "preserved": 2, "lost": 0, "missing": 0, "disabled": 0}

    def test_crypt_users_are_no_pointers(self) -> None:
        counts, codes = verdict(
            domain(person("ann", slot=None, userPassword=[b"a"])), domain(person("ann", slot=None, userPassword=[b"b"]))
        )
        assert (counts["before"], counts["lost"], codes) == (0, 0, ["OD367"])

    def test_a_second_slot_and_a_slot_of_another_make(self) -> None:
        two = person("ann", authAuthority=[f";ApplePasswordServer;{SLOTS[i]},{KEY}:10.0.0.1".encode() for i in (1, 2)])
        assert verdict(domain(two), domain(person("ann", slot=1)))[1] == ["OD354"]
        clone = person("ann", authAuthority=[b";ApplePasswordServer;clone-7,1024 35 9 x:10.0.0.1"])
        assert verdict(domain(clone), domain(person("ann", slot=None)))[1] == ["OD354"]

    def test_what_a_disabled_account_loses(self) -> None:
        kerberos = b";Kerberosv5;;ann@R;R;"
        pointer = f";ApplePasswordServer;{SLOTS[1]},{KEY}:10.0.0.1"
        before = domain(person("ann", authAuthority=[pointer.encode(), kerberos]))
        after = domain(person("ann", authAuthority=[f";DisabledUser;{pointer}".encode()]))
        assert verdict(before, after)[1] == ["OD362", "OD368"]

    def test_a_domains_principal_that_became_a_local_one(self) -> None:
        local = b";Kerberosv5;;ann@LKDC:SHA1.00;LKDC:SHA1.00;"
        assert verdict(domain(person("ann", authAuthority=[b";Kerberosv5;;ann@R;R;"])), domain(person("ann", authAuthority=[local])))[
            1
        ] == ["OD356"]

    def test_a_value_that_cannot_be_read_does_not_vanish(self) -> None:
        assert verdict(domain(person("ann", authAuthority=[b"garbage"])), domain(person("ann", slot=None)))[1] == ["OD368"]

    @pytest.mark.parametrize(
        ("old", "new", "way"),
        [
            ({"usingHardExpirationDate": 1, "hardExpireDateGMT": AT}, {"usingHardExpirationDate": 1}, "looser"),
            ({"usingHardExpirationDate": 1}, {"usingHardExpirationDate": 1, "hardExpireDateGMT": AT}, "tighter"),
            ({"minutesUntilFailedLoginReset": 0}, {"minutesUntilFailedLoginReset": 30}, "looser"),
            ({"validAfter": datetime(1, 1, 1)}, {"validAfter": datetime(4001, 1, 1)}, "tighter"),  # noqa: DTZ001
            ({"maxFailedLoginAttempts": 5}, {"maxFailedLoginAttempts": 0}, "looser"),
            ({"minChars": float("inf")}, {"minChars": 8}, "changed"),
        ],
    )
    def test_which_way_a_policy_goes(self, old: dict[str, Any], new: dict[str, Any], way: str) -> None:
        assert [found[1] for found in compare(Policy(old), Policy(new))] == [way]

    def test_a_date_is_the_same_in_both_forms_and_in_every_time_zone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for zone in ("UTC", "America/New_York"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            date: dict[str, Any] = {"usingHardExpirationDate": 1, "hardExpireDateGMT": datetime(2027, 1, 1)}  # noqa: DTZ001
            assert compare(Policy(date), Policy({"usingHardExpirationDate": 1, "hardExpireDateGMT": 1798761600})) == []
            later = Policy({"usingHardExpirationDate": 1, "hardExpireDateGMT": 1798765200})
            assert [found[1] for found in compare(Policy(date), later)] == ["looser"]
        monkeypatch.undo()
        time.tzset()

    def test_the_answer_says_that_an_export_is_cut(self) -> None:
        whole = ldif.dump([ldif.Entry("cn=users,dc=x", {"cn": [b"users"]}), person("ann", slot=1)])
        report = odkit.verify_passwords(odkit.open(whole), odkit.open(whole[:-2]))
        assert "the export is incomplete" in report.summary["answer"]

    def test_no_answer_where_nothing_was_judged(self) -> None:
        disabled: dict[str, Any] = {"apple-user-passwordpolicy": [b"isDisabled=1"]}
        auth = ldif.Entry("cn=access,cn=authdata", {"cn": [b"access"], "apple-user-passwordpolicy": [b"isDisabled=0 x=\x1b[2J"]})
        report = odkit.verify_passwords(domain(person("ann", slot=1, **disabled), auth))
        assert "was not judged (no modifyTimestamp; give --at)" in report.summary["answer"]
        assert "\x1b" not in str(report.summary)
        assert parse_policy(b"a=inf").number("a") == 0
        assert Policy({"a": float("nan")}).number("a") == 0


class TestPasswordRecords:
    SLOTS = ("0x48a1b2c3d4e5f60718293a4b5c6d7e01", "0x48a1b2c3d4e5f60718293a4b5c6d7e02")
    POLICY = (
        "<plist><dict><key>policyCategoryAuthentication</key><array><dict><key>policyIdentifier</key><string>p</string>"
        "<key>policyContent</key><string>policyAttributeFailedAuthentications &lt; policyAttributeMaximumFailedAuthentications</string>"
        "<key>policyParameters</key><dict><key>policyAttributeMaximumFailedAuthentications</key><integer>5</integer></dict></dict></array></dict></plist>"
    )

    def domain(self, *authorities: str, own: str = "", access: str = "") -> odkit.Directory:
        guid = "48a1b2c3-d4e5-f607-1829-3a4b5c6d7e01"
        lines = "".join(f"authAuthority: {each}\n" for each in authorities)
        user = f"dn: uid=ann,cn=users,dc=od,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: ann\nuidNumber: 1\n{lines}\n"
        auth = f"dn: authGUID={guid},cn=users,cn=authdata\nauthGUID: {guid}\ncmusaslsecretCRAM-MD5: x\nuid: ann\n{own}\n"
        auth += f"dn: cn=access,cn=authdata\ncn: access\n{access}\n"
        return odkit.open((HEAD + user + auth).encode())

    def pointer(self, number: int = 0) -> str:
        return f";ApplePasswordServer;{self.SLOTS[number]},1024 35 1 root@h:10.0.0.1"

    def codes(self, before: odkit.Directory, after: odkit.Directory) -> list[str]:
        found = odkit.verify_passwords(before, after)
        return sorted({f.code for f in found.findings if f.code >= "OD350"})

    def test_account_policies_of_a_user_and_of_all(self) -> None:
        value = f"apple-accountpolicy: {self.POLICY}\n"
        looser = value.replace("<integer>5<", "<integer>500<")
        one = self.pointer()
        assert self.codes(self.domain(one, own=value), self.domain(one, own=value)) == []
        assert self.codes(self.domain(one, own=value), self.domain(one)) == ["OD360"]
        assert self.codes(self.domain(one, own=value), self.domain(one, own=looser)) == ["OD372"]
        assert self.codes(self.domain(one, access=value), self.domain(one, access=looser)) == ["OD372"]
        broken = value.replace("<array>", "").replace("</array>", "")
        assert (
            self.codes(
                self.domain(one, access=value),
                self.domain(
                    one, access=broken.replace("<dict><key>policyIdentifier", "<string>x</string><key>y</key><dict><key>policyIdentifier")
                ),
            )
            != []
        )

    def test_slots_and_authorities(self) -> None:
        a, b = self.pointer(0), self.pointer(1)
        kerberos, shadow = ";Kerberosv5;;ann@R;R;", ";ShadowHash;HASHLIST:<SALTED-SHA1,SMB-NT>"
        assert self.codes(self.domain(a, b), self.domain(a, b)) == []
        assert self.codes(self.domain(a, b), self.domain(b)) == ["OD354", "OD357"]
        assert "OD353" in self.codes(self.domain(a, b), self.domain(b, a))
        assert self.codes(self.domain(a, kerberos, shadow), self.domain(shadow, kerberos, a)) == ["OD368"]
        assert self.codes(self.domain(a, shadow), self.domain(a, ";ShadowHash;BetterHashOnly")) == ["OD368"]
        assert self.codes(self.domain(a, own="historyData: x\n"), self.domain(a)) == ["OD360"]

    def test_a_certificate_is_no_principal(self) -> None:
        cert = f";Kerberosv5Cert;;{'A' * 40}@R;R;"
        od = self.domain(self.pointer(), cert, ";Kerberosv5;;ann@R;R;")
        assert "OD308" not in {f.code for f in odkit.verify_passwords(od).findings}

    def test_a_second_slot_is_claimed(self) -> None:
        od = self.domain(self.pointer(1), self.pointer(0))
        assert "OD312" not in {f.code for f in odkit.verify_passwords(od).findings}


@pytest.mark.parametrize(("exponent", "generation"), [("35", 1), ("65537", 2), ("3", None)])
def test_generation_by_the_exponent_that_is_known(exponent: str, generation: int | None) -> None:
    pointer = f"authAuthority: ;ApplePasswordServer;{SLOT},1024 {exponent} 1 root@h:10.0.0.1\n"
    user = f"dn: uid=ann,cn=users,dc=od,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: ann\n{pointer}\n"
    assert odkit.open((HEAD + user).encode()).generation == generation
