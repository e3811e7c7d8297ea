"""Laws of shapes: a record that fits one gives what it gives line by line."""

from __future__ import annotations

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from conftest import MART, effort, in_turn
from odkit import ldif
from odkit.directory._columns import Columns, Need
from odkit.ldif import Batch, Look
from property.strategies import TOGETHER, blocks, drawn, together
from property.test_scan_laws import GROUPS

EVERYTHING: tuple[Need, ...] = ("accounts", "dwellings", "guids", "names", "policies", "readable", "stamps", "verifiers")
FEW: list[tuple[Need, ...]] = [(), EVERYTHING[1:3], ("guids", "names", "readable")]
# a record as Apple's programs write it, most of it folded
USUAL = [
    b"uid: ann", b"objectClass: apple-user", b"objectClass: top", b"cn: Ann Smith", b"uidNumber: 1025", b"loginShell: /bin/bash",
    b"homeDirectory: /Network/Servers/files.example.com/Volumes/Data/Homes/of-the-ma\n ny/ann",
    b"apple-user-homeurl:: PGhvbWVfZGlyPjx1cmw+YWZwOi8vZmlsZXMuZXhhbXBsZS5jb20vSG9tZ\n XM8L3VybD48cGF0aD5hbm48L3BhdGg+PC9ob21lX2Rpcj4=",
    b"apple-generateduid: 54DCD8EB-169D-4978-88C3-4C41429CF2F3", b"apple-mcxflags:: PGRpY3Q+PC9kaWN0Pg==",
    b"description: a text that is folded at the same width as all the others in the \n file",
    b"authAuthority: ;ApplePasswordServer;0x43a024ef3b5b613e0000009b0000009b,1024 35\n  1509109543654981142523743286187630778 root@a.example.com:10.1.0.20",
    b"authAuthority: ;Kerberosv5;0x43a024ef3b5b613e0000009b0000009b;ann@R;R;1024 35 \n 1509109543654981142523743286187630778 root@a.example.com",
    b"userPassword:: e0NSWVBUfSo=", b"jpegPhoto:: eA==", b"modifyTimestamp: 20080213125800Z",
]  # fmt: skip
UNUSUAL = [
    b"description: another width\n  than the rest", b"description: a text that is folded at the same width as all the others in the \n file: no",
    b"description: a text that is folded at the same width as all the others in the \n mail: ann@example.com", b"jpegPhoto:: e",
    b"apple-mcxflags:: PGRpY3Q+PC9kaWN0P", b"userPassword:: Kioq", b"userPassword: x", b"uid:: YW5u", b"uid: second", b"Uid: ann", b"cn:: QW5u", b"cn:", b"mail;x: y", b"mail:", b"l: a",
    b"homeDirectory: 99", b"authAuthority: ;basic;", b"authAuthority: basic", b"apple-user-passwordpolicy: x", b"changetype: add", b"# c",
    b"garbage", b" x", b"dn: uid=b,cn=users,dc=x", b"jpegPhoto:< file:///x", b"uidNumber: 1\n 2", b"objectClass: more", b"",
]  # fmt: skip


def settings(letter: bytes) -> bytes:
    """A long value in base64, folded as all others are."""
    text = b"apple-mcxsettings:: " + letter * 600
    return b"\n ".join([text[:78], *(text[at : at + 77] for at in range(78, len(text), 77))])


