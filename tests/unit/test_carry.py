"""Carrying a domain: what is decided on which evidence, and damaged inputs, each with one clear message and nothing written."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import odkit
from build_carry import SUFFIX, carry, directory, kerberos_user, verdicts
from conftest import MART, each_in_turn
from forged import MASTER, REALM, TARGET, Database, company, key, sealed
from odkit.carrying import CarryPlan
from odkit.carrying.ldap.whole import OLD_SERVER_IN_CONFIG
from odkit.carrying.report import carry_text
from odkit.comparison import diff_ldif
from odkit.errors import OdkitError
from odkit.kerberos.kdb.dump import TaggedData, read_dump
from odkit.ldif import Entry
from odkit.values.verifier import parse_verifier, why_unfit
from odkit_cli import cli

EXPORT = MART / "after" / "export.ldif"


class TestVerdicts:
    def test_a_user_with_strong_keys_is_carried(self, tmp_path: Path) -> None:
        assert verdicts(carry(tmp_path, company(["jdoe"]), kerberos_user("jdoe"))) == {"jdoe": ("carried", ())}

    @pytest.mark.parametrize(("enctypes", "verdict"), [((16,), "warned"), ((23,), "warned"), ((16, 23), "warned"), ((23, 17), "carried")])
    def test_only_triple_des_or_rc4_is_a_warning_with_an_end(self, tmp_path: Path, enctypes: tuple[int, ...], verdict: str) -> None:
        database = Database()
        database.add("jdoe", *enctypes)
        [found] = carry(tmp_path, database, kerberos_user("jdoe"), today=date(2026, 3, 1)).users
        assert found.verdict.value == verdict
        assert found.until == (date(2026, 5, 30) if verdict == "warned" else None)

    def test_only_single_des_or_no_key_at_all_is_a_reset(self, tmp_path: Path) -> None:
        database = Database()
        database.add("des", 1, 3)
        database.add("none")
        plan = carry(tmp_path, database, kerberos_user("des"), kerberos_user("none"), kerberos_user("absent"))
        assert {name: verdict for name, (verdict, _) in verdicts(plan).items()} == dict.fromkeys(("des", "none", "absent"), "reset")
        assert plan.must_act

    def test_what_the_target_has_counts_alone_when_it_is_given(self, tmp_path: Path) -> None:
        accounts = tmp_path / "accounts"
        accounts.write_text("root:x:0:0:root:/root:/bin/sh\njdoe:x:1003:1003::/home/jdoe:/bin/sh\nroot:x:0:\n")
        plan = carry(tmp_path, company(["jdoe", "mail", "low", "same"]), kerberos_user("jdoe"), kerberos_user("mail"), kerberos_user("low", 501), kerberos_user("same", 1003),
                     target_accounts=accounts)  # fmt: skip
        assert {name: verdict for name, (verdict, _) in verdicts(plan).items()} == {
            "jdoe": "left_out", "mail": "carried", "low": "carried", "same": "left_out",
        }  # fmt: skip

    def test_what_nothing_proves_to_be_allowed_stays_locked_and_is_for_somebody_to_look_at(self, tmp_path: Path) -> None:
        entry = kerberos_user("jdoe")
        entry.attributes["apple-user-passwordpolicy"] = [b"<plist> that ends"]
        plan = carry(tmp_path, company(["jdoe"]), entry)
        assert verdicts(plan) == {"jdoe": ("disabled", ("unproved",))}
        assert plan.must_act

    @pytest.mark.parametrize("to", ["mit", "heimdal"])
    def test_keys_of_older_versions_stay_behind_and_each_principal_that_has_some_is_named(self, tmp_path: Path, to: str) -> None:
        database = company(["jdoe", "ann", "gone"])
        for name, versions in (("jdoe", (3, 2, 7)), (f"host/live.example.com@{REALM}", (5, 4)), ("gone", (2, 1))):
            keys = [sealed(number, 18, kvno=version) for number, version in enumerate(versions)]
            database.records = [each for each in database.records if each.principal.components[0] != name.encode()]
            database.records.append(database.entry(name, keys, 0, ()))
        plan = carry(
            tmp_path, database, kerberos_user("jdoe"), kerberos_user("ann"), kerberos_user("gone", 5), to=to, keep=["live.example.com"]
        )
        behind = {each.subject: each.reason.text for each in plan.left_out}
        assert behind == {
            f"jdoe@{REALM}": "its keys of version 3 and 2 stay behind, the newest (7) alone arrives: ask for tickets again, and make a keytab anew "
            "that lacks it",
            f"host/live.example.com@{REALM}": "its keys of version 4 stay behind, the newest (5) alone arrives: ask for tickets again, and make a "
            "keytab anew that lacks it",
        }
        assert "Other things left out (2)" in carry_text(plan)
        assert [each["subject"] for each in plan.as_json()["left_out"]] == list(behind)

    def test_older_key_sets_of_the_directory_stay_behind_too(self) -> None:
        plan = odkit.carry(odkit.open(MART / "lion" / "export.ldif", MART / "lion" / "authdata.ldif"), to="mit")
        assert [(each.subject.partition("@")[0], each.reason.text.partition(":")[0]) for each in plan.left_out] == [
            ("gnovak13", "its keys of version 1 stay behind, the newest (2) alone arrives")
        ]

    def test_a_number_that_is_none_is_no_permission(self, tmp_path: Path) -> None:
        assert verdicts(carry(tmp_path, company(["jdoe"]), kerberos_user("jdoe", uidNumber="abc"))) == {"jdoe": ("left_out", ("damaged",))}

    def test_two_users_with_one_principal_are_both_left_out(self, tmp_path: Path) -> None:
        other = kerberos_user("second", authAuthority=f";Kerberosv5;;jdoe@{REALM};{REALM};")
        assert set(verdicts(carry(tmp_path, company(["jdoe"]), kerberos_user("jdoe"), other)).values()) == {("left_out", ("twin",))}

    def test_a_disabled_authority_keeps_the_user_out(self, tmp_path: Path) -> None:
        entry = kerberos_user("jdoe", authAuthority=f";DisabledUser;;Kerberosv5;;jdoe@{REALM};{REALM};")
        assert verdicts(carry(tmp_path, company(["jdoe"]), entry))["jdoe"][0] == "disabled"

    @pytest.mark.parametrize("to", ["mit", "openldap"])
    @pytest.mark.parametrize("member", [{"memberUid": [b"JDoe"]}, {"apple-group-memberguid": [b"0A8B1F00-0000-4000-8000-000000000001"]}])
    def test_a_member_of_the_group_that_disables_stays_out_and_nobody_else(self, tmp_path: Path, member: Any, to: str) -> None:
        group = Entry(f"cn=com.apple.access_disabled,cn=groups,{SUFFIX}", {"cn": [b"com.apple.access_disabled"], **member})
        posix = {"cn": "somebody", "sn": "99", "homeDirectory": "/h", "gidNumber": "1030"}
        guid = {"apple-generateduid": "0a8b1f00-0000-4000-8000-000000000001"}
        people = (kerberos_user("jdoe", 1100, **posix, **guid), kerberos_user("ann", 1101, **posix))
        plan = carry(tmp_path, company(["jdoe", "ann"]), *people, group, to=to)
        assert verdicts(plan) == {"jdoe": ("disabled", ("disabled",)), "ann": ("carried", ())}

    def test_the_policy_of_the_password_server_becomes_a_date(self, tmp_path: Path) -> None:
        policy = b"policy60min\0"
        data = (0x12345C01).to_bytes(4, "big") + len(policy).to_bytes(4, "big") + policy + bytes(24)
        database = Database()
        database.add("jdoe", 18, tagged=[TaggedData(1, (1_000_000_000).to_bytes(4, "little")), TaggedData(3, data)])
        plan = with_target(tmp_path, database, kerberos_user("jdoe"))
        odkit.write_carry(plan, tmp_path / "out")
        [entry] = read_dump(tmp_path / "out/principals.dump").entries
        assert entry.password_expires == 1_000_003_600
        assert {tagged.type for tagged in entry.tagged} == {1, 2, 8}

    def test_an_unknown_realm_of_the_target_changes_names_and_no_salt(self, tmp_path: Path) -> None:
        plan = with_target(tmp_path, company(["jdoe"]), kerberos_user("jdoe"), realm="NEW.EXAMPLE.COM")
        odkit.write_carry(plan, tmp_path / "out")
        [entry] = read_dump(tmp_path / "out/principals.dump").entries
        assert bytes(entry.principal) == b"jdoe@NEW.EXAMPLE.COM"
        assert {(key.salt_type, key.salt) for key in entry.keys} == {(4, f"{REALM}jdoe".encode())}


def with_target(folder: Path, database: Database, *users: Entry, realm: str = REALM, **options: Any) -> CarryPlan:
    new, stash = Database(realm, TARGET).write(folder, "new")
    return carry(folder, database, *users, target_dump=new, target_stash=stash, target_realm=realm, **options)


class TestSecrets:
    def test_no_key_stands_in_any_output(self, tmp_path: Path) -> None:
        """Each key is looked for as bytes, hex in both cases and base64 in everything that is shown, written or raised."""
        database = company(["jdoe", "root"])
        plan = with_target(tmp_path, database, kerberos_user("jdoe"), kerberos_user("root", 0))
        odkit.write_carry(plan, tmp_path / "out")
        shown = [repr(plan), json.dumps(plan.as_json()), *map(repr, plan.users)]
        texts = [*(text.encode() for text in shown), *(path.read_bytes() for path in (tmp_path / "out").iterdir())]
        needles = [key(number, enctype) for number in range(2, 5) for enctype in (17, 18)] + [MASTER.key, TARGET.key]
        for needle in needles:
            for form in (needle, needle.hex().encode(), needle.hex().upper().encode()):
                assert not any(form in text for text in texts)
        sealed_ones = [each.sealed.hex().encode() for record in database.records for each in record.keys]
        assert not any(form in text for form in sealed_ones for text in texts)

    def test_every_file_is_for_its_owner_alone(self, tmp_path: Path) -> None:
        odkit.write_carry(with_target(tmp_path, company(["jdoe"]), kerberos_user("jdoe")), tmp_path / "out")
        assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {0o600}

    def test_no_message_shows_a_part_of_a_record(self, tmp_path: Path) -> None:
        old, stash = company(["jdoe"]).write(tmp_path)
        whole = old.read_bytes()
        hexes = re.findall(rb"[0-9a-f]{32,}", whole)
        for size in range(60, len(whole), 11):
            old.write_bytes(whole[:size] + b"\n")
            try:
                odkit.carry(directory(kerberos_user("jdoe")), to="mit", kdc_dump=old, stash=stash)
            except OdkitError as error:
                assert not any(text[:16] in str(error).encode() for text in hexes)


class TestCommand:
    def run(self, *words: str) -> Any:
        return CliRunner().invoke(cli, ["carry", *words], standalone_mode=False, obj={"quiet": False})

    def files(self, folder: Path, names: Sequence[str]) -> list[str]:
        old, stash = company(names).write(folder)
        return [str(EXPORT), "--to", "mit", "--kdc-dump", str(old), "--stash", str(stash)]

    def test_the_json_has_the_fields_of_the_contract_and_its_counts_add_up(self, tmp_path: Path) -> None:
        names = [each.name for each in odkit.open(EXPORT).users.records()]
        result = self.run(*self.files(tmp_path, names), "--json")
        found = json.loads(result.stdout)
        assert found["schema"] == "odkit/carry-plan/1"
        assert {
            "id",
            "target",
            "realm",
            "counts",
            "users",
            "services",
            "groups",
            "collisions",
            "changed",
            "left_out",
            "destroy",
            "findings",
        } <= set(found)
        counts = found["counts"]
        assert counts.pop("users") == len(names) == sum(counts.values()) == len(found["users"])
        assert found["realm"] == {"from": REALM, "to": REALM}

    def test_a_user_to_reset_is_no_brake(self, tmp_path: Path) -> None:
        new, stash = Database(master=TARGET).write(tmp_path, "new")
        words = self.files(tmp_path, ["aabbott0"])
        result = self.run(*words, "--target-dump", str(new), "--target-stash", str(stash), "-o", str(tmp_path / "out"))
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert {path.name for path in (tmp_path / "out").iterdir()} >= {
            "CARRY.txt",
            "carry.json",
            "principals.dump",
            "load.sh",
            "unload.sh",
        }

    def test_exports_and_hosts_come_from_the_companys_own_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(MART)
        monkeypatch.setattr("odkit_cli.commands.carry.piped", lambda: False)
        _, _, _, *words = self.files(tmp_path, ["aabbott0", "host/intranet.medicalmart.example.com"])
        found = json.loads(self.run("--to", "mit", *words, "--json").stdout)
        assert found["counts"]["users"] == len(odkit.open(EXPORT).users)
        service = next(each for each in found["services"] if each["principal"].startswith("host/intranet"))
        assert (service["verdict"], "named to be kept" in service["reason"]) == ("carried", True)

    def test_one_input_makes_one_plan(self, tmp_path: Path) -> None:
        words = self.files(tmp_path, ["aabbott0"])
        ids = {json.loads(self.run(*words, "--json").stdout)["id"] for _ in range(2)}
        assert len(ids) == 1


class TestGuard:
    """What another server would take as a password in clear stands in no file that it may load."""

    @each_in_turn(
        "value", [b"", b"********", b"*", b"{CRYPT}*", b"{crypt}********", b"abQT5oU8Gx4Yk", b"{MADE-UP}xyz", b"Monday-1234", b"x"]
    )
    def test_these_passwords_are_unfit(self, value: bytes) -> None:
        assert why_unfit("userPassword", value)
        assert why_unfit("2.5.4.35;lang-x", value)

    @pytest.mark.parametrize(
        "value", [b"{CRYPT}abQT5oU8Gx4Yk", b"{crypt}$6$salt$" + b"x" * 86, b"{SSHA}c2FsdA==", b"{SASL}jdoe@OD.EXAMPLE.COM"]
    )
    def test_these_are_fit(self, value: bytes) -> None:
        assert why_unfit("userPassword", value) is None

    def test_a_verifier_of_odd_length_is_unfit(self) -> None:
        assert why_unfit("cmusaslsecretCRAM-MD5", b"x" * 31)
        assert why_unfit("cmusaslsecretCRAM-MD5", b"x" * 32) is None
        assert why_unfit("cmusaslsecretSMBNT", b"Z" * 32)
        assert why_unfit("cmusaslsecretSMBNT", b"0A" * 16) is None

    def test_a_bare_crypt_value_gets_its_scheme(self) -> None:
        assert parse_verifier(b"abQT5oU8Gx4Yk").crypt == b"{CRYPT}abQT5oU8Gx4Yk"
        assert parse_verifier(b"********").crypt is None

    def test_diff_writes_no_placeholder_even_when_it_shows_secrets(self) -> None:
        before = directory(kerberos_user("ann", userPassword="{CRYPT}abQT5oU8Gx4Yk"))
        after = directory(
            kerberos_user("ann", userPassword="********"),
            kerberos_user("bob", userPassword="********"),
            kerberos_user("cid", userPassword="{CRYPT}abQT5oU8Gx4Yk"),
        )
        made = diff_ldif(odkit.diff(before, after), show_secrets=True)
        assert b"KioqKioqKio=" not in made.data
        assert b"********" not in made.data
        assert b"2 values are left out for good" in made.data
        assert b"userPassword: {CRYPT}abQT5oU8Gx4Yk" in made.data

    def test_no_placeholder_leaves_by_rewriting_references_or_by_mounts(self, tmp_path: Path) -> None:
        for words in (["references", str(MART / "before/export.ldif"), "xserve-hq2.medicalmart.example.com", "--rewrite-to", "files.medicalmart.example.com",
                       "-o", str(tmp_path / "rewrite")], ["mounts", str(EXPORT), "-o", str(tmp_path / "mounts")]):  # fmt: skip
            CliRunner().invoke(cli, words, standalone_mode=False, obj={"quiet": False})
        written = [path.read_bytes().lower() for path in tmp_path.rglob("*") if path.is_file() and path.suffix == ".ldif"]
        assert written
        assert not any(b"userpassword" in text for text in written)


def test_old_servers_that_cn_config_names_are_named_where_it_arrives() -> None:
    """Shape openldap-2307bis leaves cn=config behind."""
    od = odkit.open(MART / "after" / "export.ldif")
    kept, left = (
        [each for each in odkit.carry(od, to=to).findings if each.rule is OLD_SERVER_IN_CONFIG] for to in ("openldap", "openldap-2307bis")
    )
    assert "od-store.medicalmart.example.com" in {each.subject for each in kept}
    assert all(each.path.endswith("export.ldif") and each.line for each in kept)
    assert left == []
