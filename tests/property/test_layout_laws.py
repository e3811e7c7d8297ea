"""Laws of entries that are read by column: what is read is what the entry gives by itself, or it is left to the grammar."""

from __future__ import annotations

import random

from hypothesis import given

from conftest import effort, in_turn
from odkit.ldif import Entry, Layouts, Reader, laid
from property.strategies import TOGETHER, some, together

LINES = [
    b"cn: ann",
    b"cn: ",
    b"cn:  ann",
    b"cn:ann",
    b"cn:",
    b"cn",
    b"cn:: YW5u",
    b"cn:: YW5u ",
    b"cn:: YW5",
    b"cn:: ",
    b"cn: a: b",
    b"cn: \x01x",
    b"cn: \xff",
    b"CN: ann",
    b"cn;x-a: ann",
    b"sn: x\n y",
    b"sn: \n y",
    b"sn:\n  y",
    b"s\n n: y",
    b"sn:: YW\n 5u",
    b"sn:: \n  YW5u",
    b"photo:< file:///x",
    b"photo:< file: x",
    b"dn: cn=y",
    b"version: 1",
    b"changetype: add",
    b"control: 1.2",
    b"# comment",
    b"# comment: x\n more",
    b"",
    b"?: x",
]
DNS = [
    b"dn: cn=a",
    b"dn: cn=a\n b",
    b"dn:: Y249YQ==",
    b"dn: ",
    b"dn:",
    b"dn",
    b"dn: cn=\xc3\xa9",
    b"dn: cn=\xff",
    b"# a\ndn: cn=a",
    b"DN: cn=a",
]


def entries(rng: random.Random) -> list[bytes]:
    return [b"\n".join([rng.choice(DNS), *some(rng, LINES, 4)]) for _ in range(rng.randint(1, 4))]


def read_alone(raw: bytes) -> tuple[str, dict[str, list[bytes]], dict[str, list[int]], int]:
    """DN, values, physical lines and first line of an entry that must have no fault."""
    reader = Reader(raw + b"\n", strict=False)
    (entry,) = reader
    assert isinstance(entry, Entry)
    attributes = dict(entry.attributes.items())
    assert not reader.findings
    return entry.dn, attributes, entry.value_lines(1), entry.line


class TestLayouts:
    @given(together(entries))
    @effort(1500, TOGETHER)
    def test_what_is_read_by_column_is_what_each_entry_gives(self, cases: list[list[bytes]]) -> None:
        for raws in in_turn(cases):
            self.check(raws)

    @staticmethod
    def check(raws: list[bytes]) -> None:
        layouts = Layouts()
        alike: dict[object, list[tuple[bytes, int, list[bytes]]]] = {}
        for raw in raws:
            lines = layouts.lines(raw)
            if lines is not None:
                alike.setdefault(lines.layout, []).append((raw, lines.before, lines.lines))
        for layout, those in alike.items():
            found = laid(layout, [lines for _, _, lines in those])  # type: ignore[arg-type]
            for place, (raw, before, _) in enumerate(those):
                if place in found.odd:
                    continue
                dn, attributes, lines_of, first = read_alone(raw)
                values: dict[str, list[bytes]] = {}
                where: dict[str, list[int]] = {}
                line = before + 1
                assert line == first
                for number, name in enumerate(layout.names):  # type: ignore[attr-defined]
                    folds = found.folds[number]
                    line += 1 + (0 if folds is None else folds[place])
                    values.setdefault(name.attribute, []).append(found.values[number][place])
                    where.setdefault(name.attribute.lower(), []).append(line)
                assert found.dns[place] == dn
                assert list(values.items()) == list(attributes.items())
                assert where == {name: numbers for name, numbers in lines_of.items() if name != "dn"}

    def test_ordinary_entries_are_read_by_column_and_long_ones_alone(self) -> None:
        layouts = Layouts()
        raws = [b"dn: cn=a\ncn: a\nsn:: YQ==", b"# note\ndn: cn=b\ncn: b\n b\nsn:: Yg=="]
        found = [layouts.lines(raw) for raw in raws]
        assert found[0] is not None
        assert found[1] is not None
        assert found[0].layout is found[1].layout
        columns = laid(found[0].layout, [each.lines for each in found if each is not None])
        assert (columns.dns, columns.values, columns.odd) == (["cn=a", "cn=b"], [[b"a", b"bb"], [b"a", b"b"]], set())
        assert layouts.lines(b"dn: cn=c" + b"\nmemberUid: x" * 1000) is None
