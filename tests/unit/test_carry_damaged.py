"""Carrying from damaged inputs: each with one clear message and nothing written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import odkit
from build import few
from build_carry import carry, directory, kerberos_user, verdicts
from build_text import RECORDS, WHOLE, search
from forged import MASTER, REALM, TARGET, Database, company, sealed
from odkit.errors import InputError, InputReason, UsageError
from odkit.kerberos.kdb.dump import SealedKey
from odkit.kerberos.kdb.master import MasterKey, seal_mit
from odkit.ldif import dump


def twice(database: Database) -> None:
    database.records.append(database.records[-1])


def second_master(database: Database) -> None:
    other = MasterKey(18, bytes(32), 1)
    database.records.append(replace(database.records[0], keys=(SealedKey(1, 18, seal_mit(other.key, other)),)))


def local_kdc(database: Database) -> None:
    database.records.append(Database("LKDC:SHA1.00", MASTER).entry("jdoe", [sealed(9, 18)]))


def odd_type(database: Database) -> None:
    database.records[-1] = replace(database.records[-1], keys=(replace(database.records[-1].keys[0], enctype=99),))


def odd_length(database: Database) -> None:
    database.records[-1] = replace(database.records[-1], keys=(SealedKey(1, 18, seal_mit(b"short", MASTER)),))


def flipped(database: Database) -> None:
    old = database.records[-1].keys[0]
    database.records[-1] = replace(database.records[-1], keys=(replace(old, sealed=old.sealed[:-1] + bytes([old.sealed[-1] ^ 1])),))


Damage = Callable[[Database], None]


class TestDamage:
    @pytest.mark.parametrize(("damage", "said"), [
        (twice, "is here and in line"), (second_master, "is here and in line"), (local_kdc, "holds 2 realms"),
        (odd_type, "encryption type 99"), (odd_length, "a key of 5 bytes"), (flipped, "no master key of the stash opens its key"),
    ], ids=lambda value: getattr(value, "__name__", ""))  # fmt: skip
    def test_a_damaged_dump_is_refused(self, tmp_path: Path, damage: Damage, said: str) -> None:
        database = company(["jdoe"])
        damage(database)
        with pytest.raises(InputError, match=said):
            carry(tmp_path, database, kerberos_user("jdoe"))

    def test_a_dump_that_is_cut_anywhere_is_refused(self, tmp_path: Path) -> None:
        """Behind a whole line only the missing krbtgt, or a user without keys, can tell."""
        old, stash = company(["jdoe"]).write(tmp_path)
        whole = old.read_bytes()
        od = directory(kerberos_user("jdoe"))
        for size in range(0, len(whole) - 1, 7):
            old.write_bytes(whole[:size])
            if whole[:size].endswith(b"\n") and whole[:size].count(b"\n") == 3:
                continue
            with pytest.raises(InputError):
                odkit.carry(od, to="mit", kdc_dump=old, stash=stash)

    @pytest.mark.parametrize(("record", "name"), [(0, "K/M"), (1, "krbtgt/")])
    def test_a_dump_without_its_master_key_or_its_krbtgt_is_a_part_of_one(self, tmp_path: Path, record: int, name: str) -> None:
        database = company(["jdoe"])
        del database.records[record]
        with pytest.raises(InputError, match=f"holds no {name}.*cut, or a part of a dump"):
            carry(tmp_path, database, kerberos_user("jdoe"))

    @pytest.mark.parametrize("to", ["openldap", "openldap-2307bis", "freeipa"])
    def test_a_damaged_export_is_refused_unless_that_is_accepted(self, to: str) -> None:
        data = few("after").replace(b"\ncn:: ", b"\ncn:: !", 1)
        with pytest.raises(InputError, match="the export is damaged"):
            odkit.carry(odkit.open(data), to=to)
        assert odkit.carry(odkit.open(data), to=to, accept_incomplete=True).users

    def test_the_stash_of_another_kdc_is_refused(self, tmp_path: Path) -> None:
        old, stash = company(["jdoe"]).write(tmp_path)
        stash.write_bytes(Database(master=TARGET).stash())
        with pytest.raises(InputError, match="is not the master key of MEDICALMART"):
            odkit.carry(directory(kerberos_user("jdoe")), to="mit", kdc_dump=old, stash=stash)

    @pytest.mark.parametrize("data", [b"", b"x", b"\x05\x02", b"\0" * 40, b"\x12\0\x20\0\0\0short", b"\x30\x05junk!"])
    def test_what_is_no_stash_is_refused(self, tmp_path: Path, data: bytes) -> None:
        old, stash = company(["jdoe"]).write(tmp_path)
        stash.write_bytes(data)
        with pytest.raises(InputError):
            odkit.carry(directory(kerberos_user("jdoe")), to="mit", kdc_dump=old, stash=stash)

    def test_the_dump_of_another_realm_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"is of the realm OTHER\.EXAMPLE\.COM, but the directory is of MEDICALMART"):
            carry(tmp_path, Database("OTHER.EXAMPLE.COM"), kerberos_user("jdoe"))

    def test_of_several_realms_the_named_one_is_carried_and_the_rest_is_listed(self, tmp_path: Path) -> None:
        database = company(["jdoe"])
        local_kdc(database)
        plan = carry(tmp_path, database, kerberos_user("jdoe"), realm=REALM)
        assert verdicts(plan)["jdoe"][0] == "carried"
        assert [service.reason.text for service in plan.services if b"LKDC" in service.principal] == ["of the Local KDC of one machine"]

    @pytest.mark.parametrize(
        "options", [{"kdc_dump": Path("x")}, {"stash": Path("x")}, {"m_key": Path("x")}, {"target_stash": Path("x")}, {}]
    )
    def test_what_belongs_together_is_asked_for_together(self, options: dict[str, Any]) -> None:
        with pytest.raises(UsageError):
            odkit.carry(directory(kerberos_user("jdoe")), to="mit", **options)

    def test_without_the_targets_master_key_nothing_is_written(self, tmp_path: Path) -> None:
        plan = carry(tmp_path, company(["jdoe"]), kerberos_user("jdoe"))
        with pytest.raises(UsageError, match="--target-dump and --target-stash"):
            odkit.write_carry(plan, tmp_path / "out")
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize("to", ["", "mit ", "MIT", "nothing"])
    def test_a_target_that_is_none_is_refused(self, to: str) -> None:
        with pytest.raises(UsageError, match="not a target"):
            odkit.carry(directory(), to=to)


@pytest.mark.parametrize(
    "narrowed", [search(RECORDS, filter_="(uid=ann)"), search(RECORDS, attributes="uid "), WHOLE[: WHOLE.index("# search result")]]
)
def test_users_that_an_export_leaves_out_are_not_lost_without_a_word(narrowed: str) -> None:
    """By the brake of all writers: `odkit.directory.reliance`."""
    od = odkit.open(narrowed.encode())
    with pytest.raises(InputError, match=r"the export is incomplete .*; users that it lacks would be lost without a word") as refused:
        odkit.carry(od, to="openldap")
    assert refused.value.reason is InputReason.INCOMPLETE


def test_a_number_that_is_not_shown_may_be_that_of_root(tmp_path: Path) -> None:
    old, stash = company(["jdoe"]).write(tmp_path)
    shown = dump([*(each.entry for each in directory().records()), kerberos_user("jdoe")])
    export = odkit.open(shown.replace(b"uidNumber: ", b"uidNumber:< file:///tmp/"))
    assert verdicts(odkit.carry(export, to="mit", kdc_dump=old, stash=stash)) == {"jdoe": ("left_out", ("damaged",))}


class TestAFileThatEndsBetweenTwoRecords:
    """It shows no sign of that: what the other inputs hold does."""

    NAMES = tuple(f"user{number}" for number in range(20))

    def told(self, tmp_path: Path, keys: int, users: int, **more: Any) -> list[str]:
        people = [kerberos_user(name, 1100 + number) for number, name in enumerate(self.NAMES[:users])]
        plan = carry(tmp_path, company(self.NAMES[:keys]), *people, **more)
        return [f.message for f in plan.findings if f.rule.code == "OD936"]

    @pytest.mark.parametrize("to", ["mit", "heimdal"])
    def test_principals_without_users_are_counted_and_the_first_named(self, tmp_path: Path, to: str) -> None:
        [message] = self.told(tmp_path, 20, 12, to=to)
        assert message.startswith("8 of 20 users' principals have no user in <bytes>: user12, user13, user14 and 5 more.")

    def test_so_are_users_without_keys(self, tmp_path: Path) -> None:
        [message] = self.told(tmp_path, 12, 20)
        assert message.startswith(
            "8 of 20 users have no keys in the dump of the KDC, where their records say that they are: user12, user13, user14 and 5 more."
        )

    def test_a_few_that_users_left_behind_are_no_sign(self, tmp_path: Path) -> None:
        assert self.told(tmp_path, 20, 20) == self.told(tmp_path, 20, 16) == self.told(tmp_path, 16, 20) == []
