"""Laws of the index: however many records are taken in together, it finds what taking in one by one finds."""

from __future__ import annotations

import random
from unittest import mock

from hypothesis import given

import odkit
from conftest import effort, in_turn
from odkit.dn import dn_key
from property.strategies import TOGETHER, together

TOLD = {"OD101", "OD102", "OD009"}  # are noted while the file is read


def record(rng: random.Random) -> bytes:
    """A record of few names, so that many come twice; some are in no usual form."""
    name, place = rng.choice(["ann", "Ann", "bob", "carl"]), rng.choice(["users", "users", "Users", "groups"])
    odd = [
        f"dn: uid={name}\\,x,cn={place},dc=x\nuid: {name}", f"dn: uid={name}, cn={place},dc=x\nuid: {name}", f"dn: uid={name},cn=é,dc=x\nuid: x",
        f"dn: ,{name}\ncn: x", f"dn: uid={name},cn={place},dc=x\nchangetype: delete", f"# c\ndn: uid={name},cn={place},dc=x\nuid: {name}",
        f"dn: uid={name},cn={place},dc=x\nUID:: {name}", f"dn: uid={name},cn={place},dc=x\ngarbage", f"dn: uid={name},,dc=x\nuid: {name}",
    ]  # fmt: skip
    usual = f"dn: uid={name}{rng.randrange(4) or ''},cn={place},dc=x\nuid: {name}"
    return (rng.choice(odd) if not rng.randrange(4) else usual).encode()


def export(rng: random.Random) -> tuple[list[bytes], int, int]:
    """One or two files of a domain, how many records wait for each other, and how many are handed over together."""
    files = [[b"dn: dc=x\ndc: x", *(record(rng) for _ in range(rng.randrange(1, 25)))] for _ in range(rng.randint(1, 2))]
    return [b"\n\n".join(each) + b"\n\n" for each in files], rng.choice([1, 2, 5, 1 << 15]), rng.choice([1, 3, 256])


def opened(files: list[bytes], waiting: int, together: int) -> odkit.Directory:
    with mock.patch("odkit.directory._index._WAITING", waiting), mock.patch("odkit.ldif._gathering._BATCH", together):
        return odkit.open(*files)


def told(od: odkit.Directory) -> object:
    """What an opened export holds, and in which order it was noticed."""
    found = {place: dict(below) for place, below in od.places().items()}
    return [(f.code, f.path, f.line, f.message) for f in od.findings], found, len(od), od.completeness, [r.dn for r in od.records()]


class TestIndex:
    @given(together(export))
    @effort(200, TOGETHER)
    def test_of_two_records_with_one_dn_the_first_counts_and_the_second_is_told_in_its_place(
        self, cases: list[tuple[list[bytes], int, int]]
    ) -> None:
        for files, waiting, batch in in_turn(cases):
            od = opened(files, waiting, batch)
            assert told(od) == told(opened(files, 1, 1))
            places = [(f.path, f.line) for f in od.findings if f.code in TOLD]
            assert len(files) > 1 or places == sorted(places)
            first: dict[str, int] = {}
            keys = [dn_key(each.dn) for each in od.records()]
            for number, key in enumerate(keys):
                if key is not None:
                    assert od.get(od.entry(number).dn).record_id == first.setdefault(key, number)  # type: ignore[union-attr] # it is there
            assert sum(each is not None for each in keys) - len(first) == sum(f.code == "OD102" for f in od.findings)

    def test_a_name_is_found_that_waited_with_many(self) -> None:
        records = [b"dn: uid=u%d,cn=users,dc=x\nuid: u%d" % (n, n) for n in range(40)]
        od = opened([b"\n\n".join([b"dn: dc=x\nobjectClass: domain\ndc: x", *records, *records[:3]]) + b"\n\n"], 7, 2)
        assert [od.users[f"u{n}"].record_id for n in (0, 6, 7, 39)] == [1, 7, 8, 40]
        assert [f.line for f in od.findings if f.code == "OD102"] == [125, 128, 131]
