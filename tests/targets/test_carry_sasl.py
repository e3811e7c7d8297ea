"""Old passwords at the new server: slapd asks saslauthd, saslauthd asks the KDC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

import odkit
from conftest import MART, needs, needs_root
from live.carry_server import Server, private_sasl, run
from odkit.carrying import CarryPlan, carry, write_carry
from odkit.rehearsal.kdc import ScratchRealm
from targets.asked import saslauthd

pytestmark = pytest.mark.targets

SUFFIX = "dc=medicalmart,dc=example,dc=com"
REALM = "MEDICALMART.EXAMPLE.COM"
PASSWORDS = {"aabbott0": "Monday-1234", "ahebert1": "Grüße ñandú", "diradmin": "p" * 36}


@dataclass
class Company:
    """A KDC with the carried names, saslauthd, and slapd with the carried directory."""

    server: Server
    realm: ScratchRealm
    plan: CarryPlan

    def bind(self, name: str, password: str) -> int:
        return self.server.bind(f"uid={name},cn=users,{SUFFIX}", password)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    needs("slapd", "slapadd", "saslauthd", "kadmin.local", "krb5kdc", "unshare")
    needs_root()
    folder = tmp_path_factory.mktemp("company")
    plan = carry(odkit.open(MART / "after" / "export.ldif"), to="openldap")
    write_carry(plan, folder / "plan")
    with ScratchRealm(REALM, listen=True) as realm:
        realm.add([user.principal for user in plan.users if user.principal is not None and user.name not in PASSWORDS], "-nokey")
        for name, password in PASSWORDS.items():
            realm.kadmin([f'addprinc -pw "{password}" {name}'.encode()])
        with saslauthd(realm, folder, folder / "plan") as mux:
            server = Server(folder / "server", folder / "plan")
            listing = folder / "listprincs.txt"
            listing.write_bytes(realm.listing())
            done = server.load("--apply", "--principals", listing)
            assert done.returncode == 0, done.stdout + done.stderr
            server.prefix = private_sasl(folder, folder / "plan", mux)
            server.start()
            yield Company(server, realm, plan)
            server.stop()


@pytest.mark.parametrize("name", PASSWORDS)
def test_a_user_logs_in_with_the_old_password_and_with_no_other(company: Company, name: str) -> None:
    assert company.bind(name, PASSWORDS[name]) == 0
    for wrong in ("Monday-1235", "********", f"{{SASL}}{name}@{REALM}", PASSWORDS[name] + "x"):
        assert company.bind(name, wrong) == 49


@pytest.mark.parametrize(("number", "change"), [(1, "-allow_tix"), (2, "-expire 2001-01-01"), (3, "+needchange")])
def test_who_may_not_log_in_at_the_kdc_may_not_log_in_here(company: Company, number: int, change: str) -> None:
    users = [user.name for user in company.plan.users if user.verdict == "carried" and user.name not in PASSWORDS]
    user = users[number]
    company.realm.kadmin([f"cpw -pw Open-Sesame-1 {user}".encode()])
    assert company.bind(user, "Open-Sesame-1") == 0
    company.realm.kadmin([f"modprinc {change} {user}".encode()])
    assert company.bind(user, "Open-Sesame-1") == 49


def test_a_user_cannot_give_himself_a_second_password(company: Company) -> None:
    dn = f"uid=aabbott0,cn=users,{SUFFIX}"
    secret = company.server.folder / "password"
    secret.write_text(PASSWORDS["aabbott0"])
    done = run("ldappasswd", "-x", "-H", company.server.url, "-D", dn, "-y", secret, "-s", "Second-1234")
    assert done.returncode != 0
    assert "(50)" in done.stdout
    assert (company.bind("aabbott0", "Second-1234"), company.bind("aabbott0", PASSWORDS["aabbott0"])) == (49, 0)


def test_a_password_that_is_changed_at_the_kdc_is_the_one_here(company: Company) -> None:
    company.realm.kadmin([b"cpw -pw Tuesday-5678 ahebert1"])
    assert (company.bind("ahebert1", "Tuesday-5678"), company.bind("ahebert1", PASSWORDS["ahebert1"])) == (0, 49)
    company.realm.kadmin([f'cpw -pw "{PASSWORDS["ahebert1"]}" ahebert1'.encode()])
