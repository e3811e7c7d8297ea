"""Which record of one export is which of another: one rule, so that no two commands contradict each other."""

from __future__ import annotations

import pytest

import odkit
from build_text import entry
from odkit.comparison import Kind
from odkit.directory.matching import match_records

TOP = "dn: dc=x\nobjectClass: domain\ndc: x\n\ndn: cn=users,dc=x\nobjectClass: container\ncn: users\n\n"
SLOT = "0x4d2c1f0a4d2c1f0a0000000500000005"
OTHER_SLOT = "0x4d2c1f0a4d2c1f0a0000000600000006"
G1, G2 = "6F1AF1A2-0000-4000-8000-000000000001", "6F1AF1A2-0000-4000-8000-000000000002"


def user(rdn: str, *lines: str, slot: str = "", guid: str = "", number: int = 0) -> str:
    more = [f"uidNumber: {number}"] if number else []
    more += [f"apple-generateduid: {guid}"] if guid else []
    more += [f"authAuthority: ;ApplePasswordServer;{slot},1024 35 1 root@h:10.0.0.1"] if slot else []
    return entry(f"uid={rdn},cn=users,dc=x", "objectClass: apple-user", f"uid: {rdn}", *lines, *more)


def matched(before: str, after: str) -> dict[str, str | None]:
    one, other = (odkit.open((TOP + each).encode()) for each in (before, after))
    pairs = match_records(one, other).pairs("Users")
    return {was.name if was is not None else f"new {now.name}": now.name if now is not None else None for was, now in pairs if was or now}  # type: ignore[union-attr]


class TestTheRule:
    def test_a_guid_outweighs_a_name_that_was_given_to_another_user(self) -> None:
        before = user("ann", guid=G1) + user("bea", guid=G2)
        assert matched(before, user("bea", guid=G1) + user("ann", guid=G2)) == {"ann": "bea", "bea": "ann"}

    def test_a_guid_that_is_there_twice_says_nothing(self) -> None:
        before = user("ann", guid=G1) + user("bea", guid=G1)
        assert matched(before, before) == {"ann": "ann", "bea": "bea"}
        assert matched(before, user("ann") + user("cleo", guid=G1)) == {"ann": "ann", "bea": None, "new cleo": "cleo"}

    def test_a_second_name_a_slot_and_a_number_match_what_guid_and_dn_do_not(self) -> None:
        assert matched(user("ann"), user("annb", "uid: ann")) == {"ann": "annb"}
        assert matched(user("ann", slot=SLOT), user("annb", slot=SLOT)) == {"ann": "annb"}
        assert matched(user("ann", number=501), user("annb", number=501)) == {"ann": "annb"}

    def test_a_number_that_was_given_again_does_not_outweigh_two_guids(self) -> None:
        assert matched(user("ann", guid=G1, number=501), user("bea", guid=G2, number=501)) == {"ann": None, "new bea": "bea"}

    def test_what_two_records_have_in_common_matches_neither(self) -> None:
        before = user("ann", slot=SLOT) + user("bea", slot=SLOT)
        assert matched(before, user("cleo", slot=SLOT)) == {"ann": None, "bea": None, "new cleo": "cleo"}
        assert matched(user("ann"), user("annb", "uid: ann") + user("annc", "uid: ann")) == {
            "ann": None,
            "new annb": "annb",
            "new annc": "annc",
        }

    def test_another_suffix_is_the_same_place(self) -> None:
        one = odkit.open((TOP + user("ann")).encode())
        other = odkit.open((TOP + user("ann")).replace("dc=x", "dc=y").replace("dc: x", "dc: y").encode())
        assert all(was is not None and now is not None for was, now in match_records(one, other).pairs("Users"))


class TestOneVerdict:
    @pytest.mark.parametrize("kept", [{"slot": SLOT, "number": 501}, {"slot": SLOT}, {"slot": SLOT, "number": 501, "guid": G1}])
    def test_no_command_calls_a_renamed_account_missing(self, kept: dict[str, str | int]) -> None:
        before, after = ((TOP + each).encode() for each in (user("ann", **kept), user("annb", "uid: ann", **kept)))  # type: ignore[arg-type]
        report = odkit.verify(odkit.open(before), odkit.open(after))
        assert {"OD351", "OD371", "OD602", "OD619"}.isdisjoint(f.code for f in report.findings)
        assert "1 of 1 password pointer preserved" in report.summary["passwords"]
        assert [each.kind for each in odkit.diff(before, after)] == [Kind.RENAMED]

    def test_two_records_with_one_guid_and_name_are_said_and_nothing_changed(self) -> None:
        data = (TOP + user("ann", guid=G1, number=501) + user("ann2", "uid: ann", guid=G1, number=502)).encode()
        codes = {f.code for f in odkit.verify(odkit.open(data), odkit.open(data)).findings}
        assert {"OD107", "OD116"} <= codes
        assert {"OD603", "OD604", "OD352", "OD364", "OD365", "OD618"}.isdisjoint(codes)
        for verdict in (odkit.verify_passwords, odkit.verify_mcx):
            assert [f.code for f in verdict(odkit.open(data), odkit.open(data)).findings].count("OD107") == 1
