"""Distinguished names: when two are one, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import each_in_turn
from odkit.dn import DN, dn_key, escape_value, parse_dn
from odkit.errors import InputError


class TestDN:
    @each_in_turn(
        "one, other",
        [
            ("cn=a,dc=x", "CN = A , DC=x"), ("cn=a\\,b,dc=x", 'cn="a,b",dc=x'), ("cn=a\\2Cb", "cn=a\\,b"), ("cn=a  b", "cn=a b"),
            ("cn=é", "cn=\\C3\\A9"), ("cn=É", "cn=é"), ("a=1+b=2,dc=x", "b=2+a=1;dc=x"), ("cn=a#b,dc=x", "cn=a#b, dc=x"),
            ("cn=\\#a", "cn=\\23A"),
        ],
    )  # fmt: skip
    def test_one_name(self, one: str, other: str) -> None:
        assert dn_key(one) == dn_key(other) is not None

    @each_in_turn("text", ["cn", "=a", "cn=a,", "cn=a\\", 'cn="a', "cn=a<b", "1a=b", 'cn="a"b'])
    def test_no_name(self, text: str) -> None:
        assert dn_key(text) is None
        with pytest.raises(InputError, match="not a distinguished name"):
            parse_dn(text, path="x", line=1)

    def test_names_of_mounts(self) -> None:
        assert dn_key("cn=h.example.com:/Homes,cn=mounts,dc=x") == dn_key("cn=h.example.com:\\2FHomes,cn=mounts,dc=x")

    @given(
        st.lists(
            st.tuples(st.sampled_from(["cn", "uid"]), st.text(min_size=1, max_size=12) | st.text('a#=, +\\"ßσ\t', min_size=1)),
            min_size=1,
            max_size=4,
        )
    )
    def test_round_trip_and_short_way(self, pairs: list[tuple[str, str]]) -> None:
        pairs = [(t, v) for t, v in pairs if not any(0xD800 <= ord(c) < 0xE000 for c in v)]
        dn = DN(tuple(((t, v),) for t, v in pairs))
        assert parse_dn(str(dn)) == dn
        assert dn_key(str(dn)) == dn.key
        assert all(escape_value(v) in str(dn) for _, v in pairs)
        assert dn.parent.rdns == dn.rdns[1:]

    def test_a_long_bad_dn_is_linear(self) -> None:
        assert dn_key("a=b" + " " * 4_000 + ",c") is None
        assert dn_key("a=b" + "+c=d" * 1_000 + ",") is None
