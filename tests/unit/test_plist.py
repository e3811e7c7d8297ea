"""The plist loader against what is broken and hostile: an error with its place, never a traceback, a hang, or memory without end."""

from __future__ import annotations

import base64
import plistlib
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

import odkit
from odkit import ldif
from odkit.plist import PlistError, load, read

GOOD = plistlib.dumps(
    {"mcx_application_data": {"com.apple.dock": {"Forced": [{"mcx_preference_settings": {"autohide": True, "x": [1, b"ab"]}}]}}}
)
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
CYCLE = bytes.fromhex("62706c6973743030a1000a08000000000000010100000000000000010000000000000000000000000000000a")


def wrapped(inner: bytes) -> bytes:
    return b"<plist><dict><key>a</key>" + inner + b"</dict></plist>"


def lol(levels: int) -> bytes:
    lines = [b'<!ENTITY a0 "lol">'] + [b'<!ENTITY a%d "&a%d;&a%d;">' % (i, i - 1, i - 1) for i in range(1, levels)]
    return HEAD + b"<!DOCTYPE plist [" + b"".join(lines) + b"]><plist><string>&a%d;</string></plist>" % (levels - 1)


def shared(levels: int) -> bytes:
    value: list[object] = ["x"]
    for _ in range(levels):
        value = [value] * 10
    return plistlib.dumps(value, fmt=plistlib.FMT_BINARY)


REFUSED = {
    "empty": b"", "blanks": b" \n\t ", "text": b"invalid plist", "NeXTSTEP": b"{ a = 1; }", "Latin-1": wrapped(b"<string>\xe9</string>"),
    "control character": wrapped(b"<string>\x01</string>"), "NUL behind": GOOD + b"\0", "text behind": GOOD + b"x", "bare ampersand": wrapped(b"<string>&</string>"),
    "reference to a control character": wrapped(b"<string>&#1;</string>"), "version without =": b'<plist version "1.0"><dict/></plist>',
    "entity": HEAD + b'<!DOCTYPE plist [<!ENTITY x "y">]><plist><string>&x;</string></plist>',
    "entity of a file": HEAD + b'<!DOCTYPE plist [<!ENTITY x SYSTEM "file:///etc/passwd">]><plist><string>&x;</string></plist>',
    "laughs": lol(30), "undeclared entity": wrapped(b"<string>&x;</string>"), "date of Ruby": wrapped(b"<date>2014-07-22 12:07:52 -0400</date>"),
    "date without Z": wrapped(b"<date>2014-07-22T12:07:52</date>"), "empty date": wrapped(b"<date></date>"), "year 0": wrapped(b"<date>0000-01-01T00:00:00Z</date>"),
    "month 13": wrapped(b"<date>2014-13-22T12:07:52Z</date>"), "empty integer": wrapped(b"<integer></integer>"), "integer of words": wrapped(b"<integer>one</integer>"),
    "integer of 5,000 digits": wrapped(b"<integer>" + b"9" * 5000 + b"</integer>"), "real of words": wrapped(b"<real>one</real>"), "no root": b"<plist></plist>",
    "cycle": CYCLE, "10^30 leaves": shared(30), "deep": b"<plist>" + b"<array>" * 5000 + b"</array>" * 5000 + b"</plist>",
    "very deep": b"<plist>" + b"<array>" * 200_000 + b"</array>" * 200_000 + b"</plist>", "wide": b"<plist><array>" + b"<true/>" * 300_000 + b"</array></plist>",
    "comment of 4 MiB": HEAD + b"<!--" + b"x" * (4 << 20) + b"--><plist><dict/></plist>", "tag of 4 MiB": b"<plist><" + b"x" * (4 << 20) + b"/></plist>",
    "attribute of 4 MiB": b'<plist version="' + b"x" * (4 << 20) + b'"><dict/></plist>', "17 MiB": wrapped(b"<string>" + b"x" * (17 << 20) + b"</string>"),
    "1,000 documents": b"<plist><dict/></plist>\n" * 1000, "unknown encoding": b'<?xml version="1.0" encoding="x-y"?><plist><dict/></plist>',
    "binary, cut": plistlib.dumps({"a": 1}, fmt=plistlib.FMT_BINARY)[:-5], "binary, trailer of nonsense": b"bplist00" + b"\xff" * 32, "only a binary head": b"bplist00",
    "binary that claims 8 GiB": b"bplist00\x4f\x13\x00\x00\x00\x02\x00\x00\x00\x00" + b"\x08" + b"\0" * 6 + b"\x01\x01" + b"\0" * 7 + b"\x01" + b"\0" * 15 + b"\x12",
    "unclosed string": b"<plist><string>x", "wrong nesting": b"<plist><dict><key>a</dict></key></plist>", "escaped nonsense": b"&lt;plist&gt;", "UTF-16 without a mark": GOOD.decode().encode("utf-16-le"),
}  # fmt: skip
REFUSED |= {f"cut at {at}": GOOD[:at] for at in range(1, len(GOOD) - 8, 9)}
REFUSED |= {f"a hole at {at}": GOOD[:at] + GOOD[at + 1 :] for at in range(len(GOOD) - 70, len(GOOD) - 2, 5) if GOOD[at] not in b"\n\t"}

