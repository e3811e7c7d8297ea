"""A carry to OpenLDAP, played on a scratch slapd with the configuration that the plan wrote, and on a replica of it."""

from __future__ import annotations

import os
import secrets
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from odkit.carrying import CarriedUser, Verdict, Why
from odkit.ldif import Attributes, Entry, read
from odkit.rehearsal.carry.model import Proof, Row, row_of
from odkit.rehearsal.carry.passwords import password_servers
from odkit.rehearsal.carry.stage import Stage
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.programs import SYSTEM_PATH, free_port, program, run, wait_for_port
from odkit.rehearsal.server import start_server, stop_server
from odkit.text import escape
from odkit.values.schema import OPERATIONAL

__all__ = ["PLAYS"]

_PACKAGES = "slapd ldap-utils"
_PROBES = 20  # users at whom wrong passwords are tried
_PATIENCE = 60  # seconds for a replica
_INVALID = 49
_NO_PASSWORD = 48
_SECRETS = ("userpassword", "cmusaslsecret")


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
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """LDAP URL of the scratch slapd."""
        return f"ldap://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start slapd, and wait until it answers."""
        log = self.folder / "log"
        self._process = start_server([program("slapd", _PACKAGES), "-f", str(self.config), "-h", self.url, "-d", "0"], self.env, log)
        wait_for_port(self.port, self._process, log)

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
        """Bind with a DN and a password; returns the status of ldapwhoami."""
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(password, "utf-8")
        return run("ldapwhoami", "-x", "-H", self.url, "-D", dn, "-y", str(secret), env=self.env, check=False).returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def _own(attributes: Attributes) -> Attributes:
    return Attributes({name: values for name, values in attributes.items() if name.lower() not in OPERATIONAL})


def _play(stage: Stage) -> Iterator[Row]:
    for name in ("slapd", "slapadd", "slapcat", "ldapsearch", "ldapwhoami"):
        program(name, _PACKAGES)
    planned = {e.dn: e.attributes for e in read(stage.folder / "directory.ldif") if isinstance(e, Entry)}
    suffix = next(iter(planned))
    with _Server(stage.scratch / "server", stage.folder) as server:
        yield from _load(stage, server, suffix, planned)
        with password_servers(stage) as kdc:
            server.start()
            yield from _seen(server, suffix, planned)
            yield from _refusals(server, planned)
            yield from _logins(stage, server, planned, kdc)
            yield from _replica(stage, server, suffix, planned)
            server.stop()
        yield from _again(stage, server, suffix)
        yield from _back(stage, server, suffix)


def _back(stage: Stage, server: _Server, suffix: str) -> Iterator[Row]:
    words = ("sh", str(stage.folder / "unload.sh"), "--rehearsal", "--config", str(server.config), "--apply")
    done = run(*words, env=server.env | {"TMPDIR": str(stage.scratch)}, check=False, timeout=3600)
    why = [] if done.returncode == 0 and not server.entries(suffix) else [_last(done)]
    yield row_of("the way back leads back (unload.sh)", 1, why, "run")


def _script(stage: Stage, server: _Server, *words: str) -> subprocess.CompletedProcess[bytes]:
    listing = stage.scratch / "listprincs"
    listing.write_bytes(b"".join(user.principal + b"\n" for user in stage.plan.users if user.principal is not None))
    load = ("sh", str(stage.folder / "load.sh"), "--rehearsal", "--config", str(server.config), "--principals", str(listing))
    return run(*load, *words, env=server.env | {"TMPDIR": str(stage.scratch)}, check=False, timeout=3600)


def _load(stage: Stage, server: _Server, suffix: str, planned: dict[str, Attributes]) -> Iterator[Row]:
    dry = _script(stage, server)
    why = [] if dry.returncode == 0 and not server.entries(suffix) else [_last(dry)]
    yield row_of("load.sh without --apply changes nothing", 1, why, "run")
    done = _script(stage, server, "--apply")
    yield row_of("load.sh --apply ends well", 1, [_last(done)] if done.returncode else [], "run")
    there = server.entries(suffix)
    bad = [escape(dn) for dn, attributes in planned.items() if there.get(dn) != attributes]
    yield row_of("every planned record is there with its values, by slapcat", len(planned), bad, "record")
    yield row_of("no other record is there", len(there), [escape(dn) for dn in there.keys() - planned.keys()], "record")


