"""The XML form, by the grammar of CoreFoundation's ``CFPropertyList.c``: smaller than XML's, and not a part of it.

A tag ends at its first ``>``.  Attributes are not looked at.  Only blanks, comments and instructions may be between elements, and only
CDATA and references inside a text.  What follows the root is not looked at.
"""

from __future__ import annotations

from typing import Any, NoReturn

from odkit.patterns import regex
from odkit.plist._model import PlistError, Reading, deviation
from odkit.plist._scalars import data_of, date_of, integer_of, paired, real_of
from odkit.text import escape, shorten

__all__ = ["XmlReader"]

_BLANKS = regex(r"[ \t\r\n]*+")
_BLANK = regex(r"[ \t\r\n]")
_RUN = regex(r"[^<&]*+")
_REFERENCE = regex(r"&(?:(lt|gt|amp|apos|quot);|#(x?)([0-9A-Fa-f]*+);)")
_ODD = regex(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|\]\]>")
_CONTROL = regex(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SURROGATE = regex(r"[\ud800-\udfff]")
_NAMES = frozenset({"array", "dict", "key", "string", "integer", "real", "date", "data", "true", "false", "plist"})
_CLOSE = {name: regex(rf"</{name}[ \t\r\n]*+>") for name in _NAMES}
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "apos": "'", "quot": '"'}
_EMPTY: dict[str, type] = {"array": list, "dict": dict, "key": str, "string": str}
_SCALARS = {"integer": integer_of, "date": date_of, "data": data_of}


