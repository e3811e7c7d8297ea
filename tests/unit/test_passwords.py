"""Password records: authorities, slots, policies, key sets, and every finding on them."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any

import pytest

import odkit
from build import HEAD
from build import bare as domain
from build_passwords import AT, FOLDER
from conftest import MART, ROOT, each_in_turn
from odkit import ldif
from odkit.passwords import Policy, parse_policy
from odkit.rulebook import all_rules
from odkit.values.policy_comparison import compare
from shown import all_shown

RULES = all_rules()

EXPECTED = json.loads((ROOT / FOLDER / "expected.json").read_text())


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


@each_in_turn("name", EXPECTED)
def test_damaged(name: str) -> None:
    """Each finding with its exact message, once, and nothing worse beside it that its case does not imply."""
    wanted = EXPECTED[name]
    found = [f.message for f in report_of(name).findings if f.code == wanted["code"]]
    assert found == [f"{wanted['message']}. {RULES[wanted['code']].advice}"]


def test_every_rule_on_passwords_has_a_damaged_export() -> None:
    rules = [rule for code, rule in RULES.items() if "OD3" <= code < "OD4"]
    all_shown(rules, {case["code"] for case in EXPECTED.values()}, "fixtures/damaged_passwords.py")


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
            assert codes == {"OD012", "OD327"}  # placeholders, which every domain has

    def test_in_use(self) -> None:
        od = odkit.open(MART / "after" / "export.ldif")
        password = od.users["diradmin"].password
        assert str(password.slot_id) == "0x43a00001d3d5c4a00000000200000002"
        assert password.kerberos is not None
        assert password.kerberos.principal == "diradmin@MEDICALMART.EXAMPLE.COM"
        assert password.slot_id is not None
        assert (password.slot_id.sequence, password.slot_id.index) == (2, 2)


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

    @each_in_turn(
        "old, new, way",
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
