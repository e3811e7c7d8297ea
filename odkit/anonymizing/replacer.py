"""The replacement of each word, number, address and key: keyed, so that nobody without the key can look one up by trying.

All files of a domain are looked through first (`Replacer.collecting`), so that no replacement is a word of the source, and that two
words never get the same one.  A replacement has the length and the kinds of characters of its word: letters for letters, digits for
digits, small for small; structure that was readable in the source stays readable.  Bytes of keys and hashes have no pattern of their own:
they become bytes that only the key tells.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Collection, Iterator

from odkit.anonymizing._letters import cased, letters_for
from odkit.anonymizing._numbers import address4, hardware, number_candidates, slot_digits

__all__ = ["Draw", "Replacer"]

_TRIES = 64
_MIN_KEY = 16


class Draw:
    """Numbers that a key and a text determine.

    Args:
        key: the key.
        text: what they are drawn for.
    """

    def __init__(self, key: bytes, text: str) -> None:
        self._key = key
        self._text = text.encode("utf-8", "surrogatepass")
        self._pool, self._room, self._count = 0, 1, 0

    def below(self, limit: int) -> int:
        """Return a number from 0 to ``limit`` - 1."""
        while self._room < limit << 64:
            block = hmac.digest(self._key, self._count.to_bytes(4, "big") + self._text, "sha512")
            self._pool = (self._pool << 512) | int.from_bytes(block, "big")
            self._room <<= 512
            self._count += 1
        self._pool, found = divmod(self._pool, limit)
        self._room //= limit
        return found

    def bytes(self, size: int) -> bytes:
        """Return that many bytes."""
        out = b""
        while len(out) < size:
            out += hmac.digest(self._key, b"bytes" + (len(out) >> 6).to_bytes(4, "big") + self._text, "sha512")
        return out[:size]


class Replacer:
    """Gives each word its replacement.

    Args:
        key: secret, at least 16 bytes; the same key gives the same replacements for the same files.
        own: words that are kept somewhere: none of them is ever a replacement; in lower case.

    Attributes:
        collecting: while it is true, words are noted and come back as they are.
        realms: Kerberos realms of the source, which the salt of a key holds without a mark behind them.
        hosts: full host names of the source, in lower case.
    """

    def __init__(self, key: bytes, own: Collection[str] = ()) -> None:
        if len(key) < _MIN_KEY:
            raise ValueError(f"a key has at least {_MIN_KEY} bytes")
        self._key = key
        self._own = frozenset(own)
        self._seen: dict[str, set[str]] = {"word": set(), "number": set(), "ip4": set(), "mac": set(), "hex": set()}
        self._known: dict[str, dict[str, str]] = {kind: {} for kind in self._seen}
        self._given: dict[str, str] = {}
        self.collecting = True
        self.realms: set[str] = set()
        self.hosts: set[str] = set()

    def seal(self) -> None:
        """End the collecting: from now on replacements are given."""
        self.collecting = False
        for kind, words in self._seen.items():
            taken: set[str] = set()
            for word in sorted(words, key=lambda each: (len(each), each)):
                if word not in self._known[kind]:
                    self._known[kind][word] = new = self._choose(kind, word, taken)
                    taken.add(new)
            self._given.clear()

    def learn(self, digits: str, new: str) -> None:
        """Say what a digest (hex) becomes: that of the text that replaces the one it is of."""
        self._known["hex"][digits.lower()] = new.lower()

    def _choose(self, kind: str, word: str, taken: Collection[str]) -> str:
        seen = self._seen[kind]
        second = ""
        for attempt, new in enumerate(self._candidates(kind, word)):
            if new in taken or new in self._own:
                continue
            if new not in seen:
                return new
            if not second or second == word:
                second = new
            if attempt >= _TRIES and second != word:
                break  # of short words there are not enough others
        return second or word + "x"

    def _candidates(self, kind: str, word: str) -> Iterator[str]:
        for attempt in range(_TRIES * 8):
            draw = Draw(self._key, f"{kind} {attempt} {word}")
            if kind == "word":
                yield letters_for(word, draw, plain=attempt >= _TRIES)
            elif kind == "number":
                yield number_candidates(word, draw)
            elif kind == "ip4":
                yield address4(word, lambda text, attempt=attempt: Draw(self._key, f"octet {text}"), draw)  # type: ignore[misc]
            elif kind == "mac":
                yield hardware(word, draw)
            else:
                yield slot_digits(word, draw)

    def _of(self, kind: str, word: str) -> str:
        if self.collecting:
            self._seen[kind].add(word)
            return word
        known = self._known[kind]
        if word not in known:  # a caller's own word, such as the name of a host
            known[word] = self._choose(kind, word, set(known.values()))
        return known[word]

    def word(self, text: str) -> str:
        """Return the replacement of a run of letters and digits; case, and marks that stand by themselves, are kept."""
        if self.collecting:
            if text.isdigit() and text.isascii():
                return self.number(text)
            self._of("word", _folded(text))
            return text
        found = self._given.get(text)
        if found is None:
            found = self._given[text] = self.number(text) if text.isdigit() and text.isascii() else self._word(text)
        return found

    def _word(self, text: str) -> str:
        composed = unicodedata.normalize("NFC", text)
        new = cased(self._of("word", _folded(text)), composed)
        parted = composed != text and unicodedata.normalize("NFD", text) == text
        return unicodedata.normalize("NFD", new) if parted else new

    def number(self, digits: str) -> str:
        """Return the replacement of a run of ASCII digits: as long, and of the same class (system accounts stay below 500)."""
        return self._of("number", digits)

    def address(self, text: str) -> str:
        """Return the replacement of an IPv4 address: what two addresses have in common from the left, their replacements have, too."""
        return self._of("ip4", text)

    def hardware(self, digits: str) -> str:
        """Return the replacement of 12 hex digits of a hardware address."""
        return self._of("mac", digits.lower())

    def hex(self, digits: str) -> str:
        """Return the replacement of hex digits without dashes, in the same case."""
        new = self._of("hex", digits.lower())
        return new.upper() if digits != digits.lower() else new

    def secret(self, data: bytes) -> bytes:
        """Return the bytes that stand for secret ones: as many, and the same for the same bytes."""
        return data if self.collecting else Draw(self._key, f"secret {data.hex()}").bytes(len(data))

    def draw(self, text: str) -> Draw:
        """Return numbers that only the key tells."""
        return Draw(self._key, text)

    def table(self) -> dict[str, str]:
        """Return every word with its replacement; who has it can turn the copy back."""
        return {word: new for known in self._known.values() for word, new in sorted(known.items())}


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := each.lower()) == 1 else each for each in unicodedata.normalize("NFC", text))
