"""LDIF: line by line, so that what is damaged stays damaged in the same line, and every line that is folded stays folded there."""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Iterator

from odkit.anonymizing.plists import scramble_base64
from odkit.anonymizing.values import Values
from odkit.anonymizing.words import ATTRIBUTES
from odkit.patterns import regex
from odkit.redaction import Sensitivity, sensitivity_of

__all__ = ["Ldif"]

_NAME = regex(rb"([A-Za-z][A-Za-z0-9_-]*(?:;[A-Za-z0-9_-]+)*|[0-9]+(?:\.[0-9]+)+(?:;[A-Za-z0-9_-]+)*)(::|:<|:)( *)(.*?)( *)\Z", re.DOTALL)
_DESCRIPTION = regex(rb"[A-Za-z][A-Za-z0-9_-]*(?:;[A-Za-z0-9_-]+)*\Z")
_HEADER = regex(r"# (?:extended LDIF|LDAPv[0-9]|search result|search reference|(?:numResponses|numEntries|numReferences): [0-9]{1,9})\s*\Z")
_BASE = regex(r"(# base <)(.*)(>(?: \(default\))? with scope [A-Za-z]{3,10}\s*)\Z")
_CONTROLS_NAMED = "pagedResults|manageDSAit|noop|sync|server side sorting|dontUseCopy|subentries|assertion|valuesReturnFilter"
_FIELD = regex(rf"(# (?:filter|filter pattern|requesting|with (?:{_CONTROLS_NAMED}) control|refldap)[:]? ?)(.*)\Z", re.DOTALL)
_DAMAGE = regex(r"(# (?:no|bad) data for entry(?: id=)?)(.*)\Z", re.DOTALL)
_RESULT = regex(
    r"(?:# )?(?:search: [0-9]{1,4}|result: [0-9]{1,5}(?: (?:Success|Size limit exceeded|Time limit exceeded|"
    r"Administrative limit exceeded|No such object|Insufficient access|Invalid credentials|Operations error|Referral))?)\s*\Z"
)
_WORDS = frozenset(
    {"all", "with", "control", "size", "pagedresults", "cookie", "managedsait", "noop", "sync", "server", "side", "sorting", "objectclass"}
)
_CHANGES = frozenset({"add", "delete", "modify", "modrdn", "moddn", "replace", "increment"})
_MANY, _LONG = 20_000, 4096  # lines that are remembered, and the bytes of one that is not
_PRINTABLE = regex(rb"[ -~]*\Z")
_ENDS = b"\n\r\0"
_LETTERS = b"bcdfghjklmnqrtvxz"
_SEPARATORS = b"\0\r"
_CONTROLS = frozenset({b"\0", b"\r", b""})
_SHORT = 3
_JOINED = regex(rb" ([A-Za-z][A-Za-z0-9-]*)(?:;[A-Za-z0-9-]+)*::? ")


