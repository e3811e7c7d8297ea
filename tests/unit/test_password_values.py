"""What values of passwords mean: authorities, policies, key sets, slots."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import odkit
from build import HEAD, SLOT
from build_passwords import AT, FOLDER
from conftest import each_in_turn
from odkit import passwords
from odkit.errors import InputError
from odkit.passwords import Account, Disabled, Kerberos, PasswordServer, Policy, Reason, ShadowHash, effective, login_status, parse_policy


class TestAuthorities:
    SAMPLES = [
        b";basic;", b"1.0.0;basic;", b"1;ShadowHash;", b";ShadowHash;HASHLIST:<SALTED-SHA-1,SMB-NT>", b";ShadowHash;BetterHashOnly",
        b";DisabledUser;;ShadowHash;", b";DisabledUser;<;ShadowHash;>", b";DisabledUser;", b";Kerberosv5;;a@R;R;",
        b";Kerberosv5;0x40a16e695e4699aa0000000400000004;steve@R;R;", b";Kerberosv5;;a@(null);(null);", b";Kerberosv5;;;R;",
        b";ApplePasswordServer;0x3e5d00000000000000000002000000ab:17.221.41.95;", b"1.0.0;LocalCachedUser;/LDAPv3/x:b:AFE453BF",
        b";ApplePasswordServer;0x45de6abc3dce3ee80000000400000004,1024 35 15613 root@a.example.com:ipv6/fe80::1",
        b";RetinaScan;x;y;z", b";;", b";ApplePasswordServer;nonsense", b";Kerberosv5;", b";LocalCachedUser;x", b";ShadowHash;other",
    ]  # fmt: skip

    @each_in_turn("value", SAMPLES)
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

    @each_in_turn("value", [b"minChars", b"=8", b"<plist><array/></plist>", b"<plist>", b"\xff\xfe=1", b"bplist00"])
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

    @each_in_turn(
        "policy, account, reason",
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

    def test_an_export_is_no_list_of_slots_since_every_pointer_would_be_right(self) -> None:
        export = b"dn: uid=ann,cn=users,dc=x\nauthAuthority: ;ApplePasswordServer;0x" + b"1" * 32 + b",1024 35 1 root@x:10.0.0.1\n"
        with pytest.raises(InputError, match="this is LDIF, which holds the slots that records point at"):
            odkit.read_slots(export)

    @pytest.mark.parametrize("data", [b"", b"nothing\n", b"\0" * 100])
    def test_none(self, data: bytes) -> None:
        with pytest.raises(InputError, match="no line holds"):
            odkit.read_slots(data)


@pytest.mark.parametrize(("exponent", "generation"), [("35", 1), ("65537", 2), ("3", None)])
def test_generation_by_the_exponent_that_is_known(exponent: str, generation: int | None) -> None:
    pointer = f"authAuthority: ;ApplePasswordServer;{SLOT},1024 {exponent} 1 root@h:10.0.0.1\n"
    user = f"dn: uid=ann,cn=users,dc=od,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: ann\n{pointer}\n"
    assert odkit.open((HEAD + user).encode()).generation == generation
