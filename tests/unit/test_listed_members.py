"""Who is in which group is answered the same for a few who are asked about, whose groups are searched, and for many."""

from __future__ import annotations

import base64

import odkit
from odkit.directory.membership import Groups


def export(*members: str) -> bytes:
    lines = [f"memberUid:: {base64.b64encode(member.encode()).decode()}" for member in members]
    groups = [
        f"dn: cn={name},cn=groups,dc=x\ncn: {name}\n" + "\n".join(some) for name, some in (("all", lines), ("few", lines[:2]), ("no", []))
    ]
    return ("dn: dc=x\ndc: x\n\n" + "\n\n".join(groups) + "\n\n").encode()


def test_a_name_is_found_without_case_and_as_a_whole_however_many_were_asked_for() -> None:
    members = ["Ann", "bob", "", "\u0391\u03a3", "two\nlines", "anna", "\u0130x", *(f"u{n}" for n in range(200))]
    groups = Groups(odkit.open(export(*members)).groups.records())
    asked = [*members, "an", "lines", "two", "nobody", "Bob\n", "\u03b1\u03c3", "u", "ANN"]
    expected = {
        name: [g for g, some in (("all", members), ("few", members[:2])) if name.lower() in {each.lower() for each in some}]
        for name in asked
    }
    for _ in range(2):
        assert {name: [g.record.name for g in groups.of_names([name], None)] for name in asked} == expected
