"""What becomes of ``authAuthority``, ``altSecurityIdentities`` and the Kerberos records of ``cn=config`` on the way to another server.

The old Password Server is gone, so its authorities go; a ``;DisabledUser;`` around one stays, or the account would be enabled.  Other
authorities stay as they are, but that those of Kerberos name the target's realm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from odkit.ldif import UnfetchedURL

__all__ = ["KERBEROS_RECORDS", "authority_at_target", "identity_at_target", "realm_in_config"]

_DEPTH = 8
KERBEROS_RECORDS = frozenset({"kerberosclient", "kerberoskdc"})


def authority_at_target(value: bytes, realm_from: bytes | None, realm_to: bytes | None) -> bytes | None:
    """Return a value of ``authAuthority`` as the target gets it; None when it is left out.

    Args:
        value: as written; what does not have the form of an authority is kept.
        realm_from: the realm that is carried.
        realm_to: the realm at the target; None for both leaves realms as they are.
    """
    return _authority(value, realm_from, realm_to, 0)


def _authority(value: bytes, realm_from: bytes | None, realm_to: bytes | None, depth: int) -> bytes | None:
    if isinstance(value, UnfetchedURL):
        return None
    fields = value.split(b";", 2)
    if len(fields) < 3:
        return value
    version, tag, data = fields
    kind = tag.lower()
    if kind == b"applepasswordserver":
        return None
    if kind == b"disableduser" and data and depth < _DEPTH:
        brackets = data.startswith(b"<") and data.endswith(b">") and len(data) > 1
        inner = _authority(data[1:-1] if brackets else data, realm_from, realm_to, depth + 1) or b""
        return b";".join((version, tag, b"<" + inner + b">" if brackets and inner else inner))
    if kind in {b"kerberosv5", b"kerberosv5cert"} and realm_from is not None and realm_to is not None and realm_from != realm_to:
        parts = data.split(b";", 3)
        if len(parts) >= 3:
            parts[1] = _renamed(parts[1], realm_from, realm_to)
            parts[2] = realm_to if parts[2] == realm_from else parts[2]
        return b";".join((version, tag, b";".join(parts)))
    return value


def _renamed(principal: bytes, realm_from: bytes, realm_to: bytes) -> bytes:
    name, at, realm = principal.rpartition(b"@")
    return name + at + realm_to if at and realm == realm_from else principal


def identity_at_target(value: bytes, realm_from: bytes | None, realm_to: bytes | None) -> bytes:
    """Return a value of ``altSecurityIdentities`` (``Kerberos:name@REALM``) as the target gets it."""
    if realm_from is None or realm_to is None or realm_from == realm_to or value[:9].lower() != b"kerberos:":
        return value
    return value[:9] + _renamed(value[9:], realm_from, realm_to)


def realm_in_config(value: bytes, realm_from: bytes, realm_to: bytes) -> bytes:
    """Return a value of ``cn=KerberosClient`` or ``cn=KerberosKDC`` with the target's realm wherever the old one occurs as a whole word.

    Args:
        value: a property list as XML, the text of a kdc.conf, or the name itself.
        realm_from: the old realm.
        realm_to: the new one.
    """
    return re.sub(rb"(?<![\w.@:-])" + re.escape(realm_from) + rb"(?![\w.-])", lambda _: realm_to, value)


def unique(values: Iterable[bytes]) -> list[bytes]:
    """Return values without repeats, in order."""
    return list(dict.fromkeys(values))
