"""A carry to a Heimdal KDC, played on a scratch KDC of the same realm."""

from __future__ import annotations

import re
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import field

from odkit.carrying.principals import PrincipalRuling
from odkit.carrying.targets.heimdal import SINGLE_DES, TARGETS, rule_on_user, with_sealed_keys
from odkit.carrying.verdicts import Verdict, Why
from odkit.dataclass import dataclass
from odkit.errors import UsageError
from odkit.kerberos.heimdal import heimdal_text
from odkit.kerberos.keytab import KeytabKey, read_keytab, write_keytab
from odkit.patterns import compiled
from odkit.rehearsal.carry.model import Proof, Row, row_of
from odkit.rehearsal.carry.stage import Stage
from odkit.rehearsal.heimdal import ScratchHeimdal
from odkit.text import decode, escape, plural

__all__ = ["PLAYS"]

_PROBES = 20  # users at whom wrong passwords are tried
_RC4 = 23
_NAME = compiled(rb"(?:[^ \\]|\\.)+")
_KEY = compiled(rb"(?:^|:)(?:-|\d+):(\d+):[0-9A-Fa-f]*:(-|\d+/\"[^\"]*\"|\d+/[0-9A-Fa-f]*)(?=:|\Z)")
_REFUSED = ("policy", "revoked", "expired")  # what kinit says to a disabled or expired user


