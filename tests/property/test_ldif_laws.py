"""Laws of the LDIF reader and writer."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import MART, effort, in_turn
from odkit import ldif
from odkit.errors import InputError
from property import plain_reader, strategies
from property.strategies import LINES, TOGETHER, blocks, some, together


def by_odkit(data: bytes, size: int, *, lazy: bool = False) -> list[tuple[bytes, list[tuple[str, bytes]]]] | None:
    """What odkit reads, in the plain reader's form; None for an error or for what is no entry."""
    out = []
    try:
        for record in ldif.Reader(b"", lazy=lazy).records(blocks(data, size)):
            if not isinstance(record, ldif.Entry):
                return None
            if any(isinstance(v, ldif.UnfetchedURL) for values in record.attributes.values() for v in values):
                return None
            pairs = [(name, value) for name, values in record.attributes.items() for value in values]
            out.append((record.dn.encode("utf-8", "surrogateescape"), pairs))
    except InputError:
        return None
    return out


def grouped(plain: plain_reader.Plain | None) -> list[tuple[bytes, list[tuple[str, bytes]]]] | None:
    """The plain reader's pairs, gathered by attribute as an entry holds them: without case, first spelling."""
    if plain is None:
        return None
    out = []
    for dn, pairs in plain:
        order: dict[str, tuple[str, list[bytes]]] = {}
        for name, value in pairs:
            order.setdefault(name.lower(), (name, []))[1].append(value)
        out.append((dn, [(name, v) for name, values in order.values() for v in values]))
    return out


class TestEveryValueIsPreserved:
    @given(st.lists(st.tuples(strategies.dn_values, strategies.attributes), max_size=4), st.sampled_from([0, 40, 76, 78]))
    def test_what_is_written_is_read_back(self, records: list[tuple[str, dict[str, list[bytes]]]], wrap: int) -> None:
        entries = [ldif.Entry(f"cn=x{dn}", attributes) for dn, attributes in records]
        data = ldif.dump(entries, wrap=wrap)
        assert list(ldif.read(data)) == entries
        assert all(len(line) <= wrap for line in data.split(b"\n")) or wrap == 0

    @given(st.lists(st.tuples(strategies.dn_values, strategies.attributes), min_size=1, max_size=4))
    def test_an_unmodified_record_is_written_as_it_was_read(self, records: list[tuple[str, dict[str, list[bytes]]]]) -> None:
        data = ldif.dump([ldif.Entry(f"cn=x{dn}", a) for dn, a in records], wrap=30)
        for touch in (False, True):
            read = list(ldif.read(data, lazy=not touch))
            assert ldif.dump(read) == data

    @given(st.data())
    def test_crlf_records_are_written_as_they_were_read(self, data: st.DataObject) -> None:
        text = ldif.dump([ldif.Entry("cn=a", data.draw(strategies.attributes)), ldif.Entry("cn=b", {"cn": [b"b"]})], wrap=20)
        crlf = text.replace(b"\n", b"\r\n")
        read = list(ldif.read(crlf))
        assert read == list(ldif.read(text))
        assert ldif.dump(read) == crlf


class TestFormDoesNotMatter:
    """Folding, line ends, base64 and blank lines say nothing."""

    @given(st.integers(0, 2**32))
    @effort(10)
    def test_folding_anywhere(self, seed: int) -> None:
        rng = random.Random(seed)
        text = (MART / "after" / "export.ldif").read_bytes()[:8000].rpartition(b"\n\n")[0] + b"\n\n"
        lines = []
        for line in text.replace(b"\n ", b"").split(b"\n"):
            while len(line) > 1 and rng.random() < 0.5:
                cut = rng.randrange(1, len(line))
                lines.append(line[:cut])
                line = b" " + line[cut:]
            lines.append(line)
        assert list(ldif.read(b"\n".join(lines))) == list(ldif.read(text))

    @given(st.binary(max_size=300), st.integers(1, 40))
    def test_block_size(self, data: bytes, size: int) -> None:
        assert by_odkit(data, size) == by_odkit(data, 1 << 18)


