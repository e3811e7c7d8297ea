"""As much of DER (X.690) as tells a certificate from everything else that people take for one."""

from __future__ import annotations

import re

from odkit.patterns import regex

__all__ = ["describe_der", "is_certificate", "is_pkcs12"]

_BUNDLE = "a PKCS#7 bundle; write its certificates with: openssl pkcs7 -inform DER -print_certs -in FILE"
_PKCS7 = regex(rb"\x30(?:\x80|[\x00-\x7f]|[\x81-\x84].{1,4}?)\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07[\x01-\x06]", re.DOTALL)
# version 3, then the content, whose length may be indefinite as well (RFC 7292 4; NSS writes it so)
_PKCS12_BER = regex(rb"\x30\x80\x02\x01\x03\x30[\x80-\x84]")


def _length(data: bytes, at: int) -> tuple[int, int]:
    """Return the length of the value behind a tag, and where it starts (X.690 8.1.3, definite form).

    Raises:
        ValueError: an indefinite or overlong length, or no room for it.
    """
    if at + 2 > len(data):
        raise ValueError
    first = data[at + 1]
    if first < 0x80:
        return first, at + 2
    count = first & 0x7F
    if not 1 <= count <= 4 or at + 2 + count > len(data):
        raise ValueError
    return int.from_bytes(data[at + 2 : at + 2 + count], "big"), at + 2 + count


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    """Return tags and values of a SEQUENCE that is exactly these bytes.

    Raises:
        ValueError: the bytes are not a SEQUENCE, or more bytes follow it.
    """
    size, at = _length(data, 0)
    if data[0] != 0x30 or at + size != len(data):
        raise ValueError
    out = []
    while at < len(data):
        size, start = _length(data, at)
        if start + size > len(data):
            raise ValueError
        out.append((data[at], data[start : start + size]))
        at = start + size
    return out


def describe_der(data: bytes) -> str:
    """Return what the bytes are, for people: they are not a certificate."""
    if _PKCS7.match(data) is not None:
        return _BUNDLE
    try:
        size, at = _length(data, 0)
    except ValueError:
        return "neither DER nor PEM"
    if data[0] != 0x30:
        return "neither DER nor PEM"
    if at + size < len(data):
        return f"DER with {len(data) - at - size} bytes behind it; a certificate file holds one certificate and nothing else"
    if at + size > len(data):
        return "DER that is cut"
    try:
        parts = _parts(data)
    except ValueError:
        return "DER, but no certificate"
    tags = [tag for tag, _ in parts]
    if tags[:1] == [0x02]:
        return "a bare key"
    if tags == [0x30, 0x30, 0x03]:
        return "a certificate request"
    if tags == [0x30, 0x03]:
        return "a public key"
    return "DER, but no certificate"


def is_certificate(data: bytes) -> bool:
    """Return the outer shape of a certificate (RFC 5280 4.1).

    To be signed, algorithm, signature; seven or more parts, a validity among them.
    """
    try:
        parts = _parts(data)
        if [tag for tag, _ in parts] != [0x30, 0x30, 0x03]:
            return False
        inner = _parts(b"\x30" + _encoded_length(len(parts[0][1])) + parts[0][1])
    except ValueError:
        return False
    tags = [tag for tag, _ in inner]
    start = 1 if tags[:1] == [0xA0] else 0
    return tags[start : start + 6] == [0x02, 0x30, 0x30, 0x30, 0x30, 0x30]  # serial, algorithm, issuer, validity, subject, key


def _encoded_length(size: int) -> bytes:
    if size < 0x80:
        return bytes((size,))
    raw = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(raw),)) + raw


def is_pkcs12(data: bytes) -> bool:
    """Return the outer shape of PKCS#12 (RFC 7292 4): version 3, then the content."""
    if _PKCS12_BER.match(data) is not None:
        return True
    try:
        parts = _parts(data)
    except ValueError:
        return False
    return len(parts) in {2, 3} and parts[0] == (0x02, b"\x03") and parts[1][0] == 0x30
