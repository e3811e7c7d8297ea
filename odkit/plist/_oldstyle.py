"""Old-style text, the form of NeXTSTEP, as CoreFoundation's ``CFOldStylePList.c`` reads it after the other forms have failed.

``{ key = value; }``, ``( value, value )``, ``<0fbd77>``, quoted and bare strings.  There are no numbers, booleans or dates.
"""

from __future__ import annotations

import re
from typing import Any

from odkit.patterns import regex
from odkit.plist._model import PlistError, Reading

__all__ = ["OldStyleReader"]

_SPACE = regex(r"(?:[\t-\r \u2028\u2029]++|//[^\n\r\u2028\u2029]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?)*+")
_BARE = regex(r"[A-Za-z0-9_$/:.-]+")
_QUOTED = {quote: regex(rf"[^\\{quote}]*+(?:\\[\s\S][^\\{quote}]*+)*+{quote}") for quote in "\"'"}
_ESCAPE = regex(r"\\(?:([0-7]{1,3})|U([0-9A-Fa-f]{0,4})|([\s\S]))")
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_HEX = regex(r"([0-9A-Fa-f \n\t\r\u2028\u2029]*+)>")
_PAIRS = regex(r"(?:[ \n\t\r\u2028\u2029]*+[0-9A-Fa-f]{2})*+[ \n\t\r\u2028\u2029]*+")


class OldStyleReader:
    """Reads one document of old-style text.

    Args:
        text: decoded.
        reading: the notes and the budget.
    """

    def __init__(self, text: str, reading: Reading) -> None:
        self._text = text
        self._at = 0
        self._reading = reading

    def read(self) -> Any:
        """Return the value.

        Raises:
            PlistError: it is no old-style text, or exceeds a limit.
        """
        if self._skip() == "":
            return {}
        start = self._at
        value = self._object(0)
        if self._skip() == "":
            return value
        if not isinstance(value, str):
            raise PlistError("is no property list: text behind the end of an old-style one")
        self._at = start  # a file of strings: pairs without braces
        return self._pairs(0)

    def _skip(self) -> str:
        """Pass over blanks and comments; the next character, or the empty string at the end."""
        self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
        return self._text[self._at : self._at + 1]

    def _object(self, depth: int) -> Any:
        self._reading.count(depth)
        char = self._skip()
        if char == "{":
            self._at += 1
            value = self._pairs(depth)
            self._expect("}")
            return value
        if char == "(":
            self._at += 1
            return self._array(depth)
        if char == "<":
            match = _HEX.match(self._text, self._at + 1)
            if match is None or _PAIRS.fullmatch(match[1]) is None:
                raise PlistError("is no property list: old-style data that is not hexadecimal")
            self._at = match.end()
            return bytes.fromhex("".join(match[1].split()))
        text = self._string()
        if text is None:
            raise PlistError("is no property list: neither XML nor old-style text")
        return text

    def _expect(self, char: str) -> None:
        if self._skip() != char:
            raise PlistError(f"is no property list: old-style text without its {char}")
        self._at += 1

    def _array(self, depth: int) -> list[Any]:
        out = []
        while self._skip() not in {")", ""}:
            out.append(self._object(depth + 1))
            if self._skip() != ",":
                break
            self._at += 1
        self._expect(")")
        return out

    def _pairs(self, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        while (key := self._string()) is not None:
            value: Any = key
            if self._skip() == "=":
                self._at += 1
                value = self._object(depth + 1)
            self._expect(";")
            out[key] = value
        return out

    def _string(self) -> str | None:
        char = self._skip()
        if char and char in _QUOTED:
            match = _QUOTED[char].match(self._text, self._at + 1)
            if match is None:
                raise PlistError("is no property list: a quoted string has no end")
            self._at = match.end()
            return _ESCAPE.sub(_unescaped, match[0][:-1]).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        match = _BARE.match(self._text, self._at)
        if match is None:
            return None
        self._at = match.end()
        return match[0]


def _unescaped(match: re.Match[str]) -> str:
    """Read one escape.  Octal numbers are of the NEXTSTEP encoding: ASCII below 128; larger ones become U+FFFD."""
    octal, hexadecimal, char = match.groups()
    if octal is not None:
        code = int(octal, 8) & 0xFF
        return chr(code) if code < 128 else "\ufffd"
    if hexadecimal is not None:
        return chr(int(hexadecimal or "0", 16))
    return _LETTERS.get(char, char)
