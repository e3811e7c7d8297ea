"""Laws of many members of a group, which the index pass finds as one match."""

from __future__ import annotations

from hypothesis import given

from conftest import effort, in_turn
from odkit import ldif
from odkit.directory._columns import Columns
from odkit.ldif import Batch
from property.strategies import LINES, MANY, TOGETHER, some, together

FOLDED = b"".join(b"dn: cn=f%d,dc=x\ndescription: %b\n %b\n\n" % (n, b"x" * 65, b"y" * 9) for n in range(60))


class TestMembers:
    @given(together(lambda rng: [*some(rng, [*LINES, *MANY], 4), rng.choice(MANY), *some(rng, [*LINES, *MANY], 2)]))
    @effort(200, TOGETHER)
    def test_of_a_record_that_is_not_looked_at_again_the_folding_is_usual(self, cases: list[list[bytes]]) -> None:
        for lines in in_turn(cases):
            data = FOLDED + b"\n".join([b"dn: cn=staff,cn=groups,dc=x", *lines]) + b"\n\n"
            reader = ldif.Reader(b"", strict=False, lazy=True)
            sure: list[bytes] = []

            def batch(found: Batch, data: bytes = data, sure: list[bytes] = sure) -> None:
                places = [*zip(found.offsets, found.lengths, strict=True)]
                sure += [data[at : at + size] for n, (at, size) in enumerate(places) if n not in found.by_line]

            def read_at(at: int, size: int, data: bytes = data) -> bytes:
                return data[at : at + size]

            reader.scan([data], read_at, Columns(["guids", "names", "readable"]).look, batch, lambda *_: None)
            folding = reader.entry_maker(lambda _: None).folding
            assert not [each for each in sure if any(True for _ in folding.suspects(each))]

    def test_many_members_are_found_as_one(self) -> None:
        members = [b"memberUid: u%d" % n for n in range(99)]
        guids = [b"apple-group-memberguid: %032d" % n for n in range(20)]
        first = b"dn: cn=staff,cn=groups,dc=x\ncn: staff\nobjectClass: apple-group"
        for lines, counts in [
            ([*members, *guids], [99, 20]),
            ([*guids, b"gidNumber: 20", *members], [20, 99]),
            ([*members[:15], *guids], [20]),
            ([*members[:30], b"cn: x", *members[30:]], [30, 69]),
        ]:
            found: list[int] = []
            by_line: list[int] = []
            raw = b"\n".join([first, *lines])

            def batch(each: Batch, raw: bytes = raw, found: list[int] = found, by_line: list[int] = by_line) -> None:
                found += [raw[at:behind].count(b"\n") for at, behind in each.runs[0]]
                by_line += each.by_line

            data = b"\n\n" + raw + b"\n\n"

            def read_at(at: int, size: int, data: bytes = data) -> bytes:
                return data[at : at + size]

            look = Columns(["guids", "names", "readable"]).look
            ldif.Reader(b"", strict=False, lazy=True).scan([data], read_at, look, batch, lambda *_: None)
            assert (found, by_line) == (counts, [])