# what some of the records have beside these
LONG = [
    settings(b"QUJD"), settings(b"QkJD"), settings(b"QUJD")[:-2], settings(b"QUJD").replace(b"\n QU", b"\nl: QU", 1),
    settings(b"QUJD").replace(b"\n QU", b"\n mail: x", 1), settings(b"QUJD") + b"\n " + b"QUJD" * 9, settings(b"QUJD") + b"=",
]  # fmt: skip
# what some of the records have instead: most of their lines are the same, but not all
OTHERWISE = {
    b"objectClass: top": [b"objectClass: tip", b"objectClass: person"],
    b"loginShell: /bin/bash": [b"loginShell: /bin/tcsh"],
    b"apple-mcxflags:: PGRpY3Q+PC9kaWN0Pg==": [b"apple-mcxflags:: PGRpY3Q+PC9kaWN1Pg==", b"apple-mcxflags:: PGRpY3Q+ICAgIDwvZGljdD4="],
    b"userPassword:: e0NSWVBUfSo=": [b"userPassword:: KioqKioqKio=", b"userPassword:: e0NSWVBUfSo"],
    b"homeDirectory: /Network/Servers/files.example.com/Volumes/Data/Homes/of-the-ma\n ny/ann": [
        b"homeDirectory: /Network/Servers/files.example.com/Volumes/Data/Homes/ann",
        b"homeDirectory: /Network/Servers/files.example.com/Volumes/Data/Homes/of-the-ma\n " + b"ny" * 38 + b"n\n y/ann",
        b"homeDirectory: /Network/Servers/files.example.com/Volumes/Data/Homes/of-the-ma\n ny\n /ann",
        b"homeDirectory: /Network/Servers/files.example.com/Volumes/Data/Homes/of-the-ma\n " + b"ny" * 60,
        b"homeDirectory: /Network/Servers/files.example.com/Volumes/Data/Homes/of-the-ma\n mail: x",
        b"homeDirectory: /Network/Servers/files.example.com/Volumes/Data/Homes/of-th\n e-many/ann",
        b"homeDirectory: /Network/Servers/files.example.com/Volumes/Data/Homes/of-the-ma\nny: /ann",
        b"homeDirectory: /Network/Servers/files.example.com/Volumes/Data/Homes/of-the-ma\n ",
    ],
    b"jpegPhoto:: eA==": [b"jpegPhoto:: eQ==", b"jpegPhoto:: eHg=", b"jpegPhoto:: e==="],
    b"cn: Ann Smith": [b"cn: Bob Smith", b"cn:: QW5u", b"cn: Ann Smith\ncn: Ann", b"cn: Ann Smith\ncn:: QW5u"],
}


def alike(rng: random.Random) -> bytes:
    """Records of one place, most of which have the same attributes in the same order."""
    out = []
    has_long = not rng.randrange(3)
    lacking = rng.choice([20, 1000])  # a line that all records have is looked at in another way
    for number in range(rng.randint(6, 20)):
        lines = [line for line in USUAL if rng.randrange(lacking)]
        if has_long and rng.randrange(2):
            lines.insert(10, rng.choice([LONG[0]] * 9 + LONG))
        if not rng.randrange(4):
            lines = [rng.choice([line, *OTHERWISE.get(line, [])]) for line in lines]
        lines = [line.replace(b"ann", b"u%d" % number) if rng.randrange(2) else line for line in lines]
        for _ in range(rng.choice([0, 0, 0, 1, 2])):
            lines.insert(rng.randint(0, len(lines)), rng.choice(UNUSUAL))
        out.append(b"\n".join([b"dn: uid=u%d,cn=users,dc=x" % number, *lines]) + rng.choice([b"\n\n"] * 9 + [b"\n\n\n"]))
    return b"".join(out)


def scanned(data: bytes, names: tuple[Need, ...], size: int, learn_after: int) -> tuple[object, set[int]]:
    """All that the index pass finds; and the places of the records whose folding it has looked at."""
    columns = Columns(names)
    reader = ldif.Reader(b"", strict=False, lazy=True)
    found: list[object] = []
    looked: dict[int, tuple[int, int]] = {}  # by the number of the record among those of batches
    numbers = itertools.count()

    def batch(together: Batch) -> None:
        columns.take(together)
        for each in together.single():
            found.append(each[:6])
            number = next(numbers)
            if not each.by_line:
                looked[number] = each.offsets[0], each.offsets[0] + each.lengths[0]

    def other(record: ldif.Entry | ldif.ChangeRecord, offset: int, is_regular: bool) -> None:
        found.append((record.raw, offset, is_regular))

    reader.scan(
        blocks(data, size), lambda at, n: data[at : at + n], Look(columns.look.patterns, columns.look.doubting, learn_after), batch, other
    )
    if columns.look.doubting:
        suspects = reader.entry_maker(lambda _: None).folding.suspects
        readable: bytearray = columns.values("readable")
        assert not any(readable[n] and any(True for _ in suspects(data[at:stop])) for n, (at, stop) in looked.items())
    tables: list[object] = [columns.values(name) for name in columns.names if name != "accounts"]
    if "accounts" in names:
        accounts = columns.values("accounts")
        tables += [[each and each.realm for each in accounts.forms], accounts.numbers, accounts.slots]
    return (found, tables, reader.findings, reader.entries, reader.completeness()), {at for at, _ in looked.values()}


KEY = b"1024 35 " + b"1509109543654981142523743286187630778525257014036337379059085148330440847687030840687884630173488663978489" * 3


