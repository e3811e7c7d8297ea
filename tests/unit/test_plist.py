"""The plist loader against what is broken or beyond its limits: an error with its place, never another exception.

Limits are lowered to trip them with small inputs, which harm nobody.
"""

# ruff: noqa: DTZ001 - plists hold naive UTC

from __future__ import annotations

import plistlib
import struct
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import odkit
from conftest import each_in_turn, in_turn
from odkit import ldif
from odkit.plist import DEVIATIONS, EVERY, RELEASES, Date, PlistError, canonical, dumps, load, read, releases_text

GOOD = plistlib.dumps(
    {"mcx_application_data": {"com.apple.dock": {"Forced": [{"mcx_preference_settings": {"autohide": True, "x": [1, b"ab"]}}]}}}
)
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def wrapped(inner: bytes) -> bytes:
    return b"<plist><dict><key>a</key>" + inner + b"</dict></plist>"


def binary(*objects: bytes, version: bytes = b"00", trailer: bytes = bytes(6), between: bytes = b"", top: int = 0) -> bytes:
    """A binary property list of some objects, the first one on top."""
    body, offsets = b"bplist" + version, []
    for each in objects:
        offsets.append(len(body))
        body += each
    return body + bytes(offsets) + between + trailer + b"\x01\x01" + struct.pack(">QQQ", len(objects), top, len(body))


REFUSED = {
    "empty": b"", "blanks": b" \n\t ", "text": b"invalid plist", "Latin-1": wrapped(b"<string>\xe9</string>"), "bare ampersand": wrapped(b"<string>&</string>"),
    "no plist": b"<plist/>", "version without =, and nothing else": b'<plist version "1.0">', "undeclared entity": wrapped(b"<string>&x;</string>"),
    "entity": HEAD + b'<!DOCTYPE plist [<!ENTITY x "y">]><plist><string>&x;</string></plist>', "date of Ruby": wrapped(b"<date>2014-07-22 12:07:52 -0400</date>"),
    "date without Z": wrapped(b"<date>2014-07-22T12:07:52</date>"), "empty date": wrapped(b"<date></date>"), "empty integer": wrapped(b"<integer></integer>"),
    "integer of words": wrapped(b"<integer>one</integer>"), "integer of 70 digits": wrapped(b"<integer>" + b"9" * 70 + b"</integer>"), "real of words": wrapped(b"<real>one</real>"),
    "unknown encoding": b'<?xml version="1.0" encoding="x-y"?><plist><dict/></plist>', "encoding that Python knows": b'<?xml version="1.0" encoding="rot13"?><cyvfg/>',
    "bytes that are not of the encoding": b'<?xml version="1.0" encoding="us-ascii"?><plist><string>\xe9</string></plist>',
    "unclosed string": b"<plist><string>x", "wrong nesting": b"<plist><dict><key>a</dict></key></plist>", "escaped nonsense": b"&lt;plist&gt;", "comment without end": b"<!-- <plist/>",
    "instruction without end": b"<?xml <plist/>", "CDATA without end": b"<plist><string><![CDATA[x</string></plist>", "document type without end": b"<!DOCTYPE plist", "only <": b"<",
    "old-style without end": b"{ a = 1;", "old-style without ;": b"{ a = 1 }", "old-style quote without end": b'{ a = "1; }', "old-style junk behind": b"( a ) b", "odd hex": b"{ a = <abc>; }",
    "binary, cut": plistlib.dumps({"a": 1}, fmt=plistlib.FMT_BINARY)[:-5], "binary, trailer of nonsense": b"bplist00" + b"\xff" * 32, "only a binary head": b"bplist00",
    "binary, offset outside": binary(b"\x09")[:9] + b"\x70" + binary(b"\x09")[10:], "binary, a reference outside": binary(b"\xa1\x07"), "binary, bytes outside": binary(b"\x4e\x00"),
    "binary, fill": binary(b"\x0f"), "binary, key of a number": binary(b"\xd1\x01\x02", b"\x10\x01", b"\x09"), "binary, set": binary(b"\xc1\x01", b"\x09"),
    "binary, integer of 32 bytes": binary(b"\x15" + bytes(32)), "binary, text that is not ASCII": binary(b"\x51\xe9"), "binary, date that is not a number": binary(b"\x33\x7f\xf8" + bytes(6)),
    "binary, unknown version": binary(b"\x09", version=b"10"),
}  # fmt: skip
REFUSED |= {f"table: {code}": row.example for code, row in DEVIATIONS.items() if row.refused >= EVERY and row.example}
REFUSED |= {f"cut at {at}": GOOD[:at] for at in range(1, len(GOOD) - 9, 9)}
REFUSED |= {f"a hole at {at}": GOOD[:at] + GOOD[at + 1 :] for at in range(len(GOOD) - 70, len(GOOD) - 2, 5) if GOOD[at] not in b"\n\t"}


