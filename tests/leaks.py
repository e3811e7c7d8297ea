"""What stands in a file in any form: as text, folded, in base64, as hex digits, percent-encoded, escaped, in UTF-16, in a property list."""

from __future__ import annotations

import base64
import binascii
import contextlib
import html
import plistlib
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

__all__ = ["found_in", "readings", "words_of"]

_BASE64 = re.compile(rb"[A-Za-z0-9+/]{8,}={0,2}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){4,}")
_DEPTH = 3


def readings(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield everything that bytes can be read as, themselves first."""
    yield data
    if depth >= _DEPTH:
        return
    others: list[bytes] = []
    if b"\n " in data:
        others.append(re.sub(rb"\r?\n ", b"", data))
    if b"%" in data:
        others.append(unquote_to_bytes(data))
    if b"\\" in data:
        others.append(re.sub(rb"\\([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), data))
    if b"&" in data:
        others.append(html.unescape(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogatepass"))
    if b"\0" in data:
        others += [data[1:].replace(b"\0", b""), data.replace(b"\0", b"")]
    if data.startswith(b"bplist"):
        with contextlib.suppress(plistlib.InvalidFileException, ValueError, IndexError, OverflowError):
            others.append(repr(plistlib.loads(data)).encode("utf-8", "surrogatepass"))
    for found in set(_BASE64.findall(re.sub(rb"\s", b"", data) if b"<data>" in data else data)):
        try:
            others.append(base64.b64decode(found[: len(found) // 4 * 4]))
        except binascii.Error:
            continue
    others += [bytes.fromhex(found.decode()) for found in set(_HEX.findall(data))]
    text = data.decode("utf-8", "replace")
    if not text.isascii():
        composed = unicodedata.normalize("NFC", text).encode("utf-8")
        if composed != data:
            others.append(composed)
    for each in others:
        if each != data:
            yield from readings(each, depth + 1)


def _pieces(data: bytes) -> set[bytes]:
    """Lines after unfolding, without the name in front of LDIF's: most of a file's values are there many times."""
    text = re.sub(rb"\r?\n ", b"", data) if b"\ndn:" in data or data.startswith(b"dn:") else data
    return {re.sub(rb"^[A-Za-z0-9.;-]+::? ", b"", line) for line in text.split(b"\n")} | set(re.findall(rb"(?m)^[^:\n]{1,80}", text))


def found_in(data: bytes, canaries: list[str]) -> list[str]:
    """The canaries that stand in a file in any form, in any case."""
    wanted = {each: unicodedata.normalize("NFC", each).lower().encode() for each in canaries}
    hits: set[str] = set()
    for piece in _pieces(data):
        for reading in readings(piece):
            low = reading.lower() if reading.isascii() else reading.decode("utf-8", "replace").lower().encode() + reading.lower()
            hits.update(each for each, form in wanted.items() if form in low)
    return sorted(hits)


def words_of(data: bytes) -> set[bytes]:
    """Every word of letters and digits, in lower case, that a file can be read as."""
    out: set[bytes] = set()
    for reading in readings(data):
        out.update(re.findall(rb"[0-9a-z]+", reading.lower()))
    return out
