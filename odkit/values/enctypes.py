"""Encryption types of Kerberos: one name for each, whichever program printed it.

Numbers: RFC 3961 and its registry.  The names are those that MIT's klist prints; the further ones are read in: of MIT
(lib/crypto/krb/etypes.c), of Heimdal (lib/krb5/crypto*.c), and the sentences that MIT before 1.7 printed (10.4 to 10.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from odkit.patterns import regex

__all__ = ["ENCTYPES", "enctype_name", "read_enctype", "same_enctype"]

ENCTYPES: Final[Mapping[int, str]] = MappingProxyType(
    {
        0: "null",
        1: "des-cbc-crc",
        2: "des-cbc-md4",
        3: "des-cbc-md5",
        4: "des-cbc-raw",
        5: "des3-cbc-md5",
        6: "des3-cbc-raw",
        7: "old-des3-cbc-sha1",
        8: "des-hmac-sha1",
        16: "des3-cbc-sha1",
        17: "aes128-cts-hmac-sha1-96",
        18: "aes256-cts-hmac-sha1-96",
        19: "aes128-cts-hmac-sha256-128",
        20: "aes256-cts-hmac-sha384-192",
        23: "arcfour-hmac",
        24: "arcfour-hmac-exp",
        25: "camellia128-cts-cmac",
        26: "camellia256-cts-cmac",
    }
)

_FURTHER: Final = {
    "des": 3,
    "des3-hmac-sha1": 16,
    "des3-cbc-sha1-kd": 16,
    "aes128-cts": 17,
    "aes128-sha1": 17,
    "aes256-cts": 18,
    "aes256-sha1": 18,
    "aes128-sha2": 19,
    "aes256-sha2": 20,
    "rc4-hmac": 23,
    "arcfour-hmac-md5": 23,
    "rc4-hmac-exp": 24,
    "arcfour-hmac-md5-exp": 24,
    "arcfour-hmac-md5-56": 24,
    "camellia128-cts": 25,
    "camellia256-cts": 26,
    "des cbc mode with crc-32": 1,
    "des cbc mode with rsa-md4": 2,
    "des cbc mode with rsa-md5": 3,
    "triple des cbc mode with hmac/sha1": 16,
    "aes-128 cts mode with 96-bit sha-1 hmac": 17,
    "aes-256 cts mode with 96-bit sha-1 hmac": 18,
    "arcfour with hmac/md5": 23,
    "exportable arcfour with hmac/md5": 24,
}
_NUMBERS: Final = {name: number for number, name in ENCTYPES.items()} | _FURTHER
_NUMBERED = regex(r"(?:(?:etype|enctype) |unknown\()?(-?\d{1,10})\)?\Z")


def enctype_name(number: int) -> str:
    """Return the name of an encryption type; ``enctype N`` for one that has none here."""
    return ENCTYPES.get(number, f"enctype {number}")


def read_enctype(text: str) -> int | None:
    """Return the number of an encryption type.

    Args:
        text: as a program printed it: a name, ``DEPRECATED:`` and a name, ``etype N``, ``unknown(N)`` or ``N``.

    Returns:
        The number, None when the text is none of these.
    """
    name = text.strip().lower().removeprefix("deprecated:").removeprefix("unsupported:")
    number = _NUMBERS.get(name)
    if number is not None:
        return number
    match = _NUMBERED.match(name)
    return int(match[1]) if match is not None else None


def same_enctype(text: str) -> str:
    """Return the one name of an encryption type that a program printed; the text itself where nothing here knows it."""
    number = read_enctype(text)
    return text if number is None else enctype_name(number)