def test_there_are_a_hundred() -> None:
    assert len(REFUSED) >= 100


def test_refused() -> None:
    for name in in_turn(REFUSED):
        with pytest.raises(PlistError) as error:
            load(REFUSED[name])
        assert len(str(error.value)) < 250
        assert str(error.value).isprintable()


@each_in_turn("code", [code for code, row in DEVIATIONS.items() if row.example])
def test_every_row_of_the_table_is_noted_with_its_releases(code: str) -> None:
    row = DEVIATIONS[code]
    if row.refused >= EVERY:
        with pytest.raises(PlistError) as error:
            read(row.example)
        assert row.what in str(error.value)
        assert "no release of Mac OS X reads the value" in str(error.value)
        return
    found = read(row.example)
    assert code in [note.deviation.code for note in found.notes]
    assert found.refused == row.refused
    said = next(str(note) for note in found.notes if note.deviation.code == code)
    assert (not row.refused) or f"{releases_text(row.refused)} refuse the whole value" in said
    assert (row.confidence == "high") or "confidence" in said or row.harmless


def test_every_row_has_an_example_or_is_binary() -> None:
    assert all(row.example or row.code.startswith("binary-") for row in DEVIATIONS.values())


@each_in_turn(
    "text, value",
    [
        (b"<date>0000-12-30T00:00:00Z</date>", Date(0, 12, 30)), (b"<date>1-01-01T00:00:00Z</date>", datetime(1, 1, 1)), (b"<date>-0044-03-15T12:00:00Z</date>", Date(-44, 3, 15, 12)),
        (b"<date>12010-06-01T00:00:00Z</date>", Date(12010, 6, 1)), (b"<date>2010-02-30T00:00:00Z</date>", datetime(2010, 3, 2)), (b"<date>2010-12-31T23:59:60Z</date>", datetime(2011, 1, 1)),
        (b"<date>2010-06-00T00:00:00Z</date>", datetime(2010, 5, 31)), (b"<date>9999-12-31T24:00:00Z</date>", Date(10000, 1, 1)), (b"<date>0001-01-00T00:00:00Z</date>", Date(0, 12, 31)),
        (b"<integer>-0x1F</integer>", -31), (b"<integer>- 7</integer>", -7), (b"<integer>007</integer>", 7), (b"<integer>18446744073709551615</integer>", (1 << 64) - 1),
        (b"<data>AAECAA</data>", b"\0\1\2"), (b"<data>AA==AAEC</data>", b"\0\0\1\2"), (b"<data>AAEC====</data>", b"\0\1\2\0"), (b"<data>!!!!</data>", b""), (b"<data>AA!EC</data>", b"\0\1\2"),
        (b"<string>a\r\nb</string>", "a\r\nb"), (b"<string>&#x1F600;</string>", "\U0001f600"), (b"<string>&#xD83D;&#xDE00;</string>", "\U0001f600"), (b"<string>&#xD83D;</string>", "\ufffd"),
        (b"<string>a<![CDATA[<&]]>b</string>", "a<&b"), (b"<key>k</key>", "k"), (b"<true></true >", True), (b"<real> 1.5</real>", 1.5), (b"<dict><key>a</key><string>1</string></dict>", {"a": "1"}),
    ],
)  # fmt: skip
def test_values_are_those_of_a_mac(text: bytes, value: Any) -> None:
    assert canonical(load(b"<plist>" + text + b"</plist>")) == canonical(value)


