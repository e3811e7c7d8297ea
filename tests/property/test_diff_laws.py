"""Laws of the difference of two exports."""

from __future__ import annotations

import base64
import plistlib
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import odkit
from conftest import ROOT, effort
from odkit import ldif
from odkit.comparison import Diff, Kind, changes, diff, diff_ldif, diff_text
from odkit.values.schema import OPERATIONAL
from property.ldap_model import State, apply, state
from property.strategies import drawn

SUFFIX = "dc=x"
CONTAINERS = ("users", "groups", "computers", "computer_lists", "computer_groups")
EXPORTS = sorted(path for path in (ROOT / "fixtures").glob("*/*/*.ldif") if "damaged" not in path.parts)
# of one naming context: a change file that makes a suffix is for a server that has it
PAIRS = [(one, other) for one in EXPORTS for other in EXPORTS if (one.stem == "authdata") == (other.stem == "authdata")]
CLASSES = {"users": [b"inetOrgPerson"], "groups": [b"posixGroup"], "computers": [b"apple-computer"],
           "computer_lists": [b"apple-computer-list"], "computer_groups": [b"posixGroup"]}  # fmt: skip


def base() -> list[ldif.Entry]:
    out = [ldif.Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"x"]})]
    return out + [ldif.Entry(f"cn={name},{SUFFIX}", {"objectClass": [b"container"], "cn": [name.encode()]}) for name in CONTAINERS]


NAMES = ["ann", "bob", "cyd", "dan, jr", "eve+x", "zoë"]
VALUES = [b"a", b"b", b"c", b" d", b"\xff", b"e\nf", b"secret"]


def records(rng: random.Random) -> list[ldif.Entry]:
    """Records with GUIDs from a small pool, so that pairs of such lists share, move and swap them."""
    out: dict[str, ldif.Entry] = {}
    for number in rng.sample(range(8), rng.randrange(8)):
        container, name = rng.choice(CONTAINERS), rng.choice(NAMES)
        attributes: dict[str, list[bytes]] = {"objectClass": CLASSES[container], "cn": [name.encode()]}
        attributes["cn"] += [v for v in rng.sample(VALUES, rng.randrange(4)) if v not in attributes["cn"] and v.isascii()]
        for attribute in ("description", "memberUid", "jpegPhoto", "userPassword", "authAuthority"):
            attributes[attribute] = rng.sample(VALUES, rng.randrange(4))
        attributes["userPassword"] = [
            b"{SSHA}" + base64.b64encode(value) for value in attributes["userPassword"]
        ]  # of a form that may travel
        if rng.random() < 0.5:
            policy = {"mcx_application_data": {"d": {"Forced": [{"mcx_preference_settings": {"k": rng.randrange(3)}}]}}}
            attributes["apple-mcxsettings"] = [plistlib.dumps(policy, sort_keys=rng.random() < 0.5)]
        if rng.randrange(6):
            attributes["apple-generateduid"] = [b"6F1AF1A2-0000-4000-8000-%012d" % number]
        attributes["modifyTimestamp"] = [rng.choice([b"20081114000000Z", b"20081115000000Z"])]
        escaped = name.replace("\\", "\\\\").replace(",", "\\,").replace("+", "\\+")
        dn = f"cn={escaped},cn={container},{SUFFIX}"
        out.setdefault(dn.lower(), ldif.Entry(dn, {n: v for n, v in attributes.items() if v}))
        if rng.randrange(10) == 0:  # a record below a record
            child = f"cn=child,{dn}"
            out.setdefault(child.lower(), ldif.Entry(child, {"objectClass": [b"container"], "cn": [b"child"]}))
    return [*base(), *out.values()]


def plain(found: State) -> State:
    """Without what does not count."""
    return {dn: {name: each for name, each in values.items() if name not in OPERATIONAL} for dn, values in found.items()}


def meant(found: State) -> State:
    """Property lists by content."""
    out = {}
    for dn, each in plain(found).items():
        out[dn] = dict(each)
        if "apple-mcxsettings" in each:
            out[dn]["apple-mcxsettings"] = [plistlib.dumps(plistlib.loads(v), sort_keys=True) for v in each["apple-mcxsettings"]]
        if "authauthority" in each:
            out[dn]["authauthority"] = each["authauthority"]
    return out


def check(before: list[ldif.Entry], after: list[ldif.Entry]) -> Diff:
    found = diff(ldif.dump(before), ldif.dump(after))
    assert meant(apply(changes(found), state(before))) == meant(state(after))
    return found


@effort(120)
@given(drawn(records), drawn(records))
def test_applied_to_the_older_it_gives_the_newer(before: list[ldif.Entry], after: list[ldif.Entry]) -> None:
    """`apply(diff(a, b), a) == b`, on a server that refuses what slapd refuses; and through LDIF."""
    found = check(before, after)
    made = diff_ldif(found, show_secrets=True, accept_incomplete=True)
    assert (made.secrets, made.withheld) == (0, ())
    wanted = list(changes(found))
    assert not wanted or list(ldif.read(made.data)) == wanted


