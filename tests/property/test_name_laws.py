"""Laws of who answers to a name: the first record that has it, whether a few names are asked for, or many."""

from __future__ import annotations

import base64
import random
from unittest.mock import patch

from hypothesis import given

import odkit
from conftest import effort, in_turn
from property.strategies import TOGETHER, together

NAMES = [
    "ann",
    "Ann",
    "bob",
    "carl",
    "dora",
    "eve",
    "two words",
    "Éva",
    "éva",
    "\N{KELVIN SIGN}",
    "k",
    "a\nb",
    "a\0b",
    "b",
    "",
    "ΑΣ",
    "ας",
    "x,y",
]
GUIDS = [
    "54DCD8EB-169D-4978-88C3-4C41429CF2F3",
    "54dcd8eb-169d-4978-88c3-4c41429cf2f3",
    "6C718079-D65A-42DF-B9F5-32839B67B5A2",
    "ANN",
    "no",
]


def users(rng: random.Random) -> bytes:
    """Users with names of all kinds, some of them the same."""
    names = rng.choice([NAMES[:6], NAMES])
    out = ["dn: dc=x\nobjectClass: domain\ndc: x", "dn: cn=users,dc=x\ncn: users"]
    for number in range(rng.randint(1, 14)):
        lines = [f"dn: uid=u{number},cn=users,dc=x", f"uid: {rng.choice([f'u{number}', *names[:6]])}"][: rng.choice([1, 2, 2, 2])]
        for name in rng.choices(names, k=rng.choice([0, 1, 1, 1, 2])):
            lines.append(
                f"cn:: {base64.b64encode(name.encode()).decode()}" if not name.isalpha() or rng.randrange(3) == 0 else f"cn: {name}"
            )
        if rng.randrange(3):
            lines.append(f"apple-generateduid: {rng.choice(GUIDS)}")
        out.append("\n".join(lines))
    return ("\n\n".join(out) + "\n\n").encode()


class TestNames:
    @given(together(lambda rng: (users(rng), rng.choice([2, 3, 1 << 12]), rng.choice([0, 256]))))
    @effort(300, TOGETHER)
    def test_the_first_record_that_has_a_name_or_guid_answers(self, cases: list[tuple[bytes, int, int]]) -> None:
        for case in in_turn(cases):
            self.check(*case)

    @staticmethod
    def check(data: bytes, together: int, searches: int) -> None:
        with patch("odkit.directory._searched._TOGETHER", together), patch("odkit.directory._names._SEARCHES", searches):
            od = odkit.open(data, needs=("guids", "names", "readable"))
            records = [*od.users.records()]
            for name in [*filter(None, NAMES), *GUIDS, *(f"u{number}" for number in range(14)), "nobody"]:
                having = [
                    each.record_id
                    for each in records
                    if name.lower() in {own.lower() for own in each.names or ([] if each.guid else [each.name])}
                    or (each.guid and each.guid.upper() == name.upper())
                ]
                found = od.users.get(name)
                assert (None if found is None else found.record_id) == (min(having) if having else None), name
