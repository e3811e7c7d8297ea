"""``supplementalCredentials``: the AES keys and the salt of an account, as a Samba domain controller stores them (MS-SAMR 2.2.10).

Samba 4.17 demands one shape (source4/dsdb/samdb/ldb_modules/password_hash.c, and what it answered): the keys 18, 17, 3, 1 in
``Primary:Kerberos-Newer-Keys``, 3 and 1 in ``Primary:Kerberos``, and one salt that is not empty.  The single DES keys in it open nothing:
they are derived from the account's own key, so that nobody else can know them and the same input gives the same bytes.
"""

from __future__ import annotations

import hmac
import struct
from dataclasses import field

from odkit.dataclass import dataclass

__all__ = ["AES128", "AES256", "KerberosKeys", "supplemental_credentials"]

AES256, AES128 = 18, 17
_DES_MD5, _DES_CRC = 3, 1
_ITERATIONS = 4096  # RFC 3962's own count
_PREFIX = (" " * 48).encode("utf-16-le")
_SIGNATURE = 0x50


@dataclass(frozen=True, slots=True)
class KerberosKeys:
    """The AES keys of an account.

    Attributes:
        aes256: 32 bytes; secret.
        aes128: 16 bytes, None where the source has none of that salt; secret.
        salt: text of the salt, not empty.
    """

    aes256: bytes = field(repr=False)
    aes128: bytes | None = field(repr=False)
    salt: str


def supplemental_credentials(keys: KerberosKeys) -> bytes:
    """Return the value of the attribute; secret."""
    aes128 = keys.aes128 if keys.aes128 is not None else _derived(keys, "aes128")[:16]
    des = [(number, _des_key(keys, f"des {number}")) for number in (_DES_MD5, _DES_CRC)]
    newer = _new_credential([(AES256, keys.aes256), (AES128, aes128), *des], keys.salt)
    older = _old_credential(des, keys.salt)
    packages = "Kerberos-Newer-Keys\0Kerberos".encode("utf-16-le")
    parts = (("Primary:Kerberos-Newer-Keys", newer, 1), ("Primary:Kerberos", older, 1), ("Packages", packages, 2))
    inner = _PREFIX + struct.pack("<HH", _SIGNATURE, len(parts)) + b"".join(_property(*part) for part in parts)
    return struct.pack("<III", 0, len(inner), 0) + inner + b"\0"


def _property(name: str, value: bytes, reserved: int) -> bytes:
    """Return a USER_PROPERTY (MS-SAMR 2.2.10.2), whose value is in hexadecimal."""
    encoded, text = name.encode("utf-16-le"), value.hex().upper().encode()
    return struct.pack("<HHH", len(encoded), len(text), reserved) + encoded + text


def _new_credential(keys: list[tuple[int, bytes]], salt: str) -> bytes:
    """Return a KERB_STORED_CREDENTIAL_NEW (MS-SAMR 2.2.10.6)."""
    text = salt.encode("utf-16-le")
    start = 24 + 24 * len(keys)
    out = struct.pack("<8HII", 4, 0, len(keys), 0, 0, 0, len(text), len(text), start, _ITERATIONS)
    offset = start + len(text)
    for number, key in keys:
        out += struct.pack("<HHIIIII", 0, 0, 0, _ITERATIONS, number, len(key), offset)
        offset += len(key)
    return out + text + b"".join(key for _, key in keys)


def _old_credential(keys: list[tuple[int, bytes]], salt: str) -> bytes:
    """Return a KERB_STORED_CREDENTIAL (MS-SAMR 2.2.10.4); Samba keeps room for one more key behind them."""
    text = salt.encode("utf-16-le")
    start = 16 + 20 * (len(keys) + 1)
    out = struct.pack("<6HI", 3, 0, len(keys), 0, len(text), len(text), start)
    offset = start + len(text)
    for number, key in keys:
        out += struct.pack("<HHIIII", 0, 0, 0, number, len(key), offset)
        offset += len(key)
    return out + bytes(20) + text + b"".join(key for _, key in keys)


def _derived(keys: KerberosKeys, what: str) -> bytes:
    return hmac.digest(keys.aes256, b"odkit " + what.encode(), "sha256")


def _des_key(keys: KerberosKeys, what: str) -> bytes:
    """Return eight bytes with the odd parity that DES wants."""
    return bytes(byte & 0xFE | (byte & 0xFE).bit_count() % 2 ^ 1 for byte in _derived(keys, what)[:8])
