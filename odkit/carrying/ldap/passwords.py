"""Which password a user has at an LDAP server: one form for each, never one that would let in more than before.

A user whose password the Password Server, or the KDC, kept is checked by the carried KDC, in the way that the server has for it.  A user
without any authority but ``;basic;`` has his password in a crypt value, and keeps that.  Whoever may not log in, or not without setting a
new password first, gets the first form, which asks the KDC, or none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from odkit.carrying.model import CarriedUser, Form, Reason, Verdict, Why
from odkit.carrying.principals import PrincipalRuling, rule_on
from odkit.carrying.source import CarrySource, SourceUser
from odkit.dataclass import dataclass
from odkit.kerberos import Principal
from odkit.ldif import UnfetchedURL
from odkit.values.verifier import OPENLDAP_SCHEMES, why_unfit

__all__ = ["CRAM_MD5", "PasswordForms", "UserLogin", "crypt_of", "login_of"]

CRAM_MD5 = "cmusaslsecretCRAM-MD5"
_BASIC = frozenset({"", "basic"})


@dataclass(frozen=True, slots=True)
class PasswordForms:
    """The forms in which a server has a user's password.

    Attributes:
        by_kdc: name of the form of a user whom the KDC checks.
        value: what ``userPassword`` of such a user is, given the first of his names and his principal at the target; empty where the server
            asks the KDC for who has none, None where it cannot ask for this one.
        impossible: the reason then, a sentence.
        local: finds a verifier of the directory that the server checks as it is, beside a crypt value: its source and target forms, and the
            value of ``userPassword``; None where there is none.
        schemes: of ``userPassword``, in upper case: no other one is ever written, because the server would take it for a password in clear.
        cram_md5: the server checks the CRAM-MD5 secrets of ``cn=authdata``.
    """

    by_kdc: str
    value: Callable[[str, Principal], bytes | None]
    impossible: str
    local: Callable[[SourceUser], tuple[Form, bytes] | None] = lambda _: None
    schemes: frozenset[str] = OPENLDAP_SCHEMES
    cram_md5: bool = False


@dataclass(frozen=True, slots=True)
class UserLogin:
    """How a user logs in at the target.

    Attributes:
        user: the verdict on him.
        value: of ``userPassword``; None for none; secret.
        cram: the CRAM-MD5 secret; None for none; secret.
        by_kdc: the KDC checks his password.
    """

    user: CarriedUser
    value: bytes | None = field(default=None, repr=False)
    cram: bytes | None = field(default=None, repr=False)
    by_kdc: bool = False


def login_of(source: CarrySource, user: SourceUser, forms_of: PasswordForms) -> UserLogin:
    """Decide on a user's password, and on the user.

    Args:
        source: of the carry.
        user: one of its users.
        forms_of: the server.
    """
    ruling = rule_on(source, user)
    principal = bytes(ruling.target) if ruling.target is not None else None
    forms = ruling.forms
    if ruling.verdict is Verdict.LEFT_OUT:
        return UserLogin(_carried(user, ruling, Verdict.LEFT_OUT, ruling.reasons, forms, None))
    value: bytes | None = None
    reasons = ruling.reasons
    verdict = ruling.verdict
    by_kdc = False
    own = _own(user, forms_of)
    if own is not None and user.state.free:
        value, verdict, reasons, principal = own[1], Verdict.CARRIED, (), None
        forms = (own[0],)
    elif own is not None:
        why = user.state.must_change
        verdict, reasons, principal = Verdict.RESET, (why,) if why is not None else (), None
        forms = (Form(own[0].source, ""),)
    elif ruling.target is not None and verdict is not Verdict.RESET and (ruling.known or user.state.locked is None):
        value = forms_of.value(user.name, ruling.target)
        if value is None:
            verdict = verdict if verdict is Verdict.DISABLED else Verdict.RESET
            reasons = (*reasons, Reason(Why.NOT_EXPRESSIBLE, forms_of.impossible))
        else:
            by_kdc = True
            target = forms_of.by_kdc
            forms = tuple(Form(form.source, target if form.target else "") for form in forms) or (Form("Kerberos", target),)
    if user.state.locked is not None:
        verdict = Verdict.DISABLED
        reasons = (
            user.state.locked,
            *(reason for reason in reasons if reason != user.state.locked and reason.why is not Why.NOTHING_USABLE),
        )
    cram = _cram(user) if forms_of.cram_md5 and source.options.cram_md5 and user.state.free else None
    if cram is not None:
        forms = (*forms, Form("CRAM-MD5", "CRAM-MD5"))
        if value is None and verdict is Verdict.RESET:
            text = "logs in with CRAM-MD5 alone: a simple bind needs a new password"
            verdict, reasons = Verdict.WARNED, (Reason(Why.PARTIAL, text), *reasons)
    return UserLogin(_carried(user, ruling, verdict, reasons, forms, principal), value or None, cram, by_kdc)


def _carried(
    user: SourceUser,
    ruling: PrincipalRuling,
    verdict: Verdict,
    reasons: tuple[Reason, ...],
    forms: tuple[Form, ...],
    principal: bytes | None,
) -> CarriedUser:
    return CarriedUser(user.name, user.record.dn, verdict, reasons, forms, ruling.until if verdict is Verdict.WARNED else None, principal)


def _own(user: SourceUser, forms_of: PasswordForms) -> tuple[Form, bytes] | None:
    crypt = crypt_of(user)
    return (Form("crypt", "{CRYPT}"), crypt) if crypt is not None else forms_of.local(user)


def crypt_of(user: SourceUser) -> bytes | None:
    """Return the crypt value that is a user's password: of one who has no authority, or none but basic."""
    password = user.password
    if password.unread or password.pointer is not None or password.kerberos is not None or password.pointers:
        return None
    if any(authority.kind not in _BASIC for authority in password.authorities if authority.kind != "disableduser"):
        return None
    values = [verifier.crypt for verifier in user.verifiers]
    found = [value for value in values if value is not None and why_unfit("userPassword", value) is None]
    return found[0] if len(set(found)) == 1 else None


def _cram(user: SourceUser) -> bytes | None:
    entry = user.password.authdata
    values = [] if entry is None else entry.get(CRAM_MD5, [])
    if len(values) != 1 or isinstance(values[0], UnfetchedURL):
        return None
    return values[0] if why_unfit(CRAM_MD5, values[0]) is None else None
