"""How a user logs in at a domain: by which of the old directory's verifiers, and what of his state arrives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from datetime import datetime

from odkit.carrying.authdatakeys import nt_hash_of
from odkit.carrying.keys import Key, KeySource
from odkit.carrying.model import CarriedUser
from odkit.carrying.principals import weak_until
from odkit.carrying.samba.supplemental import AES128, AES256, KerberosKeys
from odkit.carrying.source import CarrySource, SourceUser
from odkit.carrying.verdicts import Form, Reason, Verdict, Why
from odkit.dataclass import dataclass
from odkit.kerberos import Principal
from odkit.text import decode

__all__ = ["RC4", "Secrets", "UserLogin", "filetime", "kerberos_keys", "login_of"]

RC4 = 23
NT_HASH = "NT hash"
_HARDWARE = 256  # krb5/kdb.h KRB5_KDB_REQUIRES_HW_AUTH
_EPOCH = 11644473600  # seconds between 1601 and 1970


def filetime(seconds: int) -> int:
    """Return a Unix time as a domain counts it: tenths of microseconds since 1601 (MS-DTYP FILETIME)."""
    return (seconds + _EPOCH) * 10_000_000


@dataclass(frozen=True, slots=True)
class Secrets:
    """What an account is checked by.

    Attributes:
        nt_hash: 16 bytes; None without one; secret.
        keys: the AES keys; None without them; secret.
        enabled: whether the account may be used.
        changed: ``pwdLastSet``: 0 where a new password has to be set first.
    """

    nt_hash: bytes | None = field(repr=False)
    keys: KerberosKeys | None = field(repr=False)
    enabled: bool
    changed: int


@dataclass(frozen=True, slots=True)
class UserLogin:
    """How a user logs in at the target.

    Attributes:
        user: the verdict on him.
        secrets: None where nothing of his can be verified: the account stays disabled until it gets a password.
        expires: Unix time at which the account ends, 0 for never.
        principal: name of his principal where it is another one than his short name; None else.
    """

    user: CarriedUser
    secrets: Secrets | None = field(default=None, repr=False)
    expires: int = 0
    principal: str | None = None


def kerberos_keys(keys: Iterable[Key], salt: str | None = None) -> KerberosKeys | None:
    """Return the AES keys in the shape that Samba takes; None where that shape cannot hold them.

    There is one salt for both, which is not empty, and no AES-128 without AES-256: a client would choose the one that nobody knows.

    Args:
        keys: of a principal.
        salt: for keys that were not made from a password: any text.
    """
    own = {key.enctype: key for key in keys}
    strong, other = own.get(AES256), own.get(AES128)
    if strong is None:
        return None
    text = _text(strong.salt) or salt
    if text is None:
        return None
    return KerberosKeys(strong.value, other.value if other is not None and (other.salt == strong.salt or salt) else None, text)


def _text(salt: bytes | None) -> str | None:
    try:
        return (salt or b"").decode("utf-8") or None
    except UnicodeDecodeError:
        return None


def login_of(source: CarrySource, user: SourceUser, at: datetime) -> UserLogin:
    """Decide on a user's password, and on the user.

    Args:
        source: of the carry.
        user: one of its users, who is not barred.
        at: the moment from which passwords count as set.
    """
    own = user.entry.keys if user.entry is not None else ()
    keys = kerberos_keys(own)
    hashes = {key.value for key in own if key.enctype == RC4}
    stored = nt_hash_of(user.password.authdata) if user.password.authdata is not None else None
    nt_hash = next(iter(hashes), stored)
    forms = _forms(own, keys, stored=stored is not None and not hashes)
    locked, reasons = _state(user)
    verdict, until = Verdict.CARRIED, None
    if nt_hash is None and keys is None:
        verdict, reasons = Verdict.RESET, [_nothing(user)]
    elif keys is None:
        verdict, until = Verdict.WARNED, weak_until(source)
        why = f"only an NT hash, so that Kerberos goes by RC4, which newer domains refuse; change the password by {until.isoformat()}"
        reasons.append(Reason(Why.WEAK, why))
        if user.entry is not None and user.entry.trouble is not None:
            reasons.append(user.entry.trouble)
    elif nt_hash is None:
        verdict = Verdict.WARNED
        reasons.append(Reason(Why.PARTIAL, "no NT hash: Kerberos and LDAP take the old password, SMB without Kerberos (NTLM) does not"))
    if locked is not None:
        reasons = [locked, *(reason for reason in reasons if reason.why is not Why.NOTHING_USABLE)]
        verdict, until = Verdict.DISABLED, None
    secrets = None
    if nt_hash is not None or keys is not None:
        changed = 0 if user.state.must_change is not None else filetime(int(at.timestamp()))
        secrets = Secrets(nt_hash, keys, enabled=locked is None, changed=changed)
    name = _principal(user)
    target = None
    if source.realm_to is not None:
        target = bytes(Principal(((name or user.name).encode("utf-8", "surrogateescape"),), source.realm_to))
    carried = CarriedUser(user.name, user.record.dn, verdict, tuple(reasons), forms, until, target)
    return UserLogin(carried, secrets, user.state.expires, name)


def _state(user: SourceUser) -> tuple[Reason | None, list[Reason]]:
    locked = user.state.locked
    if locked is None and user.entry is not None and user.entry.entry.attributes & _HARDWARE:
        locked = Reason(Why.DISABLED, "the KDC demands a hardware token of it, which no password replaces")
    return locked, [user.state.must_change] if user.state.must_change is not None else []


def _nothing(user: SourceUser) -> Reason:
    if user.entry is not None and user.entry.trouble is not None:
        return user.entry.trouble
    if user.entry is not None and user.entry.keys:
        names = " and ".join(dict.fromkeys(key.name for key in user.entry.keys))
        return Reason(Why.NOTHING_USABLE, f"only {names} keys, which a domain cannot hold: it takes AES-256 and the NT hash")
    return Reason(Why.NOTHING_USABLE, "neither a Kerberos key nor an NT hash of it is in the inputs")


def _principal(user: SourceUser) -> str | None:
    """Return the name of a principal that is not the short name: he logs in by both."""
    if user.principal is None or len(user.principal.components) != 1:
        return None
    name = decode(user.principal.components[0])
    return name if name.lower() != user.name.lower() else None


def _forms(own: Iterable[Key], keys: KerberosKeys | None, *, stored: bool) -> tuple[Form, ...]:
    found = []
    for key in own:
        target = NT_HASH if key.enctype == RC4 else ""
        if keys is not None and (key.enctype == AES256 or (key.enctype == AES128 and keys.aes128 is not None)):
            target = key.name
        found.append(Form(key.source.value if key.source is KeySource.SMB_NT else f"{key.source} {key.name}", target))
    if stored:
        found.append(Form(KeySource.SMB_NT.value, NT_HASH))
    return tuple(dict.fromkeys(found))
