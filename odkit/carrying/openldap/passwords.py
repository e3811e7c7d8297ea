"""Which password a user has at an OpenLDAP server: one form for each, never one that would let in more than before.

A user whose password the Password Server, or the KDC, kept is checked by the carried KDC: ``{SASL}name@REALM``, through saslauthd.  A
user without any authority but ``;basic;`` has his password in a crypt value, and keeps that.  Whoever may not log in, or not without
setting a new password first, gets the first form, which asks the KDC, or none.
"""

from __future__ import annotations

from dataclasses import field

from odkit.carrying.model import CarriedUser, Form, Reason, Verdict, Why
from odkit.carrying.principals import PrincipalRuling, rule_on
from odkit.carrying.source import CarrySource, SourceUser
from odkit.dataclass import dataclass
from odkit.kerberos import Principal
from odkit.ldif import UnfetchedURL
from odkit.patterns import regex
from odkit.values.verifier import why_unfit

__all__ = ["CRAM_MD5", "UserLogin", "login_of", "sasl_value"]

CRAM_MD5 = "cmusaslsecretCRAM-MD5"
_BASIC = frozenset({"", "basic"})
_BY_KDC = (Form("Kerberos", "{SASL}"),)
_PLAIN = regex(rb"[A-Za-z0-9_$.-]+")


@dataclass(frozen=True, slots=True)
class UserLogin:
    """How a user logs in at the target.

    Attributes:
        user: the verdict on him.
        value: of ``userPassword``; None for none; secret.
        cram: the CRAM-MD5 secret; None for none; secret.
    """

    user: CarriedUser
    value: bytes | None = field(default=None, repr=False)
    cram: bytes | None = field(default=None, repr=False)


def sasl_value(principal: Principal) -> bytes | None:
    """Return ``{SASL}name@REALM`` of a principal; None when slapd, saslauthd and the KDC would not agree on the name.

    saslauthd cuts at the first ``@`` and libkrb5 takes ``/`` and ``\\`` for signs of its own.
    """
    if len(principal.components) != 1 or not principal.components[0]:
        return None
    name, realm = principal.components[0], principal.realm
    if _PLAIN.fullmatch(name) and _PLAIN.fullmatch(realm):
        return b"{SASL}" + name + b"@" + realm
    text = (name + realm).decode("utf-8", "replace")
    if set(name + realm) & set(b"@/\\") or not text.isprintable() or "\ufffd" in text or name.strip() != name:
        return None
    return b"{SASL}" + name + b"@" + realm


def login_of(source: CarrySource, user: SourceUser) -> UserLogin:
    """Decide on a user's password, and on the user."""
    ruling = rule_on(source, user)
    principal = bytes(ruling.target) if ruling.target is not None else None
    forms = ruling.forms
    if ruling.verdict is Verdict.LEFT_OUT:
        return UserLogin(_carried(user, ruling, Verdict.LEFT_OUT, ruling.reasons, forms, None))
    value: bytes | None = None
    reasons = ruling.reasons
    verdict = ruling.verdict
    crypt = _crypt(user)
    if crypt is not None and user.state.free:
        value, verdict, reasons, principal = crypt, Verdict.CARRIED, (), None
        forms = (Form("crypt", "{CRYPT}"),)
    elif crypt is not None:
        why = user.state.must_change
        verdict, reasons, principal = Verdict.RESET, (why,) if why is not None else (), None
        forms = (Form("crypt", ""),)
    elif ruling.target is not None and verdict is not Verdict.RESET and (ruling.known or user.state.locked is None):
        value = sasl_value(ruling.target)
        if value is None:
            verdict = verdict if verdict is Verdict.DISABLED else Verdict.RESET
            text = "the name of the principal cannot stand behind {SASL}, so that a simple bind is not possible; Kerberos is"
            reasons = (*reasons, Reason(Why.NOT_EXPRESSIBLE, text))
        else:
            forms = tuple(Form(form.source, "{SASL}" if form.target else "") for form in forms) or _BY_KDC
    if user.state.locked is not None:
        verdict = Verdict.DISABLED
        reasons = (
            user.state.locked,
            *(reason for reason in reasons if reason != user.state.locked and reason.why is not Why.NOTHING_USABLE),
        )
    cram = _cram(user) if source.options.cram_md5 and user.state.free else None
    if cram is not None:
        forms = (*forms, Form("CRAM-MD5", "CRAM-MD5"))
        if value is None and verdict is Verdict.RESET:
            text = "logs in with CRAM-MD5 alone: a simple bind needs a new password"
            verdict, reasons = Verdict.WARNED, (Reason(Why.PARTIAL, text), *reasons)
    return UserLogin(_carried(user, ruling, verdict, reasons, forms, principal), value, cram)


def _carried(
    user: SourceUser,
    ruling: PrincipalRuling,
    verdict: Verdict,
    reasons: tuple[Reason, ...],
    forms: tuple[Form, ...],
    principal: bytes | None,
) -> CarriedUser:
    return CarriedUser(user.name, user.record.dn, verdict, reasons, forms, ruling.until if verdict is Verdict.WARNED else None, principal)


def _crypt(user: SourceUser) -> bytes | None:
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
