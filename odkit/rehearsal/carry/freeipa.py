"""A carry to FreeIPA, played as far as that goes without it: a real staging slapd, and a model of what ``ipa migrate-ds`` reads there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager

from odkit.carrying import Verdict
from odkit.errors import LiveError
from odkit.ldif import Attributes, Entry, read
from odkit.rehearsal.carry.model import Proof, Row, row_of
from odkit.rehearsal.carry.stage import Stage
from odkit.rehearsal.freeipa import ScratchIpa
from odkit.rehearsal.ldap import simple_bind
from odkit.rehearsal.programs import SYSTEM_PATH, Port, program, run, wait_for_port
from odkit.rehearsal.server import start_server, stop_server
from odkit.text import escape

__all__ = ["PLAYS"]

_PACKAGES = "slapd ldap-utils"
_INVALID = 49


def _play(stage: Stage) -> Iterator[Row]:
    for name in ("slapd", "slapadd", "slapcat", "ldapsearch", "ldapwhoami"):
        program(name, _PACKAGES)
    planned = {entry.dn: entry.attributes for entry in read(stage.folder / "staging.ldif") if isinstance(entry, Entry)}
    with closing(Port()) as port:
        yield from _rows(_Table(stage, planned, ScratchIpa(stage.scratch / "ipa"), port.number))
    yield Row("FreeIPA itself takes every user and group", Proof.NOT_PROVED, "it was not run: the model is of its code, as read")
    what = "users with a carried password log in at FreeIPA, and get their Kerberos keys there"
    if any("userPassword" in entry for entry in planned.values()):
        yield Row(what, Proof.NOT_PROVED, "only FreeIPA can show it")


def _rows(table: _Table) -> Iterator[Row]:
    yield from table.dry_stage()
    with table.served():
        yield from table.seen()
        yield from table.loaded()
        yield from table.arrived()
        yield from table.again()
        yield from table.logins()


class _Table:
    """The written folder, a scratch domain, and the scripts that are played with both."""

    def __init__(self, stage: Stage, planned: dict[str, Attributes], ipa: ScratchIpa, port: int) -> None:
        self._stage, self._planned, self._ipa = stage, planned, ipa
        self._suffix = next(iter(planned))
        self._port = port
        path = f"{ipa.folder}:{os.environ.get('PATH', '')}:{SYSTEM_PATH}"
        self._env = os.environ | {"PATH": path, "LC_ALL": "C", "TMPDIR": str(stage.scratch)}
        self._password = stage.folder / "password"

    @property
    def _url(self) -> str:
        return f"ldap://127.0.0.1:{self._port}"

    def _names(self, kind: str) -> dict[str, Attributes]:
        """Planned entries by name, of users or groups."""
        place = f",ou={'people' if kind == 'user' else 'groups'},{self._suffix}"
        return {dn.removesuffix(place).partition("=")[2]: entry for dn, entry in self._planned.items() if dn.endswith(place)}

    def dry_stage(self) -> Iterator[Row]:
        """Play stage.sh without ``--apply``."""
        done = run("sh", str(self._stage.folder / "stage.sh"), "--rehearsal", env=self._env, check=False, timeout=3600)
        bad = [_last(done)] if done.returncode or self._password.exists() else []
        yield row_of("stage.sh without --apply serves nothing", 1, bad, "run")

    @contextmanager
    def served(self) -> Iterator[None]:
        """Serve the staging directory by stage.sh."""
        log = self._stage.scratch / "stage.log"
        words = ["sh", str(self._stage.folder / "stage.sh"), "--rehearsal", "--apply", "--port", str(self._port)]
        process = start_server(words, self._env, log)
        try:
            wait_for_port(self._port, process, log, seconds=600)
            if not self._password.exists():
                raise LiveError("stage.sh serves, but it has written no password")
            yield
        finally:
            stop_server(process, 20)

    def _search(self, *words: str, bound: bool = True) -> list[Entry]:
        bind = ["-D", f"cn=admin,{self._suffix}", "-y", str(self._password)] if bound else []
        line = ["ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", self._url, *bind, "-b", self._suffix, *words]
        return [entry for entry in read(run(*line, env=self._env, check=False, timeout=600).stdout) if isinstance(entry, Entry)]

    def seen(self) -> Iterator[Row]:
        """Look at what the staging server shows."""
        shown = {entry.dn: entry.attributes for entry in self._search("(objectClass=*)", "*")}
        bad = [escape(dn) for dn, entry in self._planned.items() if shown.get(dn) != entry]
        yield row_of(
            "the staging server (slapd) shows its administrator every planned record with its values", len(self._planned), bad, "record"
        )
        open_to_all = [escape(entry.dn) for entry in self._search("(objectClass=*)", "*", bound=False)]
        yield row_of("it shows nobody else anything", len(self._planned), open_to_all, "record")

    def _load(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        line = ["sh", str(self._stage.folder / "load.sh"), "--rehearsal", "--uri", self._url, *words]
        return run(*line, env=self._env, check=False, timeout=3600)

    def loaded(self) -> Iterator[Row]:
        """Play load.sh, first without ``--apply``."""
        done = self._load()
        entries = self._ipa.domain().entries
        yield row_of("load.sh without --apply changes nothing", 1, [_last(done)] if done.returncode or any(entries.values()) else [], "run")
        done = self._load("--apply")
        yield row_of("load.sh --apply ends well", 1, [_last(done)] if done.returncode else [], "run")

    def arrived(self) -> Iterator[Row]:
        """Compare what the model found with the plan."""
        domain = self._ipa.domain()
        for kind in ("user", "group"):
            planned, there = self._names(kind), domain.entries[kind]
            bad = [escape(name) for name in {**planned, **there} if name not in planned or name not in there]
            bad += [f"{escape(name)} ({escape(why)})" for name, why in domain.failed[kind].items()]
            yield row_of(f"migrate-ds, by the model, finds and takes every planned {kind}, and no other", len(planned), bad, kind)
        wanted = {f"uid={name}" for name in domain.entries["user"]} | {f"cn={name}" for name in domain.entries["group"]}
        groups = self._names("group")
        bad = []
        for name, entry in groups.items():
            old = {member.decode().partition(",")[0] for member in entry.get("member", ())}
            new = {member.decode() for member in domain.entries["group"].get(name, {}).get("member", [b"none"])}
            if old != new or not new <= wanted:
                bad.append(escape(name))
        yield row_of("every group has its members, and each of those arrives", len(groups), bad, "group")
        yield from self._states()

    def _states(self) -> Iterator[Row]:
        domain = self._ipa.domain()
        by_dn = {user.dn: user for user in self._stage.plan.users}
        users = [user for user in by_dn.values() if user.verdict is not Verdict.LEFT_OUT]
        bad = []
        for user in users:
            name = (user.principal or b"").decode().partition("@")[0] or user.name.lower()
            entry = domain.entries["user"].get(name)
            if entry is None:
                bad.append(escape(user.name))
                continue
            locked, carried = entry.get("nsaccountlock") == [b"TRUE"], "userpassword" in entry
            if locked != (user.verdict is Verdict.DISABLED) or carried != (user.verdict in {Verdict.WARNED, Verdict.CARRIED}):
                bad.append(escape(user.name))
        yield row_of("who is disabled is locked, and nobody has a password but who was said to", len(users), bad)
        yield row_of("no password is taken as clear text", len(domain.entries["user"]), map(escape, domain.clear))

    def again(self) -> Iterator[Row]:
        """Play load.sh a second time."""
        before = self._ipa.domain().as_json()
        done = self._load("--apply")
        bad = [_last(done)] if done.returncode or self._ipa.domain().as_json() != before else []
        yield row_of("a second run changes nothing", 1, bad, "run")

    def logins(self) -> Iterator[Row]:
        """Try old passwords at the staging server, which checks crypt values as 389-DS does."""
        staged = {name: entry.first("userPassword") or b"" for name, entry in self._names("user").items()}
        known = {name for name, value in staged.items() if value.startswith(b"{CRYPT}")}  # slapd checks no other form as 389-DS does
        if not known:
            return
        what = "the staged value verifies the old password (slapd)"
        given = {name: secret for name, secret in self._stage.logins.items() if name.lower() in known}
        if not given:
            yield Row(what, Proof.NOT_PROVED, "no password of a test user was given (--logins FILE, --login NAME)")
            return
        bad = [
            escape(name) for name, secret in given.items() if self._bind(name, secret) != 0 or self._bind(name, secret + "x") != _INVALID
        ]
        yield row_of(what, len(given), bad)

    def _bind(self, name: str, password: str) -> int:
        return simple_bind(self._url, f"uid={name.lower()},ou=people,{self._suffix}", password)


def _last(done: subprocess.CompletedProcess[bytes]) -> str:
    return escape((done.stderr.strip() or done.stdout.strip()).split(b"\n")[-1])


PLAYS = {"freeipa": _play}