def _last(done: subprocess.CompletedProcess[bytes]) -> str:
    return escape((done.stderr.strip() or done.stdout.strip()).split(b"\n")[-1])


def _seen(server: _Server, suffix: str, planned: dict[str, Attributes]) -> Iterator[Row]:
    shown = [entry for entry in read(server.search(suffix, "*")) if isinstance(entry, Entry)]
    missing = planned.keys() - {entry.dn for entry in shown}
    yield row_of("a client finds every record", len(planned), map(escape, missing), "record")
    bad = [escape(entry.dn) for entry in shown if any(name.lower().startswith(_SECRETS) for name in entry.attributes)]
    yield row_of("nobody sees a password or a secret", len(shown), bad, "record")


def _refusals(server: _Server, planned: dict[str, Attributes]) -> Iterator[Row]:
    people = _people(planned)
    step = max(1, len(people) // _PROBES)
    tried, bad = 0, []
    for dn, entry in people[::step]:
        stored = entry.first("userPassword")
        wrong = ["********", "*", secrets.token_urlsafe(12), *([stored.decode("utf-8", "replace")] if stored is not None else [])]
        tried += 1
        if any(server.bind(dn, password) not in {_INVALID, _NO_PASSWORD} for password in wrong):
            bad.append(escape(dn))
    yield row_of("placeholders, the stored value itself and random passwords are refused", tried, bad, "user")


def _logins(stage: Stage, server: _Server, planned: dict[str, Attributes], kdc: ScratchRealm | str) -> Iterator[Row]:
    """Try the passwords of test users, and that who may not log in is refused even with the right one."""
    dns = {name.decode("utf-8", "replace"): dn for dn, entry in _people(planned) for name in entry["uid"]}
    own = {name for name, dn in dns.items() if (planned[dn].first("userPassword") or b"").startswith(b"{CRYPT}")}
    by_kdc = {name for name, dn in dns.items() if (planned[dn].first("userPassword") or b"").startswith(b"{SASL}")}
    if not own and not by_kdc:
        return
    free = {user.name for user in stage.plan.users if user.verdict in {Verdict.CARRIED, Verdict.WARNED} and not _must_change(user)}
    known = {
        name: secret for name, secret in stage.logins.items() if name in free and name in (own if isinstance(kdc, str) else own | by_kdc)
    }
    what = "carried users log in with their old password"
    if not known:
        detail = kdc if isinstance(kdc, str) else "no password of a test user was given (--logins FILE, --login NAME)"
        yield Row(what, Proof.NOT_PROVED, detail)
    else:
        yield row_of(what, len(known), [escape(name) for name, secret in known.items() if server.bind(dns[name], secret)])
        bad = [escape(name) for name, secret in known.items() if server.bind(dns[name], secret + "x") != _INVALID]
        yield row_of("test users are refused with another password", len(known), bad)
    if isinstance(kdc, str):
        return
    barred = [user for user in stage.plan.users if user.name in by_kdc and user.name not in free]
    tried = barred[:: max(1, len(barred) // _PROBES)]
    bad = [escape(user.name) for user in tried if _let_in(server, kdc, user, dns[user.name])]
    if tried:
        yield row_of("disabled and expired users, and who must change his password, are refused even with the right one", len(tried), bad)


def _must_change(user: CarriedUser) -> bool:
    return any(reason.why is Why.MUST_CHANGE for reason in user.reasons)


def _let_in(server: _Server, kdc: ScratchRealm, user: CarriedUser, dn: str) -> bool:
    """Whether a user who may not log in gets in with a password that the scratch KDC was given for this; all else of him stays."""
    assert user.principal is not None
    name = b'"' + user.principal.replace(b'"', b'""') + b'"'
    secret = secrets.token_hex(12)
    commands = [b"cpw -pw " + secret.encode() + b" " + name]
    if _must_change(user):
        commands.append(b"modprinc +needchange " + name)  # cpw takes it away
    kdc.kadmin(commands)
    return server.bind(dn, secret) not in {_INVALID, _NO_PASSWORD}


def _people(planned: dict[str, Attributes]) -> list[tuple[str, Attributes]]:
    return [(dn, entry) for dn, entry in planned.items() if "uidNumber" in entry and "uid" in entry and "homeDirectory" in entry]


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
    why = [] if done.returncode == 0 and server.entries(suffix) == before else [_last(done)]
    yield row_of("a second run changes nothing", 1, why, "run")


PLAYS = {"openldap": _play, "openldap-2307bis": _play}
