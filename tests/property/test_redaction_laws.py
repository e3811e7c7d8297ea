"""Laws of what is secret: the quick look passes over nothing that the whole one hides."""

from __future__ import annotations

import random
import re

from hypothesis import example, given
from hypothesis import strategies as st

from conftest import effort, in_turn
from odkit import redaction
from odkit.redaction import Sensitivity, are_open, sensitivities_of, sensitivity_of
from property.strategies import TOGETHER, some, together

_PARTS = [
        b"password", b"Passwd", b"credent\xc4\xb1al", b"pa\xc5\xbf\xc5\xbfword", b"to\xe2\x84\xaaen", b"auth", b"bindpw", b"secret", b"=", b"//", b":",
        b"@", b"host", b"afp://", b"/", b"{SSHA}", b"{", b"$6$", b"$", b"-----BEGIN RSA PRIVATE KEY-----", b"bplist00", b"\xff\xfe", b"\xfe\xff",
        b"<key>", b"<key ", b"</key>", b"&lt;", b"key&gt;", b"<![CDATA[", b"]]>", b";basic;", b";ShadowHash;", b";", b" ", b"\n", b"x", b"\0", b"\xe9",
        b"Pass", b"pwd=", b"token=", b"'", b'"',
]  # fmt: skip
_VALUES = st.one_of(st.lists(st.sampled_from(_PARTS), max_size=8).map(b"".join), st.binary(max_size=30))
_NAMES = ["description", "authAuthority", "apple-mcxsettings", "userPassword", "apple-user-homeurl", "userCertificate;binary"]


_DOUBT = re.compile(rb"(?i)//[^\s/@:]*+:[^\s/@]*+@|passw|pwd|secret|<key\s")


def whole_look(attribute: str, value: bytes) -> Sensitivity:
    name = attribute.partition(";")[0].lower()
    if sensitivity_of(attribute) is Sensitivity.SECRET:
        return Sensitivity.SECRET
    if redaction._holds_secret(name, value):
        return Sensitivity.PRIVATE
    return Sensitivity.DOUBTFUL if _DOUBT.search(value) is not None else Sensitivity.OPEN


@given(st.sampled_from(_NAMES), _VALUES)
@example("description", b"credent\xc4\xb1al=x")
@example("description", b"pa\xc5\xbf\xc5\xbfword=x")
@example("description", b"auth-to\xe2\x84\xaaen=x")
def test_the_quick_look_gives_what_the_whole_one_gives(attribute: str, value: bytes) -> None:
    assert sensitivity_of(attribute, value) is whole_look(attribute, value)


@given(st.sampled_from(_NAMES), st.lists(_VALUES, max_size=5))
def test_values_that_are_open_together_are_open_alone(attribute: str, values: list[bytes]) -> None:
    if are_open(attribute, b"\n".join(values)):
        assert [sensitivity_of(attribute, value) for value in values] == [Sensitivity.OPEN] * len(values)


_MORE = [
    b";ApplePasswordServer;0x1,1 2 3 root@h:10.0.0.1", b";Kerberosv5;;ann@X;X;", b";basic;x", b"basic", b"1.0;ShadowHash;", b"<key >a</key>", b"<key>a",
     b"b</key>", b"<key>Password</key>", b"&lt;key&gt;PIN&lt;/key&gt;", b"afp://ann:pw@h/x", b"afp://ann:1/x", b"//a:b@c", b"\xff\xfea", b"bplist00",
]  # fmt: skip


def some_values(rng: random.Random) -> list[bytes]:
    values: list[bytes] = []
    for kind in some(rng, ["parts", "bytes", "more"], 5):
        if kind == "parts":
            values.append(b"".join(some(rng, _PARTS, 8)))
        else:
            values.append(rng.choice(_MORE) if kind == "more" else rng.randbytes(rng.randrange(31)))
    return values


@given(together(lambda rng: (rng.choice(_NAMES), some_values(rng))))
@effort(1000, TOGETHER)
def test_values_that_are_looked_at_together_are_as_sensitive_as_alone(cases: list[tuple[str, list[bytes]]]) -> None:
    for attribute, values in in_turn(cases):
        assert sensitivities_of(attribute, values) == [sensitivity_of(attribute, value) for value in values]
        if are_open(attribute, b"\n".join(values)):
            assert {sensitivity_of(attribute, value) for value in values} <= {Sensitivity.OPEN}
