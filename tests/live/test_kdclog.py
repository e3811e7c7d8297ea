"""The log of a real krb5kdc: who asks for which name."""

from __future__ import annotations

import subprocess

import pytest

import odkit
from conftest import needs
from live.conftest import REALM
from odkit.kerberos import Principal, read_kdc_log
from odkit.rehearsal.kdc import ScratchRealm

pytestmark = pytest.mark.live


def test_requests_for_the_retired_name() -> None:
    """Asked for and got, asked for and not there; look-alikes and other names stand for themselves."""
    needs("krb5kdc", "kinit", "kvno")
    hosts = ["gone.example.com", "verygone.example.com", "gone.example.com.evil.example.org", "live.example.com"]
    with ScratchRealm(REALM, listen=True) as realm:
        realm.add([f"host/{host}".encode() for host in hosts])
        realm.kadmin([b"addprinc -pw pw ann"])
        subprocess.run(["kinit", "ann"], input=b"pw\n", env=realm.env, check=True, capture_output=True)
        for host in [hosts[0], hosts[0], *hosts[1:]]:
            subprocess.run(["kvno", f"host/{host}@{REALM}"], env=realm.env, check=True, capture_output=True)
        subprocess.run(["kvno", f"cifs/gone.example.com@{REALM}"], env=realm.env, check=False, capture_output=True)
        log = read_kdc_log(realm.folder / "kdc.log")
        assert log.requests[f"host/gone.example.com@{REALM}".encode()].client == f"ann@{REALM}"
        assert log.requests[f"host/gone.example.com@{REALM}".encode()].address == "127.0.0.1"
        assert log.requests[f"cifs/gone.example.com@{REALM}".encode()].count >= 1  # LOOKING_UP_SERVER
        assert f"host/one.example.com@{REALM}".encode() not in log.requests
        inventory = odkit.read_principals(realm.listing())
        plan = odkit.plan_purge(odkit.open(b"dn: dc=x\ndc: x\n"), inventory, retire=["gone.example.com", "verygone.example.com", "one.example.com"], keep=["live.example.com"], realm=REALM, options=odkit.PurgeOptions(kdc_logs=[log]))  # fmt: skip
        assert not plan.delete
        asked = {Principal((b"host", host.encode()), REALM.encode()) for host in ("gone.example.com", "verygone.example.com")}
        assert {d.principal for d in plan.review} == set(map(bytes, asked))