class XmlReader:
    """Reads one document.

    Args:
        text: decoded; bytes that are not of its encoding are surrogates.
        reading: the notes and the budget.
        at: where the document begins.

    Attributes:
        at: after `read`, the place behind the root.
    """

    def __init__(self, text: str, reading: Reading, at: int = 0) -> None:
        self.text = text
        self.at = at
        self._reading = reading
        damage = _SURROGATE.search(text, at)
        self._damaged = damage is not None
        if damage is not None:
            self._note("bytes-elsewhere", damage.start())

    def read(self) -> Any:
        """Read the root.

        Raises:
            PlistError: no release reads the document, or it exceeds a limit.
        """
        start = self.at
        root = self._prologue(start, 0)
        if root is None:
            self._refuse("markup", start)
        if self.text.find("<!---->", start, root) >= 0:
            self._empty_comment(start, root)
        self.at = root
        return self._element(0)[1]

    def _empty_comment(self, start: int, root: int) -> None:
        """Note an empty comment in front of the root: macOS 12 and later skip its first character, so that it runs on to the next end."""
        late = self._prologue(start, 1)
        if late == root:
            return
        reading = Reading(budget=self._reading.budget, depth=self._reading.depth)
        try:
            if late is None:
                raise PlistError("has no root")
            reader = XmlReader(self.text, reading, late)
            reader.read()
        except PlistError:
            self._note("empty-comment", start)
        else:
            self._note("empty-comment" if "12" in reading.refused else "empty-comment-other", start)

    def _note(self, code: str, at: int, detail: str = "") -> None:
        line = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        self._reading.note(deviation(code), line, column, detail)

    def _refuse(self, code: str, at: int, detail: str = "") -> NoReturn:
        self._note(code, at, detail)
        raise PlistError(f"is no property list: {deviation(code).what}")  # not reached: no release reads it

    def _skip(self, end: str, at: int) -> int | None:
        """Return the place behind the next ``end``; None when there is none."""
        found = self.text.find(end, at)
        return None if found < 0 else found + len(end)

    def _prologue(self, start: int, unread: int) -> int | None:
        """Return the place of the root's tag; None when there is none.

        Args:
            start: where the document begins.
            unread: characters of each comment that the release passes over.
        """
        at: int | None = start
        while at is not None:
            at = _BLANKS.match(self.text, at).end()  # type: ignore[union-attr]
            if self.text.startswith("<?", at):
                at = self._skip("?>", at + 2)
            elif self.text.startswith("<!--", at):
                at = self._comment(at, unread)
            elif self.text.startswith("<!DOCTYPE", at):
                end = self._skip(">", at + 9)
                if end is not None and self.text.find("[", at, end) >= 0:
                    self._refuse("doctype-subset", at)
                at = end
            else:
                return at if self.text.startswith("<", at) and not self.text.startswith(("<!", "</"), at) else None
        return None

    def _comment(self, at: int, unread: int = 0) -> int | None:
        end = self._skip("-->", at + 4 + unread)
        if end is not None and not unread and self.text.find("--", at + 4, end - 1) < end - 3:
            self._note("comment-dashes", at)
        return end

    def _content(self, depth: int) -> tuple[str, Any] | None:
        """Return the next element of a container: its name and value; None at an end tag."""
        while True:
            at = _BLANKS.match(self.text, self.at).end()  # type: ignore[union-attr]
            following = self.text[at : at + 2]
            self.at = at
            if following[:1] != "<":
                self._refuse("stray-text" if following else "end-tag", at)
            if following == "</":
                return None
            if following == "<?":
                end = self._skip("?>", at + 2)
            elif following == "<!":
                end = self._comment(at) if self.text.startswith("<!--", at) else None
            else:
                return self._element(depth)
            if end is None:
                self._refuse("markup", at)
            self.at = end

    def _element(self, depth: int) -> tuple[str, Any]:
        """Return the element whose start tag is at ``self.at``: its name and value."""
        at = self.at
        end = self.text.find(">", at)
        if end < 0:
            self._refuse("markup", at)
        name = self.text[at + 1 : end]
        empty = name.endswith("/")
        if name not in _NAMES:
            blank = _BLANK.search(name)
            if name.count('"') % 2 or name.count("'") % 2:
                self._note("tag-quote", at)
            name = name[: blank.start()] if blank is not None else name[: len(name) - empty]
            if name not in _NAMES:
                self._refuse("unknown-element", at, f"<{shorten(name, 40)}>")
        self._reading.count(depth)
        self.at = end + 1
        return name, self._empty(name, at) if empty else self._full(name, depth, at)

    def _empty(self, name: str, at: int) -> Any:
        if name in _EMPTY:
            return _EMPTY[name]()
        if name in {"true", "false"}:
            return name == "true"
        codes = {"plist": "no-root", "data": "data-tag", "integer": "integer-malformed", "real": "real-malformed", "date": "date-malformed"}
        return self._refuse(codes[name], at)

    def _full(self, name: str, depth: int, at: int) -> Any:
        def noting(code: str) -> None:
            self._note(code, at)

        value: Any
        if name in {"string", "key"}:
            value = self._string()
        elif name == "dict":
            value = self._dict(depth)
        elif name == "array":
            value = []
            while (found := self._content(depth + 1)) is not None:
                if found[0] == "key":
                    self._note("key-as-value", at)
                value.append(found[1])
        elif name == "plist":
            value = self._plist(depth, at)
        elif name == "real":
            value = real_of(self._string(), noting)
        elif name in _SCALARS:
            end = self.text.find("<", self.at)
            value = _SCALARS[name](self.text[self.at : end] if end >= 0 else "", noting)
            self.at = end if end >= 0 else len(self.text)
        else:
            value = name == "true"
            self._note("boolean-pair" if _CLOSE[name].match(self.text, self.at) else "boolean-content", at)
        close = _CLOSE[name].match(self.text, self.at)
        if close is None:
            markup = name not in {"array", "dict", "plist"} and not self.text.startswith("</", self.at) and self.at < len(self.text)
            self._refuse("text-markup" if markup else "end-tag", self.at)
        self.at = close.end()
        return value

    def _plist(self, depth: int, at: int) -> Any:
        if depth:
            self._note("inner-plist", at)
        found = self._content(depth + 1)
        if found is None:
            self._refuse("no-root", at)
        second = self.at
        if self._content(depth + 1) is not None:
            self._refuse("two-objects", second)
        return found[1]

    def _dict(self, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        start = self.at
        while True:
            found = self._content(depth + 1)
            if found is None:
                break
            name, key = found
            if name != "key":
                self._refuse("value-without-key", self.at, f"<{escape(name)}>")
            at = self.at
            value = self._content(depth + 1)
            if value is None:
                self._refuse("key-without-value", at)
            if value[0] == "key":
                self._note("key-as-value", at)
            if key in out:
                self._note("key-twice", at, shorten(key, 60))
                del out[key]
            out[key] = value[1]
        if len(out) == 1 and type(out.get("CF$UID")) in {int, float}:
            self._note("uid", start)
        return out

    def _string(self) -> str:
        """Return the text up to the next tag; references and CDATA are resolved."""
        parts: list[str] = []
        while True:
            run = _RUN.match(self.text, self.at)
            assert run is not None
            at = run.end()
            parts.append(self._checked(run[0], run.start(), at))
            if self.text.startswith("&", at):
                parts.append(self._reference(at))
            elif self.text.startswith("<![CDATA[", at):
                end = self._skip("]]>", at + 9)
                if end is None:
                    self._refuse("markup", at)
                parts.append(self._checked(self.text[at + 9 : end - 3], at, end))
            elif self.text.startswith("<!", at):
                self._refuse("text-markup", at)
            else:
                return paired("".join(parts))

    def _checked(self, part: str, start: int, end: int) -> str:
        """Return a part of a text as it is; what other readers of XML would not take is noted."""
        self.at = end
        odd = _ODD.search(part)
        if odd is not None:
            for code, found in (
                ("control-character", _CONTROL.search(part)),
                ("carriage-return", "\r" in part),
                ("cdata-end", "]]>" in part),
            ):
                if found:
                    self._note(code, start)
        if self._damaged and _SURROGATE.search(part):
            self._refuse("bytes-in-text", start)
        return part

    def _reference(self, at: int) -> str:
        match = _REFERENCE.match(self.text, at)
        if match is None or (match[1] is None and not match[2] and not (match[3] or "0").isdecimal()):
            self._refuse("entity", at)
        self.at = match.end()
        if match[1] is not None:
            return _CHARACTERS[match[1]]
        digits, base = match[3] or "0", 16 if match[2] else 10
        if len(digits) > 8:
            self._note("reference-long", at)
        digits = digits.lstrip("0") or "0"
        number = int(digits, base) if len(digits) <= 8 else 1 << 32
        if number > 0x10FFFF:
            self._note("reference-too-large", at)
            number = int(digits[-16:], base) & 0xFFFF  # 16 digits decide on the lowest 16 bits: 2^16 divides 10^16
        elif 0xD800 <= number < 0xE000:
            self._note("reference-surrogate", at)
        elif number > 0xFFFF:
            self._note("reference-above-ffff", at)
        elif _CONTROL.match(chr(number)):
            self._note("control-character", at)
        return chr(number)
