"""Which password a user has at a FreeIPA domain: a crypt value or the PBKDF2 verifier of a local node as it is, or none.

``ipa migrate-ds`` takes no Kerberos keys (it drops krbPrincipalKey).  A value with a scheme that the server knows is kept, while migration
mode is on, and the Kerberos keys are made at the first login with it; a value without one, or with an unknown one, would be taken as the
password in clear, and keys be made of it.
"""

from __future__ import annotations

from dataclasses import field

from odkit.carrying.ds389.passwords import PAM
from odkit.carrying.freeipa.names import at_target, is_long, why_not_user
from odkit.carrying.ldap.passwords import crypt_of
from odkit.carrying.model import CarriedUser
from odkit.carrying.source import CarrySource, SourceUser
from odkit.carrying.verdicts import Form, Reason, Verdict, Why
from odkit.dataclass import dataclass
from odkit.kerberos import Principal
from odkit.text import escape, plural

__all__ = ["UserLogin", "login_of"]

_FIRST = (
    "LDAP takes the old password at once; Kerberos not before a first login with it, by the migration page (/ipa/migration) or "
    "SSSD, while migration mode is on"
)
_BY_KDC = Reason(Why.NOTHING_USABLE, "its password is known to the old KDC and Password Server alone, and migrate-ds takes no keys")
_NOTHING = Reason(Why.NOTHING_USABLE, "nothing of its password is in the directory that FreeIPA could verify")


@dataclass(frozen=True, slots=True)
class UserLogin:
    """How a user logs in at the target.

    Attributes:
        user: the verdict on him.
        name: at the target.
        value: of ``userPassword``; None for none; secret.
        locked: whether the account is disabled there.
    """

    user: CarriedUser
    name: str
    value: bytes | None = field(default=None, repr=False)
    locked: bool = False


def login_of(source: CarrySource, user: SourceUser, given: str) -> UserLogin:
    """Decide on a user's password, and on the user.

    Args:
        source: of the carry.
        user: one of its users.
        given: his name in the directory: that of his DN.
    """
    name = at_target(given)
    forms = _forms(user)
    why = user.barred or why_not_user(given)
    if why is not None:
        return UserLogin(CarriedUser(user.name, user.record.dn, Verdict.LEFT_OUT, (why,), forms), name)
    own = _own(user)
    value, verdict, reasons = None, Verdict.RESET, [_BY_KDC if forms else _NOTHING]
    if own is not None:
        forms = (own[0] if user.state.free else Form(own[0].source, ""),)
    if user.state.locked is not None:
        verdict, reasons = Verdict.DISABLED, [user.state.locked]
    elif own is not None and user.state.must_change is not None:
        reasons = [user.state.must_change]
    elif own is not None:
        value, verdict, reasons = own[1], Verdict.WARNED, [Reason(Why.PARTIAL, _FIRST)]
    reasons += _notes(source, user, given, name)
    principal = Principal((name.encode("utf-8", "surrogateescape"),), source.realm_to) if source.realm_to is not None else None
    carried = CarriedUser(
        user.name, user.record.dn, verdict, tuple(reasons), forms, None, bytes(principal) if principal is not None else None
    )
    return UserLogin(carried, name, value, user.state.locked is not None)


def _own(user: SourceUser) -> tuple[Form, bytes] | None:
    """Return the forms and the value of a verifier that 389-DS checks as it is; None without one."""
    crypt = crypt_of(user)
    return (Form("crypt", "{CRYPT}"), crypt) if crypt is not None else PAM.local(user)


def _forms(user: SourceUser) -> tuple[Form, ...]:
    """Return what the source holds and the target does not get."""
    if user.entry is not None:
        return tuple(dict.fromkeys(Form(f"{key.source} {key.name}", "") for key in (*user.entry.keys, *user.entry.sealed)))
    return (Form("Kerberos", ""),) if user.principal is not None or user.password.pointer is not None else ()


def _notes(source: CarrySource, user: SourceUser, given: str, name: str) -> list[Reason]:
    """Return what a person has to know of a user who arrives."""
    found = []
    if name != given:
        found.append(f"its name becomes {escape(name)}: migrate-ds writes names in small letters")
    others = [each for each in user.record.texts("uid") if at_target(each) != name]
    if others:
        names = ", ".join(escape(each) for each in others)
        found.append(f"{plural(len(others), 'further name')} ({names}) left out: FreeIPA knows an account by one")
    principal = user.principal
    if principal is not None and source.realm_to is not None and principal.components != (name.encode("utf-8", "surrogateescape"),):
        found.append(f"its principal {escape(bytes(principal))} becomes {escape(name)}@{escape(source.realm_to)}")
    if is_long(name):
        found.append("the name has more than 32 letters: set ipa config-mod --maxusername before anybody renames it")
    return [Reason(Why.NOTE, text) for text in found]
