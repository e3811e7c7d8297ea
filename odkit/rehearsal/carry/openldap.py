"""A carry to OpenLDAP, played on a scratch slapd with the configuration that the plan wrote, and on a replica of it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from odkit.ldif import Attributes, Entry, read
from odkit.rehearsal.carry.binds import CheckedBy, last_line, logins, refusals, seen
from odkit.rehearsal.carry.model import Row, row_of
from odkit.rehearsal.carry.passwords import password_servers
from odkit.rehearsal.carry.stage import Stage
from odkit.rehearsal.ldap import simple_bind
from odkit.rehearsal.programs import SYSTEM_PATH, Port, program, run, wait_for_port
from odkit.rehearsal.server import start_server, stop_server
from odkit.text import escape
from odkit.values.schema import OPERATIONAL

__all__ = ["PLAYS"]

_PACKAGES = "slapd ldap-utils"
_PATIENCE = 60  # seconds for a replica


class _Server:
    """A slapd with the configuration of the written folder, its paths below a folder of its own.

    Args:
        folder: for it alone.
        written: the plan's folder.
        extra: lines in place of the provider's overlay, in the form of slapd.conf.
    """

    def __init__(self, folder: Path, written: Path, extra: str = "overlay syncprov\n") -> None:
        self.folder = folder
        (folder / "db").mkdir(parents=True, mode=0o700)
        text = (written / "config" / "slapd.conf").read_text()
        for path in (written / "schema").iterdir():
            text = text.replace(f"/etc/ldap/schema/{path.name}", str(path))
        text = text.replace("/var/lib/ldap", f"{folder}/db").replace("/var/run/slapd", str(folder)).replace("overlay syncprov\n", extra)
        self.config = folder / "slapd.conf"
        self.config.write_text(text)
        self.env = os.environ | {"PATH": f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}", "LC_ALL": "C"}
        self._port = Port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """LDAP URL of the scratch slapd."""
        return f"ldap://127.0.0.1:{self._port.number}"

    def start(self) -> None:
        """Start slapd, and wait until it answers."""
        log = self.folder / "log"
        self._process = start_server([program("slapd", _PACKAGES), "-f", str(self.config), "-h", self.url, "-d", "0"], self.env, log)
        wait_for_port(self._port.number, self._process, log)

    def stop(self) -> None:
        """Stop slapd."""
        if self._process is not None:
            stop_server(self._process, 20)
            self._process = None

    def entries(self, suffix: str) -> dict[str, Attributes]:
        """Return what is stored, by DN."""
        if not (self.folder / "db" / "data.mdb").exists():
            return {}
        data = run(program("slapcat", _PACKAGES), "-f", str(self.config), "-b", suffix, env=self.env, timeout=600).stdout
        return {entry.dn: _own(entry.attributes) for entry in read(data) if isinstance(entry, Entry)}

    def search(self, suffix: str, *attributes: str) -> bytes:
        """Return LDIF of all entries below a suffix, as an anonymous client gets them."""
        words = ["ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", self.url, "-E", "pr=1000/noprompt"]
        words += ["-b", suffix, "(objectClass=*)"]
        return run(*words, *attributes, env=self.env, check=False, timeout=600).stdout

    def bind(self, dn: str, password: str) -> int:
        """Bind with a DN and a password; returns the result code of LDAP."""
        return simple_bind(self.url, dn, password)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
        self._port.close()


def _own(attributes: Attributes) -> Attributes:
    return Attributes({name: values for name, values in attributes.items() if name.lower() not in OPERATIONAL})


def _play(stage: Stage) -> Iterator[Row]:
    for name in ("slapd", "slapadd", "slapcat", "ldapsearch"):
        program(name, _PACKAGES)
    planned = {e.dn: e.attributes for e in read(stage.folder / "directory.ldif") if isinstance(e, Entry)}
    suffix = next(iter(planned))
    with _Server(stage.scratch / "server", stage.folder) as server:
        yield from _load(stage, server, suffix, planned)
        with password_servers(stage) as kdc:
            server.start()
            yield from seen(server.search(suffix, "*"), planned)
            yield from refusals(server, planned)
            yield from logins(stage, server, planned, kdc, _checked_by)
            yield from _replica(stage, server, suffix, planned)
            server.stop()
        yield from _again(stage, server, suffix)
        yield from _back(stage, server, suffix)


def _checked_by(_: str, entry: Attributes) -> CheckedBy | None:
    value = entry.first("userPassword") or b""
    return CheckedBy.SERVER if value.startswith(b"{CRYPT}") else CheckedBy.KDC if value.startswith(b"{SASL}") else None


def _back(stage: Stage, server: _Server, suffix: str) -> Iterator[Row]:
    words = ("sh", str(stage.folder / "unload.sh"), "--rehearsal", "--config", str(server.config), "--apply")
    done = run(*words, env=server.env | {"TMPDIR": str(stage.scratch)}, check=False, timeout=3600)
    why = [] if done.returncode == 0 and not server.entries(suffix) else [last_line(done)]
    yield row_of("the way back leads back (unload.sh)", 1, why, "run")


def _script(stage: Stage, server: _Server, *words: str) -> subprocess.CompletedProcess[bytes]:
    listing = stage.scratch / "listprincs"
    listing.write_bytes(b"".join(user.principal + b"\n" for user in stage.plan.users if user.principal is not None))
    load = ("sh", str(stage.folder / "load.sh"), "--rehearsal", "--config", str(server.config), "--principals", str(listing))
    return run(*load, *words, env=server.env | {"TMPDIR": str(stage.scratch)}, check=False, timeout=3600)


def _load(stage: Stage, server: _Server, suffix: str, planned: dict[str, Attributes]) -> Iterator[Row]:
    dry = _script(stage, server)
    why = [] if dry.returncode == 0 and not server.entries(suffix) else [last_line(dry)]
    yield row_of("load.sh without --apply changes nothing", 1, why, "run")
    done = _script(stage, server, "--apply")
    yield row_of("load.sh --apply ends well", 1, [last_line(done)] if done.returncode else [], "run")
    there = server.entries(suffix)
    bad = [escape(dn) for dn, attributes in planned.items() if there.get(dn) != attributes]
    yield row_of("every planned record is there with its values, by slapcat", len(planned), bad, "record")
    yield row_of("no other record is there", len(there), [escape(dn) for dn in there.keys() - planned.keys()], "record")


def _replica(stage: Stage, server: _Server, suffix: str, planned: dict[str, Attributes]) -> Iterator[Row]:
    sync = f'syncrepl rid=001 provider={server.url} type=refreshOnly interval=00:00:01:00 retry="1 +" searchbase="{suffix}"\n'
    with _Server(stage.scratch / "replica", stage.folder, sync) as replica:
        replica.start()
        until = time.monotonic() + _PATIENCE + len(planned) / 100
        missing: Sequence[str] = list(planned)
        while missing and time.monotonic() < until:
            time.sleep(0.2)
            there = {entry.dn for entry in read(replica.search(suffix, "1.1")) if isinstance(entry, Entry)}
            missing = [dn for dn in planned if dn not in there]
    yield row_of("a replica (syncrepl) gets every record", len(planned), map(escape, missing), "record")


def _again(stage: Stage, server: _Server, suffix: str) -> Iterator[Row]:
    before = server.entries(suffix)
    done = _script(stage, server, "--apply")
    why = [] if done.returncode == 0 and server.entries(suffix) == before else [last_line(done)]
    yield row_of("a second run changes nothing", 1, why, "run")


PLAYS = {"openldap": _play, "openldap-2307bis": _play}
