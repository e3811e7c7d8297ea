"""A domain of 10.7 and later arrives at a real MIT KDC: key sets in clear and sealed by the real Heimdal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import mart_lion
import pytest
from keymaking import key_set

import odkit
from conftest import MART, needs
from live.conftest import fresh_heimdal
from live.old_realm import logins, new_realm
from odkit.carrying import CarryPlan, Verdict, Why
from odkit.errors import InputError
from odkit.ldif import Entry, dump
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.programs import run

LION = MART / "lion"
REALM = "MEDICALMART.EXAMPLE.COM"
PASSWORDS = dict(line.split("\t") for line in (LION / "passwords.txt").read_text().splitlines())


@dataclass
class Move:
    plan: CarryPlan
    target: ScratchRealm

    def verdict(self, name: str) -> Verdict:
        return next(user.verdict for user in self.plan.users if user.name == name)


@pytest.fixture(scope="module", params=[REALM, "NEW.EXAMPLE.COM"], ids=["same realm", "another realm"])
def moved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Move]:
    needs("kdb5_util", "kadmin.local", "krb5kdc", "dash")
    folder = tmp_path_factory.mktemp("lion")
    od = odkit.open(LION / "export.ldif", LION / "authdata.ldif")
    with new_realm(request.param, folder) as (target, new, stash):
        plan = odkit.carry(od, to="mit", m_key=LION / "m-key", target_dump=new, target_stash=stash, target_realm=request.param)
        odkit.write_carry(plan, folder / "carry")
        run("dash", str(folder / "carry/load.sh"), "--rehearsal", "--apply", env=target.env)
        yield Move(plan, target)


class TestKeySetsInClear:
    def test_everybody_with_a_key_logs_in_with_the_old_password(self, moved: Move) -> None:
        free = [
            user.name
            for user in moved.plan.users
            if user.verdict in {Verdict.CARRIED, Verdict.WARNED} and all(reason.why is not Why.MUST_CHANGE for reason in user.reasons)
        ]
        assert {mart_lion.RENAMED, mart_lion.OLDER_SET, mart_lion.ONLY_NT, "diradmin"} <= set(free)
        assert len(free) == 58
        codes = logins(moved.target, {name: PASSWORDS[name] for name in free})
        assert {name for name, code in codes.items() if code} == set()
        wrong = logins(moved.target, {name: PASSWORDS[name] + "x" for name in free[:5]})
        assert all(wrong.values())

    def test_the_password_of_an_older_key_set_is_refused(self, moved: Move) -> None:
        assert all(logins(moved.target, {mart_lion.OLDER_SET: "an older password"}).values())

    def test_disabled_and_switched_off_users_and_those_who_must_change_are_refused(self, moved: Move) -> None:
        names = [mart_lion.DISABLED, mart_lion.SWITCHED_OFF, mart_lion.MUST_CHANGE]
        assert all(logins(moved.target, {name: PASSWORDS[name] for name in names}).values())
        assert [moved.verdict(name).value for name in names] == ["disabled", "disabled", "carried"]

    def test_who_has_no_verifier_is_to_be_reset_and_who_has_a_weak_one_is_warned(self, moved: Move) -> None:
        assert moved.verdict(mart_lion.NOTHING) is Verdict.RESET
        assert moved.verdict(mart_lion.ONLY_NT) is Verdict.WARNED

    def test_services_come_with_their_version_also_those_that_were_sealed(self, moved: Move) -> None:
        for name in (mart_lion.SEALED_SERVICE, "host/files.medicalmart.example.com"):
            done = run("kadmin.local", "-r", moved.target.realm, "getprinc", name, env=moved.target.env)
            assert b"Key: vno 3, aes256-cts-hmac-sha1-96" in done.stdout


@pytest.fixture(scope="module")
def sealed(heimdal_prefix: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Path]:
    """A user's key set as kadmin of Heimdal sealed it, in Apple's form, and the m-key."""
    folder = tmp_path_factory.mktemp("sealed")
    with fresh_heimdal() as heimdal:
        heimdal.kadmin("add", "--use-defaults", "--password=a sealed password", "ann")
        line = next(line for line in heimdal.dump().split(b"\n") if line.startswith(b"ann@"))
        (folder / "m-key").write_bytes((heimdal.folder / "m-key").read_bytes())
    found = re.findall(rb"[: ](\d+):(\d+):([0-9A-Fa-f]{32,}):", line)
    assert len(found) >= 2
    salt = f"{REALM}ann".encode()
    return key_set(1, [(int(enctype), bytes.fromhex(key.decode()), salt, int(mkvno)) for mkvno, enctype, key in found]), folder / "m-key"


class TestKeySetsThatHeimdalSealed:
    def domain(self, keys: bytes) -> odkit.Directory:
        suffix, guid = "dc=lion,dc=example,dc=com", "00000000-9a4c-11e1-8a00-000000000001"
        user = Entry(f"uid=ann,cn=users,{suffix}", {
            "objectClass": [b"apple-user"], "uid": [b"ann"], "uidNumber": [b"1100"],
            "authAuthority": [f";ApplePasswordServer;0x{guid.replace('-', '')},1024 35 1 root@x:10.0.0.1".encode()],
        })  # fmt: skip
        kept = Entry(f"authGUID={guid},cn=users,cn=authdata", {
            "objectClass": [b"pwsAuthdata"], "authGUID": [guid.encode()], "uid": [b"ann"], "disableReason": [b"none"],
            "draft-krbPrincipalName": [f"ann@{REALM}".encode()], "draft-krbKeySet": [keys],
        })  # fmt: skip
        tops = [Entry(suffix, {"objectClass": [b"domain"], "dc": [b"lion"]}), Entry(f"cn=users,{suffix}", {"cn": [b"users"]})]
        return odkit.open(dump([*tops, user, kept]))

    def test_they_open_with_the_m_key_and_the_old_password_logs_in(self, sealed: tuple[bytes, Path], tmp_path: Path) -> None:
        keys, m_key = sealed
        with new_realm(REALM, tmp_path) as (target, new, stash):
            plan = odkit.carry(self.domain(keys), to="mit", m_key=m_key, target_dump=new, target_stash=stash)
            odkit.write_carry(plan, tmp_path / "carry")
            run("kdb5_util", "-r", REALM, "load", "-update", str(tmp_path / "carry/principals.dump"), env=target.env)
            assert [user.verdict for user in plan.users] == [Verdict.CARRIED]
            assert logins(target, {"ann": "a sealed password"}) == {"ann": 0}

    def test_without_the_m_key_the_user_is_to_be_reset_and_with_another_one_nothing_is_planned(self, sealed: tuple[bytes, Path]) -> None:
        keys, _ = sealed
        [user] = odkit.carry(self.domain(keys), to="mit").users
        assert user.verdict is Verdict.RESET
        assert "--m-key" in user.reasons[0].text
        with pytest.raises(InputError, match="does not open the keys of ann"):
            odkit.carry(self.domain(keys), to="mit", m_key=LION / "m-key")


def test_authdata_of_another_domain_is_refused() -> None:
    with pytest.raises(InputError, match="cn=authdata is of another domain"):
        odkit.carry(odkit.open(MART / "after/export.ldif", LION / "authdata.ldif"), to="mit")
