"""The password forms of 389-DS, a column of its own: what another server understands, it keeps as a password in clear.

Users of the KDC have no ``userPassword``: the plugin "PAM Pass Through Auth" asks PAM, and pam_krb5 the KDC.  It is told to do so for
users without ``userPassword`` alone, and takes the name from the record's ``uid``, so that it sees ``nsAccountLock`` first (with the name
from the DN it does not look).  Whoever has no password at all is locked: his name may be that of somebody's principal.  PBKDF2 of local
nodes (10.8 and later) is a form that 389-DS has itself.
"""

from __future__ import annotations

from base64 import b64encode

from odkit.carrying.ldap.passwords import PasswordForms
from odkit.carrying.model import Form
from odkit.carrying.source import SourceUser
from odkit.kerberos import Principal
from odkit.ldif import UnfetchedURL
from odkit.plist import PlistError, load
from odkit.values.verifier import DS389_SCHEMES

__all__ = ["PAM", "SHADOW_HASH", "pbkdf2_value"]

SHADOW_HASH = "ShadowHashData"
_KIND = "SALTED-SHA512-PBKDF2"
_SALT, _ENTROPY = 32, 128  # bytes that Apple's verifier has, and no other number
_MOST_ROUNDS = 10_000_000


def pbkdf2_value(data: bytes) -> bytes | None:
    """Return ``{PBKDF2-SHA512}rounds$salt$entropy`` of a local node's ``ShadowHashData``.

    Args:
        data: a property list, binary or XML.

    Returns:
        None where it holds no such verifier, or one with another length of salt or entropy than Apple's: 389-DS would take it for
        something else.
    """
    try:
        found = load(data)
    except PlistError:
        return None
    verifier = found.get(_KIND) if isinstance(found, dict) else None
    if not isinstance(verifier, dict):
        return None
    salt, entropy, rounds = (verifier.get(name) for name in ("salt", "entropy", "iterations"))
    if not isinstance(salt, bytes) or not isinstance(entropy, bytes) or len(salt) != _SALT or len(entropy) != _ENTROPY:
        return None
    if not isinstance(rounds, int) or isinstance(rounds, bool) or not 0 < rounds <= _MOST_ROUNDS:
        return None
    return b"{PBKDF2-SHA512}%d$%s$%s" % (rounds, b64encode(salt), b64encode(entropy))


def _local(user: SourceUser) -> tuple[Form, bytes] | None:
    """Return the verifier of a local node: of a user who has no other place of a password."""
    password = user.password
    if password.unread or password.pointer is not None or password.pointers or user.principal is not None:
        return None
    values = user.record.attributes.get(SHADOW_HASH, ())
    value = pbkdf2_value(values[0]) if len(values) == 1 and not isinstance(values[0], UnfetchedURL) else None
    return None if value is None else (Form("PBKDF2", "{PBKDF2-SHA512}"), value)


def _value(name: str, principal: Principal) -> bytes | None:
    """No value at all, where PAM, pam_krb5 and the KDC agree on the name that the record's ``uid`` gives."""
    if principal.components != (name.encode("utf-8", "surrogateescape"),):
        return None
    return None if set(name) & set("@/\\") or not name.isprintable() or name.strip() != name or not name else b""


PAM = PasswordForms(
    "PAM",
    _value,
    "the principal has another name than the record's first uid, or one that PAM cannot be given, so that a simple bind is not possible; "
    "Kerberos is",
    local=_local,
    schemes=DS389_SCHEMES,
)
