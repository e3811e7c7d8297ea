"""Which bytes can name one of the servers that are sought at all: a cheap question first, because most records name none of them.

Yes is always a correct answer: `Matcher.find` gives the last word.  No is one only where it would find nothing
(tests/property/test_reference_laws.py).
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64

from odkit.hostrefs._match import Matcher
from odkit.patterns import regex
from odkit.values.texts import Texts, hides_text, is_plist

__all__ = ["FEW", "LOWER", "WORDS", "Sieve"]

LOWER = bytes(range(256)).lower()
_NAME = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_-.")
WORDS = bytes(c if c in _NAME else 32 for c in LOWER)  # everything else becomes a space
_ESCAPED = regex(rb"(?i)(?:\A|\n)d(?:\n )*n(?:\n )*:(?:[^\n\\]|\n )*+\\")  # a DN may spell any byte of a name by an escape
_CODED = regex(rb"::([^\n]*+(?:\n [^\n]*+)*+)")
_ENDS = (b"..", b"._", b".-", b". ")  # where a dot has no name behind it
FEW = 12  # pieces, or labels, that are looked for one by one
_MEMORY = 1 << 13  # values that are known to hold nothing


def words_of(data: bytes) -> list[bytes]:
    """Return the words of a text, in ASCII lower case, without dots that end them."""
    text = data.translate(WORDS) + b" "
    for end in _ENDS:
        if end in text:
            text = text.replace(end, b"  ")
    return text.split()


class Sieve:
    """Tells what cannot name any of the servers of a matcher.

    Args:
        matcher: of the search.
        texts: of the search.

    Attributes:
        pieces: one of them is in every text that can name a server, but for names in letters; in ASCII lower case.
        many: whether they are too many to be looked for one by one.
        letters: whether names in letters are sought.
    """

    def __init__(self, matcher: Matcher, texts: Texts) -> None:
        self._texts = texts
        self.letters = matcher.international
        odd = {word for word in matcher.words if ":" in word or "._" in word or ".-" in word}
        plain = matcher.words.keys() - odd
        # a full name starts with its short one, which is sought, too
        pieces = {word for word in plain if (first := word.partition(".")[0]) == word or first not in plain}
        odd = {max(word.split("::"), key=len) for word in odd}  # two colons part what may be base64 from what is before
        self.pieces = sorted(each.encode() for each in odd | pieces)
        self._odd = sorted(each.encode() for each in odd)
        self.many = len(self.pieces) > FEW
        self._words = frozenset(each.encode() for each in plain)
        self._labels = frozenset(each.encode() for each in matcher.labels)
        self._clean: set[bytes] = set()

    def text(self, data: bytes) -> bool:
        """Tell whether a text can name one of them."""
        if self.letters and not data.isascii():
            return True
        if not self.many:
            low = data.lower()
            return any(piece in low for piece in self.pieces)
        return self.words(data)

    def words(self, data: bytes) -> bool:
        """Tell whether one of them is among the words of a text; what takes a word for each of them, however many they are."""
        if self.letters and not data.isascii():
            return True
        words = words_of(data)
        if not self._words.isdisjoint(words):
            return True
        if self._labels and not self._labels.isdisjoint(data.translate(WORDS).replace(b".", b" ").split()):
            return True
        if not self._odd:
            return False
        low = data.lower()
        return any(piece in low for piece in self._odd)

    @staticmethod
    def hides(data: bytes) -> bool:
        """Tell whether a value may name one of them though no name stands in its bytes."""
        return is_plist(data) and hides_text(data)

    def value(self, data: bytes) -> bool:
        """Tell whether a value can name one of them."""
        if self.hides(data):
            return any(self.text(text.encode("utf-8", "surrogatepass")) for _, text in self._texts.of("", data)) or self.text(data)
        return self.text(data)

    def records(self, raw: bytes) -> bool:
        """Tell whether records, as they are in a file, can name one of them, or must be parsed to know."""
        if b"\0" in raw:
            return True
        if b"\r" in raw:
            raw = raw.replace(b"\r", b"")
        if b"\\" in raw and _ESCAPED.search(raw) is not None:
            return True
        parts = _CODED.split(raw)
        plain = b"\n".join(parts[::2])
        if self.many:
            text = b"".join(plain.split(b"\n "))
            if self.words(text):
                return True
        else:
            text = plain.translate(LOWER, b"\n ")  # names are sought without line ends, because those may fold them
            if (self.letters and not text.isascii()) or any(piece in text for piece in self.pieces):
                return True
        if b"::" in text or (hides_text(text) and (b"<?xml" in text or b"plist" in text)):
            return True  # two colons with a fold between them, or a property list that is not in base64
        return self._coded(set(parts[1::2]) - self._clean)

    def _coded(self, values: set[bytes]) -> bool:
        """Tell whether values in base64 can name one of them."""
        texts: list[bytes] = []
        for each in values:
            text = each.replace(b"\n ", b"")
            try:
                value = a2b_base64(text.strip(b" "), strict_mode=True)
            except Base64Error:
                return True  # no base64 after all
            if self.hides(value):
                if self.value(value):
                    return True
                value = b""
            texts += (text, value)  # two colons may stand inside a value, too, which then is what it looks like
        if self.text(b"\n".join(texts)):
            return True
        if len(self._clean) + len(values) > _MEMORY:
            self._clean.clear()
        self._clean |= values
        return False
