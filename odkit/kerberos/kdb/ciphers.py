"""Encryption with a Kerberos key and a key usage, for the encryption types that a master key can have.

RFC 3961 (simplified profile, triple DES, single DES with CRC-32 and MD5), RFC 3962 (AES), RFC 4757 (RC4), RFC 8009 (AES with SHA-2).
The ciphers themselves are those of the library ``cryptography``; no maintained Python library has the profiles around them: the bindings of
libkrb5 expose no encryption, and the pure ones leave RFC 8009 away and refuse the degenerate triple DES keys that old Macs have made.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import os
import struct
from collections.abc import Callable
from functools import cache
from math import gcd
from typing import Any, Protocol

from odkit.errors import UsageError

__all__ = ["SUPPORTED", "Cipher", "WrongKeyError", "cipher", "derive", "des3_key", "n_fold"]

_DES_CRC, _DES_MD5, _DES3, _AES128, _AES256, _AES128_SHA2, _AES256_SHA2, _RC4 = 1, 3, 16, 17, 18, 19, 20, 23
SUPPORTED = frozenset({_DES_CRC, _DES_MD5, _DES3, _AES128, _AES256, _AES128_SHA2, _AES256_SHA2, _RC4})


class WrongKeyError(ValueError):
    """The checksum does not fit: another key sealed the data, or it was damaged."""


class Cipher(Protocol):
    """A key bound to a usage."""

    def encrypt(self, plain: bytes) -> bytes:
        """Seal, with a random confounder and the checksum."""

    def decrypt(self, sealed: bytes) -> bytes:
        """Open; triple and single DES leave padding behind the plain text.

        Raises:
            WrongKeyError: the checksum does not fit.
        """


def cipher(enctype: int, key: bytes, usage: int) -> Cipher:
    """Bind a key to a usage; the derived keys are made once.

    Raises:
        UsageError: the library is not installed.
        KeyError: not one of `SUPPORTED`.
    """
    return _MAKERS[enctype](enctype, key, usage)


@cache
def _library() -> tuple[Any, Any, Any, Any]:
    try:
        from cryptography.hazmat.decrepit.ciphers import algorithms as old
        from cryptography.hazmat.primitives.ciphers import Cipher as LibraryCipher
        from cryptography.hazmat.primitives.ciphers import algorithms, modes
    except ImportError as error:
        raise UsageError("opening the keys needs the ciphers of odkit[carry]: pip install '.[carry]' in odkit's source") from error
    return LibraryCipher, algorithms.AES, modes, old


def _cbc(block: Callable[[bytes], Any], key: bytes, vector: bytes, data: bytes, *, seal: bool) -> bytes:
    library, _, modes, _ = _library()
    made = library(block(key), modes.CBC(vector))
    context = made.encryptor() if seal else made.decryptor()
    out: bytes = context.update(data)
    return out


def _aes(key: bytes, data: bytes, *, seal: bool) -> bytes:
    return _cbc(_library()[1], key, bytes(16), data, seal=seal)


def _triple(key: bytes, vector: bytes, data: bytes, *, seal: bool) -> bytes:
    return _cbc(_library()[3].TripleDES, key, vector, data, seal=seal)


def _equal(found: bytes, wanted: bytes) -> None:
    if not hmac.compare_digest(found, wanted):
        raise WrongKeyError("the checksum does not fit")


class _AesCts:
    """AES in CBC mode with ciphertext stealing (RFC 3962 section 5): the last two blocks change places, always.

    Chaining is done here, over one context for each direction: making a context costs more than a key has blocks.
    """

    def __init__(self, key: bytes) -> None:
        library, aes, modes, _ = _library()
        self._seal: Callable[[bytes], bytes] = library(aes(key), modes.ECB()).encryptor().update
        self._open: Callable[[bytes], bytes] = library(aes(key), modes.ECB()).decryptor().update

    def seal(self, data: bytes) -> bytes:
        """Seal data of any size from one block on."""
        if len(data) == 16:
            return self._seal(data)
        short = -len(data) % 16
        data += bytes(short)
        blocks, before = [], bytes(16)
        for at in range(0, len(data), 16):
            before = self._seal(_xor(data[at : at + 16], before))
            blocks.append(before)
        return b"".join([*blocks[:-2], blocks[-1], blocks[-2][: 16 - short]])

    def open(self, data: bytes) -> bytes:
        """Open what `seal` has sealed."""
        if len(data) == 16:
            return self._open(data)
        size = len(data) % 16 or 16
        head, before, last = data[: -16 - size], data[-16 - size : -size], data[-size:]
        middle = self._open(before)
        chained = head + last + middle[size:]
        return _xor(self._open(chained), bytes(16) + head) + _xor(middle[:size], last)


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")


def n_fold(data: bytes, size: int) -> bytes:
    """Stretch or fold data to a size in bytes (RFC 3961 section 5.1)."""
    length = len(data)
    bits, number = length * 8, int.from_bytes(data, "big")
    whole = b""
    for turn in range(size // gcd(length, size)):
        shift = 13 * turn % bits
        whole += ((number >> shift) | (number << (bits - shift)) & ((1 << bits) - 1)).to_bytes(length, "big")
    total = sum(int.from_bytes(whole[at : at + size], "big") for at in range(0, len(whole), size))
    limit = (1 << (8 * size)) - 1
    while total > limit:
        total = (total & limit) + (total >> (8 * size))
    return total.to_bytes(size, "big")


# RFC 3961 section 6.2: DES keys that have one more bit turned
_WEAK_DES = frozenset(
    bytes.fromhex(key)
    for key in (
        "0101010101010101", "fefefefefefefefe", "e0e0e0e0f1f1f1f1", "1f1f1f1f0e0e0e0e", "01fe01fe01fe01fe", "fe01fe01fe01fe01",
        "1fe01fe00ef10ef1", "e01fe01ff10ef10e", "01e001e001f101f1", "e001e001f101f101", "1ffe1ffe0efe0efe", "fe1ffe1ffe0efe0e",
        "011f011f010e010e", "1f011f010e010e01", "e0fee0fef1fef1fe", "fee0fee0fef1fef1",
    )
)  # fmt: skip


def des3_key(random: bytes) -> bytes:
    """Make three DES keys with parity from 21 random bytes (RFC 3961 section 6.3.1)."""
    out = b""
    for at in range(0, 21, 7):
        part = random[at : at + 7]
        part += bytes([sum((byte & 1) << (index + 1) for index, byte in enumerate(part))])
        key = bytes((byte & 0xFE) | ((byte >> 1).bit_count() % 2 == 0) for byte in part)
        out += key[:7] + bytes([key[7] ^ 0xF0]) if key in _WEAK_DES else key
    return out


def derive(enctype: int, key: bytes, constant: bytes) -> bytes:
    """Derive a key: DK of RFC 3961 section 5.1."""
    if enctype == _DES3:
        block, need = n_fold(constant, 8), 21
    else:
        block, need = n_fold(constant, 16), len(key)
    out = b""
    while len(out) < need:
        block = _triple(key, bytes(8), block, seal=True) if enctype == _DES3 else _aes(key, block, seal=True)
        out += block
    return des3_key(out[:21]) if enctype == _DES3 else out[:need]


class _Simplified:
    """Triple DES and AES with HMAC-SHA1 over the plain text (RFC 3961 section 5.3)."""

    def __init__(self, enctype: int, key: bytes, usage: int) -> None:
        number = struct.pack(">I", usage)
        self._ke, self._ki = derive(enctype, key, number + b"\xaa"), derive(enctype, key, number + b"\x55")
        self._triple = enctype == _DES3
        self._cts = _AesCts(self._ke) if not self._triple else None
        self._block, self._mac = (8, 20) if self._triple else (16, 12)

    def _sum(self, data: bytes) -> bytes:
        return hmac.digest(self._ki, data, "sha1")[: self._mac]

    def encrypt(self, plain: bytes) -> bytes:
        data = os.urandom(self._block) + plain
        if self._cts is not None:
            return self._cts.seal(data) + self._sum(data)
        data += bytes(-len(data) % 8)
        return _triple(self._ke, bytes(8), data, seal=True) + self._sum(data)

    def decrypt(self, sealed: bytes) -> bytes:
        body, mac = sealed[: -self._mac], sealed[-self._mac :]
        if len(body) < self._block or (self._triple and len(body) % 8):
            raise WrongKeyError("too short")
        data = self._cts.open(body) if self._cts is not None else _triple(self._ke, bytes(8), body, seal=False)
        _equal(self._sum(data), mac)
        return data[self._block :]


class _Sha2:
    """AES with HMAC-SHA2 over the sealed text (RFC 8009)."""

    def __init__(self, enctype: int, key: bytes, usage: int) -> None:
        self._hash, self._mac = ("sha256", 16) if enctype == _AES128_SHA2 else ("sha384", 24)
        number = struct.pack(">I", usage)
        self._cts = _AesCts(self._kdf(key, number + b"\xaa", len(key)))
        self._ki = self._kdf(key, number + b"\x55", self._mac)

    def _kdf(self, key: bytes, label: bytes, size: int) -> bytes:
        return hmac.digest(key, b"\0\0\0\1" + label + b"\0" + struct.pack(">I", size * 8), self._hash)[:size]

    def encrypt(self, plain: bytes) -> bytes:
        body = self._cts.seal(os.urandom(16) + plain)
        return body + hmac.digest(self._ki, bytes(16) + body, self._hash)[: self._mac]

    def decrypt(self, sealed: bytes) -> bytes:
        body, mac = sealed[: -self._mac], sealed[-self._mac :]
        if len(body) < 16:
            raise WrongKeyError("too short")
        _equal(hmac.digest(self._ki, bytes(16) + body, self._hash)[: self._mac], mac)
        return self._cts.open(body)[16:]


class _Rc4:
    """RC4 with HMAC-MD5 (RFC 4757)."""

    def __init__(self, enctype: int, key: bytes, usage: int) -> None:
        assert enctype == _RC4
        self._key = hmac.digest(key, struct.pack("<I", {3: 8, 9: 8}.get(usage, usage)), "md5")

    def _stream(self, mac: bytes, data: bytes) -> bytes:
        library, _, _, old = _library()
        out: bytes = library(old.ARC4(hmac.digest(self._key, mac, "md5")), None).encryptor().update(data)
        return out

    def encrypt(self, plain: bytes) -> bytes:
        data = os.urandom(8) + plain
        mac = hmac.digest(self._key, data, "md5")
        return mac + self._stream(mac, data)

    def decrypt(self, sealed: bytes) -> bytes:
        if len(sealed) < 24:
            raise WrongKeyError("too short")
        data = self._stream(sealed[:16], sealed[16:])
        _equal(hmac.digest(self._key, data, "md5"), sealed[:16])
        return data[8:]


def _crc32(data: bytes) -> bytes:
    """Return the CRC-32 without the inversions before and after (RFC 3961 section 6.1.3)."""
    return (binascii.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF).to_bytes(4, "little")


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


class _Des:
    """Single DES, in which the earliest master keys are (RFC 3961 section 6.2); the usage does not count."""

    def __init__(self, enctype: int, key: bytes, usage: int) -> None:
        self._key = key * 3  # triple DES with one key is single DES
        self._crc = enctype == _DES_CRC
        self._vector = key if self._crc else bytes(8)
        self._size = 4 if self._crc else 16

    def _sum(self, data: bytes) -> bytes:
        return _crc32(data) if self._crc else _md5(data)

    def encrypt(self, plain: bytes) -> bytes:
        confounder = os.urandom(8)
        data = confounder + bytes(self._size) + plain
        data += bytes(-len(data) % 8)
        data = confounder + self._sum(data) + data[8 + self._size :]
        return _triple(self._key, self._vector, data, seal=True)

    def decrypt(self, sealed: bytes) -> bytes:
        if len(sealed) < 8 + self._size or len(sealed) % 8:
            raise WrongKeyError("too short")
        data = _triple(self._key, self._vector, sealed, seal=False)
        rest = data[8 + self._size :]
        _equal(self._sum(data[:8] + bytes(self._size) + rest), data[8 : 8 + self._size])
        return rest


_MAKERS: dict[int, Callable[[int, bytes, int], Cipher]] = {
    _DES_CRC: _Des,
    _DES_MD5: _Des,
    _DES3: _Simplified,
    _AES128: _Simplified,
    _AES256: _Simplified,
    _AES128_SHA2: _Sha2,
    _AES256_SHA2: _Sha2,
    _RC4: _Rc4,
}