def authorities(name: bytes, slot: int, key: bytes = KEY) -> list[bytes]:
    """The authorities of a user, folded as the server folds them: what stands behind the first fold is the same for names of one length."""
    lines = [
        b"authAuthority: ;ApplePasswordServer;0x%032x,%b root@a.example.com:10.1.0.20" % (slot, key),
        b"authAuthority: ;Kerberosv5;0x%032x;%b@EXAMPLE.COM;EXAMPLE.COM;%b root@a.example.com" % (slot, name, key),
    ]
    return [b"\n ".join([line[:78], *(line[at : at + 77] for at in range(78, len(line), 77))]) for line in lines]


def keyed(rng: random.Random) -> bytes:
    """Records whose authorities end in the same key, but for some in which they do not, or in which a line may be joined to another."""
    out = []
    for number in range(rng.randint(12, 40)):
        name = rng.choice([b"ann", b"john", b"maria"]) + b"%d" % number
        lines = authorities(name, number, rng.choice([KEY] * 9 + [KEY[:-1] + b"1", KEY[:200], b"none"]))
        if not rng.randrange(6):
            lines = rng.choice([lines[:1], lines[1:], lines[::-1], lines * 2, [lines[0], b"authAuthority: ;basic;", lines[1]], []])
        text = b"".join(b"\n" + line for line in lines)
        if not rng.randrange(6):
            odd = rng.choice(
                [
                    b"\n mail: x\n ",
                    b"\nmail: x\n ",
                    b"\n\n ",
                    b"\n",
                    b"",
                    b"\n  ",
                    b"\n uidNumber:: eA==\n ",
                    b"\n\ndn: uid=x,cn=users,dc=x\n ",
                ]
            )
            folds = [at for at in range(len(text)) if text[at : at + 2] == b"\n "]
            at = rng.choice(folds or [len(text)])
            text = text[:at] + odd + text[at + 2 :]
        out.append(b"dn: uid=%b,cn=users,dc=x\nuid: %b%b\nl: Windsor" % (name, name, text) + rng.choice([b"", b"\nmail: ann@example.com"]))
    return b"\n\n".join(out) + b"\n\n"


