"""A saslauthd with the configuration that odkit wrote, which slapd asks and which asks the KDC."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from live.carry_server import run
from odkit.rehearsal.kdc import ScratchRealm


@contextmanager
def saslauthd(realm: ScratchRealm, folder: Path, plan: Path) -> Iterator[Path]:
    """Run a saslauthd with the configuration that odkit wrote; gives the folder of its socket."""
    host = f"host/{socket.gethostname()}"
    realm.add([host.encode()])
    run("kadmin.local", "-r", realm.realm, "ktadd", "-k", folder / "keytab", host, env=realm.env)
    config = (plan / "config" / "saslauthd.conf").read_text().replace("/etc/saslauthd.keytab", f"{folder}/keytab")
    (folder / "saslauthd.conf").write_text(config)
    mux = folder / "mux"
    mux.mkdir()
    words = ["saslauthd", "-d", "-a", "kerberos5", "-O", str(folder / "saslauthd.conf"), "-m", str(mux), "-n", "1"]
    with (folder / "saslauthd.log").open("wb") as log:
        daemon = subprocess.Popen(words, env=realm.env, stdout=log, stderr=log, start_new_session=True)
    try:
        until = time.monotonic() + 100
        while not (mux / "mux").exists():
            assert daemon.poll() is None, (folder / "saslauthd.log").read_text()
            assert time.monotonic() < until, (folder / "saslauthd.log").read_text()
            time.sleep(0.05)
        yield mux
    finally:
        os.killpg(daemon.pid, signal.SIGKILL)
        daemon.wait()