NOTED = {
    "white space in front": (b"\n  " + GOOD, ["white space in front of it"]),
    "two documents": (GOOD + b"\n" + GOOD, ["2 documents in one value"]),
    "HTML-escaped": (b"&lt;plist&gt;&lt;dict/&gt;&lt;/plist&gt;", ["an HTML-escaped document"]),
    "key twice": (
        b"<plist><dict><key>a</key><true/><key>a</key><false/></dict></plist>",
        ["the key a stands twice; the last one counts (line 1, column 39)"],
    ),
    "stray value": (b"<plist><array/>\n<true/></plist>", []),
    "text in a dict": (b"<plist><dict>x</dict></plist>", ["text inside <dict> (line 1, column 15)"]),
    "unknown element": (b"<plist><dict><null/></dict></plist>", ["an unknown element <null> (line 1, column 14)"]),
    "binary": (plistlib.dumps({"a": 1}, fmt=plistlib.FMT_BINARY), ["a binary property list, which an LDAP directory does not hold"]),
}


def test_there_are_a_hundred() -> None:
    assert len(REFUSED) >= 100


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    start = time.process_time()
    with pytest.raises(PlistError) as error:
        load(REFUSED[name])
    assert time.process_time() - start < 2  # not a measurement: what these are made for takes minutes, or never ends
    assert len(str(error.value)) < 250


@pytest.mark.parametrize("name", NOTED)
def test_read_and_noted(name: str) -> None:
    data, notes = NOTED[name]
    found = read(data)
    assert list(found.notes) == notes
    assert found.raw == data


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


def test_memory_is_bounded() -> None:
    """All of them in a process that may have 512 MiB."""
    code = (
        "import base64, sys\nfrom odkit.plist import PlistError, load\n"
        "for line in sys.stdin:\n    try: load(base64.b64decode(line))\n    except PlistError: print('refused')\n"
    )
    text = b"".join(base64.b64encode(data) + b"\n" for data in REFUSED.values())
    limit = 512 << 20
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=text,
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert done.stdout.count(b"refused") == len(REFUSED), done.stderr[-500:]


class TestWhatReviewFound:
    def test_two_short_comments_far_apart(self) -> None:
        data = b"<plist><dict><!-- a --><key>a</key><string>" + b"x" * 70_000 + b"</string><!-- b --></dict></plist>"
        assert len(load(data)["a"]) == 70_000

    @pytest.mark.parametrize("data", [b"<!--" * 65_000, (b"<" * 65_000 + b">") * 16, b"<plist>" + b"<![CDATA[" * 65_000])
    def test_markup_without_end_is_refused_in_time(self, data: bytes) -> None:
        start = time.process_time()
        with pytest.raises(PlistError):
            load(data)
        assert time.process_time() - start < 2  # quadratic would take minutes

    @pytest.mark.parametrize("kind", [b"integer", b"real"])
    def test_a_value_never_stands_in_the_message(self, kind: bytes) -> None:
        with pytest.raises(PlistError) as error:
            load(wrapped(b"<" + kind + b">hunter2</" + kind + b">"))
        assert "hunter2" not in str(error.value)

    def test_a_number_that_nobody_can_print(self) -> None:
        with pytest.raises(PlistError, match="more than 128 bits"):
            load(wrapped(b"<integer>0x1" + b"0" * 5000 + b"</integer>"))
