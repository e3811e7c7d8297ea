"""Laws of password records."""

from __future__ import annotations

import contextlib
import random
import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

import odkit
from conftest import effort, in_turn
from odkit import ldif, passwords
from odkit.errors import InputError, OdkitError
from odkit.passwords import Account, Policy, effective, login_status
from property.strategies import TOGETHER, some, together

TAGS = ["basic", "ApplePasswordServer", "applepasswordserver", "Kerberosv5", "Kerberosv5Cert", "ShadowHash", "LocalWindowsHash", "LocalCachedUser",
        "DisabledUser", "RetinaScan", "", " basic"]  # fmt: skip
PIECES = ["0x" + "4" * 32, "0x12", "1024 35 15613 root@a.example.com", "1024 35", ",", ":", ";", "10.0.0.1", "ipv6/fe80::1", "dns/a", "a@R", "R", "(null)",
          "HASHLIST:<A,B>", "HASHLIST:<", "<", ">", ";ShadowHash;", "/LDAPv3/x:b:G", "\udcff", "\n", "é"]  # fmt: skip
VERSIONS = ["", "1", "1.0.0", "1.0", "x", "1.2.3.4"]


USUAL = [
    [PIECES[0], ",", PIECES[2], ":", "10.0.0.1"], [PIECES[0], ";", "a@R", ";", "R", ";", PIECES[2]], ["<", ";", "ShadowHash", ";", "HASHLIST:<A,B>", ">"],
    ["/LDAPv3/x", ":", "b", ":", "G"],
]  # fmt: skip


def an_authority(rng: random.Random) -> bytes:
    """A value in the form of an authority, with data that are usual but for a piece or two, or are not; or bytes, most of them such as stand in one."""
    if rng.random() < 0.7:
        data = some(rng, PIECES, 8)
        if rng.random() < 0.5:
            data = [*rng.choice(USUAL)]
            for _ in range(rng.randrange(3)):
                at = rng.randint(0, len(data))
                data[at : at + rng.randrange(2)] = some(rng, PIECES, 1)
        return f"{rng.choice(VERSIONS)};{rng.choice(TAGS)};{''.join(data)}".encode("utf-8", "surrogateescape")
    return rng.randbytes(rng.randrange(61)) if rng.random() < 0.5 else bytes(some(rng, b";;;;.019:,<>@ aA\0\n\xff", 20))


KEYS = ["minChars", "maxChars", "isDisabled", "isAdminUser", "maxFailedLoginAttempts", "usingHardExpirationDate", "hardExpireDateGMT", "expirationDateGMT",
        "usingExpirationDate", "canModifyPasswordforSelf", "newPasswordRequired", "maxMinutesOfNonUse", "validAfter", "own"]  # fmt: skip
numbers = st.one_of(st.integers(0, 3), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), st.text(max_size=3))
policies = st.dictionaries(st.sampled_from(KEYS), numbers).map(Policy)
times = st.one_of(st.none(), st.datetimes(timezones=st.just(UTC)))


class TestAuthorities:
    @given(together(an_authority))
    @effort(700, TOGETHER)
    def test_nothing_vanishes_and_nothing_else_is_raised(self, cases: list[bytes]) -> None:
        for value in in_turn(cases):
            try:
                assert bytes(passwords.parse_authority(value)) == value
            except InputError:
                assert value.count(b";") < 2 or re.match(rb"(\d{1,10}(\.\d{1,10}){0,2})?;", value) is None

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


def users(rng: random.Random) -> bytes:
    """An export of users with such authorities, some of whom have the same number or GUID."""
    entries = [ldif.Entry("cn=users,dc=x", {"cn": [b"users"]})]
    for i in range(rng.randint(1, 5)):
        guid, values = rng.choice([b"", b"A", b"B"]), [an_authority(rng) for _ in range(rng.randrange(4))]
        attributes = {"uid": [b"u%d" % i], "uidNumber": [b"%d" % rng.randrange(3)], "authAuthority": values, "apple-generateduid": [guid]}
        entries.append(ldif.Entry(f"uid=u{i},cn=users,dc=x", {name: v for name, v in attributes.items() if v and v != [b""]}))
    return ldif.dump(entries)


class TestVerifying:
    @given(together(users))
    @effort(120, TOGETHER)
    def test_an_export_is_preserved_in_itself(self, cases: list[bytes]) -> None:
        for data in in_turn(cases):
            report = odkit.verify_passwords(odkit.open(data), odkit.open(data))
            assert [f.code for f in report.findings if f.code > "OD35"] == []
            assert report.summary["preservation"]["missing"] == 0
