"""What stays behind when a domain is carried: names of the target's own accounts, those that its files cannot hold, and rights."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from build_carry import carry, kerberos_user, verdicts
from forged import REALM, company
from odkit.carrying.keys import MitEntry
from odkit.carrying.mitdump import Planned, limits_of
from odkit.kerberos import Principal
from odkit.ldif import Entry


@pytest.mark.parametrize("entry", [
    kerberos_user("root", 1500), kerberos_user("backup", 1500), kerberos_user("www-data", 1500), kerberos_user("jdoe", 0), kerberos_user("jdoe", 501), kerberos_user("jdoe", 999),
    kerberos_user("jdoe", -2), kerberos_user("jdoe", 65534),
], ids=lambda entry: f"{entry.dn.split(',')[0]} {entry.attributes['uidNumber'][0].decode()}")  # fmt: skip
def test_reserved_names_and_numbers_stay_behind_with_their_principals(tmp_path: Path, entry: Entry) -> None:
    name = entry.attributes["uid"][0].decode()
    plan = carry(tmp_path, company([name]), entry)
    assert verdicts(plan) == {name: ("left_out", ("reserved",))}
    assert not plan.must_act


@pytest.mark.parametrize(("to", "names"), [("mit", [" jdoe", "\vjdoe", "\fjdoe", "\rjdoe"]), ("heimdal", ["jd\x01oe", "jdoe\x7f"])])
def test_a_name_that_the_targets_file_cannot_hold_stays_behind(tmp_path: Path, to: str, names: list[str]) -> None:
    entries = [kerberos_user(f"user{number}", 1100 + number) for number in range(len(names))]
    for entry, name in zip(entries, names, strict=True):
        entry.attributes["authAuthority"] = [f";Kerberosv5;;{name}@{REALM};{REALM};".encode()]
    plan = carry(tmp_path, company(names), *entries, to=to)
    assert set(verdicts(plan).values()) == {("left_out", ("not_expressible",))}


def test_flags_that_give_rights_are_not_carried() -> None:
    """krb5/kdb.h: to change passwords for others, to be delegated to, to act for others; what keeps somebody from logging in stays."""
    rights, keeping = 1 << 13 | 1 << 20 | 1 << 21, 64 | 128 | 512
    planned = Planned(Principal((b"ann",), REALM.encode()), (), MitEntry(attributes=rights | keeping), None)
    assert limits_of(planned, datetime(2026, 11, 1, tzinfo=UTC))[0] == keeping
