"""Laws of password records."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

import odkit
from conftest import effort
from odkit import ldif, passwords
from odkit.errors import InputError, OdkitError
from odkit.passwords import Account, Policy, effective, login_status

TAGS = ["basic", "ApplePasswordServer", "applepasswordserver", "Kerberosv5", "Kerberosv5Cert", "ShadowHash", "LocalWindowsHash", "LocalCachedUser",
        "DisabledUser", "RetinaScan", "", " basic"]  # fmt: skip
PIECES = ["0x" + "4" * 32, "0x12", "1024 35 15613 root@a.example.com", "1024 35", ",", ":", ";", "10.0.0.1", "ipv6/fe80::1", "dns/a", "a@R", "R", "(null)",
          "HASHLIST:<A,B>", "HASHLIST:<", "<", ">", ";ShadowHash;", "/LDAPv3/x:b:G", "\udcff", "\n", "é"]  # fmt: skip
authorities = st.one_of(
    st.builds(
        lambda version, tag, parts: f"{version};{tag};{''.join(parts)}".encode("utf-8", "surrogateescape"),
        st.sampled_from(["", "1", "1.0.0", "1.0", "x", "1.2.3.4"]), st.sampled_from(TAGS), st.lists(st.sampled_from(PIECES), max_size=8),
    ),
    st.binary(max_size=60),
)  # fmt: skip

KEYS = ["minChars", "maxChars", "isDisabled", "isAdminUser", "maxFailedLoginAttempts", "usingHardExpirationDate", "hardExpireDateGMT", "expirationDateGMT",
        "usingExpirationDate", "canModifyPasswordforSelf", "newPasswordRequired", "maxMinutesOfNonUse", "validAfter", "own"]  # fmt: skip
numbers = st.one_of(st.integers(0, 3), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), st.text(max_size=3))
policies = st.dictionaries(st.sampled_from(KEYS), numbers).map(Policy)
times = st.one_of(st.none(), st.datetimes(timezones=st.just(UTC)))


class TestAuthorities:
    @given(authorities)
    @effort(700)
    def test_nothing_vanishes_and_nothing_else_is_raised(self, value: bytes) -> None:
        try:
            assert bytes(passwords.parse_authority(value)) == value
        except InputError:
            assert value.count(b";") < 2 or not value.split(b";")[0].replace(b".", b"").isdigit() or value.split(b";")[0].count(b".") > 2

    @given(st.binary(max_size=80))
    def test_key_sets(self, value: bytes) -> None:
        try:
            passwords.parse_keyset(value)
        except OdkitError as error:
            assert str(error).startswith("<keys>: not a Kerberos key set")

    @given(st.binary(max_size=80))
    def test_policies(self, value: bytes) -> None:
        for parse in (passwords.parse_policy, passwords.account_policy):
            with contextlib.suppress(OdkitError):
                parse(value)


class TestPolicies:
    @given(policies, policies)
    def test_merging_again_changes_nothing(self, user: Policy, everybody: Policy) -> None:
        merged = effective(user, everybody)
        assert dict(effective(merged, everybody)) == dict(merged)
        assert dict(effective(user, Policy())) == dict(user) | ({"newPasswordRequired": 0} if user.number("isAdminUser") else {})

    @given(policies, st.builds(Account, times, times, times, st.integers(0, 5)), st.datetimes(timezones=st.just(UTC)))
    def test_an_account_stops_when_it_is_said_to(self, policy: Policy, account: Account, at: datetime) -> None:
        found = login_status(policy, account, at)
        if found.until is not None:
            assert found.until > at
            assert login_status(policy, account, found.until).reason is not None
        if found.exempt:
            assert policy.number("isAdminUser") or policy.number("isComputerAccount")

    @given(policies, policies)
    def test_the_way_back_is_the_other_way(self, a: Policy, b: Policy) -> None:
        from odkit.values.policy_comparison import compare

        turned = {"looser": "tighter", "tighter": "looser", "changed": "changed"}
        there, back = compare(a, b), compare(b, a)
        assert [(key, turned[way]) for key, way, _ in there] == [(key, way) for key, way, _ in back]
        assert compare(a, a) == []


class TestVerifying:
    @given(
        st.lists(st.tuples(st.lists(authorities, max_size=3), st.sampled_from(["", "A", "B"]), st.integers(0, 2)), min_size=1, max_size=5)
    )
    @effort(120)
    def test_an_export_is_preserved_in_itself(self, users: list[tuple[list[bytes], str, int]]) -> None:
        entries = [ldif.Entry("cn=users,dc=x", {"cn": [b"users"]})]
        for i, (values, guid, uid) in enumerate(users):
            attributes = {"uid": [b"u%d" % i], "uidNumber": [b"%d" % uid], "authAuthority": values, "apple-generateduid": [guid.encode()]}
            entries.append(ldif.Entry(f"uid=u{i},cn=users,dc=x", {name: v for name, v in attributes.items() if v and v != [b""]}))
        data = ldif.dump(entries)
        report = odkit.verify_passwords(odkit.open(data), odkit.open(data))
        assert [f.code for f in report.findings if f.code > "OD35"] == []
        assert report.summary["preservation"]["missing"] == 0