class Ldif:
    """Rewrites the lines of an LDIF file.

    Args:
        values: rewrites the values.
    """

    def __init__(self, values: Values) -> None:
        self._values = values
        self._texts = values.texts
        self._known: dict[bytes, bytes] = {}
        self._seen: set[bytes] = set()

    def rewrite(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the lines of the copy.

        Args:
            lines: physical lines, each with its end.
        """
        held: list[bytes] = []
        for line in lines:
            if held and line[:1] != b" ":
                yield from self._logical(held)
                held = []
            held.append(line)
        if held:
            yield from self._logical(held)

    def _logical(self, lines: list[bytes]) -> Iterator[bytes]:
        """Yield a line and what continues it, rewritten."""
        ends = [b"\r\n" if line.endswith(b"\r\n") else b"\n" if line.endswith(b"\n") else b"" for line in lines]
        bare = [line[: len(line) - len(end)] for line, end in zip(lines, ends, strict=True)]
        text = bare[0] + b"".join(each[1:] for each in bare[1:])
        if not text.strip():
            yield from lines
            return
        new = self._cached(text)
        if len(lines) == 1:
            yield new + ends[0]
            return
        if any(self._is_joined(each) for each in bare[1:]):
            for index, (each, end) in enumerate(zip(bare, ends, strict=True)):
                yield (b" " + self.line(each[1:]) if index else self.line(each)) + end
            return
        at = 0
        for index, (each, end) in enumerate(zip(bare, ends, strict=True)):
            width = len(each) - (1 if index else 0)
            part = new[at : at + width] if index < len(bare) - 1 else new[at:]
            at += width
            yield (b" " if index else b"") + part + end

    @staticmethod
    def _is_joined(line: bytes) -> bool:
        """Tell whether a line that continues another one looks like an attribute of its own, with a blank in front."""
        found = _JOINED.match(line)
        return found is not None and found[1].decode("ascii").lower() in ATTRIBUTES

    def _cached(self, text: bytes) -> bytes:
        """Rewrite a line; those of many records are the same."""
        if self._texts.replacer.collecting:
            if text not in self._seen:
                self.line(text)
                if len(self._seen) > _MANY:
                    self._seen.clear()
                self._seen.add(text)
            return text
        if len(text) > _LONG:
            return self.line(text)
        found = self._known.get(text)
        if found is None:
            if len(self._known) > _MANY:
                self._known.clear()
            found = self._known[text] = self.line(text)
        return found

    def line(self, text: bytes) -> bytes:
        """Return a line after unfolding, rewritten."""
        if text[:1] == b"#":
            return self._comment(text.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        if any(each in text for each in _SEPARATORS):
            return self._control(text)
        if text == b"-" or _RESULT.match(text.decode("latin-1")):
            return text
        bom = b"\xef\xbb\xbf" if text.startswith(b"\xef\xbb\xbf") else b""
        found = _NAME.match(text[len(bom) :])
        if found is None:
            return self._plain(text)
        name, mark, blanks, value, behind = found.groups()
        attribute = name.decode("ascii")
        return (
            bom
            + self._values.description(attribute).encode("ascii", "replace")
            + mark
            + blanks
            + self._value(attribute, mark, value)
            + behind
        )

    def _plain(self, text: bytes) -> bytes:
        if text.strip().lower() == b"dn":  # its colon is lost, and it still begins a record
            return text
        return self._texts.rewrite(text.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def _value(self, attribute: str, mark: bytes, value: bytes) -> bytes:
        if mark == b"::":
            return self._base64(attribute, value)
        if mark == b":<":
            return self._values.markup.any(value.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        name, text = attribute.lower(), value.decode("latin-1")
        if name == "version" and value == b"1":
            return value
        if name == "changetype" and text.strip().lower() in _CHANGES:
            return value
        if name in {"add", "delete", "replace", "increment"}:
            return self._values.description(text).encode("latin-1")
        if name == "control":
            oid, blank, rest = text.partition(" ")
            word, colon, inner = rest.partition(":")
            bare = oid.removesuffix(":")
            kept = self._texts.oid(bare) + oid[len(bare) :] if re.fullmatch(r"[0-9]+(?:\.[0-9]+)+", bare) else self._texts.rewrite(oid)
            said = word if word.strip().lower() in {"", "true", "false"} else self._texts.rewrite(word)
            return (kept + blank + said + colon).encode("latin-1") + self._plain(inner.encode("latin-1"))
        return self._bare(attribute, value)

    def _bare(self, attribute: str, value: bytes) -> bytes:
        """Rewrite a value that is no base64: nothing that ends a line may come into it, and what is no UTF-8 stays none."""
        secret = sensitivity_of(attribute) is Sensitivity.SECRET
        try:
            value.decode("utf-8")
        except UnicodeDecodeError:
            return self._exchanged(value) if secret else self._values.rewrite(attribute, value, bare=True)
        new = self._exchanged(value) if secret and _PRINTABLE.match(value) is None else self._values.rewrite(attribute, value, bare=True)
        return self._exchanged(value) if any(each in new for each in _ENDS) else new

    def _exchanged(self, value: bytes) -> bytes:
        """Exchange every byte: one of ASCII for a letter, any other for one that no UTF-8 has."""
        if self._texts.replacer.collecting:
            return value
        draw = self._texts.replacer.draw("bytes " + value.hex())
        return bytes(0xF8 + draw.below(8) if each > 0x7F else _LETTERS[draw.below(len(_LETTERS))] for each in value)

    def _base64(self, attribute: str, value: bytes) -> bytes:
        try:
            data = a2b_base64(value, strict_mode=True)
        except Base64Error:
            return scramble_base64(value.decode("utf-8", "surrogateescape"), self._texts).encode("utf-8", "surrogateescape")
        return b2a_base64(self._values.rewrite(attribute, data), newline=False)

    def _control(self, text: bytes) -> bytes:
        """Rewrite a line with NUL or CR in it, which are kept; short pieces between them, as UTF-16 has them, are exchanged."""
        name, colon, rest = text.partition(b":")
        attribute = name.decode("latin-1")
        known = attribute.partition(";")[0].lower() in ATTRIBUTES
        named = known or (bool(colon) and _DESCRIPTION.match(name) is not None)
        head = b""
        if named:
            value = rest.lstrip(b" ")
            written = name if known else self._values.description(attribute).encode("latin-1")
            head, text = written + colon + b" " * (len(rest) - len(value)), value
        pieces = re.split(rb"([\0\r])", text)
        new = (
            each if each in _CONTROLS else self._bare(attribute, each) if known and len(each) > _SHORT else self._exchanged(each)
            for each in pieces
        )
        return head + b"".join(new)

    def _comment(self, text: str) -> str:
        if _HEADER.match(text) or _RESULT.match(text):
            return text
        base = _BASE.match(text)
        if base is not None:
            return base[1] + self._values.dn(base[2]) + base[3]
        damage = _DAMAGE.match(text)
        if damage is not None:
            return damage[1] + self._texts.rewrite(damage[2])
        field = _FIELD.match(text)
        if field is None:
            return self._texts.rewrite(text)
        if field[1].startswith("# requesting"):
            return field[1] + " ".join(
                each if each in {"ALL", "*", "+", ""} else self._values.description(each) for each in field[2].split(" ")
            )
        if field[1].startswith("# with"):
            return field[1] + re.sub(
                r"[A-Za-z]+(?==)|[^=]+|=",
                lambda found: found[0] if found[0].lower() in _WORDS | {"="} or found[0].isdigit() else self._texts.rewrite(found[0]),
                field[2],
            )
        return field[1] + self._texts.rewrite(field[2], _WORDS)