def test_what_stands_behind_the_root_is_not_looked_at() -> None:
    two = GOOD + b"\n" + GOOD
    assert (len(read(two).more), [n.deviation.code for n in read(two).notes]) == (1, ["second-document"])
    with pytest.raises(PlistError, match="2 documents in one value"):
        load(two)
    for behind in (b"x", b"\0", b"<array>", b"&"):
        assert canonical(load(GOOD + behind)) == canonical(load(GOOD))
    assert read(GOOD + b"<plist><dict>").more == ()


def test_old_style_text_is_a_property_list() -> None:
    text = b'/* c */ { a = 1; "b c" = ( x, "y\\n", <0a 0B>, ); d; }  // end'
    assert load(text) == {"a": "1", "b c": ["x", "y\n", b"\n\x0b"], "d": "d"}
    assert load(b"a = b; c;") == {"a": "b", "c": "c"}
    assert load(b"word") == "word"
    assert load(b"<0a>") == b"\n"
    assert load(b'"\\101\\U00e9\\q"') == "A\xe9q"


class TestBinary:
    def codes(self, data: bytes) -> list[str]:
        return [note.deviation.code for note in read(data).notes if note.deviation.code != "binary"]

    def test_a_null_is_not_the_text_none(self) -> None:
        data = binary(b"\xa2\x01\x02", b"\x00", b"\x54None")
        assert load(data) == [None, "None"]
        assert len({canonical(each) for each in load(data)}) == 2
        assert self.codes(data) == ["binary-null"]
        with pytest.raises(TypeError):
            dumps(load(data))

    def test_what_releases_read_otherwise_is_said(self) -> None:
        assert self.codes(binary(b"\x09", version=b"01")) == ["binary-header"]
        assert self.codes(binary(b"\x09", version=b"0A")) == ["binary-header-late"]
        assert read(binary(b"\x09", version=b"0A")).refused == frozenset({"10.3", "10.4", "10.5"})
        assert read(binary(b"\x09", trailer=b"\x01" + bytes(5))).refused == frozenset({"10.5"})
        assert read(binary(b"\x09", between=b"\0")).refused == frozenset(RELEASES[2:])
        assert self.codes(binary(b"\xd2\x01\x01\x02\x03", b"\x51a", b"\x09", b"\x08")) == ["binary-key-twice"]
        assert load(binary(b"\xd2\x01\x01\x02\x03", b"\x51a", b"\x09", b"\x08")) == {"a": True}
        assert load(binary(b"\x14" + b"\xff" * 16)) == (1 << 64) - 1
        assert self.codes(binary(b"\x61\xd8\x00")) == ["binary-surrogate"]
        assert load(binary(b"\x80\x07")) == {"CF$UID": 7}

    def test_types_and_dates(self) -> None:
        value = {
            "a": [1, -1, True, 1.5, b"x", "\xe9", 1 << 40, (1 << 64) - 1, datetime(2010, 6, 1, 12)],
            "long": list(range(20)),
            "t": "x" * 300,
        }
        data = plistlib.dumps(value, fmt=plistlib.FMT_BINARY)
        assert canonical(load(data)) == canonical(value)
        distant_past = binary(b"\x33" + struct.pack(">d", -63114076800.0))
        assert load(distant_past) == Date(0, 12, 30)

    @given(st.binary(max_size=60), st.integers(0, 300))
    def test_any_damage(self, noise: bytes, at: int) -> None:
        data = plistlib.dumps({"a": [1, 2.5, "x", b"y"], "b": {"c": datetime(2010, 6, 1)}}, fmt=plistlib.FMT_BINARY)
        for damaged in (data[: at % len(data)] + noise + data[at % len(data) + len(noise) :], b"bplist00" + noise):
            try:
                read(damaged)
            except PlistError as error:
                assert str(error).isprintable()


