"""The Kerberos keys of an account: what a value of ``draft-krbKeySet`` holds.

``draft-krbKeySet`` is DER (Heimdal's hdb_keyset_aapl, tags out of order on purpose), or the same as base64 text:

    hdb_keyset_aapl ::= SEQUENCE { kvno [1] INTEGER, keys [0] SEQUENCE OF Key, principal [2] Principal OPTIONAL }
    Key             ::= SEQUENCE { mkvno [0] INTEGER OPTIONAL, key [1] EncryptionKey, salt [2] Salt OPTIONAL }
    EncryptionKey   ::= SEQUENCE { keytype [0] Int32, keyvalue [1] OCTET STRING }
    Salt            ::= SEQUENCE { type [0] INTEGER, salt [1] OCTET STRING, opaque [2] OCTET STRING OPTIONAL }

Keys are in it in clear when a password change through slapd made them, and sealed (``mkvno``) when kadmin did (Apple's Heimdal,
HeimODAdmin.c update_keys): a key set is as secret as the password.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import field

from odkit.dataclass import dataclass
from odkit.errors import InputError
from odkit.values.der import DerError, elements, only
from odkit.values.enctypes import enctype_name

__all__ = ["KeySet", "StoredKey", "parse_keyset"]

_SEQUENCE, _INTEGER, _OCTETS, _GENERAL_STRING = 0x30, 0x02, 0x04, 0x1B
_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One key of a set.

    Attributes:
        enctype: number of its encryption type.
        value: the key, or the sealed key; secret.
        mkvno: version of the master key that seals it; None for a key in clear.
        salt_type: 3 for the salt of a password; None without one.
        salt: its text.
    """

    enctype: int
    value: bytes = field(repr=False)
    mkvno: int | None = None
    salt_type: int | None = None
    salt: bytes = b""


@dataclass(frozen=True, slots=True)
class KeySet:
    """One value of ``draft-krbKeySet``.

    Attributes:
        kvno: version of the keys.
        keys: in order.
        principal: components and realm of the one name that the set is for, None when it is for all names of the record.
    """

    kvno: int
    keys: tuple[StoredKey, ...]
    principal: tuple[tuple[bytes, ...], bytes] | None = None

    @property
    def enctypes(self) -> tuple[int, ...]:
        """Numbers of the encryption types, in order."""
        return tuple(key.enctype for key in self.keys)

    @property
    def names(self) -> tuple[str, ...]:
        """The encryption types by name, ``enctype N`` for unknown ones."""
        return tuple(enctype_name(number) for number in self.enctypes)


def _tagged(data: bytes) -> dict[int, bytes]:
    return {tag & 0x1F: content for tag, content in elements(data) if tag & 0xE0 == 0xA0}


def _integer(data: bytes) -> int:
    content = only(data, _INTEGER)
    if not 1 <= len(content) <= 5:
        raise DerError("an integer out of range")
    return int.from_bytes(content, "big", signed=True)


def _octets(data: bytes, tag: int = _OCTETS) -> bytes:
    return bytes(only(data, tag))


def _key(data: bytes) -> StoredKey:
    fields = _tagged(data)
    key = _tagged(only(fields[1], _SEQUENCE))
    mkvno = _integer(fields[0]) if 0 in fields else None
    value = _octets(key[1]) if 1 in key else b""
    if 2 not in fields:
        return StoredKey(_integer(key[0]), value, mkvno)
    salt = _tagged(only(fields[2], _SEQUENCE))
    return StoredKey(_integer(key[0]), value, mkvno, _integer(salt[0]), _octets(salt[1]) if 1 in salt else b"")


def _principal(data: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Read ``Principal ::= SEQUENCE { name [0] SEQUENCE { type [0], string [1] SEQUENCE OF GeneralString }, realm [1] GeneralString }``."""
    fields = _tagged(only(data, _SEQUENCE))
    name = _tagged(only(fields[0], _SEQUENCE))
    parts = tuple(bytes(part) for _, part in elements(only(name[1], _SEQUENCE)))
    return parts, _octets(fields[1], _GENERAL_STRING)


def _der(value: bytes) -> bytes:
    """Return the DER of a value that may be base64 text (Apple's HeimODAdmin.c takes both)."""
    if value[:1] == bytes([_SEQUENCE]) or not value:
        return value
    try:
        return base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        return value


def parse_keyset(value: bytes) -> KeySet:
    """Read a key set.

    Args:
        value: DER, or base64 text of it.

    Raises:
        InputError: not a key set; the message holds nothing of it.
    """
    try:
        if len(value) > _MAX:
            raise DerError("larger than a key set can be")
        fields = _tagged(only(bytes(_der(value)), _SEQUENCE))
        kvno = _integer(fields[1])
        keys = []
        for tag, key in elements(only(fields[0], _SEQUENCE)):
            if tag != _SEQUENCE:
                raise DerError("a key that is no sequence")
            keys.append(_key(key))
        return KeySet(kvno, tuple(keys), _principal(fields[2]) if 2 in fields else None)
    except (DerError, KeyError) as error:
        why = str(error) if isinstance(error, DerError) else "a field is missing"
        raise InputError("<keys>", None, f"not a Kerberos key set ({len(value)} bytes): {why}") from None
