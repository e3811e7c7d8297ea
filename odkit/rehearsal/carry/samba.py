"""A carry to a Samba domain, played on a scratch domain of the same name that is provisioned for it."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path

from odkit.carrying.samba.logins import RC4, UserLogin, login_of
from odkit.carrying.samba.supplemental import AES128, AES256
from odkit.carrying.verdicts import Verdict, Why
from odkit.dataclass import dataclass
from odkit.errors import UsageError
from odkit.kerberos import Principal
from odkit.kerberos.keytab import KeytabKey, read_keytab, write_keytab
from odkit.ldif import Attributes, Entry, Reader
from odkit.rehearsal.carry.model import Row, row_of
from odkit.rehearsal.carry.stage import Stage
from odkit.rehearsal.samba import ScratchDomain
from odkit.text import decode, escape
from odkit.values.attributes import text_of

__all__ = ["PLAYS"]

_PROBES = 10  # users at whom wrong passwords are tried
_DISABLED = 2
_NO_PASSWORD_NEEDED = 32
_MARK = "adminDescription"
# simple binds, in a process of their own because it has to see the domain's network; secrets go by standard input
_BIND = """
import json, ssl, sys
import ldap3
server = ldap3.Server("ldaps://127.0.0.1", tls=ldap3.Tls(validate=ssl.CERT_NONE))
json.dump([bool(secret) and ldap3.Connection(server, name, secret).bind() for name, secret in json.load(sys.stdin)], sys.stdout)
"""
Stored = dict[str, Attributes]


@dataclass(frozen=True)
class _Play:
    """The scratch domain and what is tried at it."""

    domain: ScratchDomain
    stage: Stage
    logins: Mapping[str, UserLogin] = field(repr=False)

    def script(self, name: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        line = ["sh", str(self.stage.folder / name), "--rehearsal", "--config", str(self.domain.config), *words]
        return subprocess.run(line, env=self.domain.env, capture_output=True, timeout=3600, check=False)

    def stored(self) -> Stored:
        """Return every account and group with all that it holds, by name."""
        found = Reader(self.domain.search("(sAMAccountName=*)", "*", "unicodePwd", "supplementalCredentials"))
        return {text_of(e.attributes, "sAMAccountName") or "": e.attributes for e in found if isinstance(e, Entry)}

    def kinit(self, name: str, *, keytab: Path | None = None, secret: str = "", trace: Path | None = None) -> str | None:
        """Return None for a ticket, else what kinit says."""
        words = ["kinit", "-c", "MEMORY:odkit", *(("-k", "-t", str(keytab)) if keytab is not None else ()), f"{name}@{self.domain.realm}"]
        env = {"KRB5_TRACE": str(trace)} if trace is not None else {}
        done = self.domain.run(*words, env=env, data=secret.encode() + b"\n", check=False)
        return None if done.returncode == 0 else decode(done.stdout + done.stderr)

    def ntlm(self, name: str, secret: str) -> bool:
        """Tell whether smbclient is let in without Kerberos."""
        file = self.stage.scratch / "smb"
        file.touch(mode=0o600)
        file.write_text(f"username = {name}\npassword = {secret}\n")
        done = self.domain.run("smbclient", "-L", f"//{self.domain.host}", "-A", str(file), "--use-kerberos=off", check=False)
        file.unlink()
        return done.returncode == 0

    def binds(self, pairs: Iterable[tuple[str, str]]) -> list[bool]:
        """Try simple binds by LDAPS; tells of each whether it was accepted."""
        named = [(f"{name}@{self.domain.realm.lower()}", secret) for name, secret in pairs]
        done = self.domain.run(sys.executable, "-W", "ignore", "-c", _BIND, data=json.dumps(named).encode(), timeout=600)
        return list(json.loads(done.stdout))

    def having(self, *verdicts: Verdict, must_change: bool = False) -> list[str]:
        return [
            name
            for name, login in self.logins.items()
            if login.user.verdict in verdicts and must_change == any(reason.why is Why.MUST_CHANGE for reason in login.user.reasons)
        ]

    def keytab(self, name: str) -> Path:
        """Return the carried keys of a user in a keytab."""
        path = self.stage.scratch / "keytab"
        principal = Principal((name.encode("utf-8", "surrogateescape"),), self.domain.realm.encode())
        path.write_bytes(
            write_keytab([KeytabKey(principal, version, e, k) for e, k in _keys(self.logins[name]).items() for version in (1, 2)])
        )
        return path


def _keys(login: UserLogin) -> dict[int, bytes]:
    """Return the carried keys by encryption type."""
    own = login.secrets
    if own is None:
        return {}
    found = {AES256: own.keys.aes256 if own.keys else None, AES128: own.keys.aes128 if own.keys else None, RC4: own.nt_hash}
    return {enctype: key for enctype, key in found.items() if key is not None}


def _row(what: str, tried: int, bad: Iterable[str], unit: str = "user") -> Row:
    return row_of(what, tried, map(escape, bad), unit)


def _play(stage: Stage) -> Iterator[Row]:
    if stage.source.realm_to is None:
        raise UsageError("a rehearsal needs --base-dn and --target-realm")
    verdicts = {user.name: user.verdict for user in stage.plan.users}
    left_out = {name for name, verdict in verdicts.items() if verdict is Verdict.LEFT_OUT}
    users = [user for user in stage.source.users() if user.name not in left_out]
    logins = {user.name: login_of(stage.source, user, stage.source.at) for user in users}
    with ScratchDomain.provision(stage.scratch / "domain", decode(stage.source.realm_to)) as domain:
        play = _Play(domain, stage, logins)
        start = play.stored()
        yield from _load(play, start, left_out)
        yield from _objects(play)
        domain.start()
        yield from _tickets(play)
        yield from _typed(play)
        yield from _refusals(play)
        domain.stop()
        yield from _again(play, start)


def _load(play: _Play, start: Stored, left_out: set[str]) -> Iterator[Row]:
    dry = play.script("load.sh")
    why = [_last(dry)] if dry.returncode else (["it does"] if play.stored() != start else [])
    yield _row("load.sh without --apply changes nothing, and loads into a copy", 1, why, "run")
    done = play.script("load.sh", "--apply")
    yield _row("load.sh --apply ends well", 1, [_last(done)] if done.returncode else [], "run")
    now = play.stored()
    bad = [name for name, values in start.items() if now.get(name) != values]
    bad += [name for name in left_out & now.keys() if name not in start]
    yield _row("the domain's own accounts are as they were, and nobody who is left out came", len(start), bad, "object")


def _last(done: subprocess.CompletedProcess[bytes]) -> str:
    return decode((done.stderr.strip() or done.stdout.strip()).split(b"\n")[-1])


def _objects(play: _Play) -> Iterator[Row]:
    now, od = play.stored(), play.stage.source.od
    wanted = {name: od.users[name].guid for name in play.logins}
    groups = {group.dn: group.new_name or group.name for group in play.stage.plan.groups if group.carried}
    for kind in ("Groups", "ComputerGroups"):
        wanted |= {groups[record.dn]: record.guid for record in od.of_type(kind).records() if record.dn in groups}
    bad = [n for n, guid in wanted.items() if n not in now or (guid and text_of(now[n], "objectGUID") != guid.lower())]
    yield _row("every user and group is there, its GUID that of the old directory", len(wanted), bad, "object")
    bad = [name for name in play.logins if name in now and int(text_of(now[name], "userAccountControl") or 0) & _NO_PASSWORD_NEEDED]
    yield _row("no account may do without a password", len(play.logins), bad)
    reset = [name for name, login in play.logins.items() if login.secrets is None]
    bad = [n for n in reset if n in now and (not int(text_of(now[n], "userAccountControl") or 0) & _DISABLED or "unicodePwd" in now[n])]
    if reset:
        yield _row("who is to be reset is disabled until he gets a password", len(reset), bad)
    file = play.stage.scratch / "all.keytab"
    play.domain.run("samba-tool", "domain", "exportkeytab", str(file), "-s", str(play.domain.config), timeout=3600)
    found: dict[str, dict[int, bytes]] = {}
    for given in read_keytab(file.read_bytes(), "keytab"):
        found.setdefault(decode(given.principal.components[0]).lower(), {})[given.enctype] = given.key
    file.unlink()
    having = [name for name, login in play.logins.items() if login.secrets is not None]
    bad = [name for name in having if not _keys(play.logins[name]).items() <= found.get(name.lower(), {}).items()]
    yield _row("samba-tool gives out the keys of the source (exportkeytab)", len(having), bad)
    done = play.domain.run("samba-tool", "dbcheck", "-H", str(play.domain.sam), "--cross-ncs", check=False, timeout=3600)
    yield _row(
        "samba-tool dbcheck finds no error", 1, [] if done.returncode == 0 and b"(0 errors)" in done.stdout else [_last(done)], "run"
    )


def _tickets(play: _Play) -> Iterator[Row]:
    tried = play.stage.sample(play.having(Verdict.CARRIED, Verdict.WARNED))
    trace = play.stage.scratch / "trace"
    no_ticket, other_salt, salted = [], [], 0
    for name in tried:
        trace.unlink(missing_ok=True)
        if play.kinit(name, keytab=play.keytab(name), trace=trace) is not None:
            no_ticket.append(name)
            continue
        own = play.logins[name].secrets
        if own is not None and own.keys is not None:
            salted += 1
            if not _announced(trace.read_bytes(), own.keys.salt.encode()):
                other_salt.append(name)
    yield _row("carried users get a ticket with their carried key (kinit -k)", len(tried), no_ticket)
    yield _row("the KDC announces the salt of the source, so that the typed password makes the same key", salted, other_salt)


def _announced(trace: bytes, salt: bytes) -> bool:
    """Tell whether libkrb5 was told this salt; it writes every byte that is no printable ASCII as ``\\xNN``."""
    shown = b"".join(bytes([byte]) if 32 <= byte <= 126 else b"\\x%02x" % byte for byte in salt)
    return any(b'salt "' + shown + b'", params' in line for line in trace.split(b"\n") if b"Selected etype info: etype " in line)


def _typed(play: _Play) -> Iterator[Row]:
    free = set(play.having(Verdict.CARRIED, Verdict.WARNED))
    known = {name: secret for name, secret in play.stage.logins.items() if name in free}
    bad = [name for name, secret in known.items() if play.kinit(name, secret=secret) is not None]
    yield _row("test users log in with their typed password (kinit)", len(known), bad)
    bad = [name for name, let in zip(known, play.binds(known.items()), strict=True) if not let]
    yield _row("test users log in with their typed password (LDAPS)", len(known), bad)
    hashed = [name for name in known if RC4 in _keys(play.logins[name])]
    bad = [name for name in hashed if not play.ntlm(name, known[name])]
    yield _row("test users who have an NT hash log in with their typed password (SMB, NTLM)", len(hashed), bad)


def _refusals(play: _Play) -> Iterator[Row]:
    names = [name for name in play.having(Verdict.DISABLED) + play.having(Verdict.DISABLED, must_change=True) if _keys(play.logins[name])]
    tried = play.stage.sample(names)
    bad = [name for name in tried if "revoked" not in (play.kinit(name, keytab=play.keytab(name)) or "")]
    if names:
        yield _row("disabled and expired users are refused, even with their key", len(tried), bad)
    tried = play.stage.sample(play.having(Verdict.CARRIED, Verdict.WARNED, must_change=True))
    bad = [name for name in tried if "expired" not in (play.kinit(name, keytab=play.keytab(name)) or "")]
    if tried:
        yield _row("users who must change their password get no ticket before", len(tried), bad)
    names = play.having(Verdict.CARRIED, Verdict.WARNED)[:_PROBES]
    wrong = [(name, text) for name in names for text in _wrong(play.logins[name])]
    let_in = {name for name, text in wrong if play.kinit(name, secret=text) is None}
    let_in |= {name for (name, _), let in zip(wrong, play.binds(wrong), strict=True) if let}
    let_in |= {name for name in names[:2] if any(play.ntlm(name, text) for text in _wrong(play.logins[name]))}
    yield _row("the placeholder, a random password, the hash and the key themselves are refused", len(names), sorted(let_in))


def _wrong(login: UserLogin) -> list[str]:
    return ["********", secrets.token_urlsafe(12), *(key.hex().upper() for key in _keys(login).values())]


def _again(play: _Play, start: Stored) -> Iterator[Row]:
    before = play.stored()
    done = play.script("load.sh", "--apply")
    yield _row("a second run changes nothing", 1, [] if done.returncode == 0 and play.stored() == before else [_last(done)], "run")
    kept = next(iter(play.having(Verdict.CARRIED, Verdict.WARNED)), None)
    if kept is not None:
        play.domain.run("samba-tool", "user", "setpassword", kept, "-H", str(play.domain.sam), "--random-password")
        before = play.stored()
        play.script("load.sh", "--apply")
        yield _row("a password changed since is not brought back by another run", 1, [] if play.stored() == before else [kept])
    done = play.script("unload.sh", "--apply")
    now = play.stored()
    left = {name for name in now.keys() - start.keys() if _MARK in now[name]} - {kept}
    bad = [_last(done)] if done.returncode else sorted(left)
    yield _row("the way back leads back (unload.sh)", 1, bad, "run")


PLAYS = {"samba": _play}
