"""The password forms of OpenLDAP: ``{SASL}name@REALM``, which saslauthd asks the KDC for, and CRAM-MD5 secrets."""

from __future__ import annotations

from odkit.carrying.ldap.passwords import PasswordForms
from odkit.kerberos import Principal
from odkit.patterns import regex

__all__ = ["SASL", "sasl_value"]

_PLAIN = regex(rb"[A-Za-z0-9_$.-]+")


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


SASL = PasswordForms(
    "{SASL}",
    lambda _, principal: sasl_value(principal),
    "the name of the principal cannot be written behind {SASL}: a simple bind is not possible, and Kerberos is",
    cram_md5=True,
)