class TestShapes:
    """A record that fits a shape gives what it gives line by line."""

    @given(
        drawn(alike),
        st.sampled_from([(), EVERYTHING, EVERYTHING[1:3], *map(tuple, GROUPS)]),
        st.sampled_from([300, 1 << 18]),
        st.sampled_from([1, 3]),
    )
    @effort(120)
    def test_of_records_that_are_alike(self, data: bytes, names: tuple[Need, ...], size: int, learn_after: int) -> None:
        assert scanned(data, names, size, learn_after)[0] == scanned(data, names, size, len(data))[0]

    @given(together(lambda rng: (keyed(rng), rng.choice(FEW), rng.choice([1000, 1 << 18]))))
    @effort(200, TOGETHER)
    def test_of_lines_that_end_in_the_same(self, cases: list[tuple[bytes, tuple[Need, ...], int]]) -> None:
        for data, names, size in in_turn(cases):
            assert scanned(data, names, size, 3)[0] == scanned(data, names, size, len(data))[0]

    def test_that_tell_a_value_in_base64_from_a_plain_one(self) -> None:
        """Two patterns look at these attributes: one at the usual form, one at whatever is none."""
        for plain, coded in [
            (b"userPassword: x", b"userPassword:: e0NSWVBUfSo="),
            (b"apple-user-homeurl: x", b"apple-user-homeurl:: PGhvbWVfZGlyPjwvaG9tZV9kaXI+"),
        ]:
            lines = [[plain, coded], [coded], [plain]] + [[coded], [plain], []] * 9
            records = [b"\n".join([b"dn: uid=u%d,cn=users,dc=x" % number, *each]) for number, each in enumerate(lines)]
            data = b"\n\n".join(records) + b"\n\n"
            assert scanned(data, EVERYTHING, 1 << 18, 3)[0] == scanned(data, EVERYTHING, 1 << 18, len(data))[0]

    def test_that_pass_over_what_lines_of_all_records_end_with(self) -> None:
        """But not where a byte of it is another one, or a line of its own."""
        names = [b"%b%02d" % (b"ann" if number % 3 else b"maria", number) for number in range(40)]
        records = [
            b"\n".join([b"dn: uid=%b,cn=users,dc=x" % name, b"uid: " + name, *authorities(name, number), b"l: Windsor"])
            for number, name in enumerate(names)
        ]
        records[30] = records[30].replace(b"15091", b"15090")
        records[32] = records[32].replace(b"\n 1509", b"\nmail:")
        records[34] = records[34].replace(b"root@a.example.com:", b"root\nmail: x:")
        records[36] = b"\n".join(records[36].split(b"\n")[:12])
        data = b"\n\n".join(records) + b"\n\n"
        for needs in (("readable",), EVERYTHING[1:3]):
            found, looked = scanned(data, needs, 1 << 18, 3)
            assert found == scanned(data, needs, 1 << 18, len(data))[0]
            assert len(looked) > 25

    def test_that_do_not_pass_over_what_may_have_taken_in_a_line(self) -> None:
        records = []
        for number in range(60):
            name = b"u%02d" % number
            text = b"\n".join([b"dn: uid=%b,cn=users,dc=x" % name, b"uid: " + name, *authorities(name, number)])
            fold = text.index(b"\n ", text.index(b"\n ") + 1)
            records.append(text if number % 4 else text[:fold] + b"\n mail: " + text[fold + len(b"\n mail: ") :])
        data = b"\n\n".join(records) + b"\n\n"
        _, looked = scanned(data, ("readable",), 1 << 18, 16)
        assert len(looked) > 25
        assert not looked & {data.index(record) for record in records[::4]}

    def test_that_look_at_a_line_fold_by_fold(self) -> None:
        """But leave one to the pass that is not folded at the usual width, or reads like another line."""
        first = b"homeDirectory: /Network/Servers/files.example.com/Volumes/Data/Homes/%09d"
        odd = {
            40: first % 40 + b"\n mail: ann@example.com",
            44: b"homeDirectory: /Network/Servers/files.example.com\n /Homes/44",
            48: first % 48 + b"\n /short\n /then/more",
        }
        usual = {52: first % 52 + b"\n " + b"x" * 77 + b"\n /more", 56: first % 56}
        lines = [(odd | usual).get(n, first % n + b"\n /of/u%d" % n) for n in range(60)]
        records = [b"dn: uid=u%d,cn=users,dc=x\nuid: u%d\n%b\nl: Windsor" % (n, n, line) for n, line in enumerate(lines)]
        data = b"\n\n".join(records) + b"\n\n"
        found, looked = scanned(data, ("readable",), 1 << 18, 8)
        assert found == scanned(data, ("readable",), 1 << 18, len(data))[0]
        places = {n: data.index(record + b"\n") for n, record in enumerate(records)}
        assert not looked & {places[n] for n in odd}
        assert looked >= {places[n] for n in (30, *usual)}

    def test_that_tell_a_value_that_begins_on_the_next_line(self) -> None:
        records = [b"dn: uid=u%d,cn=users,dc=x\nuid: u%d\nmail:\njpegPhoto:: QU%02d" % (n, n, n) for n in range(20)]
        data = b"\n\n".join(records) + b"\n\n"
        assert scanned(data, ("readable",), 1 << 18, 3)[0] == scanned(data, ("readable",), 1 << 18, len(data))[0]

    def test_that_pass_over_lines_which_are_the_same_in_all_records(self) -> None:
        same = b"\nobjectClass: top\ndescription: " + b"a text that all of them have " * 4 + b"\nuserPassword:: e0NSWVBUfSo="
        records = [b"dn: uid=u%d,cn=users,dc=x\nuid: u%d" % (number, number) + same for number in range(30)]
        records[20] = records[20].replace(b"BUfSo=", b"B=UfSo")
        records[22] = records[22].replace(b"a text", b"a\ntext")
        records[24] = records[24].replace(b"a text", b"a test")
        data = b"\n\n".join(records) + b"\n\n"
        for names in ((), EVERYTHING):
            found, looked = scanned(data, names, 1 << 18, 3)
            assert found == scanned(data, names, 1 << 18, len(data))[0]
            assert len(looked) == 23

    def test_of_a_domain(self) -> None:
        data = (MART / "leftover" / "export.ldif").read_bytes()
        for names in ((), EVERYTHING, *map(tuple, GROUPS)):
            found, looked = scanned(data, names, 1 << 16, 64)
            assert found == scanned(data, names, 1 << 16, len(data))[0]
            assert len(looked) > 30


def test_shapes_are_learned_where_that_pays() -> None:
    look = Look([], learn_after=7)
    small, large, unknown = look.in_file(1000), look.in_file(1 << 30), look.in_file(None)
    assert small.learn_after >= 1000, "a file has fewer records than bytes"
    assert large == unknown == look
