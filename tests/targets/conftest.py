"""Servers of the targets that take long to make: once a run, then copied."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from conftest import needs, needs_root
from live.conftest import heimdal_prefix, tools_of_fedora  # noqa: F401 - fixtures
from odkit.rehearsal.samba import ScratchDomain

SAMBA_REALM = "AD.EXAMPLE.COM"


@pytest.fixture(scope="session")
def fresh_domain(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> ScratchDomain:
    """A domain as Samba makes it; its server is never started. All workers share it."""
    needs(
        "samba", "samba-tool", "winbindd", "smbclient", "ldbadd", "ldbmodify", "ldbsearch", "kinit", "nsenter", "unshare", "ip", "openssl"
    )
    needs_root()
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "samba-domain"
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not Path(f"{folder}.made").exists():
            ScratchDomain.provision(folder, SAMBA_REALM)
            Path(f"{folder}.made").touch()
    return ScratchDomain(folder, SAMBA_REALM)
