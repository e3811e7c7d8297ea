"""CRAM-MD5 secrets as cn=authdata holds them: the states of MD5 behind the two padded keys of HMAC (RFC 2104), words in network order."""

from __future__ import annotations

import hashlib
import math
import struct

_SHIFTS = [7, 12, 17, 22] * 4 + [5, 9, 14, 20] * 4 + [4, 11, 16, 23] * 4 + [6, 10, 15, 21] * 4
_SINES = [int(abs(math.sin(i + 1)) * 2**32) & 0xFFFFFFFF for i in range(64)]
_START = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)


def _round(index: int, b: int, c: int, d: int) -> tuple[int, int]:
    if index < 16:
        return (b & c) | (~b & d), index
    if index < 32:
        return (d & b) | (~d & c), (5 * index + 1) % 16
    if index < 48:
        return b ^ c ^ d, (3 * index + 5) % 16
    return c ^ (b | (~d & 0xFFFFFFFF)), (7 * index) % 16


def compress(block: bytes) -> list[int]:
    """The state of MD5 behind its first block (RFC 1321 section 3.4)."""
    words = struct.unpack("<16I", block)
    a, b, c, d = _START
    for index in range(64):
        mixed, word = _round(index, b, c, d)
        total = (a + mixed + _SINES[index] + words[word]) & 0xFFFFFFFF
        turned = ((total << _SHIFTS[index]) | (total >> (32 - _SHIFTS[index]))) & 0xFFFFFFFF
        a, d, c, b = d, c, b, (b + turned) & 0xFFFFFFFF
    return [(new + old) & 0xFFFFFFFF for new, old in zip((a, b, c, d), _START, strict=True)]


def cram_secret(password: bytes) -> bytes:
    """The 32 bytes of ``cmusaslsecretCRAM-MD5`` for a password."""
    key = (hashlib.md5(password).digest() if len(password) > 64 else password).ljust(64, b"\0")
    states = [compress(bytes(byte ^ pad for byte in key)) for pad in (0x36, 0x5C)]
    return struct.pack(">8I", *states[0], *states[1])
