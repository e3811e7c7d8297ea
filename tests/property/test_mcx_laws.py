"""Laws of MCX: what says nothing changes nothing, and every single change gives exactly its finding."""

from __future__ import annotations

import contextlib
import copy
import plistlib
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import odkit
from conftest import MART, effort, in_turn
from odkit import ldif, mcx
from odkit.plist import PlistError, load, read
from property.strategies import TOGETHER, some, together

SUFFIX = "dc=x"
Domains = dict[str, dict[str, list[dict[str, Any]]]]

scalars = st.one_of(st.booleans(), st.integers(-5, 5), st.floats(allow_nan=False), st.text("ab<&é", max_size=4), st.binary(max_size=4))
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=6
)
keys = st.dictionaries(st.sampled_from(["autohide", "tilesize", "AppItems-Raw", "a:b"]), values, min_size=1, max_size=3)
STAMP = datetime(2008, 3, 4)  # noqa: DTZ001 - plists hold naive UTC
parts = st.builds(
    lambda k, stamp, union: (
        {"mcx_preference_settings": k}
        | ({"mcx_data_timestamp": STAMP} if stamp else {})
        | ({"mcx_union_policy_keys": [{"mcx_input_key_names": ["a"], "mcx_output_key_name": "b", "mcx_remove_duplicates": True}]} if union else {})
    ),
    keys, st.booleans(), st.booleans(),
)  # fmt: skip
domains = st.dictionaries(
    st.sampled_from(["com.apple.dock", "com.apple.finder", "loginwindow"]),
    st.dictionaries(st.sampled_from(["Forced", "Set-Once"]), st.lists(parts, min_size=1, max_size=2), min_size=1),
    min_size=1, max_size=3,
)  # fmt: skip


def export(each: list[Domains], *, one_value: bool = False, rng: random.Random | None = None, members: list[str] | None = None) -> bytes:
    """An export with a user for each policy; ``rng`` shuffles all that says nothing."""
    entries = [ldif.Entry(f"cn=users,{SUFFIX}", {"cn": [b"users"]})]
    for i, policy in enumerate(each):
        order = list(policy.items())
        if rng is not None:
            rng.shuffle(order)
            order = [(name, dict(rng.sample(list(states.items()), len(states)))) for name, states in order]
        documents = [dict(order)] if one_value else [{name: states} for name, states in order]
        form: Any = plistlib.FMT_XML
        raw = [plistlib.dumps({"mcx_application_data": document}, fmt=form, sort_keys=rng is None) for document in documents]
        if rng is not None:
            raw = [text.replace(b"\n", b"\n  " if b"<string>" not in text and b"<data>" not in text else b"\n") for text in raw]
        attributes = {"uid": [b"u%d" % i], "apple-mcxflags": [plistlib.dumps({"has_mcx_settings": True})], "apple-mcxsettings": raw}
        entries.append(ldif.Entry(f"uid=u{i},cn=users,{SUFFIX}", attributes))
    entries.append(ldif.Entry(f"cn=staff,cn=groups,{SUFFIX}", {"cn": [b"staff"], "memberUid": [m.encode() for m in members or ["u0"]]}))
    if rng is not None:
        rng.shuffle(entries)
    return ldif.dump(entries)


def codes(before: bytes, after: bytes) -> list[str]:
    report = odkit.verify_mcx(odkit.open(before), odkit.open(after))
    return sorted(f.code for f in report.findings if f.code > "OD45")


class TestPreservation:
    @given(st.lists(domains, min_size=1, max_size=3), st.integers(0, 2**32), st.booleans())
    @effort(60)
    def test_form_says_nothing(self, each: list[Domains], seed: int, one_value: bool) -> None:
        assert codes(export(each), export(each)) == []
        assert codes(export(each), export(each, rng=random.Random(seed), one_value=one_value)) == []

    @pytest.mark.parametrize("stage", ["before", "leftover", "after"])
    def test_fixtures(self, stage: str) -> None:
        data = (MART / stage / "export.ldif").read_bytes()
        assert codes(data, data) == []


def drop_domain(policy: Domains) -> None:
    del policy["com.apple.finder"]


