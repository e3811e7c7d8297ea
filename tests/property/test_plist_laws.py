"""Laws of property lists: every release of CoreFoundation accepts and refuses what odkit says that it does."""

# ruff: noqa: DTZ001 - plists hold naive UTC

from __future__ import annotations

import plistlib
from datetime import datetime
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from conftest import each_in_turn, effort
from odkit.plist import DEVIATIONS, RELEASES, Plist, PlistError, canonical, dumps, read
from property import plist_grammar as grammar

CONTENT = {
    "integer": ["0", "7", "007", " 7", "7 ", "+7", "- 7", "-0x1F", "0X1f", "0x", "0x1_F", "1_000", "\uff17", "1.0", "-", "9223372036854775808",
                "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "0xFFFFFFFFFFFFFFFF", "\u00a07", "\u30007", "\u202f7", "\u205f7", "-\u205f7", "&#55;", ""],
    "real": ["1", "1.5", "-1.5", "+.5", "5.", "1e5", "1E+5", " 1.5", "1.5 ", "nan", "NaN", "-nan", "+infinity", "inf ", "1e400", "1e", "1,5", "0x10", "1_0.5", "1&#46;5", ".", ""],
    "date": ["2010-06-01T12:00:00Z", "1-01-01T00:00:00Z", "0000-12-30T00:00:00Z", "-0001-01-01T00:00:00Z", "-06-01T00:00:00Z", "12010-06-01T12:00:00Z", "2010-6-01T12:00:00Z",
             "2010-06-01T12:00:00z", "2010-06-01Z", "2010-06-01T12Z", "2010-06-01T12:00:00", "2010-06-01T12:00:00Z ", "2010-06-31T24:60:60Z", "2010-13-00T00:00:00Z", "2010-02-30T00:00:00Z", ""],
    "data": ["AAEC", "A A\nE C", "", " ", "AAE", "AAECAA", "AAE=", "AA==", "AA= =", "AAEC=", "AAEC====", "====", "AA==AAEC", "!!!!", "-_-_", "AA!EC", "é", "&#65;AEC"],
    "string": ["", "a", " a ", "&lt;&amp;", "&nbsp;", "&", "&#65;", "&#x41;", "&#X41;", "&#x1F600;", "&#xD83D;&#xDE00;", "&#xD800;", "&#0;", "&#;", "&#x000000041;", "&#x110041;", "<![CDATA[<]]>",
               "<!-- c -->", "<?p?>", "]]>", "a\r\nb", "\x01", "\x00", "\ufffe", "é", "<b/>", "$null"],
    "true": ["", " ", "x", "<!-- c -->"], "key": ["", "a", "b", "<![CDATA[a]]>"],
}  # fmt: skip
BETWEEN = ["", "", "", "", " ", "\n\t", "<!-- a -->", "<!---->", "<!-- a -- b -->", "<?p?>", "x", "\u00a0", "&#32;", "<![CDATA[]]>", "<!x>"]
leaves = st.sampled_from([f"<{name}>{text}</{name}>" for name, texts in CONTENT.items() for text in texts if name != "key"]) | st.sampled_from(
    ["<true/>", "<false />", "<true></true >", "<true a='b'></true>", "<data/>", "<integer/>", "<string/>", "<dict/>", "<array/>", "<null/>", "<TRUE/>", "<key>k</key>", "<string a='>'>x</string>",
     "<plist><true/></plist>", "<plist/>", "<integer>1</real>", "<true/ >", "<string>x"]
)  # fmt: skip
between = st.sampled_from(BETWEEN)


def arrays(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(between, inner), max_size=3).map(lambda each: f"<array>{''.join(gap + item for gap, item in each)}</array>")


def dicts(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    key = st.sampled_from([f"<key>{text}</key>" for text in CONTENT["key"]] * 4 + ["", "<key/>", "<string>a</string>"])
    return st.lists(st.tuples(key, between, inner), max_size=3).map(lambda each: f"<dict>{''.join(map(''.join, each))}</dict>")


values = st.recursive(leaves, lambda inner: arrays(inner) | dicts(inner), max_leaves=4)
heads = st.sampled_from(
    ["", "", '<?xml version="1.0" encoding="UTF-8"?>\n', "\n ", "<!-- a -->", "<!---->", "<!----><!-- b -->", "<!DOCTYPE plist>", '<!DOCTYPE plist PUBLIC "a" "b">', "<!DOCTYPE plist []>", "x",
     "<!doctype plist>"]
)  # fmt: skip
tails = st.sampled_from(["", "\n", "x", "\x00", "<plist>", "<!-- b -->"])
documents = st.builds(
    lambda head, wrapped, value, tail: head + (f"<plist>{value}</plist>" if wrapped else value) + tail, heads, st.booleans(), values, tails
)


# releases that the grammar tells apart, each with those that read as it does
STARTS = ("10.3", "10.5", "10.7", "10.8", "10.11", "10.13", "12")
GENERATIONS = {
    first: [each for each in RELEASES if [s for s in STARTS if RELEASES.index(s) <= RELEASES.index(each)][-1] == first] for first in STARTS
}


def check(text: str) -> Plist | None:
    """Compare odkit's one reading with the grammar of every release."""
    refusing = set()
    newest: Any = None
    for first, alike in GENERATIONS.items():
        try:
            newest = grammar.Grammar(text, first).document()
        except grammar.Refused:
            refusing.update(alike)
    try:
        found = read(text.encode())
    except PlistError:
        # macOS 12 alone may read what stands behind an empty comment; no value is given then
        assert refusing == set(RELEASES) or ("<!---->" in text and refusing == set(RELEASES) - {"12"})
        return None
    assert found.refused == refusing
    odd = any(RELEASES[-1] in note.deviation.otherwise for note in found.notes) or RELEASES[-1] in refusing
    if not odd and not grammar.has_odd_date(newest):
        assert canonical(found.value) == canonical(grammar.meaning(newest))
    return found


@given(documents)
@effort(250)
def test_every_release_reads_what_odkit_says(text: str) -> None:
    check(text)


@given(documents, st.data())
@effort(100)
def test_every_release_reads_a_damaged_document_as_odkit_says(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    inserted = data.draw(st.sampled_from(["", "<", ">", "/", "&", ";", "-", " ", "x", "!", "?", "\x7f", '"']))
    damaged = text[:at] + inserted + text[at + data.draw(st.integers(0, 2)) :]
    assume(grammar.starts_as_xml(damaged))
    assume(
        "encoding=" not in damaged or '<?xml version="1.0" encoding="UTF-8"?>' in damaged
    )  # names of encodings are no part of the grammar
    check(damaged)


@each_in_turn(
    "code",
    [
        code
        for code, row in DEVIATIONS.items()
        if row.example.isascii() and row.example[:1] == b"<" and not code.startswith(("utf-", "encoding-"))
    ],
)
def test_every_row_of_the_table_is_what_the_grammar_says(code: str) -> None:
    found = check(DEVIATIONS[code].example.decode())
    assert found is None or found.refused == DEVIATIONS[code].refused


plain = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=5) | st.binary(max_size=70) | st.dates().map(lambda d: datetime(d.year, d.month, d.day)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab<&é", max_size=3), inner, max_size=3), max_leaves=8,
)  # fmt: skip


@given(plain)
@effort(60)
def test_what_is_written_is_read_again_and_has_the_layout_of_plistlib(value: Any) -> None:
    assert canonical(read(dumps(value)).value) == canonical(value)
    assert dumps(value) == plistlib.dumps(value, sort_keys=True)
