"""The whole way: an old domain, its KDC carried by load.sh, its directory carried by load.sh, and a simple bind with the old password."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import odkit
from conftest import MART, needs, needs_root
from live.carry_server import Server, private_sasl, run
from live.old_realm import EXPORT, REALM, make_old_realm, new_realm, password
from odkit.carrying import CarryPlan, Verdict, Why
from targets.asked import saslauthd

pytestmark = pytest.mark.targets

SUFFIX = "dc=medicalmart,dc=example,dc=com"
OTHER = "NEW.EXAMPLE.COM"
LION = MART / "lion"
Exports = tuple[Path, ...]


@pytest.fixture(autouse=True)
def _awk(tools_of_fedora: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripts run with gawk, too: with mawk the other tests run them."""
    monkeypatch.setenv("PATH", f"{tools_of_fedora}:{os.environ.get('PATH', '')}")


def first_generation(base: Path) -> tuple[Exports, dict[str, Any], Callable[[str], str]]:
    """Exports of 10.4 to 10.6 with dump and stash, and what everybody's password was."""
    old = make_old_realm(base / "old-realm")
    return (EXPORT,), {"kdc_dump": old.dump, "stash": old.stash}, password


def second_generation(_: Path) -> tuple[Exports, dict[str, Any], Callable[[str], str]]:
    """Exports of 10.7 and later with the m-key."""
    known = dict(line.split("\t") for line in (LION / "passwords.txt").read_text().splitlines())
    return (LION / "export.ldif", LION / "authdata.ldif"), {"m_key": LION / "m-key"}, known.__getitem__


def loaded(done: Any) -> None:
    assert done.returncode == 0, done.stdout + done.stderr


def chosen(plan: CarryPlan) -> tuple[list[str], list[str]]:
    """A few users of each kind: who logs in (the first, the last, and everybody with weak keys or a note), and who must not."""
    free = [user for user in plan.users if user.verdict in {Verdict.CARRIED, Verdict.WARNED} and user.principal is not None]
    must = [user.name for user in free if any(reason.why is Why.MUST_CHANGE for reason in user.reasons)]
    free = [user for user in free if user.name not in must]
    weak = [user for user in free if user.verdict is Verdict.WARNED]
    kept = dict.fromkeys(user.name for user in (*free[:8], *free[-2:], *weak[:4]))
    return list(kept), [*must, *(user.name for user in plan.users if user.verdict is Verdict.DISABLED)]


@pytest.mark.parametrize("realm", [REALM, OTHER], ids=["same realm", "another realm"])
@pytest.mark.parametrize("generation", [first_generation, second_generation])
def test_users_bind_with_the_old_password_and_nobody_else_does(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str, generation: Any, realm: str
) -> None:
    needs("slapd", "slapadd", "saslauthd", "kadmin.local", "krb5kdc", "unshare")
    needs_root()
    base = tmp_path_factory.getbasetemp()
    exports, keys, secret_of = generation(base if worker_id == "master" else base.parent)
    od = odkit.open(*exports)
    with new_realm(realm, tmp_path) as (kdc, dump, stash):
        options = keys | {"target_dump": dump, "target_stash": stash, "target_realm": realm}
        odkit.write_carry(odkit.carry(od, to="mit", **options), tmp_path / "mit")
        plan = odkit.carry(od, to="openldap", **options)
        odkit.write_carry(plan, tmp_path / "ldap")
        loaded(run("dash", tmp_path / "mit/load.sh", "--rehearsal", "--apply", env=kdc.env))
        server = Server(tmp_path / "server", tmp_path / "ldap")
        loaded(server.load("--apply"))
        with saslauthd(kdc, tmp_path, tmp_path / "ldap") as mux:
            server.prefix = private_sasl(tmp_path, tmp_path / "ldap", mux)
            server.start()
            try:
                free, barred = chosen(plan)
                assert len(free) >= 10
                assert len(barred) >= 3
                bound = {name: server.bind(f"uid={name},cn=users,{SUFFIX}", secret_of(name)) for name in (*free, *barred)}
                assert bound == dict.fromkeys(free, 0) | dict.fromkeys(barred, 49)
                for wrong in ("********", secret_of(free[0]) + "x", secret_of(free[1]), f"{{SASL}}{free[0]}@{realm}"):
                    assert server.bind(f"uid={free[0]},cn=users,{SUFFIX}", wrong) == 49
                left = next(user.name for user in plan.users if user.verdict is Verdict.LEFT_OUT)
                assert server.bind(f"uid={left},cn=users,{SUFFIX}", secret_of(left)) == 49
            finally:
                server.stop()
