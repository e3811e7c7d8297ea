"""Principal names of lists: what is read by one look is what the grammar reads."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from conftest import effort
from odkit.errors import InputError
from odkit.values.principal import Principal, parse_principal, plain_principal

PARTS = [
    b"ann",
    b"host",
    b"/",
    b"@",
    b"\\",
    b"\\@",
    b"\\n",
    b" ",
    b"\t",
    b"\r",
    b"\0",
    b"\xc3\xa9",
    b"EXAMPLE.COM",
    b".",
    b"K/M",
    b"#",
    b"~",
    b"!",
]


def by_grammar(text: bytes) -> Principal | None:
    try:
        return parse_principal(text)
    except InputError:
        return None


@given(st.lists(st.sampled_from(PARTS), max_size=8).map(b"".join))
@example(b"host/a.example.com@EXAMPLE.COM")
@example(b"/@/")
@example(b"a@B@C")
@effort(500)
def test_a_name_that_is_read_by_one_look_is_the_one_that_the_grammar_reads(text: bytes) -> None:
    found = plain_principal(text)
    assert found is None or found == by_grammar(text)


def test_nearly_all_names_are_read_by_one_look() -> None:
    for text in (b"ann@EXAMPLE.COM", b"host/a.example.com@EXAMPLE.COM", b"K/M@EXAMPLE.COM", b"mac$@EXAMPLE.COM"):
        assert plain_principal(text) == parse_principal(text)
    for text in (b"a b@EXAMPLE.COM", b"a\\/b@EXAMPLE.COM", b"a@B/C", b"a@B@C", b"ann", b"@R", "\u00e9@R".encode()):
        assert plain_principal(text) is None