class TestTheFastReaderReadsWhatAPlainReaderReads:
    """The oracle is the line-by-line reader beside this file."""

    @given(together(lambda rng: (b"".join(some(rng, LINES, 14)), rng.choice([1, 2, 3, 5, 7, 64, 1 << 18]))))
    @example([(b"dn: cn=a\r\ncn: v\r\n\r\ndn: cn=b,dc=x", 1)])
    @example([(b"dn: cn=a\n\n more", 1 << 18)])
    @example([(b"dn: cn=a\n\r\r\n", 1)])
    @effort(700, TOGETHER)
    def test_pieces(self, cases: list[tuple[bytes, int]]) -> None:
        for data, size in in_turn(cases):
            plain = grouped(plain_reader.read(data))
            if plain is not None:
                assert by_odkit(data, size) == plain
                assert by_odkit(data, size, lazy=True) == plain
            elif not any(word in data for word in (b"search", b"changetype", b"control")):
                assert by_odkit(data, size) is None

    @given(st.integers(0, 2**32), st.sampled_from([1, 3, 100, 1 << 18]))
    @effort(80)
    def test_mutations_of_an_export(self, seed: int, size: int) -> None:
        rng = random.Random(seed)
        data = bytearray((MART / "leftover" / "export.ldif").read_bytes()[30000:33000])
        for _ in range(rng.randrange(1, 5)):
            at = rng.randrange(len(data))
            match rng.randrange(4):
                case 0:
                    data[at] = rng.randrange(256)
                case 1:
                    del data[at : at + rng.randrange(1, 20)]
                case 2:
                    data[at:at] = rng.choice(LINES)
                case _:
                    data[at:at] = b"\n" * rng.randrange(1, 3)
        text = bytes(data)
        plain = grouped(plain_reader.read(text))
        if plain is not None:
            assert by_odkit(text, size) == plain


class TestWhatIsPassedOn:
    @given(
        together(
            lambda rng: (
                b"".join(some(rng, [*LINES, b"\n\ndn: cn=z\ncn: z\n\n", b"\n\ndn: cn=y\ncn: y"], 14)),
                rng.choice([1, 5, 64, 1 << 18]),
                {*some(rng, range(9), 8)},
            )
        )
    )
    @effort(250, TOGETHER)
    def test_entries_nobody_looked_at_are_written_like_all_others(self, cases: list[tuple[bytes, int, set[int]]]) -> None:
        for case in in_turn(cases):
            self.check(*case)

    @staticmethod
    def check(data: bytes, size: int, looked: set[int]) -> None:

        def records(*, lazy: bool) -> Iterator[ldif.Entry | ldif.ChangeRecord]:
            for number, record in enumerate(ldif.Reader(b"", strict=False, lazy=lazy).records(blocks(data, size))):
                if number in looked:
                    _ = record.attributes
                yield record

        out = io.BytesIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("odkit.ldif._write._RUN", size % 64)
            ldif.write(records(lazy=True), out)
        assert out.getvalue() == b"".join(ldif.format_record(record) for record in records(lazy=False))


_LINES = [
    b"cn: a",
    b"cn: b",
    b"CN: c",
    b"cn:: YQ==",
    b"cn:c",
    b"sn: a",
    b"sn: b\n  c",
    b"# cn: x",
    b"mail: \n a",
    b"# y\n cn: a",
    b"junk",
    b"sn:: !",
]
_VALUES = [b"a", b"b", b"c", b"\xff", b""]


def set_anew(rng: random.Random) -> list[tuple[str, list[bytes]]]:
    """Attributes, and values that they are given."""
    return [(name, some(rng, _VALUES, 4)) for name in some(rng, ["cn", "CN", "sn", "mail", "uid"], 8)]


Change = tuple[list[bytes], list[tuple[str, list[bytes]]], bytes, bool]