@effort(60)
@given(drawn(records), drawn(records))
def test_the_two_directions_mirror(a: list[ldif.Entry], b: list[ldif.Entry]) -> None:
    """But for a computer list of 10.4 that became a computer group of 10.5: the way back is none."""
    for lists, groups in ((a, b), (b, a)):
        became = {entry.dn.replace("cn=computer_lists", "cn=computer_groups") for entry in lists if "cn=computer_lists" in entry.dn}
        became.discard(f"cn=computer_groups,{SUFFIX}")
        assume(not became & {entry.dn for entry in groups})
    one, other = diff(ldif.dump(a), ldif.dump(b)), diff(ldif.dump(b), ldif.dump(a))
    swap = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED}

    def facts(found: Diff, *, mirrored: bool) -> set[object]:
        out: set[object] = set()
        for each in found:
            ends = [e.dn if e is not None else None for e in (each.before, each.after)]
            sides = [(x.name.lower(), tuple(sorted(x.removed)), tuple(sorted(x.added))) for x in each.attributes]
            if mirrored:
                ends, sides = ends[::-1], [(name, added, removed) for name, removed, added in sides]
            out.add((swap.get(each.kind, each.kind) if mirrored else each.kind, tuple(ends), tuple(sides)))
        return out

    assert facts(one, mirrored=False) == facts(other, mirrored=True)
    assert len(one.as_json()["records"]) == len(other.as_json()["records"])


def shuffled(entries: list[ldif.Entry], rng: random.Random) -> bytes:
    """Another order of records and values, another folding, base64 here and there, attributes in another case."""
    out = []
    entries = entries[:]
    rng.shuffle(entries)
    for entry in entries:
        lines = [b"dn:: " + base64.b64encode(entry.dn.encode("utf-8", "surrogateescape"))]
        rest = []
        for name, each in entry.attributes.items():
            each = each[:] if name.lower() == "authauthority" else rng.sample(each, len(each))
            spelling = rng.choice([name, name.upper(), name.lower()]).encode()
            block = [spelling + b":: " + base64.b64encode(bytes(value)) for value in each]
            rest.append(block)
        rng.shuffle(rest)
        lines += [line for block in rest for line in block]
        width = rng.choice([30, 50, 76])
        out.append(b"".join(b"\n ".join(line[i : i + width] for i in range(0, len(line), width)) + b"\n" for line in lines))
    return b"\n".join(out)


@effort(60)
@given(drawn(records), st.integers())
def test_order_folding_and_base64_are_no_difference(entries: list[ldif.Entry], seed: int) -> None:
    found = diff(ldif.dump(entries), shuffled(entries, random.Random(seed)))
    assert not found, diff_text(found, show_secrets=True)


@pytest.mark.whole
@pytest.mark.parametrize("path", EXPORTS, ids=lambda p: "-".join(p.parts[-3:]))
def test_every_fixture(path: Path) -> None:
    """Nothing differs from itself, however it is written; applied to an empty domain it is all there."""
    assert not diff(path, path)
    entries = [e for e in ldif.read(path, strict=False) if isinstance(e, ldif.Entry)]
    assert not diff(path, shuffled(entries, random.Random(7)))
    od = odkit.open(path)
    assert not odkit.diff(od, od)


@pytest.mark.whole
@pytest.mark.parametrize("one", EXPORTS, ids=lambda p: "-".join(p.parts[-3:]))
def test_every_pair_of_fixtures(one: Path) -> None:
    for other in [second for first, second in PAIRS if first == one]:
        found = diff(one, other)
        sides = [[e for e in ldif.read(path, strict=False) if isinstance(e, ldif.Entry)] for path in (one, other)]
        assert plain(apply(changes(found), state(sides[0]))) == plain(state(sides[1]))


@effort(60)
@given(drawn(records), drawn(records))
def test_no_secret_is_shown(before: list[ldif.Entry], after: list[ldif.Entry]) -> None:
    secret = b"a-password-of-somebody"
    for entry in after[6:]:
        entry.attributes["userPassword"] = [secret]
    found = diff(ldif.dump(before), ldif.dump(after))
    made = diff_ldif(found, accept_incomplete=True)
    for output in (str(found.as_json()).encode(), diff_text(found, full=True).encode(), made.data):
        assert secret not in output
        assert base64.b64encode(secret)[:24] not in output
    wanted = sum(name.lower() in {"userpassword", "apple-mcxsettings"} for each in found for name in _added(each))
    assert (made.secrets > 0) == (wanted > 0)


def _added(each: Any) -> list[str]:
    if each.kind is Kind.ADDED:
        return list(each.after.attributes)
    if each.kind is Kind.REMOVED:
        return []
    return [a.name for a in each.attributes if each.after.attributes.get(a.name)]
