"""Laws of groups whose members stay text: they answer what the same groups answer whose members were read one by one."""

from __future__ import annotations

import random

from hypothesis import given

import odkit
from conftest import effort, in_turn
from odkit import ldif
from odkit.directory.membership import Groups
from odkit.ldif import without_runs
from property.strategies import TOGETHER, together

NAMES = ("memberUid", "apple-group-memberguid")
STARTS = [f"\n{name}: ".encode() for name in NAMES]
GUIDS = [b"54DCD8EB-169D-4978-88C3-4C41429CF2F3", b"54dcd8eb-169d-4978-88c3-4c41429cf2f3", b"6C718079-D65A-42DF-B9F5-32839B67B5A2"]
MEMBERS = [
    [b"memberUid: ann"], [b"memberUid: ann", b"memberUid: Bob", b"memberUid: files$"], [b"memberUid: bob"] * 20,
    [b"apple-group-memberguid: " + guid for guid in GUIDS], [b"apple-group-memberguid: " + GUIDS[0]], [b"apple-group-memberguid: " + GUIDS[1]] * 20,
]  # fmt: skip
OTHERS = [
    [b"memberUid: "], [b"memberUid:"], [b"memberUid:  ann"], [b"memberUid:ann"], [b"memberUid:: YW5u"], [b"memberUid:: YW5"], [b"MemberUid: carl"],
    [b"memberUid;lang-en: dora"], [b"memberUid: e\n ve"], [b"memberUid: eve\n "], [b"memberUid: \xc3\xa9va"], [b"memberUid: \xff"], [b"memberUid: \xe2\x84\xaa"],
    [b"memberUid:< file:///x"], [b"memberUid: <x"], [b"memberUid: \tann"], [b"memberUid: a\x00b"], [b"memberUid: ann\r"], [b"memberUid: ann\n memberUid: bob"],
    [b"# comment"], [b"#\n memberUid: ann"], [b"cn: x"], [b"gidNumber: 20"], [b"garbage"], [b"dn: cn=y,cn=groups,dc=x"], [b"changetype: add"],
    [b"apple-group-nestedgroup: " + GUIDS[2]], [b"apple-mcxsettings:: e"], [b"apple-generateduid: " + GUIDS[2]],
]  # fmt: skip


def group(rng: random.Random) -> bytes:
    """A group that is large, with members in the usual form, and with others."""
    lists = [rng.choice(MEMBERS if rng.randrange(3) else OTHERS) for _ in range(rng.randint(1, 5))]
    if rng.randrange(2):
        lists.sort()
    first = b"dn: cn=staff,cn=groups,dc=x\ncn: staff\nobjectClass: apple-group\ndescription:: " + b"QUJD" * (1 << 14)
    return first + b"".join(b"\n" + line for lines in lists for line in lines)


def answers(raw: bytes, *, skimmed: bool) -> object:
    """What such a group says, and what is noticed when it is asked."""
    od = odkit.open(b"dn: dc=x\nobjectClass: domain\ndc: x\n\n" + raw + b"\n\n")
    records = [*(od.groups.skimmed() if skimmed else od.groups.records())]
    groups = Groups(records)
    found = [
        [each.record.dn for each in groups.of_names([name], guid, gid)]
        for name, guid, gid in [("ann", None, None), ("BOB", None, None), ("k", None, None), ("x", GUIDS[0].decode(), None), ("", "", "20")]
    ]
    said = [
        (
            each.dn,
            each.name,
            each.names,
            each.guid,
            each.line,
            each.mcx,
            [each.text(name) for name in NAMES],
            [each.texts(name) for name in NAMES],
        )
        for each in records
    ]
    return found, said, [each.attributes for each in records], od.findings


class TestSkimmed:
    @given(together(group))
    @effort(200, TOGETHER)
    def test_a_group_answers_what_it_answers_when_its_members_are_read(self, cases: list[bytes]) -> None:
        for raw in in_turn(cases):
            assert answers(raw, skimmed=True) == answers(raw, skimmed=False)

    @given(together(group))
    @effort(200, TOGETHER)
    def test_what_is_taken_out_is_what_the_grammar_reads(self, cases: list[bytes]) -> None:
        for raw in in_turn(cases):
            self.check(raw)

    @staticmethod
    def check(raw: bytes) -> None:
        rest, runs = without_runs(raw, STARTS)
        try:
            (whole,) = ldif.read(raw)
        except odkit.InputError:
            return
        (left,) = ldif.read(rest)
        assert isinstance(whole, ldif.Entry)
        assert isinstance(left, ldif.Entry)
        for name, start in zip(NAMES, STARTS, strict=True):
            if start not in runs:
                continue
            assert runs[start].startswith(start)
            if name not in left.attributes:
                left.attributes[name] = runs[start].split(start)[1:]
                assert whole.attributes[name] == left.attributes[name]
            else:
                left.attributes[name] = whole.attributes[name]
        assert whole == left

    def test_of_two_groups_each_has_its_own_members(self) -> None:
        begin = b"description:: " + b"QUJD" * (1 << 14)
        groups = [
            b"\n".join([b"dn: cn=%b,cn=groups,dc=x" % name, begin, *[b"memberUid: " + name] * count, b"cn: " + name, b"gidNumber: 20"])
            for name, count in [(b"all", 90), (b"few", 20)]
        ]
        od = odkit.open(b"dn: dc=x\nobjectClass: domain\ndc: x\n\n" + b"\n\n".join(groups) + b"\n\n")
        skimmed = [*od.groups.skimmed()]
        assert [(each.name, each.text("gidNumber"), each.texts("memberUid")) for each in skimmed] == [
            ("all", "20", ["all"] * 90),
            ("few", "20", ["few"] * 20),
        ]
        lists = [vars(each)["lists"]["memberUid"] for each in skimmed]
        assert lists == [b"\nmemberUid: all" * 90, b"\nmemberUid: few" * 20]

    def test_long_lists_are_taken_out(self) -> None:
        lines = [*[b"memberUid: u%d" % number for number in range(9)], *[b"apple-group-memberguid: " + guid for guid in GUIDS]]
        rest, runs = without_runs(b"\n".join([b"dn: cn=staff", *lines, b"cn: staff"]), STARTS)
        assert rest == b"dn: cn=staff\ncn: staff"
        assert [runs[start].count(start) for start in STARTS] == [9, 3]

    def test_the_members_of_a_large_group_stay_text(self) -> None:
        raw = b"dn: cn=staff,cn=groups,dc=x\ncn: staff" + b"".join(b"\nmemberUid: user%05d" % number for number in range(4000))
        (staff,) = odkit.open(b"dn: dc=x\nobjectClass: domain\ndc: x\n\n" + raw + b"\n\n").groups.skimmed()
        assert vars(staff)["lists"]["memberUid"].count(b"\nmemberUid: ") == 4000
        assert staff.member_names[1] == "user00001"
        assert len(staff.attributes["memberUid"]) == 4000