class TestChangedEntries:
    @given(together(lambda rng: (some(rng, _LINES, 9), set_anew(rng), rng.choice([b"\n", b"\r\n"]), rng.random() < 0.5)))
    @effort(300, TOGETHER)
    def test_what_was_changed_is_read_back_and_what_was_not_stays(self, cases: list[Change]) -> None:
        for change in in_turn(cases):
            self.check(*change)

    @staticmethod
    def check(lines: list[bytes], changes: list[tuple[str, list[bytes]]], end: bytes, final: bool) -> None:
        data = b"\n".join([b"dn: cn=a", *lines]).replace(b"\n", end) + (end if final else b"")
        [entry] = ldif.Reader(data, strict=False)
        assert isinstance(entry, ldif.Entry)
        before = {name.lower(): list(values) for name, values in entry.attributes.items()}
        for name, values in changes:
            entry.attributes[name] = values
        [again] = ldif.Reader(written := ldif.dump([entry]), strict=False)
        assert again.attributes == {name: values for name, values in entry.attributes.items() if values}
        touched = {name.lower() for name, values in entry.attributes.items() if before.get(name.lower(), []) != values}
        kept = [line.replace(b"\n", end) for line in lines if line.partition(b":")[0].decode().lower() not in touched]
        assert all(written.count(line) >= kept.count(line) for line in kept)


CHANGES = [b"changetype: modify", b"changetype: add", b"add: cn", b"-", b"control: 1.2 true", b"newrdn: a=b"]
NOISE = [b"dn: cn=b", b"dn: cn=c", b"cn: b", b"junk", b"", b"", b"# c", b" more", b"dn:: !!", b"changetype: add", b"cn:: *", b"dn"]


def noise(rng: random.Random) -> list[bytes]:
    """Lines between two entries, some of which are any bytes."""
    return [line if rng.random() < 0.6 else rng.randbytes(rng.randint(1, 12)).translate(None, b"\n\r\0") for line in some(rng, NOISE, 14)]


class TestNoOtherException:
    @given(st.binary(max_size=400))
    @effort(200)
    def test_any_bytes(self, data: bytes) -> None:
        for strict in (True, False):
            for lazy in (True, False):
                reader = ldif.Reader(io.BytesIO(data), strict=strict, lazy=lazy)
                try:
                    for record in reader:
                        record.attributes  # noqa: B018 - parsing is what is tested
                    reader.completeness()
                except InputError as error:
                    assert error.path == "<stream>"

    @given(together(lambda rng: b"\n".join(some(rng, [*LINES, *CHANGES], 20))))
    @effort(250, TOGETHER)
    def test_any_lines(self, cases: list[bytes]) -> None:
        for data in in_turn(cases):
            for strict in (True, False):
                try:
                    list(ldif.Reader(data, strict=strict))
                except InputError as error:
                    assert error.line is None or 1 <= error.line <= data.count(b"\n") + 1

    @given(together(lambda rng: (noise(rng), rng.random() < 0.5)))
    @effort(250, TOGETHER)
    def test_nothing_vanishes_when_not_strict(self, cases: list[tuple[list[bytes], bool]]) -> None:
        """Of every paragraph that says anything there is a record or a finding, within its lines."""
        for between, lazy in in_turn(cases):
            self.check(between, lazy=lazy)

    @staticmethod
    def check(noise: list[bytes], *, lazy: bool) -> None:
        lines = [b"dn: cn=a", b"cn: a", b"", *noise, b"", b"dn: cn=z", b"cn: z"]
        reader = ldif.Reader(b"\n".join(lines) + b"\n", strict=False, lazy=lazy)
        try:
            places = {record.line for record in reader}
        except InputError:
            return
        places |= {found.line or 0 for found in reader.findings}
        start = 0
        for end in [*(i for i, line in enumerate(lines) if not line), len(lines)]:
            paragraph = lines[start:end]
            first = next((i for i, line in enumerate(paragraph) if line[:1] not in {b"#", b" "}), None)
            spoken = first is not None or paragraph[:1] == [b" more"]
            if spoken and not all(re.match(rb"(?i)(version|search|result|ref|text|matcheddn|control|pagedresults):", x) for x in paragraph):
                assert places & set(range(start + 1, end + 1)), (lines, places)
            start = end + 1
