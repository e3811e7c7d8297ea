"""Strategies for what stands in an export."""

from __future__ import annotations

from hypothesis import strategies as st

NASTY = [
    b"", b" ", b"  lead", b"trail ", b":", b"<", b"<file:///etc/passwd", b"#", b"\t", b"caf\xc3\xa9", b"\xff\xfe", b"a\nb", b"a\r\nb", b"a\rb",
    b"\0", b"dn: cn=x", b"version: 1", b"-", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\x1b[31m", b"a" * 200, b"\xc2\x85",
]  # fmt: skip
values = st.one_of(st.sampled_from(NASTY), st.binary(max_size=120), st.text(max_size=40).map(str.encode))
names = st.sampled_from(
    ["cn", "CN", "sn", "description", "apple-generateduid", "userCertificate;binary", "2.5.4.3", "x_y", "authAuthority"]
)
dn_values = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
attributes = st.dictionaries(names, st.lists(values, min_size=1, max_size=3), max_size=5)

# names of principals and hosts that shells, kadmin and dscl could take for something else
HOSTILE = [
    b"a b", b"a'b", b'a"b', b"$(touch x)", b"`id`", b"a\nb", b"a\0b", b"a/b", b"a@b", b"a\\b", b"*", b"?", b"[a]", b"-force", b"--", b"~",
    b"a;b", b"a&b", b"a|b", b"%s", b"%41", b"%", b"\xff", b"caf\xc3\xa9", b"\xe2\x80\xae", b"#x", b"!echo", b"\x1b[2J", b"\x03", b"\x15", b"a\tb",
    b"a\x08b", b"a\rb", b" lead", b"trail ", b"trail\\", b"x" * 500, b"y" * 1100, b"ODKIT_END", b"K", b"krbtgt", b"=ls", b"'", b"''", b'"', b'""',
]  # fmt: skip
hostile = st.one_of(st.sampled_from(HOSTILE), st.binary(min_size=1, max_size=24), st.text(min_size=1, max_size=12).map(str.encode))