def flip_to_integer(policy: Domains) -> None:
    policy["com.apple.dock"]["Forced"][0]["mcx_preference_settings"]["autohide"] = 1


def change(policy: Domains) -> None:
    policy["com.apple.dock"]["Forced"][0]["mcx_preference_settings"]["tilesize"] = 49


def lose_key(policy: Domains) -> None:
    del policy["com.apple.dock"]["Forced"][0]["mcx_preference_settings"]["tilesize"]


def add_key(policy: Domains) -> None:
    policy["com.apple.dock"]["Forced"][0]["mcx_preference_settings"]["more"] = 1


def lose_timestamp(policy: Domains) -> None:
    del policy["com.apple.finder"]["Set-Once"][0]["mcx_data_timestamp"]


def change_timestamp(policy: Domains) -> None:
    policy["com.apple.finder"]["Set-Once"][0]["mcx_data_timestamp"] = datetime(2009, 1, 1)  # noqa: DTZ001


def lose_union(policy: Domains) -> None:
    del policy["com.apple.dock"]["Forced"][0]["mcx_union_policy_keys"]


def lose_precedence(policy: Domains) -> None:
    del policy["com.apple.dock"]["Forced"][0]["mcx_precedence"]


def to_once(policy: Domains) -> None:
    policy["com.apple.finder"]["Forced"] = policy["com.apple.finder"].pop("Set-Once")


def other_case(policy: Domains) -> None:
    policy["com.apple.Finder"] = policy.pop("com.apple.finder")


POLICY: Domains = {
    "com.apple.dock": {
        "Forced": [
            {
                "mcx_preference_settings": {"autohide": True, "tilesize": 48},
                "mcx_union_policy_keys": [{"mcx_input_key_names": ["a"], "mcx_output_key_name": "b", "mcx_remove_duplicates": True}],
                "mcx_precedence": 500,
            }
        ]
    },
    "com.apple.finder": {"Set-Once": [{"mcx_preference_settings": {"x": "y"}, "mcx_data_timestamp": STAMP}]},
}
MUTATIONS: dict[Callable[[Domains], None], str] = {
    drop_domain: "OD452", flip_to_integer: "OD457", change: "OD456", lose_key: "OD454", add_key: "OD455", lose_timestamp: "OD458",
    change_timestamp: "OD459", lose_union: "OD460", lose_precedence: "OD461", to_once: "OD458", other_case: "OD453",
}  # fmt: skip


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda f: f.__name__)
def test_a_single_change_gives_its_finding(mutate: Callable[[Domains], None]) -> None:
    changed = copy.deepcopy(POLICY)
    mutate(changed)
    assert codes(export([POLICY]), export([changed])) == [MUTATIONS[mutate]]


def test_a_changed_member_gives_its_findings() -> None:
    assert codes(export([POLICY, POLICY], members=["u0"]), export([POLICY, POLICY], members=["u1"])) == ["OD466", "OD467"]


PIECES = [
    b"<plist>", b"</plist>", b"<dict>", b"</dict>", b"<array>", b"</array>", b"<key>a</key>", b"<true/>", b"<x/>", b"t",
    b"<integer>1</integer>", b"<string>", b"</string>", b"<date>x</date>", b"<data>*</data>", b"<?xml version='1.0'?>",
]  # fmt: skip


class TestPlists:
    @given(st.dictionaries(st.text("ab", max_size=3), values))
    def test_what_apple_writes_is_read_without_a_note(self, value: dict[str, Any]) -> None:
        found = read(plistlib.dumps(value))
        assert mcx.canonical(found.value) == mcx.canonical(value)
        assert found.notes == ()

    @given(st.binary(max_size=200))
    def test_bytes(self, data: bytes) -> None:
        with contextlib.suppress(PlistError):
            read(data)

    @given(together(lambda rng: b"".join(some(rng, PIECES, 14))))
    @effort(500, TOGETHER)
    def test_pieces(self, cases: list[bytes]) -> None:
        for data in in_turn(cases):
            try:
                found = read(data)
            except PlistError:
                continue
            assert mcx.parse_value(data).raw == data
            if not found.more:
                assert mcx.canonical(load(data)) == mcx.canonical(found.value)
