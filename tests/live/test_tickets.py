"""What a purge means to clients: a ticket for the retired name before it, none after it; the live server's as before."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import odkit
from conftest import MART, needs
from live.conftest import REALM
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.standins import Machine, install

pytestmark = pytest.mark.live


def ticket(realm: ScratchRealm, name: str) -> bool:
    """Whether the KDC issues a service ticket, asked by MIT's own client."""
    done = subprocess.run(["kvno", name], env=realm.env, capture_output=True, text=True, check=False)
    return done.returncode == 0


def test_tickets(tmp_path: Path) -> None:
    needs("kinit", "kvno", "krb5kdc", "dash")
    old, live = ("host/xserve-hq2.medicalmart.example.com", "host/odmaster.medicalmart.example.com")
    with ScratchRealm(REALM, listen=True) as realm:
        realm.add([old.encode(), live.encode()])
        realm.kadmin([b"addprinc -pw throwaway ann"])
        standins = install(tmp_path / "standins", Machine("10.5.8"))
        subprocess.run(["kinit", "ann"], env=realm.env, input=b"throwaway\n", check=True, capture_output=True)
        assert ticket(realm, old)
        assert ticket(realm, live)
        od = odkit.open(MART / "leftover" / "export.ldif")
        plan = odkit.plan_purge(od, odkit.read_principals(realm.listing()), retire=[old.partition("/")[2]])
        odkit.write_plan(plan, tmp_path / "purge", target="10.5")
        env = realm.env | {"PATH": f"{standins}:{realm.env['PATH']}"}
        script = str(tmp_path / "purge" / "purge-principals.sh")
        subprocess.run(["dash", script, "--apply", "--rehearsal"], env=env, check=True, capture_output=True)
        # a fresh cache: a ticket that was issued before lives on until it expires
        subprocess.run(["kinit", "ann"], env=realm.env, input=b"throwaway\n", check=True, capture_output=True)
        assert not ticket(realm, old)
        assert ticket(realm, live)
    folder, port = realm.folder, realm.port
    assert not folder.exists()
    import socket

    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
