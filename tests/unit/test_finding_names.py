"""Records are found by any of their names, and by their GUID: first in one text of all names, then in a dictionary."""

from __future__ import annotations

import sys
from base64 import b64encode

import odkit

_TIMES = 300  # more searches than are made in a text


def users(*names: list[str]) -> odkit.Directory:
    """A domain of users, each with these names: the short one first."""
    records = []
    for number, (short, *others) in enumerate(names):
        cns = [f"cn: {name}" if name.isascii() else f"cn:: {b64encode(name.encode()).decode()}" for name in others]
        guid = f"apple-generateduid: 54DCD8EB-169D-4978-88C3-{number:012X}"
        records.append("\n".join([f"dn: uid=u{number},cn=users,dc=example,dc=com", f"uid: {short}", *cns, guid]) + "\n\n")
    return odkit.open("".join(records).encode())


def found(od: odkit.Directory, name: str) -> str | None:
    """The DN's name of whom a name finds: in the text, and in the dictionary."""
    first = od.users.get(name)
    for _ in range(_TIMES):
        last = od.users.get(name)
    assert (first and first.dn) == (last and last.dn)
    return first.dn[4:].partition(",")[0] if first is not None else None


class TestNames:
    def test_any_name_finds_a_record_without_case(self) -> None:
        od = users(["ann", "Ann Smith"], ["bob", "Bob"], ["cid", "Ünal Çelik"])
        assert [found(od, each) for each in ("ANN", "bob", "ann smith", "ünal ÇELIK")] == ["u0", "u1", "u0", "u2"]
        assert [found(od, each) for each in ("smith", "", "ann\nAnn Smith")] == [None, None, None]

    def test_of_two_records_with_one_name_the_first_one_has_it(self) -> None:
        assert found(users(["ann", "Bob"], ["bob", "Ann"]), "bob") == "u0"
        assert found(users(["x", "y"], ["ann", "z", "Ann"], ["ann", "q"]), "ann") == "u1"

    def test_a_record_may_have_more_names_than_the_others(self) -> None:
        od = users(["ann", "Ann", "Annie", "Ännchen"], ["bob", "Bob"])
        assert [found(od, each) for each in ("annie", "ännchen", "bob")] == ["u0", "u0", "u1"]

    def test_a_nul_in_a_name_parts_no_records(self) -> None:
        od = users(["ann", "Ä\0b"], ["bob", "Bob"], ["cid", "Cid", "Cide"])
        assert [found(od, each) for each in ("ä\0b", "b", "cide")] == ["u0", None, "u2"]

    def test_a_letter_that_becomes_an_ascii_letter_in_lower_case_is_found_by_it(self) -> None:
        letters = [chr(code) for code in range(0x80, sys.maxunicode + 1) if chr(code).lower().isascii()]
        assert letters == ["\N{KELVIN SIGN}"]
        assert found(users(["ann", "Ann"], ["bob", "\N{KELVIN SIGN}arl"]), "karl") == "u1"


class TestGuids:
    def test_a_guid_finds_its_record_without_case(self) -> None:
        od = users(["ann", "Ann"], ["bob", "Bob"])
        assert found(od, "54dcd8eb-169d-4978-88C3-000000000001") == "u1"
        assert found(od, "54dcd8eb-169d-4978-88C3-000000000002") is None
