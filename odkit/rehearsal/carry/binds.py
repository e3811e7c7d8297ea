"""What is tried at an LDAP server with a carried directory: who sees what, and whose simple bind it takes."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Callable, Iterator, Mapping
from enum import Enum, auto
from typing import Protocol

from odkit.carrying import CarriedUser, Verdict, Why
from odkit.ldif import Attributes, Entry, read
from odkit.rehearsal.carry.model import Proof, Row, row_of
from odkit.rehearsal.carry.stage import Stage
from odkit.rehearsal.kdc import ScratchRealm
from odkit.text import escape

__all__ = ["Binding", "CheckedBy", "last_line", "let_in", "logins", "people", "refusals", "seen"]

_PROBES = 20  # users at whom wrong passwords are tried
_INVALID = 49
# no such object (of PAM's), inappropriate authentication, invalid credentials, unwilling to perform: LDAP's ways to say no
_REFUSED = frozenset({32, 48, _INVALID, 53})
_SECRETS = ("userpassword", "cmusaslsecret")


class CheckedBy(Enum):
    """Who checks a user's password."""

    SERVER = auto()
    KDC = auto()


class Binding(Protocol):
    """A server that takes a simple bind."""

    def bind(self, dn: str, password: str) -> int:
        """Bind with a DN and a password; returns the result code of LDAP."""
        ...


def last_line(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return what a script said last, escaped."""
    return escape((done.stderr.strip() or done.stdout.strip()).split(b"\n")[-1])


def seen(ldif: bytes, planned: Mapping[str, Attributes]) -> Iterator[Row]:
    """Look at what a client is shown.

    Args:
        ldif: all that it gets without a password.
        planned: the records of the plan by DN.
    """
    shown = [entry for entry in read(ldif) if isinstance(entry, Entry)]
    missing = planned.keys() - {entry.dn for entry in shown}
    yield row_of("a client finds every record", len(planned), map(escape, missing), "record")
    bad = [escape(entry.dn) for entry in shown if any(name.lower().startswith(_SECRETS) for name in entry.attributes)]
    yield row_of("nobody sees a password or a secret", len(shown), bad, "record")


def refusals(server: Binding, planned: Mapping[str, Attributes]) -> Iterator[Row]:
    """Try what is nobody's password."""
    found = people(planned)
    step = max(1, len(found) // _PROBES)
    tried, bad = 0, []
    for dn, entry in found[::step]:
        stored = entry.first("userPassword")
        wrong = ["********", "*", secrets.token_urlsafe(12), *([stored.decode("utf-8", "replace")] if stored is not None else [])]
        tried += 1
        if any(server.bind(dn, password) not in _REFUSED for password in wrong):
            bad.append(escape(dn))
    yield row_of("placeholders, the stored value itself and random passwords are refused", tried, bad, "user")


def logins(
    stage: Stage,
    server: Binding,
    planned: Mapping[str, Attributes],
    kdc: ScratchRealm | str,
    checked_by: Callable[[str, Attributes], CheckedBy | None],
) -> Iterator[Row]:
    """Try the passwords of test users, and that who may not log in is refused even with the right one.

    Args:
        stage: of the rehearsal.
        server: that is tried.
        planned: the records of the plan by DN.
        kdc: that it asks, or why it cannot.
        checked_by: tells who checks a user's password, by one of his names and his record; None where nobody does.
    """
    dns = {name.decode("utf-8", "replace"): dn for dn, entry in people(planned) for name in entry["uid"]}
    checks = {name: checked_by(name, planned[dn]) for name, dn in dns.items()}
    own = {name for name, found in checks.items() if found is CheckedBy.SERVER}
    by_kdc = {name for name, found in checks.items() if found is CheckedBy.KDC}
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
    bad = [escape(user.name) for user in tried if let_in(server, kdc, user, dns[user.name])]
    if tried:
        yield row_of("disabled and expired users, and who must change his password, are refused even with the right one", len(tried), bad)


def _must_change(user: CarriedUser) -> bool:
    return any(reason.why is Why.MUST_CHANGE for reason in user.reasons)


def let_in(server: Binding, kdc: ScratchRealm, user: CarriedUser, dn: str, *, freed: bool = False) -> bool:
    """Tell whether a user who may not log in gets in with a password that the scratch KDC was given for this; all else of him stays.

    Args:
        server: that is tried.
        kdc: that it asks.
        user: of the plan, with a principal.
        dn: of his record.
        freed: the KDC lets him in, so that it is the server who has to refuse him.
    """
    assert user.principal is not None
    name = b'"' + user.principal.replace(b'"', b'""') + b'"'
    secret = secrets.token_hex(12)
    commands = [b"cpw -pw " + secret.encode() + b" " + name]
    if freed:
        commands.append(b"modprinc +allow_tix -expire never -pwexpire never " + name)
    elif _must_change(user):
        commands.append(b"modprinc +needchange " + name)  # cpw takes it away
    kdc.kadmin(commands)
    return server.bind(dn, secret) not in _REFUSED


def people(planned: Mapping[str, Attributes]) -> list[tuple[str, Attributes]]:
    """Return the users among the records of a plan."""
    return [(dn, entry) for dn, entry in planned.items() if "uidNumber" in entry and "uid" in entry and "homeDirectory" in entry]
