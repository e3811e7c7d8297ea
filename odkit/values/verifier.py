"""Password verifiers in an export: what form a value has, and whether another server may ever get it.

Open Directory's marker ``********`` is a working password on slapd and 389-DS, which take a value without ``{SCHEME}`` as clear text; a
crypt value without its scheme makes the hash itself the password; and a scheme that a server does not know is kept as clear text by
389-DS.  So no such value may be in a file that another server loads.  Back into the directory that it came from, any value may go.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import field
from enum import StrEnum

from odkit.dataclass import dataclass
from odkit.patterns import regex

__all__ = [
    "DS389_SCHEMES",
    "OPENLDAP_SCHEMES",
    "PLACEHOLDERS",
    "VERIFIER_ATTRIBUTES",
    "Verifier",
    "VerifierForm",
    "parse_verifier",
    "why_unfit",
]


class VerifierForm(StrEnum):
    """What a ``userPassword`` value is."""

    EMPTY = "empty"
    MARKER = "marker"  # asterisks, or a crypt value that matches nothing
    CRYPT = "crypt"  # with its scheme, or bare: `Verifier.crypt` has it with the scheme
    BARE_CRYPT = "bare crypt"
    SCHEME = "scheme"  # {SSHA} and others
    TEXT = "text"  # would be taken as a password in clear


# OpenLDAP 2.5 slapd(8), libldap liblutil/passwd.c; pw-pbkdf2 takes salts of 16 bytes alone and is left away
OPENLDAP_SCHEMES = frozenset({"CRYPT", "SSHA", "SHA", "SMD5", "MD5", "SASL"})
# 389-DS: of what it knows, the ones that a carry writes
DS389_SCHEMES = frozenset({"CRYPT", "PBKDF2-SHA512"})

_SCHEME = regex(rb"\{([A-Za-z0-9_/.-]{1,40})\}(.*)\Z", re.DOTALL)
_DES = regex(rb"[./0-9A-Za-z]{13}\Z")
_MODULAR = regex(rb"\$(?:1|5|6|2[abxy]?)\$[./0-9A-Za-z$=]{20,120}\Z")
# rounds, salt of 32 bytes and entropy of 128, each in base64: Apple's verifiers of local nodes have no other lengths
_PBKDF2 = regex(rb"\{PBKDF2-SHA512\}[1-9][0-9]{0,7}\$[A-Za-z0-9+/]{43}=\$[A-Za-z0-9+/]{171}=\Z")
_MARKER = regex(rb"[*!]+\Z|x\Z", re.IGNORECASE)

# attribute, lower case -> lengths that its verifiers can have (OpenLDAP apple.schema; Password Server AuthFile.h)
_LENGTHS = {"cmusaslsecretcram-md5": {32}, "cmusaslsecretsmbnt": {32}, "cmusaslsecretsmblm": {32}, "cmusaslsecretdigest-md5": {16},
            "cmusaslsecretdigest-umd5": {16}, "sambantpassword": {32}, "sambalmpassword": {32}}  # fmt: skip
_HEX = frozenset({"cmusaslsecretsmbnt", "cmusaslsecretsmblm", "sambantpassword", "sambalmpassword"})
_PASSWORD = frozenset({"userpassword", "2.5.4.35"})
VERIFIER_ATTRIBUTES = frozenset({*_LENGTHS, *_PASSWORD})  # those that `why_unfit` knows, in lower case
PLACEHOLDERS = (b"********", b"{CRYPT}*")  # what Open Directory writes into userPassword where the password is elsewhere


@dataclass(frozen=True, slots=True)
class Verifier:
    """One ``userPassword`` value.

    Attributes:
        form: what it is.
        scheme: in upper case, "" without one.
        value: as written; secret.
    """

    form: VerifierForm
    scheme: str
    value: bytes = field(repr=False)

    @property
    def crypt(self) -> bytes | None:
        """The value as ``{CRYPT}…`` where it is a crypt value, with or without its scheme; secret."""
        if self.form is VerifierForm.CRYPT:
            return b"{CRYPT}" + self.value[7:]
        return b"{CRYPT}" + self.value if self.form is VerifierForm.BARE_CRYPT else None


def parse_verifier(value: bytes) -> Verifier:
    """Tell what a ``userPassword`` value is."""
    if not value:
        return Verifier(VerifierForm.EMPTY, "", value)
    match = _SCHEME.match(value)
    if match is None:
        if _MARKER.match(value):
            return Verifier(VerifierForm.MARKER, "", value)
        bare = _DES.match(value) or _MODULAR.match(value)
        return Verifier(VerifierForm.BARE_CRYPT if bare else VerifierForm.TEXT, "", value)
    scheme, rest = match[1].decode("ascii").upper(), match[2]
    if scheme != "CRYPT":
        return Verifier(VerifierForm.SCHEME, scheme, value)
    if not rest or _MARKER.match(rest):
        return Verifier(VerifierForm.MARKER, scheme, value)
    known = _DES.match(rest) or _MODULAR.match(rest)
    return Verifier(VerifierForm.CRYPT if known else VerifierForm.SCHEME, scheme if known else "", value)


def why_unfit(attribute: str, value: bytes, schemes: Collection[str] = OPENLDAP_SCHEMES) -> str | None:
    """Return why a value must not be in anything that another server may load; None when it may.

    Args:
        attribute: attribute description; options and case do not matter.
        value: one of its values; nothing of it is in the answer.
        schemes: password schemes that the other server knows, in upper case.
    """
    name = attribute.partition(";")[0].lower()
    lengths = _LENGTHS.get(name)
    if lengths is not None:
        if len(value) not in lengths or (name in _HEX and re.fullmatch(rb"[0-9A-Fa-f]+", value) is None):
            return f"a verifier of {len(value)} bytes, which it cannot have"
        return None
    if name not in _PASSWORD:
        return None
    verifier = parse_verifier(value)
    if verifier.form is VerifierForm.SCHEME:
        if not verifier.scheme:
            return "a crypt value of a form that is not known"
        if verifier.scheme == "PBKDF2-SHA512" and verifier.scheme in schemes and _PBKDF2.match(value) is None:
            return "a PBKDF2 verifier of a form that is not known"
        return None if verifier.scheme in schemes else "a scheme that the other server does not know: it would keep the value as clear text"
    return {
        VerifierForm.EMPTY: "an empty password",
        VerifierForm.MARKER: "a placeholder, which other servers take as the password itself",
        VerifierForm.BARE_CRYPT: "a crypt value without its scheme: other servers take the hash itself as the password",
        VerifierForm.TEXT: "a value without a scheme, which other servers take as a password in clear",
    }.get(verifier.form)