class TestLimits:
    """Each guard, with its limit lowered."""

    def test_depth(self) -> None:
        three = b"<array>" * 3 + b"</array>" * 3
        assert read(three, max_depth=2).value == [[[]]]
        for data in (three, b"<plist>" + three + b"</plist>", b"(((a)))", plistlib.dumps([[[]]], fmt=plistlib.FMT_BINARY)):
            with pytest.raises(PlistError, match="nested more than 1 deep"):
                read(data, max_depth=1)

    def test_number_of_values(self) -> None:
        shared: list[Any] = [["x", "y"]] * 3
        for data in (
            dumps(shared),
            plistlib.dumps(shared, fmt=plistlib.FMT_BINARY),
            b"((x, y), (x, y), (x, y))",
            dumps({"a": {"b": 1}, "c": {"d": 1, "e": 2}}),
        ):
            assert read(data, max_nodes=30).value
            with pytest.raises(PlistError, match="too many values"):
                read(data, max_nodes=6)

    def test_size(self) -> None:
        with pytest.raises(PlistError, match="larger than 10 bytes"):
            read(GOOD, max_size=10)

    def test_documents(self) -> None:
        with pytest.raises(PlistError, match="more than 100 documents"):
            read(b"<plist><dict/></plist>\n" * 101)

    def test_entities_are_never_declared(self) -> None:
        for subset in (b"[]", b'[<!ENTITY a "b">]', b'[<!ENTITY a SYSTEM "b">]', b'PUBLIC "[" "b"'):
            with pytest.raises(PlistError, match="the start of entities"):
                read(b"<!DOCTYPE plist " + subset + b"><plist><string>a</string></plist>")

    def test_notes_are_few_and_of_every_kind(self) -> None:
        found = read(b"<plist><array>" + b"<key>a</key>" * 50 + b"<string>\x01</string></array></plist>")
        assert len(found.notes) == 21
        assert found.notes[-1].deviation.code == "control-character"


def test_each_is_a_finding_with_its_place(tmp_path: Path) -> None:
    for index, (name, data) in enumerate(REFUSED.items()):
        entries = [ldif.Entry("cn=users,dc=x", {"cn": [b"users"]})]
        entries.append(ldif.Entry("uid=ann,cn=users,dc=x", {"uid": [b"ann"], "apple-mcxflags": [GOOD], "apple-mcxsettings": [GOOD, data]}))
        path = tmp_path / f"{index}.ldif"
        path.write_bytes(ldif.dump(entries))
        report = odkit.verify_mcx(odkit.open(path))
        found = [f for f in report.findings if f.code == "OD401"]
        assert len(found) == 1, name
        assert found[0].message.startswith("user ann, value 2: "), name
        line = path.read_bytes().split(b"\n")[(found[0].line or 0) - 1]
        assert line.startswith(b"apple-mcxsettings"), name
        path.unlink()


@pytest.mark.parametrize("kind", [b"integer", b"real", b"date", b"data"])
def test_a_value_never_stands_in_the_message(kind: bytes) -> None:
    try:
        read(wrapped(b"<" + kind + b">hunter2?</" + kind + b">"))
    except PlistError as error:
        assert "hunter2" not in str(error)


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    for start in (b"", b"bplist00", b"<plist>", b'<?xml version="1.0"?><plist><dict>', b"{"):
        try:
            read(start + data)
        except PlistError as error:
            assert str(error).isprintable()
