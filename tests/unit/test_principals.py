"""Principals: components and realm, quoting, and the ones that no plan may touch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import each_in_turn
from odkit.errors import InputError
from odkit.kerberos import Principal, is_lkdc, parse_principal, protected


class TestPrincipals:
    CASES = {
        b"host/a.example.com@R": ((b"host", b"a.example.com"), b"R"),
        b"a\\/b\\@c\\\\d@R": ((b"a/b@c\\d",), b"R"),
        b"a\\nb\\tc\\bd\\0e@R": ((b"a\nb\tc\bd\0e",), b"R"),
        b"a b\"c'@R": ((b"a b\"c'",), b"R"),
        b"@R": ((b"",), b"R"),
        b"\xff\xc3\xa9/x@R": ((b"\xff\xc3\xa9", b"x"), b"R"),
        b"K/M@LKDC:SHA1.00": ((b"K", b"M"), b"LKDC:SHA1.00"),
    }

    @each_in_turn("written", CASES)
    def test_both_ways(self, written: bytes) -> None:
        components, realm = self.CASES[written]
        assert parse_principal(written) == Principal(components, realm)
        assert bytes(Principal(components, realm)) == written

    @given(st.lists(st.binary(max_size=12), min_size=1, max_size=4), st.binary(min_size=1, max_size=8))
    def test_round_trip(self, components: list[bytes], realm: bytes) -> None:
        if b"/" in realm:
            realm = realm.replace(b"/", b".")
        p = Principal(tuple(components), realm)
        assert parse_principal(bytes(p)) == p
        assert str(p).isprintable()

    @pytest.mark.parametrize("bad", [b"a", b"a@b@c", b"a@b/c", b"a\\", "a@\ud800"])
    def test_bad(self, bad: bytes | str) -> None:
        with pytest.raises(InputError):
            parse_principal(bad)

    def test_default_realm_and_service(self) -> None:
        p = parse_principal("host/a", realm=b"R")
        assert (p.service, p.host, p.realm) == ("host", "a", b"R")
        assert parse_principal("a@R").service is None

    @each_in_turn("name", ["K/M", "krbtgt/R", "krbtgt/OTHER", "kadmin/admin", "kadmin/host.example.com", "changepw/kerberos", "kiprop/x",
                                      "WELLKNOWN/ANONYMOUS", "default", "ann", "ann/admin", "ann/root", "xs$", "vpn_0016cb0a1b2c"])  # fmt: skip
    def test_protected(self, name: str) -> None:
        assert protected(parse_principal(f"{name}@R"))

    def test_lkdc(self) -> None:
        assert is_lkdc("LKDC:SHA1.00")
        assert is_lkdc(b"WELLKNOWN:COM.APPLE.LKDC")
        assert not is_lkdc("EXAMPLE.COM")
