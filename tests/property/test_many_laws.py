"""Laws of what is read for many values at once: it is what reading each of them gives."""

from __future__ import annotations

import random

from hypothesis import given

from conftest import effort, in_turn
from odkit.directory._base64 import are_base64, fault_of_base64
from odkit.ldif import _grammar as grammar
from odkit.ldif._fast import FastParser
from property.strategies import TOGETHER, some, together

CODED = [b"QUJD", b"QUI=", b"QQ==", b"AA A", b"\n ", b": ", b":", b"=", b" ", b"%", b"\xc3"]


def coded(rng: random.Random) -> set[bytes]:
    """What stands behind names and colons; half of all that it may be is nearly right."""
    starts, parts = rng.choice([([b": "], CODED[:3]), ([b": ", b":", b"", b":\n "], CODED)])
    lines = [rng.choice(starts) for _ in range(rng.randrange(5))]
    return {start + b"".join(some(rng, parts, 4)) if start else b"" for start in lines}


class TestBase64:
    @given(together(coded))
    @effort(1000, TOGETHER)
    def test_what_holds_for_many_values_at_once_holds_for_each(self, cases: list[set[bytes]]) -> None:
        for lines in in_turn(cases):
            assert not are_base64(lines) or all(fault_of_base64(line) is None for line in lines)

    def test_values_in_the_usual_form_are_known_at_once(self) -> None:
        assert are_base64([b": QUJD\n QUI=", b": QQ==", b": QUJD"])


RUN = [
    b"memberUid: ann",
    b"memberUid: ",
    b"memberUid:  ann",
    b"memberUid:: YW5u",
    b"MemberUid: ann",
    b"# comment",
    b"cn: x",
    b"dn: cn=y",
    b"?",
]


class TestLargeRecords:
    @given(together(lambda rng: ([(line, rng.choice([1, 2, 17, 40])) for line in some(rng, RUN, 5)], rng.random() < 0.5)))
    @effort(200, TOGETHER)
    def test_many_values_of_one_attribute_are_read_as_the_grammar_reads_them(
        self, cases: list[tuple[list[tuple[bytes, int]], bool]]
    ) -> None:
        for case in in_turn(cases):
            self.check(*case)

    @staticmethod
    def check(drawn: list[tuple[bytes, int]], known: bool) -> None:
        lines = [line for line, count in drawn for _ in range(count)]
        raw = b"\n".join([b"dn: cn=staff", b"description: " + b"x" * (1 << 14), *lines])
        parser = FastParser()
        if known:
            parser.entry(b"dn: cn=a\nmemberUid: ann\ncn: x")
        found = parser.entry(raw)
        if found is not None:
            attributes: dict[str, list[bytes]] = {}
            for line in grammar.logical_lines(raw)[1:]:
                name, value = grammar.attrval_spec(line)
                attributes.setdefault(name.decode(), []).append(value)
            assert list(found[1].as_written().items()) == list(attributes.items())
        elif {line for line, _ in drawn} <= {b"memberUid: ann", b"cn: x", b"# comment"}:
            raise AssertionError("a common record is left to the grammar")
