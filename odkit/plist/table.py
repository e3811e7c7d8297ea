"""The deviations that the readers know, each with the releases of Mac OS X that it concerns.

Source: Apple's CoreFoundation, ``CFPropertyList.c``, ``CFOldStylePList.c``, ``CFBinaryPList.c`` and ``CFStringScanner.c`` of CF-299
(10.3), CF-368 (10.4), CF-476 (10.5), CF-550 (10.6), CF-635 (10.7), CF-744 to CF-1153 (10.8 to 10.10), and of swift-corelibs-foundation
for later releases.  A value that CoreFoundation refuses is lost as a whole: programs get nothing of the document.  ``docs/plists.md``
is made from this table.
"""

from __future__ import annotations

from odkit.plist.deviations import EVERY, Confidence, Deviation, span
from odkit.releases import LEOPARD, LION, PANTHER, SNOW_LEOPARD, TIGER

__all__ = ["DEVIATIONS"]


def _in(inner: bytes) -> bytes:
    return b"<plist><array>" + inner + b"</array></plist>"


_OLD = span(PANTHER, TIGER)  # character arrays of 16 bits, integers of 64
_WIDE = span(PANTHER, "10.10")  # releases that keep a character reference in 16 bits
_LOW, _MEDIUM = Confidence.LOW, Confidence.MEDIUM

