"""A carry to an MIT KDC, played on a scratch KDC that is put back from the target's own dump and stash."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from odkit.carrying.keys import Key
from odkit.carrying.mitdump import why_not_in_a_mit_dump
from odkit.carrying.principals import PrincipalRuling, rule_on_users
from odkit.carrying.verdicts import Verdict, Why
from odkit.dataclass import dataclass
from odkit.errors import UsageError
from odkit.kerberos import Principal
from odkit.kerberos.kdb.dump import read_dump
from odkit.kerberos.keytab import KeytabKey, write_keytab
from odkit.rehearsal.carry.model import Row, row_of
from odkit.rehearsal.carry.stage import Stage
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.programs import program
from odkit.text import decode, escape

__all__ = ["PLAYS"]

_RC4 = 23
_REFUSED = ("revoked", "expired")  # what kinit says to a disabled or expired user
_PROBES = 20  # users at whom wrong passwords are tried
Keys = dict[bytes, tuple[bytes, ...]]


@dataclass(frozen=True)
class _Kdc:
    """The scratch KDC and what is tried at it."""

    realm: ScratchRealm
    stage: Stage
    rulings: Mapping[str, PrincipalRuling]

    def kinit(self, principal: bytes, *, keytab: Path | None = None, secret: str = "", trace: Path | None = None) -> str | None:
        """Return None for a ticket, else what kinit says."""
        words = ["kinit", "-c", "MEMORY:odkit", *(("-k", "-t", str(keytab)) if keytab is not None else ()), decode(principal)]
        env = self.realm.env | ({"KRB5_TRACE": str(trace)} if trace is not None else {})
        done = subprocess.run(words, env=env, input=secret.encode() + b"\n", capture_output=True, timeout=60, check=False)
        return None if done.returncode == 0 else decode(done.stdout + done.stderr)

    def script(self, name: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        """Run a script of the plan against the scratch KDC."""
        return subprocess.run(
            ["sh", str(self.stage.folder / name), "--rehearsal", *words], env=self.realm.env, capture_output=True, timeout=3600, check=False
        )

    def keys(self) -> Keys:
        """Return every principal with its keys as the database holds them."""
        path = self.stage.scratch / "keys.dump"
        path.write_bytes(self.realm.dump())
        return {bytes(entry.principal): tuple(key.sealed for key in entry.keys) for entry in read_dump(path).entries}

    def having(self, *verdicts: Verdict) -> list[str]:
        """Return the names of users whose principal has one of these verdicts and is carried."""
        return [name for name, ruling in self.rulings.items() if ruling.verdict in verdicts and ruling.target is not None]

    def principal(self, name: str) -> bytes:
        """Return the principal that a user has at the target."""
        target = self.rulings[name].target
        assert target is not None
        return bytes(target)


def _play(stage: Stage) -> Iterator[Row]:
    options = stage.source.options
    if options.target_dump is None or options.target_stash is None or stage.source.realm_to is None:
        raise UsageError("a rehearsal puts the target's KDC back from --target-dump and --target-stash")
    for name in ("kinit", "krb5kdc", "kadmin.local", "kdb5_util"):
        program(name, "krb5-kdc krb5-admin-server krb5-user")
    rulings = {each.user.name: each.ruling for each in rule_on_users(stage.source, misfit=why_not_in_a_mit_dump)}
    realm = decode(stage.source.realm_to)
    with ScratchRealm(realm, listen=True, within=stage.scratch, restored=(options.target_dump, options.target_stash)) as made:
        kdc = _Kdc(made, stage, rulings)
        start = kdc.keys()
        yield from _load(kdc, start)
        yield from _logins(kdc)
        yield from _refusals(kdc)
        yield from _again(kdc, start)


def _load(kdc: _Kdc, start: Keys) -> Iterator[Row]:
    dry = kdc.script("load.sh")
    yield row_of("load.sh without --apply changes nothing", 1, [] if dry.returncode == 0 and kdc.keys() == start else ["it did"], "run")
    done = kdc.script("load.sh", "--apply")
    why = [escape(done.stderr.strip().split(b"\n")[-1])] if done.returncode else []
    yield row_of("load.sh --apply ends well", 1, why, "run")
    planned = {
        bytes(entry.principal): tuple(key.sealed for key in entry.keys) for entry in read_dump(kdc.stage.folder / "principals.dump").entries
    }
    now = kdc.keys()
    bad = [escape(name) for name, keys in planned.items() if now.get(name) != keys]
    yield row_of("every planned principal is in the KDC with its keys", len(planned), bad, "principal")
    bad = [escape(name) for name, keys in start.items() if now.get(name) != keys]
    bad += [escape(name) for name in now.keys() - start.keys() - planned.keys()]
    yield row_of("the target's own principals are as they were, and no other came", len(start), bad, "principal")


def _logins(kdc: _Kdc) -> Iterator[Row]:
    free = [name for name in kdc.having(Verdict.CARRIED, Verdict.WARNED) if not _must_change(kdc.rulings[name])]
    tried = kdc.stage.sample(free)
    keytab, trace = kdc.stage.scratch / "keytab", kdc.stage.scratch / "trace"
    no_ticket, other_salt, salted = [], [], 0
    for name in tried:
        ruling = kdc.rulings[name]
        keytab.write_bytes(write_keytab(_entries(ruling)))
        trace.unlink(missing_ok=True)
        if kdc.kinit(kdc.principal(name), keytab=keytab, trace=trace) is not None:
            no_ticket.append(escape(name))
            continue
        same = _same_salt(trace.read_bytes(), ruling.keys)
        salted += same is not None
        if same is False:
            other_salt.append(escape(name))
    yield row_of("carried users get a ticket with their carried key (kinit -k)", len(tried), no_ticket)
    yield row_of("the KDC announces the salt of the source, so that the typed password makes the same key", salted, other_salt)
    known = {name: secret for name, secret in kdc.stage.logins.items() if name in free}
    bad = [escape(name) for name, secret in known.items() if kdc.kinit(kdc.principal(name), secret=secret) is not None]
    yield row_of("test users log in with their typed password", len(known), bad)


def _entries(ruling: PrincipalRuling) -> list[KeytabKey]:
    assert ruling.target is not None
    return [KeytabKey(ruling.target, key.kvno, key.enctype, key.value) for key in ruling.keys]


def _same_salt(trace: bytes, keys: Iterable[Key]) -> bool | None:
    """Tell whether what libkrb5 was told ("Selected etype info") is the salt of one of the keys; None where the type takes none."""
    for line in trace.split(b"\n"):
        _, found, rest = line.partition(b"Selected etype info: etype ")
        if not found:
            continue
        if rest.startswith(b"rc4"):
            return None
        salt = rest.partition(b'salt "')[2].rpartition(b'", params')[0]
        return salt in {_as_traced(key.salt or b"") for key in keys if key.enctype != _RC4}
    return None


def _as_traced(salt: bytes) -> bytes:
    return b"".join(bytes([byte]) if 32 <= byte <= 126 else b"\\x%02x" % byte for byte in salt)


def _must_change(ruling: PrincipalRuling) -> bool:
    return any(reason.why is Why.MUST_CHANGE for reason in ruling.reasons)


def _refusals(kdc: _Kdc) -> Iterator[Row]:
    keytab = kdc.stage.scratch / "keytab"
    names = kdc.having(Verdict.DISABLED)
    bad = []
    for name in kdc.stage.sample(names):
        keytab.write_bytes(write_keytab(_entries(kdc.rulings[name])))
        said = kdc.kinit(kdc.principal(name), keytab=keytab)
        if said is None or not any(word in said for word in _REFUSED):
            bad.append(escape(name))
    if names:
        yield row_of("disabled and expired users are refused, even with their key", len(kdc.stage.sample(names)), bad)
    names = [name for name in kdc.having(Verdict.CARRIED, Verdict.WARNED) if _must_change(kdc.rulings[name])]
    bad = []
    for name in kdc.stage.sample(names):
        keytab.write_bytes(write_keytab(_entries(kdc.rulings[name])))
        said = kdc.kinit(kdc.principal(name), keytab=keytab)
        if said is None or "expired" not in said:
            bad.append(escape(name))
    if names:
        yield row_of("users who must change their password get no ticket before", len(kdc.stage.sample(names)), bad)
    names = kdc.having(Verdict.CARRIED, Verdict.WARNED)[:_PROBES]
    bad = []
    for name in names:
        key = kdc.rulings[name].keys[0].value
        wrong = ("********", secrets.token_urlsafe(12), key.hex(), "")
        if any(kdc.kinit(kdc.principal(name), secret=secret) is None for secret in wrong):
            bad.append(escape(name))
    yield row_of("the placeholder, a random password, the key itself and nothing are refused", len(names), bad)
    absent = [user.name for user in kdc.stage.plan.users if user.verdict in {Verdict.LEFT_OUT, Verdict.RESET}]
    held = kdc.keys()
    taken = kdc.stage.source.target_kdc.principals if kdc.stage.source.target_kdc is not None else frozenset()
    bad = [escape(name) for name in absent if _brought(kdc, name, held, taken)]
    if absent:
        yield row_of("who is left out or to be reset has no principal from the old realm", len(absent), bad)


def _brought(kdc: _Kdc, name: str, held: Keys, taken: frozenset[Principal]) -> bool:
    principal = Principal((name.encode("utf-8", "surrogateescape"),), kdc.stage.source.realm_to or b"")
    return bytes(principal) in held and principal not in taken


def _again(kdc: _Kdc, start: Keys) -> Iterator[Row]:
    before = kdc.keys()
    done = kdc.script("load.sh", "--apply")
    yield row_of("a second run changes nothing", 1, [] if done.returncode == 0 and kdc.keys() == before else ["it did"], "run")
    changed = next(iter(kdc.having(Verdict.CARRIED, Verdict.WARNED)), None)
    kept: Keys = {}
    if changed is not None:
        principal = kdc.principal(changed)
        kdc.realm.kadmin([b'cpw -randkey "' + principal.replace(b'"', b'""') + b'"'])
        before = kdc.keys()
        kdc.script("load.sh", "--apply")
        after = kdc.keys()
        yield row_of("a password changed since is not brought back by another run", 1, [] if after == before else [escape(changed)])
        kept = {principal: after[principal]}
    done = kdc.script("unload.sh", "--apply")
    bad = [] if done.returncode == 0 and kdc.keys() == start | kept else ["the KDC is not as it was"]
    yield row_of("the way back leads back (unload.sh)", 1, bad, "run")


PLAYS = {"mit": _play}
