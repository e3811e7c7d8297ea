"""The grammar of CoreFoundation's ``CFPropertyList.c``, one release at a time, character by character.

Written from the source to be compared with `odkit.plist`, which reads for all releases at once; it shares nothing with it.  It is slow
and has no limits.  Comments name the function of the source that a method follows.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

ORDER = ["10.3", "10.4", "10.5", "10.6", "10.7", "10.8", "10.9", "10.10", "10.11", "10.12", "10.13", "10.14", "10.15", "11", "12"]
NAMES = ("array", "dict", "key", "string", "integer", "real", "date", "data", "true", "false", "plist")
KEY = object()


class Refused(Exception):  # noqa: N818 - the grammar refuses; nothing is wrong
    """The release gives nothing for the document."""


class Grammar:
    def __init__(self, text: str, release: str) -> None:
        self.text, self.at, self.release = text, 0, ORDER.index(release)

    def since(self, release: str) -> bool:
        return self.release >= ORDER.index(release)

    def peek(self, count: int = 1) -> str:
        return self.text[self.at : self.at + count]

    def require(self, condition: bool) -> None:
        if not condition:
            raise Refused

    def blanks(self) -> None:  # skipWhitespace
        while self.peek() and self.peek() in " \t\r\n":
            self.at += 1

    def until(self, end: str, start: int) -> None:
        found = self.text.find(end, start)
        self.require(found >= 0)
        self.at = found + len(end)

    def document(self) -> Any:  # parseXMLPropertyList
        while True:
            self.blanks()
            self.require(self.peek() == "<")
            if self.peek(2) == "<?":
                self.until("?>", self.at + 2)
            elif self.peek(4) == "<!--":
                self.until("-->", self.at + (5 if self.since("12") else 4))
            elif self.peek(2) == "<!":
                self.doctype()
            else:
                return self.element()[1]

    def doctype(self) -> None:  # skipDTD
        self.require(self.peek(9) == "<!DOCTYPE")
        self.at += 9
        while self.peek() != ">":
            self.require(self.peek() not in {"", "["})
            self.at += 1
        self.at += 1

    def content(self) -> Any:  # getContentObject; None at an end tag
        while True:
            self.blanks()
            self.require(self.peek() == "<")
            if self.peek(2) == "<?":
                self.until("?>", self.at + 2)
            elif self.peek(2) == "<!":
                self.require(self.peek(4) == "<!--")
                self.until("-->", self.at + 4)
            elif self.peek(2) == "</":
                return None
            else:
                return self.element()

    def element(self) -> tuple[str, Any]:  # parseXMLElement
        end = self.text.find(">", self.at)
        self.require(end >= 0)
        inside = self.text[self.at + 1 : end]
        empty = self.text[end - 1] == "/"
        name = next((inside[:i] for i, char in enumerate(inside) if char in " \t\r\n"), inside[:-1] if empty else inside)
        self.require(name in NAMES)
        self.at = end + 1
        if empty:
            values: dict[str, Any] = {"array": [], "dict": {}, "key": "", "string": "", "true": True, "false": False}
            self.require(name in values)
            return name, values[name]
        if name in {"true", "false"}:
            self.require(self.since("10.5"))
            value: Any = name == "true"
        else:
            value = getattr(self, f"tag_{name}")()
        self.close(name)
        return name, value

    def close(self, name: str) -> None:  # checkForCloseTag
        self.require(self.peek(2 + len(name)) == f"</{name}")
        self.at += 2 + len(name)
        self.blanks()
        self.require(self.peek() == ">")
        self.at += 1

    def tag_plist(self) -> Any:  # parsePListTag
        found = self.content()
        self.require(found is not None)
        self.require(self.content() is None)
        return found[1]

    def tag_array(self) -> list[Any]:  # parseArrayTag
        out = []
        while (found := self.content()) is not None:
            out.append(found[1])
        return out

    def tag_dict(self) -> dict[str, Any]:  # parseDictTag
        out: dict[str, Any] = {}
        while (found := self.content()) is not None:
            self.require(found[0] == "key")
            value = self.content()
            self.require(value is not None)
            out[found[1]] = value[1]
        return out

    def tag_key(self) -> str:
        return self.tag_string()

    def tag_string(self) -> str:  # parseStringTag, getString
        out: list[str] = []
        while True:
            char = self.peek()
            self.require(char != "")
            if char == "<":
                if self.peek(2) != "<!":
                    return "".join(out)
                self.require(self.peek(9) == "<![CDATA[")
                start = self.at + 9
                self.until("]]>", start)
                out.append(self.text[start : self.at - 3])
            elif char == "&":
                out.append(self.reference())
            else:
                out.append(char)
                self.at += 1

    def reference(self) -> str:  # parseEntityReference_pl
        for name, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&apos;", "'"), ("&quot;", '"')):
            if self.peek(len(name)) == name:
                self.at += len(name)
                return char
        self.require(self.peek(2) == "&#")
        self.at += 2
        base = 16 if self.peek() == "x" else 10
        self.at += base == 16
        digits = ""
        while self.peek() != ";":
            self.require(self.peek() != "" and self.peek() in "0123456789abcdefABCDEF"[: 10 if base == 10 else None])
            digits += self.peek()
            self.at += 1
        self.at += 1
        number = int(digits or "0", base)
        if not self.since("10.11"):
            return chr(number % 0x10000)
        self.require(len(digits) <= 8 and number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF)
        return chr(number)

    def is_blank(self) -> bool:  # isWhitespace
        char = self.peek()
        if char == "":
            return False
        if char < "\x21" or char == "\x7f" or "\u2000" <= char <= "\u200b" or char == "\u3000":
            return True
        if char in {"\u202f", "\u205f"}:  # in the list since 10.8, and looked at byte by byte: the last one must be below A1
            return self.since("10.8") and char.encode()[-1] < 0xA1
        return "\x80" <= char <= "\xa0" and not self.since("10.8")

    def tag_integer(self) -> int:  # parseIntegerTag
        while self.is_blank():
            self.at += 1
        sign = self.peek() if self.peek() in {"+", "-"} else ""
        if sign:
            self.at += 1
            while self.is_blank():
                self.at += 1
        base = 16 if self.peek(2) in {"0x", "0X"} else 10
        self.at += 2 if base == 16 else 0
        digits = ""
        while self.peek() != "<":
            self.require(self.peek() != "" and self.peek() in ("0123456789abcdefABCDEF" if base == 16 else "0123456789"))
            digits += self.peek()
            self.at += 1
        self.require(digits != "")
        value = int(digits, base) * (-1 if sign == "-" else 1)
        self.require(-(2**63) <= value < (2**64 if self.since("10.5") else 2**63))
        return value

    def tag_real(self) -> float:  # parseRealTag, __CFStringScanDouble
        text = self.tag_string()
        if text.lower() in {"nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"}:
            return float(text)
        text = text.lstrip("".join(map(chr, [*range(0x21), *range(0x7F, 0xA1), *range(0x2000, 0x200C), 0x3000])))
        self.require(text != "" and all(char in "+-.0123456789eE" for char in text))
        try:
            return float(text)
        except ValueError:
            raise Refused from None

    def tag_date(self) -> Any:  # parseDateTag
        negative = self.peek() == "-" and self.since("10.7")
        self.at += negative
        digits = ""
        while self.peek() != "" and self.peek() in "0123456789":
            digits += self.peek()
            self.at += 1
        parts = []
        for before in "--T::":
            self.require(self.peek() == before)
            self.at += 1
            self.require(len(self.peek(2)) == 2 and all(char in "0123456789" for char in self.peek(2)))
            parts.append(int(self.peek(2)))
            self.at += 2
        self.require(self.peek() == "Z")
        self.at += 1
        return ("date", -int(digits or 0) if negative else int(digits or 0), *parts)

    def tag_data(self) -> bytes:  # parseDataTag, __CFPLDataDecode
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        out, group, run = bytearray(), [], 0
        while self.peek() not in {"<", ""}:
            char = self.peek()
            self.at += 1
            self.require(char.isascii() or not self.since("10.13"))
            if char == "=":
                run += 1
            elif char not in " \t\n\v\f\r":
                run = 0
            if char != "=" and char not in alphabet:
                continue
            group.append(alphabet.index(char) if char != "=" else 0)
            if len(group) == 4:
                number = group[0] << 18 | group[1] << 12 | group[2] << 6 | group[3]
                group = []
                out.append(number >> 16)
                if run < 2:
                    out.append(number >> 8 & 0xFF)
                if run < 1:
                    out.append(number & 0xFF)
        return bytes(out)


def meaning(value: Any) -> Any:
    """A date of the grammar as what odkit gives, where `datetime` can hold it."""
    if isinstance(value, tuple):
        _, year, month, day, hour, minute, second = value
        if 1 < year < 9999 and 1 <= month <= 12:
            return datetime(year, month, 1) + timedelta(days=day - 1, hours=hour, minutes=minute, seconds=second)  # noqa: DTZ001
        return None
    if isinstance(value, dict):
        return {key: meaning(each) for key, each in value.items()}
    if isinstance(value, list):
        return [meaning(each) for each in value]
    return value


def has_odd_date(value: Any) -> bool:
    """Whether a date is among the values that `meaning` cannot tell."""
    if isinstance(value, dict):
        return any(map(has_odd_date, value.values()))
    if isinstance(value, list):
        return any(map(has_odd_date, value))
    return isinstance(value, tuple) and meaning(value) is None


def starts_as_xml(text: str) -> bool:
    """Whether it is XML's reader that decides: old-style data in <> is tried for what XML refuses."""
    return text.lstrip(" \t\r\n").startswith("<") and not re.match(r"[ \t\r\n]*<[0-9A-Fa-f\s]*>", text)
