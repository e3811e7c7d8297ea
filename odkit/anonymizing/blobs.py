"""Bytes that are no text: certificates, keys, pictures, property lists in binary form, and what nobody knows.

What has a structure that odkit reads keeps it, with its lengths; everything else becomes as many bytes that only the key tells.
"""

from __future__ import annotations

import hashlib

from odkit.anonymizing._binary import BinaryError, Objects, rewrite_binary
from odkit.anonymizing.plists import Markup, is_markup
from odkit.anonymizing.text import Texts
from odkit.anonymizing.words import APPLE, KEYS, NAMING, OIDS, VALUES
from odkit.patterns import regex
from odkit.redaction import is_secret_key
from odkit.values.der import DerError, element

__all__ = ["Blobs"]

_MAGIC = (b"\xff\xd8\xff\xe0", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"GIF87a", b"II*\0", b"MM\0*", b"%PDF-", b"BM")
_BOMS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_SEQUENCE, _SET = 0x30, 0x31
_TEXTS = {0x0C: "utf-8", 0x12: "ascii", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1A: "ascii", 0x1B: "utf-8", 0x1E: "utf-16-be"}
_FLAGS = frozenset({0x01, 0x0A})  # BOOLEAN, ENUMERATED: one byte
_OID, _LONGEST_OID = 0x06, 12
_TIMES, _TIME = frozenset({0x17, 0x18}), regex(rb"[0-9]{10,14}Z\Z")
_EXPONENT = b"\1\0\1"  # of nearly every RSA key
_CONTROL = regex(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SMALL = 4  # bytes of a number of a key set, which is a version or a type
_DEPTH = 30


def _coded(arc: str) -> bytes:
    """Return the arcs of an OID in DER."""
    first, second, *rest = (int(each) for each in arc.removesuffix(".").split("."))
    out = b""
    for number in (40 * first + second, *rest):
        septets = [number >> shift & 0x7F for shift in range(28, -1, -7)]
        while len(septets) > 1 and not septets[0]:
            del septets[0]
        out += bytes([*(each | 0x80 for each in septets[:-1]), septets[-1]])
    return out


_ENTERPRISES = _coded("1.3.6.1.4.1.")  # what follows is the number of one
_ARCS = tuple(_coded(each) for each in OIDS)


class Blobs:
    """Rewrites bytes.

    Args:
        texts: rewrites the texts in them.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self.markup = Markup(texts, self.rewrite)
        self._certificates: dict[str, bytes] = {}

    @property
    def _collecting(self) -> bool:
        return self._texts.replacer.collecting

    def rewrite(self, data: bytes) -> bytes:
        """Return bytes of the same length that stand for these."""
        if not data:
            return data
        if data.startswith(b"bplist"):
            return self._binary(data)
        if data[:2] in _BOMS and len(data) % 2 == 0:
            code = _BOMS[data[:2]]
            return data[:2] + self.markup.any(data[2:].decode(code, "surrogatepass")).encode(code, "surrogatepass")
        if data[0] == _SEQUENCE and is_der(data):
            return self.der(data)
        text = _plain(data)
        if text is not None:
            return self.markup.any(text).encode("utf-8")
        if b"<" in data and data.count(b"\0") * 4 < len(data) and not data.startswith(_MAGIC) and is_markup(data.decode("latin-1")):
            return self.markup.any(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")  # damaged, and read as it is
        magic = next((each for each in _MAGIC if data.startswith(each)), b"")
        return magic + self._texts.replacer.secret(data)[len(magic) :]

    def seal(self) -> None:
        """End the collecting; the SHA-1 of a certificate, after which a Local KDC is named, becomes that of its replacement."""
        self._texts.seal()
        for digits, data in self._certificates.items():
            self._texts.replacer.learn(digits, hashlib.sha1(self.der(data)).hexdigest())  # noqa: S324 - the name's own rule
        self._certificates.clear()

    def _binary(self, data: bytes) -> bytes:
        try:
            return rewrite_binary(data, Objects(self._string, self.rewrite, self._number, self._real))
        except (BinaryError, IndexError):
            return data[:8] + self._texts.replacer.secret(data)[8:]

    def _string(self, text: str, key: str | None) -> str:
        if key is None:
            return text if text in KEYS or text.lower() in APPLE else self._texts.rewrite(text)
        if is_secret_key(key):
            return (
                self._texts.replacer.secret(text.encode("utf-16-be", "surrogatepass")).hex()[: len(text)] if not self._collecting else text
            )
        return text if text in VALUES or text.lower() in APPLE else self.markup.any(text)

    def _number(self, number: int, key: str) -> int:
        if key in KEYS - NAMING or abs(number) < 10:
            return number
        if abs(number) >= 1 << 63:
            return int.from_bytes(self._texts.replacer.secret(number.to_bytes(17, "big", signed=True))[:7], "big")
        new = int(self._texts.word(str(abs(number))))
        return new if number > 0 else -new

    def _real(self, number: float, key: str) -> float:
        if key in KEYS - NAMING or (number.is_integer() and abs(number) < 10):
            return number
        try:
            return float(self._texts.rewrite(repr(number)))
        except ValueError:  # letters of its exponent became others
            return 1.0

    def der(self, data: bytes, *, secret: bool = False) -> bytes:
        """Return DER with the same tags and lengths: texts replaced, numbers and keys exchanged.

        Args:
            data: the elements.
            secret: whether a text is one only behind the realm's name, as in the salt of a key.
        """
        new = bytes(self._elements(data, 0, secret))
        if self._collecting and not secret:
            self._certificates[hashlib.sha1(data).hexdigest()] = data  # noqa: S324 - the name's own rule
        return new

    def _elements(self, data: bytes, depth: int, secret: bool) -> bytearray:
        out, at = bytearray(), 0
        while at < len(data):
            tag, start, end = _element(data, at)
            out += data[at:start]
            out += self._content(tag, data[start:end], depth, secret)
            at = end
        return out

    def _content(self, tag: int, content: bytes, depth: int, secret: bool) -> bytes:
        hide = self._texts.replacer.secret
        if tag & 0x20:
            return bytes(self._elements(content, depth + 1, secret)) if depth < _DEPTH and is_der(content) else hide(content)
        if not content or (tag in _FLAGS and len(content) == 1) or (tag in _TIMES and _TIME.match(content)):
            return content
        if tag == _OID:
            return self._oid(content)
        if tag == 0x02:
            return (
                content
                if content == _EXPONENT or len(content) <= (_SMALL if secret else 1)
                else content[:1] + hide(content)[1:-1] + bytes([hide(content)[-1] | 1])
            )
        if tag in _TEXTS:
            return self._text(content, _TEXTS[tag])
        if tag == 0x03:
            inner = content[1:]
            return content[:1] + (
                bytes(self._elements(inner, depth + 1, secret)) if inner[:1] == b"\x30" and is_der(inner) else hide(inner)
            )
        if tag == 0x04 and content[0] in {_SEQUENCE, 0x03, 0x04} and depth < _DEPTH and is_der(content):
            return bytes(self._elements(content, depth + 1, secret))
        if secret and not any(content.startswith(each.encode()) for each in self._texts.replacer.realms):
            return hide(content)
        return self.salt(content) if _plain(content) is not None else hide(content)

    def _oid(self, content: bytes) -> bytes:
        """Rewrite an OID where it names an enterprise; its numbers stay as long."""
        if content.startswith(_ARCS) and len(content) <= _LONGEST_OID:
            return content
        start = len(_ENTERPRISES) if content.startswith(_ENTERPRISES) else 1
        hidden = self._texts.replacer.secret(content)
        return content[:start] + bytes(old & 0x80 | new & 0x7F or 1 for old, new in zip(content[start:], hidden[start:], strict=True))

    def _text(self, content: bytes, code: str) -> bytes:
        try:
            new = self._texts.rewrite(content.decode(code)).encode(code, "replace")
        except UnicodeError:
            return self._texts.replacer.secret(content)
        return new if len(new) == len(content) else (new + b"x" * len(content))[: len(content)]

    def salt(self, data: bytes) -> bytes:
        """Return the salt of a key: the realm, and behind it, with nothing between them, the name."""
        text = data.decode("utf-8", "surrogateescape")
        realm = max((each for each in self._texts.replacer.realms if text.startswith(each)), key=len, default="")
        parts = (realm, text[len(realm) :])
        new = "".join(self._texts.rewrite(each) for each in parts).encode("utf-8", "surrogateescape")
        return new if len(new) == len(data) else (new + b"x" * len(data))[: len(data)]


def _plain(data: bytes) -> str | None:
    """Return bytes as the text that they are; None when they are none."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if _CONTROL.search(text) is None else None


def _element(data: bytes, at: int) -> tuple[int, int, int]:
    """Return tag, start and end of the content of an element.

    Raises:
        DerError: it is none, reaches beyond the end, or has a tag of several bytes.
    """
    tag, start, end = element(data, at)
    if tag & 0x1F == 0x1F:
        raise DerError("a tag of several bytes")
    return tag, start, end


def is_der(data: bytes) -> bool:
    """Tell whether bytes are elements of DER from the first to the last."""
    at = 0
    try:
        while at < len(data):
            _, _, at = _element(data, at)
    except ValueError:
        return False
    return bool(data)