_ROWS = (
    # the frame
    Deviation("space-in-front", "white space in front of it", b"\n<plist><true/></plist>"),
    Deviation("text-behind", "text behind the end of the document, which Macs do not look at", b"<plist><true/></plist> x"),
    Deviation(
        "second-document", "a second document, which Macs do not look at", b"<plist><true/></plist>\n<plist><false/></plist>", warns=True
    ),
    Deviation("html-escaped", "an HTML-escaped document", b"&lt;plist&gt;&lt;true/&gt;&lt;/plist&gt;", EVERY),
    Deviation("old-style", "old-style text, whose values all are strings or data", b"{ a = 1; }"),
    Deviation("no-root", "it has no root element", b"<plist></plist>", EVERY),
    Deviation("two-objects", "a second value in <plist>", b"<plist><true/><false/></plist>", EVERY),
    Deviation("stray-text", "text between elements", _in(b"x"), EVERY),
    Deviation("unknown-element", "an unknown element", _in(b"<null/>"), EVERY),
    Deviation("inner-plist", "a <plist> inside another element", _in(b"<plist><true/></plist>")),
    Deviation("end-tag", "an end tag is missing, or another element's", b"<plist><array></dict></plist>", EVERY),
    Deviation("markup", "markup that has no end, or a declaration where none may be", _in(b"<!x>"), EVERY),
    Deviation("tag-quote", "a > in quotes, which ends the tag", _in(b'<string a=">">x</string>'), warns=True),
    Deviation(
        "doctype-subset",
        "a document type with [, the start of entities",
        b'<!DOCTYPE plist [<!ENTITY a "b">]><plist><true/></plist>',
        EVERY,
    ),
    Deviation(
        "empty-comment",
        "an empty comment in front of the root",
        b"<!----><plist><true/></plist>",
        span("12"),
        confidence=_MEDIUM,
    ),
    Deviation(
        "empty-comment-other",
        "an empty comment in front of the root, which macOS 12 takes to run on to the next end of a comment",
        b"<!----><plist><!-- a --><array/></plist>",
        otherwise=span("12"),
        confidence=_MEDIUM,
    ),
    Deviation("comment-dashes", "a comment with -- inside", b"<!-- a -- b --><plist><true/></plist>"),
    # encodings
    Deviation("utf-16", "UTF-16, which an LDAP directory does not hold", "<plist><true/></plist>".encode("utf-16"), warns=True),
    Deviation(
        "utf-16-without-mark",
        "UTF-16 without a byte order mark",
        "<plist><true/></plist>".encode("utf-16-le"),
        span("10.8"),
        confidence=_MEDIUM,
    ),
    Deviation("utf-32", "UTF-32", "<plist><true/></plist>".encode("utf-32"), span(PANTHER, LION)),
    Deviation(
        "encoding-unknown",
        "the encoding is unknown:",
        b'<?xml version="1.0" encoding="x-y"?><plist><true/></plist>',
        EVERY,
        confidence=_MEDIUM,
    ),
    Deviation(
        "encoding-utf8",
        "the encoding is written utf8, without a hyphen",
        b'<?xml version="1.0" encoding="utf8"?><plist><true/></plist>',
        span(PANTHER, LION),
        confidence=_LOW,
    ),
    Deviation("bytes-in-text", "bytes that are not of its encoding", _in(b"<string>\xe9</string>"), EVERY, confidence=_MEDIUM),
    Deviation("bytes-elsewhere", "bytes that are not UTF-8 outside of texts", b"<!-- \xe9 --><plist><true/></plist>", span(PANTHER, LION)),
    # dictionaries
    Deviation(
        "key-twice",
        "a key is there twice, and the last one counts:",
        b"<plist><dict><key>a</key><true/><key>a</key><false/></dict></plist>",
        warns=True,
    ),
    Deviation("key-without-value", "a key without a value", b"<plist><dict><key>a</key></dict></plist>", EVERY),
    Deviation("value-without-key", "a value without a key", b"<plist><dict><true/></dict></plist>", EVERY),
    Deviation("key-as-value", "a <key> where a value belongs, read as a string", _in(b"<key>a</key>")),
    Deviation(
        "uid",
        "a dictionary of CF$UID and a number alone, which Macs read as a reference of an archive",
        b"<plist><dict><key>CF$UID</key><integer>1</integer></dict></plist>",
        otherwise=EVERY,
    ),
    # texts
    Deviation(
        "text-markup",
        "an element, comment or instruction inside a text or number",
        _in(b"<string>a<!-- b -->c</string>"),
        EVERY,
    ),
    Deviation("entity", "an & that is no entity of XML", _in(b"<string>&nbsp;</string>"), EVERY),
    Deviation("control-character", "a control character", _in(b"<string>\x01</string>")),
    Deviation("cdata-end", "]]> in a text", _in(b"<string>]]></string>")),
    Deviation("carriage-return", "a carriage return in a text, which Macs keep", _in(b"<string>a\r\nb</string>")),
    Deviation("reference-above-ffff", "a character reference above FFFF", _in(b"<string>&#x1F600;</string>"), otherwise=_WIDE),
    Deviation(
        "reference-surrogate",
        "a character reference to half a surrogate pair",
        _in(b"<string>&#xD83D;&#xDE00;</string>"),
        span("10.11"),
        span("10.8", "10.10"),
        confidence=_MEDIUM,
    ),
    Deviation("reference-too-large", "a character reference above 10FFFF", _in(b"<string>&#x110041;</string>"), span("10.11"), _WIDE),
    Deviation(
        "reference-long",
        "a character reference of more than eight digits",
        _in(b"<string>&#x000000041;</string>"),
        span("10.11"),
    ),
    # numbers
    Deviation("integer-malformed", "an integer that Apple does not read", _in(b"<integer>one</integer>"), EVERY),
    Deviation("integer-blank-behind", "a blank behind an integer", _in(b"<integer>7 </integer>"), EVERY),
    Deviation("integer-underscore", "an underscore in an integer", _in(b"<integer>1_000</integer>"), EVERY),
    Deviation("integer-digits", "digits in an integer that are not ASCII", _in("<integer>\uff17</integer>".encode()), EVERY),
    Deviation("integer-sign", "an integer with a sign before a blank or before 0x", _in(b"<integer>-0x1F</integer>")),
    Deviation(
        "integer-blank",
        "a blank other than of ASCII before an integer",
        _in("<integer>\u00a07</integer>".encode()),
        span("10.8"),
    ),
    Deviation(
        "integer-late-blank",
        "a blank U+205F before an integer",
        _in("<integer>\u205f7</integer>".encode()),
        span(PANTHER, LION),
        confidence=_MEDIUM,
    ),
    Deviation("integer-64-bit", "an integer above 2^63-1", _in(b"<integer>9223372036854775808</integer>"), _OLD),
    Deviation(
        "integer-too-large",
        "an integer beyond -2^63 to 2^64-1",
        _in(b"<integer>18446744073709551616</integer>"),
        EVERY,
        confidence=_MEDIUM,
    ),
    Deviation("real-malformed", "a real that Apple does not read", _in(b"<real>one</real>"), EVERY),
    Deviation("real-blank-behind", "a blank behind a real", _in(b"<real>1.5 </real>"), EVERY),
    Deviation("real-underscore", "an underscore in a real", _in(b"<real>1_0.5</real>"), EVERY),
    Deviation("real-digits", "digits in a real that are not ASCII", _in("<real>\uff17</real>".encode()), EVERY),
    Deviation("real-nan", "nan with a sign, or nan or inf with blanks", _in(b"<real>-nan</real>"), EVERY),
    # dates
    Deviation("date-malformed", "a date that is not YYYY-MM-DDTHH:MM:SSZ", _in(b"<date>2010-06-01</date>"), EVERY),
    Deviation("date-parts", "a date without its last parts", _in(b"<date>2010-06-01T12Z</date>"), EVERY),
    Deviation("date-text-behind", "text behind the Z of a date", _in(b"<date>2010-06-01T12:00:00Z </date>"), EVERY),
    Deviation("date-year", "a date whose year is 0 or has not four digits", _in(b"<date>0000-12-30T00:00:00Z</date>")),
    Deviation("date-year-negative", "a date with a negative year", _in(b"<date>-0001-01-01T00:00:00Z</date>"), span(PANTHER, SNOW_LEOPARD)),
    Deviation("date-year-missing", "a date without a year", _in(b"<date>-06-01T00:00:00Z</date>"), span(LION)),
    Deviation(
        "date-year-large",
        "a date whose year has more than 31 bits",
        _in(b"<date>99999999999-01-01T00:00:00Z</date>"),
        otherwise=EVERY,
        confidence=_LOW,
    ),
    Deviation("date-rolls", "a day or time beyond its range, which is added up", _in(b"<date>2010-06-31T24:00:60Z</date>")),
    Deviation("date-month", "a month other than 01 to 12", _in(b"<date>2010-13-01T00:00:00Z</date>"), otherwise=EVERY),
    # data
    Deviation("data-tag", "<data/>, which must be <data></data>", _in(b"<data/>"), EVERY),
    Deviation("data-incomplete", "base64 without its last characters, which are lost", _in(b"<data>AAECAA</data>"), warns=True),
    Deviation("data-joined", "base64 that goes on behind its padding", _in(b"<data>AA==AAEC</data>"), warns=True),
    Deviation("data-ignored", "characters in base64 that are passed over", _in(b"<data>AA!EC</data>")),
    Deviation("data-reference", "a character reference in base64, which is not resolved", _in(b"<data>&#65;AEC</data>"), warns=True),
    Deviation(
        "data-bytes",
        "bytes in base64 that are not ASCII",
        _in("<data>\xe9</data>".encode()),
        span("10.13"),
        span(PANTHER, "10.12"),
    ),
    # booleans
    Deviation("boolean-pair", "<true></true> or <false></false> instead of <true/> or <false/>", _in(b"<true></true>"), _OLD),
    Deviation("boolean-content", "something inside <true> or <false>", _in(b"<true>x</true>"), EVERY),
    # the binary form
    Deviation(
        "binary",
        "a binary property list, which an LDAP directory does not hold",
        b"bplist00\x09\x08" + bytes(6) + b"\x01\x01" + bytes(7) + b"\x01" + bytes(15) + b"\x09",
        warns=True,
    ),
    Deviation("binary-damaged", "a binary property list that is damaged", b"bplist00", EVERY),
    Deviation("binary-header", "a binary property list of another version", b"", _OLD),
    Deviation("binary-header-late", "a binary property list of an unknown version", b"", span(PANTHER, LEOPARD)),
    Deviation("binary-trailer", "unused bytes of its trailer are not zero", b"", span(LEOPARD, LEOPARD)),
    Deviation("binary-length", "bytes between its table and its trailer", b"", span(LEOPARD)),
    Deviation("binary-null", "a null, which is no value of a property list", b"", otherwise=_OLD, warns=True),
    Deviation("binary-integer", "an integer of 16 bytes, of which Macs read the last eight", b"", otherwise=_OLD),
    Deviation("binary-key-twice", "a key is there twice, and the first one counts:", b"", otherwise=span(PANTHER, LEOPARD)),
    Deviation("binary-surrogate", "half a surrogate pair in a text", b"", otherwise=EVERY),
    Deviation("binary-type", "an object that odkit does not read: a set, a URL, a key that is no text", b"", EVERY, confidence=_LOW),
)

DEVIATIONS = {row.code: row for row in _ROWS}