@dataclass(frozen=True)
class _Kdc:
    """The scratch KDC and what is tried at it."""

    realm: ScratchHeimdal
    stage: Stage
    rulings: Mapping[str, PrincipalRuling] = field(repr=False)

    def kinit(self, name: str, *, keys: bool = False, secret: str = "") -> str | None:
        """None for a ticket, else what kinit says."""
        ruling = self.rulings[name]
        assert ruling.target is not None
        file = self.stage.scratch / "login"
        file.touch(mode=0o600)
        if keys:
            file.write_bytes(write_keytab([KeytabKey(ruling.target, key.kvno, key.enctype, key.value) for key in ruling.keys]))
            words = ["--use-keytab", f"--keytab=FILE:{file}"]
        else:
            file.write_bytes(secret.encode("utf-8", "surrogateescape") + b"\n")
            words = [f"--password-file={file}"]
        done = self.realm.run("kinit", "-c", "MEMORY:odkit", *words, "--", heimdal_text(ruling.target), check=False)
        file.unlink()
        return None if done.returncode == 0 else decode(done.stdout + done.stderr)

    def script(self, name: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        line = ["sh", str(self.stage.folder / name), "--rehearsal", *words]
        return subprocess.run(line, env=self.realm.env, capture_output=True, timeout=3600, check=False)

    def records(self) -> dict[bytes, bytes]:
        """Every line of the dump by name."""
        return {match[0]: line for line in self.realm.dump().split(b"\n") if (match := _NAME.match(line)) is not None}

    def having(self, *verdicts: Verdict, must_change: bool = False) -> list[str]:
        return [
            name
            for name, ruling in self.rulings.items()
            if ruling.verdict in verdicts
            and ruling.target is not None
            and all(key.mkvno is None for key in ruling.keys)
            and must_change == any(reason.why is Why.MUST_CHANGE for reason in ruling.reasons)
        ]

    def record_name(self, name: str) -> bytes:
        target = self.rulings[name].target
        assert target is not None
        return heimdal_text(target)


def _play(stage: Stage) -> Iterator[Row]:
    if stage.source.realm_to is None:
        raise UsageError("a rehearsal needs the realm: give --target-realm")
    source = with_sealed_keys(stage.source)
    rulings = {user.name: rule_on_user(source, user) for user in source.users()}
    weak = any(key.enctype in SINGLE_DES for ruling in rulings.values() for key in ruling.keys)
    sealed = sum(any(key.mkvno is not None for key in ruling.keys) for ruling in rulings.values())
    with ScratchHeimdal(decode(stage.source.realm_to), listen=True, within=stage.scratch, weak=weak) as realm:
        kdc = _Kdc(realm, stage, rulings)
        start = kdc.records()
        yield from _load(kdc, start)
        if sealed:
            detail = f"{plural(sealed, 'user')}: a KDC with the source's master key alone can try them; give --m-key"
            yield Row("users whose keys stay sealed log in", Proof.NOT_PROVED, detail)
        yield from _logins(kdc)
        yield from _refusals(kdc)
        yield from _again(kdc, start)


def _load(kdc: _Kdc, start: dict[bytes, bytes]) -> Iterator[Row]:
    dry = kdc.script("load.sh")
    yield row_of("load.sh without --apply changes nothing", 1, [] if dry.returncode == 0 and kdc.records() == start else ["it did"], "run")
    lines = (kdc.stage.folder / "principals.merge").read_bytes().splitlines()
    planned = {match[0]: line for line in lines if (match := _NAME.match(line)) is not None}
    sealed = {name for name, line in planned.items() if re.match(rb"\d+:\d+:", line[len(name) + 1 :])}
    done = kdc.script("load.sh", "--apply")
    if sealed:
        what = f"{plural(len(sealed), 'principal')} are sealed with the source's master key, which the scratch KDC has not"
        yield Row("load.sh --apply ends well", Proof.NOT_PROVED, what)
    else:
        yield row_of("load.sh --apply ends well", 1, [escape(done.stderr.strip().split(b"\n")[-1])] if done.returncode else [], "run")
    now = kdc.records()
    bad = [escape(name) for name, line in planned.items() if name not in sealed and _salts(now.get(name, b"")) != _salts(line)]
    yield row_of(
        "every planned principal is in the KDC, its keys with the salts of the source", len(planned) - len(sealed), bad, "principal"
    )
    bad = [escape(name) for name, line in start.items() if now.get(name) != line]
    bad += [escape(name) for name in now.keys() - start.keys() - planned.keys()]
    yield row_of("the target's own principals are as they were, and no other came", len(start), bad, "principal")


def _salts(line: bytes) -> list[tuple[int, bytes]]:
    """Encryption type and salt of each key of a record; a text is written in quotes or in hexadecimal."""
    match = _NAME.match(line)
    keys = line[match.end() + 1 :].partition(b" ")[0].partition(b":")[2] if match is not None else b""
    found = []
    for kind, salt in _KEY.findall(keys):
        form, slash, text = salt.partition(b"/")
        value = text[1:-1] if text.startswith(b'"') else bytes.fromhex(text.decode("ascii"))
        found.append((int(kind), form + slash + value))
    return found


def _logins(kdc: _Kdc) -> Iterator[Row]:
    tried = kdc.stage.sample(kdc.having(Verdict.CARRIED, Verdict.WARNED))
    bad = [escape(name) for name in tried if kdc.kinit(name, keys=True) is not None]
    yield row_of("carried users get a ticket with their carried key (kinit --use-keytab)", len(tried), bad)
    file = kdc.stage.scratch / "all.keytab"
    bad = []
    for name in tried:
        file.unlink(missing_ok=True)
        kdc.realm.kadmin("ext_keytab", "-k", str(file), kdc.record_name(name), check=False)
        given = {key.enctype: key.key for key in read_keytab(file.read_bytes(), "keytab")} if file.exists() else {}
        if given != {key.enctype: key.value for key in kdc.rulings[name].keys}:
            bad.append(escape(name))
    file.unlink(missing_ok=True)
    yield row_of("kadmin gives out the keys of the source (ext_keytab)", len(tried), bad)
    known = {name: secret for name, secret in kdc.stage.logins.items() if name in tried}
    bad = [escape(name) for name, secret in known.items() if kdc.kinit(name, secret=secret) is not None]
    yield row_of("test users log in with their typed password", len(known), bad)


def _refusals(kdc: _Kdc) -> Iterator[Row]:
    names = kdc.having(Verdict.DISABLED) + kdc.having(Verdict.DISABLED, must_change=True)
    tried = [name for name in kdc.stage.sample(names) if kdc.rulings[name].keys]
    bad = [escape(name) for name in tried if not any(word in (kdc.kinit(name, keys=True) or "") for word in _REFUSED)]
    if tried:
        yield row_of("disabled and expired users are refused, even with their key", len(tried), bad)
    tried = list(kdc.stage.sample(kdc.having(Verdict.CARRIED, Verdict.WARNED, must_change=True)))
    bad = [escape(name) for name in tried if "expired" not in (kdc.kinit(name, keys=True) or "")]
    if tried:
        yield row_of("users who must change their password get no ticket before", len(tried), bad)
    names = kdc.having(Verdict.CARRIED, Verdict.WARNED)[:_PROBES]
    bad = []
    for name in names:
        wrong = ("********", secrets.token_urlsafe(12), kdc.rulings[name].keys[0].value.hex(), "")
        if any(kdc.kinit(name, secret=secret) is None for secret in wrong):
            bad.append(escape(name))
    yield row_of("the placeholder, a random password, the key itself and nothing are refused", len(names), bad)


def _again(kdc: _Kdc, start: dict[bytes, bytes]) -> Iterator[Row]:
    before = kdc.records()
    kdc.script("load.sh", "--apply")
    yield row_of("a second run changes nothing", 1, [] if kdc.records() == before else ["it did"], "run")
    changed = next(iter(kdc.having(Verdict.CARRIED, Verdict.WARNED)), None)
    kept: dict[bytes, bytes] = {}
    if changed is not None:
        name = kdc.record_name(changed)
        kdc.realm.kadmin("cpw", "--random-key", "--", name)
        before = kdc.records()
        kdc.script("load.sh", "--apply")
        after = kdc.records()
        yield row_of("a password changed since is not brought back by another run", 1, [] if after == before else [escape(changed)])
        kept = {name: after[name]}
    done = kdc.script("unload.sh", "--apply")
    bad = [] if done.returncode == 0 and kdc.records() == start | kept else ["the KDC is not as it was"]
    yield row_of("the way back leads back (unload.sh)", 1, bad, "run")


PLAYS = {target.name: _play for target in TARGETS}
