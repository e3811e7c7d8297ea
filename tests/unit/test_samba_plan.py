"""Carrying to a Samba domain: what is decided on which evidence, without any server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import odkit
from build_samba import BASE, SUFFIX, added, carry, directory, user
from conftest import MART
from forged import MASTER, REALM, Database, company, key
from odkit.carrying import CarryPlan
from odkit.carrying.report import carry_text
from odkit.carrying.samba.supplemental import KerberosKeys, supplemental_credentials
from odkit.kerberos.kdb.dump import SealedKey
from odkit.kerberos.kdb.master import seal_mit
from odkit.ldif import ChangeRecord, Entry, read
from odkit.values.attributes import text_of, texts_of

SECRET = re.compile("secret|key|hash", re.IGNORECASE)


def called(name: str, uid: int, rdn: str) -> Entry:
    """A user whose record has another RDN than his name."""
    entry = user(rdn, uid)
    entry.attributes["uid"] = [name.encode()]
    return entry


def group(name: str, gid: int, **attributes: list[str]) -> Entry:
    values = {"objectClass": [b"apple-group", b"posixGroup"], "cn": [name.encode()], "gidNumber": [str(gid).encode()]}
    return Entry(f"cn={name},cn=groups,{SUFFIX}", values | {key: [each.encode() for each in found] for key, found in attributes.items()})


def verdicts(plan: CarryPlan) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {each.name: (each.verdict.value, tuple(reason.why.value for reason in each.reasons)) for each in plan.users}


def secrets(plan: CarryPlan) -> dict[str, Mapping[str, bytes]]:
    """What secrets.ldif sets, by DN."""
    data = b"".join(next(planned for planned in plan.files if planned.name == "secrets.ldif").content())
    found = [record for record in read(data) if isinstance(record, ChangeRecord)]
    return {record.dn: {change.attribute: change.values[0] for change in record.changes} for record in found}


def realm_of(*kinds: tuple[str, tuple[int, ...]]) -> Database:
    database = Database()
    for name, enctypes in kinds:
        database.add(name, *enctypes)
    return database


class TestVerdicts:
    @pytest.mark.parametrize(
        ("enctypes", "verdict", "reasons"),
        [
            ((18, 17, 23), "carried", ()),
            ((18, 17, 16), "warned", ("partial",)),
            ((18,), "warned", ("partial",)),
            ((23,), "warned", ("weak",)),
            ((17, 23), "warned", ("weak",)),
            ((17,), "reset", ("nothing_usable",)),
            ((16, 3, 1), "reset", ("nothing_usable",)),
            ((), "reset", ("nothing_usable",)),
        ],
    )
    def test_of_each_kind_of_keys(self, tmp_path: Path, enctypes: tuple[int, ...], verdict: str, reasons: tuple[str, ...]) -> None:
        plan = carry(tmp_path, realm_of(("jdoe", enctypes)), user("jdoe"))
        assert verdicts(plan) == {"jdoe": (verdict, reasons)}
        values = secrets(plan).get(f"CN=jdoe,CN=Users,{BASE}")
        assert (values is None) == (verdict == "reset")
        assert text_of(added(plan)["jdoe"], "userAccountControl") == "514"
        if values is not None:
            assert values["userAccountControl"] == b"512"
            assert ("unicodePwd" in values) == (23 in enctypes)
            assert ("supplementalCredentials" in values) == (18 in enctypes)

    def test_an_aes128_key_of_another_salt_is_not_written_beside_the_aes256_key(self, tmp_path: Path) -> None:
        database = Database()
        keys = [SealedKey(1, 18, seal_mit(key(1, 18), MASTER), 4, b"one"), SealedKey(1, 17, seal_mit(key(2, 17), MASTER), 4, b"other")]
        database.records.append(database.entry("jdoe", keys))
        [values] = secrets(carry(tmp_path, database, user("jdoe"))).values()
        assert key(1, 18).hex().upper().encode() in values["supplementalCredentials"]
        assert key(2, 17).hex().upper().encode() not in values["supplementalCredentials"]

    @pytest.mark.parametrize("salt", [b"", b"\xff\xfe"])
    def test_a_salt_that_a_domain_cannot_hold_leaves_the_hash_alone(self, tmp_path: Path, salt: bytes) -> None:
        database = Database()
        database.records.append(database.entry("jdoe", [SealedKey(1, 18, seal_mit(key(1, 18), MASTER), 4, salt)]))
        assert verdicts(carry(tmp_path, database, user("jdoe"))) == {"jdoe": ("reset", ("nothing_usable",))}

    @pytest.mark.parametrize("attributes", [64, 256])
    def test_who_had_no_ticket_by_his_password_stays_disabled(self, tmp_path: Path, attributes: int) -> None:
        database = Database()
        database.add("jdoe", 18, 17, 23, attributes=attributes)
        plan = carry(tmp_path, database, user("jdoe"))
        assert verdicts(plan) == {"jdoe": ("disabled", ("disabled",))}
        assert secrets(plan)[f"CN=jdoe,CN=Users,{BASE}"]["userAccountControl"] == b"514"

    def test_who_has_to_change_his_password_has_to(self, tmp_path: Path) -> None:
        database = Database()
        database.add("jdoe", 18, 17, 23, attributes=512)
        assert secrets(carry(tmp_path, database, user("jdoe")))[f"CN=jdoe,CN=Users,{BASE}"]["pwdLastSet"] == b"0"

    @pytest.mark.parametrize(
        "name", ["Administrator", "guest", "KRBTGT", "a/b", "a@b", "a,b", 'a"b', "dot.", "x" * 65, "a\tb", "DNS-dc1", " ", "\u202eabc"]
    )
    def test_names_that_a_domain_has_or_cannot_hold_are_left_out(self, tmp_path: Path, name: str) -> None:
        plan = carry(tmp_path, company(["jdoe"]), user("jdoe"), called(name, 1101, "x"))
        assert {each.name: each.verdict.value for each in plan.users}[name] == "left_out"
        assert set(added(plan)) == {"jdoe"}

    def test_users_and_groups_share_their_names_and_case_makes_no_difference(self, tmp_path: Path) -> None:
        plan = carry(tmp_path, company(["jdoe"]), user("jdoe"), called("JDoe", 1101, "other"), group("JDOE", 2000), group("staffers", 2001))
        assert {name: verdict for name, (verdict, _) in verdicts(plan).items()} == {"jdoe": "warned", "JDoe": "left_out"}
        assert [each.name for each in plan.groups if not each.carried] == ["JDOE"]
        assert set(added(plan)) == {"jdoe", "staffers"}

    def test_counts_add_up_over_the_whole_company(self, tmp_path: Path) -> None:
        od = odkit.open(MART / "lion/export.ldif", MART / "lion/authdata.ldif")
        counts = odkit.carry(od, to="samba", m_key=MART / "lion/m-key", target_realm="AD.EXAMPLE.COM", base_dn=BASE).counts
        assert counts.pop("users") == len(od.users) == sum(counts.values())


class TestObjects:
    def test_guids_arrive_and_sids_never_do(self, tmp_path: Path) -> None:
        guid = "0A1B2C3D-0000-4000-8000-00000000000F"
        plan = carry(
            tmp_path,
            company(["jdoe", "ann"]),
            user("jdoe", 1100, **{"apple-generateduid": guid, "sambaSID": "S-1-5-21-1-2-3-1100", "rid": "1100"}),
            user("ann", 1101),
        )
        made = added(plan)
        assert texts_of(made["jdoe"], "objectGUID") == [guid.lower()]
        assert re.fullmatch(r"[0-9a-f-]{36}", text_of(made["ann"], "objectGUID") or "")
        assert not any(name.lower() in {"objectsid", "sidhistory", "sambasid", "rid"} for each in made.values() for name in each)
        assert {change.attribute for change in plan.changed if change.what.startswith("refused")} == {"sambaSID", "rid"}
        text = carry_text(plan, full=True)
        assert "SIDs are never written" in text
        assert "uid=jdoe" in next(line for line in text.split("\n") if "refused: a SID is given by the domain" in line)

    def test_who_has_an_aes128_key_alone_is_named_with_the_reason(self, tmp_path: Path) -> None:
        text = carry_text(carry(tmp_path, realm_of(("jdoe", (17,)), ("ann", (18, 23))), user("jdoe"), user("ann", 1101)), full=True)
        [line] = [line for line in text.split("\n") if line.startswith("  jdoe ")]
        assert "only aes128-cts-hmac-sha1-96 keys, which a domain cannot hold: it takes AES-256 and the NT hash" in line

    def test_values_that_a_domain_would_refuse_stay_behind_and_are_told_of(self, tmp_path: Path) -> None:
        entry = user("jdoe", givenName="x" * 65, mail=["a@example.com", "b@example.com"], homeDirectory="/Users/é", sn="99")
        entry.attributes["telephoneNumber"] = [b"\xff"]
        plan = carry(tmp_path, company(["jdoe"]), entry)
        made = added(plan)["jdoe"]
        assert texts_of(made, "mail") == ["a@example.com"]
        assert not {"givenName", "unixHomeDirectory", "telephoneNumber", "sn"} & set(made)
        assert {change.attribute for change in plan.changed} >= {"givenName", "mail", "homeDirectory", "telephoneNumber"}

    def test_a_primary_group_that_has_rights_on_linux_stays_behind_unless_it_is_mapped(self, tmp_path: Path) -> None:
        entries = (user("jdoe", gidNumber="20"), group("staff", 20))
        assert "gidNumber" not in added(carry(tmp_path, company(["jdoe"]), *entries))["jdoe"]
        mapped = added(carry(tmp_path, company(["jdoe"]), *entries, map_groups={"20": "2020", "staff": "workers"}))
        assert texts_of(mapped["jdoe"], "gidNumber") == texts_of(mapped["workers"], "gidNumber")

    def test_a_principal_of_another_name_is_a_second_name_to_log_in_by(self, tmp_path: Path) -> None:
        entry = user("jdoe", authAuthority=f";Kerberosv5;;john.doe@{REALM};{REALM};")
        made = added(carry(tmp_path, company(["john.doe"]), entry))
        assert texts_of(made["jdoe"], "userPrincipalName") == ["john.doe@ad.example.com"]

    def test_services_with_keys_of_their_own_are_accounts_of_their_own(self, tmp_path: Path) -> None:
        database = realm_of(("host/srv.example.com", (18, 17, 23)), ("afpserver/srv.example.com", (18, 17)), ("nfs/srv.example.com", (3,)))
        database.add("HTTP/gone.example.com", 18)
        plan = carry(tmp_path, database, user("jdoe"), keep=["srv.example.com"])
        made = added(plan)
        assert set(made) == {"jdoe", "srv$", "afpserver-srv$"}
        assert texts_of(made["afpserver-srv$"], "servicePrincipalName") == ["afpserver/srv.example.com"]
        assert texts_of(made["srv$"], "msDS-SupportedEncryptionTypes") == ["28"]
        assert texts_of(made["srv$"], "userAccountControl") == ["4098"]
        assert {bytes(s.principal).split(b"@")[0].decode(): s.carried for s in plan.services if b"srv" in s.principal or b"gone" in s.principal} == {
            "host/srv.example.com": True, "afpserver/srv.example.com": True, "nfs/srv.example.com": False, "HTTP/gone.example.com": False,
        }  # fmt: skip

    def test_the_same_input_gives_the_same_bytes(self, tmp_path: Path) -> None:
        old, stash = company(["jdoe"]).write(tmp_path)
        given: dict[str, Any] = {
            "kdc_dump": old,
            "stash": stash,
            "base_dn": BASE,
            "target_realm": "AD.EXAMPLE.COM",
            "today": date(2026, 3, 1),
        }
        one, two = (odkit.carry(directory(user("jdoe")), to="samba", **given) for _ in range(2))
        assert [b"".join(each.content()) for each in one.files] == [b"".join(each.content()) for each in two.files]

    def test_no_key_is_in_a_repr_and_the_keys_that_open_nothing_are_no_constants(self) -> None:
        keys = KerberosKeys(bytes(range(32)), None, "salt")
        assert "\\x01" not in repr(keys)
        assert supplemental_credentials(keys) != supplemental_credentials(KerberosKeys(bytes(range(1, 33)), None, "salt"))
        des = re.findall(rb"(?:0[0-9A-F]|[1-9A-F][0-9A-F]){8}$", supplemental_credentials(keys)[:-1])
        assert b"0000000000000000" not in des
