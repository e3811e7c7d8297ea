"""Ports of the scratch servers: nobody else gets one between its choice and its server, nor while that is not there."""

from __future__ import annotations

import socket

import pytest

from conftest import needs
from live.conftest import REALM, fresh_heimdal
from odkit.ldif import Entry
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.programs import Port
from odkit.rehearsal.slapd import ScratchDirectory

pytestmark = pytest.mark.live
SUFFIX = "dc=example,dc=com"


def is_free(port: int) -> bool:
    with socket.socket() as other:
        try:
            other.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def test_a_port_is_held_until_it_is_closed() -> None:
    ports = [Port() for _ in range(50)]
    assert len({port.number for port in ports}) == 50
    assert not any(is_free(port.number) for port in ports)
    for port in ports:
        port.close()
    assert any(is_free(port.number) for port in ports)  # not all: others may take one


def test_servers_listen_on_a_port_that_is_held_and_keep_it_when_they_start_again(heimdal_prefix: None) -> None:
    needs("slapd", "krb5kdc", "kdb5_util", "kadmin.local")
    domain = [Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"example"]})]
    with (
        ScratchDirectory(domain, SUFFIX, f"cn=admin,{SUFFIX}") as directory,
        ScratchRealm(REALM, listen=True) as realm,
        fresh_heimdal() as heimdal,
    ):
        heimdal.start()
        directory.keep()
        port = directory.port
        directory.stop()
        assert not is_free(port)
        directory.reset()
        assert directory.port == port
        for answered in (directory.port, realm.port, heimdal.port):
            socket.create_connection(("127.0.0.1", answered), 10).close()
