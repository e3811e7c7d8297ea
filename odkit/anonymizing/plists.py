"""Property lists in XML, and fragments of them: the markup is kept, the texts between it are replaced.

Nothing is parsed and written anew, so that what is damaged stays damaged in the same place.
"""

# ruff: noqa: SIM905 - a list of words reads better without quotes
from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable

from odkit.anonymizing._coded import entities, percents
from odkit.anonymizing.text import Texts
from odkit.anonymizing.words import APPLE, KEYS, NAMING, VALUES
from odkit.patterns import regex
from odkit.redaction import is_secret_key
from odkit.text import unescape_html

__all__ = ["Markup", "is_markup", "scramble_base64"]

_MARKUP = regex(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<[^<>]*>?", re.DOTALL)
_TAG = regex(r"<(/?)([A-Za-z_][A-Za-z0-9_-]*)(.*?)(/?>?)\Z", re.DOTALL)
_TAGS = frozenset("plist dict array key string data date integer real true false null home_dir url path".split())
_HEADER_WORDS = frozenset(
    "xml version encoding utf standalone yes no iso us ascii macintosh doctype plist public system entity element apple computer dtd en "
    "http www propertylist dtds file localhost library propertylists 0 1 8 16 8859".split()
)
_DATE = regex(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\s*\Z")
_NUMBER = regex(r"\s*[+-]?[0-9.eE+-]{1,20}\s*\Z")
_PREDICATE = frozenset({"policyContent"})
_PREDICATE_WORDS = frozenset(
    "matches like beginswith endswith contains in and or not between any all self true false null truepredicate falsepredicate "
    "days_to_seconds cast now".split()
)
# a text in quotes, a number, a word; what is between them are signs
_PREDICATE_TOKEN = regex(r"'(?:\\.|[^'\\])*|\"(?:\\.|[^\"\\])*|[0-9]+(?!\w)|\w+", re.DOTALL)
_QUOTED_TOKEN = regex(r"(\\[A-Za-z]|[0-9A-Za-z]-[0-9A-Za-z]|(?<=[{,])[0-9]{1,3}(?=[,}]))|\w+")
_POLICY_WORD = regex(r"policyAttribute[A-Za-z]+\Z")
_MARKED = regex(r"<(?:\?xml|!DOCTYPE|plist|dict|array|key|string|home_dir|/)")
_INNER = regex(r"[0-9A-Za-z+/]{16,}={0,2}\Z")

Blob = Callable[[bytes], bytes]


class Markup:
    """Rewrites texts that may be property lists.

    Args:
        texts: rewrites what stands between the markup.
        blob: rewrites the bytes of ``<data>``.
    """

    def __init__(self, texts: Texts, blob: Blob) -> None:
        self._texts = texts
        self._blob = blob

    def any(self, text: str, kept: frozenset[str] = frozenset()) -> str:
        """Return a text rewritten: as markup where it has some, else word by word."""
        if "<" in text and is_markup(text):
            return self.xml(text, kept)
        if "&lt;" in text:
            return entities(text, lambda plain: self.any(plain, kept) if plain != text else self._plain(plain, kept))
        return self._inner(text, kept)

    def _inner(self, text: str, kept: frozenset[str]) -> str:
        """Rewrite a plain text; base64 in it may be a property list of its own."""
        if len(text) >= 32 and _INNER.match(text.strip()) is not None and len(text.strip()) % 4 == 0:
            new = self._base64(text, plain=lambda data: data.startswith((b"bplist", b"<?xml", b"<plist", b"\xff\xfe", b"\xfe\xff")))
            if new is not None:
                return new
        return self._plain(text, kept)

    def _plain(self, text: str, kept: frozenset[str]) -> str:
        return percents(text, lambda plain: self._texts.rewrite(plain, kept))

    def xml(self, text: str, kept: frozenset[str] = frozenset()) -> str:
        """Return markup with the texts in it replaced."""
        out: list[str] = []
        element, key, at = "", "", 0
        for found in _MARKUP.finditer(text):
            key = self._content(text[at : found.start()], element, key, kept, out)
            at = found.end()
            piece = found[0]
            if piece.startswith("<![CDATA["):
                end = "]]>" if piece.endswith("]]>") else ""
                inner: list[str] = []
                key = self._content(piece[9 : len(piece) - len(end)], element, key, kept, inner, coded=False)
                out += ["<![CDATA[", *inner, end]
                continue
            out.append(self._mark(piece))
            tag = _TAG.match(piece)
            element = tag[2] if tag is not None and not tag[1] and not tag[4].startswith("/") else ""
        self._content(text[at:], element, key, kept, out)
        return "".join(out)

    def _mark(self, piece: str) -> str:
        if piece.startswith(("<?", "<!")):
            return self._texts.rewrite(piece, _HEADER_WORDS)
        tag = _TAG.match(piece)
        if tag is None:
            return self._texts.rewrite(piece)
        name = tag[2] if tag[2] in _TAGS else self._texts.rewrite(tag[2])
        return f"<{tag[1]}{name}{entities(tag[3], lambda text: self._texts.rewrite(text, _HEADER_WORDS))}{tag[4]}"

    def _content(self, text: str, element: str, key: str, kept: frozenset[str], out: list[str], *, coded: bool = True) -> str:
        """Rewrite a text into ``out``; returns the key that the next value belongs to."""
        if not text.strip():
            out.append(text)
            return key
        if element == "data":
            out.append(self.data(text))
            return key
        through = entities if coded else lambda plain, rewrite: rewrite(plain)
        out.append(through(text, lambda plain: self._value(plain, element, key, kept)))
        if element != "key":
            return key
        return unescape_html(text) if coded else text

    def _value(self, text: str, element: str, key: str, kept: frozenset[str]) -> str:
        bare = text.strip()
        if element == "key":
            return text if bare in KEYS or bare.lower() in APPLE else self._plain(text, kept)
        if (
            element in {"integer", "real"}
            and (key.strip() in KEYS - NAMING or len(bare.lstrip("+-")) == 1)
            and _NUMBER.match(text) is not None
        ):
            return text
        if element == "date" and _DATE.match(text) is not None:
            return text
        if is_secret_key(key) and element == "string":
            return self._secret(text)
        if bare in VALUES or (element == "string" and bare in KEYS) or bare.lower() in APPLE:
            return text
        if key.strip() in _PREDICATE:
            return _PREDICATE_TOKEN.sub(lambda found: self._predicate(found[0], kept), text)
        return self.any(text, kept)

    def _predicate(self, text: str, kept: frozenset[str]) -> str:
        if text.startswith(("'", '"')):
            return text[:1] + _QUOTED_TOKEN.sub(
                lambda found: found[0] if len(found[0]) == 1 or found[1] else self._plain(found[0], kept), text[1:]
            )
        if text.isdigit() or _POLICY_WORD.match(text) is not None or text.lower() in _PREDICATE_WORDS:
            return text
        return self._texts.rewrite(text, kept)

    def _secret(self, text: str) -> str:
        if self._texts.replacer.collecting:
            return text
        draw = self._texts.replacer.draw(f"secret text {text}")
        letters = "bcdfghjklmnqrtvxzBCDFGHJKLMNQRTVXZ23456789"
        return "".join(letters[draw.below(len(letters))] * len(each.encode("utf-8", "surrogatepass")) for each in text)

    def data(self, text: str) -> str:
        """Return base64 text of a ``<data>`` element with its bytes rewritten; blanks and line ends stay where they are."""
        return self._base64(text) or scramble_base64(text, self._texts)

    def _base64(self, text: str, plain: Callable[[bytes], bool] = lambda _: True) -> str | None:
        bare = re.sub(r"\s", "", text)
        try:
            data = a2b_base64(bare, strict_mode=True)
        except (Base64Error, ValueError):
            return None
        if not plain(data):
            return None
        new, at = b2a_base64(self._blob(data), newline=False).decode("ascii"), 0

        def piece(found: re.Match[str]) -> str:
            nonlocal at
            at += len(found[0])
            return new[at - len(found[0]) : at]

        return re.sub(r"\S+", piece, text) + new[at:]


def is_markup(text: str) -> bool:
    """Tell whether a text has the markup of property lists."""
    return _MARKED.search(text) is not None


def scramble_base64(text: str, texts: Texts) -> str:
    """Return text that was meant as base64, with each letter and digit exchanged, so that what is wrong with it stays wrong."""
    if texts.replacer.collecting:
        return text
    draw = texts.replacer.draw(f"base64 {text}")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(letters[draw.below(62)] if each.isalnum() and each.isascii() else each if each.isascii() else "\udcff" for each in text)
