"""Laws of reading for an index: what is found by searching bytes is what parsing finds."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

import odkit
from conftest import MART, effort, in_turn
from odkit import ldif
from odkit.directory._columns import Columns, Need, passes
from odkit.ldif import Batch, Look
from odkit.ldif import _grammar as grammar
from odkit.ldif._fast import FastParser, lines_before_dn
from odkit.ldif._lines import LineCounter
from property.strategies import LINES, MANY, TOGETHER, GoesBack, blocks, drawn, some, together

# lines of the attributes that columns are made of, in every form that a file may give them
WANTED = [
    b"apple-generateduid: 54DCD8EB-169D-4978-88C3-4C41429CF2F3",
    b"apple-generateduid: 54dcd8eb-169d-4978-88c3\n -4C41429CF2F3",
    b"APPLE-GeneratedUID: 54DCD8EB-169D-4978-88C3-4C41429CF2F3",
    b"apple-generateduid:: NTREQ0Q4RUI=",
    b"apple-generateduid:: NTREQ0Q4RU",
    b"apple-generateduid;x: 1",
    b"apple-generateduid:",
    b"authAuthority: ;ApplePasswordServer;0x1,1024 35 1 root@a:10.0.0.1",
    b"authAuthority: ;Kerberos\n v5;;a@R;R;",
    b"authauthority: ;basic;",
    b"authAuthority: ;;",
    b"authAuthority: 1.0;Kerberosv5;x",
    b"authAuthority: garbage",
    b"authAuthority:: O2Jhc2ljOw==",
    b"authAuthority:< file:///etc/passwd",
    b"homeDirectory: /Network/Servers/files.example.com/Homes/ann",
    b"homeDirectory: /Network/Servers/files.example.com",
    b"homeDirectory: /Network/Ser\n vers/files.example.com/Homes",
    b"homeDirectory: /Network/Servers/files.exa\n mple.com/Homes",
    b"homeDirectory: 99",
    b"homeDirectory:  /Network/Servers/blank.example.com/x",
    b"HomeDirectory: /Network/Servers/upper.example.com/x",
    b"homeDirectory:: L05ldHdvcmsvU2VydmVycy9iLmV4YW1wbGUuY29tL3g=",
    b"apple-user-homeurl:: PGhvbWVfZGlyPjx1cmw+YWZwOi8vYS5leGFtcGxlLmNvbS9Ib21lczwvdXJsPg==",
    b"apple-user-homeurl:: PGhvbWVfZGlyPjx1cmw+YWZwOi8vYS5leGFt\n cGxlLmNvbS9Ib21lczwvdXJsPg==",
    b"apple-user-homeurl:: PGhvbWVfZGly*",
    b"apple-user-homeurl: <home_dir><url>afp://c.example.com/Homes</url></home_dir>",
    b"apple-mcxsettings: x",
    b"labeledURI: http://d.example.com/ and http://e.exam\n ple.com/",
    b"smbHome:: XFxmLmV4YW1wbGUuY29tXGFubg==",
    b"profilePath: \\\\g.example.com\\x",
    b"apple-mcxsettings2:: eA==",
    b"Apple-MCXSettings: x",
    b"cn: plain", b"dn: cn=second", b"dN: cn=second", b"changetype: add", b"Control: 1.2", b"# comment", b" more", b"garbage", b"cn:< file:///x",
]  # fmt: skip

PIECES = [*LINES, *WANTED, *MANY, b"\n", b"dn: uid=a,cn=users,dc=x\n"]

COLUMNS: tuple[Need, ...] = ("guids", "homes", "mail", "managed", "mcx", "named", "stamps", "tags", "windows")
GROUPS = passes(COLUMNS)  # several columns are made of the same lines


def table(columns: Columns) -> dict[str, list[object]]:
    return {name: columns.values(name) for name in columns.names}


def parsed(entry: ldif.Entry, names: Sequence[Need]) -> dict[str, list[object]]:
    columns = Columns(names)
    columns.take_parsed(entry.attributes)
    return table(columns)


def check_runs(raw: bytes, runs: list[tuple[int, int]]) -> None:
    """A run is many lines of one name, each with a value that begins on it, and none that is folded but the last one."""
    for first, behind in runs:
        lines = raw[first:behind].split(b"\n")
        name, _, _ = lines[1].partition(b": ")
        assert lines[0] == b""
        assert len(lines) > 16
        assert name in {b"memberUid", b"apple-group-memberguid"}
        assert all(line.startswith(name + b": ") and line[len(name) + 2 :][:1].strip(b" ") for line in lines[1:])
        assert raw[behind : behind + 1] in {b"", b"\n"}


def check_scan(data: bytes, size: int) -> None:
    names = GROUPS[len(data) % len(GROUPS)]
    columns = Columns(names)
    reader = ldif.Reader(b"", strict=False, lazy=True)
    found = []

    def batch(found_together: Batch) -> None:
        for each in found_together.single():
            regular(each)

    def regular(each: Batch) -> None:
        (offset,), (length,), (rdn,), (parent,) = each.offsets, each.lengths, each.rdns, each.parents
        raw = data[offset : offset + length]
        entry = reader.entry(raw, offset)
        assert entry.line == 1 + data.count(b"\n", 0, offset)
        assert rdn + b"," + parent == entry.dn.encode()
        one = Columns(names)
        one.take(each)
        assert table(one) == parsed(entry, names)
        check_runs(raw, each.runs.get(0, []))
        if names is GROUPS[0]:
            assert FastParser().entry(raw) is not None or b":: " in raw  # damage in a value that no column asks for
        found.append((entry.dn, entry.attributes))

    def other(record: ldif.Entry | ldif.ChangeRecord, offset: int, is_regular: bool) -> None:
        assert record.raw is not None
        assert data[offset:].startswith(record.raw)
        if isinstance(record, ldif.Entry):
            assert not is_regular or record.raw.startswith(b"dn: ")
            found.append((record.dn, record.attributes))

    look = Look(columns.look.patterns, columns.look.doubting, (256, 2)[len(data) % 2])  # or shapes are learned from the first records
    stream = GoesBack(data, size)
    reader.again = stream.again if len(data) % 3 else None
    reader.scan(stream, lambda at, n: data[at : at + n], look, batch, other, counting=size > 2)
    simple = ldif.Reader(b"", strict=False)
    entries = [(e.dn, e.attributes) for e in simple.records(blocks(data, 1 << 18)) if isinstance(e, ldif.Entry)]
    assert found == entries
    assert {(f.code, f.line, f.message) for f in reader.findings} == {(f.code, f.line, f.message) for f in simple.findings}
    assert (reader.entries, reader.completeness(), reader.stored) == (simple.entries, simple.completeness(), simple.stored)


def wanted(rng: random.Random) -> list[tuple[str, list[bytes]]]:
    """DNs of records, and lines that columns are made of."""
    dns = ["uid=ann,cn=users,dc=x", "CN=a\\,b,dc=x", "cn=a b,dc=x", "cn=é,dc=x"]
    return [(rng.choice(dns), some(rng, WANTED, 10) + some(rng, MANY, rng.choice([0, 0, 3]))) for _ in range(rng.randrange(11))]


class TestScanning:
    @given(drawn(wanted), st.sampled_from([1, 2, 7, 100, 1 << 18]))
    @effort(250)
    def test_columns(self, records: list[tuple[str, list[bytes]]], size: int) -> None:
        check_scan(b"".join(b"\n".join([b"dn: " + dn.encode(), *lines]) + b"\n\n" for dn, lines in records), size)

    @given(together(lambda rng: (b"".join(some(rng, PIECES, 20)), rng.choice([1, 2, 3, 64, 1 << 18]))))
    @example([(b"dn: cn=a\n\n\ndn: cn=b,dc=x\n", 1)])
    @example([(b"\r\ndn: cn=a\ncn: v\n", 1)])
    @effort(400, TOGETHER)
    def test_pieces(self, cases: list[tuple[bytes, int]]) -> None:
        for data, size in in_turn(cases):
            check_scan(data, size)

    @given(st.integers(0, 2**32), st.sampled_from([1, 3, 100, 1 << 18]))
    @effort(60)
    def test_mutations_of_an_export(self, seed: int, size: int) -> None:
        rng = random.Random(seed)
        data = bytearray((MART / "leftover" / "export.ldif").read_bytes()[30000:36000])
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(data))
            data[at : at + rng.randrange(3)] = rng.choice([*LINES, *WANTED, bytes([rng.randrange(256)])])
        check_scan(bytes(data), size)


def by_grammar(raw: bytes) -> tuple[str, list[tuple[str, list[bytes]]], int] | None:
    """DN, attributes and number of lines before the dn, as the grammar reads them; None where it finds a fault, or a URL."""
    lines = grammar.logical_lines(raw)
    if lines and grammar.is_version_spec(lines[0]):
        del lines[0]
    attributes: dict[str, tuple[str, list[bytes]]] = {}
    try:
        dn = grammar.dn_spec(lines[0]).decode("utf-8")
        for line in lines[1:]:
            name, value = grammar.attribute_line(line)
            if isinstance(value, ldif.UnfetchedURL) or name.lower() == b"control":
                return None
            spelling = name.decode("ascii")
            attributes.setdefault(spelling.lower(), (spelling, []))[1].append(value)
    except (grammar.Fault, IndexError, UnicodeDecodeError):
        return None
    return dn, list(attributes.values()), lines[0].number


Odd = tuple[bytes, bytes, list[bytes], bytes]


def odd(rng: random.Random) -> list[Odd]:
    """What stands before records, their dn, their lines and what ends these."""
    heads = [b"", b"# c\n", b"# c\n  more\n# d\n", b"version: 1\n", b"#\n"]
    dns = [b"dn: cn=a", b"dn: cn=a\n b", b"dn:cn=a", b"dn:: Y249YQ==", b"dn: \xc3\xa9", b"dn: \xff", b"DN: x", b"dn:  x", b"cn: x"]
    lines = [each for each in (*LINES, *WANTED) if each.strip(b"\r\n ")]
    return [
        (rng.choice(heads), rng.choice(dns), some(rng, lines, 8), rng.choice([b"\n", b"\n", b"\r\n"])) for _ in range(rng.randint(1, 4))
    ]


class TestTheFastPathReadsWhatTheGrammarReads:
    """The four promises in the head of odkit/ldif/_fast.py; what one record taught the parser must not harm the next one."""

    @given(together(odd))
    @example([[(b"", b"dn: cn=a", [b"CN: w", b"cn: v"], b"\n"), (b"", b"dn: cn=b", [b"CN: w", b"cn: v", b"CN: w", b"cn: x"], b"\n")]])
    @effort(500, TOGETHER)
    def test_records(self, cases: list[list[Odd]]) -> None:
        for records in in_turn(cases):
            self.check(records)

    @staticmethod
    def check(records: list[Odd]) -> None:
        parser = FastParser()
        for before, dn, lines, line_end in records:
            raw = before.replace(b"\n", line_end) + line_end.join([dn, *lines])
            expected = by_grammar(raw)
            found = parser.entry(raw)
            if found is not None:
                assert expected is not None
                assert (found[0], list(found[1].items())) == expected[:2]
            if expected is not None:
                assert parser.dn(raw) in {None, expected[0]}
                assert lines_before_dn(raw) == expected[2]

    def test_it_reads_the_common_entry(self) -> None:
        # the law would hold for a parser that reads nothing
        found = FastParser().entry(b"# c\ndn: cn=a\ncn: v\nsn:: eA==\ncn: w\n 2")
        assert found is not None
        assert (found[0], dict(found[1])) == ("cn=a", {"cn": [b"v", b"w2"], "sn": [b"x"]})


class TestColumnsOfADirectory:
    @given(together(lambda rng: [some(rng, WANTED, 6) for _ in range(rng.randint(1, 5))]))
    @effort(120, TOGETHER)
    def test_found_on_the_way_or_later_it_is_what_parsing_gives(self, cases: list[list[list[bytes]]]) -> None:
        for records in in_turn(cases):
            self.check(records)

    @staticmethod
    def check(records: list[list[bytes]]) -> None:
        data = b"".join(
            b"\n".join([b"dn: uid=u%d,cn=users,dc=example,dc=com" % i, b"uid: u%d" % i, *lines]) + b"\n\n"
            for i, lines in enumerate(records)
        )
        try:
            early, late, together = odkit.open(data, needs=COLUMNS), odkit.open(data), odkit.open(data)
        except odkit.InputError:
            return
        together.prefetch(COLUMNS)
        for name in COLUMNS:
            oracle = Columns([name])
            for record in early.records():
                oracle.take_parsed(record.attributes)
            assert early.column(name) == late.column(name) == together.column(name) == oracle.values(name)
        assert set(late.findings) == set(together.findings) <= set(early.findings)

    @given(st.lists(st.sampled_from([b"a", b"\n", b"\n\n", b"bcd" * 30000]), max_size=30), st.data())
    @effort(30)
    def test_lines(self, pieces: list[bytes], data: st.DataObject) -> None:
        text = b"".join(pieces)
        lines = LineCounter(lambda at, n: text[at : at + n])
        for at in data.draw(st.lists(st.integers(0, len(text)), max_size=8)):
            assert lines.at(at) == 1 + text.count(b"\n", 0, at)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.ldif"
            path.write_bytes(b"# " + text.replace(b"\n", b"\n# ") + b"\n\ndn: cn=a\ncn: a\n\n")
            last = [e for e in ldif.read(path, lazy=True) if isinstance(e, ldif.Entry)]
            assert [e.line for e in last] == [path.read_bytes().count(b"\n") - 2]
            early = [e for e in ldif.read(path, lazy=True) if isinstance(e, ldif.Entry)]
            path.write_bytes(b"\ndn: cn=b\n")  # another file now: no line is better than a wrong one
            assert [e.line for e in early] == [0]


@given(st.lists(st.sampled_from([*LINES, *WANTED, b"objectClass: top", b"objectClass:", b"objectClass::"]), max_size=6))
@example([b"objectClass:"])
@example([b"objectClass:", b"objectClass: top"])
@example([b"cn: a", b" objectClass: top"])
def test_what_an_entry_does_not_tell_is_the_same_before_and_after_its_values_were_read(lines: list[bytes]) -> None:
    data = b"dn: cn=a,dc=x\n" + b"\n".join([*lines, b""])
    read_before, asked_first = (list(ldif.Reader(data, strict=False, lazy=True)) for _ in range(2))
    for one, other in zip(read_before, asked_first, strict=True):
        if isinstance(one, ldif.ChangeRecord) or isinstance(other, ldif.ChangeRecord):
            continue
        expected = ldif.unknowns(other)
        _ = one.attributes
        assert ldif.unknowns(one) == expected


def test_records_one_by_one_are_those_that_are_read_together() -> None:
    large = b"dn: cn=large,cn=groups,dc=x\ncn: large\n" + b"".join(b"memberUid: u%07d\n" % n for n in range(60_000)) + b"\n"
    twice = b"dn: uid=ann,cn=users,dc=x\nuid: ann\n\n" * 2
    od = odkit.open(b"dn: dc=x\ndc: x\n\n" + twice + large + b"dn: cn=groups,dc=x\ncn: groups\n")
    alone = [od.view(number, od.kind_of(number)) for number in range(len(od))]
    together, expected = ([(r.record_id, r.kind, r.entry.raw, r.line, r.attributes) for r in each] for each in (od.records(), alone))
    assert together == expected
    assert [kind for _, kind, *_ in together] == ["", "Users", "Users", "Groups", ""]
