"""Principal names of lists: what is read by one look is what the grammar reads."""

from __future__ import annotations

from hypothesis import example, given

from conftest import effort, in_turn
from odkit.errors import InputError
from odkit.values.principal import Principal, parse_principal, plain_principal
from property.strategies import TOGETHER, some, together

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
PLAIN = [b"ann", b"host", b"/", b"/", b"@", b"@", b"EXAMPLE.COM", b"."]


def by_grammar(text: bytes) -> Principal | None:
    try:
        return parse_principal(text)
    except InputError:
        return None


@given(together(lambda rng: b"".join(some(rng, rng.choice([PARTS, PLAIN]), 8))))
@example([b"host/a.example.com@EXAMPLE.COM", b"/@/", b"a@B@C", b"/a@B", b"a//b@B"])
@effort(500, TOGETHER)
def test_a_name_that_is_read_by_one_look_is_the_one_that_the_grammar_reads(cases: list[bytes]) -> None:
    for text in in_turn(cases):
        found = plain_principal(text)
        assert found is None or found == by_grammar(text)


def test_nearly_all_names_are_read_by_one_look() -> None:
    for text in (b"ann@EXAMPLE.COM", b"host/a.example.com@EXAMPLE.COM", b"K/M@EXAMPLE.COM", b"mac$@EXAMPLE.COM"):
        assert plain_principal(text) == parse_principal(text)
    for text in (b"a b@EXAMPLE.COM", b"a\\/b@EXAMPLE.COM", b"a@B/C", b"a@B@C", b"ann", b"@R", "\u00e9@R".encode()):
        assert plain_principal(text) is None
